import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { projectFolder } from '#kernel/project.ts'
import { importDemonstration } from '#modules/commons/demonstration.ts'
import { followDemonstration } from '#modules/commons/following/demonstration.ts'
import { newsIn } from '#modules/commons/following/following.fixture.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, aPerson } from '../../../../test/factories.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

test('the people of the demonstration follow, and have heard; again, it changes nothing', async () => {
  const network = await aNetwork(database, { slug: 'fil-commun' })
  await aPerson(database, network, 'member', { name: 'Inès', email: 'ines.roumanille@demonstration.invalid' })
  const folder = join(projectFolder, 'demo')
  const networks = new Map([['fil-commun', { id: network.id, visibility: 'public' as const }]])
  await importDemonstration(database.db, folder, networks)
  await followDemonstration(database.db, folder, networks)
  const news = await newsIn(database, network)
  expect(news).toContain('Inès: Des ombrelles louées à l’heure (1)')
  expect(news.length).toBeGreaterThan(10)
  await followDemonstration(database.db, folder, networks)
  expect(await newsIn(database, network)).toEqual(news)
  const due = await database.asOwner('select from commons_news where mail_due_at is not null')
  expect(due).toEqual([])
})
