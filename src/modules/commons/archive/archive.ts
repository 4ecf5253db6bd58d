import { crc32 } from 'node:zlib'
import type yauzl from 'yauzl'
import { type Archive, type Listed, openArchive } from './directory.ts'
import {
  type ArchiveEntry,
  ArchiveError,
  defaultLimits,
  isSystemLitter,
  type Limits,
  type Refusal,
  refusalByName,
} from './entry.ts'
import { pageOf } from './text.ts'

/**
 * The pages of a zip file on disk, in the order of their names, one in memory at a time, with a report for
 * everything else in it. Throws ArchiveError before the first page when the directory shows the archive to be cut
 * off, damaged, a bomb or an attack on paths, and later when a page inflates beyond what was declared.
 */
export async function* readArchive(file: string, limits: Partial<Limits> = {}): AsyncGenerator<ArchiveEntry> {
  const bounds = { ...defaultLimits, ...limits }
  const archive = await openArchive(file, bounds)
  try {
    refuseDeclared(archive, bounds)
    let total = 0
    for (const listed of archive.entries) {
      if (isIgnored(listed)) continue
      const refused = refusalOf(listed, bounds)
      const entry = refused
        ? { name: listed.name, refused }
        : await readPage(archive.zip, listed, bounds, total)
      if ('bytes' in entry) total += entry.bytes.length
      yield entry
    }
  } finally {
    archive.zip.close()
  }
}

/** What the headers admit is refused without inflating a byte; what they hide is caught in `inflated`. */
function refuseDeclared({ entries }: Archive, limits: Limits): void {
  let total = 0
  for (const listed of entries) {
    const refused = isIgnored(listed) ? null : refusalOf(listed, limits)
    if (isIgnored(listed) || (refused && refused.code !== 'page-too-large')) continue
    const { uncompressedSize, compressedSize } = listed.entry
    refuseRatio(listed.name, uncompressedSize, compressedSize, limits)
    if (!refused) total += uncompressedSize
    refuseTotal(total, limits)
  }
}

function isIgnored({ name }: Listed): boolean {
  return name.endsWith('/') || name === '' || isSystemLitter(name)
}

function refusalOf({ name, entry, isFirstOfName }: Listed, limits: Limits): Refusal | null {
  if (isSymbolicLink(entry)) return { code: 'symlink', detail: {} }
  const byName = refusalByName(name)
  if (byName) return byName
  if (entry.isEncrypted()) return { code: 'encrypted', detail: {} }
  if (!isFirstOfName) return { code: 'duplicate-name', detail: {} }
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    return { code: 'unsupported-compression', detail: { method: entry.compressionMethod } }
  }
  if (entry.uncompressedSize > limits.pageBytes) return tooLarge(entry.uncompressedSize, limits)
  return null
}

/** Unix and macOS archivers store the file's mode in the upper half of the attributes. */
function isSymbolicLink(entry: yauzl.Entry): boolean {
  const system = entry.versionMadeBy >>> 8
  return (system === 3 || system === 19) && ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000
}

async function readPage(
  zip: yauzl.ZipFile,
  listed: Listed,
  limits: Limits,
  before: number,
): Promise<ArchiveEntry> {
  const { name, entry } = listed
  try {
    const bytes = await inflated(zip, listed, limits, before)
    if (bytes === null) return { name, refused: tooLarge(limits.pageBytes + 1, limits) }
    if (bytes.length !== entry.uncompressedSize) return damaged(name, 'size')
    if (crc32(bytes) !== entry.crc32 >>> 0) return damaged(name, 'checksum')
    return pageOf(name, bytes)
  } catch (error) {
    if (error instanceof ArchiveError) throw error
    return damaged(name, error instanceof Error ? error.message : String(error))
  }
}

/** The content, counted while it inflates; null when it grows beyond a page. */
async function inflated(
  zip: yauzl.ZipFile,
  { name, entry }: Listed,
  limits: Limits,
  before: number,
): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    size += chunk.length
    refuseRatio(name, size, entry.compressedSize, limits)
    refuseTotal(before + size, limits)
    if (size > limits.pageBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

function refuseRatio(name: string, size: number, compressed: number, limits: Limits): void {
  if (size < 1_000_000 || size <= compressed * limits.ratio) return
  const ratio = Math.round(size / Math.max(1, compressed))
  throw new ArchiveError('archive-bomb', {
    reason: 'ratio',
    name: name.slice(0, 200),
    ratio,
    limit: limits.ratio,
  })
}

function refuseTotal(bytes: number, limits: Limits): void {
  if (bytes > limits.totalBytes) {
    throw new ArchiveError('archive-bomb', { reason: 'total-bytes', bytes, limit: limits.totalBytes })
  }
}

function tooLarge(bytes: number, limits: Limits): Refusal {
  return { code: 'page-too-large', detail: { bytes, limit: limits.pageBytes } }
}

function damaged(name: string, reason: string): ArchiveEntry {
  return { name, refused: { code: 'damaged', detail: { reason } } }
}
