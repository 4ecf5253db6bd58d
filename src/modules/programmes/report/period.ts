import { z } from 'zod'
import { optionalDay } from '#modules/network/index.ts'
import type { Programme } from '#modules/programmes/programme.ts'

/** Days, both included, by the clocks of the programme. */
export interface Period {
  from: string
  until: string
  /** The whole programme, up to now. */
  whole: boolean
}

export const periodQuery = z.object({ from: optionalDay.catch(null), until: optionalDay.catch(null) })
export type PeriodQuery = z.output<typeof periodQuery>

/** What is not said, or lies outside, is the programme's own; of two days the earlier comes first. */
export function periodOf(
  { startsOn, endsOn }: Pick<Programme, 'startsOn' | 'endsOn'>,
  { from, until }: PeriodQuery,
  today: string,
): Period {
  const whole = from === null && until === null
  const last = endsOn < today ? endsOn : today > startsOn ? today : startsOn
  const [first, end] = [from ?? startsOn, until ?? (from !== null && from > last ? from : last)]
  return first <= end ? { from: first, until: end, whole } : { from: end, until: first, whole }
}
