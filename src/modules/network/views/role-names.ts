import type { MandateRole } from '#modules/network/fields.ts'
import { mandateRoles } from '#modules/network/fields.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'
import type { Choice } from '#ui/form.tsx'

export const roleNames: Record<MandateRole, MessageKey> = {
  member: 'role.member',
  facilitator: 'role.facilitator',
  administrator: 'role.administrator',
}

const roleHints: Record<MandateRole, MessageKey> = {
  member: 'role.member.hint',
  facilitator: 'role.facilitator.hint',
  administrator: 'role.administrator.hint',
}

export function roleChoices({ t }: I18n): Choice[] {
  return mandateRoles.map(role => ({ value: role, label: t(roleNames[role]), hint: t(roleHints[role]) }))
}

/** "Title, Organisation": what someone is entrusted with, beside their role. */
export function held(mandate: { title: string; organisation: string | null }): string {
  return [mandate.title, mandate.organisation].filter(Boolean).join(', ')
}
