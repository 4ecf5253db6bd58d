import type { Dirent } from 'node:fs'
import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  type ArchiveEntry,
  ArchiveError,
  byName,
  defaultLimits,
  isSystemLitter,
  type Limits,
  type Refusal,
  refusalByName,
} from './entry.ts'
import { pageOf } from './text.ts'

/**
 * The pages of a folder and of the folders in it, in the order of their names, one in memory at a time, with a
 * report for everything else. Symbolic links are not followed, folders whose name begins with a dot not entered.
 * Throws ArchiveError when there are more files or bytes than the limits allow; an absent folder is the system's error.
 */
export async function* readFolder(
  folder: string,
  limits: Partial<Limits> = {},
  onTotal?: (entries: number) => void,
): AsyncGenerator<ArchiveEntry> {
  const bounds = { ...defaultLimits, ...limits }
  const listed = await list(folder, bounds)
  onTotal?.(listed.length)
  let total = 0
  for (const { name, refused } of listed) {
    const shown = name.normalize('NFC')
    const entry = refused ? { name: shown, refused } : await readPage(join(folder, name), shown, bounds)
    if ('bytes' in entry) total += entry.bytes.length
    if (total > bounds.totalBytes) {
      throw new ArchiveError('archive-bomb', {
        reason: 'total-bytes',
        bytes: total,
        limit: bounds.totalBytes,
      })
    }
    yield entry
  }
}

/**
 * One page on disk, in the same shape. The path is the caller's own: a symbolic link is followed. An upload that is
 * stored under another name says its own in `written`.
 */
export async function* readFile(
  path: string,
  limits: Partial<Limits> = {},
  written = basename(path),
): AsyncGenerator<ArchiveEntry> {
  const name = written.normalize('NFC')
  const refused = refusalByName(name)
  yield refused ? { name, refused } : await readPage(path, name, { ...defaultLimits, ...limits }, 0)
}

type Listed = { name: string; refused: Refusal | null }

async function list(folder: string, limits: Limits): Promise<Listed[]> {
  const found: Listed[] = []
  const waiting = ['']
  let count = 0
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    for (const file of await readdir(join(folder, parent), { withFileTypes: true })) {
      if (++count > limits.entries) {
        throw new ArchiveError('archive-bomb', { reason: 'entries', entries: count, limit: limits.entries })
      }
      const name = parent === '' ? file.name : `${parent}/${file.name}`
      if (isSystemLitter(name)) continue
      if (file.isDirectory() && !file.name.startsWith('.')) waiting.push(name)
      else found.push({ name, refused: refusalOf(file, name) })
    }
  }
  return found.sort(byName)
}

function refusalOf(file: Dirent, name: string): Refusal | null {
  if (file.isSymbolicLink()) return { code: 'symlink', detail: {} }
  if (!file.isFile()) return { code: 'not-a-page', detail: {} }
  return refusalByName(name)
}

/** Reads one byte more than a page may have, and no further: a file can grow, or lie about its size. */
async function readPage(
  path: string,
  name: string,
  limits: Limits,
  follow = constants.O_NOFOLLOW,
): Promise<ArchiveEntry> {
  let file: Awaited<ReturnType<typeof open>> | undefined
  try {
    // Not blocking: a pipe put in the file's place must not hold the import.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | follow)
    const status = await file.stat()
    if (!status.isFile()) return { name, refused: { code: 'not-a-page', detail: {} } }
    if (status.size > limits.pageBytes) return tooLarge(name, status.size, limits)
    const bytes = Buffer.alloc(status.size + 1)
    let size = 0
    for (;;) {
      const { bytesRead } = await file.read(bytes, size, bytes.length - size)
      size += bytesRead
      if (bytesRead === 0 || size === bytes.length) break
    }
    if (size > status.size) return { name, refused: { code: 'unreadable', detail: { reason: 'changing' } } }
    return pageOf(name, bytes.subarray(0, size))
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code
    if (reason === undefined) throw error
    return { name, refused: { code: 'unreadable', detail: { reason } } }
  } finally {
    await file?.close()
  }
}

function tooLarge(name: string, bytes: number, limits: Limits): ArchiveEntry {
  return { name, refused: { code: 'page-too-large', detail: { bytes, limit: limits.pageBytes } } }
}
