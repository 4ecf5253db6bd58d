import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import { emptyTarget, type Target } from '#/backup/testing.ts'
import { runCommandLine } from '#/commands/command-line.ts'
import { makeZip } from '#modules/commons/archive/zip-maker.ts'
import { aPage } from '../../test/factories.ts'

const place = inject('postgres')
let target: Target
let folder: string
let stdout = ''
let stderr = ''

beforeAll(async () => {
  target = await emptyTarget(place)
  folder = mkdtempSync(join(tmpdir(), 'cordee-pages-'))
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
    BASE_URL: '',
    LC_ALL: '',
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

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('the demonstration', { timeout: 60_000 }, () => {
  test('as it came goes without a question', async () => {
    expect(await run('demo')).toBe(0)
    expect(await run('demo', '--remove')).toBe(0)
    expect(stdout).toBe('La démonstration est effacée (8 réseaux).\n')
  })

  test('is told from a network of one’s own when pages are brought', async () => {
    expect(await run('demo')).toBe(0)
    expect(await run('import', 'commons', file('a.md', aPage('À moi')), '--network', 'fil-commun')).toBe(0)
    expect(stderr).toMatch(/^«\u00a0fil-commun\u00a0» est un réseau de démonstration.*cordee network create/)
    expect(stdout).toContain('  lues\u00a0: 1\n')
    expect(stdout).toContain('  nouvelles\u00a0: 1\n')
  })

  test('does not take the pages of people with it unasked', async () => {
    const changed = readFileSync('demo/commons/fil-commun/cold-boxes-that-pay-for-themselves.md', 'utf8')
    expect(
      await run(
        ...['import', 'commons', file('cold-boxes-that-pay-for-themselves.md', `${changed}\nMore.\n`)],
        ...['--network', 'fil-commun'],
      ),
    ).toBe(0)
    expect(stdout).toContain('  modifiées\u00a0: 1\n')

    expect(await run('demo', '--remove')).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('2 pages')
    expect(stderr).toContain('(fil-commun)')
    expect(stderr).toContain('--yes')
    expect(await run('network', 'list')).toBe(0)
    expect(stdout).toContain('fil-commun')

    expect(await run('demo', '--remove', '--yes')).toBe(0)
    expect(await run('network', 'list')).toBe(0)
    expect(stdout).not.toContain('fil-commun')
  })
})

describe('an import', { timeout: 60_000 }, () => {
  test('of nothing has failed', async () => {
    expect(await run('network', 'create', 'a-moi', '--name', 'À moi')).toBe(0)
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    expect(await run('import', 'commons', empty)).toBe(1)
    expect([stdout, stderr]).toEqual(['', `Il n’y a aucune page .md dans «\u00a0${empty}\u00a0».\n`])
  })

  test('of which all was refused has failed, and a program is told once, with the report', async () => {
    const path = file('photo.png', 'no picture')
    expect(await run('import', 'commons', path)).toBe(1)
    expect(stderr).toContain('Le seul fichier a été refusé')
    expect(await run('--json', 'import', 'commons', path)).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      read: 1,
      refused: 1,
      report: [{ code: 'not-a-page' }],
      error: expect.stringContaining('refusé'),
    })
  })

  test('of a Word document says so once', async () => {
    const parts = ['[Content_Types].xml', '_rels/.rels', 'word/document.xml'].map(name => ({
      name,
      content: '<x/>',
    }))
    const path = file('lettre.docx', makeZip(parts))
    expect(await run('import', 'commons', path)).toBe(1)
    expect(stderr).toMatch(/^«\u00a0.*lettre\.docx\u00a0» est un document Word\..*\.md.*\n$/)
  })

  test('of some pages that are good has not failed, and shows no progress where nobody watches', async () => {
    expect(await run('import', 'commons', file('b.md', aPage('Bien')))).toBe(0)
    expect(stderr).toBe('')
  })
})

describe('an export', { timeout: 60_000 }, () => {
  test('takes its format from the name of the file', async () => {
    const path = join(folder, 'pages.csv')
    expect(await run('export', 'commons', path)).toBe(0)
    expect(stdout).toContain('1 page écrite')
    expect(readFileSync(path, 'utf8')).toContain('Bien')
    expect(readFileSync(path, 'utf8')).not.toMatch(/^PK/)
    expect(await run('export', 'commons', join(folder, 'pages.ZIP'))).toBe(0)
    expect(readFileSync(join(folder, 'pages.ZIP'), 'latin1')).toMatch(/^PK/)
    expect(await run('export', 'commons', join(folder, 'pages'))).toBe(0)
    expect(existsSync(join(folder, 'pages', 'b.md'))).toBe(true)
    expect(await run('--json', 'export', 'commons', '--format', 'json', join(folder, 'odd.csv'))).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ format: 'json', items: 1 })
  })

  test.each([
    ['sort=x', /«\u00a0sort\u00a0».*relevance, recent/],
    ['contry=TG', /«\u00a0contry\u00a0».*country/],
    [`q=${'a'.repeat(301)}`, /«\u00a0q\u00a0»/],
  ])('of a query that is wrong (%.12s) says what, and ends with 2', async (query, expected) => {
    expect(await run('export', 'commons', '-', '--query', query)).toBe(2)
    expect(stderr).toMatch(expected)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(stdout).toBe('')
  })

  test.each(['none/such/x.csv', 'b.md/below'])('that cannot be written (%s) says so', async name => {
    expect(await run('export', 'commons', join(folder, name))).toBe(1)
    expect(stderr).toMatch(/^On ne peut pas écrire «\u00a0/)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

describe('reindexing', { timeout: 60_000 }, () => {
  test('tells how many pages changed, in each network, and done again that none did', async () => {
    const path = file('r.md', aPage('Relue'))
    expect(await run('import', 'commons', path, '--network', 'a-moi')).toBe(0)
    await target.query(`update commons_item set title = 'Autrement' where file_name = 'r.md'`)
    await target.query(`update commons_facet set items = items + 1 where kind = 'item' and key = 'all'`)
    expect(await run('reindex', 'commons')).toBe(0)
    expect(stdout).toBe('«\u00a0a-moi\u00a0»\u00a0: 1 page change, 1 compte corrigé.\n')
    expect(await run('--json', 'reindex', 'commons', '--network', 'a-moi')).toBe(0)
    expect(JSON.parse(stdout)).toEqual([{ network: 'a-moi', items: 0, counters: 0 }])
    expect(await run('doctor')).toBe(0)
  })
})
