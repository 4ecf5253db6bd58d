import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { announceChange, listenForChanges } from '#db/changes.ts'
import { asOwner } from '#db/installation.ts'
import { inTenant } from '#db/tenant.ts'
import { foundNetwork, removeDemonstration } from '#modules/network/founding.ts'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { aNetwork, type TestNetwork } from '../../test/factories.ts'

let database: TestDatabase
let network: TestNetwork
let heard: (string | boolean)[] = []
const ear = {
  change: (id: string) => void heard.push(id),
  listening: (open: boolean) => void heard.push(open),
}

beforeAll(async () => {
  database = await testDatabase()
  network = await aNetwork(database)
})

afterAll(() => database.close())

beforeEach(() => {
  heard = []
})

test('a change is heard at commit, and not at all when undone', async () => {
  const stop = listenForChanges(database.server.app, ear)
  await vi.waitFor(() => expect(heard).toEqual([true]), 15_000)
  const undone = inTenant(database.db, network.inside, async trx => {
    await announceChange(trx, network.id)
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  await inTenant(database.db, network.inside, trx => announceChange(trx, network.id))
  await vi.waitFor(() => expect(heard).toEqual([true, network.id]), 15_000)
  await stop()
})

test('a demonstration that is removed is a change', async () => {
  const input = {
    slug: 'essai',
    name: { fr: 'Essai' },
    summary: {},
    visibility: 'public',
    locale: 'fr',
    timeZone: 'UTC',
  } as const
  const id = await asOwner(database.server, client => foundNetwork(client, input, 'loading'))
  const stop = listenForChanges(database.server.app, ear)
  await vi.waitFor(() => expect(heard).toEqual([true]), 15_000)
  expect(await asOwner(database.server, client => removeDemonstration(client))).toEqual(['essai'])
  await vi.waitFor(() => expect(heard).toEqual([true, id]), 15_000)
  await stop()
})

test('a line that breaks is opened again, once', async () => {
  const stop = listenForChanges(database.server.app, ear)
  await vi.waitFor(() => expect(heard).toEqual([true]), 15_000)
  for (const times of [1, 2]) {
    await database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cordee listener' and datname = current_database()",
    )
    const expected = [true, ...Array.from({ length: times }, () => [false, true]).flat()]
    await vi.waitFor(() => expect(heard).toEqual(expected), 5_000)
  }
  expect(await lines()).toBe(1)
  heard = []
  await inTenant(database.db, network.inside, trx => announceChange(trx, network.id))
  await vi.waitFor(() => expect(heard).toEqual([network.id]), 15_000)
  await stop()
  await vi.waitFor(async () => expect(await lines()).toBe(0), 15_000)
})

test('a server that is not there is asked again, until told to stop', async () => {
  const stop = listenForChanges({ host: '127.0.0.1', port: 1 }, ear)
  await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(2), 5_000)
  await stop()
  const now = heard.length
  await new Promise(resolve => setTimeout(resolve, 1_200))
  expect(heard).toHaveLength(now)
  expect(heard).not.toContain(true)
})

async function lines(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    "select count(*)::int as count from pg_stat_activity where application_name = 'cordee listener' and datname = current_database()",
  )
  return rows[0]?.count ?? 0
}
