import fc from 'fast-check'
import { expect, test } from 'vitest'
import { locales } from '#kernel/locale.ts'
import { readCsv } from '#modules/commons/families/csv-reading.ts'
import { actions, type Decision } from '#modules/commons/families/rules.ts'
import { readRulesFile, writeRules } from '#modules/commons/families/rules-file.ts'

const text = fc
  .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
  .filter(one => one.trim() === one && !/^'/.test(one) && !/[\0\r]|[;\n]/.test(one))

test('what is written is read again as it was', () => {
  const decision: fc.Arbitrary<Decision> = fc.constantFrom(...actions).chain(action =>
    fc.record({
      kind: fc.constantFrom('theme' as const, 'method' as const),
      action: fc.constant(action),
      key: text,
      written: action === 'spelling' ? text : fc.constant(null),
      intoKey: ['name', 'hidden'].includes(action) ? fc.constant(null) : text,
      labels:
        action === 'name'
          ? fc.dictionary(fc.constantFrom(...locales), text, { minKeys: 1 })
          : fc.constant(null),
      hidden: action === 'hidden' ? fc.boolean() : fc.constant(null),
    }),
  )
  fc.assert(
    fc.property(fc.array(decision, { maxLength: 20 }), decisions => {
      const read = readRulesFile(writeRules(decisions))
      expect('drafts' in read && read.drafts.map(({ draft }) => draft)).toEqual(decisions)
    }),
  )
})

test('a file of a spreadsheet that separates by semicolons is read too, whatever the order of its columns', () => {
  const read = readRulesFile(
    '\ufeffACTION;key;Kind;into\r\nmerge;mapeo;theme;mapping\r\n;;;\r\nmerge;x;year;y\r\nfly;x;theme;\r\n',
  )
  expect(read).toMatchObject({
    drafts: [
      { line: 2, draft: { kind: 'theme', action: 'merge', key: 'mapeo', intoKey: 'mapping' } },
      { line: 3 },
    ],
    problems: [{ line: 4, refusal: 'action' }],
  })
})

test('a file that is none says so', () => {
  expect(readRulesFile('')).toEqual({ problem: 'empty' })
  expect(readRulesFile('name,number\nx,1')).toEqual({ problem: 'columns' })
  expect(readRulesFile(`kind,action,key\n${'theme,hidden,x\n'.repeat(5_001)}`)).toEqual({
    problem: 'too-many',
  })
})

test('never throws, and loses no cell', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), source => {
      expect(readCsv(source).flat().join('').length).toBeLessThanOrEqual(source.length)
    }),
  )
  expect(readCsv('a,"b ""c"", d\ne",\n')).toEqual([['a', 'b "c", d\ne', '']])
})
