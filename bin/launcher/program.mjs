import { spawn } from 'node:child_process'
import os from 'node:os'
import { join } from 'node:path'
import { Failure, root } from './steps.mjs'

/** Taken at once: npm may end while we still install or build. */
const parent = process.ppid

/**
 * Runs the built program in the caller's folder and ends as it ends, by code or by signal.
 *
 * It holds the read end of a pipe (CORDEE_PARENT_FD) that the kernel closes whatever our death, kill -9 included, and
 * then ends by itself. A Ctrl-C or a closed terminal reaches it already, being in our process group: in a terminal
 * those two are not passed on, or it would take the second for an impatient user's.
 */
export function runProgram(node, args) {
  const child = spawn(node, ['--enable-source-maps', join(root, 'dist', 'cordee.js'), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: {
      // Some 1,600 files to compile at each start: what is kept of it saves a quarter of the time. Not to be had, it is done without.
      NODE_COMPILE_CACHE: join(root, '.cache', 'compile'),
      ...process.env,
      ...quietTerminal(),
      CORDEE_PARENT_FD: '3',
    },
  })
  const inTerminal = Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY)
  const passed = new Set()
  let told = false
  const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map(signal => {
    const handler = () => {
      told = true
      if (passed.has(signal) || (inTerminal && signal !== 'SIGTERM')) return
      passed.add(signal)
      child.kill(signal)
    }
    process.on(signal, handler)
    return [signal, handler]
  })
  const watch = watchNpm(() => {
    if (!told) child.kill('SIGTERM')
  })
  return new Promise((resolve, reject) => {
    child.once('error', error => reject(new Failure('cannotRun', { command: node, reason: error.message })))
    child.once('exit', (code, signal) => {
      clearInterval(watch)
      for (const [name, handler] of handlers) process.off(name, handler)
      process.exitCode = signal ? 128 + os.constants.signals[signal] : code
      child.stdio[3].destroy()
      if (signal) process.kill(process.pid, signal)
      resolve()
    })
  })
}

/** Whoever looks at a terminal wants the address and what goes wrong, not a line of JSON for each request. */
function quietTerminal() {
  return process.stdout.isTTY && !process.env.LOG_LEVEL ? { LOG_LEVEL: 'warn' } : {}
}

/**
 * A SIGTERM for `npm start` ends npm and its shell without a word to us: we only get another parent. Started otherwise
 * we stay, since a service or `nohup … &` may well outlive what started it.
 */
function watchNpm(gone) {
  if (!process.env.npm_lifecycle_event) return undefined
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    gone()
  }, 1000)
  return watch.unref()
}
