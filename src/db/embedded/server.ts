import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { type Account, asAccount } from '#db/embedded/account.ts'
import { type Binaries, program } from '#db/embedded/binaries.ts'
import { EmbeddedError, errorFromOutput } from '#db/embedded/errors.ts'
import type { Home } from '#db/embedded/home.ts'
import { isServerOf, processesIn, until } from '#db/embedded/processes.ts'

const windows = process.platform === 'win32'

/** postmaster.pid, as far as it concerns us (PostgreSQL, src/include/utils/pidfile.h). */
export interface PidFile {
  pid: number
  port: number
  socketDir: string
  status: string
}

export interface Address {
  socketDir: string
  port: number
  password?: string | undefined
}

/** What a start needs to be repeated. */
export interface Start {
  home: Home
  binaries: Binaries
  account: Account | null
  settings: Record<string, string>
}

export function readPidFile(home: Home): PidFile | null {
  try {
    const lines = readFileSync(join(home.cluster, 'postmaster.pid'), 'utf8').split('\n')
    const [pid, , , port, socketDir = '', , , status = ''] = lines
    return { pid: Number(pid), port: Number(port), socketDir, status: status.trim() }
  } catch {
    return null
  }
}

/** The number of the cluster's live server, ready or not. */
export function livingServer(home: Home): number | null {
  const file = readPidFile(home)
  return file && isServerOf(file.pid, home.cluster) ? file.pid : null
}

/**
 * Waits for a live server to be ready, through its recovery if need be, and asks it whose data it serves.
 * @returns its version, or null when it does not answer as the server of this cluster.
 */
export async function answers(home: Home, pid: number, address: Address): Promise<string | null> {
  const settled = await until(
    () => readPidFile(home)?.status !== 'starting' || !isServerOf(pid, home.cluster),
    300_000,
  )
  if (!settled || readPidFile(home)?.status !== 'ready') return null
  const { socketDir: host, port, password } = address
  const client = new pg.Client({
    host,
    port,
    password,
    user: 'postgres',
    database: 'postgres',
    connectionTimeoutMillis: 5000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string; folder: string }>(
      `select current_setting('server_version') as version, current_setting('data_directory') as folder`,
    )
    const row = rows[0]
    return row && statSync(row.folder).ino === statSync(home.cluster).ino ? row.version : null
  } catch {
    return null
  } finally {
    await client.end().catch(() => {})
  }
}

/**
 * Starts the server and waits until it is ready, trying again for a few seconds what passes by itself: backends of a
 * killed server that still hold its memory.
 * @throws EmbeddedError start-failed, disk-full, socket-refused, wrong-major
 */
export async function startServer(start: Start): Promise<number> {
  const deadline = Date.now() + 8000
  for (;;) {
    await discardStalePidFile(start.home)
    const logged = logSize(start.home)
    const pid = windows ? await launchOnWindows(start) : await launch(start)
    if (pid !== null) return pid
    const output = readFileSync(start.home.log).subarray(logged).toString('utf8')
    if (!/shared memory block|lock file .* already exists/i.test(output) || Date.now() > deadline) {
      const socket = start.settings.unix_socket_directories || `127.0.0.1:${start.settings.port}`
      throw errorFromOutput(output, 'start-failed', {
        folder: start.home.folder,
        socket,
        log: start.home.log,
      })
    }
    await pause(250)
  }
}

/** Fast shutdown: sessions are ended, everything is written. Should that hang (a full disk), harder means follow. */
export async function stopServer(home: Home, pid: number, binaries?: Binaries): Promise<void> {
  const gone = () => !isServerOf(pid, home.cluster) || (windows && readPidFile(home) === null)
  if (windows && binaries) {
    await promisify(execFile)(program(binaries.folder, 'pg_ctl'), [
      '-D',
      home.cluster,
      '-m',
      'fast',
      'stop',
    ]).catch(() => {})
    return
  }
  for (const [signal, patience] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 5000],
    ['SIGKILL', 5000],
  ] as const) {
    if (gone()) return
    try {
      process.kill(pid, signal)
    } catch {
      // gone between the look and the signal
    }
    if (await until(gone, patience)) return
  }
}

/**
 * PostgreSQL sees to a postmaster.pid whose process is gone. But when the number has become another process of the
 * same account (after a reboot, in a container) or an unreaped zombie, it refuses to start: then the file is removed,
 * provided no process works in the cluster, since the file also guards against left-over backends.
 */
async function discardStalePidFile(home: Home): Promise<void> {
  if (windows) return
  const file = readPidFile(home)
  if (!file || isServerOf(file.pid, home.cluster)) return
  await until(() => processesIn(home.cluster).length === 0, 8000)
  if (processesIn(home.cluster).length === 0) rmSync(join(home.cluster, 'postmaster.pid'), { force: true })
}

/** @returns the process number once the server is ready, null if it ended before. */
async function launch({ home, binaries, account, settings }: Start): Promise<number | null> {
  // The log is opened here and inherited: its folder is not the account's to write in.
  const log = openSync(home.log, 'a', 0o600)
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server: ChildProcess = spawn(program(binaries.folder, 'postgres'), ['-D', home.cluster, ...options], {
    ...asAccount(account),
    // A session of its own: a Ctrl-C in the terminal is for us, who then stop it in order.
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  })
  closeSync(log)
  let ended = false
  server.once('exit', () => {
    ended = true
  })
  const failure = await new Promise<Error | null>(resolve => {
    server.once('spawn', () => resolve(null))
    server.once('error', resolve)
  })
  if (failure) throw new EmbeddedError('start-failed', { reason: failure.message, log: home.log }, failure)
  server.unref()
  const ready = () => {
    const file = readPidFile(home)
    return file?.pid === server.pid && file?.status === 'ready'
  }
  // Recovery after a crash can be long: as long as the server lives, it is given five minutes.
  await until(() => ended || ready(), 300_000, 5)
  if (ready() && !ended) return server.pid ?? null
  if (!ended) server.kill('SIGQUIT')
  return null
}

/** pg_ctl gives up an administrator's rights, which postgres.exe refuses to run with. */
async function launchOnWindows({ home, binaries, settings }: Start): Promise<number | null> {
  const options = Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${/[\s"]/.test(value) || value === '' ? `"${value}"` : value}`)
    .join(' ')
  const args = ['-D', home.cluster, '-l', home.log, '-w', '-t', '300', '-o', options, 'start']
  try {
    await promisify(execFile)(program(binaries.folder, 'pg_ctl'), args, { windowsHide: true })
    return readPidFile(home)?.pid ?? null
  } catch {
    return null
  }
}

function logSize(home: Home): number {
  return existsSync(home.log) ? statSync(home.log).size : 0
}
