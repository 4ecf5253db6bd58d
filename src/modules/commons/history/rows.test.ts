import { expect, test } from 'vitest'
import { byRow, rowNames } from '#modules/commons/history/rows.ts'
import type { State } from '#modules/commons/history/states.ts'
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
        {
          key: 'partenaires',
          ask: { fr: 'Avec qui ?' },
          answer: {
            kind: 'group',
            questions: [
              { key: 'secteur', ask: { fr: 'Secteur' }, answer: { kind: 'choice', options: [] } },
              { key: 'qui', ask: { fr: 'Qui' }, answer: { kind: 'organisations' } },
              { key: 'apport', ask: { fr: 'Apport' }, answer: { kind: 'rich' } },
            ],
          },
        },
      ],
    },
  ],
}

const state = (answers: Record<string, Value>): State => new Map(Object.entries(answers))

test('a row is called by what is first said in words in it, now or, of what is gone, then', () => {
  const was = state({
    partenaires: ['1', '2', '3'],
    'partenaires/1/apport': 'Des bacs\net du temps',
    'partenaires/2/apport': 'De l’argent',
    'partenaires/3/secteur': ['public'],
  })
  const is = state({
    partenaires: ['1', '3'],
    'partenaires/1/qui': [{ name: 'Le lycée' }],
    'partenaires/1/apport': 'Des bacs',
    'partenaires/3/secteur': ['public'],
  })
  expect(Object.fromEntries(rowNames(template, was, is))).toEqual({
    'partenaires/1': 'Le lycée',
    'partenaires/2': 'De l’argent',
    // Nothing is said in words: its place.
    'partenaires/3': '2',
  })
})

test('answers of one row stand together; others by themselves', () => {
  const paths = ['titre', 'partenaires', 'partenaires/1/qui', 'lieu', 'partenaires/1/apport']
  expect([...byRow(paths.map(path => ({ path })))].map(([path, all]) => [path, all.length])).toEqual([
    ['titre', 1],
    ['partenaires', 1],
    ['partenaires/1', 2],
    ['lieu', 1],
  ])
})
