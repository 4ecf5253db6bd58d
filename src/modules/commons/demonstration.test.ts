import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asOwner } from '#db/installation.ts'
import type { DemoContext } from '#http/module.ts'
import { projectFolder } from '#kernel/project.ts'
import { bringDemonstration } from '#modules/commons/demonstration.ts'
import { removeDemonstration, startDemonstration } from '#modules/network/index.ts'
import { bringDemonstrationPeople } from '#modules/platform/index.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aSession } from '../../../test/factories.ts'

const folder = join(projectFolder, 'demo')

let site: TestApp
let context: DemoContext

beforeAll(async () => {
  site = await testApp()
  const { db, server } = site.database
  const networks = await asOwner(server, owner => startDemonstration(owner, folder))
  await asOwner(server, owner => bringDemonstrationPeople(owner, folder))
  context = { db, folder, networks }
  await bringDemonstration(context)
})

afterAll(() => site.close())

const as = async (name: string, path: string) => {
  const [account] = await site.database.asOwner<{ id: string }>('select id from account where name = $1', [
    name,
  ])
  const cookie = await aSession(site.database, account?.id ?? '')
  const response = await site.get(`/fr/fil-commun${path}`, { cookie })
  return { status: response.status, html: (await response.text()).replace(/<[^>]*>/g, '') }
}
const pageOf = async (title: string) => {
  const [row] = await site.database.asOwner<{ id: string }>(
    'select id from commons_document where title = $1',
    [title],
  )
  return `/writing/${row?.id}`
}
const plan = () => pageOf('L’eau des cantines, deux fois')
/** Rows by table; that pages were brought is kept each time. */
const counts = async () => {
  const tables = await site.database.asOwner<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' and relname like 'commons\\_%'
       and relname <> 'commons_import' order by 1`,
  )
  const all = []
  for (const { name } of tables) {
    const [row] = await site.database.asOwner<{ rows: number }>(`select count(*)::int as rows from ${name}`)
    all.push({ name, rows: row?.rows })
  }
  return all
}

test('two people write in a plan on several days, and what they write is not published', async () => {
  const writing = await as('Mariana Duarte', await plan())
  expect(writing.html).toContain('les roseaux mouraient le lundi')
  expect((await as('Inès Roumanille', await plan())).status).toBe(303)
  const history = await as('Jonas Lindgaard', `${await plan()}/history`)
  for (const name of ['Mariana Duarte', 'Jonas Lindgaard']) expect(history.html).toContain(name)
  const days = await site.database.asOwner(
    `select distinct changed_at::date from commons_change
     join commons_document document on document.id = document_id where title like 'L’eau%' and changed_at < now()`,
  )
  expect(days).toHaveLength(5)
  const read = await as('Inès Roumanille', '/commons/l-eau-des-cantines-deux-fois')
  expect(read.html).toContain('six cantines scolaires de Ziguinchor')
  expect(read.html).not.toContain('les roseaux mouraient')
})

test('what is said of it is heard by those it is for', async () => {
  const read = await as('Mariana Duarte', `${await plan()}/comments`)
  for (const words of [
    'Une saison, est-ce assez',
    'On pourrait lire qu’elles sont payées',
    'dans combien d’écoles exactement',
  ])
    expect(read.html).toContain(words)
  const [tally] = await site.database.asOwner(
    `select count(*) filter (where kind = 'suggestion')::int as suggestions,
       count(*) filter (where state = 'resolved')::int as resolved,
       count(*) filter (where audience = 'writers')::int as between_writers from commons_comment`,
  )
  expect(tally).toEqual({ suggestions: 1, resolved: 1, between_writers: 1 })
})

test('a draft is its author’s, a solution waits for review with a consent', async () => {
  const draft = await pageOf('A receipt for what you did not buy')
  expect((await as('Jonas Lindgaard', draft)).html).toContain('You did not buy this')
  expect((await as('Aïcha Konaté', draft)).status).toBe(404)
  expect((await as('Aïcha Konaté', '/reviews')).html).toContain('La lessive des chutes de savon')
  const solution = await pageOf('La lessive des chutes de savon')
  expect((await as('Aïcha Konaté', `${solution}/review`)).html).toContain('Rose-Marie Attia')
  expect((await as('Inès Roumanille', `${solution}/consents`)).html).toContain('classeur bleu')
})

test('a page is to be had in another language, and a curator has brought two families together', async () => {
  const translated = await site.get('/en/fil-commun/commons/lampes-solaires-reparees-plutot-que-jetees/in/en')
  expect(await translated.text()).toContain('repaired, not thrown away')
  const rules = await site.database.asOwner(
    `select kind, key, into_key from commons_family_rule where action = 'merge'`,
  )
  expect(rules).toEqual([{ kind: 'theme', key: 'energia solar', into_key: 'energy solaire' }])
})

test('nobody is written to, and brought again nothing changes', async () => {
  expect(await site.database.asOwner('select from mail_message')).toEqual([])
  const before = await counts()
  await bringDemonstration(context)
  expect(await counts()).toEqual(before)
})

test('erased, nothing of it is left', async () => {
  await asOwner(site.database.server, removeDemonstration)
  expect((await counts()).filter(({ rows }) => rows !== 0)).toEqual([])
})
