import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { systemCode } from '#db/embedded/errors.ts'

const linux = process.platform === 'linux'

/**
 * What tells one process from a later one with the same number: boot and start time. `null`: no such process (a
 * zombie counts as gone: nobody may ever reap it in a container). `unknown`: it lives, but hides its start time.
 */
export function startToken(pid: number): string | null {
  if (!Number.isInteger(pid) || pid <= 0) return null
  if (linux) return linuxStartToken(pid)
  if (!exists(pid)) return null
  if (process.platform === 'win32') return 'unknown'
  const [state = '', ...start] = ps(pid, 'stat=,lstart=').split(/\s+/)
  return state === '' || state.startsWith('Z') ? null : start.join(' ')
}

/** Whether the process recorded with this token still lives. */
export function isSameProcess(pid: number, token: string): boolean {
  const now = startToken(pid)
  return now !== null && (now === token || now === 'unknown' || token === 'unknown')
}

/**
 * Whether the process is a PostgreSQL server of this cluster: postmaster and backends all work in the cluster's
 * folder. A number read in postmaster.pid is not enough, for after a reboot it may be anyone's.
 */
export function isServerOf(pid: number, cluster: string): boolean {
  if (startToken(pid) === null) return false
  if (process.platform === 'win32') return true // told apart by asking the server itself
  if (!linux) return ps(pid, 'command=').includes(cluster)
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === cluster
  } catch {
    return false
  }
}

/** Every live process working in the folder (Linux only; elsewhere none is known). */
export function processesIn(folder: string): number[] {
  if (!linux) return []
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0 && isServerOf(pid, folder))
}

/** @returns whether the condition came true within the time. */
export async function until(condition: () => boolean, milliseconds: number, every = 15): Promise<boolean> {
  const end = Date.now() + milliseconds
  while (!condition()) {
    if (Date.now() >= end) return false
    await pause(every)
  }
  return true
}

/** Process numbers mean nothing across containers: which numbering ours are of. */
export function processSpace(): string {
  try {
    return linux ? readlinkSync('/proc/self/ns/pid') : ''
  } catch {
    return ''
  }
}

function linuxStartToken(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // proc_pid_stat(5): the name may hold blanks and brackets, so count from the last bracket; start time is field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return null
    return `${bootId()}:${fields[19]}`
  } catch {
    return exists(pid) ? 'unknown' : null // another user's process under hidepid
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return ''
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

function ps(pid: number, columns: string): string {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', columns], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}
