import { byteStream } from '#kernel/byte-stream.ts'
import { type ZipEntry, zipped } from '#kernel/zip.ts'
import { newNaming } from './file-names.ts'
import type { ItemRecord } from './record.ts'

/** A zip archive of the pages themselves, byte for byte, each under its own file name. */
export function writePages(items: AsyncIterable<ItemRecord>): ReadableStream<Uint8Array> {
  return byteStream(zipped(entries(items)))
}

async function* entries(items: AsyncIterable<ItemRecord>): AsyncGenerator<ZipEntry> {
  const nameFor = newNaming()
  for await (const item of items) {
    const changed = new Date(item.updatedAt)
    yield {
      name: nameFor(item.fileName),
      content: once(Buffer.from(item.source)),
      // The format counts from 1980; the same pages must give the same archive.
      modified: changed.getUTCFullYear() >= 1980 ? changed : new Date('1980-01-01T12:00:00Z'),
    }
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}
