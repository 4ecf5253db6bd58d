import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTenant } from '#db/tenant.ts'
import type { ArchiveEntry } from '#modules/commons/archive/index.ts'
import { importPages } from '#modules/commons/importing/importing.ts'
import { findImport, listImports } from '#modules/commons/importing/imports.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, type TestNetwork } from '../../../../test/factories.ts'

const fixture = fileURLToPath(new URL('./endless-import.fixture.ts', import.meta.url))

let database: TestDatabase
let network: TestNetwork
const children: ChildProcess[] = []

beforeAll(async () => {
  database = await testDatabase()
  network = await aNetwork(database)
})

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await database.close()
})

/** Begins an import in a process of its own. */
async function begin(): Promise<{ id: string; kill(): Promise<unknown> }> {
  const args = [fixture, JSON.stringify(database.server.app), network.id]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    id: String(said).trim(),
    kill() {
      child.kill('SIGKILL')
      return once(child, 'exit')
    },
  }
}

const states = async () =>
  new Map(
    (await readTenant(database.db, network.inside, trx => listImports(trx, network.id))).map(
      ({ id, state }) => [id, state],
    ),
  )
const stateOf = (id: string) =>
  readTenant(database.db, network.inside, trx => findImport(trx, network.id, id)).then(one => one?.state)

async function* pages(meanwhile?: () => Promise<void>): AsyncGenerator<ArchiveEntry> {
  yield { name: 'a.md', bytes: Buffer.from('# A\n\n[[type:solution]]\n') }
  await meanwhile?.()
}

test('an import whose process was killed is interrupted, and one that goes on beside it runs', async () => {
  const [killed, alive] = await Promise.all([begin(), begin()])
  // The first pages are read while the import is still being said to run.
  await expect.poll(states).toEqual(
    new Map([
      [killed.id, 'running'],
      [alive.id, 'running'],
    ]),
  )
  await killed.kill()
  // The server hears of it when the system has closed the connection.
  await expect.poll(() => stateOf(killed.id)).toBe('interrupted')
  expect((await states()).get(killed.id)).toBe('interrupted')
  expect(await stateOf(alive.id)).toBe('running')

  // Taken up again it runs, and comes to its end.
  let during: string | undefined
  await importPages(
    database.db,
    network.inside,
    pages(async () => {
      during = await stateOf(killed.id)
    }),
    { origin: 'pages', visibility: 'public', importId: killed.id },
  )
  expect(during).toBe('running')
  expect(await stateOf(killed.id)).toBe('finished')
  await alive.kill()
})

test('an import that came to its end, well or badly, holds nothing', async () => {
  const options = { origin: 'pages', visibility: 'public' } as const
  await importPages(database.db, network.inside, pages(), options)
  const failing = pages(() => Promise.reject(new Error('The disk is gone')))
  await expect(importPages(database.db, network.inside, failing, options)).rejects.toThrow('gone')
  expect([...(await states()).values()]).toEqual(expect.arrayContaining(['finished', 'failed']))
  expect(
    await database.asOwner(
      `select 1 from pg_locks where locktype = 'advisory' and objsubid = 2 and pid in (
         select pid from pg_stat_activity where datname = current_database())`,
    ),
  ).toEqual([])
})
