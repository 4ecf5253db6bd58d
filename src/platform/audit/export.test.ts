import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Change } from '#platform/audit/changes.ts'
import { type ChangeFormat, neutralised, writeChanges } from '#platform/audit/export.ts'

const change: Change = {
  seq: 7,
  at: new Date('2026-03-01T12:00:00.123Z'),
  actor: { accountId: 'a', mandateId: null, tokenId: null, origin: 'page' },
  action: 'settings.changed',
  subject: { type: 'page', id: '=1+1; @sum' },
  before: { name: 'x; =cmd()', '"': 'é' },
  after: null,
  previousHash: '00',
  hash: 'ff',
}

async function* these(...changes: Change[]) {
  yield* changes
}

async function written(format: ChangeFormat, ...changes: Change[]): Promise<string> {
  return new Response(writeChanges(these(...changes), format))
    .bytes()
    .then(bytes => Buffer.from(bytes).toString())
}

test('CSV, with a header, and nothing a spreadsheet would run', async () => {
  const [header, line, end] = (await written('csv', change)).split('\r\n')
  expect(header).toBe(
    '\uFEFF"seq","at","account_id","mandate_id","token_id","origin","action","subject_type","subject_id","before","after","previous_hash","hash"',
  )
  expect(line).toBe(
    `7,"2026-03-01T12:00:00.123Z","a",,,"page","settings.changed","page","'=1+1; '@sum",` +
      `"{""name"":""x\\u003b =cmd()"",""\\"""":""é""}",,"00","ff"`,
  )
  expect(end).toBe('')
})

test('an empty log is a header, or nothing', async () => {
  expect((await written('csv')).split('\r\n')).toHaveLength(2)
  expect(await written('jsonl')).toBe('')
})

test('JSON, one object a line, as it is listed', async () => {
  const lines = (await written('jsonl', change, { ...change, seq: 6 })).split('\n')
  expect(lines).toHaveLength(3)
  expect(JSON.parse(lines[0] ?? '')).toEqual({ ...change, at: change.at.toISOString() })
})

test('no text begins a formula, in a cell of commas or of semicolons', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', ';', ' ', 'a', '1') }),
      text => {
        const cells = neutralised(text).split(';')
        for (const [index, cell] of cells.entries())
          expect(index ? cell.trimStart() : cell).not.toMatch(/^[=+\-@]/)
      },
    ),
  )
})

test('what is not asked for is not read, and cancelling ends the source', async () => {
  let read = 0
  let ended = false
  async function* endless() {
    try {
      for (;;) {
        read += 1
        yield { ...change, before: { text: 'x'.repeat(10_000) } }
      }
    } finally {
      ended = true
    }
  }
  const reader = writeChanges(endless(), 'jsonl').getReader()
  expect(read).toBe(0)
  await reader.read()
  expect(read).toBeLessThan(10)
  await reader.cancel()
  expect(ended).toBe(true)
})
