import type { Locale } from '#kernel/locale.ts'
import { addDays, dayAfter, isDay, spanOf } from '#modules/programmes/planning/days.ts'
import type { Closure } from '#modules/programmes/programme.ts'
import type { ProgrammeTemplate } from '#modules/programmes/templates/template.ts'
import { textIn } from '#modules/programmes/templates/words.ts'

/** The closed times of every year as they fall into a programme that starts on this day, in their order. */
export function closuresOf(template: ProgrammeTemplate, startsOn: string, locale: Locale): Closure[] {
  const endsOn = dayAfter(startsOn, spanOf(template.duration))
  const [first, last] = [Number(startsOn.slice(0, 4)), Number(endsOn.slice(0, 4))]
  const years = Array.from({ length: last - first + 2 }, (_, at) => first - 1 + at)
  return years
    .flatMap(year =>
      template.closures.map(({ from, until, name }) => ({
        from: dayIn(year, from),
        until: dayIn(until < from ? year + 1 : year, until),
        name: textIn(name, locale),
      })),
    )
    .filter(({ from, until }) => until >= startsOn && from <= endsOn)
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
}

/** 29 February is the 28th where there is none. */
function dayIn(year: number, monthDay: string): string {
  const day = `${year}-${monthDay}`
  return isDay(day) ? day : addDays(`${year}-03-01`, -1)
}
