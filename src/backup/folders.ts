import { createReadStream, createWriteStream, type Dirent, existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { dataFolders } from '#/backup/format.ts'
import { systemCode } from '#/backup/problem.ts'
import { syncFolder } from '#/backup/target-file.ts'

const stagingPrefix = 'restoring-'

export interface StoredFile {
  /** `uploads/…`, with slashes on every system: its name in the backup. */
  name: string
  path: string
}

/** The files of the data folder that belong to the data, in the order of their names. Links and pipes are none. */
export async function* storedFiles(dataFolder: string): AsyncGenerator<StoredFile> {
  for (const folder of dataFolders) yield* filesBelow(join(dataFolder, folder), folder)
}

/** Files that are somebody's: not those which a restore put in place and was killed before it could finish. */
export async function countStoredFiles(dataFolder: string): Promise<number> {
  for (const { name } of await entriesOf(dataFolder)) {
    if (name.startsWith(stagingPrefix) && existsSync(join(dataFolder, name, 'old'))) return 0
  }
  let count = 0
  for await (const _ of storedFiles(dataFolder)) count += 1
  return count
}

/** @returns null when the file went away since it was listed: an upload that has been dealt with */
export async function openStored(file: StoredFile): Promise<{ content: Readable; modified: Date } | null> {
  try {
    const handle = await open(file.path, 'r')
    const { mtime } = await handle.stat()
    return { content: createReadStream('', { fd: handle }), modified: mtime }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw error
  }
}

/** A place beside the data folders where restored files wait until all of them are there. */
export interface Staging {
  add(name: string, content: Readable, modified: Date): Promise<void>
  /** Puts the folders in place of those that are there, which are kept until `forget`. */
  place(): Promise<void>
  /** Undoes `place`. */
  putBack(): Promise<void>
  /** Removes what was replaced and the place itself. */
  clear(): Promise<void>
}

/** On the same disk as the data, so that putting in place is a rename; leftovers of a killed restore go first. */
export async function openStaging(dataFolder: string): Promise<Staging> {
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
    async add(name, content, modified) {
      const path = join(folder, 'new', ...name.split('/'))
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
      for (const name of dataFolders) {
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

async function* filesBelow(folder: string, name: string): AsyncGenerator<StoredFile> {
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path, `${name}/${entry.name}`)
    else if (entry.isFile()) yield { name: `${name}/${entry.name}`, path }
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    // A data folder kept on another disk by a link is followed; links inside are not.
    await stat(folder)
    return (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}
