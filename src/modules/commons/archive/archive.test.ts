import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import {
  type ArchiveEntry,
  ArchiveError,
  type Limits,
  readArchive,
  readFile,
  readFolder,
  readPath,
} from './index.ts'
import { type Made, makeZip } from './zip-maker.ts'

let folder = ''
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** name → text, or the code that refused it; in the order given. */
async function outcome(entries: AsyncIterable<ArchiveEntry>): Promise<[string, string][]> {
  const found: [string, string][] = []
  for await (const entry of entries) {
    found.push([entry.name, 'bytes' in entry ? entry.bytes.toString() : `!${entry.refused.code}`])
  }
  return found
}

async function saved(bytes: Buffer): Promise<string> {
  const path = join(folder, `${++count}.zip`)
  await writeFile(path, bytes)
  return path
}

const read = async (bytes: Buffer, limits: Partial<Limits> = {}) =>
  outcome(readArchive(await saved(bytes), limits))
const made = (...entries: Made[]) => read(makeZip(entries))

async function refusal(bytes: Buffer, limits: Partial<Limits> = {}) {
  const error = await read(bytes, limits).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ArchiveError)
  const { code, detail } = error as ArchiveError
  return { code, detail }
}

describe('readArchive', () => {
  it('gives pages in the order of their names, byte for byte', async () => {
    expect(
      await made(
        { name: 'b.md', content: 'é\r\n\ufeff' },
        { name: 'sub/', content: '', mode: 0o40755 },
        { name: 'sub/a.MD', content: 'two', method: 0 },
        { name: 'a.markdown', content: '' },
      ),
    ).toEqual([
      ['a.markdown', ''],
      ['b.md', 'é\r\n\ufeff'],
      ['sub/a.MD', 'two'],
    ])
    expect(await made()).toEqual([])
  })

  it('reads what an ordinary archiver writes, streamed sizes included', async () => {
    const zip = new ZipFile()
    for (const name of ['z.md', 'é.md']) zip.addBuffer(Buffer.from(`page ${name}`.repeat(1000)), name)
    zip.end({ forceZip64Format: true, comment: 'by hand' })
    const found = await read(await buffer(zip.outputStream as NodeJS.ReadableStream & AsyncIterable<Buffer>))
    expect(found.map(([name, text]) => [name, text.length])).toEqual([
      ['z.md', 9000],
      ['é.md', 9000],
    ])
  })

  it('is lazy, and can be left', async () => {
    const path = await saved(
      makeZip([
        { name: 'a.md', content: 'a' },
        { name: 'b.md', content: 'b' },
      ]),
    )
    for await (const entry of readArchive(path)) {
      expect(entry.name).toBe('a.md')
      break
    }
  })

  it('reports what is not a page, and ignores litter', async () => {
    const found = await made(
      { name: '__MACOSX/._a.md', content: 'x' },
      { name: 'd/.DS_Store', content: 'x' },
      { name: 'd/._b.md', content: 'x' },
      { name: 'image.png', content: 'x' },
      { name: 'inner.zip', content: 'x' },
      { name: 'disguised.md', content: makeZip([{ name: 'a.md' }]) },
      { name: 'link.md', content: '/etc/passwd', mode: 0o120777 },
      { name: 'secret.md', content: 'x', flags: 1 },
      { name: 'lzma.md', content: 'x', method: 14 },
      { name: 'same.md', content: 'first' },
      { name: './same.md', content: 'second' },
      { name: 'ok.md', content: 'ok' },
    )
    expect(found).toEqual([
      ['disguised.md', '!nested-archive'],
      ['image.png', '!not-a-page'],
      ['inner.zip', '!nested-archive'],
      ['link.md', '!symlink'],
      ['lzma.md', '!unsupported-compression'],
      ['ok.md', 'ok'],
      ['same.md', 'first'],
      ['same.md', '!duplicate-name'],
      ['secret.md', '!encrypted'],
    ])
  })

  it('skips a page that is too large, declared or hidden, and goes on', async () => {
    const limits = { pageBytes: 1000, ratio: 1e9 }
    const large = 'x'.repeat(1001)
    const zip = makeZip([
      { name: 'declared.md', content: large },
      { name: 'hidden.md', content: large, size: 10 },
      { name: 'ok.md', content: 'x'.repeat(1000) },
    ])
    expect((await read(zip, limits)).map(([name, text]) => [name, text.slice(0, 15)])).toEqual([
      ['declared.md', '!page-too-large'],
      ['hidden.md', '!page-too-large'],
      ['ok.md', 'x'.repeat(15)],
    ])
  })

  it('says where a page stops being UTF-8', async () => {
    const path = await saved(
      makeZip([{ name: 'a.md', content: Buffer.from('one\ntwo \xe9t\xe9\n', 'latin1') }]),
    )
    for await (const entry of readArchive(path)) {
      expect(entry).toEqual({ name: 'a.md', refused: { code: 'not-utf8', detail: { offset: 8, line: 2 } } })
    }
  })

  it('reads names in UTF-8, marked or not, and in CP437', async () => {
    const found = await made(
      { name: 'été 1.md', flags: 0x800 },
      { name: 'été 2.md' },
      { name: Buffer.from('\x82t\x82 3.md', 'latin1') },
      { name: 'e\u0301te\u0301 4.md' },
    )
    expect(found.map(([name]) => name)).toEqual(['été 1.md', 'été 2.md', 'été 3.md', 'été 4.md'])
  })

  it.each([
    '../a.md',
    'a/../../b.md',
    '/etc/a.md',
    'C:\\a.md',
    'c:a.md',
    '..\\a.md',
    'a\\b.md',
    'a\0.md',
    'a/..',
    '..',
  ])('refuses an archive with the path %j', async name => {
    const zip = makeZip([
      { name: 'ok.md', content: 'ok' },
      { name, content: 'x' },
    ])
    expect(await refusal(zip)).toEqual({ code: 'path-traversal', detail: { name } })
  })

  it('refuses a path that hides in a name only Windows would read', async () => {
    expect((await refusal(makeZip([{ name: Buffer.from('..\\\x82.md', 'latin1') }]))).code).toBe(
      'path-traversal',
    )
  })
})

describe('bombs', () => {
  const zeros = Buffer.alloc(3_000_000)

  it('by declared ratio, before anything is inflated', async () => {
    const zip = makeZip([
      { name: 'a.md', content: 'fine' },
      { name: 'b.md', content: zeros },
    ])
    expect(await refusal(zip)).toMatchObject({
      code: 'archive-bomb',
      detail: { reason: 'ratio', name: 'b.md' },
    })
  })

  it('by hidden ratio, while it inflates', async () => {
    const path = await saved(
      makeZip([
        { name: 'a.md', content: 'fine' },
        { name: 'b.md', content: zeros, size: 10 },
      ]),
    )
    const found: string[] = []
    const reading = (async () => {
      for await (const entry of readArchive(path)) found.push(entry.name)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'archive-bomb', detail: { reason: 'ratio' } })
    expect(found).toEqual(['a.md'])
  })

  it('by total, declared and hidden', async () => {
    const entries = (size?: number) =>
      Array.from({ length: 5 }, (_, at): Made => ({ name: `${at}.md`, content: `${at}`.repeat(400), size }))
    const limits = { totalBytes: 1000 }
    expect(await refusal(makeZip(entries()), limits)).toEqual({
      code: 'archive-bomb',
      detail: { reason: 'total-bytes', bytes: 1200, limit: 1000 },
    })
    // Pages that lie about their size are dropped as damaged; a single one may not pass the limit either.
    const lying = makeZip([{ name: 'a.md', content: 'x'.repeat(1200), size: 3 }])
    expect(await refusal(lying, limits)).toMatchObject({
      code: 'archive-bomb',
      detail: { reason: 'total-bytes' },
    })
  })

  it('by number of entries, also when the count lies', async () => {
    const entries = Array.from({ length: 20 }, (_, at): Made => ({ name: `${at}.md` }))
    expect(await refusal(makeZip(entries), { entries: 10 })).toEqual({
      code: 'archive-bomb',
      detail: { reason: 'entries', entries: 20, limit: 10 },
    })
    expect((await refusal(makeZip(entries, { count: 60_000 }))).code).toMatch(
      /^archive-(?:damaged|truncated)$/,
    )
  })

  it('by overlapping entries', async () => {
    const kernel = 'A page of some length. '.repeat(20)
    const zip = makeZip([
      { name: 'a.md', content: kernel },
      { name: 'b.md', content: kernel, sharing: 0 },
      { name: 'c.md', content: kernel, sharing: 0 },
    ])
    expect(await refusal(zip)).toMatchObject({ code: 'archive-bomb', detail: { reason: 'overlap' } })
  })

  it('nested like 42.zip: reported, never opened', async () => {
    let inner = makeZip([{ name: '0.md', content: zeros }])
    for (let level = 0; level < 4; level++) {
      const content = inner
      inner = makeZip(Array.from({ length: 16 }, (_, at): Made => ({ name: `${at}.zip`, content })))
    }
    const found = await read(inner)
    expect(found).toHaveLength(16)
    expect(new Set(found.map(([, text]) => text))).toEqual(new Set(['!nested-archive']))
  })
})

describe('damage', () => {
  const good = makeZip([
    { name: 'a.md', content: 'some text, some text' },
    { name: 'b.md', content: 'more' },
  ])

  it('a cut archive is refused, wherever it is cut', async () => {
    for (let length = 4; length < good.length; length++) {
      expect((await refusal(good.subarray(0, length))).code, `cut at ${length}`).toBe('archive-truncated')
    }
  })

  it('what never was an archive says so', async () => {
    expect((await refusal(Buffer.from('# A page'))).code).toBe('not-an-archive')
    expect((await refusal(Buffer.alloc(0))).code).toBe('not-an-archive')
    await expect(outcome(readArchive(join(folder, 'absent.zip')))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('a damaged page is reported, the others continue', async () => {
    expect(
      await made(
        { name: 'a.md', content: 'text', checksum: 1 },
        { name: 'b.md', content: 'text', compressed: Buffer.from([0xff, 0xff, 0xff]) },
        { name: 'c.md', content: 'text', size: 5 },
        { name: 'd.md', content: 'text' },
      ),
    ).toEqual([
      ['a.md', '!damaged'],
      ['b.md', '!damaged'],
      ['c.md', '!damaged'],
      ['d.md', 'text'],
    ])
  })

  it('any byte changed gives the pages, a report or an ArchiveError: nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), async (at, value) => {
        const changed = Buffer.from(good)
        changed[at] = value
        try {
          for (const [, text] of await read(changed)) {
            expect(['some text, some text', 'more']).toContain(text.startsWith('!') ? 'more' : text)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ArchiveError)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('folders and files', () => {
  it('reads a folder in the order of names, without leaving it', async () => {
    const root = join(folder, 'pages')
    await mkdir(join(root, 'sub', '.git'), { recursive: true })
    await writeFile(join(root, 'b.md'), 'b')
    await writeFile(join(root, 'sub', 'a.md'), 'a')
    await writeFile(join(root, 'sub', '.git', 'x.md'), 'x')
    await writeFile(join(root, '.DS_Store'), '')
    await writeFile(join(root, 'photo.jpg'), '')
    await writeFile(join(root, 'latin.md'), Buffer.from([0x61, 0x0a, 0xe9]))
    await writeFile(join(root, 'large.md'), '')
    await truncate(join(root, 'large.md'), 9_000_000)
    await symlink('/etc', join(root, 'etc'))
    await symlink('/etc/hostname', join(root, 'host.md'))
    expect(await outcome(readFolder(root))).toEqual([
      ['b.md', 'b'],
      ['etc', '!symlink'],
      ['host.md', '!symlink'],
      ['large.md', '!page-too-large'],
      ['latin.md', '!not-utf8'],
      ['photo.jpg', '!not-a-page'],
      ['sub/.git', '!not-a-page'],
      ['sub/a.md', 'a'],
    ])
    await expect(outcome(readFolder(root, { entries: 3 }))).rejects.toMatchObject({ code: 'archive-bomb' })
    await expect(outcome(readFolder(root, { totalBytes: 1 }))).rejects.toMatchObject({ code: 'archive-bomb' })
    await expect(outcome(readFolder(join(root, 'absent')))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('reads one file', async () => {
    await writeFile(join(folder, 'one.md'), 'one')
    expect(await outcome(readFile(join(folder, 'one.md')))).toEqual([['one.md', 'one']])
    expect(await outcome(readFile(join(folder, 'one.md'), { pageBytes: 2 }))).toEqual([
      ['one.md', '!page-too-large'],
    ])
    expect(await outcome(readFile(join(folder, 'none.md')))).toEqual([['none.md', '!unreadable']])
    expect(await outcome(readFile(join(folder, '1.zip')))).toEqual([['1.zip', '!nested-archive']])
  })

  it('finds out what a path leads to', async () => {
    const zip = await saved(makeZip([{ name: 'a.md', content: 'zipped' }]))
    await mkdir(join(folder, 'of pages'), { recursive: true })
    await writeFile(join(folder, 'of pages', 'a.md'), 'in a folder')
    await writeFile(join(folder, 'upload'), 'a page')
    const broken = await saved(
      makeZip([
        { name: 'a.md', content: 'fine' },
        { name: 'b.md', content: Buffer.alloc(3_000_000), size: 10 },
      ]),
    )
    // A bomb found late must not leave half an import behind.
    await expect(readPath(broken).next()).rejects.toMatchObject({ code: 'archive-bomb' })
    expect(await outcome(readPath(zip, { name: 'upload-17' }))).toEqual([['a.md', 'zipped']])
    expect(await outcome(readPath(join(folder, 'of pages')))).toEqual([['a.md', 'in a folder']])
    expect(await outcome(readPath(join(folder, 'upload'), { name: 'Page.md' }))).toEqual([
      ['Page.md', 'a page'],
    ])
    expect(await outcome(readPath(join(folder, 'upload'), { name: 'photo.png' }))).toEqual([
      ['photo.png', '!not-a-page'],
    ])
    for (const name of ['pages.zip', 'pages.tar.gz'])
      await expect(readPath(join(folder, 'upload'), { name }).next()).rejects.toMatchObject({
        code: 'not-an-archive',
      })
  })
})
