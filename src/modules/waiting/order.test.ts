import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mostUsefulFirst, nearnessOf } from '#modules/waiting/order.ts'

const now = new Date('2026-11-22T12:00:00Z')
const near = fc.option(
  fc.integer({ min: -30, max: 90 }).map(days => new Date(now.getTime() + days * 86_400_000)),
  { nil: null },
)
const row = fc.record({
  kind: fc.constantFrom('task', 'poll', 'review'),
  weight: fc.constantFrom(1 as const, 2 as const, 3 as const),
  subjectId: fc.uuid(),
  dueAt: near,
  since: near,
})
const rows = fc.uniqueArray(row, { selector: ({ kind, subjectId }) => `${kind} ${subjectId}`, maxLength: 30 })

test('the order is the same whatever the order before, and loses nothing', () => {
  fc.assert(
    fc.property(rows, fc.func(fc.nat()), (given, shuffle) => {
      const shuffled = given.toSorted((one, other) => shuffle(one.subjectId) - shuffle(other.subjectId))
      const ordered = mostUsefulFirst(given, now)
      expect(mostUsefulFirst(shuffled, now)).toEqual(ordered)
      expect(mostUsefulFirst(ordered, now)).toEqual(ordered)
      expect(new Set(ordered)).toEqual(new Set(given))
    }),
  )
})

test('what is late stands first, what has more than a month left last; then what somebody waits for, then what is due within a week', () => {
  const rankOf = (one: { dueAt: Date | null; weight: number }) => {
    const nearness = nearnessOf(one, now)
    const apart = nearness === 'late' ? 0 : nearness === 'later' ? 8 : 4
    return apart + (one.weight === 3 ? 0 : 2) + (nearness === 'week' ? 0 : 1)
  }
  fc.assert(
    fc.property(rows, given => {
      const ranks = mostUsefulFirst(given, now).map(rankOf)
      expect(ranks).toEqual(ranks.toSorted((one, other) => one - other))
    }),
  )
})

test('between equals what is due sooner stands first, then what has waited longer', () => {
  const one = (subjectId: string, due: string | null, since: string) => ({
    kind: 'task',
    weight: 2 as const,
    subjectId,
    dueAt: due === null ? null : new Date(due),
    since: new Date(since),
  })
  const given = [
    one('d', null, '2026-11-02'),
    one('b', '2026-11-25', '2026-11-02'),
    one('c', null, '2026-11-01'),
    one('a', '2026-11-24', '2026-11-03'),
  ]
  expect(mostUsefulFirst(given, now).map(({ subjectId }) => subjectId)).toEqual(['a', 'b', 'c', 'd'])
})
