import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mammoth from 'mammoth'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest'
import { emptyTarget, type Target } from '#/backup/testing.ts'
import { runCommandLine } from '#/commands/command-line.ts'
import { aPage } from '../../../../test/factories.ts'

const place = inject('postgres')
let target: Target
let folder: string
let stderr = ''

beforeAll(async () => {
  target = await emptyTarget(place)
  folder = mkdtempSync(join(tmpdir(), 'cordee-item-'))
  writeFileSync(join(folder, 'puits.md'), page)
})

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
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
  stderr = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
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

const page = aPage('Des puits', { year: '2024' }, 'L’eau manque.')

test('one page is written in the format that its name promises', async () => {
  expect(await runCommandLine(['network', 'create', 'essai', '--name', 'Essai']), stderr).toBe(0)
  expect(await runCommandLine(['import', 'commons', folder])).toBe(0)
  const written = (name: string) => join(folder, name)
  for (const name of ['a.pdf', 'a.docx', 'a.json', 'a.md'])
    expect(await runCommandLine(['export', 'item', 'des-puits', written(name)]), stderr).toBe(0)
  expect(readFileSync(written('a.pdf')).subarray(0, 5).toString()).toBe('%PDF-')
  const { value } = await mammoth.extractRawText({ path: written('a.docx') })
  expect(value).toContain('L’eau manque.')
  expect(JSON.parse(readFileSync(written('a.json'), 'utf8'))).toMatchObject({
    slug: 'des-puits',
    source: page,
  })
  expect(readFileSync(written('a.md'), 'utf8')).toBe(page)
})

test('a page that is not there, and a place that cannot be written to, are named', async () => {
  expect(await runCommandLine(['export', 'item', 'aucune', join(folder, 'b.pdf')])).toBe(2)
  expect(stderr).toContain('«\u00a0aucune\u00a0»')
  expect(await runCommandLine(['export', 'item', 'des-puits', join(folder, 'nulle', 'part.md')])).toBe(1)
  expect(stderr).toContain('nulle')
})

test('a collection that is shared is written as a booklet, one of its keepers alone is not', async () => {
  await target.query(`
    with made as (
      insert into commons_collection (network_id, id, slug, title, about, state, language)
      select network.id, gen_random_uuid(), given.slug, 'Des eaux', 'Ce que nous savons de l’eau.', given.state, 'fr'
      from network cross join (values ('des-eaux', 'network'), ('a-moi', 'private')) given (slug, state)
      returning network_id, id
    )
    insert into commons_collection_entry (network_id, collection_id, item_id, note, position)
    select made.network_id, made.id, item.id, 'À lire d’abord.', 1 from made
    join commons_item item on item.network_id = made.network_id and item.slug = 'des-puits'`)
  const written = join(folder, 'livret.docx')
  expect(await runCommandLine(['export', 'collection', 'des-eaux', written]), stderr).toBe(0)
  const { value } = await mammoth.extractRawText({ path: written })
  for (const said of ['Des eaux', 'Ce que nous savons de l’eau.', 'À lire d’abord.', 'L’eau manque.'])
    expect(value).toContain(said)
  const short = join(folder, 'court.pdf')
  expect(await runCommandLine(['export', 'collection', 'des-eaux', short, '--summary']), stderr).toBe(0)
  expect(readFileSync(short).subarray(0, 5).toString()).toBe('%PDF-')
  expect(await runCommandLine(['export', 'collection', 'a-moi', written])).toBe(2)
  expect(stderr).toContain('a-moi')
})
