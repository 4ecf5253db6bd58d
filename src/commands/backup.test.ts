import { execFile } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { emptyTarget, type Target, tableContents } from '#/backup/testing.ts'
import { asOwner } from '#db/installation.ts'
import { projectFolder } from '#kernel/project.ts'
import { foundNetwork } from '#modules/network/founding.ts'

const place = inject('postgres')
const program = join(projectFolder, 'dist/cordee.js')
const built = existsSync(program)
if (!built) console.warn('dist/cordee.js is not built: the commands of backup are not tried')

let source: Target

beforeAll(async () => {
  source = await emptyTarget(place)
  await asOwner(source.server, client =>
    foundNetwork(client, {
      slug: 'kept',
      name: { fr: 'Gardé' },
      summary: {},
      visibility: 'public',
      locale: 'fr',
      timeZone: 'Europe/Paris',
    }),
  )
})

afterAll(() => source[Symbol.asyncDispose]())

test.runIf(built)('a backup goes into a folder under its own name, and comes back from there', async () => {
  const made = await cordee(source, 'backup', source.dataFolder, '--json')
  expect(made.code).toBe(0)
  const { file, rows } = JSON.parse(made.out)
  expect(file).toMatch(/cordee-\d{4}-\d\d-\d\d-\d{4}\.zip$/)
  expect(rows).toBeGreaterThan(1)

  await using target = await emptyTarget(place)
  const restored = await cordee(target, 'restore', file)
  expect(restored).toMatchObject({ code: 0 })
  expect(restored.out).toContain('Restauré\u00a0: 1 réseau (kept)')
  expect(restored.err).toContain('tout est en ordre')
  expect(await tableContents(target.server)).toEqual(await tableContents(source.server))

  const again = await cordee(target, 'restore', file)
  expect(again).toMatchObject({ code: 3, out: '' })
  expect(again.err).toContain('--replace')
  const unasked = await cordee(target, 'restore', file, '--replace')
  expect(unasked).toMatchObject({ code: 2 })
  expect(unasked.err).toMatch(/1 réseau \(kept\).*\n.*--yes/)
  const replaced = await cordee(target, 'restore', file, '--replace', '--yes', '--json')
  expect(JSON.parse(replaced.out)).toMatchObject({ networks: ['kept'], migrated: [] })
})

test.runIf(built)('on standard output a backup is all there is', async () => {
  const { code, out, err } = await cordee(source, 'backup', '-')
  expect(code).toBe(0)
  expect(out.slice(0, 4)).toBe('PK\x03\x04')
  expect(out.slice(-22, -18)).toBe('PK\x05\x06')
  expect(err).toContain('Sauvegarde dans')
})

test.runIf(built)(
  'what is no backup is refused in the reader’s words, and nothing is made of it',
  async () => {
    await using target = await emptyTarget(place)
    const path = join(target.dataFolder, 'letter.zip')
    writeFileSync(path, 'Dear all')
    const { code, err } = await cordee(target, 'restore', path)
    expect(code).toBe(1)
    expect(err).toBe(`«\u00a0${path}\u00a0» n’est pas une sauvegarde de Cordée.\n`)
    expect(readdirSync(target.dataFolder)).toEqual(['letter.zip'])
  },
)

/** The program as it is installed, on a database of yours. */
function cordee(target: Target, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const url = `postgres://cordee_owner@localhost:${place.port}/${target.name}?host=${encodeURIComponent(place.host)}`
  const env = {
    PATH: process.env.PATH,
    LANG: 'fr_FR.UTF-8',
    DATABASE_URL: url,
    CORDEE_DATA: target.dataFolder,
  }
  return new Promise(resolve => {
    const options = { env, encoding: 'latin1' as const, maxBuffer: 50_000_000 }
    const child = execFile(process.execPath, [program, ...args], options, (error, out, err) => {
      const code = error ? Number(error.code) : 0
      const text = (written: string) => Buffer.from(written, 'latin1').toString('utf8')
      resolve({ code, out: args.includes('-') ? out : text(out), err: text(err) })
    })
    child.stdin?.end()
  })
}
