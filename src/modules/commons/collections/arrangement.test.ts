import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import '../../../../test/fast-check.ts'
import {
  type Move,
  moved,
  newPositions,
  type Placed,
  placed,
  sectionMoved,
  sectionRenamed,
} from './arrangement.ts'

/** 'a b | Énergie: c d | Eau: e' */
function order(text: string): Placed[] {
  return text.split(' | ').flatMap(part => {
    const [, section = null, ids = ''] = /^(?:(.+): )?(.*)$/.exec(part) ?? []
    return ids
      .split(' ')
      .filter(Boolean)
      .map(id => ({ id, section }))
  })
}

function written(entries: readonly Placed[]): string {
  return [...Map.groupBy(entries, one => one.section)]
    .map(([section, own]) => `${section === null ? '' : `${section}: `}${own.map(one => one.id).join(' ')}`)
    .join(' | ')
}

describe('one entry', () => {
  const now = order('a b | Énergie: c d | Eau: e')

  test.each<[string, Move, string]>([
    ['b', { to: 'up' }, 'b a | Énergie: c d | Eau: e'],
    ['a', { to: 'up' }, 'a b | Énergie: c d | Eau: e'],
    ['b', { to: 'down' }, 'a | Énergie: b c d | Eau: e'],
    ['c', { to: 'up' }, 'a b c | Énergie: d | Eau: e'],
    ['e', { to: 'up' }, 'a b | Énergie: c d e'],
    ['e', { to: 'down' }, 'a b | Énergie: c d | Eau: e'],
    ['a', { before: 'd' }, 'b | Énergie: c a d | Eau: e'],
    ['e', { after: 'a' }, 'a e b | Énergie: c d'],
    ['c', { section: 'Eau' }, 'a b | Énergie: d | Eau: e c'],
    ['c', { section: 'Terre' }, 'a b | Énergie: d | Eau: e | Terre: c'],
    ['c', { section: null }, 'a b c | Énergie: d | Eau: e'],
    ['c', { before: 'nobody' }, 'a b | Énergie: c d | Eau: e'],
    ['nobody', { to: 'up' }, 'a b | Énergie: c d | Eau: e'],
  ])('%s %o', (id, move, after) => {
    expect(written(moved(now, id, move))).toBe(after)
  })

  test('what is added stands at the end of its section', () => {
    const added = placed(now, order('f | Énergie: g | Terre: h'))
    expect(written(added)).toBe('a b f | Énergie: c d g | Eau: e | Terre: h')
  })
})

describe('a section', () => {
  const now = order('a | Énergie: c d | Eau: e | Terre: f')

  test('passes its neighbour, and never what has no heading', () => {
    expect(written(sectionMoved(now, 'Eau', 'up'))).toBe('a | Eau: e | Énergie: c d | Terre: f')
    expect(written(sectionMoved(now, 'Énergie', 'up'))).toBe(written(now))
    expect(written(sectionMoved(now, 'Terre', 'down'))).toBe(written(now))
    expect(written(sectionMoved(now, 'Feu', 'down'))).toBe(written(now))
  })

  test('keeps its place under another name; joins one that has it', () => {
    expect(written(sectionRenamed(now, 'Eau', 'Mer'))).toBe('a | Énergie: c d | Mer: e | Terre: f')
    expect(written(sectionRenamed(now, 'Énergie', 'Terre'))).toBe('a | Eau: e | Terre: f c d')
    expect(written(sectionRenamed(now, 'Eau', null))).toBe('a e | Énergie: c d | Terre: f')
    expect(written(sectionRenamed(now, 'Eau', 'Eau'))).toBe(written(now))
  })
})

describe('whatever is done, one thing after the other', () => {
  const ids = Array.from({ length: 12 }, (_, index) => `i${index}`)
  const id = fc.constantFrom(...ids)
  const section = fc.constantFrom(null, 'Énergie', 'Eau', 'Terre')
  const direction = fc.constantFrom('up' as const, 'down' as const)
  const doing: fc.Arbitrary<(now: Placed[]) => Placed[]> = fc.oneof(
    fc.tuple(id, direction).map(
      ([one, to]) =>
        (now: Placed[]) =>
          moved(now, one, { to }),
    ),
    fc.tuple(id, id).map(
      ([one, before]) =>
        (now: Placed[]) =>
          moved(now, one, { before }),
    ),
    fc.tuple(id, id).map(
      ([one, after]) =>
        (now: Placed[]) =>
          moved(now, one, { after }),
    ),
    fc.tuple(id, section).map(
      ([one, into]) =>
        (now: Placed[]) =>
          moved(now, one, { section: into }),
    ),
    fc.tuple(section, direction).map(
      ([one, to]) =>
        (now: Placed[]) =>
          one ? sectionMoved(now, one, to) : now,
    ),
    fc.tuple(section, section).map(
      ([one, name]) =>
        (now: Placed[]) =>
          one ? sectionRenamed(now, one, name) : now,
    ),
  )

  test('nothing is lost or doubled, and sections stay together, what has none in front', () => {
    fc.assert(
      fc.property(
        fc.array(section, { minLength: 12, maxLength: 12 }),
        fc.array(doing, { maxLength: 40 }),
        (sections, doings) => {
          let now = placed(
            [],
            ids.map((one, index) => ({ id: one, section: sections[index] ?? null })),
          )
          for (const change of doings) {
            now = change(now)
            expect(now.map(one => one.id).sort()).toEqual([...ids].sort())
            const headings = now
              .map(one => one.section)
              .filter((one, at, all) => at === 0 || one !== all[at - 1])
            expect(new Set(headings).size).toBe(headings.length)
            expect(headings.indexOf(null)).toBeLessThanOrEqual(0)
          }
        },
      ),
    )
  })

  test('the numbers written give the order wanted, and those of the others stay', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), { maxLength: 30 }),
        fc.nat({ max: 3 }),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 10 }),
        (numbers, fresh, swaps) => {
          const known = numbers
            .toSorted((a, b) => a - b)
            .map((number, index) => [`i${index}` as string, number] as const)
          const wanted = [
            ...known.map(([one]) => one),
            ...Array.from({ length: fresh }, (_, index) => `new${index}`),
          ]
          for (const [from, to] of swaps) {
            const [one] = wanted.splice(from % Math.max(1, wanted.length), 1)
            if (one !== undefined) wanted.splice(to % (wanted.length + 1), 0, one)
          }
          const now = new Map(known)
          const given = newPositions(wanted, now)
          const all = wanted.map(one => given.get(one) ?? now.get(one) ?? Number.NaN)
          expect(all).toEqual(all.toSorted((a, b) => a - b))
          expect(new Set(all).size).toBe(all.length)
          for (const number of all) expect(Math.abs(number)).toBeLessThanOrEqual(2 ** 30)
        },
      ),
    )
  })

  test('what moves is one row; where there is no room, all are numbered anew', () => {
    const roomy = new Map([
      ['a', 1024],
      ['b', 2048],
      ['c', 3072],
      ['d', 4096],
    ])
    expect(newPositions(['a', 'd', 'b', 'c'], roomy)).toEqual(new Map([['d', 1536]]))
    expect(newPositions(['d', 'a', 'b', 'c'], roomy)).toEqual(new Map([['d', 0]]))
    expect(newPositions(['a', 'b', 'c', 'd', 'e'], roomy)).toEqual(new Map([['e', 5120]]))
    expect(newPositions(['a', 'b', 'c', 'd'], roomy)).toEqual(new Map())
    const tight = new Map([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ])
    expect(newPositions(['a', 'c', 'b'], tight)).toEqual(
      new Map([
        ['c', 1024 * 2],
        ['a', 1024],
        ['b', 3072],
      ]),
    )
  })

  test('a thousand moves to the same place find room', () => {
    let wanted = ids
    const now = new Map(ids.map((one, index) => [one, (index + 1) * 1024]))
    for (let count = 0; count < 1_000; count++) {
      const [first = '', second = '', ...rest] = wanted
      wanted = [first, ...rest, second]
      for (const [one, number] of newPositions(wanted, now)) now.set(one, number)
    }
    expect([...now].sort((a, b) => a[1] - b[1]).map(([one]) => one)).toEqual(wanted)
  })
})
