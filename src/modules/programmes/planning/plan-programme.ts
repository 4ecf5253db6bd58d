import { AppError } from '#kernel/errors.ts'
import type { Locale } from '#kernel/locale.ts'
import { type Calendar, calendarOf } from '#modules/programmes/planning/calendar.ts'
import {
  addDays,
  dayAfter,
  daysBetween,
  earliest,
  isDay,
  latest,
  leastDays,
  spanOf,
  together,
} from '#modules/programmes/planning/days.ts'
import { isMeeting, meetingDay } from '#modules/programmes/planning/meeting-day.ts'
import { inOrder } from '#modules/programmes/planning/order.ts'
import type { Dependency, Plan, PlannedStep, PlanOptions, Why } from '#modules/programmes/planning/plan.ts'
import {
  afterOpenDays,
  closedBetween,
  distinct,
  obstacles,
  openDayFrom,
} from '#modules/programmes/planning/windows.ts'
import type { ProgrammeTemplate, TemplateStep } from '#modules/programmes/templates/template.ts'
import { dependenciesOf, localised, textIn } from '#modules/programmes/templates/words.ts'

/**
 * Lays a template out from a day on: first each step where its author meant it, counted from the start so that nothing
 * drifts; then moved out of the way of closed times, holidays, weekends and of what it comes after.
 * @throws AppError 'invalid-input' for a day that is none, closures that cannot be, or steps that go in a circle
 */
export function planProgramme(template: ProgrammeTemplate, options: PlanOptions): Plan {
  const { startsOn, closures, locale } = options
  if (!isDay(startsOn))
    throw new AppError('invalid-input', {
      fields: [{ field: 'startsOn', message: 'programmePlan.error.start' }],
    })
  const calendar = calendarOf(options)
  const meant = meantDays(template, startsOn)
  const lastMeant = addDays(dayAfter(startsOn, spanOf(template.duration)), -1)
  const laid = new Map<string, PlannedStep>()
  const rather = new Map<string, string[]>()
  // What begins at a time of its own is not to be pushed; what merely follows goes along.
  for (const { step, opensOn, after } of meant.values())
    for (const { stepId, gapDays } of step.starts === undefined ? [] : after)
      rather.set(stepId, [...(rather.get(stepId) ?? []), addDays(opensOn, -gapDays)])
  for (const [key, one] of meant)
    laid.set(
      key,
      layStep(one, { calendar, laid, startsOn, rather: [...(rather.get(key) ?? []), lastMeant], locale }),
    )
  const capsules = template.capsules.map(({ key, title, theme, aim, steps }) => ({
    id: key,
    key,
    title: textIn(title, locale),
    theme: textIn(theme, locale),
    aim: textIn(aim, locale),
    steps: steps.flatMap(step => laid.get(step.key) ?? []),
  }))
  return {
    templateKey: template.key,
    templateVersion: template.version,
    startsOn,
    endsOn: latest(lastMeant, ...[...laid.values()].map(({ dueOn }) => dueOn)),
    closures,
    capsules,
  }
}

/** Where its author meant a step to be, from this start on. */
export interface MeantStep {
  step: TemplateStep
  opensOn: string
  dueOn: string
  after: Dependency[]
}

/** By key, each after those that it comes after. */
export function meantDays(template: ProgrammeTemplate, startsOn: string): Map<string, MeantStep> {
  const steps = new Map(template.capsules.flatMap(capsule => capsule.steps).map(step => [step.key, step]))
  const after = dependenciesOf(template)
  const found = inOrder(
    [...steps.keys()],
    new Map([...after].map(([key, given]) => [key, given.map(({ step }) => step)])),
  )
  if ('circle' in found)
    throw new AppError('invalid-input', {
      fields: [{ field: 'template', message: 'programmePlan.error.circle' }],
      params: { circle: found.circle.join(' → ') },
    })
  const meant = new Map<string, MeantStep & { span: { months: number; days: number } }>()
  for (const key of found.order) {
    const step = steps.get(key)
    if (!step) continue
    const dependencies = after.get(key) ?? []
    // Months are added up and counted from the start at once: from 31 January on, each is the last of its month.
    const spans = dependencies.flatMap(({ step: before, gap }) => {
      const there = meant.get(before)
      return there ? [together(together(there.span, spanOf(there.step.window)), spanOf(gap))] : []
    })
    if (step.starts !== undefined) spans.push(spanOf(step.starts))
    const last = spans
      .map(span => ({ span, day: dayAfter(startsOn, span) }))
      .reduce((one, other) => (other.day > one.day ? other : one), {
        span: { months: 0, days: 0 },
        day: startsOn,
      })
    meant.set(key, {
      step,
      span: last.span,
      opensOn: last.day,
      dueOn: dayAfter(startsOn, together(last.span, spanOf(step.window))),
      after: dependencies.map(({ step: stepId, gap }) => ({ stepId, gapDays: leastDays(spanOf(gap)) })),
    })
  }
  return meant
}

function layStep(
  { step, opensOn, dueOn, after }: MeantStep,
  given: {
    calendar: Calendar
    laid: ReadonlyMap<string, PlannedStep>
    startsOn: string
    rather: string[]
    locale: Locale
  },
): PlannedStep {
  const { calendar, laid, startsOn, rather, locale } = given
  const why: Why[] = []
  const bounds = after.flatMap(({ stepId, gapDays }) => {
    const before = laid.get(stepId)
    return before ? [{ stepId, day: addDays(before.dueOn, gapDays) }] : []
  })
  const bound = latest(startsOn, ...bounds.map(({ day }) => day))
  if (bound > opensOn)
    why.push(
      ...bounds.filter(({ day }) => day === bound).map(({ stepId }) => ({ kind: 'after' as const, stepId })),
    )
  const free = latest(bound, opensOn)
  let opens = openDayFrom(calendar, free)
  let due = afterOpenDays(calendar, opens, daysBetween(opensOn, dueOn))
  why.push(...closedBetween(calendar, free, due))
  if (isMeeting(step.mode)) {
    const day = meetingDay(calendar, due, { notBefore: bound, rather })
    why.push(...obstacles(calendar, due, day))
    opens = earliest(opens, day)
    due = day
  }
  return {
    ...{ id: step.key, key: step.key, mode: step.mode, minutes: step.minutes, tutor: step.tutor },
    ...{ opensOn: opens, dueOn: due, plannedOn: dueOn, after },
    title: textIn(step.title, locale),
    aim: textIn(step.aim, locale),
    beginsAt: step.begins ?? null,
    expectations: step.expects.map(({ kind, title, optional, settings }) => ({
      kind,
      title: textIn(title, locale),
      settings: localised(settings, locale) as Record<string, unknown>,
      optional,
    })),
    tasks: step.tasks.map(({ title, before, after: later }) => ({
      title: textIn(title, locale),
      dueOn: addDays(
        due,
        later === undefined ? -leastDays(spanOf(before ?? 'P0D')) : leastDays(spanOf(later)),
      ),
    })),
    reminders: step.reminders,
    why: distinct(why),
  }
}
