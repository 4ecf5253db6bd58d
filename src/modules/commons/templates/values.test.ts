import { expect, test } from 'vitest'
import type { AnswerKind } from '#modules/commons/templates/template.ts'
import { settleValue } from '#modules/commons/templates/values.ts'

test('words are no answer where a page has a place of its own for it: nothing would give them back', () => {
  const words = { written: 'quelque part' }
  const part = { key: 'one', label: { en: 'One' } }
  const kinds: AnswerKind[] = [
    { kind: 'place' },
    { kind: 'sdgs' },
    { kind: 'countries' },
    { kind: 'tags', meta: 'methods' },
    { kind: 'shares', parts: [part] },
    { kind: 'group', questions: [] },
  ]
  for (const kind of kinds)
    expect(settleValue(kind, words), kind.kind).toEqual({ problem: { code: 'invalid' } })
  expect(settleValue({ kind: 'number' }, words)).toEqual({ value: words })
})

test('a megabyte of spaces or of empty lines is settled in the time it takes to read it', () => {
  const length = 500_000
  const hostile = [
    `${' '.repeat(length)}x`,
    `a${' '.repeat(length)}b`,
    `${'\n'.repeat(length)}x`,
    `x${' \n'.repeat(length)}`,
    `a${'  \n'.repeat(length)}b`,
    '['.repeat(length),
    '> '.repeat(length),
  ]
  const started = performance.now()
  settleValue({ kind: 'rich' }, 'x '.repeat(length))
  const once = performance.now() - started
  for (const text of hostile) {
    const from = performance.now()
    settleValue({ kind: 'rich' }, text)
    // Were it quadratic it would take hours; many times as long as any other text is no matter.
    expect(performance.now() - from, JSON.stringify(text.slice(0, 5))).toBeLessThan(5_000 * once)
  }
})
