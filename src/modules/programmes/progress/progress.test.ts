import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayFrom } from '#modules/programmes/programmes.fixture.ts'
import { callsFor, needsCall, needsInvitation } from '#modules/programmes/progress/attention.ts'
import {
  type Evidence,
  isUpToDate,
  type ProgressValues,
  progressFrom,
  ratioOf,
  stepStates,
  type Totals,
} from '#modules/programmes/progress/progress.ts'

import { drawRope, placeLabels } from '#modules/programmes/progress/rope-drawing.ts'
import { ropeFrom } from '#modules/programmes/progress/rope-section.ts'
import { ordered } from '#modules/programmes/progress/table-order.ts'

const start = '2026-01-05'
const day = (most: number) => fc.integer({ min: 0, max: most }).map(days => dayFrom(start, days))
const index = fc.nat({ max: 3 })

const values: fc.Arbitrary<ProgressValues> = fc
  .record({
    today: day(120),
    steps: fc.array(
      fc.record({
        opens: fc.nat({ max: 100 }),
        lasts: fc.nat({ max: 20 }),
        held: fc.option(fc.boolean()),
        expectations: fc.array(fc.record({ optional: fc.boolean(), attendance: fc.boolean() }), {
          maxLength: 3,
        }),
      }),
      { maxLength: 4 },
    ),
    joined: fc.array(day(120), { maxLength: 4 }),
    evidence: fc.array(
      fc.record({
        step: index,
        expectation: fc.nat({ max: 2 }),
        organisation: index,
        people: fc.array(fc.constantFrom('anne', 'bilal', 'cléo'), { maxLength: 3 }),
        doneOn: day(120),
        instead: fc.boolean(),
      }),
      { maxLength: 12 },
    ),
    arrangements: fc.uniqueArray(
      fc.record({ step: index, organisation: index, waived: fc.boolean(), dueOn: day(140) }),
      { maxLength: 4, selector: ({ step, organisation }) => `${step} ${organisation}` },
    ),
  })
  .map(given => ({
    programmeId: 'p',
    state: 'running' as const,
    today: given.today,
    steps: given.steps.map(({ opens, lasts, held, expectations }, s) => ({
      id: `step-${s}`,
      capsuleId: 'c',
      opensOn: dayFrom(start, opens),
      dueOn: dayFrom(start, opens + lasts),
      meeting: held === null ? null : { id: `meeting-${s}`, held },
      expectations: expectations.map((one, e) => ({ id: `${s}-${e}`, ...one })),
    })),
    organisations: given.joined.map((since, o) => ({ id: `org-${o}`, name: `Organisation ${o}`, since })),
    evidence: given.evidence.map(({ step, expectation, organisation, ...rest }) => ({
      expectationId: `${step}-${expectation}`,
      organisationId: `org-${organisation}`,
      ...rest,
    })),
    arrangements: given.arrangements.map(({ step, organisation, waived, dueOn }) => ({
      stepId: `step-${step}`,
      organisationId: `org-${organisation}`,
      kind: waived ? ('waived' as const) : ('later' as const),
      dueOn: waived ? null : dueOn,
      reason: '',
    })),
  }))

const shares = ({ completion, presence }: Totals) => [completion, presence]

test('shares lie between nothing and all, and what is counted of steps is what is counted of organisations', () => {
  fc.assert(
    fc.property(values, given => {
      const { organisations, steps, totals } = progressFrom(given)
      for (const one of [...organisations, ...steps, totals])
        for (const share of shares(one)) {
          expect(share.count).toBeLessThanOrEqual(share.of)
          const ratio = ratioOf(share)
          expect(ratio === null || (ratio >= 0 && ratio <= 1)).toBe(true)
        }
      for (const name of ['completion', 'presence'] as const)
        for (const part of ['count', 'of'] as const) {
          const sum = (all: Totals[]) => all.reduce((total, one) => total + one[name][part], 0)
          expect([sum(organisations), sum(steps)]).toEqual([totals[name][part], totals[name][part]])
        }
      for (const step of steps)
        expect(stepStates.reduce((sum, state) => sum + step.states[state], 0)).toBe(organisations.length)
    }),
  )
})

test('the rope, the table, its filters and the calls agree on who has something to make up for', () => {
  fc.assert(
    fc.property(values, given => {
      const progress = progressFrom(given)
      const calls = callsFor(progress, new Map())
      const namesOf = (of: { organisation: { id: string } | null }[]) =>
        of.map(one => one.organisation?.id).sort()
      const upToDate = ordered(calls, 'name', 'up-to-date')
      const behind = ordered(calls, 'name', 'catch-up')
      expect(namesOf([...upToDate, ...behind])).toEqual(namesOf(calls))
      const rope = ropeFrom(progress, [], [], true)
      expect(rope.upToDate).toBe(upToDate.length)
      expect(namesOf(rope.knots.filter(knot => knot.behind))).toEqual(namesOf(behind))
      for (const { organisation, reasons } of upToDate) {
        expect(reasons.map(({ why }) => why)).not.toContain('late')
        for (const { state, expected } of organisation.steps)
          if (expected > 0) expect(['late', 'missed', 'catching-up']).not.toContain(state)
      }
    }),
  )
})

test('who came late and did all since is up to date; that nobody has an account asks for no call', () => {
  const { organisations } = progressFrom({
    ...{ programmeId: 'p', state: 'running', today: '2026-03-10', evidence: [], arrangements: [] },
    organisations: [{ id: 'o', name: 'O', since: '2026-02-21' }],
    steps: [
      {
        ...{ id: 's', capsuleId: 'c', opensOn: '2026-02-01', dueOn: '2026-02-20', meeting: null },
        expectations: [{ id: 'read', optional: false, attendance: false }],
      },
    ],
  })
  expect(organisations.map(isUpToDate)).toEqual([true])
  const reasons = (...why: ('never-signed-in' | 'nobody')[]) => ({ reasons: why.map(why => ({ why })) })
  expect([needsCall(reasons()), needsInvitation(reasons())]).toEqual([false, false])
  expect([needsCall(reasons('never-signed-in')), needsInvitation(reasons('never-signed-in'))]).toEqual([
    false,
    true,
  ])
  expect(needsCall(reasons('nobody', 'never-signed-in'))).toBe(true)
})

test('names stand beneath the rope, within the picture, and none over another', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 6 }), settled => {
      const drawing = drawRope(340, 250, [5, 10, 5], settled)
      const named = drawing.knots.flatMap(knot => (knot ? [{ x: knot.x, width: 120 }] : []))
      const labels = placeLabels(drawing, named)
      for (const [index, { x, y }] of labels.entries()) {
        expect([x >= 0, x + 120 <= 340]).toEqual([true, true])
        for (const knot of drawing.knots)
          if (knot && knot.x > x - 6 && knot.x < x + 126) expect(y - 10).toBeGreaterThanOrEqual(knot.y + 6)
        for (const other of labels.slice(0, index))
          expect(Math.abs(other.x - x) >= 120 || Math.abs(other.y - y) >= 14).toBe(true)
      }
    }),
  )
})

test('nothing gets worse when something more is fulfilled', () => {
  fc.assert(
    fc.property(values, index, fc.nat({ max: 2 }), index, fc.boolean(), (given, s, e, o, instead) => {
      const more: Evidence = {
        ...{ expectationId: `${s}-${e}`, organisationId: `org-${o}`, people: [], doneOn: start, instead },
      }
      const [before, after] = [given, { ...given, evidence: [...given.evidence, more] }].map(progressFrom)
      for (const [at, one] of (before?.organisations ?? []).entries()) {
        const later = after?.organisations[at]
        if (!later) throw new Error('An organisation is gone')
        for (const [k, share] of shares(one).entries()) {
          const other = shares(later)[k] ?? share
          expect(ratioOf(other) ?? 1).toBeGreaterThanOrEqual(ratioOf(share) ?? 0)
          expect(other.count).toBeGreaterThanOrEqual(share.count)
        }
        for (const [k, step] of one.steps.entries()) {
          expect(later.steps[k]?.fulfilled).toBeGreaterThanOrEqual(step.fulfilled)
          if (step.state === 'done') expect(later.steps[k]?.state).toBe('done')
        }
      }
    }),
  )
})

test('the order in which things are known changes nothing, nor does saying them twice', () => {
  fc.assert(
    fc.property(values, given => {
      const otherwise = {
        ...given,
        evidence: [...given.evidence, ...given.evidence].reverse(),
        arrangements: [...given.arrangements].reverse(),
      }
      expect(progressFrom(otherwise)).toEqual(progressFrom(given))
    }),
  )
})

test('what is waived is never held against anybody, and a person counts once at a meeting', () => {
  fc.assert(
    fc.property(values, index, index, (given, s, o) => {
      const [stepId, organisationId] = [`step-${s}`, `org-${o}`]
      const others = given.arrangements.filter(
        one => one.stepId !== stepId || one.organisationId !== organisationId,
      )
      const waived = { stepId, organisationId, kind: 'waived' as const, dueOn: null, reason: '' }
      const [without, having] = [others, [...others, waived]].map(arrangements =>
        progressFrom({ ...given, arrangements }),
      )
      for (const [at, one] of (without?.organisations ?? []).entries())
        for (const [k, share] of shares(one).entries()) {
          const other = having?.organisations[at] ? shares(having.organisations[at])[k] : undefined
          expect((other ? ratioOf(other) : null) ?? 1).toBeGreaterThanOrEqual(ratioOf(share) ?? 0)
        }
      for (const { people } of having?.steps ?? []) expect(people ?? 0).toBeLessThanOrEqual(3)
    }),
  )
})

test('each state, told by the day, by what is done and by what was agreed', () => {
  const step = {
    ...{ id: 's', capsuleId: 'c', opensOn: '2026-02-01', dueOn: '2026-02-20' },
    meeting: { id: 'm', held: true },
    expectations: [
      { id: 'read', optional: false, attendance: false },
      { id: 'come', optional: false, attendance: true },
    ],
  }
  const stateOn = (
    today: string,
    done: string[] = [],
    more: { since?: string; kind?: 'later' | 'waived'; until?: string } = {},
  ) => {
    const { organisations } = progressFrom({
      ...{ programmeId: 'p', state: 'running' as const, today, steps: [step] },
      organisations: [{ id: 'o', name: 'O', since: more.since ?? '2026-01-01' }],
      evidence: done.map(expectationId => ({
        ...{ expectationId, organisationId: 'o', people: ['anne'], doneOn: today, instead: false },
      })),
      arrangements: more.kind
        ? [{ stepId: 's', organisationId: 'o', kind: more.kind, dueOn: more.until ?? null, reason: 'Congés' }]
        : [],
    })
    return organisations[0]?.steps[0]?.state
  }
  expect(stateOn('2026-01-31')).toBe('ahead')
  expect(stateOn('2026-02-01')).toBe('open')
  expect(stateOn('2026-02-20', ['read'])).toBe('part')
  expect(stateOn('2026-02-21')).toBe('late')
  expect(stateOn('2026-02-21', ['read'])).toBe('missed')
  expect(stateOn('2026-01-10', ['read', 'come'])).toBe('done')
  expect(stateOn('2026-03-10', [], { since: '2026-02-21' })).toBe('before')
  expect(stateOn('2026-03-10', [], { kind: 'waived' })).toBe('waived')
  expect(stateOn('2026-03-10', [], { kind: 'later', until: '2026-03-10' })).toBe('catching-up')
  expect(stateOn('2026-03-11', ['read'], { kind: 'later', until: '2026-03-10' })).toBe('late')
})
