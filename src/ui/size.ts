import type { I18n } from '#platform/i18n/i18n.ts'

const [kilo, mega, giga] = [2 ** 10, 2 ** 20, 2 ** 30]

/** As people say it: a thousand is 1,024, as in the limits. */
export function size({ t, number }: Pick<I18n, 't' | 'number'>, bytes: number): string {
  // Rounded first: what would be said as 1,024 of one is 1 of the next.
  if (bytes >= 999.95 * mega) return t('files.size.gigabytes', { size: number(tenth(bytes / giga)) })
  if (bytes > 999 * kilo) return t('files.size.megabytes', { size: number(tenth(bytes / mega)) })
  return t('files.size.kilobytes', { size: number(Math.ceil(bytes / kilo)) })
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}
