import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest'
import { emptyTarget, type Target } from '#/backup/testing.ts'
import { runCommandLine } from '#/commands/command-line.ts'
import { readTemplate } from '#modules/programmes/templates/reading.ts'
import { templateJsonSchema } from '#modules/programmes/templates/schema.ts'
import { shippedTemplate, templatesFolder } from '#modules/programmes/templates/shipped.ts'

const place = inject('postgres')
let target: Target
let folder: string
let stdout = ''
let stderr = ''

beforeAll(async () => {
  target = await emptyTarget(place)
  folder = mkdtempSync(join(tmpdir(), 'cordee-programme-templates-'))
})

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await target[Symbol.asyncDispose]()
})

beforeEach(() => {
  const url = `postgres://cordee_owner@localhost:${place.port}/${target.name}?host=${encodeURIComponent(place.host)}`
  const environment = { DATABASE_URL: url, CORDEE_DATA: target.dataFolder, LC_ALL: '', BASE_URL: '' }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  vi.stubEnv('LANG', 'fr_FR.UTF-8')
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
  return runCommandLine(['programme-templates', ...args])
}

test('checks a file without a database, and tells every problem on its line', async () => {
  expect(await run('check', join(templatesFolder, 'quarter-cycle.yaml'))).toBe(0)
  expect(stdout).toMatch(/quarter-cycle.* 4 étapes/)
  const wrong = join(folder, 'wrong.yaml')
  writeFileSync(wrong, 'key: un\nname: {}\nlicence: CC0-1.0\nduration: P1D\ncapsules: []\n')
  expect(await run('check', wrong)).toBe(1)
  expect(stderr).toMatch(
    /2 choses .*\n {2}Ligne 2, colonne 7 \(name\).*\n {2}Ligne 5, colonne 11 \(capsules\)/,
  )
  // What modules declare is known without a database.
  const kind = join(folder, 'kind.yaml')
  const shipped = readFileSync(join(templatesFolder, 'quarter-cycle.yaml'), 'utf8')
  writeFileSync(kind, shipped.replace('- kind: document', '- kind: horoscope'))
  expect(await run('check', kind)).toBe(1)
  expect(stderr).toMatch(/une chose .*\n {2}Ligne \d+, .*horoscope.*attendance, document, reading, task/)
  writeFileSync(kind, shipped.replace(/settings:\n( +)help:/, 'settings:\n$1halp:'))
  expect(await run('check', kind)).toBe(1)
  expect(stderr).toContain('halp')
  expect(await run('check', join(folder, 'nothing.yaml'))).toBe(2)
  expect(await run('schema')).toBe(0)
  expect(JSON.parse(stdout)).toEqual(templateJsonSchema())
})

test('lists what a network offers, and writes one of them', async () => {
  expect(await runCommandLine(['network', 'create', 'atelier', '--name', 'Atelier'])).toBe(0)
  expect(await run('list')).toBe(0)
  expect(stdout).toMatch(
    /collective-19-months {2}Collectif de dix-neuf mois {2}19 mois {2}7 capsules, 19 étapes/,
  )
  const file = join(folder, 'cycle.yaml')
  expect(await run('export', 'quarter-cycle', file)).toBe(0)
  expect(readTemplate(readFileSync(file, 'utf8'), null)).toEqual({
    template: shippedTemplate('quarter-cycle'),
  })
  expect(await run('export', 'rien')).toBe(2)
  expect(stderr).toContain('atelier')
})
