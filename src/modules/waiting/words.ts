import type { WaitingSource } from '#http/module.ts'
import type { Locale } from '#kernel/locale.ts'
import { kindsOf, type Waiting } from '#modules/waiting/waiting.ts'
import type { I18n } from '#platform/i18n/i18n.ts'

/** What waits, in one sentence of the reader's language. */
export function sentenceOf({ maybe }: I18n, { kind, title, place, number }: Waiting): string {
  // Whoever asked may have gone since: then nobody is named.
  const values = { title: title ?? '…', place: place ?? '…', number: number ?? 1 }
  return maybe(`waiting.kind.${kind}`, title ?? kind, values)
}

/** What things of a kind are called, to speak of all of them. */
export function kindName({ maybe }: I18n, kind: string): string {
  return maybe(`waiting.name.${kind}`, kind)
}

/** Where it is done, as a path. */
export function addressOf(
  sources: readonly WaitingSource[],
  place: { locale: Locale; network: string },
  row: Waiting,
): string {
  return kindsOf(sources)[row.kind]?.address(place, row) ?? ''
}

/** Where it is at home, to stand beside its sentence; null where that is said in it already. */
export function placeBeside({ kind, place }: Pick<Waiting, 'kind' | 'place'>): string | null {
  return saidInSentence.has(kind) ? null : place
}

const saidInSentence = new Set(['mention', 'programme_step', 'programme_catch_up'])

export const actNames = {
  prepare: 'waiting.act.prepare',
  answer: 'waiting.act.answer',
  confirm: 'waiting.act.confirm',
  finish: 'waiting.act.finish',
} as const

/** Of buttons: what is finished is not finished by opening its page. */
export const buttonNames = { ...actNames, finish: 'waiting.act.open' } as const

export const acts = ['prepare', 'answer', 'confirm', 'finish'] as const
