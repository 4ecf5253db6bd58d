import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import { writeDaily } from '#/backup/daily.ts'
import { emptyTarget, type Target } from '#/backup/testing.ts'
import { runCommandLine } from '#/commands/command-line.ts'
import { openDatabase } from '#db/database.ts'
import { platformId } from '#kernel/ids.ts'
import { openStorage } from '#platform/files/storage.ts'
import { aFile, type TestStorage, testStorage } from '#platform/files/testing.ts'

const place = inject('postgres')
let target: Target
let opened: TestStorage
let stdout = ''
let stderr = ''

beforeAll(async () => {
  target = await emptyTarget(place)
  opened = await testStorage('s3')
  const app = openDatabase(target.server.app, 1)
  await aFile(app.db, opened.storage, platformId, { attached: true })
  await app.close()
})

afterAll(async () => {
  await opened.close()
  await target[Symbol.asyncDispose]()
})

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    stdout += text
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    stderr += text
    return true
  })
})

afterEach(() => {
  process.exitCode = undefined
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

function s3With(wrong: object) {
  if (!opened.s3) throw new Error('no S3')
  return { ...opened.s3, ...wrong }
}

async function run(wrong: object, ...args: string[]): Promise<number> {
  const s3 = s3With(wrong)
  const url = `postgres://cordee_owner@localhost:${place.port}/${target.name}?host=${encodeURIComponent(place.host)}`
  for (const [name, value] of Object.entries({
    DATABASE_URL: url,
    CORDEE_DATA: target.dataFolder,
    BASE_URL: '',
    LC_ALL: '',
    LANG: 'en',
    S3_ENDPOINT: s3.endpoint,
    S3_BUCKET: s3.bucket,
    S3_REGION: s3.region,
    S3_ACCESS_KEY_ID: s3.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
  }))
    vi.stubEnv(name, value)
  stdout = ''
  stderr = ''
  process.exitCode = undefined
  return runCommandLine(args)
}

describe.each<[string, object, string]>([
  ['is away', { endpoint: 'http://127.0.0.1:2' }, 'ECONNREFUSED'],
  ['refuses the key', { accessKeyId: 'wrong' }, '403 InvalidAccessKeyId'],
  ['has lost its bucket', { bucket: 'absent' }, '404 NoSuchBucket'],
])('a storage that %s', { timeout: 30_000 }, (_, wrong, said) => {
  test('is named by what needed it, and no backup is left', async () => {
    const file = join(target.dataFolder, 'never.zip')
    expect(await run(wrong, 'backup', file)).toBe(3)
    expect(stderr).toContain('The storage of files cannot be used')
    expect(stderr).toContain(said)
    expect(stderr).not.toMatch(/database|^\s+at /im)
    expect(readdirSync(target.dataFolder).filter(name => name.includes('never'))).toEqual([])
    expect(await run(wrong, 'backup', file, '--json')).toBe(3)
    expect(JSON.parse(stdout).error).toContain(said)
  })

  test('is found by the doctor', async () => {
    expect(await run(wrong, 'doctor')).toBe(1)
    expect(stdout).toMatch(/^✗ Files: .*\n {2}→ .*S3_/m)
  })

  test('makes a daily backup fail, and the older ones stay', async () => {
    const backups = join(target.dataFolder, 'backups')
    mkdirSync(backups, { recursive: true })
    const older = [1, 2, 3, 4, 5, 6, 7, 8].map(day => `cordee-2026-01-0${day}.zip`)
    for (const name of older) writeFileSync(join(backups, name), 'whole')
    const storage = openStorage({ dataFolder: target.dataFolder, s3: s3With(wrong) })
    const { dataFolder, server } = target
    await expect(writeDaily(server, { dataFolder, storage }, new Date(2026, 0, 20))).rejects.toMatchObject({
      name: 'StorageError',
    })
    expect(readdirSync(backups).sort()).toEqual(older)
  })
})

test('a storage that works is backed up', { timeout: 30_000 }, async () => {
  expect(await run({}, 'backup', join(target.dataFolder, 'whole.zip'), '--json')).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ files: 1, missing: [] })
})
