import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type Embedded, openEmbedded } from '#db/embedded/embedded.ts'
import { eraseEmbedded } from '#db/embedded/running.ts'

export const notDurable = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** A data folder that the server's account can reach, erased with its server when the test is over. */
export function temporaryData(): { dataDir: string; [Symbol.asyncDispose](): Promise<void> } {
  // Short, as the path of a socket has to be.
  const dataDir = mkdtempSync(join(os.tmpdir(), 'd-'))
  chmodSync(dataDir, 0o711)
  return {
    dataDir,
    async [Symbol.asyncDispose]() {
      await eraseEmbedded(dataDir)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Opens, works, stops. */
export async function withServer<T>(
  options: Parameters<typeof openEmbedded>[0],
  work: (server: Embedded) => Promise<T>,
): Promise<T> {
  const server = await openEmbedded({ settings: notDurable, ...options })
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}

export async function query(server: { socketDir: string; port: number }, sql: string): Promise<unknown[]> {
  const client = new pg.Client({
    host: server.socketDir,
    port: server.port,
    user: 'postgres',
    database: 'postgres',
  })
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.map(row => row[0])
  } finally {
    await client.end()
  }
}

export interface Writer {
  process: ChildProcess
  /** What it has said so far. */
  said: Record<string, unknown>[]
  exited: Promise<number | null>
  /** The first line with this key; fails when the program ends before. */
  line(key: string): Promise<Record<string, unknown>>
}

/** writer.fixture.ts as a process of its own. */
export function startWriter(dataDir: string, mode = 'write'): Writer {
  const program = fileURLToPath(new URL('writer.fixture.ts', import.meta.url))
  const child = spawn(process.execPath, [program, dataDir, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: Record<string, unknown>[] = []
  let rest = ''
  const waiting = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    said.push(...lines.map(line => JSON.parse(line)))
    for (const look of waiting) look()
  })
  const exited = new Promise<number | null>(resolve => child.once('close', code => resolve(code)))
  const line = (key: string) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const look = () => {
        const found = said.find(entry => key in entry)
        if (found) resolve(found)
      }
      waiting.add(look)
      look()
      exited.then(() => reject(new Error(`ended without ${key}: ${JSON.stringify(said)}`)))
    })
  return { process: child, said, exited, line }
}

/** Numbers of the processes whose command line or working folder names the folder, ourselves excepted. */
export function processesNaming(folder: string): { pid: number; command: string }[] {
  return readdirSync('/proc').flatMap(name => {
    const pid = Number(name)
    if (!(pid > 0) || pid === process.pid) return []
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      return command.includes(folder) ? [{ pid, command }] : []
    } catch {
      return []
    }
  })
}
