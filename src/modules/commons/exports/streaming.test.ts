import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FolderError, writeFolder } from './folder.ts'
import { type Format, formats } from './formats.ts'
import { anItem, these } from './readers.ts'
import type { ExportOptions, ItemRecord } from './record.ts'

const options: ExportOptions = {
  feed: {
    self: 'https://commons.example/feed',
    home: 'https://commons.example/',
    author: 'A',
    language: 'en',
  },
}
const all = Object.keys(formats) as Format[]

describe('streaming', () => {
  it.each(all)(
    '%s: very many records through a slow consumer, never far ahead of it',
    async format => {
      // As many pages as the public commons has; the archive library takes quadratic time beyond.
      const records = format === 'markdown' ? 10_000 : 50_000
      let produced = 0
      let ended = false
      async function* source(): AsyncGenerator<ItemRecord> {
        try {
          for (; produced < records; produced++) {
            // A page that compresses badly, so that what is held back would show.
            yield anItem({
              fileName: `${produced}.md`,
              source: noise(produced),
              summary: noise(produced),
              slug: `${produced}`,
            })
          }
        } finally {
          ended = true
        }
      }
      const reader = formats[format].write(source(), options).getReader()
      await turn()
      expect(produced).toBe(0)
      let bytes = 0
      let reads = 0
      let ahead = 0
      for (;;) {
        const before = produced
        const { done, value } = await reader.read()
        if (done) break
        bytes += value.length
        // Between two reads a consumer that rests must let the producer rest.
        if (++reads % 50 === 0) {
          for (let pause = 0; pause < 20; pause++) await turn()
          ahead = Math.max(ahead, produced - before)
        }
      }
      expect(produced).toBe(records)
      expect(ended).toBe(true)
      expect(bytes).toBeGreaterThan(1_000_000)
      // A few buffers' worth (16 to 64 kB each, five in a row for an archive), whatever the number of records.
      expect(ahead).toBeLessThan(3_000)
    },
    60_000,
  )

  it.each(all)('%s: cancelling lets the source go', async format => {
    let begun = false
    let ended = false
    async function* records(): AsyncGenerator<ItemRecord> {
      begun = true
      try {
        for (let number = 0; ; number++) yield anItem({ fileName: `${number}.md`, source: noise(number) })
      } finally {
        ended = true
      }
    }
    const reader = formats[format].write(records(), options).getReader()
    while (!begun) await reader.read()
    await reader.read()
    await reader.cancel()
    for (let pause = 0; pause < 50 && !ended; pause++) await turn()
    expect(ended).toBe(true)
  })

  it.each(all)('%s: a failing source fails the stream', async format => {
    async function* records(): AsyncGenerator<ItemRecord> {
      yield anItem()
      throw new Error('the database went away')
    }
    const reader = formats[format].write(records(), options).getReader()
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toThrow('the database went away')
  })
})

describe('writeFolder', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commons-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('writes each page under its own name and tells so', async () => {
    const told: [number, string][] = []
    const items = [
      anItem({ fileName: 'a.md', source: 'é\r\n' }),
      anItem({ fileName: 'A.md' }),
      anItem({ fileName: 'Active listening.md' }),
    ]
    const count = await writeFolder(these(...items), join(folder, 'new'), (written, name) =>
      told.push([written, name]),
    )
    expect(count).toBe(3)
    expect(told).toEqual([
      [1, 'a.md'],
      [2, 'A (2).md'],
      [3, 'Active listening.md'],
    ])
    expect((await readdir(join(folder, 'new'))).sort()).toEqual(['A (2).md', 'Active listening.md', 'a.md'])
    expect(await readFile(join(folder, 'new', 'a.md'), 'utf8')).toBe('é\r\n')
  })

  it.each(['../x.md', '/etc/x.md', 'a/../../x.md', '..\\x.md', 'C:\\x.md', 'x\0.md', 'a/..'])(
    'refuses %j',
    async fileName => {
      await expect(writeFolder(these(anItem({ fileName })), folder)).rejects.toThrow(FolderError)
      expect(await readdir(folder)).toEqual([])
    },
  )

  it('replaces a symbolic link instead of following it', async () => {
    await writeFile(join(folder, 'kept.txt'), 'kept')
    await symlink(join(folder, 'kept.txt'), join(folder, 'a.md'))
    await writeFolder(these(anItem({ fileName: 'a.md', source: 'page' })), folder)
    expect(await readFile(join(folder, 'kept.txt'), 'utf8')).toBe('kept')
    expect(await readFile(join(folder, 'a.md'), 'utf8')).toBe('page')
  })
})

/** 240 characters that differ from record to record, always the same. */
function noise(seed: number): string {
  let state = seed + 1
  let text = ''
  while (text.length < 240) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    text += state.toString(36)
  }
  return text
}
