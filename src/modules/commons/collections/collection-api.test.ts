import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { projectFolder } from '#kernel/project.ts'
import { demoCollections } from '#modules/commons/collections/demonstration.ts'
import { importDemonstration } from '#modules/commons/demonstration.ts'
import { issueToken } from '#modules/network/index.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPage, aPerson, aToken, somePages, type TestNetwork } from '../../../../test/factories.ts'
import { words } from './collections.fixture.ts'

let site: TestApp
let ours: TestNetwork
let theirs: TestNetwork
let own: string
let others: string
let networks: string

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  ours = await aNetwork(database, { visibility: 'private' })
  theirs = await aNetwork(database)
  const key = async (network: TestNetwork) => {
    const { accountId } = await aPerson(database, network, 'member')
    const input = {
      name: 'Test',
      scopes: ['commons:read', 'commons:contribute'] as const,
      days: 1,
      accountId,
    }
    const issued = await inTenant(database.db, network.inside, trx =>
      issueToken(trx, network.id, { ...input, scopes: [...input.scopes] }),
    )
    return issued.secret
  }
  own = await key(ours)
  others = await key(theirs)
  networks = await aToken(database, ours, ['commons:contribute'])
  await somePages(database, ours, {
    'four.md': aPage('Four'),
    'pompe.md': aPage('Pompe'),
    'lampe.md': aPage('Lampe'),
  })
})

afterAll(() => site.close())

async function ask(method: string, path: string, key: string | null, body?: unknown) {
  const answer = await site.app.request(`/api/networks/${ours.slug}/commons/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
}

test('a programme makes a collection, fills it, arranges it and takes it apart', async () => {
  const made = await ask('POST', 'collections', own, { title: 'Par programme', language: 'fr' })
  expect([made.status, made.body.state, made.body.slug]).toEqual([201, 'private', 'par-programme'])
  const at = 'collections/par-programme'
  for (const item of ['four', 'pompe', 'lampe'])
    expect((await ask('POST', `${at}/entries`, own, { item, note: item })).status).toBe(201)
  expect((await ask('PATCH', `${at}/entries/lampe`, own, { before: 'pompe' })).status).toBe(204)
  expect((await ask('PATCH', `${at}/entries/four`, own, { section: 'Feu' })).status).toBe(204)
  expect((await ask('PATCH', `${at}/entries/four`, own, { note: 'Chaud' })).status).toBe(204)
  const said = { title: 'Par\nprogramme', about: 'Pour *essayer*', language: 'fr' }
  expect((await ask('PUT', at, own, said)).body.errors).toEqual([expect.objectContaining({ field: 'state' })])
  const changed = await ask('PUT', at, own, { ...said, state: 'network' })
  expect(changed).toMatchObject({
    status: 200,
    body: { slug: 'par-programme', title: 'Par programme', about: 'Pour *essayer*', state: 'network' },
  })
  const { body } = await ask('GET', at, own)
  expect(
    body.entries.map((entry: { item: { slug: string }; section: string; note: string }) => [
      entry.item.slug,
      entry.section,
      entry.note,
    ]),
  ).toEqual([
    ['lampe', null, 'lampe'],
    ['pompe', null, 'pompe'],
    ['four', 'Feu', 'Chaud'],
  ])
  expect((await ask('DELETE', `${at}/entries/pompe`, own)).status).toBe(204)
  const listed = await ask('GET', 'collections?q=programme', own)
  expect(listed.body.collections.map((one: { entries: number }) => one.entries)).toEqual([2])
  expect((await ask('DELETE', at, own)).status).toBe(204)
  expect((await ask('GET', at, own)).status).toBe(404)
})

test('what is wrong is said, and why', async () => {
  await ask('POST', 'collections', own, { title: 'Fautes', language: 'fr', state: 'network' })
  const wrong = await ask('POST', 'collections', own, { title: ' ', language: 'xx', state: 'public' })
  expect([wrong.status, wrong.body.errors.map((error: { field: string }) => error.field)]).toEqual([
    422,
    ['title', 'language'],
  ])
  const nul = await ask('POST', 'collections', own, { title: 'A\0B', about: '\0', language: 'fr' })
  expect([nul.status, nul.body.title, nul.body.about]).toEqual([201, 'AB', ''])
  expect((await ask('POST', 'collections/fautes%00/entries', own, { item: 'four' })).status).toBe(404)
  expect((await ask('POST', 'collections/fautes/entries', own, { item: '\0' })).status).toBe(404)
  const closed = await ask('POST', 'collections', own, { title: 'A', language: 'fr', state: 'public' })
  expect(closed.body.errors).toEqual([{ field: 'state', message: expect.stringContaining('privé') }])
  await ask('POST', 'collections/fautes/entries', own, { item: 'four' })
  const twice = await ask('POST', 'collections/fautes/entries', own, { item: 'four' })
  expect(twice.body.errors).toEqual([{ field: 'item', message: expect.stringContaining('déjà') }])
  expect((await ask('PATCH', 'collections/fautes/entries/four', own, {})).status).toBe(422)
  expect((await ask('PATCH', 'collections/fautes/entries/pompe', own, { after: 'four' })).status).toBe(404)
})

test('nobody from elsewhere learns of it; a key of the network changes what is shared, and reads nothing private', async () => {
  await ask('POST', 'collections', own, { title: 'Partagée', language: 'fr', state: 'network' })
  await ask('POST', 'collections', own, { title: 'Réservée', language: 'fr', state: 'private' })
  const operations: [string, string, unknown][] = [
    ['POST', 'collections', { title: 'B', language: 'fr' }],
    ['PUT', 'collections/partagee', { title: 'B', about: '', language: 'fr', state: 'network' }],
    ['POST', 'collections/partagee/entries', { item: 'four' }],
    ['PATCH', 'collections/partagee/entries/four', { section: null }],
    ['DELETE', 'collections/partagee/entries/four', undefined],
    ['POST', 'items/four/links', { to: 'pompe', kind: 'adapts' }],
    ['GET', 'items/four/links', undefined],
    ['GET', 'collections', undefined],
  ]
  for (const [method, path, body] of operations)
    for (const key of [null, others]) expect((await ask(method, path, key, body)).status, path).toBe(404)
  expect((await ask('POST', 'collections/partagee/entries', networks, { item: 'four' })).status).toBe(201)
  expect((await ask('POST', 'collections/reservee/entries', networks, { item: 'four' })).status).toBe(404)
  const kept = await ask('POST', 'collections', networks, { title: 'C', language: 'fr' })
  expect(kept.body.errors[0].field).toBe('state')
  expect((await ask('GET', 'collections', networks)).status).toBe(403)
})

test('links are made, read from both ends, and taken away', async () => {
  const made = await ask('POST', 'items/four/links', own, { to: 'lampe', kind: 'pilot_of', note: 'Essai' })
  expect(made.status).toBe(201)
  const { body } = await ask('GET', 'items/lampe/links', own)
  expect(body.links).toEqual([
    expect.objectContaining({
      id: made.body.id,
      kind: 'pilot_of',
      direction: 'in',
      note: 'Essai',
      other: expect.objectContaining({ slug: 'four' }),
    }),
  ])
  const itself = await ask('POST', 'items/four/links', own, { to: 'four', kind: 'related' })
  expect(itself.body.errors[0].field).toBe('to')
  expect((await ask('DELETE', `items/lampe/links/${made.body.id}`, own)).status).toBe(204)
  expect((await ask('DELETE', `items/lampe/links/${made.body.id}`, own)).status).toBe(404)
})

test('the demonstration’s collections and links come once, however often they are brought', async () => {
  const { database } = site
  const folder = join(projectFolder, 'demo')
  const fil = await aNetwork(database, { slug: 'fil-commun' })
  await importDemonstration(
    database.db,
    folder,
    new Map([['fil-commun', { id: fil.id, visibility: 'public' as const }]]),
  )
  for (const _ of [1, 2]) await inTenant(database.db, fil.inside, trx => demoCollections(trx, fil, folder))
  const count = async (table: string) =>
    (
      await database.asOwner<{ n: number }>(`select count(*)::int as n from ${table} where network_id = $1`, [
        fil.id,
      ])
    )[0]?.n
  expect([
    await count('commons_collection'),
    await count('commons_collection_entry'),
    await count('commons_link'),
  ]).toEqual([2, 12, 8])
  const page = await words(site.get('/fr/fil-commun/collections/ce-qui-se-repare'))
  expect(page).toContain('Ce qui se répare, et par qui')
  expect(page).toMatch(/8 pages .*Ouvrir un établi .*Entretenir avant de réparer .*À emporter/)
})
