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

test('the groups of a network are listed as a tree, and who is in one', async () => {
  expect(await run('network', 'create', 'neuf', '--name', 'Le Neuf'), stderr).toBe(0)
  await target.query(`
    with club as (
      insert into network_group (network_id, id, slug, kind, name)
      select id, gen_random_uuid(), 'club', 'club', 'Le club' from network returning network_id, id
    ), inner_one as (
      insert into network_group (network_id, id, slug, kind, name, parent_id)
      select network_id, gen_random_uuid(), 'carbone', 'working_group', 'Carbone', id from club
    ), somebody as (
      insert into person (network_id, id, name) select network_id, gen_random_uuid(), 'Ama' from club returning network_id, id
    ), entrusted as (
      insert into mandate (network_id, id, person_id, role) select network_id, gen_random_uuid(), id, 'member' from somebody
    )
    insert into group_member (network_id, group_id, person_id) select club.network_id, club.id, somebody.id from club, somebody`)
  expect(await run('group', 'list')).toBe(0)
  expect(stdout).toBe('club  Le club  Club  1 personne\n  carbone  Carbone  Groupe de travail  0 personne\n')
  expect(await run('group', 'members', 'club', '--json')).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject([{ organisation: null, people: [{ name: 'Ama' }] }])
  expect(await run('group', 'members', 'aucun')).toBe(1)
  expect(stderr).toContain('«\u00a0aucun\u00a0»')
})

async function run(...args: string[]): Promise<number> {
  process.exitCode = undefined
  stdout = ''
  stderr = ''
  return runCommandLine(args)
}
