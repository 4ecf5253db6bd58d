import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest'
import { emptyTarget, type Target } from '#/backup/testing.ts'
import { runCommandLine } from '#/commands/command-line.ts'

const place = inject('postgres')
const folder = mkdtempSync(join(tmpdir(), 'cordee-organisations-'))
let target: Target
let stdout = ''
let stderr = ''

beforeAll(async () => {
  target = await emptyTarget(place)
})

afterAll(async () => {
  await target[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
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

test('a list is tried, imported, and stops where a line resembles a known organisation', async () => {
  const list = (text: string) => {
    const path = join(folder, 'liste.csv')
    writeFileSync(path, text)
    return path
  }
  expect(await run('network', 'create', 'neuf', '--name', 'Le Neuf', '--visibility', 'private')).toBe(0)
  const first = list('Nom;Ville;Effectif\nMenuiserie Cazaux;Toulouse;20-99\nBeta;Auch;5\n')
  expect(await run('import', 'organisations', first, '--dry-run')).toBe(0)
  expect([stdout, stderr]).toEqual([
    expect.stringContaining('2 organisations à créer'),
    expect.stringContaining('2: Menuiserie Cazaux — Effectif'),
  ])
  expect(await run('import', 'organisations', first, '--json')).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ network: 'neuf', state: 'done', counts: { created: 2 } })
  const second = list('Nom;Ville\nMenuiserie Casaux;Toulouse\nGamma;Albi\n')
  expect(await run('import', 'organisations', second)).toBe(1)
  expect(stderr).toContain('Décidez d’abord')
  expect(await run('import', 'organisations', second, '--near', 'leave', '--json')).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ counts: { created: 1, unchanged: 1 } })
  expect(await run('import', 'organisations', join(folder, 'rien.csv'))).toBe(2)
})

async function run(...args: string[]): Promise<number> {
  stdout = ''
  stderr = ''
  process.exitCode = undefined
  return runCommandLine(args)
}
