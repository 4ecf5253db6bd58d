import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calledIn } from '#modules/threads/mentions.ts'

const people = [
  { personId: 'lea', name: 'Léa Martin' },
  { personId: 'lea-marie', name: 'Léa Martin-Roy' },
  { personId: 'aicha', name: 'Aïcha N’Diaye' },
  { personId: 'other-lea', name: 'Lea MARTIN' },
]

test.each([
  ['Bonjour @Léa Martin !', ['lea', 'other-lea']],
  ["@lea martin, @aicha n'diaye", ['lea', 'other-lea', 'aicha']],
  ['Voir @Léa Martin-Roy.', ['lea-marie']],
  ['@Léa\u00a0Martin', ['lea', 'other-lea']],
  ['(@Aïcha N’Diaye)', ['aicha']],
  ['@Léa', []],
  ['@Léa Martinet', []],
  ['lea@Léa Martin', []],
  ['Léa Martin', []],
  ['@', []],
])('%s calls %j', (said, called) => {
  expect(calledIn(said, people)).toEqual(called)
})

test('nobody is called by chance, and everybody by their own name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), given => {
      const said = given.normalize('NFKD').replaceAll('@', '')
      expect(calledIn(said, people)).toEqual([])
      expect(calledIn(`${said} @Aïcha N’Diaye`, people)).toEqual(['aicha'])
    }),
  )
})
