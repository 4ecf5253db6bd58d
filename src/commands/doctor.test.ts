import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest'
import { emptyTarget, type Target } from '#/backup/testing.ts'
import { runCommandLine } from '#/commands/command-line.ts'
import type { Finding } from '#db/examination.ts'

const place = inject('postgres')
let target: Target
let stdout = ''
let stderr = ''

beforeAll(async () => {
  target = await emptyTarget(place)
})

afterAll(() => target[Symbol.asyncDispose]())

beforeEach(() => {
  const url = `postgres://cordee_owner@localhost:${place.port}/${target.name}?host=${encodeURIComponent(place.host)}`
  for (const [name, value] of Object.entries({
    DATABASE_URL: url,
    CORDEE_DATA: target.dataFolder,
    BASE_URL: '',
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

async function run(...args: string[]): Promise<number> {
  process.exitCode = undefined
  stdout = ''
  stderr = ''
  return runCommandLine(args)
}

/** What a program reads of a command: one document on one line. */
function told(): Finding[] {
  expect(stdout.split('\n')).toHaveLength(2)
  return JSON.parse(stdout)
}

test('what is broken is told once, to people and to programs, and ends with 1', {
  timeout: 60_000,
}, async () => {
  expect(await run('network', 'create', 'a-moi', '--name', 'À moi')).toBe(0)
  const failing = (findings: Finding[]) => findings.filter(({ holds }) => !holds).map(({ check }) => check)
  expect(await run('--json', 'doctor')).toBe(0)
  expect(failing(told())).toEqual([])

  await target.query(
    `insert into commons_facet (network_id, kind, key, label, items) select id, 'theme', 'x', 'x', 1 from network`,
  )
  expect(await run('doctor', '--json')).toBe(1)
  expect(failing(told())).toEqual(['commons-counts'])
  expect(await run('doctor')).toBe(1)
  expect(stdout).toMatch(/^✗ .*theme:x/m)
  expect(stderr).toMatch(/1/)
})
