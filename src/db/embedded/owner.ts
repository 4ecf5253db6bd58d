import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { DataFolderInUse, systemCode } from '#db/embedded/errors.ts'
import { isSameProcess, processSpace, startToken } from '#db/embedded/processes.ts'

/**
 * Who may start, adopt or stop the server of a data folder: the process named in the file `owner.<n>` of the highest
 * number, as long as it lives. Taking over creates number n + 1 exclusively, so of two that find the same dead owner
 * one wins; and the highest number is never deleted, only marked released, so that no number is ever given twice.
 * A lock by deleting and re-creating one file has no such guarantee, and Node offers no flock.
 */
export interface Owner {
  pid: number
  /** From processes.ts: tells the process from a later one of the same number. */
  token: string
  /** A guard ends the server of a dead owner; it is waited for, not refused. */
  role: 'program' | 'guard'
  command: string
  since: string
  space: string
  released?: boolean
}

export interface Claim {
  generation: number
  release(): void
}

/** How long a guard may take to end a server before a start gives up, in milliseconds. */
const guardPatience = 75_000

/**
 * Takes the folder, waiting for a guard at work in it.
 * @throws DataFolderInUse when a live program holds it.
 */
export async function claim(folder: string, serverAnswers: () => Promise<boolean>): Promise<Claim> {
  const patience = Date.now() + guardPatience
  for (;;) {
    const { generation, owner } = await latest(folder)
    if (owner && (await holds(owner, serverAnswers))) {
      if (owner.role === 'program' || Date.now() > patience) throw new DataFolderInUse(owner)
      await pause(25)
      continue
    }
    const taken = take(folder, generation + 1)
    if (taken) return taken
  }
}

/** The live owner, if any. */
export async function currentOwner(
  folder: string,
  serverAnswers: () => Promise<boolean>,
): Promise<Owner | null> {
  const { owner } = await latest(folder)
  return owner && (await holds(owner, serverAnswers)) ? owner : null
}

/** What the process with this number is to write in its owner file. */
export function ownerRecord(pid: number, role: Owner['role']): Owner {
  const [, script = 'node', ...rest] = process.argv
  const command = [basename(script), ...rest].join(' ').slice(0, 200)
  const since = new Date().toISOString()
  return { pid, token: startToken(pid) ?? 'unknown', role, command, since, space: processSpace() }
}

function take(folder: string, generation: number): Claim | null {
  const path = join(folder, `owner.${generation}`)
  const record = ownerRecord(process.pid, 'program')
  try {
    writeFileSync(path, JSON.stringify(record), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return null
    throw error
  }
  const others = generations(folder).filter(number => number !== generation)
  // A slow claimant may have been overtaken twice, its number deleted meanwhile as outdated.
  if (others.some(number => number > generation)) {
    rmSync(path, { force: true })
    return null
  }
  for (const number of others) {
    rmSync(join(folder, `owner.${number}`), { force: true })
    rmSync(join(folder, `guard.${number}`), { force: true })
  }
  const release = () => writeFileSync(path, JSON.stringify({ ...record, released: true }))
  return { generation, release }
}

async function latest(folder: string): Promise<{ generation: number; owner: Owner | null }> {
  const generation = Math.max(0, ...generations(folder))
  // Created, then written: an owner killed in between leaves an empty file, which counts as nobody's after a second.
  for (let attempt = 0; generation > 0 && attempt < 40; attempt++) {
    try {
      const owner: Owner = JSON.parse(readFileSync(join(folder, `owner.${generation}`), 'utf8'))
      return { generation, owner }
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return latest(folder)
      if (systemCode(error) !== undefined) throw error
      await pause(25)
    }
  }
  return { generation, owner: null }
}

async function holds(owner: Owner, serverAnswers: () => Promise<boolean>): Promise<boolean> {
  if (owner.released) return false
  // The folder may be shared with another container, whose process numbers are not ours: only the server can tell.
  if (owner.space !== processSpace()) return serverAnswers()
  return isSameProcess(owner.pid, owner.token)
}

function generations(folder: string): number[] {
  return readdirSync(folder).flatMap(name => (/^owner\.\d+$/.test(name) ? [Number(name.slice(6))] : []))
}
