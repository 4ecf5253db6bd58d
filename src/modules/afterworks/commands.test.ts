import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest'
import { emptyTarget, type Target } from '#/backup/testing.ts'
import { runCommandLine } from '#/commands/command-line.ts'

const place = inject('postgres')
let target: Target
let stdout = ''
let stderr = ''

beforeAll(async () => {
  target = await emptyTarget(place)
})

afterAll(async () => {
  await target[Symbol.asyncDispose]()
})

beforeEach(() => {
  const url = `postgres://cordee_owner@localhost:${place.port}/${target.name}?host=${encodeURIComponent(place.host)}`
  const env = {
    DATABASE_URL: url,
    CORDEE_DATA: target.dataFolder,
    BASE_URL: '',
    LC_ALL: '',
    LANG: 'fr_FR.UTF-8',
  }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    stdout += text
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    stderr += text
    return true
  })
})

afterEach(() => {
  process.exitCode = undefined
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

test('series of afterworks are listed with what they count, and the organisations a counter counted are written', async () => {
  expect(await run('network', 'create', 'neuf', '--name', 'Le Neuf'), stderr).toBe(0)
  await target.query(`
    with series as (
      insert into afterwork_series (network_id, id, slug, name, rhythm, confirm_by, anchor, counted_from, aware_target,
        link_origin)
      select id, gen_random_uuid(), 'jeudis', 'Les jeudis', 'monthly', current_date + 20, current_date + 20, current_date - 99, 30,
        'https://cordee.example'
      from network where slug = 'neuf' returning network_id, id
    ), met as (
      insert into meeting (network_id, id, title, starts_at, ends_at, time_zone, state, visibility)
      select network_id, gen_random_uuid(), 'Une édition', now() - interval '2 days', now() - interval '47 hours', 'Europe/Paris',
        'held', 'public'
      from series returning network_id, id
    ), edition as (
      insert into afterwork_edition (network_id, series_id, meeting_id, number, theme)
      select met.network_id, series.id, met.id, 1, 'Un thème' from met, series
    )
    insert into registration (network_id, meeting_id, id, number, name, organisation_name, state, present)
    select network_id, id, gen_random_uuid(), 1, 'Vera', '=Fonderie', 'registered', true from met`)
  expect(await run('afterwork', 'list'), stderr).toBe(0)
  expect(stdout).toBe('jeudis  Les jeudis  1 édition  sensibilisées\u00a0: 1/30  outil adopté\u00a0: 0\n')
  const file = join(target.dataFolder, 'compte.csv')
  expect(await run('afterwork', 'export', 'jeudis', file, '--json'), stderr).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ series: 'jeudis', counter: 'aware', organisations: 1 })
  expect(readFileSync(file, 'utf8')).toContain(`"'=Fonderie"`)
  expect(await run('afterwork', 'export', 'jeudis', file, '--counter', 'tout')).toBe(2)
  expect(await run('afterwork', 'export', 'aucune', file)).toBe(1)
  expect(stderr).toContain('«\u00a0aucune\u00a0»')
})

async function run(...args: string[]): Promise<number> {
  process.exitCode = undefined
  stdout = ''
  stderr = ''
  return runCommandLine(args)
}
