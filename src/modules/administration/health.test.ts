import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { examineJobs } from '#platform/jobs/examination.ts'
import { prepareJobs } from '#platform/jobs/jobs.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aCast, type Cast, see, statuses } from './administration.fixture.ts'

let site: TestApp
let cast: Cast

beforeAll(async () => {
  site = await testApp()
  cast = await aCast(site, 'jobs:manage')
  await prepareJobs(site.database.server.owner, [{ queue: 'test', expireSeconds: 60, retries: 0 }])
})

afterAll(() => site.close())

test('the health of an installation is for those who run it', async () => {
  const ask = (person: { cookie: string } | null) =>
    site.get('/fr/platform/health', person ? { cookie: person.cookie } : {})
  expect(await statuses(cast, ask)).toEqual({
    nobody: 401,
    member: 403,
    stranger: 403,
    operator: 200,
    administrator: 403,
  })
})

test('says what is well, of the same things as the doctor', async () => {
  const html = await see(site, '/fr/platform/health', cast.operator)
  expect(html).toContain('Tout va bien.')
  for (const name of [
    'Version de PostgreSQL',
    'Schéma à jour',
    'Cloisonnement des réseaux',
    'Place sur le disque',
    'Dernière sauvegarde',
    'Tâches en retard',
    'Messages en attente',
    'Journal d’audit',
    'Compteurs des communs',
  ])
    expect(html, name).toContain(`<strong>${name}</strong>`)
  expect((await site.services.examine()).filter(({ holds }) => !holds)).toEqual([])
})

test('says what is not, and how to mend it', async () => {
  const { asOwner } = site.database
  const id = cast.network.id
  await asOwner(
    `insert into commons_facet (network_id, kind, key, label, items) values ($1, 'theme', 'x', 'x', 1)`,
    [id],
  )
  await asOwner(
    `insert into mail_message (network_id, id, address, name, locale, kind, template, params, base_url, state, due_at, created_at)
     values ($1, gen_random_uuid(), 'a@exemple.org', '', 'fr', 'work', 'x', '{}', 'http://localhost', 'failed', now(), now())`,
    [id],
  )
  const backups = join(site.services.config.dataFolder, 'backups')
  mkdirSync(backups, { recursive: true })
  const file = join(backups, 'cordee-2026-01-02.zip')
  writeFileSync(file, '')
  const threeDaysAgo = Date.now() / 1000 - 3 * 86_400
  utimesSync(file, threeDaysAgo, threeDaysAgo)
  const html = await see(site, '/fr/platform/health', cast.operator)
  expect(html).toContain('3 choses demandent votre attention.')
  expect(html).toContain('ferme theme:x')
  expect(html).toContain('Les compteurs diffèrent')
  expect(html).toContain('La page des messages dit lesquels')
  expect(html).toContain('cordee-2026-01-02.zip')
  expect(html).toContain('La dernière a plus de deux jours.')
  expect((await site.services.examine()).filter(({ holds }) => !holds).map(({ check }) => check)).toEqual([
    'backup',
    'mail-failed',
    'commons-counts',
  ])
})

test('jobs that nobody takes, or that failed, are told', async () => {
  const checks = async (now: Date) =>
    (await examineJobs(site.database.db, now)).map(({ check, holds, detail }) => [check, holds, detail])
  await site.database.asOwner(
    `insert into pgboss.job (name, state, start_after, completed_on) select 'test', state::pgboss.job_state, now(), now()
     from unnest(array['created', 'failed', 'completed']) state`,
  )
  const after = (minutes: number) => new Date(Date.now() + minutes * 60_000)
  expect(await checks(after(10))).toEqual([
    ['jobs-waiting', true, '0'],
    ['jobs-failed', false, '1'],
  ])
  expect(await checks(after(20))).toEqual([
    ['jobs-waiting', false, '1'],
    ['jobs-failed', false, '1'],
  ])
  expect(await checks(after(4 * 24 * 60))).toEqual([
    ['jobs-waiting', false, '1'],
    ['jobs-failed', true, '0'],
  ])
})
