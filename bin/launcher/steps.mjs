// Running one command after another, and ending as a whole when told to.
import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { message } from './messages.mjs'

/** The folder of the installation. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** A failure that a person can act on: its message is all there is to say. */
export class Failure extends Error {
  constructor(key, params, output = '') {
    super(message(key, params))
    this.output = output
  }
}

export function reportFailure(error) {
  if (error instanceof Failure && error.output) process.stderr.write(`${error.output.trimEnd()}\n`)
  process.stderr.write(`${error instanceof Failure ? error.message : error.stack}\n`)
  process.exitCode = 1
}

export function say(key, params) {
  process.stderr.write(`${message(key, params)}\n`)
}

/** @returns exit code and what was written, shown to nobody */
export async function runQuietly(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks = []
  child.stdout.on('data', chunk => chunks.push(chunk))
  child.stderr.on('data', chunk => chunks.push(chunk))
  const code = await ended(child, command)
  return { code, output: Buffer.concat(chunks).toString('utf8') }
}

/** @returns exit code and duration; the output goes to ours, under the name of the step */
export async function runShown(name, command, args, env = {}) {
  process.stdout.write(`— ${name}\n`)
  const start = Date.now()
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const code = await ended(child, command)
  return { code, seconds: (Date.now() - start) / 1000 }
}

/** Told to end during a step, we pass it on, wait for the step to end, and end the same way. */
function ended(child, command) {
  return new Promise((resolve, reject) => {
    let told = null
    const pass = signal => {
      told = signal
      child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    const release = () => {
      for (const signal of signals) process.off(signal, pass)
    }
    child.once('error', error => {
      release()
      reject(new Failure('cannotRun', { command, reason: error.message }))
    })
    child.once('close', code => {
      release()
      if (told) process.kill(process.pid, told)
      else resolve(code ?? 1)
    })
  })
}
