import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import '../../../../test/fast-check.ts'
import { align } from '#modules/commons/history/alignment.ts'
import { differences, folded, listDifferences, type Piece } from '#modules/commons/history/differences.ts'

const marked = (pieces: Piece[]) =>
  pieces
    .map(({ kind, text }) => (kind === 'same' ? text : kind === 'added' ? `[+${text}]` : `[-${text}]`))
    .join('')

describe('words', () => {
  test('show what was added and what was taken away', () => {
    expect(marked(differences('Le four solaire chauffe.', 'Le grand four solaire chauffe bien.'))).toBe(
      'Le [+grand ]four solaire chauffe[+ bien].',
    )
    expect(marked(differences('l’eau du village et de l’école.', 'l’eau du village.'))).toBe(
      'l’eau du village[- et de l’école].',
    )
  })

  test('a line more or less is a line', () => {
    expect(marked(differences('un\ndeux\ntrois\n', 'un\ntrois\nquatre\n'))).toBe(
      'un\n[-deux\n]trois\n[+quatre\n]',
    )
  })

  test('what has little in common is the one text, then the other', () => {
    const pieces = differences('Une phrase entière sur les fours.', 'Autre chose, de la pluie et du vent.')
    expect(pieces.map(({ kind }) => kind)).toEqual(['removed', 'added'])
  })

  test('a lone small word between two changes does not cut them', () => {
    const pieces = differences(
      'Nous avons rencontré les femmes de la coopérative hier matin à Bouaké.',
      'Nous avons rencontré des hommes de ce village hier matin à Bouaké.',
    )
    expect(marked(pieces)).toBe(
      'Nous avons rencontré [-les femmes de la coopérative ][+des hommes de ce village ]hier matin à Bouaké.',
    )
  })
})

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(fc.constantFrom('le', 'four', 'solaire', 'est', '\n', ' ', '  ', '.', 'mil', 'à', '**'), {
      maxLength: 60,
    })
    .map(words => words.join(' ')),
)

const spaceless = (text: string) => text.replace(/[^\S\n]+/g, '')
const kept = (pieces: Piece[], kind: 'added' | 'removed') =>
  pieces
    .filter(piece => piece.kind === 'same' || piece.kind === kind)
    .map(({ text }) => text)
    .join('')

describe('whatever the texts', () => {
  test('what is the same with what was added is the text as it is; with what was removed, as it was', () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const pieces = differences(before, after)
        expect(spaceless(kept(pieces, 'added'))).toBe(spaceless(after))
        expect(spaceless(kept(pieces, 'removed'))).toBe(spaceless(before))
      }),
    )
  })

  test('a text is the same as itself', () => {
    fc.assert(
      fc.property(texts, text => {
        expect(differences(text, text).every(({ kind }) => kind === 'same')).toBe(true)
      }),
    )
  })

  test('folding loses nothing', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ kind: fc.constantFrom('same', 'added', 'removed'), text: fc.lorem({ maxCount: 80 }) }),
        ),
        pieces => {
          const all = folded(pieces as Piece[])
          expect(all.map(({ text }) => text).join('')).toBe(pieces.map(({ text }) => text).join(''))
        },
      ),
    )
  })
})

describe('sequences', () => {
  const items = fc.array(fc.constantFrom('a', 'b', 'c', 'constructor', '__proto__', 'd'), { maxLength: 40 })

  test('runs cover both from end to end, and what is called the same is', () => {
    fc.assert(
      fc.property(items, items, fc.constantFrom(0, 30, 1e9), (before, after, steps) => {
        let [b, a] = [0, 0]
        for (const run of align(before, after, { steps })) {
          expect([run.before[0], run.after[0]]).toEqual([b, a])
          ;[b, a] = [run.before[1], run.after[1]]
          if (run.same) expect(before.slice(...run.before)).toEqual(after.slice(...run.after))
        }
        expect([b, a]).toEqual([before.length, after.length])
      }),
    )
  })

  test('long ones are aligned by what stands once in both', () => {
    const before = Array.from({ length: 20_000 }, (_, index) => `line ${index}`)
    const after = before.flatMap((line, index) =>
      index % 100 === 50 ? [] : index % 100 === 70 ? [line, 'new'] : [line],
    )
    const effort = { steps: 60_000_000 }
    const runs = align(before, after, effort)
    expect(runs.filter(({ same }) => !same)).toHaveLength(400)
    // Of the 400 million pairs there are, a fraction was looked at.
    expect(effort.steps).toBeGreaterThan(50_000_000)
  })

  test('where nothing helps, all between is one change, in bounded time', () => {
    const before = Array.from({ length: 30_000 }, (_, index) => `${index % 7}`)
    const after = Array.from({ length: 30_000 }, (_, index) => `${index % 5}`)
    const effort = { steps: 1_000_000 }
    expect(align(before, after, effort).length).toBeLessThan(4)
    expect(effort.steps).toBeGreaterThan(0)
  })
})

test('of things without an order, what came and what went', () => {
  expect(listDifferences(['eau', 'sol'], ['sol', 'vent'])).toEqual([
    { kind: 'same', text: 'sol' },
    { kind: 'added', text: 'vent' },
    { kind: 'removed', text: 'eau' },
  ])
})

test('a long stretch without a change is folded, with a little left beside the change', () => {
  const long = 'mot '.repeat(500)
  const pieces = folded(differences(`${long}avant. ${long}`, `${long}après. ${long}`))
  expect(pieces.map(({ kind }) => kind)).toEqual(['folded', 'same', 'removed', 'added', 'same', 'folded'])
})

test('a line that begins with nothing but spaces is compared as fast as one of words', () => {
  const time = (text: string) => {
    const started = performance.now()
    differences(`${text}un deux trois`, `${text}un deux quatre`)
    return performance.now() - started
  }
  const words = time('mot '.repeat(75_000))
  expect(time(' '.repeat(300_000))).toBeLessThan(100 * words)
})
