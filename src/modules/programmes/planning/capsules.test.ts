import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calendarOf } from '#modules/programmes/planning/calendar.ts'
import { addCapsule, planCapsule, reorderPlan } from '#modules/programmes/planning/capsules.ts'
import type { DatedCapsule, DatedStep } from '#modules/programmes/planning/plan.ts'
import { planProgramme } from '#modules/programmes/planning/plan-programme.ts'
import {
  applied,
  aTemplate,
  expectSound,
  france,
  stepsIn,
} from '#modules/programmes/planning/planning.fixture.ts'
import { shortenPlan } from '#modules/programmes/planning/shortening.ts'
import '../../../../test/fast-check.ts'

describe('another course', () => {
  const template = aTemplate([
    [{ key: 'opening', starts: 'P0D' }],
    ...[1, 2, 3].map(at => [
      {
        key: `read-${at}`,
        starts: `P${at * 3 - 2}M`,
        after: [{ capsule: `capsule-${at}`, gap: 'P1W' }],
        window: 'P2W',
      },
      {
        key: `work-${at}`,
        mode: 'own_work' as const,
        after: [{ step: `read-${at}`, gap: 'P1D' }],
        window: 'P3W',
      },
      { key: `meet-${at}`, after: [{ step: `work-${at}`, gap: 'P1D' }], window: 'P1W' },
    ]),
  ])
  const { capsules } = planProgramme(template, france)
  const given = { calendar: calendarOf(france), today: '2026-10-01' }
  const ids = capsules.map(({ id }) => id)

  test('shorter: what followed something left out follows what that followed', () => {
    const shorter = shortenPlan(capsules, { capsules: ['capsule-3'] }, given.today)
    expect(shorter.dropped).toEqual(['read-2', 'work-2', 'meet-2'])
    expect(shorter.rewired).toEqual([{ stepId: 'read-3', after: [{ stepId: 'meet-1', gapDays: 7 }] }])
    expect(shortenPlan(capsules, { endsOn: '2027-01-31' }, given.today)).toMatchObject({
      dropped: ['read-2', 'work-2', 'meet-2', 'read-3', 'work-3', 'meet-3'],
      endsOn: capsules[1]?.steps[2]?.dueOn,
    })
    expect(shortenPlan(capsules, { steps: ['opening', 'x'] }, given.today)).toMatchObject({
      dropped: [],
      refused: [
        { stepId: 'opening', reason: 'past' },
        { stepId: 'x', reason: 'unknown' },
      ],
    })
  })

  test('one capsule more: from the same template, with keys of its own, and the next begins after it', () => {
    const taken = [...ids, ...stepsIn(capsules).map(({ id }) => id)]
    const capsule = planCapsule(template, 'capsule-2', { ...france, startsOn: '2026-12-08', taken })
    expect(capsule?.steps.map(({ key }) => key)).toEqual(['read-1-2', 'work-1-2', 'meet-1-2'])
    if (!capsule) throw new Error('No capsule')
    const added = addCapsule(capsules, { capsule, at: 2 }, given)
    expect(added.rewired.map(({ stepId }) => stepId)).toEqual(['read-1-2', 'read-2'])
    const order = [...capsules.slice(0, 2), capsule, ...capsules.slice(2)]
    const after = applied(rewire(order, added.rewired), added)
    expectSound(stepsIn(after), given.calendar)
    expect(starts(after)).toEqual(starts(after).toSorted())
    expect(planCapsule(template, 'nothing', { ...france, taken })).toBeNull()
  })

  test('in another order: each begins where the one began that had its place', () => {
    const order = ['capsule-1', 'capsule-3', 'capsule-2', 'capsule-4']
    const other = reorderPlan(capsules, order, given)
    const after = applied(rewire(sorted(capsules, order), other.rewired), other)
    expectSound(stepsIn(after), given.calendar)
    expect(starts(after)).toEqual(starts(capsules))
    expect(reorderPlan(capsules, ids, given)).toEqual({ moves: [], refused: [], rewired: [] })
    expect(reorderPlan(capsules, ['capsule-2', ...order], given).refused).toEqual([])
    const begun = reorderPlan(capsules, ['capsule-2', 'capsule-1', 'capsule-3', 'capsule-4'], given)
    expect(begun).toMatchObject({ moves: [], refused: [{ stepId: 'opening', reason: 'past' }] })
  })

  test('in any order, nothing goes in a circle and each capsule is behind the one before it', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ids, { minLength: ids.length }), order => {
        const by = { ...given, today: '2026-09-16' }
        const other = reorderPlan(capsules, order, by)
        const after = applied(rewire(sorted(capsules, order), other.rewired), other)
        expectSound(stepsIn(after), by.calendar)
        expect(starts(after)).toEqual(starts(after).toSorted())
      }),
    )
  })
})

function rewire(capsules: readonly DatedCapsule[], rewired: { stepId: string; after: DatedStep['after'] }[]) {
  const changed = new Map(rewired.map(({ stepId, after }) => [stepId, after]))
  return capsules.map(({ id, steps }) => ({
    id,
    steps: steps.map(step => ({ ...step, after: changed.get(step.id) ?? step.after })),
  }))
}

function sorted(capsules: readonly DatedCapsule[], order: string[]): DatedCapsule[] {
  return capsules.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
}

function starts(capsules: readonly DatedCapsule[]): string[] {
  return capsules.map(({ steps }) => steps.map(({ opensOn }) => opensOn).toSorted()[0] ?? '')
}
