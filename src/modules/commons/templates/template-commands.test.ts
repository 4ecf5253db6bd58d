import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import { emptyTarget, type Target } from '#/backup/testing.ts'
import { runCommandLine } from '#/commands/command-line.ts'
import { readDefinition } from '#modules/commons/templates/definition.ts'
import { definitionJsonSchema } from '#modules/commons/templates/definition-json-schema.ts'
import { shippedTemplate } from '#modules/commons/templates/shipped.ts'

const place = inject('postgres')
let target: Target
let folder: string
let stdout = ''
let stderr = ''

beforeAll(async () => {
  target = await emptyTarget(place)
  folder = mkdtempSync(join(tmpdir(), 'cordee-templates-'))
})

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await target[Symbol.asyncDispose]()
})

beforeEach(() => {
  const url = `postgres://cordee_owner@localhost:${place.port}/${target.name}?host=${encodeURIComponent(place.host)}`
  for (const [name, value] of Object.entries({
    DATABASE_URL: url,
    CORDEE_DATA: target.dataFolder,
    LC_ALL: '',
    BASE_URL: '',
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
  vi.stubEnv('LANG', 'fr_FR.UTF-8')
  process.exitCode = undefined
  stdout = ''
  stderr = ''
  return runCommandLine(args)
}

const path = (name: string) => join(folder, name)

describe('cordee template', () => {
  test('checks a file without a database, and tells every problem on its line', async () => {
    writeFileSync(path('sound.yaml'), stringify(shippedTemplate('solution')))
    expect(await run('template', 'check', path('sound.yaml'))).toBe(0)
    expect(stdout).toContain('solution, 37 questions')
    writeFileSync(path('wrong.yaml'), 'key: a\ntype: solution\nname: {}\nsections: []\n')
    expect(await run('template', 'check', path('wrong.yaml'))).toBe(1)
    expect(stderr).toMatch(
      /2 problèmes\s:\n {2}Ligne 3, colonne 7 \(name\)\s: .*\n {2}Ligne 4, colonne 11 \(sections\)/,
    )
    expect(await run('template', 'check', path('nothing.yaml'))).toBe(2)
  })

  test('gives the schema', async () => {
    expect(await run('template', 'schema')).toBe(0)
    expect(JSON.parse(stdout)).toEqual(definitionJsonSchema())
  })

  test('exports, imports what was changed, and lists it', async () => {
    expect(await run('network', 'create', 'atelier', '--name', 'Atelier')).toBe(0)
    expect(await run('template', 'export', 'weak-signal', path('signal.yaml'))).toBe(0)
    const text = readFileSync(path('signal.yaml'), 'utf8')
    expect(readDefinition(text)).toEqual({ template: shippedTemplate('weak-signal') })
    expect(await run('template', 'import', path('signal.yaml'))).toBe(1)
    expect(stderr).toContain('Rien n’a changé')
    writeFileSync(path('signal.yaml'), stringify({ ...parse(text), name: { fr: 'Indice' } }))
    expect(await run('template', 'import', path('signal.yaml'))).toBe(0)
    expect(stdout).toContain('weak-signal, version 2, est en usage dans atelier.')
    expect(await run('--json', 'template', 'list')).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      network: 'atelier',
      templates: [
        { key: 'learning-plan', version: 2, shipped: true },
        { key: 'solution' },
        { key: 'experiment' },
        { key: 'weak-signal', version: 2, name: 'Indice', shipped: false },
      ],
    })
    expect(await run('template', 'export', 'weak-signal', path('signal.json'))).toBe(0)
    expect(JSON.parse(readFileSync(path('signal.json'), 'utf8'))).toMatchObject({ version: 2 })
    expect(await run('template', 'export', 'nothing')).toBe(2)
  })
})
