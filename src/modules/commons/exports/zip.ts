import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'

export type ZipEntry = { name: string; bytes: AsyncIterable<Uint8Array>; modified: Date }

/**
 * A zip archive, written as it is read: the next entry is asked for only when the one before it has been compressed
 * and taken. Only names and sizes are kept, for the directory at the end.
 */
export async function* zipped(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile()
  const output = zip.outputStream as Readable
  const closed = Promise.withResolvers<never>()
  closed.promise.catch(() => {})
  output.once('close', () => closed.reject(new Error('The archive was closed before its end.')))
  zip.once('error', error => output.destroy(error))
  const feeding = feed(zip, entries, closed.promise).catch(error => output.destroy(error))
  try {
    for await (const chunk of output) yield chunk as Buffer
  } finally {
    output.destroy()
    await feeding
  }
}

async function feed(zip: ZipFile, entries: AsyncIterable<ZipEntry>, closed: Promise<never>): Promise<void> {
  for await (const entry of entries) {
    let content: Readable | undefined
    const taken = Promise.withResolvers<void>()
    zip.addReadStreamLazy(entry.name, { mtime: entry.modified, mode: 0o100644 }, respond => {
      content = Readable.from(entry.bytes, { objectMode: false })
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
