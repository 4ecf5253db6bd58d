import { spawn } from 'node:child_process'
import os from 'node:os'
import { join } from 'node:path'
import { Failure, root } from './steps.mjs'

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
    env: { ...process.env, CORDEE_PARENT_FD: '3' },
  })
  const inTerminal = Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY)
  const passed = new Set()
  const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map(signal => {
    const handler = () => {
      if (passed.has(signal) || (inTerminal && signal !== 'SIGTERM')) return
      passed.add(signal)
      child.kill(signal)
    }
    process.on(signal, handler)
    return [signal, handler]
  })
  return new Promise((resolve, reject) => {
    child.once('error', error => reject(new Failure('cannotRun', { command: node, reason: error.message })))
    child.once('exit', (code, signal) => {
      for (const [name, handler] of handlers) process.off(name, handler)
      process.exitCode = signal ? 128 + os.constants.signals[signal] : code
      child.stdio[3].destroy()
      if (signal) process.kill(process.pid, signal)
      resolve()
    })
  })
}
