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
  for (const [name, value] of Object.entries({
    DATABASE_URL: url,
    CORDEE_DATA: target.dataFolder,
    BASE_URL: 'https://cordee.example',
    LC_ALL: '',
    LANG: 'fr_FR.UTF-8',
  }))
    vi.stubEnv(name, value)
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

test('the first administrator of a network comes in by a link that is printed', async () => {
  expect(await run('network', 'create', 'neuf', '--name', 'Le Neuf', '--visibility', 'private')).toBe(0)
  expect(await run('administrator', 'add', 'neuf', 'Aline@Exemple.org')).toBe(0)
  expect(stdout).toMatch(
    /^aline@exemple\.org {2}https:\/\/cordee\.example\/fr\/neuf\/invitation\/[\w-]{32}\n$/,
  )
  expect(await run('administrator', 'add', 'neuf', 'aline@exemple.org')).toBe(1)
  expect(stderr).toContain('une invitation attend déjà aline@exemple.org')
})

test('people are invited, all or none, and listed', async () => {
  expect(await run('person', 'invite', 'un@exemple.org', 'faux', '--network', 'neuf')).toBe(1)
  expect(stderr).toContain('Ligne 2')
  expect(
    await run('person', 'invite', 'un@exemple.org', 'deux@exemple.org', '--locale', 'es', '--json'),
  ).toBe(0)
  const invited = JSON.parse(stdout) as { email: string; url: string }[]
  expect(invited.map(({ email }) => email)).toEqual(['un@exemple.org', 'deux@exemple.org'])
  expect(invited[0]?.url).toContain('/es/neuf/invitation/')
  expect(await run('person', 'invite', 'x@exemple.org', '--role', 'roi')).toBe(2)
  expect(await run('person', 'list', '--json')).toBe(0)
  expect(JSON.parse(stdout)).toEqual([])
})

test('an account that exists is given the installation', async () => {
  expect(await run('administrator', 'add', '--platform', 'personne@exemple.org')).toBe(1)
  expect(stderr).toContain('Aucun compte n’a l’adresse personne@exemple.org.')
  await target.query(
    `insert into account (id, name, email) values (gen_random_uuid(), 'Ali', 'ali@exemple.org')`,
  )
  expect(await run('administrator', 'add', '--platform', 'Ali@exemple.org')).toBe(0)
  expect(await target.query('select email from account where platform_administrator')).toEqual([
    { email: 'ali@exemple.org' },
  ])
  expect(await target.query('select action, origin from audit_entry order by at desc limit 1')).toEqual([
    { action: 'platform.administrator-added', origin: 'command' },
  ])
  expect(await run('administrator', 'add', 'ali@exemple.org')).toBe(2)
})

async function run(...args: string[]): Promise<number> {
  process.exitCode = undefined
  stdout = ''
  stderr = ''
  return runCommandLine(args)
}
