import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  coreName,
  openDuplicates,
  plainName,
  type Recognised,
} from '#modules/network/organisation-import/duplicates.ts'
import { leastLikeness, likeness, nearNames } from '#modules/network/organisation-import/near-names.ts'
import '../../../../test/fast-check.ts'

function one(name: string, more: Partial<Recognised> = {}): Recognised {
  return { name, plain: plainName(name), town: '', website: null, identifiers: [], emails: [], ...more }
}

const siret = { scheme: 'siret', value: '55210055400013' } as const
const bothVat = [{ scheme: 'vat', value: 'DE129273398' }] as const
const known = [
  [
    'menuiserie',
    one('Menuiserie Cazaux', {
      town: 'Toulouse',
      website: 'https://www.cazaux.example/',
      identifiers: [siret],
    }),
  ],
  ['ruche', one('La Ruche des Possibles', { town: 'Toulouse', emails: ['ines@ruche.example'] })],
  ['nursery', one('Pépinières n° 11')],
  ['mairie', one('Mairie de Muret', { town: 'Muret', emails: ['a@orange.fr'] })],
] as const

test.each([
  ['the same name, written otherwise', one('MENUISERIE CAZAUX'), 'menuiserie', ['name'], true],
  ['the same number', one('Cazaux et fils', { identifiers: [siret] }), 'menuiserie', ['identifier'], true],
  [
    'the same company',
    one('Autre', { identifiers: [{ scheme: 'siren', value: '552100554' }] }),
    'menuiserie',
    ['siren'],
    false,
  ],
  [
    'a near name in the same town',
    one('Menuiserie Casaux SARL', { town: 'TOULOUSE' }),
    'menuiserie',
    ['near-name'],
    false,
  ],
  [
    'a name nearly the same, without a town',
    one('Les Menuiseries Cazaux'),
    'menuiserie',
    ['near-name'],
    false,
  ],
  [
    'a name nearly the same, of one whose town is not known',
    one('Pépinière n° 11', { town: 'Albi' }),
    'nursery',
    ['near-name'],
    false,
  ],
  [
    'the same site',
    one('Autre', { website: 'http://cazaux.example/accueil' }),
    'menuiserie',
    ['website'],
    false,
  ],
  ['mail of the same domain', one('Autre', { emails: ['x@ruche.example'] }), 'ruche', ['email'], false],
])('%s', (_, taken, key, reasons, certain) => {
  const [found] = openDuplicates<string>([...known], [taken.name]).take('new', taken)
  expect(found).toMatchObject({ key, certain })
  expect(found?.reasons.map(({ code }) => code)).toEqual(reasons)
})

test.each([
  ['a near name elsewhere', one('Menuiserie Casaux', { town: 'Albi' })],
  ['a near name of which no town is known', one('Ruche des Mille Possibles du Nord')],
  ['a name without a town that differs by its number', one('Pépinières n° 12')],
  ['mail of a provider', one('Autre', { emails: ['b@orange.fr'] })],
  ['a site that everyone uses', one('Autre', { website: 'https://facebook.com/cazaux' })],
  ['another of its kind', one('Mairie de Roques', { town: 'Muret' })],
  [
    'a near name in the same town, registered as another company',
    one('Menuiserie Casaux', { town: 'Toulouse', identifiers: [{ scheme: 'siren', value: '732829320' }] }),
  ],
])('%s is nobody', (_, taken) => {
  expect(openDuplicates<string>([...known], [taken.name]).take('new', taken)).toEqual([])
})

test.each([
  ['another place of work of the same company', [{ scheme: 'siret', value: '55210055400021' }], 'siret'],
  ['numbers of two registers', [{ scheme: 'siret', value: '55210055400021' }], 'cnpj'],
  ['numbers of no register', [{ scheme: 'other', value: 'A-17' }], 'other'],
  ['one number in common among several', [...bothVat, { scheme: 'vat', value: 'DE136695976' }], 'vat'],
] as const)('%s: a near name in the same town counts', (_, identifiers, kind) => {
  const values = { siret: siret.value, cnpj: '11222333000181', other: 'B-4', vat: bothVat[0].value }
  const other = one('Menuiserie Cazaux', {
    town: 'Toulouse',
    identifiers: [{ scheme: kind, value: values[kind] }],
  })
  const taken = one('Menuiserie Casaux', { town: 'Toulouse', identifiers })
  const [found] = openDuplicates<string>([['menuiserie', other]], [taken.name]).take('new', taken)
  expect(found?.reasons.map(({ code }) => code)).toContain('near-name')
})

test('earlier lines of the file are compared as well, what too many share is not', () => {
  const duplicates = openDuplicates<number>([], [])
  const alike = (place: number) => one(`Antenne numéro ${place}`, { emails: [`${place}@federation.example`] })
  const found = Array.from({ length: 60 }, (_, place) => duplicates.take(place, alike(place)))
  expect(found[1]?.map(({ key }) => key)).toEqual([0])
  expect(found[59]).toEqual([])
})

test('forms of law and articles do not make a name', () => {
  expect(coreName('S.A.R.L. Les Ateliers du Canal')).toBe('ateliers canal')
  expect(coreName('La SAS')).toBe('la sas')
})

test('no pair of names that are alike is missed', () => {
  const word = fc.stringMatching(/^[a-e]{2,7}$/)
  const name = fc.array(word, { minLength: 1, maxLength: 4 }).map(words => words.join(' '))
  fc.assert(
    fc.property(fc.array(name, { minLength: 2, maxLength: 30 }), names => {
      const near = nearNames<number>(names)
      for (const [place, text] of names.entries()) near.add(place, text, 'town')
      names.forEach(text => {
        const expected = names.flatMap((other, place) =>
          likeness(text, other) >= leastLikeness ? [place] : [],
        )
        const found = near.find(text, 'town').map(({ key }) => key)
        if (expected.length <= 10) expect(found.sort((a, b) => a - b)).toEqual(expected)
      })
      expect(near.find(names[0] ?? '', 'elsewhere')).toEqual([])
    }),
    { numRuns: 60 },
  )
})
