import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'

export interface ZipEntry {
  name: string
  content: AsyncIterable<Uint8Array>
  modified: Date
}

/**
 * A zip archive, written as it is read: the next entry is asked for only when the one before it has been compressed
 * and taken. Only names and sizes are kept, for the directory at the end; archives and entries beyond 4 GiB take the
 * zip64 form by themselves.
 * @param mode of every file, as Unix has it: 0o644
 * @returns the archive, which fails with what reading an entry throws, and whether all that fed it was let go: to be
 *   awaited once the archive was read or destroyed, never rejected
 */
export function openZip(
  entries: AsyncIterable<ZipEntry>,
  mode: number,
): { archive: Readable; released: Promise<void> } {
  const zip = new ZipFile()
  const archive = zip.outputStream as Readable
  const closed = Promise.withResolvers<never>()
  closed.promise.catch(() => undefined)
  archive.once('close', () => closed.reject(new Error('The archive was closed before its end.')))
  zip.once('error', error => archive.destroy(error))
  const released = feed(zip, entries, mode, closed.promise).catch(error => {
    archive.destroy(error)
  })
  return { archive, released }
}

/** A zip archive in chunks, for whoever reads it; when they leave, so does all that fed it. */
export async function* zipped(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const { archive, released } = openZip(entries, 0o644)
  try {
    for await (const chunk of archive) yield chunk as Buffer
  } finally {
    archive.destroy()
    await released
  }
}

async function feed(
  zip: ZipFile,
  entries: AsyncIterable<ZipEntry>,
  mode: number,
  closed: Promise<never>,
): Promise<void> {
  for await (const entry of entries) {
    let content: Readable | undefined
    const taken = Promise.withResolvers<void>()
    zip.addReadStreamLazy(entry.name, { mtime: entry.modified, mode: 0o100000 | mode }, respond => {
      content = Readable.from(entry.content, { objectMode: false })
      content.once('error', taken.reject)
      content.once('close', taken.resolve)
      respond(null, content)
    })
    try {
      await Promise.race([taken.promise, closed])
    } finally {
      // When the consumer went away, what feeds this entry must be let go too.
      content?.destroy()
    }
  }
  zip.end()
}
