import type { AppContext } from '#http/context.ts'
import { policies, rank } from '#http/policies.ts'
import type { Locale } from '#kernel/locale.ts'
import { type Entry, entryOf } from '#modules/network/index.ts'

/** Whether someone may change templates: what pages offer them; the doors themselves go by the policy. */
export function managesTemplates({ role }: Entry): boolean {
  return rank(role) >= rank(policies['templates:manage'].least)
}

export function placeOf(c: AppContext): { locale: Locale; network: string } {
  return { locale: c.var.locale, network: entryOf(c).network.slug }
}
