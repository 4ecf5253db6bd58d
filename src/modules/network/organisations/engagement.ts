import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { type Locale, locales } from '#kernel/locale.ts'
import { inLanguage, type Translated } from '#modules/network/networks.ts'
import { engagementLevels } from '#modules/network/organisations/input.ts'
import { recordChange } from '#platform/audit/record.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'

/** What a network calls the five steps of engagement, where it has words of its own; five to a language. */
export type EngagementWords = Partial<Record<Locale, string[]>>

const word = z.string().trim().max(80).default('')

/** As the form has it: `fr-1` to `pt-5`. */
export const engagementForm = z.object(
  Object.fromEntries(
    locales.flatMap(locale => engagementLevels.map(level => [`${locale}-${level}`, word] as const)),
  ),
)

export async function engagementWords(trx: Trx, networkId: string): Promise<EngagementWords> {
  const row = await trx
    .selectFrom('network')
    .select('engagement_words')
    .where('id', '=', networkId)
    .executeTakeFirst()
  return (row?.engagement_words ?? {}) as EngagementWords
}

/** Words left empty are ours again. */
export async function changeEngagementWords(
  trx: Trx,
  networkId: string,
  actor: Actor,
  input: z.infer<typeof engagementForm>,
): Promise<void> {
  const before = await engagementWords(trx, networkId)
  const words: EngagementWords = {}
  for (const locale of locales) {
    const given = engagementLevels.map(level => input[`${locale}-${level}`] ?? '')
    if (given.some(Boolean)) words[locale] = given
  }
  await trx
    .updateTable('network')
    .set({ engagement_words: JSON.stringify(words) })
    .where('id', '=', networkId)
    .execute()
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, actor, {
    action: 'settings.engagement-changed',
    subject: { type: 'network', id: networkId },
    before: { ...before },
    after: { ...words },
  })
}

/** What a level is called: in the reader's language, in another of the network's own, else in our words. */
export function engagementName(
  level: number,
  words: EngagementWords,
  i18n: Pick<I18n, 't' | 'locale'>,
  fallback: Locale,
): string {
  const own: Translated = Object.fromEntries(
    locales.map(locale => [locale, words[locale]?.[level - 1] ?? '']),
  )
  return inLanguage(own, i18n.locale, fallback).text || usualEngagementName(level, i18n)
}

export function usualEngagementName(level: number, { t }: Pick<I18n, 't'>): string {
  return t(usual[Math.min(Math.max(level, 1), usual.length) - 1] ?? usual[0])
}

const usual = [
  'engagement.1',
  'engagement.2',
  'engagement.3',
  'engagement.4',
  'engagement.5',
] as const satisfies MessageKey[]
