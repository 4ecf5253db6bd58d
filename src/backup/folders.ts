import { createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { DataPlace } from '#/backup/create.ts'
import { isPreview } from '#/backup/format.ts'
import { systemCode } from '#/backup/problem.ts'
import { syncFolder } from '#/backup/target-file.ts'
import type { Storage } from '#platform/files/storage.ts'

const stagingPrefix = 'restoring-'

/** Folders of the data folder that hold files: the second is that of an earlier Cordée. */
const fileFolders = ['files', 'uploads'] as const

/** Files that are somebody's: not those which a restore put in place and was killed before it could finish. */
export async function countStoredFiles({ dataFolder, storage }: DataPlace): Promise<number> {
  if (storage.kind === 'local') {
    for (const name of await readdir(dataFolder).catch(noneIfAbsent)) {
      if (name.startsWith(stagingPrefix) && existsSync(join(dataFolder, name, 'old'))) return 0
    }
  }
  let count = 0
  for await (const { key } of storage.list()) if (!isPreview(key)) count += 1
  return count
}

/** Where the files of a backup go. */
export function openStaging(place: DataPlace): Promise<Staging> {
  return place.storage.kind === 'local'
    ? openFolderStaging(place.dataFolder)
    : openObjectStaging(place.storage)
}

/** Where restored files wait until all of them are there. */
export interface Staging {
  add(key: string, content: Readable, modified: Date): Promise<void>
  /** Puts the folders in place of those that are there, which are kept until `forget`. */
  place(): Promise<void>
  /** Undoes `place`. */
  putBack(): Promise<void>
  /** Removes what was replaced and the place itself. */
  clear(): Promise<void>
}

/** On the same disk as the data, so that putting in place is a rename; leftovers of a killed restore go first. */
async function openFolderStaging(dataFolder: string): Promise<Staging> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(dataFolder)) {
    if (name.startsWith(stagingPrefix)) await rm(join(dataFolder, name), { recursive: true, force: true })
  }
  const folder = await mkdtemp(join(dataFolder, stagingPrefix))
  const made = new Set<string>()
  const moves: { from: string; to: string }[] = []

  async function move(from: string, to: string): Promise<void> {
    try {
      await rename(from, to)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return
      throw error
    }
    moves.push({ from, to })
  }

  return {
    async add(key, content, modified) {
      const path = join(folder, 'new', 'files', ...key.split('/'))
      const parent = dirname(path)
      if (!made.has(parent)) await mkdir(parent, { recursive: true, mode: 0o700 })
      made.add(parent)
      await pipeline(content, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }))
      await chmod(path, 0o600)
      const handle = await open(path, 'r+')
      await handle.utimes(modified, modified)
      await handle.close()
    },
    async place() {
      for (const parent of made) await syncFolder(parent)
      await mkdir(join(folder, 'old'), { mode: 0o700 })
      for (const name of fileFolders) {
        await move(join(dataFolder, name), join(folder, 'old', name))
        await move(join(folder, 'new', name), join(dataFolder, name))
      }
      await syncFolder(dataFolder)
    },
    async putBack() {
      for (const { from, to } of moves.splice(0).reverse()) await rename(to, from)
    },
    clear: () => rm(folder, { recursive: true, force: true }),
  }
}

/**
 * A bucket cannot be swapped, and need not be: what is under a key never changes, so nothing is written over. What the
 * restored rows do not speak of, because it was there before or the restore failed, cleanFiles() sweeps away.
 */
async function openObjectStaging(storage: Storage): Promise<Staging> {
  const nothing = async () => undefined
  return {
    add: (key, content) => storage.put(key, content),
    place: nothing,
    putBack: nothing,
    clear: nothing,
  }
}

function noneIfAbsent(error: unknown): string[] {
  if (systemCode(error) === 'ENOENT') return []
  throw error
}
