import { open, stat } from 'node:fs/promises'
import { readArchive } from './archive.ts'
import { type ArchiveEntry, ArchiveError, type Limits, refusalByName } from './entry.ts'
import { readFile, readFolder } from './folder.ts'

/**
 * The pages of whatever stands at the path: a folder, a zip or one page. A zip is gone through once before its first
 * page is given, so that one which cannot be trusted to its end gives none.
 * @throws ArchiveError
 * @param options.name what a single page is called, where its path says something else
 * @param options.onTotal is told, before the first page, how many entries are to come
 */
export async function* readPath(
  path: string,
  options: { name?: string; limits?: Partial<Limits>; onTotal?: (entries: number) => void } = {},
): AsyncGenerator<ArchiveEntry> {
  if ((await stat(path)).isDirectory()) {
    yield* readFolder(path, options.limits, options.onTotal)
  } else if (await isZip(path)) {
    let entries = 0
    for await (const _ of readArchive(path, options.limits)) entries += 1
    options.onTotal?.(entries)
    yield* readArchive(path, options.limits)
  } else {
    // Called an archive, it holds none that can be read: of one page one would say that it lies in another.
    if (refusalByName(options.name ?? path)?.code === 'nested-archive')
      throw new ArchiveError('not-an-archive')
    options.onTotal?.(1)
    yield* readFile(path, options.limits, options.name)
  }
}

/** By its first bytes: names lie. */
async function isZip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && buffer[0] === 0x50 && buffer[1] === 0x4b && (buffer[2] ?? 9) < 9
  } finally {
    await file.close()
  }
}
