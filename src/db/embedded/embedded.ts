import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import { join } from 'node:path'
import { type Account, giveTo } from '#db/embedded/account.ts'
import { type Binaries, prepareBinaries, removeOldCopies } from '#db/embedded/binaries.ts'
import { ensureCluster, readPassword } from '#db/embedded/cluster.ts'
import { EmbeddedError, fileError } from '#db/embedded/errors.ts'
import { startGuard } from '#db/embedded/guard.ts'
import { type Home, openHome, type Report } from '#db/embedded/home.ts'
import { claim } from '#db/embedded/owner.ts'
import { readRecord, type ServerRecord, socketAnswers } from '#db/embedded/record.ts'
import {
  type Address,
  answers,
  livingServer,
  readPidFile,
  type Start,
  startServer,
  stopServer,
} from '#db/embedded/server.ts'
import { serverSettings, socketPort } from '#db/embedded/settings.ts'

export interface EmbeddedOptions {
  /** The data folder; the server lives in its folder `postgres`. Made if absent. */
  dataDir: string
  /** PostgreSQL settings over ours. Tests: fsync, synchronous_commit and full_page_writes off. */
  settings?: Record<string, string>
  log?: (line: { event: string; detail?: Record<string, string | number> }) => void
  /** Folder of the binaries (bin/, lib/, share/), by default those of the installed package. */
  binaries?: string
}

/** Connect with `pg`: `{ host: socketDir, port, user, password, database }`. */
export interface Embedded {
  readonly socketDir: string
  readonly port: number
  /** Superuser. */
  readonly user: 'postgres'
  /** Windows only. */
  readonly password: string | undefined
  /** Found running, left by a crash. */
  readonly adopted: boolean
  /** Of the server; another after a restart. */
  readonly pid: number
  readonly version: string
  /** Fast shutdown, and the data folder is free. May be called again. */
  stop(): Promise<void>
}

/**
 * Owns the embedded PostgreSQL server of a data folder: makes the cluster at first, adopts a server left running by a
 * crash or starts one, starts it again should it die, and stops it. If this process is killed a guard stops it.
 * @throws EmbeddedError (errors.ts); DataFolderInUse names the process that holds the folder
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const report: Report = (event, detail) => options.log?.(detail ? { event, detail } : { event })
  const { home, account } = await openHome(options.dataDir, report)
  if (account) report('unprivileged-user', { user: account.name, uid: account.uid })
  const owner = await claim(home.folder, () => socketAnswers(home))
  const guard = startGuard(home, owner.generation, report)
  const letGo = () => {
    guard.dismiss()
    owner.release()
  }
  try {
    const { start, address, fingerprint } = await prepare(home, account, options, report)
    const found = await adoptable(start, address, fingerprint, report)
    const pid = found?.pid ?? (await startServer(start))
    const version = found?.version ?? (await answers(home, pid, address))
    if (version === null) {
      await stopServer(home, pid, start.binaries)
      throw new EmbeddedError('socket-refused', { socket: address.socketDir, reason: 'no answer' })
    }
    const record: ServerRecord = { ...address, fingerprint }
    writeFileSync(home.record, JSON.stringify(record), { mode: 0o600 })
    removeOldCopies(home, start.binaries)
    report(found ? 'adopted' : 'started', { pid, version })
    const kept = keepRunning(start, pid, report)
    let stopping: Promise<void> | undefined
    const stop = async () => {
      await kept.stop()
      letGo()
      report('stopped')
    }
    return {
      ...address,
      password: address.password,
      user: 'postgres',
      adopted: found !== null,
      version,
      get pid() {
        return kept.pid()
      },
      stop: () => (stopping ??= stop()),
    }
  } catch (error) {
    letGo()
    throw fileError(error, home.folder)
  }
}

interface Prepared {
  start: Start
  address: Address
  fingerprint: string
}

async function prepare(
  home: Home,
  account: Account | null,
  options: EmbeddedOptions,
  report: Report,
): Promise<Prepared> {
  boundLog(home)
  const binaries = prepareBinaries(home, account, report, options.binaries)
  const durable = options.settings?.fsync !== 'off'
  await ensureCluster(home, binaries, account, durable, report)
  const recorded = readRecord(home)
  const address =
    process.platform === 'win32'
      ? { socketDir: '127.0.0.1', port: recorded?.port ?? (await freePort()), password: readPassword(home) }
      : { socketDir: socketFolder(home, account, recorded, report), port: socketPort }
  const listen = process.platform === 'win32' ? { port: address.port } : { socketDir: address.socketDir }
  const settings = serverSettings(listen, options.settings)
  const fingerprint = JSON.stringify([fingerprintOf(binaries), settings])
  return { start: { home, binaries, account, settings }, address, fingerprint }
}

/** A live server of this cluster: taken over if it is the one we would start and answers, else stopped. */
async function adoptable(
  start: Start,
  address: Address,
  fingerprint: string,
  report: Report,
): Promise<{ pid: number; version: string } | null> {
  const { home } = start
  const pid = livingServer(home)
  if (pid === null) {
    if (readPidFile(home)) report('stale-pid-file', { folder: home.cluster })
    return null
  }
  const file = readPidFile(home)
  const same = readRecord(home)?.fingerprint === fingerprint && file?.socketDir === address.socketDir
  const version = same || process.platform === 'win32' ? await answers(home, pid, address) : null
  if (version !== null) return { pid, version }
  report('replaced', { pid })
  await stopServer(home, pid, start.binaries)
  return null
}

/** Looks every second whether the server lives (adopted, it is no child of ours) and whether its log is too long. */
function keepRunning(start: Start, first: number, report: Report): { pid(): number; stop(): Promise<void> } {
  let pid = first
  let stopped = false
  let restarting = Promise.resolve()
  const look = async () => {
    boundLog(start.home)
    if (livingServer(start.home) === pid) return
    report('server-lost', { pid })
    pid = await startServer(start)
    report('restarted', { pid })
  }
  const schedule = (milliseconds: number) => {
    const timer = setTimeout(() => {
      if (stopped) return
      restarting = look().then(
        () => schedule(1000),
        error => {
          report('restart-failed', { reason: error instanceof Error ? error.message : String(error) })
          schedule(10_000)
        },
      )
    }, milliseconds)
    timer.unref()
  }
  schedule(1000)
  return {
    pid: () => pid,
    async stop() {
      stopped = true
      await restarting
      await stopServer(start.home, pid, start.binaries)
    },
  }
}

/**
 * The home's own folder, closed to all but the server's account (and root). A socket's path holds some 100 bytes
 * (sun_path: 108 on Linux, 104 on macOS): in a longer one it goes to a private temporary folder, recorded, so that a
 * start after a crash looks for the server there.
 */
function socketFolder(
  home: Home,
  account: Account | null,
  recorded: ServerRecord | null,
  report: Report,
): string {
  if (fits(home.socket)) {
    mkdirSync(home.socket, { recursive: true, mode: 0o700 })
    giveTo(account, home.socket)
    chmodSync(home.socket, 0o700)
    return home.socket
  }
  if (recorded && isPrivate(recorded.socketDir, account)) return recorded.socketDir
  const parent = [os.tmpdir(), '/tmp'].find(folder => fits(join(folder, 'cordee-XXXXXX')))
  if (!parent) throw new EmbeddedError('socket-refused', { socket: home.socket, reason: 'path too long' })
  const folder = mkdtempSync(join(parent, 'cordee-'))
  giveTo(account, folder)
  report('short-socket-folder', { folder, instead: home.socket })
  return folder
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${socketPort}`)) <= 100
}

/** Another user may have made a folder of the recorded name after ours was swept away. */
function isPrivate(folder: string, account: Account | null): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  const uid = account?.uid ?? process.getuid?.()
  return found?.isDirectory() === true && found.uid === uid && (found.mode & 0o077) === 0
}

function fingerprintOf(binaries: Binaries): string {
  return `${binaries.folder} ${binaries.version}`
}

/** At most twice 4 MB. Copied and emptied in place: the server holds the file open, and appends. */
function boundLog(home: Home): void {
  const size = statSync(home.log, { throwIfNoEntry: false })?.size ?? 0
  if (size < 4 * 2 ** 20) return
  copyFileSync(home.log, `${home.log}.1`)
  truncateSync(home.log)
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
