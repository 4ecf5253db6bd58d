import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { type Locale, locales } from '#kernel/locale.ts'
import { isTimeZone } from '#kernel/time-zone.ts'
import { accentFor, leastContrast } from '#modules/network/colour.ts'
import { localeField, optionalEmail } from '#modules/network/fields.ts'
import { type Network, signUps, type Translated } from '#modules/network/networks.ts'
import { Refusal } from '#modules/network/refusal.ts'
import { recordChange } from '#platform/audit/record.ts'
import { attachFile, removeFile } from '#platform/files/files.ts'

const words = z.string().trim().max(120).default('')
const sentences = z.string().trim().max(600).default('')

/** As a form has it: a name and a summary for each language, empty where there is none. */
export const settingsForm = z.object({
  'name-fr': words,
  'name-en': words,
  'name-es': words,
  'name-pt': words,
  'summary-fr': sentences,
  'summary-en': sentences,
  'summary-es': sentences,
  'summary-pt': sentences,
  languages: z.array(localeField).min(1),
  locale: localeField,
  'time-zone': z.string().trim().refine(isTimeZone, { error: 'form.error.time-zone' }),
  'contact-email': optionalEmail,
  'sign-up': z.enum(signUps),
  'sign-up-domains': z
    .string()
    .max(2_000)
    .default('')
    .transform(text => [
      ...new Set(
        text
          .toLowerCase()
          .split(/[\s,;]+/)
          .map(domain => domain.replace(/^@/, ''))
          .filter(Boolean),
      ),
    ])
    .refine(domains => domains.length <= 50 && domains.every(domain => z.regexes.domain.test(domain)), {
      error: 'settings.error.domains',
    }),
  coloured: z
    .string()
    .optional()
    .transform(value => value === 'on'),
  accent: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^#[0-9a-f]{6}$/, { error: 'settings.error.colour' })
    .optional(),
})

export type SettingsInput = z.infer<typeof settingsForm>

/**
 * Changes how a network presents itself and lets people in.
 * @throws Refusal for a colour that cannot be read on light paper, and for a language at home without a name
 */
export async function changeSettings(
  trx: Trx,
  network: Network,
  actor: Actor,
  input: SettingsInput,
): Promise<void> {
  const accent = input.coloured ? (input.accent ?? null) : null
  const languages = locales.filter(locale => input.languages.includes(locale))
  const settings = {
    name: translated(input, 'name'),
    summary: translated(input, 'summary'),
    locale: input.locale,
    // The one it is at home in comes first.
    languages: [input.locale, ...languages.filter(locale => locale !== input.locale)],
    time_zone: input['time-zone'],
    contact_email: input['contact-email'],
    sign_up: input['sign-up'],
    sign_up_domains: input['sign-up-domains'],
    accent,
  }
  refuseUnfit(input, settings)
  await trx
    .updateTable('network')
    .set({ ...settings, name: JSON.stringify(settings.name), summary: JSON.stringify(settings.summary) })
    .where('id', '=', network.id)
    .execute()
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, actor, {
    action: 'settings.changed',
    subject: { type: 'network', id: network.id },
    before: asRecorded(network),
    after: settings,
  })
}

/** A network that was kept to itself is seen by all from then on, or the other way round. */
export async function changeVisibility(
  trx: Trx,
  network: Network,
  actor: Actor,
  visibility: Network['visibility'],
): Promise<void> {
  await trx.updateTable('network').set({ visibility }).where('id', '=', network.id).execute()
  if (network.logoFileId) {
    await trx
      .updateTable('file')
      .set({ visibility: logoVisibility(visibility) })
      .where('network_id', '=', network.id)
      .where('id', '=', network.logoFileId)
      .execute()
  }
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, actor, {
    action: 'settings.visibility-changed',
    subject: { type: 'network', id: network.id },
    before: { visibility: network.visibility },
    after: { visibility },
  })
}

/**
 * Takes a file that was received as the network's sign; null: none any more.
 * @returns keys in the storage to remove after the commit
 */
export async function changeLogo(
  trx: Trx,
  network: Network,
  actor: Actor,
  fileId: string | null,
): Promise<string[]> {
  if (fileId !== null) await attachFile(trx, network.id, fileId)
  await trx.updateTable('network').set({ logo_file_id: fileId }).where('id', '=', network.id).execute()
  const keys = network.logoFileId ? await removeFile(trx, network.id, network.logoFileId) : []
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, actor, {
    action: 'settings.logo-changed',
    subject: { type: 'network', id: network.id },
    before: { logo_file_id: network.logoFileId },
    after: { logo_file_id: fileId },
  })
  return keys
}

/** The sign of a network that is kept to itself is as well. */
export function logoVisibility(visibility: Network['visibility']): 'public' | 'network' {
  return visibility === 'public' ? 'public' : 'network'
}

function translated(input: SettingsInput, field: 'name' | 'summary'): Translated {
  const given = locales.flatMap(locale => {
    const text = input[`${field}-${locale}`]
    return text ? [[locale, text] as [Locale, string]] : []
  })
  return Object.fromEntries(given)
}

function refuseUnfit(input: SettingsInput, settings: { name: Translated; accent: string | null }): void {
  if (!settings.name[input.locale])
    throw new Refusal({ field: `name-${input.locale}`, message: 'form.error.required' })
  if (settings.accent === null) return
  const { light } = accentFor(settings.accent)
  if (light.reads) return
  // Down, as the page beside says it: 4.46 must not be shown as the 4.5 that it lacks.
  const values = {
    contrast: Math.floor(light.contrast * 10) / 10,
    least: leastContrast,
    nearest: light.colour,
  }
  throw new Refusal({ field: 'accent', message: 'settings.error.contrast', values })
}

function asRecorded(network: Network) {
  return {
    name: network.name,
    summary: network.summary,
    locale: network.locale,
    languages: network.languages,
    time_zone: network.timeZone,
    contact_email: network.contactEmail,
    sign_up: network.signUp,
    sign_up_domains: network.signUpDomains,
    accent: network.accent,
  }
}
