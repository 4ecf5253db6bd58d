import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { readFolder } from '#modules/commons/archive/index.ts'
import { exportItems, type Reading } from '#modules/commons/exports/exporting.ts'
import { writeFolder } from '#modules/commons/exports/folder.ts'
import { readCsv, readXml, readZip } from '#modules/commons/exports/readers.ts'
import { importPages } from '#modules/commons/importing/importing.ts'
import { prepareItem } from '#modules/commons/importing/preparation.ts'
import { storeItems } from '#modules/commons/importing/storing.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPage, aToken, somePages, type TestNetwork } from '../../../../test/factories.ts'

const folder = ['../shared/commons-sample', 'demo/commons/fil-commun'].find(path => existsSync(path)) ?? ''
const names = readdirSync(folder)

let app: TestApp
let network: TestNetwork
let token: string

beforeAll(async () => {
  app = await testApp()
  network = await aNetwork(app.database)
  token = await aToken(app.database, network, ['commons:read'])
  await importPages(app.database.db, network.inside, readFolder(folder), {
    origin: folder,
    visibility: 'public',
  })
  await somePages(app.database, network, { 'secret.md': aPage('Un secret', { country: 'Togo' }) }, 'network')
}, 120_000)

afterAll(() => app.close())

const file = (extension: string, search = '', headers: Record<string, string> = {}) =>
  app.app.request(`/api/networks/${network.slug}/commons/export/commons.${extension}${search}`, { headers })

test('every page comes back byte for byte, in a folder and in a zip', { timeout: 120_000 }, async () => {
  const target = mkdtempSync(join(tmpdir(), 'cordee-export-'))
  const read: Reading = work => readTenant(app.database.db, network.outside, work)
  await writeFolder(exportItems(read, network.id, emptyQuery, { urlOf: slug => slug }), target)
  expect(readdirSync(target).sort()).toEqual([...names].sort())
  for (const name of names)
    expect(readFileSync(join(target, name)).equals(readFileSync(join(folder, name)))).toBe(true)
  rmSync(target, { recursive: true })
  const zipped = await readZip(new Uint8Array(await (await file('zip')).arrayBuffer()))
  expect([...zipped.keys()].sort()).toEqual([...names].sort())
  for (const [name, bytes] of zipped) expect(bytes.equals(readFileSync(join(folder, name)))).toBe(true)
})

test('every format opens, with a filter and without, and has what the list says', {
  timeout: 120_000,
}, async () => {
  for (const search of ['?type=solution', '?q=solar&type=solution', '?country=ZZ', '?q=les']) {
    const list = (await (await app.get(`/api/networks/${network.slug}/commons/items${search}`)).json()) as {
      total: number
    }
    const json = (await (await file('json', search)).json()) as unknown[] | { items: unknown[] }
    const items = Array.isArray(json) ? json : json.items
    expect(items.length).toBe(list.total)
    const csv = await (await file('csv', search)).text()
    const [header, ...lines] = readCsv(csv.replace(/^\ufeff/, ''))
    expect(header?.slice(0, 7)).toEqual(['id', 'slug', 'file_name', 'url', 'type', 'title', 'summary'])
    expect(lines.length).toBe(list.total)
    expect((await readZip(new Uint8Array(await (await file('zip', search)).arrayBuffer()))).size).toBe(
      list.total,
    )
    const sheet = await readZip(new Uint8Array(await (await file('xlsx', search)).arrayBuffer()))
    expect([...sheet.keys()]).toContain('xl/worksheets/sheet1.xml')
    const map = (await (await file('geojson', search)).json()) as { type: string; features: unknown[] }
    expect(map.type).toBe('FeatureCollection')
    expect(map.features.length).toBeLessThanOrEqual(list.total)
    const feed = readXml(await (await file('atom', search)).text())
    expect(feed.children.filter(({ name }) => name === 'entry').length).toBe(Math.min(50, list.total))
  }
})

test('what only the network may read is exported with its key alone; foreign files are not found', async () => {
  const has = async (headers: Record<string, string>) =>
    (await (await file('csv', '?country=TG', headers)).text()).includes('secret.md')
  expect(await has({})).toBe(false)
  expect(await has({ authorization: `Bearer ${token}` })).toBe(true)
  expect((await file('csv', '', { authorization: 'Bearer cordee_wrong' })).status).toBe(401)
  expect((await file('exe')).status).toBe(422)
  expect((await app.get(`/fr/${network.slug}/commons/export/commons.exe`)).status).toBe(404)
})

test('an export is one state of the commons, whatever is imported meanwhile', async () => {
  const busy = await aNetwork(app.database)
  const state = (word: string) =>
    Array.from({ length: 250 }, (_, index) => prepareItem(aPage(`${word} ${index}`), `${index}.md`))
  const store = (word: string) =>
    inTenant(app.database.db, busy.inside, trx =>
      storeItems(trx, busy.id, state(word), { visibility: 'public', importId: null }),
    )
  await store('Avant')
  const titles: string[] = []
  const read: Reading = work => readTenant(app.database.db, busy.outside, work)
  for await (const item of exportItems(read, busy.id, emptyQuery, { urlOf: slug => slug })) {
    if (titles.length === 30) await store('Après')
    titles.push(item.title)
  }
  expect(titles.length).toBe(250)
  expect(titles.every(title => title.startsWith('Avant'))).toBe(true)
})

test('a reader who takes nothing holds no connection', async () => {
  const { pool } = app.database
  const stalled = await Promise.all(
    Array.from({ length: 12 }, async () => (await file('json')).body?.getReader()),
  )
  await Promise.all(stalled.map(reader => reader?.read()))
  expect((await app.get(`/fr/${network.slug}/commons`)).status).toBe(200)
  expect(pool.totalCount - pool.idleCount).toBe(0)
  await Promise.all(stalled.map(reader => reader?.cancel()))
})

test('readers who go away half-way give their connection back', { timeout: 60_000 }, async () => {
  const pool = app.database.pool
  for (let round = 0; round < 30; round++) {
    const answer = await file(['zip', 'json', 'csv', 'xlsx', 'geojson', 'atom'][round % 6] ?? '')
    const reader = answer.body?.getReader()
    for (let chunk = 0; chunk < round % 3; chunk++) await reader?.read()
    await reader?.cancel()
  }
  // A HEAD, or an answer that nobody begins to read, takes none at all.
  for (let round = 0; round < 20; round++) await file('json')
  await expect.poll(() => pool.totalCount - pool.idleCount).toBe(0)
  expect(pool.waitingCount).toBe(0)
  expect((await app.get(`/fr/${network.slug}/commons`)).status).toBe(200)
})
