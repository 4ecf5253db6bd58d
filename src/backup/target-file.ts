import { access, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { BackupError, writeProblem } from '#/backup/problem.ts'

/**
 * Writes a file that is there in full or not at all: under a name beside its own, onto the disk, then renamed. Only
 * its owner may read it, for it holds everything.
 * @throws BackupError target-exists, unwritable, disk-full
 */
export async function writeTarget(
  path: string,
  write: (output: Writable) => Promise<void>,
): Promise<{ bytes: number }> {
  if (await exists(path)) throw new BackupError('target-exists', { path })
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.partial`)
  try {
    await rm(partial, { force: true })
    const output = (await open(partial, 'wx', 0o600)).createWriteStream({ flush: true })
    await write(output).finally(() => output.destroy())
    const { size } = await stat(partial)
    await rename(partial, path)
    await syncFolder(dirname(path))
    return { bytes: size }
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined)
    throw writeProblem(error, path)
  }
}

/** A rename outlasts a power cut once its folder is on the disk. Windows has no such thing to ask for. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
