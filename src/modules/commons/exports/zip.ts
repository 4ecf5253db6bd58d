import { openZip, type ZipEntry } from '#kernel/zip.ts'

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
