import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '#kernel/errors.ts'
import { calendarOf } from '#modules/programmes/planning/calendar.ts'
import { addDays, dayAfter, isDay, readPeriod } from '#modules/programmes/planning/days.ts'
import { moveSteps, resumePlan, shiftedBy } from '#modules/programmes/planning/moving.ts'
import { inOrder } from '#modules/programmes/planning/order.ts'
import type { DatedStep } from '#modules/programmes/planning/plan.ts'
import { planProgramme } from '#modules/programmes/planning/plan-programme.ts'
import {
  anyOptions,
  anyTemplate,
  applied,
  aTemplate,
  daysOf,
  expectSound,
  france,
  stepsIn,
} from '#modules/programmes/planning/planning.fixture.ts'
import '../../../../test/fast-check.ts'

const yearEnd = { from: '2026-12-19', until: '2027-01-03', name: 'Fin d’année' }

describe('days', () => {
  test('months are clamped to the last day, never carried over', () => {
    const monthly = [1, 2, 3, 13].map(months => dayAfter('2027-01-31', { months, days: 0 }))
    expect(monthly).toEqual(['2027-02-28', '2027-03-31', '2027-04-30', '2028-02-29'])
    expect(dayAfter('2026-12-31', { months: 2, days: 1 })).toBe('2027-03-01')
  })

  test('periods are whole days, weeks, months and years, and nothing else', () => {
    expect(readPeriod('P1Y2M3W4D')).toEqual({ months: 14, days: 25 })
    expect(['P', 'P-1D', 'PT3H', '3W', 'P1.5M', 'P1D2M', 'P99999D', ''].map(readPeriod)).toEqual(
      Array(8).fill(null),
    )
    expect(['2027-02-29', '2028-02-29', '2027-2-1', 'x'].map(isDay)).toEqual([false, true, false, false])
  })
})

describe('a calendar', () => {
  test('knows the public holidays of a country, and of its parts', () => {
    const calendar = calendarOf({ country: 'FR', closures: [yearEnd] })
    // Ascension, Whit Monday; a Saturday; closed.
    expect(calendar.whyNot('2027-05-06')).toEqual({ kind: 'holiday', day: '2027-05-06', name: 'Ascension' })
    expect(calendar.nextWorkday('2027-05-15')).toBe('2027-05-18')
    expect(calendar.previousWorkday('2027-05-17')).toBe('2027-05-14')
    expect(calendar.whyNot('2026-12-25')).toEqual({ kind: 'closed', ...yearEnd })
    // Good Friday is one in Moselle alone; the days off in the week are Friday and Saturday in Saudi Arabia.
    expect(calendar.isFree('2027-03-26')).toBe(true)
    expect(calendarOf({ country: 'FR', subdivision: '57', closures: [] }).isFree('2027-03-26')).toBe(false)
    expect(calendarOf({ country: 'SA', closures: [] }).isFree('2027-01-03')).toBe(true)
    expect(calendarOf({ country: null, closures: [] }).isFree('2027-05-06')).toBe(true)
    // Several days long, from one year into the next.
    expect(calendarOf({ country: 'SA', closures: [] }).whyNot('2027-03-10')?.kind).toBe('holiday')
  })

  test.each([
    ['programmePlan.error.closure', [{ from: '2027-02-01', until: '2027-01-01', name: '' }]],
    ['programmePlan.error.closure', [{ from: '2027-02-30', until: '2027-03-01', name: '' }]],
    ['programmePlan.error.longClosure', [{ from: '2027-01-01', until: '2027-12-31', name: '' }]],
    [
      'programmePlan.error.manyClosures',
      Array(101).fill({ from: '2027-01-01', until: '2027-01-01', name: '' }),
    ],
  ])('refuses closures that cannot be: %s', (message, closures) => {
    expect(fieldsOf(() => calendarOf({ country: null, closures }))).toEqual([{ field: 'closures', message }])
  })

  test('says so when closures leave no day', () => {
    const closures = Array.from({ length: 20 }, (_, at) => ({
      from: addDays('2027-01-01', at * 100),
      until: addDays('2027-01-01', at * 100 + 99),
      name: '',
    }))
    const message = 'programmePlan.error.noFreeDay'
    expect(fieldsOf(() => calendarOf({ country: 'FR', closures }).nextWorkday('2027-02-01'))).toEqual([
      { field: 'closures', message },
    ])
  })
})

describe('a plan', () => {
  test('that starts on 31 January with monthly steps stays at the end of the months', () => {
    const chain = [0, 1, 2, 3].map(at => ({
      key: `s${at}`,
      mode: 'own_work' as const,
      ...(at === 0 ? { starts: 'P0D' } : { after: [{ step: `s${at - 1}`, gap: 'P1M' }] }),
    }))
    const plan = planProgramme(aTemplate([chain]), { ...france, startsOn: '2027-01-31' })
    expect(daysOf(plan.capsules)).toEqual(['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30'])
  })

  test('keeps meetings off holidays and weekends: after, or before where something follows at its time', () => {
    const steps = [
      { key: 'ascension', starts: 'P5D' },
      { key: 'pentecost', starts: 'P16D' },
      { key: 'fixed', starts: 'P17D', after: [{ step: 'pentecost', gap: 'P1D' }] },
      { key: 'work', starts: 'P19D', mode: 'own_work' as const, window: 'P4D' },
    ]
    const plan = planProgramme(aTemplate([steps]), { ...france, startsOn: '2027-05-01' })
    const [ascension, pentecost, fixed, work] = plan.capsules[0]?.steps ?? []
    expect(ascension).toMatchObject({
      ...{ dueOn: '2027-05-07', plannedOn: '2027-05-06' },
      why: [{ kind: 'holiday', name: 'Ascension' }],
    })
    // On Whit Monday, and what follows is meant for the day after it.
    expect(pentecost).toMatchObject({ opensOn: '2027-05-14', dueOn: '2027-05-14', plannedOn: '2027-05-17' })
    expect(pentecost?.why.map(({ kind }) => kind)).toEqual(['holiday', 'weekend'])
    expect(fixed).toMatchObject({ dueOn: '2027-05-18', why: [] })
    // Work on one's own may well be due on a Monday or a Sunday.
    expect(work).toMatchObject({ opensOn: '2027-05-20', dueOn: '2027-05-24', why: [] })
  })

  test('gives as much time before a closed week as without', () => {
    const steps = [{ key: 'work', starts: 'P3M', mode: 'own_work' as const, window: 'P2W' }]
    const plan = planProgramme(aTemplate([steps]), { ...france, closures: [yearEnd] })
    expect(plan.capsules[0]?.steps[0]).toMatchObject({
      ...{ opensOn: '2026-12-16', plannedOn: '2026-12-30', dueOn: '2027-01-15' },
      why: [{ kind: 'closed', name: 'Fin d’année' }],
    })
  })

  test('refuses a day that is none, and steps that go in a circle', () => {
    const circle = aTemplate([
      [
        { key: 'a', after: [{ step: 'b', gap: 'P1D' }] },
        { key: 'b', after: [{ step: 'a', gap: 'P1D' }] },
      ],
    ])
    expect(fieldsOf(() => planProgramme(circle, france))[0]?.message).toBe('programmePlan.error.circle')
    const wrong = { ...france, startsOn: '2027-02-29' }
    expect(fieldsOf(() => planProgramme(aTemplate([[{ key: 'a' }]]), wrong))[0]?.field).toBe('startsOn')
  })

  test('whatever the template and the calendar: held on free days, in order, with their gaps and reasons', () => {
    fc.assert(
      fc.property(anyTemplate, anyOptions, (template, options) => {
        const plan = planProgramme(template, options)
        const calendar = calendarOf(options)
        expect(planProgramme(template, options)).toEqual(plan)
        expect(plan.capsules.map(({ steps }) => steps.map(({ id }) => id))).toEqual(
          template.capsules.map(({ steps }) => steps.map(({ key }) => key)),
        )
        const steps = stepsIn(plan.capsules)
        expectSound(steps, calendar)
        for (const step of plan.capsules.flatMap(capsule => capsule.steps)) {
          expect(step.opensOn >= options.startsOn && step.dueOn <= plan.endsOn).toBe(true)
          if (step.dueOn !== step.plannedOn) expect(step.why).not.toEqual([])
        }
      }),
    )
  })
})

describe('moving', () => {
  const plan = planProgramme(
    aTemplate([
      [
        { key: 'a', starts: 'P0D' },
        { key: 'b', after: [{ step: 'a', gap: 'P2W' }], mode: 'own_work', window: 'P1W' },
        { key: 'c', after: [{ step: 'b', gap: 'P1D' }], starts: 'P5W' },
      ],
      [{ key: 'd', after: [{ capsule: 'capsule-1', gap: 'P1W' }], starts: 'P3M' }],
    ]),
    france,
  )
  const given = { calendar: calendarOf(france), today: '2026-09-17' }

  test('takes along what depends on it, as far as it must', () => {
    expect(daysOf(plan.capsules)).toEqual(['2026-09-16', '2026-10-07', '2026-10-21', '2026-12-16'])
    const { moves } = moveSteps(plan.capsules, [{ stepId: 'b', dueOn: '2026-10-28' }], given)
    expect(
      moves.map(({ stepId, opensOn, dueOn, asked, why }) => [stepId, opensOn, dueOn, asked, why]),
    ).toEqual([
      ['b', '2026-10-21', '2026-10-28', true, []],
      ['c', '2026-10-29', '2026-10-29', false, [{ kind: 'after', stepId: 'b' }]],
    ])
    // To a day on which nothing is held, and to one before what it comes after.
    const [armistice] = moveSteps(plan.capsules, [{ stepId: 'c', dueOn: '2026-11-11' }], given).moves
    expect(armistice).toMatchObject({
      dueOn: '2026-11-12',
      plannedOn: '2026-11-11',
      why: [{ name: 'Armistice 1918' }],
    })
    const [early] = moveSteps(plan.capsules, [{ stepId: 'c', dueOn: '2026-10-01' }], given).moves
    expect(early).toMatchObject({ dueOn: '2026-10-08', why: [{ kind: 'after', stepId: 'b' }] })
  })

  test('leaves what is past, and moves nothing into it', () => {
    const later = { ...given, today: '2026-10-10' }
    const asked = [
      { stepId: 'b', dueOn: '2026-12-01' },
      { stepId: 'c', dueOn: '2026-10-09' },
      { stepId: 'x', dueOn: '2026-12-01' },
    ]
    expect(moveSteps(plan.capsules, asked, later)).toEqual({
      moves: [],
      refused: [
        { stepId: 'x', reason: 'unknown' },
        { stepId: 'b', reason: 'past' },
        { stepId: 'c', reason: 'into-the-past' },
      ],
    })
  })

  test('by two weeks, a capsule goes whole; after a pause, all that is left', () => {
    const capsule = plan.capsules[0]?.steps ?? []
    const shifted = moveSteps(plan.capsules, shiftedBy(capsule, 14, given.today), given)
    expect(shifted.moves.map(({ stepId, dueOn }) => [stepId, dueOn])).toEqual([
      ['b', '2026-10-21'],
      ['c', '2026-11-04'],
    ])
    const pause = { pausedOn: '2026-10-01', resumesOn: '2027-01-01' }
    const resumed = resumePlan(plan.capsules, pause, given.calendar)
    expect(daysOf(applied(plan.capsules, resumed))).toEqual([
      '2026-09-16',
      '2027-01-07',
      '2027-01-21',
      '2027-03-18',
    ])
  })

  test('whatever is asked: the past stays, what follows still follows, and a second time nothing is left to do', () => {
    const someMoves = fc.array(
      fc.record({ at: fc.nat(30), days: fc.integer({ min: -60, max: 90 }), end: fc.boolean() }),
      {
        maxLength: 4,
      },
    )
    fc.assert(
      fc.property(anyTemplate, anyOptions, someMoves, fc.nat(200), (template, options, wishes, gone) => {
        const { capsules } = planProgramme(template, options)
        const steps = stepsIn(capsules)
        const by = { calendar: calendarOf(options), today: addDays(options.startsOn, gone) }
        expect(
          moveSteps(
            capsules,
            steps.map(({ id, dueOn }) => ({ stepId: id, dueOn })),
            by,
          ).moves,
        ).toEqual([])
        expect(shiftedBy(steps, 0, by.today)).toEqual([])
        const wished = new Map(
          wishes.map(({ at, days, end }) => {
            const { id, opensOn, dueOn } = steps[at % steps.length] as DatedStep
            return [
              id,
              end
                ? { stepId: id, dueOn: addDays(dueOn, days) }
                : { stepId: id, opensOn: addDays(opensOn, days) },
            ]
          }),
        )
        const asked = [...wished.values()]
        const proposal = moveSteps(capsules, asked, by)
        expect(moveSteps(capsules, asked, by)).toEqual(proposal)
        const after = applied(capsules, proposal)
        expectSound(stepsIn(after), by.calendar, by.today)
        const was = new Map(steps.map(step => [step.id, step]))
        const is = new Map(stepsIn(after).map(step => [step.id, step]))
        for (const { stepId, from, opensOn, dueOn, asked: wanted, why } of proposal.moves) {
          expect(from.dueOn >= by.today && dueOn >= by.today).toBe(true)
          if (from.opensOn < by.today) expect(opensOn).toBe(from.opensOn)
          if (was.get(stepId)?.mode === 'own_work') {
            expect(by.calendar.isFree(dueOn)).toBe(true)
            if (from.opensOn >= by.today) expect(by.calendar.isFree(opensOn)).toBe(true)
          }
          if (wanted) continue
          expect(why).not.toEqual([])
          const pushing = was.get(stepId)?.after.some(({ stepId: on, gapDays }) => {
            const [old, now] = [was.get(on), is.get(on)]
            return old && now && now.dueOn > old.dueOn && addDays(now.dueOn, gapDays) > from.opensOn
          })
          expect(pushing).toBe(true)
        }
        expect(moveSteps(after, asked, by).moves).toEqual([])
      }),
    )
  })
})

describe('an order', () => {
  test('names a circle, step by step', () => {
    const on = new Map([
      ['a', ['x']],
      ['b', ['c']],
      ['c', ['d']],
      ['d', ['b']],
    ])
    expect(inOrder(['a', 'b', 'c', 'd'], on)).toEqual({ circle: ['b', 'c', 'd', 'b'] })
    expect(inOrder(['a'], new Map([['a', ['a']]]))).toEqual({ circle: ['a', 'a'] })
  })

  test('holds for ten thousand in a row', () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => `s${at}`)
    const on = new Map(ids.map((id, at) => [id, [`s${at + 1}`]]))
    expect(inOrder(ids, on)).toEqual({ order: ids.toReversed() })
  })
})

function fieldsOf(work: () => unknown) {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error.fields
    throw error
  }
  throw new Error('It was not refused')
}
