import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Answered, bestDates, type Vote, votes } from '#modules/meetings/polls/best-dates.ts'

const options = ['a', 'b', 'c'].map((id, day) => ({ id, startsAt: new Date(Date.UTC(2027, 0, day + 1)) }))

function answer(organisationId: string | null, given: Partial<Record<string, Vote>>): Answered {
  const known = Object.entries(given).flatMap(([id, vote]) => (vote ? [[id, vote] as const] : []))
  return { organisationId, votes: new Map(known) }
}

describe('the best date', () => {
  test('has the most who can', () => {
    const { standings, reason } = bestDates(options, [
      answer('x', { a: 'no', b: 'yes', c: 'maybe' }),
      answer('y', { a: 'maybe', b: 'yes', c: 'maybe' }),
    ])
    expect(standings.map(({ id, rank }) => [id, rank])).toEqual([
      ['b', 1],
      ['c', 2],
      ['a', 3],
    ])
    expect(reason).toBe('yes')
  })

  test('as many who can: the most who could if need be', () => {
    const { standings, reason } = bestDates(options, [
      answer('x', { a: 'yes', b: 'yes', c: 'no' }),
      answer('y', { a: 'no', b: 'maybe', c: 'no' }),
    ])
    expect(standings[0]?.id).toBe('b')
    expect(reason).toBe('maybe')
  })

  test('then the most organisations', () => {
    const { standings, reason } = bestDates(options, [
      answer('x', { a: 'yes' }),
      answer('x', { a: 'yes', b: 'yes' }),
      answer('y', { b: 'yes' }),
    ])
    expect(standings[0]).toMatchObject({ id: 'b', organisations: 2 })
    expect(reason).toBe('organisations')
  })

  test('of dates as good the earlier stands first, and they share a rank', () => {
    const { standings, reason } = bestDates([...options].reverse(), [answer(null, { a: 'yes', c: 'yes' })])
    expect(standings.map(({ id, rank }) => [id, rank])).toEqual([
      ['a', 1],
      ['c', 1],
      ['b', 3],
    ])
    expect(reason).toBe('yes')
  })

  test('where nobody can, nothing is better', () => {
    expect(bestDates(options, []).reason).toBeNull()
    expect(bestDates(options, [answer(null, { a: 'no', b: 'no' })]).reason).toBeNull()
  })

  test('one who answered before a date was proposed counts as open', () => {
    const { standings } = bestDates(options, [answer('x', { a: 'yes' })])
    expect(standings.find(({ id }) => id === 'b')).toMatchObject({ open: 1, yes: 0, no: 0 })
  })
})

test('no date stands before one that more can come to, and every answer counts once', () => {
  const anAnswer = fc
    .tuple(fc.option(fc.constantFrom('x', 'y', 'z')), fc.array(fc.option(fc.constantFrom(...votes))))
    .map(([organisation, given]) =>
      answer(
        organisation,
        Object.fromEntries(options.map(({ id }, index) => [id, given[index] ?? undefined])),
      ),
    )
  fc.assert(
    fc.property(fc.array(anAnswer, { maxLength: 12 }), answers => {
      const { standings } = bestDates(options, answers)
      expect(standings.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c'])
      for (const [index, standing] of standings.entries()) {
        const { yes, maybe, no, open, organisations } = standing
        expect(yes + maybe + no + open).toBe(answers.length)
        expect(organisations).toBeLessThanOrEqual(yes + maybe)
        expect(standings[index + 1]?.yes ?? 0).toBeLessThanOrEqual(yes)
        expect(standings[index + 1]?.rank ?? 9).toBeGreaterThanOrEqual(standing.rank)
      }
    }),
  )
})
