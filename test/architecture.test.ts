import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/**
 * Which room may know which. Dependencies point one way, from the rooms that serve towards those that know least:
 * kernel ← reference, db ← platform ← backup ← http and ui ← modules ← app and commands. `http` and `ui` are one floor:
 * answers are pages, and the links of pages are the routes of the table.
 */
const ground = ['kernel', 'reference', 'db', 'platform', 'http', 'ui']

/** What each module knows of the others; the ground it may always stand on. */
const modules: Record<string, string[]> = {
  network: [],
  account: ['network'],
  administration: ['network'],
  platform: ['network'],
  files: ['network'],
  commons: ['network', 'files'],
  threads: ['network'],
  groups: ['network', 'files', 'threads'],
  meetings: ['network', 'files', 'threads', 'groups'],
  afterworks: ['network', 'files', 'threads', 'groups', 'meetings'],
  programmes: ['network', 'files', 'threads', 'groups', 'meetings'],
  waiting: ['network', 'files', 'threads', 'groups', 'meetings', 'afterworks', 'programmes'],
}

const roomsOf = (names: string[]) => names.map(name => `modules/${name}`)

const rooms: Record<string, string[]> = {
  kernel: [],
  reference: ['kernel'],
  db: ['kernel'],
  platform: ['kernel', 'db'],
  backup: ['kernel', 'db', 'platform'],
  http: ['kernel', 'db', 'platform', 'ui'],
  ui: ['kernel', 'reference', 'platform', 'http'],
  islands: ['kernel', 'reference', 'ui'],
  ...Object.fromEntries(
    Object.entries(modules).map(([name, known]) => [`modules/${name}`, [...ground, ...roomsOf(known)]]),
  ),
  'modules.ts': ['http', ...roomsOf(Object.keys(modules))],
  'app.ts': ['kernel', 'platform', 'http', 'modules.ts'],
  commands: [
    ...['kernel', 'db', 'platform', 'backup', 'http', 'modules.ts', 'app.ts'],
    ...roomsOf(['network', 'account', 'platform']),
  ],
}

const longest = 400

const source = fileURLToPath(new URL('../src', import.meta.url))

interface Import {
  from: string
  to: string
  /** Of types alone: gone when the program runs. */
  typeOnly: boolean
}

const files = globSync('**/*.{ts,tsx,css}', { cwd: source }).map(path => path.replaceAll('\\', '/'))
const program = files.filter(path => /\.tsx?$/.test(path) && !/\.(?:test|fixture|bench)\.tsx?$/.test(path))
const imports = program.flatMap(importsOf)

test('every room is known, and every room exists', () => {
  expect([...new Set(program.map(roomOf))].sort()).toEqual(Object.keys(rooms).sort())
})

test('a room knows only those below it', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [here, there] = [roomOf(from), roomOf(to)]
    return here !== there && !rooms[here]?.includes(there)
  })
  expect(wrong.map(shown)).toEqual([])
})

test('a module is entered by its index alone, and named by src/modules.ts alone', () => {
  const wrong = imports.filter(({ from, to }) => {
    if (!to.startsWith('modules/') || roomOf(from) === roomOf(to)) return false
    return to !== `${roomOf(to)}/${from === 'modules.ts' ? 'module.ts' : 'index.ts'}`
  })
  expect(wrong.map(shown)).toEqual([])
})

test('modules do not go in circles, nor do files', () => {
  const modules = imports.filter(({ from, to }) => /^modules\//.test(from) && /^modules\//.test(to))
  const between = modules
    .map(({ from, to }) => [roomOf(from), roomOf(to)] as const)
    .filter(([from, to]) => from !== to)
  expect(circle(between)).toBeNull()
  expect(circle(imports.filter(one => !one.typeOnly).map(({ from, to }) => [from, to] as const))).toBeNull()
})

test('what goes to the browser needs nothing of the server', () => {
  const reached = new Set<string>()
  const ahead = program.filter(path => roomOf(path) === 'islands')
  for (let path = ahead.pop(); path; path = ahead.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    ahead.push(...imports.filter(one => one.from === path && !one.typeOnly).map(one => one.to))
  }
  const floors = new Set([...reached].map(roomOf))
  expect([...floors].filter(room => !['islands', 'ui', 'reference', 'kernel'].includes(room))).toEqual([])
  const libraries = [...reached].flatMap(path => [
    ...read(path).matchAll(/from '(node:[^']+|pg|kysely|hono)'/g),
  ])
  expect(libraries.map(([, name]) => name)).toEqual([])
})

test(`no file has more than ${longest} lines`, () => {
  const tests = globSync('*.ts', { cwd: fileURLToPath(new URL('.', import.meta.url)) }).map(
    name => `../test/${name}`,
  )
  const long = [...files, ...tests]
    .filter(path => path !== 'db/types.ts')
    .map(path => ({ path, lines: read(path).split('\n').length - 1 }))
    .filter(({ lines }) => lines > longest)
  expect(long).toEqual([])
})

test('no file is named for what it is not', () => {
  expect(files.filter(path => /(?:^|\/)(?:utils?|helpers?|misc|common)(?:\.|\/)/.test(path))).toEqual([])
})

test('no type is left open, no check is put off, nothing is left to do', () => {
  const found = files.flatMap(path => {
    const text = read(path)
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    const open = /(?:[:<|&,(]|\bas)\s*any\b(?!\s*\()/.test(code) ? [`${path}: any`] : []
    // Written apart, so that this file does not find itself.
    const words = ['TO' + 'DO', 'FIX' + 'ME', '@ts-' + 'ignore', '@ts-' + 'nocheck', 'XX' + 'X:']
    return [...open, ...words.filter(word => text.includes(word)).map(word => `${path}: ${word}`)]
  })
  expect(found).toEqual([])
})

test('the rules find what breaks them', () => {
  expect(
    circle([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ]),
  ).toEqual(['a', 'b', 'c', 'a'])
  expect(
    circle([
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'c'],
    ]),
  ).toBeNull()
  expect(imports.length).toBeGreaterThan(200)
  expect(imports.some(one => one.typeOnly)).toBe(true)
})

function read(path: string): string {
  return readFileSync(join(source, path), 'utf8')
}

function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/')
  return first === 'modules' ? `${first}/${second}` : first
}

function importsOf(from: string): Import[] {
  const found = read(from).matchAll(
    /(?:^(?:import|export)(\s+type)?\b[^'";]*?\bfrom\s*|\bimport\(\s*|^import\s*)'([^']+)'/gm,
  )
  return [...found].flatMap(([, type, target = '']) => {
    if (target.startsWith('#'))
      return [{ from, to: target.replace(/^#\/?/, ''), typeOnly: type !== undefined }]
    if (!target.startsWith('.')) return []
    const to = relative(source, join(source, dirname(from), target)).replaceAll('\\', '/')
    return to.startsWith('..') ? [] : [{ from, to, typeOnly: type !== undefined }]
  })
}

/** The first way that leads back to where it began, or null. */
function circle(ways: readonly (readonly [from: string, to: string])[]): string[] | null {
  const next = Map.groupBy(ways, ([from]) => from)
  const done = new Set<string>()
  const walk = (path: string[]): string[] | null => {
    const here = path.at(-1) ?? ''
    const begun = path.indexOf(here)
    if (begun < path.length - 1) return path.slice(begun)
    if (done.has(here)) return null
    for (const [, to] of next.get(here) ?? []) {
      const found = walk([...path, to])
      if (found) return found
    }
    done.add(here)
    return null
  }
  for (const from of next.keys()) {
    const found = walk([from])
    if (found) return found
  }
  return null
}

function shown({ from, to }: Import): string {
  return `${from} → ${to}`
}
