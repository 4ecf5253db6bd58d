#!/usr/bin/env node
// All checks, in order; arguments choose test files, as Vitest does. The last line alone gives the count.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureChromium } from './launcher/chromium.mjs'
import { ensureInstalled } from './launcher/install.mjs'
import { findNode } from './launcher/node24.mjs'
import { reportFailure, root, runShown } from './launcher/steps.mjs'

const totals = { passed: 0, failed: 0, skipped: 0 }
const tool = path => join(root, 'node_modules', path)

try {
  await ensureInstalled({ withTools: true })
  const node = findNode()
  const chromium = await ensureChromium()
  const env = chromium ? { CHROMIUM: chromium } : {}
  await check('biome', node, [tool('@biomejs/biome/bin/biome'), 'ci', '.'])
  await check('tsc', node, [tool('typescript/bin/tsc')])
  await check('build', node, [join(root, 'scripts/build.mjs')])
  await vitest(node, env)
} catch (error) {
  totals.failed++
  reportFailure(error)
}
const { passed, failed, skipped } = totals
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0

/** A static check counts as one test. */
async function check(name, command, args) {
  const { code, seconds } = await runShown(name, command, args)
  count({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 })
  outcome(name, code === 0, seconds)
}

async function vitest(node, env) {
  const folder = join(root, '.cache')
  const report = join(folder, 'vitest.json')
  mkdirSync(folder, { recursive: true })
  rmSync(report, { force: true })
  const filters = process.argv.slice(2).filter(argument => argument !== '--')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const args = [tool('vitest/vitest.mjs'), 'run', ...reporters, ...filters]
  const { code, seconds } = await runShown('vitest', node, args, env)
  const counted = readReport(report)
  // A failure outside every test (an error in a hook or after the end) must not pass for a success.
  if (code !== 0 && counted.failed === 0) counted.failed = 1
  count(counted)
  outcome('vitest', counted.failed === 0, seconds)
}

function readReport(path) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'))
    // A file that cannot even be loaded holds no test, and counts as one that failed.
    const broken = report.testResults.filter(
      file => file.status === 'failed' && file.assertionResults.length === 0,
    )
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + broken.length,
      skipped: report.numPendingTests + report.numTodoTests,
    }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

function count(more) {
  for (const key of Object.keys(totals)) totals[key] += more[key]
}

function outcome(name, passed, seconds) {
  process.stdout.write(`${passed ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)\n\n`)
}
