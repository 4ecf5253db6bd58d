import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { inTenant } from '#db/tenant.ts'
import { type ImportPayload, importJob } from '#modules/commons/importing/import-job.ts'
import { announceImport } from '#modules/commons/importing/importing.ts'
import { openStorage } from '#platform/files/storage.ts'
import { aFile, allObjects, testStorage } from '#platform/files/testing.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPage } from '../../../../test/factories.ts'

/** Several batches, so that the first is told before the last is read. */
const pageCount = 700
let app: TestApp

beforeAll(async () => {
  app = await testApp()
})

afterAll(() => app.close())

test('an import that is cancelled keeps what it read, says so, and goes on when it is done again', async () => {
  const network = await aNetwork(app.database)
  const { storage } = app.services
  const zip = new ZipFile()
  for (let index = 0; index < pageCount; index++) {
    // Nothing alike: it is not comparing that is looked at here.
    const words = Array.from({ length: 12 }, (_, word) => `m${index}x${word}`).join(' ')
    zip.addBuffer(Buffer.from(aPage(`T${index}`, {}, words)), `page-${index}.md`)
  }
  zip.end()
  const origin = 'pages.zip'
  const { id: upload } = await aFile(app.database.db, storage, network.id, {
    name: origin,
    purpose: 'import',
    content: await buffer(zip.outputStream),
  })
  const importId = await inTenant(app.database.db, network.inside, trx =>
    announceImport(trx, network.id, { origin, visibility: 'public' }),
  )
  const payload = { networkId: network.id, importId, upload, origin, visibility: 'public' as const }
  const { run } = importJob({ db: app.database.db, storage }) as unknown as Job<ImportPayload>

  const cancelling = new AbortController()
  const told: { done: number; text?: string | null }[] = []
  const cut = run(payload, cancelling.signal, progress => {
    told.push(progress)
    cancelling.abort(new Error('no longer wanted'))
  })
  await expect(cut).rejects.toThrow('no longer wanted')
  expect(told[0]).toMatchObject({ text: 'cli.import.phase.pages' })
  const [half] = await app.database.asOwner<{ state: string; read: number; code: string }>(
    `select state, read, failure ->> 'code' as code from commons_import where id = $1`,
    [importId],
  )
  expect(half).toMatchObject({ state: 'failed', code: 'interrupted' })
  expect(half?.read).toBeGreaterThanOrEqual(told[0]?.done ?? pageCount)
  expect(half?.read).toBeLessThan(pageCount)
  expect(await allObjects(storage)).toHaveLength(1)

  told.length = 0
  await run(payload, new AbortController().signal, progress => void told.push(progress))
  const [whole] = await app.database.asOwner(
    'select state, read, created + unchanged as pages from commons_import where id = $1',
    [importId],
  )
  expect(whole).toEqual({ state: 'finished', read: pageCount, pages: pageCount })
  expect(told.at(-1)?.done).toBe(pageCount)
  expect(await allObjects(storage)).toEqual([])
})

test('a worker on another machine finds on S3 what a web process took in', async () => {
  const network = await aNetwork(app.database)
  const { storage, s3, close } = await testStorage('s3')
  const elsewhere = mkdtempSync(join(tmpdir(), 'cordee-elsewhere-'))
  try {
    const origin = 'page.md'
    const sent = { name: origin, purpose: 'import', content: aPage('Au loin') } as const
    const { id: upload } = await aFile(app.database.db, storage, network.id, sent)
    const importId = await inTenant(app.database.db, network.inside, trx =>
      announceImport(trx, network.id, { origin, visibility: 'public' }),
    )
    const other = openStorage({ dataFolder: elsewhere, s3 })
    const { run } = importJob({ db: app.database.db, storage: other }) as unknown as Job<ImportPayload>
    const payload = { networkId: network.id, importId, upload, origin, visibility: 'public' as const }
    await run(payload, new AbortController().signal, () => undefined)
    const imports = await app.database.asOwner('select state, created from commons_import where id = $1', [
      importId,
    ])
    expect(imports).toEqual([{ state: 'finished', created: 1 }])
    expect(await allObjects(storage)).toEqual([])
    expect(readdirSync(join(elsewhere, 'incoming'))).toEqual([])
  } finally {
    rmSync(elsewhere, { recursive: true, force: true })
    await close()
  }
})
