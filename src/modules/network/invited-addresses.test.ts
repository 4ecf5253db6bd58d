import fc from 'fast-check'
import '../../../test/fast-check.ts'
import { expect, test } from 'vitest'
import { mostAddresses, readAddresses } from '#modules/network/invited-addresses.ts'

test('reads addresses as they are written and as they are copied from a mail', () => {
  const text = `un@exemple.org
  Deux@Exemple.ORG ,
"Trois, Marie" <trois@exemple.org>;

Zoé Quatre <quatre@exemple.org>`
  expect(readAddresses(text)).toEqual({
    lines: [
      { number: 1, email: 'un@exemple.org', name: '' },
      { number: 2, email: 'deux@exemple.org', name: '' },
      { number: 3, email: 'trois@exemple.org', name: 'Trois, Marie' },
      { number: 5, email: 'quatre@exemple.org', name: 'Zoé Quatre' },
    ],
    problems: [],
  })
})

test('reads several of one line, as programmes of mail copy them', () => {
  const { lines, problems } = readAddresses(
    'un@exemple.org; "Deux, Marie" <deux@exemple.org>, Trois <trois@exemple.org>;\nQuatre, Luc <quatre@exemple.org>\ncinq@exemple.org, rien',
  )
  expect(lines.map(({ email, name }) => [email, name])).toEqual([
    ['un@exemple.org', ''],
    ['deux@exemple.org', 'Deux, Marie'],
    ['trois@exemple.org', 'Trois'],
    ['quatre@exemple.org', 'Quatre, Luc'],
  ])
  expect(problems).toEqual([
    { message: 'invitation.error.line', values: { line: 3, text: 'cinq@exemple.org, rien' } },
  ])
})

test('says which lines are none, and which come twice', () => {
  const { lines, problems } = readAddresses(
    'un@exemple.org\nrien\na@b@c\nUN@exemple.org\nX <y@z.org> <w@z.org>',
  )
  expect(lines.map(line => line.email)).toEqual(['un@exemple.org', 'w@z.org'])
  expect(problems).toEqual([
    { message: 'invitation.error.line', values: { line: 2, text: 'rien' } },
    { message: 'invitation.error.line', values: { line: 3, text: 'a@b@c' } },
    { message: 'invitation.error.twice', values: { line: 4, text: 'UN@exemple.org' } },
  ])
})

test('a line longer than a name and an address is none, whatever it is made of', () => {
  for (const sign of [' ', ',', '\t', 'a', '<']) {
    const { lines, problems } = readAddresses(`x${sign.repeat(19_000)}x@exemple.org\nun@exemple.org`)
    expect(lines.map(({ email }) => email)).toEqual(['un@exemple.org'])
    expect(problems).toHaveLength(1)
  }
  expect(readAddresses(`${'Nom '.repeat(60)}<un@exemple.org>${' '.repeat(9_000)}`).lines).toHaveLength(1)
})

test('takes so many at a time and no more', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => `n${index}@exemple.org`).join('\n')
  expect(readAddresses(many(mostAddresses)).problems).toEqual([])
  expect(readAddresses(many(mostAddresses + 1))).toMatchObject({
    problems: [{ message: 'invitation.error.many', values: { most: mostAddresses } }],
  })
})

test('whatever is written, what it reads is one plain address each, or a problem', () => {
  const piece = fc.constantFrom(
    '@',
    '<',
    '>',
    '"',
    ',',
    '\n',
    '\r',
    ' ',
    'a',
    'b.org',
    'x@y.org',
    '\u202e',
    '\t',
    'é',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
      const text = pieces.join('')
      const { lines, problems } = readAddresses(text)
      for (const { email } of lines) expect(email).toMatch(/^[!-~]+@[!-~]+$/)
      const written = text.split('\n').filter(line => line.replace(/[\s,;]+$/, '').trim() !== '')
      const separators = text.match(/[,;]/g)?.length ?? 0
      expect(lines.length + problems.length).toBeGreaterThanOrEqual(written.length)
      expect(lines.length + problems.length).toBeLessThanOrEqual(written.length + separators)
    }),
  )
})
