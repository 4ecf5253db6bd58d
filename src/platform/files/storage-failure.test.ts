import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#kernel/ids.ts'
import { examineFiles } from '#platform/files/examination.ts'
import { openS3Storage } from '#platform/files/s3-storage.ts'
import { objectKey, openStorage, type Storage } from '#platform/files/storage.ts'
import { StorageError } from '#platform/files/storage-error.ts'
import { allObjects, type TestStorage, testStorage } from '#platform/files/testing.ts'

let opened: TestStorage
const key = objectKey(newId(), newId())

beforeAll(async () => {
  opened = await testStorage('s3')
  await opened.storage.put(key, Buffer.from('kept'))
})

afterAll(() => opened.close())

function s3With(wrong: object, waitMs?: number): Storage {
  if (!opened.s3) throw new Error('no S3')
  return openS3Storage({ ...opened.s3, ...wrong }, opened.dataFolder, waitMs)
}

describe.each([
  ['away', { endpoint: 'http://127.0.0.1:2' }, /^127\.0\.0\.1:2\/cordee-test: .*ECONNREFUSED/],
  ['with another key', { accessKeyId: 'wrong' }, /: 403 InvalidAccessKeyId$/],
  ['without its bucket', { bucket: 'absent' }, /\/absent: (?:404 NoSuchBucket|there is no such bucket)$/],
])('a service %s', (_, wrong, said) => {
  test.each<[string, (storage: Storage) => Promise<unknown>]>([
    ['read', storage => storage.get(key)],
    ['read in part', storage => storage.get(key, { first: 1, last: 2 })],
    ['written', storage => storage.put(key, Buffer.from('x'))],
    ['written in parts', storage => storage.put(key, Buffer.alloc(9 * 2 ** 20))],
    ['removed', storage => storage.remove(key)],
    ['listed', storage => allObjects(storage)],
    ['looked at', storage => storage.examine()],
  ])('is told as what it is when something is to be %s', async (_, work) => {
    const error = await work(s3With(wrong)).catch((thrown: Error) => thrown)
    if (!(error instanceof StorageError)) throw new Error('told otherwise', { cause: error })
    expect(error.message).toMatch(said)
    // By a code of the system the database is judged to be away.
    expect(error).not.toHaveProperty('code')
  })
})

test('an object that is missing reads as null all the same, in a bucket that is there', async () => {
  expect(await s3With({}).get(objectKey(newId(), newId()))).toBeNull()
  expect(await s3With({}).get(objectKey(newId(), newId()), { first: 0, last: 1 })).toBeNull()
})

describe('a service that takes requests', () => {
  test('and never answers is given up, and not asked again', async () => {
    let asked = 0
    await using silent = await serving(() => asked++)
    const storage = s3With(silent, 150)
    const works = [() => storage.get(key), () => storage.put(key, Buffer.from('x')), () => storage.examine()]
    for (const work of works) await expect(work()).rejects.toThrow(StorageError)
    expect(asked).toBe(works.length)
  })

  test('and sends its content slowly is heard to the end', async () => {
    await using slow = await serving((_, answer) => {
      answer.writeHead(200).write('one ')
      setTimeout(() => answer.end('two'), 600)
    })
    const content = await s3With(slow, 200).get(key)
    expect(content && (await text(content))).toBe('one two')
  })

  test('is given time to take what is large', async () => {
    await using slow = await serving((_, answer) => void setTimeout(() => answer.writeHead(200).end(), 600))
    await s3With(slow, 200).put(key, Buffer.alloc(2 ** 20))
  })

  test('and breaks off in the midst fails as what it is', async () => {
    await using broken = await serving((_, answer) => {
      answer.writeHead(200, { 'content-length': 100 }).write('one ')
      setTimeout(() => answer.destroy(), 20)
    })
    const content = await s3With(broken).get(key)
    await expect(content && text(content)).rejects.toThrow(StorageError)
  })

  test('and knows no such path has lost no file', async () => {
    await using other = await serving((_, answer) => answer.writeHead(404).end('<html>Not found</html>'))
    await expect(s3With(other).get(key)).rejects.toThrow(/: 404 /)
  })
})

describe('looked over', () => {
  test('a service that works is named', async () => {
    expect(await examineFiles(s3With({}))).toEqual({
      check: 'files',
      holds: true,
      detail: expect.stringMatching(/^127\.0\.0\.1:\d+\/cordee-test$/),
    })
    expect((await examineFiles(s3With({ bucket: 'absent' }))).holds).toBe(false)
  })

  test('a folder holds before its first file and after, and nothing stays of the trial', async () => {
    await using local = await folder()
    expect(await examineFiles(local.storage)).toMatchObject({ holds: true, detail: local.files })
    expect(readdirSync(local.dataFolder)).toEqual([])
    mkdirSync(local.files)
    expect(await examineFiles(local.storage)).toMatchObject({ holds: true })
    expect(readdirSync(local.files)).toEqual([])
  })

  test('a folder that is none, or cannot be written, does not hold', async () => {
    await using local = await folder()
    writeFileSync(local.files, '')
    expect(await examineFiles(local.storage)).toMatchObject({
      holds: false,
      detail: expect.stringMatching(/ENOTDIR/),
    })
    rmSync(local.files)
    // Nothing is closed to the superuser.
    if (process.getuid?.() === 0) return
    mkdirSync(local.files, { mode: 0o500 })
    expect(await examineFiles(local.storage)).toMatchObject({ holds: false })
    chmodSync(local.files, 0o700)
  })
})

async function serving(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function folder() {
  const { dataFolder, close } = await testStorage('local')
  return {
    dataFolder,
    files: join(dataFolder, 'files'),
    storage: openStorage({ dataFolder, s3: undefined }),
    [Symbol.asyncDispose]: close,
  }
}
