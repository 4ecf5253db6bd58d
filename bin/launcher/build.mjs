import { readdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from './lock.mjs'
import { Failure, root, runQuietly, say } from './steps.mjs'

/** What the build reads. The time of a folder tells of deleted and renamed files. */
const sources = [
  'src',
  'locales',
  'bin/cordee.ts',
  'scripts/build.mjs',
  'reference',
  'package.json',
  'package-lock.json',
]

/** Builds dist/ when a source is newer than it. */
export async function ensureBuilt(node) {
  if (isCurrent()) return
  await withLock(async () => {
    if (isCurrent()) return
    say('building')
    const start = new Date()
    const { code, output } = await runQuietly(node, [join(root, 'scripts', 'build.mjs')])
    if (code !== 0) throw new Failure('buildFailed', {}, output)
    // What is edited while the build reads is newer than what it built.
    utimesSync(join(root, 'dist', '.stamp'), start, start)
  })
}

function isCurrent() {
  const stamp = modified(join(root, 'dist', '.stamp'))
  return stamp > 0 && sources.every(source => !isNewer(join(root, source), stamp))
}

function isNewer(path, stamp) {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return false
  if (found.mtimeMs > stamp) return true
  return (
    found.isDirectory() &&
    readdirSync(path, { withFileTypes: true }).some(entry => {
      const child = join(path, entry.name)
      if (entry.isDirectory()) return isNewer(child, stamp)
      return !entry.name.includes('.test.') && modified(child) > stamp
    })
  )
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
