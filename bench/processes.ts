import { type ChildProcess, fork, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { projectFolder } from '#kernel/project.ts'

const program = join(projectFolder, 'dist/cordee.js')

export interface Served {
  origin: string
  pid: number
  stop(): Promise<void>
}

/**
 * Starts the built program as its users do, with its usual log going nowhere and its limits off.
 * @param also a module of this folder that is loaded first and `recording`, where it writes; or another's database
 */
export async function serve(
  dataFolder: string,
  also: { module?: string; recording?: string; databaseUrl?: string } = {},
): Promise<Served> {
  const port = await freePort()
  const { module, recording, databaseUrl } = also
  const before = module ? ['--import', fileURLToPath(new URL(module, import.meta.url))] : []
  const child = spawn(process.execPath, ['--enable-source-maps', ...before, program, 'serve'], {
    env: {
      ...environment(dataFolder),
      PORT: String(port),
      HOST: '127.0.0.1',
      CORDEE_PARENT_FD: '3',
      ...(recording && { BENCH_RECORDING: recording }),
      ...(databaseUrl && { DATABASE_URL: databaseUrl, CORDEE_DATA: `${dataFolder}-second` }),
    },
    // It ends when the pipe does, should this process be killed.
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  // What it has to say is of interest only when it fails.
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', text => {
    said = (said + text).slice(-4_000)
  })
  const origin = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`The program ended before it served\n${said}`)
    const ready = await fetch(`${origin}/readyz`).then(
      answer => answer.ok,
      () => false,
    )
    if (ready) return { origin, pid: child.pid ?? 0, stop: () => stopped(child) }
    await pause(100)
  }
  await stopped(child)
  throw new Error(`The program does not serve\n${said}`)
}

/** Gives a task to a process of its own, so that it shares neither heap nor event loop with what it measures. */
export async function work<Task, Result>(module: string, task: Task): Promise<Result> {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), { serialization: 'advanced' })
  const result = new Promise<Result>((resolve, reject) => {
    child.once('message', message => resolve(message as Result))
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`${module} ended with ${code}`)))
  })
  child.send(task as object)
  try {
    return await result
  } finally {
    await stopped(child)
  }
}

/** Like `work`, for a process that goes on after its first word. */
export async function employ<Task, Result>(
  module: string,
  task: Task,
): Promise<{ result: Result; stop(): Promise<void> }> {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), { serialization: 'advanced' })
  const result = new Promise<Result>((resolve, reject) => {
    child.once('message', message => resolve(message as Result))
    child.once('exit', code => reject(new Error(`${module} ended with ${code}`)))
  })
  child.send(task as object)
  return { result: await result, stop: () => stopped(child) }
}

/** The other side of `work` and `employ`. */
export function onTask<Task, Result>(perform: (task: Task) => Promise<Result>): void {
  process.once('message', task => {
    perform(task as Task).then(
      result => process.send?.(result as object),
      error => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
        process.exit(1)
      },
    )
  })
  process.once('disconnect', () => process.exit(0))
}

export function environment(dataFolder: string): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, DATABASE_APP_URL: __, BASE_URL: ___, ...own } = process.env
  return { ...own, CORDEE_DATA: dataFolder, RATE_LIMIT: '0' }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGTERM')
  // The program reads this pipe, and does not end before it does.
  child.stdio[3]?.destroy()
  await ended
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
