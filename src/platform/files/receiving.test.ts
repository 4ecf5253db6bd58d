import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { type StoredFile, usage } from '#platform/files/files.ts'
import { animation, boastingJpeg, hugePng, jpegWithPlace, picture } from '#platform/files/pictures.ts'
import type { FileProblem } from '#platform/files/problem.ts'
import { defaultLimits, type FileLimits, type NewFile, receiveFile } from '#platform/files/receiving.ts'
import { objectKey, objectKeys, type Storage } from '#platform/files/storage.ts'
import { allObjects, storageKinds, type TestStorage, testStorage } from '#platform/files/testing.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

describe.each(storageKinds)('what is sent, kept on %s', kind => {
  let opened: TestStorage
  let storage: Storage
  let networkId: string

  beforeAll(async () => {
    opened = await testStorage(kind)
    storage = opened.storage
  })

  beforeEach(() => {
    networkId = newId()
  })

  afterAll(() => opened.close())

  function receive(
    content: Buffer | string | AsyncIterable<Uint8Array>,
    file: Partial<NewFile> = {},
    limits: Partial<FileLimits> = {},
    store: Storage = storage,
  ): Promise<StoredFile> {
    const stream =
      typeof content === 'string' || Buffer.isBuffer(content) ? chunked(Buffer.from(content)) : content
    return receiveFile(
      database.db,
      store,
      { networkId, audience: 'network' },
      { name: 'some file', purpose: 'attachment', visibility: 'network', uploadedBy: null, ...file },
      stream,
      { ...defaultLimits, ...limits },
    )
  }

  async function content(file: StoredFile, preview?: 320 | 960): Promise<Buffer> {
    const stream = await storage.get(objectKey(networkId, file.id, preview))
    if (!stream) throw new Error('not there')
    return buffer(stream)
  }

  async function expectNothingKept(): Promise<void> {
    expect(await database.asOwner('select id from file where network_id = $1', [networkId])).toEqual([])
    expect(await allObjects(storage, networkId)).toEqual([])
    expect(await used()).toEqual({ bytes: 0, files: 0 })
    expect(existsSync(storage.incoming) ? readdirSync(storage.incoming) : []).toEqual([])
  }

  const used = () => readTenant(database.db, { networkId, audience: 'network' }, trx => usage(trx, networkId))

  test('a document is kept to the byte, with its sum', async () => {
    const sent = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(300_000, 7)])
    const uploadedBy = newId()
    const file = await receive(sent, { name: 'Plan d’action.pdf', visibility: 'public', uploadedBy })
    expect(file).toMatchObject({
      networkId,
      name: 'Plan d’action.pdf',
      mediaType: 'application/pdf',
      bytes: sent.length,
      sha256: createHash('sha256').update(sent).digest('hex'),
      width: null,
      purpose: 'attachment',
      visibility: 'public',
      uploadedBy,
      attachedAt: null,
    })
    expect((await content(file)).equals(sent)).toBe(true)
    expect(await used()).toEqual({ bytes: sent.length, files: 1 })
    expect((await allObjects(storage, networkId)).map(object => object.key)).toEqual([
      objectKey(networkId, file.id),
    ])
    expect(readdirSync(storage.incoming)).toEqual([])
  })

  test('of a photograph neither place nor camera stays, and it stands upright', async () => {
    const sent = await jpegWithPlace()
    expect(sent.includes('SecretCamera')).toBe(true)
    expect((await sharp(sent).metadata()).exif).toBeDefined()
    const file = await receive(sent, { name: 'moi.jpg', purpose: 'portrait' })
    const kept = await content(file)
    const metadata = await sharp(kept).metadata()
    expect(metadata.exif ?? metadata.xmp ?? metadata.iptc ?? metadata.orientation).toBeUndefined()
    for (const trace of ['Exif', 'SecretCamera', 'SecretXmp', 'Someone', 'GPS'])
      expect(kept.includes(trace)).toBe(false)
    expect([metadata.width, metadata.height]).toEqual([32, 64])
    expect(file).toMatchObject({ width: 32, height: 64, mediaType: 'image/jpeg', bytes: kept.length })
    expect(file.sha256).toBe(createHash('sha256').update(kept).digest('hex'))
  })

  test.each([
    ['jpeg', 'image/jpeg', 'x.jpg'],
    ['png', 'image/png', 'x.png'],
    ['webp', 'image/webp', 'x.webp'],
    ['avif', 'image/webp', 'x.webp'],
    ['gif', 'image/png', 'x.png'],
  ] as const)('a picture in %s becomes %s, with two previews', async (format, mediaType, name) => {
    const file = await receive(await picture(format), {
      name: `x.${format === 'jpeg' ? 'gif' : 'jpg'}`,
      purpose: 'logo',
    })
    expect(file).toMatchObject({ mediaType, name, width: 400, height: 300 })
    for (const width of [320, 960] as const) {
      const preview = await sharp(await content(file, width)).metadata()
      expect(preview).toMatchObject({ format: 'webp', width: Math.min(width, 400) })
    }
    const keys = objectKeys({ networkId, id: file.id, isImage: true })
    expect((await allObjects(storage, networkId)).map(object => object.key)).toEqual(keys)
  })

  test('a large picture is made smaller, of an animation the first picture is kept', async () => {
    expect(await receive(await picture('jpeg', 5_120, 200))).toMatchObject({ width: 2560, height: 100 })
    const file = await receive(await animation(), { name: 'dance.gif' })
    expect(file).toMatchObject({ mediaType: 'image/png', width: 20, height: 20 })
    const { dominant } = await sharp(await content(file)).stats()
    expect(dominant.r).toBeGreaterThan(200)
    expect(dominant.b).toBeLessThan(50)
  })

  test('nothing that hides behind or within a picture comes through', async () => {
    const jpeg = await picture('jpeg')
    const hidden = Buffer.from('<script>alert(1)</script>PK\x03\x04')
    // A comment (FF FE) after the start of the picture, and more after its end.
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, hidden.length + 2]), hidden])
    const file = await receive(Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2), hidden]))
    expect(file.mediaType).toBe('image/jpeg')
    expect((await content(file)).includes('script')).toBe(false)
    expect((await content(file)).includes('PK')).toBe(false)
  })

  const page = '<!doctype html><script>alert(1)</script>'
  test.each<
    [what: string, sent: () => Buffer | string | Promise<Buffer>, problem: FileProblem, purpose?: 'logo']
  >([
    ['nothing', () => '', 'empty'],
    ['a page called picture', () => page, 'image-type', 'logo'],
    ['SVG', () => `<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`, 'image-type', 'logo'],
    ['SVG with a prologue', () => `<?xml version="1.0"?><svg/>`, 'image-type', 'logo'],
    ['PDF as a logo', () => '%PDF-1.7\n', 'image-type', 'logo'],
    ['a page behind the first bytes of GIF', () => `GIF89a/*${page}*/=1`, 'broken-image'],
    [
      'a page behind the first bytes of PNG',
      () => Buffer.concat([hugePng(8, 8).subarray(0, 33), Buffer.from(page)]),
      'broken-image',
    ],
    ['JPEG cut off', async () => (await picture('jpeg', 800, 800)).subarray(0, 20_000), 'broken-image'],
    ['PNG cut off', async () => (await picture('png', 800, 800)).subarray(0, 20_000), 'broken-image'],
    ['WebP cut off', async () => (await picture('webp', 800, 800)).subarray(0, 5_000), 'broken-image'],
    ['200 megapixels', () => hugePng(20_000, 10_000), 'too-many-pixels'],
    ['a bomb of 3.6 gigapixels', () => hugePng(60_000, 60_000, 10), 'too-many-pixels'],
    ['a picture that says it has 200 megapixels', () => boastingJpeg(65_000, 3_100), 'too-many-pixels'],
    ['a bomb under the limit, without its rows', () => hugePng(9_000, 9_000, 3), 'broken-image'],
    [
      'HEIC, which would keep where it was taken',
      () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
      'image-type',
    ],
  ])('%s is refused and nothing kept', async (_what, sent, problem, purpose) => {
    const receiving = receive(await sent(), { name: 'photo.png', ...(purpose && { purpose }) })
    await expect(receiving).rejects.toMatchObject({ name: 'FileError', problem })
    await expectNothingKept()
  })

  test.each<[sent: string | Buffer, name: string, mediaType: string]>([
    [page, 'photo.jpg', 'application/octet-stream'],
    [`\ufeff \n ${page}`, 'a.txt', 'application/octet-stream'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'a.svg', 'application/octet-stream'],
    ['<?xml version="1.0"?><a/>', 'a.txt', 'application/octet-stream'],
    ['#!/bin/sh\nrm -rf /', 'a.txt', 'application/octet-stream'],
    ['MZ\x90\0\x03', 'a.pdf', 'application/octet-stream'],
    ['\x7fELF\x02\x01\x01', 'a.csv', 'application/octet-stream'],
    [Buffer.from('énergie', 'latin1'), 'a.txt', 'application/octet-stream'],
    ['a\0b', 'a.txt', 'application/octet-stream'],
    ['Énergie ; 3\n', 'a.csv', 'text/csv'],
    ['# Énergie\n', 'a.MD', 'text/markdown'],
    ['Énergie 🧗\r\n\tfin', 'a.html', 'text/plain'],
    ['%PDF-1.7\n<script>', 'a.html', 'application/pdf'],
  ])('%j called %s is kept as %s', async (sent, name, mediaType) => {
    const file = await receive(sent, { name })
    expect(file.mediaType).toBe(mediaType)
    expect((await content(file)).equals(Buffer.from(sent))).toBe(true)
  })

  test('a text whose signs are cut by the ends of the chunks is still a text', async () => {
    const text = Buffer.from('é🧗'.repeat(50_000))
    expect((await receive(text, { name: 'a.txt' })).mediaType).toBe('text/plain')
    const cut = await receive(text.subarray(0, -1), { name: 'a.txt' })
    expect(cut.mediaType).toBe('application/octet-stream')
  })

  test('the limit is felt while reading, not after', async () => {
    let sent = 0
    const endless = (async function* () {
      for (;;) {
        sent += 100_000
        yield Buffer.alloc(100_000, 0x61)
      }
    })()
    const limits = { fileBytes: 2 ** 20, importBytes: 3 * 2 ** 20 }
    await expect(receive(endless, {}, limits)).rejects.toMatchObject({
      problem: 'too-large',
      status: 413,
      params: { megabytes: 1 },
    })
    expect(sent).toBeLessThan(3_000_000)
    await expectNothingKept()
    const exact = Buffer.alloc(2 ** 20, 0x61)
    expect((await receive(exact, {}, limits)).bytes).toBe(2 ** 20)
    expect((await receive(Buffer.alloc(2 ** 21, 0x61), { purpose: 'import' }, limits)).bytes).toBe(2 ** 21)
  })

  test('an archive to import is left as it is, even if it begins as a picture', async () => {
    const sent = Buffer.from('\xff\xd8\xff\xe0 not really', 'latin1')
    expect((await content(await receive(sent, { purpose: 'import' }))).equals(sent)).toBe(true)
  })

  test('of several that come at once, as many are kept as there is room for', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 6 }, () => receive('x'.repeat(30), {}, { networkBytes: 100 })),
    )
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    for (const one of all)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ problem: 'no-room', status: 413 })
    expect(await used()).toEqual({ bytes: 90, files: 3 })
    expect(await allObjects(storage, networkId)).toHaveLength(3)
    await expect(receive('x'.repeat(101), {}, { networkBytes: 100 })).rejects.toMatchObject({
      problem: 'no-room',
    })
    expect((await receive('x'.repeat(10), {}, { networkBytes: 100 })).bytes).toBe(10)
  })

  test('a sender who goes away half-way leaves nothing', async () => {
    const going = new Readable({
      read() {
        if (this.readableDidRead) setImmediate(() => this.destroy(new Error('gone away')))
        this.push(Buffer.alloc(50_000, 0x61))
      },
    })
    await expect(receive(going)).rejects.toThrow('gone away')
    const closed = new Readable({ read: () => undefined })
    closed.push('half')
    setImmediate(() => closed.destroy())
    await expect(receive(closed)).rejects.toThrow(/premature/i)
    await expectNothingKept()
  })

  test('when the storage fails half-way, nothing is kept', async () => {
    const failing: Storage = {
      ...storage,
      put: (key, from, options) => {
        if (key.endsWith('-960')) return Promise.reject(new Error('storage is full'))
        return storage.put(key, from, options)
      },
    }
    await expect(receive(await picture('png'), {}, {}, failing)).rejects.toThrow('storage is full')
    await expectNothingKept()
  })

  test('the public cannot send, nor anyone into another network', async () => {
    const file: NewFile = { name: 'x', purpose: 'attachment', visibility: 'public', uploadedBy: null }
    const outside = { networkId, audience: 'public' } as const
    const sending = receiveFile(database.db, storage, outside, file, chunked(Buffer.from('text')))
    await expect(sending).rejects.toThrow(/row-level security/)
    const foreign = inTenant(database.db, { networkId: newId(), audience: 'network' }, trx =>
      trx.insertInto('file_usage').values({ network_id: networkId, bytes: 1, files: 1 }).execute(),
    )
    await expect(foreign).rejects.toThrow(/row-level security/)
    await expectNothingKept()
  })
})

async function* chunked(content: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += 10_001) yield content.subarray(at, at + 10_001)
}
