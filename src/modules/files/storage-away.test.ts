import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import type { S3Config } from '#kernel/config.ts'
import { locales } from '#kernel/locale.ts'
import { attachFile } from '#platform/files/files.ts'
import { openStorage, type Storage } from '#platform/files/storage.ts'
import { aFile, type TestStorage, testStorage } from '#platform/files/testing.ts'
import { messages } from '#platform/i18n/i18n.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, aPerson, aToken, type TestNetwork, type TestPerson } from '../../../test/factories.ts'

let site: TestApp
let opened: TestStorage
let network: TestNetwork
let ama: TestPerson
let logged: string[] = []

beforeAll(async () => {
  site = await testApp({ log: line => logged.push(line) })
  opened = await testStorage('s3')
  network = await aNetwork(site.database, { slug: 'ouvert' })
  ama = await aPerson(site.database, network, 'member')
})

afterAll(async () => {
  await opened.close()
  await site.close()
})

beforeEach(() => {
  logged = []
})

const ways: [string, object][] = [
  ['is away', { endpoint: 'http://127.0.0.1:2' }],
  ['refuses the key', { accessKeyId: 'wrong' }],
  ['has lost its bucket', { bucket: 'absent' }],
]

function failing(wrong: object): Storage {
  if (!opened.s3) throw new Error('no S3')
  return openStorage({ dataFolder: opened.dataFolder, s3: { ...opened.s3, ...wrong } })
}

/** Kept while all was well. */
async function kept(): Promise<string> {
  const file = await aFile(site.database.db, opened.storage, network.id, { uploadedBy: ama.accountId })
  await inTenant(site.database.db, network.inside, trx => attachFile(trx, network.id, file.id))
  return file.id
}

describe.each(ways)('a storage that %s', (_, wrong) => {
  test('is what people and programs are told, not a database or a page that is not there', async () => {
    const id = await kept()
    site.services.storage = failing(wrong)
    for (const locale of locales) {
      const page = await site.get(`/${locale}/ouvert/files/${id}`, { cookie: ama.cookie })
      expect([page.status, page.headers.get('retry-after')]).toEqual([503, '60'])
      expect(await page.text()).toContain(messages[locale]['error.files-unavailable.title'])
      const authorization = `Bearer ${await aToken(site.database, network, ['files:read'])}`
      const headers = { authorization, 'accept-language': locale }
      const problem = await site.get(`/api/networks/ouvert/files/${id}/content`, headers)
      expect([problem.status, problem.headers.get('content-type')]).toEqual([503, 'application/problem+json'])
      expect(await problem.json()).toMatchObject({
        code: 'files-unavailable',
        detail: messages[locale]['error.files-unavailable.text'],
      })
    }
    // The cause is for the log alone.
    expect(logged.join('')).toContain('StorageError')
  })

  test('keeps nobody from removing a file: what stays is noted, and swept away later', async () => {
    const [one, two] = [await kept(), await kept()]
    site.services.storage = failing(wrong)
    const removed = await site.app.request(`/fr/ouvert/files/${one}/removal`, {
      method: 'POST',
      headers: { cookie: ama.cookie, origin: 'http://localhost' },
    })
    expect(removed.status).toBe(303)
    expect(removed.headers.get('location')).toBe('/fr/ouvert/files?done=file-removed')
    await site.database.asOwner('update file set uploaded_by = null where id = $1', [two])
    const key = await aToken(site.database, network, ['files:write'])
    const deleted = await site.app.request(`/api/networks/ouvert/files/${two}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${key}` },
    })
    expect(deleted.status).toBe(204)
    expect(await site.database.asOwner('select id from file where id in ($1, $2)', [one, two])).toEqual([])
    const noted = logged.map(line => JSON.parse(line)).filter(({ level }) => level >= 40)
    expect(noted.map(({ level, err }) => [level, err.type])).toEqual([
      [40, 'StorageError'],
      [40, 'StorageError'],
    ])
  })

  test('nor a picture from its room', async () => {
    const logo = await kept()
    await site.database.asOwner('update network set logo_file_id = $2 where id = $1', [network.id, logo])
    site.services.storage = failing(wrong)
    const { cookie } = await aPerson(site.database, network, 'administrator')
    const headers = { cookie, origin: 'http://localhost' }
    const removed = await site.app.request('/fr/ouvert/settings/logo/removal', { method: 'POST', headers })
    expect(removed.headers.get('location')).toBe('/fr/ouvert/settings?done=logo-removed')
    expect(await site.database.asOwner('select id from file where id = $1', [logo])).toEqual([])
  })

  test('is in the log at the start, and in the health of the installation', async () => {
    const started = await withStorage(wrong)
    try {
      await expect.poll(() => logged.join('')).toContain('files cannot be kept or read')
      const findings = await started.services.examine()
      expect(findings.filter(({ holds }) => !holds).map(({ check }) => check)).toEqual(['files'])
    } finally {
      await started.close()
    }
  })
})

test('a storage that works is said to, and nothing about it at the start', async () => {
  const started = await withStorage({})
  try {
    const findings = await started.services.examine()
    expect(findings.find(({ check }) => check === 'files')?.holds).toBe(true)
  } finally {
    await started.close()
  }
  expect(logged.join('')).not.toContain('files cannot')
})

async function withStorage(wrong: Partial<S3Config>): Promise<TestApp> {
  const { endpoint, bucket, region, accessKeyId, secretAccessKey } = { ...opened.s3, ...wrong }
  return testApp({
    database: site.database,
    log: line => logged.push(line),
    env: {
      S3_ENDPOINT: endpoint ?? '',
      S3_BUCKET: bucket ?? '',
      S3_REGION: region ?? '',
      S3_ACCESS_KEY_ID: accessKeyId ?? '',
      S3_SECRET_ACCESS_KEY: secretAccessKey ?? '',
    },
  })
}
