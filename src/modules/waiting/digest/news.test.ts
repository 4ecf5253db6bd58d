import { expect, test } from 'vitest'
import { mostTold, newsOf, type Stage, type Told } from '#modules/waiting/digest/news.ts'

const now = new Date('2026-11-23T06:00:00Z')
const days = (count: number) => new Date(now.getTime() + count * 86_400_000)
const one = (dueAt: Date | null, more: { number?: number; since?: Date } = {}) => ({
  kind: 'task',
  weight: 2 as const,
  subjectId: '1',
  number: more.number ?? null,
  since: more.since ?? days(-20),
  dueAt,
})
const told = (stage: Stage, dueAt: Date | null = null, toldAt = days(-7)): Told[] => [
  { kind: 'task', subjectId: '1', stage, dueAt, toldAt },
]
const stagesOf = (row: ReturnType<typeof one>, before: Told[], mailed = false) =>
  newsOf([row], before, () => mailed, now).told.map(({ stage }) => stage)

test('something is told once when it is new, once when its date is near, once when it is late', () => {
  const due = days(20)
  expect(stagesOf(one(due), [])).toEqual(['new'])
  expect(stagesOf(one(due), told('new', due))).toEqual([])
  expect(stagesOf(one(days(3)), told('new', days(3)))).toEqual(['soon'])
  expect(stagesOf(one(days(3)), [...told('new', days(3)), ...told('soon', days(3))])).toEqual([])
  expect(stagesOf(one(days(-1)), told('soon', days(-1)))).toEqual(['late'])
  expect(stagesOf(one(days(-1)), told('late', days(-1)))).toEqual([])
})

test('it is told again where its date was moved, or where more has come to what is counted', () => {
  expect(stagesOf(one(days(20)), told('new', days(10)))).toEqual(['new'])
  expect(stagesOf(one(null, { number: 2, since: days(-1) }), told('new'))).toEqual(['new'])
  expect(stagesOf(one(null, { number: 2, since: days(-8) }), told('new'))).toEqual([])
})

test('what a mail of its own said is not said again, but that it is late', () => {
  expect(stagesOf(one(null), [], true)).toEqual([])
  expect(newsOf([one(null)], [], () => true, now)).toMatchObject({ known: [{ stage: 'new' }], rest: 1 })
  expect(stagesOf(one(days(-1)), [], true)).toEqual(['late'])
})

test('a digest is never long: the rest is counted, and comes with the next', () => {
  const rows = Array.from({ length: mostTold + 3 }, (_, index) => ({ ...one(null), subjectId: `${index}` }))
  const first = newsOf(rows, [], () => false, now)
  expect([first.told.length, first.rest]).toEqual([mostTold, 3])
  const before = first.told.flatMap(({ row }) => [{ ...told('new')[0], subjectId: row.subjectId } as Told])
  expect(newsOf(rows, before, () => false, now).told).toHaveLength(3)
})
