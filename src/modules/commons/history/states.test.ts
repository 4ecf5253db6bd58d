import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import '../../../../test/fast-check.ts'
import { byPlace, differing, over, restoring, type State } from '#modules/commons/history/states.ts'
import type { Template, Value } from '#modules/commons/templates/template.ts'

const template: Template = {
  key: 'essai',
  version: 1,
  type: 'essai',
  name: { fr: 'Essai' },
  sections: [
    {
      key: 'fond',
      heading: { fr: 'Fond' },
      questions: [
        { key: 'defi', ask: { fr: 'Quel défi ?' }, answer: { kind: 'rich' } },
        {
          key: 'partenaires',
          ask: { fr: 'Avec qui ?' },
          answer: {
            kind: 'group',
            questions: [
              { key: 'nom', ask: { fr: 'Nom' }, answer: { kind: 'text' } },
              { key: 'secteur', ask: { fr: 'Secteur' }, answer: { kind: 'text' } },
            ],
          },
        },
        { key: 'lieu', ask: { fr: 'Où ?' }, answer: { kind: 'place' } },
      ],
    },
  ],
}

const state = (answers: Record<string, Value>): State => new Map(Object.entries(answers))
const plain = (answers: State) => Object.fromEntries(answers)

test('rows are told by their place once a publication has called them anew', () => {
  const before = state({
    partenaires: ['2', 'rabcdefghijkl'],
    'partenaires/2/nom': 'Ana',
    'partenaires/rabcdefghijkl/nom': 'Boubou',
    'partenaires/1/nom': 'Listed no more',
  })
  expect(plain(byPlace(template, before))).toEqual({
    partenaires: ['1', '2'],
    'partenaires/1/nom': 'Ana',
    'partenaires/2/nom': 'Boubou',
  })
})

test('what differs comes in the order of the questions', () => {
  const found = differing(
    template,
    state({ lieu: { lat: 1, lng: 2 }, defi: 'a' }),
    state({ defi: 'b', 'partenaires/1/nom': 'Ana', partenaires: ['1'] }),
  )
  expect(found.map(({ path }) => path)).toEqual(['defi', 'partenaires', 'partenaires/1/nom', 'lieu'])
  expect(found[0]).toEqual({ path: 'defi', before: 'a', after: 'b' })
  expect(found[3]).toEqual({ path: 'lieu', before: { lat: 1, lng: 2 }, after: null })
})

describe('bringing back', () => {
  const rows = fc.uniqueArray(fc.constantFrom('1', '2', '3', 'raaaaaaaaaaaa', 'rbbbbbbbbbbbb'), {
    maxLength: 4,
  })
  const states = fc
    .tuple(
      rows,
      fc.dictionary(fc.constantFrom('nom', 'secteur'), fc.constantFrom('x', 'y')),
      fc.option(fc.constantFrom('a', 'b')),
    )
    .map(([keys, cells, defi]) =>
      state({
        ...(defi !== null && { defi }),
        ...(keys.length > 0 && { partenaires: keys }),
        ...Object.fromEntries(
          keys.flatMap((key, index) =>
            Object.entries(cells).map(([name, value]) => [`partenaires/${key}/${name}`, `${value}${index}`]),
          ),
        ),
      }),
    )
  const newKeys = () => {
    let count = 0
    return () => `r${String(count++).padStart(12, '0')}`
  }

  test('makes it what it was, also where rows are called otherwise', () => {
    fc.assert(
      fc.property(states, states, (then, now) => {
        const differences = differing(template, byPlace(template, then), byPlace(template, now))
        const restored = over(now, restoring(template, now, differences, true, newKeys()))
        expect(plain(byPlace(template, restored))).toEqual(plain(byPlace(template, then)))
      }),
    )
  })

  test('and what it was, answer for answer, where they are called the same', () => {
    fc.assert(
      fc.property(states, states, (then, now) => {
        const restored = over(now, restoring(template, now, differing(template, then, now), false, newKeys()))
        expect(plain(restored)).toEqual(plain(then))
      }),
    )
  })

  test('rows that stay keep the keys they have', () => {
    const now = state({ partenaires: ['rbbbbbbbbbbbb'], 'partenaires/rbbbbbbbbbbbb/nom': 'Ana' })
    const then = state({ partenaires: ['1', '2'], 'partenaires/1/nom': 'Ana', 'partenaires/2/nom': 'Eve' })
    const differences = differing(template, byPlace(template, then), byPlace(template, now))
    expect(plain(over(now, restoring(template, now, differences, true, newKeys())))).toEqual({
      partenaires: ['rbbbbbbbbbbbb', 'r000000000000'],
      'partenaires/rbbbbbbbbbbbb/nom': 'Ana',
      'partenaires/r000000000000/nom': 'Eve',
    })
  })
})
