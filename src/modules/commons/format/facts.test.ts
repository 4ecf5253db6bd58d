import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { growthOf, mostGrowth } from '../../../../test/growth.ts'
import { type Facts, factsOf, MOST_VALUES } from './facts.ts'
import type { CountryResolver } from './page.ts'
import { plainLine, plainText } from './plain-text.ts'
import { readPage } from './read-page.ts'
import { dateOf, placeOf, sdgOf, yearsOf } from './values.ts'

fc.configureGlobal({ seed: 617 })

const CODES: Record<string, string> = { Togo: 'TG', 'Ivory Coast': 'CI' }
const countries: CountryResolver = { resolve: written => CODES[written] ?? null }
/** Marks of French, else English: enough to see which text was asked about. */
const detect = (text: string) => ({ language: /[éèà]|\bles\b/.test(text) ? 'fr' : 'en' })
const factsIn = (...lines: string[]): Facts =>
  factsOf(readPage(lines.join('\n'), 'x.md'), { countries, detect })

const plan = [
  ...[
    '# LE TRI DES DÉCHETS AU MARCHÉ DE LA V…',
    '',
    '[[type:learningplan]]',
    '[[year:2023]]',
    '[[sdgs:10. Reduced innequalities]]',
  ],
  ...[
    '[[country:Ivory Coast]]',
    '[[latlng:7.6,-5.5]]',
    '[[methods:Solutions Mapping]]',
    '[[methods:solution mapping]]',
    '## Titre',
  ],
  ...[
    '> Please provide a name for your plan.',
    '',
    'Le tri des déchets au marché de la ville',
    '## Partners',
    '> Who are your partners?',
  ],
  ...[
    '<div class="group">',
    '> Name?',
    '',
    'La mairie, les marchés',
    '</div>',
    '## Learning questions',
    '> Short “tweet” summary: 280 chars?',
  ],
  ...[
    '',
    'Les vendeuses **trient** déjà ; nous [mesurons](https://a.org) combien.',
    '> To what stage(s) in the learning cycle does it relate?',
  ],
  ...['', '- Sense', '- Explore'],
]

describe('facts of a plan asked in English, answered in French', () => {
  const facts = factsIn(...plan)
  test('its values', () => {
    expect(facts).toMatchObject({
      type: 'learningplan',
      language: 'fr',
      years: [2023],
      sdgs: [10],
      stages: ['sense', 'explore'],
    })
    expect(facts.countries).toEqual([{ written: 'Ivory Coast', code: 'CI' }])
    expect(facts.place).toEqual({ lat: 7.6, lng: -5.5 })
    expect(facts.tags).toEqual([
      { kind: 'method', written: 'Solutions Mapping', family: 'solution mapping' },
      { kind: 'method', written: 'solution mapping', family: 'solution mapping' },
    ])
    expect(facts.problems).toEqual([])
  })

  test('its whole title and its own summary', () => {
    expect(facts.title).toBe('Le tri des déchets au marché de la ville')
    expect(facts.summary).toBe('Les vendeuses trient déjà ; nous mesurons combien.')
    expect(facts.summaryFrom).toBe('tweet')
  })

  test('search reads answers and headings, not questions', () => {
    const body = facts.fields.filter(field => field.kind === 'body')
    const text = body.map(field => field.text).join('\n')
    expect(text).toContain('La mairie')
    expect(text).toContain('Learning questions')
    expect(text).not.toMatch(/Name\?|Who are|learning cycle/)
    expect(body.find(field => field.text.includes('vendeuses'))?.language).toBe('fr')
  })
})

test('an article: no navigation in summary or search, date from words, address kept', () => {
  const facts = factsIn(
    ...[
      '# Saving water',
      '[[type:blog]]',
      '[[date:8 DE NOVIEMBRE DE 2022]]',
      '[[source:https://a.org/b]]',
      '[[country:Null Island]]',
    ],
    ...[
      '[[latlng:0,0]]',
      '',
      'Skip to main content',
      'WHO WE ARE',
      'SAVING WATER',
      '© Somebody',
      'Ana Author',
    ],
    ...['Farmers of the valley save half their water with clay jars.', 'READ MORE'],
  )
  expect(facts).toMatchObject({
    date: '2022-11-08',
    countries: [],
    place: null,
    source: 'https://a.org/b',
    problems: [],
  })
  expect(facts.summary).toBe('Farmers of the valley save half their water with clay jars.')
  expect(facts.fields.map(field => field.text).join('\n')).not.toMatch(/Skip to|READ MORE/)
})

test('values that cannot be read are reported at their line', () => {
  const facts = factsIn(
    ...[
      '# T',
      '[[type:solution]]',
      '[[latlng:95,10]]',
      '[[latlng:here]]',
      '[[country:Atlantis]]',
      '[[sdgs:18. Fun]]',
    ],
    ...[
      '[[year:soon]]',
      '[[date:03/04/2023]]',
      '[[source:javascript:alert(1)]]',
      `[[methods:${'x'.repeat(600)}]]`,
    ],
  )
  expect(facts.problems.map(found => [found.code, found.line])).toEqual([
    ['coordinates-out-of-range', 3],
    ['coordinates-unreadable', 4],
    ['country-unknown', 5],
    ['sdg-unknown', 6],
    ['year-unreadable', 7],
    ['date-unreadable', 8],
    ['source-unreadable', 9],
    ['value-too-long', 10],
  ])
  expect(facts).toMatchObject({
    place: null,
    source: null,
    tags: [],
    countries: [{ written: 'Atlantis', code: null }],
  })
})

test('ten thousand tags: two hundred are indexed, and one problem says so', () => {
  const tags = Array.from({ length: 10_000 }, (_, index) => `[[thematic_areas:theme ${index}]]`)
  const page = readPage(['# T', '[[type:solution]]', ...tags].join('\n'), 'x.md')
  const facts = factsOf(page, { countries, detect })
  expect(page.meta).toHaveLength(10_001)
  expect(facts.tags).toHaveLength(MOST_VALUES)
  expect(facts.problems).toMatchObject([{ code: 'too-many-values', line: 3 + MOST_VALUES }])
})

test('values', () => {
  expect(['10. Reduced', 'SDG 5', '17', '0', '170', 'x'].map(sdgOf)).toEqual([10, 5, 17, null, null, null])
  expect(['2023', '2021-2022', '23', '9999'].map(yearsOf)).toEqual([[2023], [2021, 2022], [], []])
  const days = [
    '2023-02-07T00:00:00.000Z',
    '20 MAI 2022',
    '1er août 2021',
    'March 1, 2023',
    '6 de março de 2020',
    '2023-02-30',
  ]
  expect(days.map(dateOf)).toEqual([
    '2023-02-07',
    '2022-05-20',
    '2021-08-01',
    '2023-03-01',
    '2020-03-06',
    null,
  ])
  expect(['1,2', '1;2', '1', '91,0', '0,181', '1,2,3', 'a,b'].map(placeOf)).toEqual([
    { lat: 1, lng: 2 },
    { lat: 1, lng: 2 },
    'unreadable',
    'out-of-range',
    'out-of-range',
    'unreadable',
    'unreadable',
  ])
})

test('plain text drops marks, addresses, tags and pictures', () => {
  expect(plainText('## A *b*\n- c_d _e_\n![Missing](x.png)\n[f <br> g](https://h)&amp;1\\. [i] 2 < 3')).toBe(
    'A b\nc_d e\nf\ng&1. [i] 2 < 3',
  )
  expect(plainLine('a\n\n b')).toBe('a b')
})

test('no text makes it throw, and summaries stay short', () => {
  const piece = fc.constantFrom(
    '[[type:solution]]\n',
    '# t\n',
    '> q\n',
    '[',
    '](',
    '![',
    '<a>',
    '&lt;',
    '*',
    'word. ',
    '\n',
    '- Sense\n',
    '…',
  )
  const source = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 80 }).map(all => all.join('')),
  )
  fc.assert(
    fc.property(source, text => {
      const facts = factsOf(readPage(text, 'x'), { countries, detect })
      expect(facts.summary.length).toBeLessThanOrEqual(280)
      expect(facts.fields.every(field => field.text !== '')).toBe(true)
    }),
    { numRuns: 500 },
  )
})

/** Each pattern is a way to make a careless pattern look everywhere from everywhere. */
test.each([
  '[[a:',
  '[[type:',
  '[',
  '![',
  '](',
  '<a',
  '<div class="group">\n',
  '> \n',
  '&',
  '# ',
  '#',
  '_a',
  ' ',
  '{',
  '- \n',
])('the time grows with %j, not with its square', pattern => {
  const run = (length: number) => {
    const source = pattern.repeat(Math.ceil(length / pattern.length))
    factsOf(readPage(`${source}x`, 'x'), { countries, detect })
  }
  expect(growthOf(40_000, run)).toBeLessThan(mostGrowth)
})
