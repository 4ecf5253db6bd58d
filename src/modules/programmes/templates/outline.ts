import { addDays, dayAfter, daysBetween, spanOf } from '#modules/programmes/planning/days.ts'
import { meantDays } from '#modules/programmes/planning/plan-programme.ts'
import type { ProgrammeTemplate } from '#modules/programmes/templates/template.ts'

/** When a capsule is, as its author meant it: in months of the programme, from 1, and in days from its start. */
export interface OutlinedCapsule {
  key: string
  firstMonth: number
  lastMonth: number
  steps: { key: string; from: number; until: number; month: number }[]
}

export interface Outline {
  days: number
  months: number
  capsules: OutlinedCapsule[]
}

/** A template over its months, in a year like any other. */
export function outlineOf(template: ProgrammeTemplate): Outline {
  const last = addDays(dayAfter(start, spanOf(template.duration)), -1)
  const meant = meantDays(template, start)
  const capsules = template.capsules.map(({ key, steps }) => {
    const outlined = steps.map(step => {
      const { opensOn = start, dueOn = start } = meant.get(step.key) ?? {}
      return {
        key: step.key,
        from: daysBetween(start, opensOn),
        until: daysBetween(start, dueOn),
        month: monthOf(dueOn),
      }
    })
    return {
      key,
      firstMonth: Math.min(...outlined.map(({ from }) => monthOf(addDays(start, from)))),
      lastMonth: Math.max(...outlined.map(({ month }) => month)),
      steps: outlined,
    }
  })
  return { days: daysBetween(start, last) + 1, months: monthOf(last), capsules }
}

/** The first of January: its months are those of the calendar. */
const start = '2027-01-01'

function monthOf(day: string): number {
  return (Number(day.slice(0, 4)) - 2027) * 12 + Number(day.slice(5, 7))
}
