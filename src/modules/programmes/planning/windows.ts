import type { Calendar } from '#modules/programmes/planning/calendar.ts'
import { addDays } from '#modules/programmes/planning/days.ts'
import type { Why } from '#modules/programmes/planning/plan.ts'

/** Time is counted in days that are not closed: two weeks with a closed one in between are three. */

/** The day itself, or the first after the closed time that it is in. */
export function openDayFrom(calendar: Calendar, day: string): string {
  let found = day
  for (let closure = calendar.closureOn(found); closure; closure = calendar.closureOn(found))
    found = addDays(closure.until, 1)
  return found
}

/** So many open days after a day; 0 is the day itself, or the first open one. */
export function afterOpenDays(calendar: Calendar, day: string, count: number): string {
  let found = openDayFrom(calendar, day)
  for (let left = count; left > 0; left--) found = openDayFrom(calendar, addDays(found, 1))
  return found
}

/** So many open days before a day. */
export function beforeOpenDays(calendar: Calendar, day: string, count: number): string {
  let found = day
  for (let left = count; left > 0; left--) {
    found = addDays(found, -1)
    for (let closure = calendar.closureOn(found); closure; closure = calendar.closureOn(found))
      found = addDays(closure.from, -1)
  }
  return found
}

/** How many open days lie after the one, up to and with the other. */
export function openDaysBetween(calendar: Calendar, from: string, until: string): number {
  let count = 0
  for (let day = addDays(from, 1); day <= until; day = addDays(day, 1)) if (!calendar.closureOn(day)) count++
  return count
}

/** What stood in the way on the days passed over between two, each thing once. */
export function obstacles(calendar: Calendar, from: string, until: string): Why[] {
  const step = until < from ? -1 : 1
  const found = new Map<string, Why>()
  for (let day = from; day !== until; day = addDays(day, step)) {
    const why = calendar.whyNot(day)
    if (why) found.set(identityOf(why), found.get(identityOf(why)) ?? why)
  }
  return [...found.values()]
}

/** The closed times that a window stretches over. */
export function closedBetween(calendar: Calendar, from: string, until: string): Why[] {
  const found = new Map<string, Why>()
  for (let day = from; day <= until; day = addDays(day, 1)) {
    const closure = calendar.closureOn(day)
    if (closure) found.set(closure.from, { kind: 'closed', ...closure })
  }
  return [...found.values()]
}

/** Each reason once. */
export function distinct(whys: readonly Why[]): Why[] {
  return [...new Map(whys.map(why => [identityOf(why), why])).values()]
}

function identityOf(why: Why): string {
  switch (why.kind) {
    case 'holiday':
      return `holiday/${why.day}`
    case 'weekend':
      return 'weekend'
    case 'closed':
      return `closed/${why.from}`
    case 'after':
      return `after/${why.stepId}`
  }
}
