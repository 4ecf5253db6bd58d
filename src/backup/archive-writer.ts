import { createHash } from 'node:crypto'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import type { Checksum } from '#/backup/format.ts'

export interface NewEntry {
  name: string
  content: AsyncIterable<Buffer>
  modified: Date
}

/**
 * Writes a zip archive entry by entry, asking for the next when the one before has been read: whatever the size, only
 * names and sizes stay in memory. Archives and entries beyond 4 GiB take the zip64 form by themselves.
 * @throws what reading an entry or writing to `output` throws; `output` is then destroyed
 */
export async function writeArchive(
  entries: AsyncIterable<NewEntry>,
  output: Writable,
  signal?: AbortSignal,
): Promise<void> {
  const zip = new ZipFile()
  const compressed = zip.outputStream as Readable
  const closed = Promise.withResolvers<never>()
  closed.promise.catch(() => undefined)
  compressed.once('close', () => closed.reject(new Error('The archive was closed before its end.')))
  zip.once('error', error => compressed.destroy(error))
  const feeding = feed(zip, entries, closed.promise).catch(error => {
    compressed.destroy(error)
  })
  try {
    // Standard output cannot be ended, only written.
    const isStandard = output === process.stdout
    await pipeline(compressed, output, { end: !isStandard, ...(signal && { signal }) })
  } finally {
    compressed.destroy()
    await feeding
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

async function feed(zip: ZipFile, entries: AsyncIterable<NewEntry>, closed: Promise<never>): Promise<void> {
  for await (const entry of entries) {
    let content: Readable | undefined
    const taken = Promise.withResolvers<void>()
    zip.addReadStreamLazy(entry.name, { mtime: entry.modified, mode: 0o100600 }, respond => {
      content = Readable.from(entry.content, { objectMode: false })
      content.once('error', taken.reject)
      content.once('close', taken.resolve)
      respond(null, content)
    })
    try {
      await Promise.race([taken.promise, closed])
    } finally {
      content?.destroy()
    }
  }
  zip.end()
}
