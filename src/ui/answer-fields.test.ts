import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FieldValue, fieldsOf, readAnswer, readReference } from '#ui/answer-fields.ts'

/** Something that is not only spaces: a text without a character is no answer. */
const words = fc.string({ minLength: 1 }).filter(text => text.trim() !== '')
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(one => one + 0),
)
const key = fc
  .stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
  .filter(one => !['written', 'seen', 'add', 'file'].includes(one))
const list = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 8 })
const reference = fc.record(
  { name: words, address: fc.webUrl(), picture: fc.constant(true as const) },
  { requiredKeys: ['name'] },
)

const values: Record<string, fc.Arbitrary<FieldValue>> = {
  text: words,
  rich: words,
  date: fc.constantFrom('2026-01-31', '1999-12-01'),
  number,
  scale: fc.integer({ min: 1, max: 10 }),
  choice: list(words),
  tags: list(words),
  countries: list(words),
  group: list(fc.stringMatching(/^r[a-z]{12}$/)),
  sdgs: list(fc.integer({ min: 1, max: 17 })),
  shares: fc.dictionary(key, number, { minKeys: 1, noNullPrototype: true }).map(shares => ({ shares })),
  place: fc.record({ lat: number, lng: number }),
  people: list(reference),
  organisations: list(reference),
  items: list(reference),
  files: list(reference),
}

test.each(Object.entries(values))(
  'what fields say of an answer of the kind %s is read from them again',
  (kind, value) => {
    fc.assert(
      fc.property(value, key, (one, path) => {
        expect(readAnswer(kind, path, fieldsOf(path, one))).toEqual(one)
      }),
    )
  },
)

test.each(Object.keys(values))(
  'words that the kind %s does not know stay until its field says something',
  kind => {
    fc.assert(
      fc.property(words, written => {
        expect(readAnswer(kind, 'a', fieldsOf('a', { written }))).toEqual({ written })
      }),
    )
    expect(readAnswer(kind, 'a', {})).toBeNull()
    expect(readAnswer(kind, 'a', { 'a.written': ['  '] })).toBeNull()
  },
)

test('a field that says something goes before the words', () => {
  expect(readAnswer('number', 'a', { a: ['50'], 'a.written': ['about fifty'] })).toBe(50)
})

test.each([
  ['1 250,5', 1250.5],
  ['1\u202f250.5', 1250.5],
  ['−3', -3],
  ['1,250', '1,250'],
  ['about fifty', 'about fifty'],
  ['', null],
])('%o as people type it is %o', (typed, value) => {
  expect(readAnswer('number', 'a', { a: [typed] })).toBe(value)
})

test('what is added to a list comes after what is there, apart where its kind allows it', () => {
  const tags = { a: ['one, with a comma'], 'a.add': ['two, three; four', ''] }
  expect(readAnswer('tags', 'a', tags)).toEqual(['one, with a comma', 'two', 'three', 'four'])
  expect(readAnswer('countries', 'a', { 'a.add': ['Congo, Democratic Republic; Peru'] })).toEqual([
    'Congo, Democratic Republic',
    'Peru',
  ])
  expect(readAnswer('people', 'a', { 'a.add': ['Ana Ruiz; Li Wei'] })).toEqual([
    { name: 'Ana Ruiz' },
    { name: 'Li Wei' },
  ])
  expect(readAnswer('items', 'a', { 'a.add': ['Water; and more, still'] })).toEqual([
    { name: 'Water; and more, still' },
  ])
})

test('what shares are not sure of is kept to be refused, and other fields are no parts', () => {
  const fields = { 'a.sense': ['40'], 'a.test': ['many'], 'a.seen': ['1.x'], 'ab.grow': ['3'] }
  expect(readAnswer('shares', 'a', fields)).toEqual({ shares: { sense: 40, test: 'many' } })
})

test('a name that begins like a reference is a name', () => {
  expect(readReference('{oops')).toEqual({ name: '{oops' })
  expect(readReference('{"address":"/x"}')).toEqual({ name: '{"address":"/x"}' })
  expect(readReference(' ')).toBeNull()
})

test('a point pasted into one of its two fields is the point, a comma is a decimal one', () => {
  const place = (lat: string, lng: string) => readAnswer('place', 'a', { 'a.lat': [lat], 'a.lng': [lng] })
  expect(place('43.6, 1.44', '')).toEqual({ lat: 43.6, lng: 1.44 })
  expect(place('', '43°36′N 1°30′W')).toEqual({ lat: 43.6, lng: -1.5 })
  expect(place('43,604', '1,444')).toEqual({ lat: 43.604, lng: 1.444 })
  // Neither is taken for the other, nor lost.
  expect(place('43.6, 1.44', '2')).toEqual({ lat: '43.6, 1.44', lng: 2 })
  expect(place('là-bas', '')).toEqual({ lat: 'là-bas', lng: null })
  expect(place(' ', '')).toBeNull()
})
