import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { newNaming } from './file-names.ts'
import type { ItemRecord } from './record.ts'

export class FolderError extends Error {
  readonly code = 'path-traversal'
  readonly fileName: string

  constructor(fileName: string) {
    super(`The file name ${JSON.stringify(fileName)} leads out of the folder.`)
    this.fileName = fileName
  }
}

/**
 * Writes each page, byte for byte, under its own name in `folder` (created when absent). A file appears complete or
 * not at all. Throws FolderError, and writes nothing more, for a name that leads out of the folder; disk errors pass.
 * `onProgress` is told after each file. Gives the number of files written.
 */
export async function writeFolder(
  items: AsyncIterable<ItemRecord>,
  folder: string,
  onProgress: (written: number, name: string) => void = () => {},
): Promise<number> {
  const root = resolve(folder)
  await mkdir(root, { recursive: true })
  const nameFor = newNaming()
  let written = 0
  for await (const item of items) {
    refuseEscape(root, item.fileName)
    const name = nameFor(item.fileName)
    await writeWhole(root, name, item.source)
    onProgress(++written, name)
  }
  return written
}

function refuseEscape(root: string, fileName: string): void {
  // Windows separators and drives count everywhere: the folder may be carried to another system.
  const portable = fileName.replaceAll('\\', '/')
  const target = resolve(root, portable)
  const inside = target.startsWith(root.endsWith(sep) ? root : root + sep)
  if (
    !inside ||
    portable.split('/').includes('..') ||
    /^(?:\/|[a-z]:)/i.test(portable) ||
    portable.includes('\0')
  ) {
    throw new FolderError(fileName)
  }
}

/** Written beside its place, then renamed onto it: a rename replaces a symbolic link instead of following it. */
async function writeWhole(root: string, name: string, source: string): Promise<void> {
  const temporary = join(root, `.${randomUUID()}.part`)
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(source)
    } finally {
      await file.close()
    }
    await rename(temporary, join(root, name))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
