import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#kernel/ids.ts'
import { projectFolder } from '#kernel/project.ts'
import { bringThreads } from '#modules/threads/demonstration.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { aNetwork, aPerson } from '../../../test/factories.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

test('what is said comes in its order, once, and nobody is written to', async () => {
  const network = await aNetwork(database, { slug: 'cap-rse-occitanie' })
  await database.asOwner(
    `insert into network_group (network_id, id, slug, kind, name) values ($1, $2, 'collectif-cap-rse-occitanie', 'collective', 'x')`,
    [network.id, newId()],
  )
  const patrick = await aPerson(database, network, 'member', {
    email: 'patrick.soulie@demonstration.invalid',
  })
  const networks = new Map([[network.slug, { id: network.id, visibility: 'public' as const }]])
  const folder = resolve(projectFolder, 'demo')
  const kept = () =>
    database.asOwner<{ id: string; parent_id: string | null; person_id: string | null; told: boolean }>(
      `select id, parent_id, person_id, told_at is not null as told from thread_message where network_id = $1 order by id`,
      [network.id],
    )
  await bringThreads({ db: database.db, folder, networks })
  const messages = await kept()
  expect(messages).toHaveLength(5)
  expect(messages[1]?.person_id).toBe(patrick.personId)
  expect(messages[2]?.parent_id).toBe(messages[1]?.id)
  expect(messages.every(({ told }) => told)).toBe(true)
  await bringThreads({ db: database.db, folder, networks })
  expect(await kept()).toEqual(messages)
  const called = await database.asOwner('select person_id from thread_mention where network_id = $1', [
    network.id,
  ])
  expect(called).toEqual([{ person_id: patrick.personId }])
})
