import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addStep, freeDays } from '#modules/programmes/planning/adding-step.ts'
import { calendarOf } from '#modules/programmes/planning/calendar.ts'
import { addDays } from '#modules/programmes/planning/days.ts'
import type { DatedStep } from '#modules/programmes/planning/plan.ts'
import { planProgramme } from '#modules/programmes/planning/plan-programme.ts'
import {
  applied,
  aTemplate,
  expectSound,
  france,
  stepsIn,
} from '#modules/programmes/planning/planning.fixture.ts'
import '../../../../test/fast-check.ts'

const template = aTemplate([
  [{ key: 'opening', starts: 'P0D' }],
  ...[1, 2].map(at => [
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
const new1 = (mode: DatedStep['mode'], opensOn: string, dueOn: string): DatedStep => ({
  ...{ id: 'new', mode, opensOn, dueOn, plannedOn: dueOn, after: [] },
})

test('a wished day that is a holiday, a weekend or closed is moved, and why is said', () => {
  const on = (mode: DatedStep['mode'], opensOn: string, dueOn: string) =>
    freeDays(new1(mode, opensOn, dueOn), given)
  expect(on('video', '2026-11-10', '2026-11-10')).toMatchObject({ dueOn: '2026-11-10', why: [] })
  expect(on('video', '2026-11-11', '2026-11-11')).toMatchObject({
    dueOn: '2026-11-12',
    plannedOn: '2026-11-11',
    why: [{ kind: 'holiday' }],
  })
  expect(on('in_person', '2026-11-14', '2026-11-14').dueOn).toBe('2026-11-16')
  expect(on('own_work', '2026-11-01', '2026-11-15')).toMatchObject({
    opensOn: '2026-11-02',
    dueOn: '2026-11-13',
  })
})

test('it comes behind the one it is put behind, and what came after that one comes after it', () => {
  const [, second] = capsules
  const [read, work] = second?.steps ?? []
  if (!second || !read || !work) throw new Error('No steps')
  const day = addDays(read.dueOn, 2)
  const found = addStep(
    capsules,
    { step: new1('video', day, day), capsuleId: second.id, behind: read.id },
    given,
  )
  expect(found.rewired).toEqual([
    { stepId: 'new', after: [{ stepId: read.id, gapDays: 1 }] },
    {
      stepId: work.id,
      after: [
        { stepId: read.id, gapDays: 1 },
        { stepId: 'new', gapDays: 1 },
      ],
    },
  ])
  // The first of its capsule takes over what that came after.
  const first = addStep(
    capsules,
    { step: new1('video', day, day), capsuleId: second.id, behind: null },
    given,
  )
  expect(first.rewired.map(({ stepId }) => stepId)).toEqual(['new', read.id])
  expect(first.rewired[0]?.after).toEqual(read.after)
  // In a capsule of which all was left out.
  const emptied = capsules.map(capsule => (capsule === second ? { ...capsule, steps: [] } : capsule))
  const alone = addStep(emptied, { step: new1('video', day, day), capsuleId: second.id, behind: null }, given)
  expect(alone.rewired.map(({ stepId }) => stepId)).toEqual(['new', capsules[2]?.steps[0]?.id])
})

test('wherever and whenever it comes: on free days, in order, nothing in a circle', () => {
  const places = capsules.flatMap(({ id, steps }) => [
    { capsuleId: id, behind: null },
    ...steps.map(step => ({ capsuleId: id, behind: step.id })),
  ])
  fc.assert(
    fc.property(
      fc.constantFrom(...places),
      fc.constantFrom<DatedStep['mode']>('video', 'own_work', 'in_person'),
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 0, max: 60 }),
      (place, mode, from, length) => {
        const opensOn = addDays(given.today, from)
        const dueOn = mode === 'own_work' ? addDays(opensOn, length) : opensOn
        const found = addStep(capsules, { step: new1(mode, opensOn, dueOn), ...place }, given)
        const wired = new Map(found.rewired.map(({ stepId, after }) => [stepId, after]))
        const step = { ...new1(mode, opensOn, dueOn), ...found.days, after: wired.get('new') ?? [] }
        const after = applied(
          capsules.map(capsule => ({
            ...capsule,
            steps: [...capsule.steps, ...(capsule.id === place.capsuleId ? [step] : [])].map(one => ({
              ...one,
              after: wired.get(one.id) ?? one.after,
            })),
          })),
          found,
        )
        expectSound(stepsIn(after), given.calendar, given.today)
        expect(step.dueOn >= given.today).toBe(true)
      },
    ),
  )
})
