import { open as openFile } from 'node:fs/promises'
import yauzl from 'yauzl'
import { ArchiveError, type Limits } from './entry.ts'

/** An archive whose directory has been read and found harmless; its entries in the order of their names. */
export type Archive = { zip: yauzl.ZipFile; entries: Listed[] }

export type Listed = { name: string; entry: yauzl.Entry; isFirstOfName: boolean }

/**
 * Opens a zip file and judges all of its directory before anything is inflated. Throws ArchiveError. Whoever gets
 * the archive closes `zip`.
 */
export async function openArchive(file: string, limits: Limits): Promise<Archive> {
  // Names come raw: yauzl would turn `\` into `/`, and read every unmarked name as CP437.
  const options = {
    autoClose: false,
    decodeStrings: false,
    validateEntrySizes: false,
    lazyEntries: true,
  } as const
  const zip = await yauzl.openPromise(file, options).catch(error => refuseFile(file, error))
  try {
    if (zip.entryCount > limits.entries) throw tooMany(zip.entryCount, limits)
    const entries = await listEntries(zip, limits)
    refuseOverlaps(zip, entries)
    return { zip, entries: inOrder(entries) }
  } catch (error) {
    zip.close()
    throw error instanceof ArchiveError ? error : ofLibrary(error)
  }
}

async function listEntries(zip: yauzl.ZipFile, limits: Limits): Promise<Listed[]> {
  const entries: Listed[] = []
  const seen = new Set<string>()
  for await (const entry of zip.eachEntry()) {
    if (entries.length >= limits.entries) throw tooMany(entries.length + 1, limits)
    const name = safeName(nameOf(entry))
    entries.push({ name, entry, isFirstOfName: !seen.has(name) })
    seen.add(name)
    release(entry)
  }
  return entries
}

/** Names marked as UTF-8 are; unmarked ones are too when they can be (macOS does not mark them), else CP437. */
function nameOf(entry: yauzl.Entry): string {
  const raw = entry.fileNameRaw
  const marked = (entry.generalPurposeBitFlag & 0x800) !== 0
  try {
    return new TextDecoder('utf-8', { fatal: !marked, ignoreBOM: true }).decode(raw)
  } catch {
    return yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, raw, entry.extraFields, true)
  }
}

/** The name as a path below the archive's root; one that leads elsewhere condemns the archive, made to do harm. */
function safeName(written: string): string {
  const parts = written.split('/')
  if (/^\/|^[a-z]:|[\\\0]/i.test(written) || parts.includes('..')) {
    throw new ArchiveError('path-traversal', { name: written.slice(0, 200) })
  }
  const isFolder = written.endsWith('/')
  const path = parts.filter(part => part !== '' && part !== '.').join('/')
  return (isFolder ? `${path}/` : path).normalize('NFC')
}

/** Extra fields and comments hold up to 128 kB an entry, for nobody. */
function release(entry: yauzl.Entry): void {
  const nothing = Buffer.alloc(0)
  entry.extraFieldRaw = nothing
  entry.extraFields = []
  entry.fileCommentRaw = nothing
  entry.fileComment = ''
  entry.comment = ''
}

/** Entries that share bytes multiply them: 10 MB overlapped can declare 281 TB (Fifield, "A better zip bomb", 2019). */
function refuseOverlaps(zip: yauzl.ZipFile, entries: readonly Listed[]): void {
  const headerSize = 30
  const spans = entries
    .map(({ name, entry }) => {
      const start = entry.relativeOffsetOfLocalHeader
      return { name, start, end: start + headerSize + entry.fileNameLength + entry.compressedSize }
    })
    .sort((a, b) => a.start - b.start)
  let reached = 0
  for (const { name, start, end } of spans) {
    if (end > zip.fileSize) throw new ArchiveError('archive-truncated', { name: name.slice(0, 200) })
    if (start < reached)
      throw new ArchiveError('archive-bomb', { reason: 'overlap', name: name.slice(0, 200) })
    reached = end
  }
}

function inOrder(entries: Listed[]): Listed[] {
  // Stable: of equal names, the first of the directory stays first.
  return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

function tooMany(entries: number, limits: Limits): ArchiveError {
  return new ArchiveError('archive-bomb', { reason: 'entries', entries, limit: limits.entries })
}

/** The file could not be opened as an archive: says whether it ever was one. Disk errors pass. */
async function refuseFile(path: string, error: unknown): Promise<never> {
  const file = await openFile(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    const beginning = buffer.toString('latin1', 0, bytesRead)
    if (beginning === 'PK\x03\x04') throw ofLibrary(error)
    throw new ArchiveError('not-an-archive', { reason: String((error as Error).message) })
  } finally {
    await file.close()
  }
}

/** The library tells its errors apart by their text only; both codes refuse, they differ in what to advise. */
function ofLibrary(error: unknown): ArchiveError {
  const reason = error instanceof Error ? error.message : String(error)
  const isCut = /EOF|not found|overflows|out of bounds/i.test(reason)
  return new ArchiveError(isCut ? 'archive-truncated' : 'archive-damaged', { reason })
}
