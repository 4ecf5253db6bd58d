import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const memory = '/dev/shm'
const gigabyte = 2 ** 30

/**
 * A folder in memory for all that is temporary, where there is room for it: to copy a database is to make a thousand
 * files, for which a disk takes twenty times as long.
 * @returns null where the usual place has to do
 */
export function temporaryPlace(): string | null {
  try {
    const { bavail, bsize } = statfsSync(memory)
    if (bavail * bsize < 4 * gigabyte || process.availableMemory() < 8 * gigabyte) return null
    // Programs that tests put there could not be run.
    if (/^\S+ \/dev\/shm \S+ \S*\bnoexec\b/m.test(readFileSync('/proc/mounts', 'utf8'))) return null
    forgetKilled()
    // A short name: the path of a socket has a hundred bytes.
    const folder = mkdtempSync(join(memory, 'cordee-'))
    writeFileSync(join(folder, 'pid'), String(process.pid))
    // The servers of databases run under an account of their own where we are root, and have to come through.
    chmodSync(folder, 0o711)
    return folder
  } catch {
    return null
  }
}

/** What runs left that could not clear up after themselves. */
function forgetKilled(): void {
  for (const name of readdirSync(memory)) {
    const folder = join(memory, name)
    const pid = name.startsWith('cordee-') ? pidIn(folder) : null
    if (pid !== null && !isAlive(pid)) rmSync(folder, { recursive: true, force: true })
  }
}

function pidIn(folder: string): number | null {
  try {
    return Number(readFileSync(join(folder, 'pid'), 'utf8')) || null
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
