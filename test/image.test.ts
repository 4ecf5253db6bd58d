import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectFolder } from '#kernel/project.ts'

const read = (name: string) => readFileSync(join(projectFolder, name), 'utf8')

/** Folders and files of the project that the program reads while it runs, by the source. */
function readAtRun(): string[] {
  const files = readdirSync(join(projectFolder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(name => /(?<!\.(?:test|fixture))\.ts$/.test(name))
    .map(name => read(join('src', name)))
  const found = files.flatMap(text => [...text.matchAll(/join\(projectFolder, '([^'/]+)/g)])
  return [...new Set(found.map(match => match[1] ?? ''))].sort()
}

test('the image has all that the program reads, and what builds it is sent there', () => {
  const copied = [...read('Dockerfile').matchAll(/^COPY --from=build \/opt\/cordee\/(\S+) /gm)].map(
    match => match[1] ?? '',
  )
  expect(readAtRun().length).toBeGreaterThan(3)
  expect(readAtRun().filter(name => !copied.includes(name))).toEqual([])
  const sent = new Set(read('.dockerignore').split('\n'))
  const made = ['dist', 'node_modules']
  expect(copied.filter(name => !made.includes(name) && !sent.has(`!${name}`))).toEqual([])
  // What is bundled, and from where.
  for (const name of ['src', 'bin', 'scripts', 'locales', 'reference']) expect(sent).toContain(`!${name}`)
  for (const name of copied.filter(one => !made.includes(one)))
    expect(existsSync(join(projectFolder, name)), name).toBe(true)
})
