import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import { z } from 'zod'
import {
  anyManifestSchema,
  backupFormat,
  type Checksum,
  checksumsName,
  checksumsSchema,
  isFileEntry,
  type Manifest,
  manifestName,
  manifestSchema,
  tableEntry,
} from '#/backup/format.ts'
import { BackupError, readProblem, systemCode } from '#/backup/problem.ts'

export interface Backup {
  path: string
  manifest: Manifest
  /** Of each table, in the order in which to load them. */
  tables: { name: string; columns: string[]; entry: Checksum; rows: number }[]
  files: Checksum[]
  /** Bytes of all entries, before compression. */
  bytes: number
  /** The content of an entry; fails at its end when that is not what was written. */
  read(entry: Checksum): Readable
  modified(entry: Checksum): Date
  close(): void
}

/** The two that are read at once hold names alone: beyond this they are not ours. */
const mostTextBytes = 512 * 2 ** 20

/**
 * Opens a backup: its directory, manifest and checksums are complete and fit one another. The rest is not yet read.
 * @throws BackupError unreadable, not-a-backup, incomplete, damaged, missing-entry, newer-format
 */
export async function openBackup(path: string): Promise<Backup> {
  const zip = await yauzl
    .openPromise(path, { autoClose: false, lazyEntries: true })
    .catch(async error => Promise.reject(await whyNot(path, error)))
  try {
    const found = new Map<string, yauzl.Entry>()
    for await (const entry of zip.eachEntry()) {
      if (found.has(entry.fileName)) throw damaged(path, entry.fileName, 'twice')
      found.set(entry.fileName, entry)
    }
    const manifestText = await readText(zip, path, found, manifestName)
    const manifest = parseManifest(path, manifestText)
    const { entries } = parse(
      path,
      checksumsName,
      checksumsSchema,
      await readText(zip, path, found, checksumsName),
    )
    const sums = new Map(entries.map(entry => [entry.name, entry]))
    for (const name of sums.keys())
      if (!found.has(name)) throw new BackupError('missing-entry', { path, entry: name })
    for (const name of found.keys()) {
      if (name !== checksumsName && !sums.has(name)) throw damaged(path, name, 'not in checksums.json')
    }
    checkSum(path, sumOf(sums, path, manifestName), {
      bytes: manifestText.length,
      sha256: createHash('sha256').update(manifestText).digest('hex'),
    })
    const tables = manifest.tables.map(table => {
      const entry = sumOf(sums, path, tableEntry(table.name))
      return { ...table, entry, rows: entry.rows ?? 0 }
    })
    const files = entries.filter(({ name }) => isFileEntry(name))
    if (1 + tables.length + files.length !== entries.length)
      throw damaged(path, checksumsName, 'unknown entries')
    return {
      path,
      manifest,
      tables,
      files,
      bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
      read: entry => Readable.from(checked(zip, path, found, entry), { objectMode: false }),
      modified: entry => found.get(entry.name)?.getLastModDate() ?? new Date(manifest.createdAt),
      close: () => zip.close(),
    }
  } catch (error) {
    zip.close()
    if (error instanceof BackupError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw systemCode(error)?.match(/^E[A-Z]+$/) ? readProblem(error, path) : damaged(path, '', reason, error)
  }
}

/** Reads every byte and compares. @throws BackupError damaged, unreadable */
export async function verify(backup: Backup, progress?: (bytes: number) => void): Promise<void> {
  let bytes = 0
  for (const entry of [...backup.tables.map(table => table.entry), ...backup.files]) {
    for await (const chunk of backup.read(entry)) {
      bytes += (chunk as Buffer).length
      progress?.(bytes)
    }
  }
}

async function* checked(
  zip: yauzl.ZipFile,
  path: string,
  found: Map<string, yauzl.Entry>,
  sum: Checksum,
): AsyncGenerator<Buffer> {
  const entry = found.get(sum.name)
  if (!entry) throw new BackupError('missing-entry', { path, entry: sum.name })
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  } catch (error) {
    // What the archive's reader says of its content has no code, or one of zlib's.
    const code = systemCode(error)
    if (code?.match(/^E[A-Z]+$/) && code !== 'EOF') throw readProblem(error, path)
    throw damaged(path, sum.name, error instanceof Error ? error.message : String(error), error)
  }
  checkSum(path, sum, { bytes, sha256: hash.digest('hex') })
}

function checkSum(path: string, expected: Checksum, read: { bytes: number; sha256: string }): void {
  if (read.bytes !== expected.bytes) throw damaged(path, expected.name, `${read.bytes} ≠ ${expected.bytes}`)
  if (read.sha256 !== expected.sha256) throw damaged(path, expected.name, 'SHA-256')
}

async function readText(
  zip: yauzl.ZipFile,
  path: string,
  found: Map<string, yauzl.Entry>,
  name: string,
): Promise<Buffer> {
  const entry = found.get(name)
  if (!entry) {
    if (name === manifestName) throw new BackupError('not-a-backup', { path })
    throw new BackupError('missing-entry', { path, entry: name })
  }
  if (entry.uncompressedSize > mostTextBytes) throw damaged(path, name, 'too large')
  const chunks: Buffer[] = []
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer)
  } catch (error) {
    throw damaged(path, name, error instanceof Error ? error.message : String(error), error)
  }
  const text = Buffer.concat(chunks)
  // No checksum of ours covers the checksums: the archive's does.
  if (crc32(text) !== entry.crc32 >>> 0) throw damaged(path, name, 'CRC-32')
  return text
}

function parseManifest(path: string, text: Buffer): Manifest {
  const any = anyManifestSchema.safeParse(json(text))
  if (!any.success) throw new BackupError('not-a-backup', { path })
  const { format, version = '?' } = any.data
  if (format > backupFormat)
    throw new BackupError('newer-format', { path, format, known: backupFormat, version })
  return parse(path, manifestName, manifestSchema, text)
}

function parse<T>(path: string, name: string, schema: z.ZodType<T>, text: Buffer): T {
  const parsed = schema.safeParse(json(text))
  if (!parsed.success) throw damaged(path, name, z.prettifyError(parsed.error))
  return parsed.data
}

function json(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'))
  } catch {
    return undefined
  }
}

function sumOf(sums: Map<string, Checksum>, path: string, name: string): Checksum {
  const sum = sums.get(name)
  if (!sum) throw new BackupError('missing-entry', { path, entry: name })
  return sum
}

/** The library cannot open it: a disk that does not read, another kind of file, or one of ours cut off? */
async function whyNot(path: string, error: unknown): Promise<unknown> {
  const code = systemCode(error)
  if (code?.match(/^E[A-Z]+$/)) return readProblem(error, path)
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0)
    const start = buffer.toString('latin1', 0, bytesRead)
    // A local file header (APPNOTE.TXT 4.3.7) and, after its 30 bytes, the name of our first entry.
    const ours = start.startsWith('PK\x03\x04') && start.slice(30).startsWith(manifestName)
    return new BackupError(ours ? 'incomplete' : 'not-a-backup', { path }, error)
  } finally {
    await file.close()
  }
}

function damaged(path: string, entry: string, reason: string, cause?: unknown): BackupError {
  return new BackupError('damaged', { path, entry, reason }, cause)
}
