import { createHash } from 'node:crypto'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Checksum } from '#/backup/format.ts'
import { openZip, type ZipEntry } from '#kernel/zip.ts'

export type NewEntry = ZipEntry

/**
 * Writes a zip archive whose files are for their owner alone, entry by entry: whatever the size, only names and sizes stay in
 * memory.
 * @throws what reading an entry or writing to `output` throws; `output` is then destroyed
 */
export async function writeArchive(
  entries: AsyncIterable<NewEntry>,
  output: Writable,
  signal?: AbortSignal,
): Promise<void> {
  const { archive, released } = openZip(entries, 0o600)
  try {
    // Standard output cannot be ended, only written.
    const isStandard = output === process.stdout
    await pipeline(archive, output, { end: !isStandard, ...(signal && { signal }) })
  } finally {
    archive.destroy()
    await released
  }
}

/** Passes content on and learns its length and SHA-256. */
export async function* summed(
  content: AsyncIterable<Buffer>,
  done: (sum: Omit<Checksum, 'name' | 'rows'>) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of content) {
    hash.update(chunk)
    bytes += chunk.length
    yield chunk
  }
  done({ bytes, sha256: hash.digest('hex') })
}
