import { constants, createReadStream, type Dirent } from 'node:fs'
import { access, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { newId } from '#kernel/ids.ts'
import type { Storage, StoredObject } from '#platform/files/storage.ts'
import { reasonOf, StorageError } from '#platform/files/storage-error.ts'

/** Of a process killed while it wrote. Names of objects have no dot. */
const partial = '.partial'
const partialMs = 3_600_000

/** Objects as files of a folder, which nobody else may read. */
export function openLocalStorage(folder: string, incoming: string): Storage {
  const pathOf = (key: string) => {
    if (!/^[0-9a-f-]+(?:\/[0-9a-f-]+)*$/.test(key)) throw new Error('Not a key of ours')
    return join(folder, ...key.split('/'))
  }
  return {
    kind: 'local',
    incoming,
    async put(key, content) {
      const path = pathOf(key)
      const parent = dirname(path)
      const beginning = `${path}.${newId()}${partial}`
      await makeFolder(parent)
      try {
        const file = await open(beginning, 'wx', 0o600)
        try {
          // Ends the stream too when writing fails.
          await pipeline(
            Buffer.isBuffer(content) ? [content] : content,
            async (chunks: AsyncIterable<Buffer>) => {
              for await (const chunk of chunks) await file.writeFile(chunk)
            },
          )
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(beginning, path)
      } catch (error) {
        await rm(beginning, { force: true })
        throw error
      }
      await syncFolder(parent)
    },
    async get(key, range) {
      try {
        const file = await open(pathOf(key), 'r')
        return createReadStream('', {
          fd: file,
          ...(range && { start: range.first, end: range.last }),
        })
      } catch (error) {
        if (isAbsent(error)) return null
        throw error
      }
    },
    remove: key => rm(pathOf(key), { force: true }),
    async examine() {
      try {
        await tryFolder(folder)
        return folder
      } catch (error) {
        throw new StorageError(`${folder}: ${reasonOf(error)}`, { cause: error })
      }
    },
    list: networkId =>
      networkId === undefined ? objectsBelow(folder, '') : objectsBelow(pathOf(networkId), networkId),
  }
}

/** Reads, writes and removes; where there is no folder yet, looks whether the first file may make one. */
async function tryFolder(folder: string): Promise<void> {
  if (await stat(folder).then(() => true, absence)) {
    await readdir(folder)
    const trial = join(folder, `${newId()}${partial}`)
    await writeFile(trial, '', { flag: 'wx', mode: 0o600 })
    await rm(trial, { force: true })
    return
  }
  let above = dirname(folder)
  while (!(await stat(above).then(() => true, absence))) above = dirname(above)
  await access(above, constants.W_OK | constants.X_OK)
}

/** @returns false for what is not there @throws what else keeps it from being seen */
function absence(error: unknown): false {
  if (isAbsent(error)) return false
  throw error
}

async function* objectsBelow(folder: string, name: string): AsyncGenerator<StoredObject> {
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name)
    const key = name === '' ? entry.name : `${name}/${entry.name}`
    if (entry.isDirectory()) yield* objectsBelow(path, key)
    else if (entry.isFile()) {
      const found = await stat(path).catch(() => null)
      if (!found) continue
      if (!entry.name.endsWith(partial)) yield { key, bytes: found.size, modified: found.mtime }
      else if (Date.now() - found.mtimeMs > partialMs) await rm(path, { force: true })
    }
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

/** With its place in the folder above on the disk, else a power cut could lose a file that was acknowledged. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
}

/** Windows cannot open folders, and keeps their entries by itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function isAbsent(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ENOENT'
}
