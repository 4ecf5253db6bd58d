import fc from 'fast-check'
import { expect } from 'vitest'
import type { Calendar } from '#modules/programmes/planning/calendar.ts'
import { addDays, daysBetween } from '#modules/programmes/planning/days.ts'
import type { DatedCapsule, DatedStep, PlanOptions, Proposal } from '#modules/programmes/planning/plan.ts'
import { type Mode, modes } from '#modules/programmes/programme.ts'
import type {
  ProgrammeTemplate,
  TemplateDependency,
  TemplateStep,
} from '#modules/programmes/templates/template.ts'

export const france: PlanOptions = {
  ...{ startsOn: '2026-09-16', country: 'FR', subdivision: null, closures: [], locale: 'fr' as const },
}

/** A template of few words; what is not said of a step is as short as it can be. */
export function aTemplate(
  capsules: (Partial<TemplateStep> & { key: string })[][],
  duration = 'P1Y',
): ProgrammeTemplate {
  return {
    ...{ key: 'essai', version: 1, licence: 'CC0-1.0', name: { fr: 'Essai' }, duration, closures: [] },
    capsules: capsules.map((steps, at) => ({
      key: `capsule-${at + 1}`,
      title: { fr: `Capsule ${at + 1}` },
      steps: steps.map(step => ({
        ...{ title: { fr: step.key }, mode: 'video' as Mode, after: [], window: 'P0D', minutes: 60 },
        ...{ tutor: 'none' as const, expects: [], tasks: [], reminders: [] },
        ...step,
      })),
    })),
  }
}

const anyPeriod = fc.oneof(
  fc.integer({ min: 0, max: 45 }).map(days => `P${days}D`),
  fc.integer({ min: 0, max: 6 }).map(weeks => `P${weeks}W`),
  fc.integer({ min: 0, max: 3 }).map(months => `P${months}M`),
)

const anyDay = fc.integer({ min: 0, max: 3_500 }).map(days => addDays('2024-01-01', days))

/** Whose steps come after any of those before them, or begin at any time. */
export const anyTemplate = fc
  .array(
    fc.array(
      fc.record({
        mode: fc.constantFrom(...modes),
        starts: fc.option(anyPeriod, { nil: undefined }),
        window: anyPeriod,
        after: fc.array(fc.record({ back: fc.nat(6), gap: anyPeriod }), { maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map(capsules => {
    let number = 0
    return aTemplate(
      capsules.map(steps =>
        steps.map(({ mode, starts, window, after }) => {
          number += 1
          const dependencies = after.flatMap(({ back, gap }): TemplateDependency[] =>
            number - 1 - back > 0 ? [{ step: `s${number - 1 - back}`, gap }] : [],
          )
          const first = dependencies.length === 0 ? (starts ?? 'P0D') : starts
          return {
            ...{ key: `s${number}`, mode, window, after: dependencies },
            ...(first === undefined ? {} : { starts: first }),
          }
        }),
      ),
    )
  })

export const anyOptions: fc.Arbitrary<PlanOptions> = fc.record({
  startsOn: anyDay,
  country: fc.constantFrom('FR', 'ES', 'BR', 'SN', 'SA', null),
  subdivision: fc.constant(null),
  closures: fc.array(
    fc
      .record({ from: anyDay, days: fc.nat(40), name: fc.constant('Fermeture') })
      .map(({ from, days, name }) => ({
        ...{ from, name },
        until: addDays(from, days),
      })),
    { maxLength: 4 },
  ),
  locale: fc.constantFrom('fr', 'en', 'es', 'pt'),
})

/** As it is once everything proposed was done. */
export function applied<C extends DatedCapsule>(capsules: readonly C[], { moves }: Proposal): DatedCapsule[] {
  const byId = new Map(moves.map(move => [move.stepId, move]))
  return capsules.map(({ id, steps }) => ({
    id,
    steps: steps.map(step => {
      const move = byId.get(step.id)
      if (!move) return step
      const { opensOn, dueOn, plannedOn } = move
      return { ...step, opensOn, dueOn, plannedOn }
    }),
  }))
}

/**
 * Meetings on free days, nothing due in closed times, each behind what it comes after with its gap.
 * @param today what began before that may have begun before what it comes after, since that was moved
 */
export function expectSound(steps: DatedStep[], calendar: Calendar, today = ''): void {
  const byId = new Map(steps.map(step => [step.id, step]))
  for (const step of steps) {
    expect(step.opensOn <= step.dueOn).toBe(true)
    if (step.mode === 'own_work') expect(calendar.closureOn(step.dueOn)).toBeNull()
    else expect(calendar.whyNot(step.dueOn)).toBeNull()
    if (step.opensOn < today) continue
    for (const { stepId, gapDays } of step.after) {
      const before = byId.get(stepId)
      if (before) expect(daysBetween(before.dueOn, step.opensOn)).toBeGreaterThanOrEqual(gapDays)
    }
  }
}

export function stepsIn(capsules: readonly DatedCapsule[]): DatedStep[] {
  return capsules.flatMap(({ steps }) => steps)
}

export function daysOf(capsules: readonly DatedCapsule[]): string[] {
  return stepsIn(capsules).map(({ dueOn }) => dueOn)
}
