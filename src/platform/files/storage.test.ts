import { randomBytes } from 'node:crypto'
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#kernel/ids.ts'
import { objectKey, objectKeys, ofObjectKey, openStorage, type Storage } from '#platform/files/storage.ts'
import { allObjects, storageKinds, type TestStorage, testStorage } from '#platform/files/testing.ts'

describe.each(storageKinds)('storage: %s', kind => {
  let opened: TestStorage
  let storage: Storage
  const network = newId()
  const aKey = () => objectKey(network, newId())

  beforeAll(async () => {
    opened = await testStorage(kind)
    storage = opened.storage
  })

  afterAll(() => opened.close())

  async function read(key: string, range?: { first: number; last: number }): Promise<Buffer | null> {
    const content = await storage.get(key, range)
    return content && buffer(content)
  }

  test.each([0, 1, 65_536, 8 * 2 ** 20, 8 * 2 ** 20 + 1, 20_000_003])(
    '%d bytes come back as they were',
    async bytes => {
      const content = randomBytes(bytes)
      const [whole, streamed] = [aKey(), aKey()]
      await storage.put(whole, content, { type: 'application/pdf' })
      await storage.put(streamed, Readable.from(inChunks(content)))
      for (const key of [whole, streamed]) {
        const back = await read(key)
        expect(back?.equals(content)).toBe(true)
      }
      const found = (await allObjects(storage, network)).filter(({ key }) => [whole, streamed].includes(key))
      expect(found.map(object => object.bytes)).toEqual([bytes, bytes])
      expect(Math.abs((found[0]?.modified.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)
    },
  )

  test('any range can be read', async () => {
    const key = aKey()
    const content = randomBytes(10_000)
    await storage.put(key, content)
    for (const [first, last] of [
      // s3rver takes an end of 0 for none.
      [0, kind === 's3' ? 1 : 0],
      [0, 9_999],
      [9_999, 9_999],
      [17, 5_000],
    ] as const) {
      expect(await read(key, { first, last })).toEqual(content.subarray(first, last + 1))
    }
  })

  test('a stream that breaks off leaves nothing, however much of it had come', async () => {
    for (const chunks of [1, 3, 300]) {
      const key = aKey()
      const broken = Readable.from(
        (async function* () {
          for (let n = 0; n < chunks; n++) yield randomBytes(100_000)
          throw new Error('gone away')
        })(),
      )
      await expect(storage.put(key, broken)).rejects.toThrow('gone away')
      expect(await storage.get(key)).toBeNull()
    }
  })

  test('what is not there reads as null, and can be removed all the same', async () => {
    const key = aKey()
    expect(await storage.get(key)).toBeNull()
    await storage.remove(key)
    await storage.put(key, Buffer.from('x'))
    await storage.remove(key)
    expect(await storage.get(key)).toBeNull()
  })

  test('the objects of a network are listed, and no others', async () => {
    const [ours, theirs] = [newId(), newId()]
    const keys = [objectKey(ours, newId()), objectKey(ours, newId()), objectKey(ours, newId(), 320)]
    for (const key of keys) await storage.put(key, Buffer.from('ours'))
    await storage.put(objectKey(theirs, newId()), Buffer.from('theirs'))
    expect((await allObjects(storage, ours)).map(object => object.key)).toEqual(keys.sort())
    expect((await allObjects(storage)).length).toBeGreaterThanOrEqual(4)
    expect(await allObjects(storage, newId())).toEqual([])
  })

  test('more objects than one answer holds are listed to the last, once each', async () => {
    const many = newId()
    const keys = Array.from({ length: 1_050 }, () => objectKey(many, newId())).sort()
    for (let at = 0; at < keys.length; at += 50)
      await Promise.all(keys.slice(at, at + 50).map(key => storage.put(key, Buffer.from('x'))))
    expect((await allObjects(storage, many)).map(object => object.key)).toEqual(keys)
  })
})

describe('the local folder', () => {
  let opened: TestStorage
  beforeAll(async () => {
    opened = await testStorage('local')
  })
  afterAll(() => opened.close())

  test('is closed to others, and shows nothing that is half written', async () => {
    const { storage, dataFolder } = opened
    const key = objectKey(newId(), newId())
    const path = join(dataFolder, 'files', key)
    let seen: string[] = []
    const slow = Readable.from(
      (async function* () {
        yield Buffer.from('a')
        seen = (await allObjects(storage)).map(object => object.key)
        expect(await storage.get(key)).toBeNull()
        yield Buffer.from('b')
      })(),
    )
    await storage.put(key, slow)
    expect(seen).toEqual([])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(dataFolder, 'files')).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(path, '..'))).toHaveLength(1)
  })

  test('of what a killed process was writing nothing stays for long', async () => {
    const { storage, dataFolder } = opened
    const key = objectKey(newId(), newId())
    await storage.put(key, Buffer.from('x'))
    const folder = join(dataFolder, 'files', key, '..')
    for (const [name, age] of [
      ['old', 7_200],
      ['young', 60],
    ] as const) {
      const path = join(folder, `${name}.partial`)
      writeFileSync(path, 'half')
      utimesSync(path, Date.now() / 1000 - age, Date.now() / 1000 - age)
    }
    await allObjects(storage)
    expect(readdirSync(folder).filter(name => name.endsWith('.partial'))).toEqual(['young.partial'])
  })

  test('has no way out of it', async () => {
    for (const key of ['../secret', '/etc/passwd', 'a/../../b', '', '..', 'a\0', 'a\\b']) {
      await expect(opened.storage.put(key, Buffer.from('x'))).rejects.toThrow('Not a key')
      await expect(opened.storage.get(key)).rejects.toThrow('Not a key')
    }
  })
})

test('a bucket that does not exist, or a wrong key, is an error and not an empty one', async () => {
  const { s3, dataFolder, close } = await testStorage('s3')
  try {
    if (!s3) throw new Error('no S3')
    for (const wrong of [{ bucket: 'absent' }, { accessKeyId: 'wrong' }]) {
      const storage = openStorage({ dataFolder, s3: { ...s3, ...wrong } })
      await expect(allObjects(storage)).rejects.toThrow()
      await expect(storage.put(objectKey(newId(), newId()), Buffer.from('x'))).rejects.toThrow()
    }
  } finally {
    await close()
  }
})

test('keys tell whose they are', () => {
  const [networkId, id] = [newId(), newId()]
  for (const key of objectKeys({ networkId, id, isImage: true }))
    expect(ofObjectKey(key)).toEqual({ networkId, id })
  expect(objectKeys({ networkId, id, isImage: false })).toHaveLength(1)
  for (const key of ['', 'x', `${networkId}/`, `${networkId}/00/${id}.partial`, `a/${networkId}/00/${id}`])
    expect(ofObjectKey(key)).toBeNull()
})

function* inChunks(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += 1_000_007) yield content.subarray(at, at + 1_000_007)
}
