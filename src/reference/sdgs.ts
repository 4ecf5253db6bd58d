import type { Locale } from '#kernel/locale.ts'
import file from '../../reference/sdgs.json' with { type: 'json' }

export type Sdg = {
  /** 1 to 17 */
  number: number
  /** Official colour, `#RRGGBB`; too light for text for several goals: use it for marks only. */
  colour: string
  names: Record<Locale, string>
}

export const sdgs: readonly Sdg[] = file.goals

export function sdg(number: number): Sdg | null {
  return sdgs[number - 1] ?? null
}

/** Short title in the reader's language; the number itself when there is no such goal. */
export function sdgName(number: number, locale: Locale): string {
  return sdg(number)?.names[locale] ?? String(number)
}
