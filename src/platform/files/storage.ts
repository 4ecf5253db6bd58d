import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Config } from '#kernel/config.ts'
import { openLocalStorage } from '#platform/files/local-storage.ts'
import { openS3Storage } from '#platform/files/s3-storage.ts'

/**
 * Where the bytes of files are kept, by key: `<network>/<aa>/<id>`, and `<network>/<aa>/<id>-320` for a preview. What is under a
 * key never changes. Nobody is to be given a key: the way to an object leads through its row.
 * A storage that is away or refuses us throws a StorageError; null and nothing are said of what is surely not there.
 */
export interface Storage {
  kind: 'local' | 's3'
  /** Folder of this machine in which uploads come in, before they are looked at. */
  incoming: string
  /** All of it or nothing: a stream that breaks off leaves nothing under the key. */
  put(key: string, content: Readable | Buffer, options?: { type?: string }): Promise<void>
  /** @param range first and last byte, both included @returns null when there is no such object */
  get(key: string, range?: ByteRange): Promise<Readable | null>
  /** Removing what is not there is no error. */
  remove(key: string): Promise<void>
  /** The objects whose key begins with a network's id and a slash, or all of them. */
  list(networkId?: string): AsyncIterable<StoredObject>
  /** Looks, within seconds, whether it can be used. @returns where it is @throws StorageError */
  examine(): Promise<string>
}

export interface ByteRange {
  first: number
  last: number
}

export interface StoredObject {
  key: string
  bytes: number
  modified: Date
}

export const previewWidths = [320, 960] as const
export type PreviewWidth = (typeof previewWidths)[number]

/** The local folder `files` of the data folder, or S3 where it is configured. Nothing is read or written yet. */
export function openStorage(config: Pick<Config, 'dataFolder' | 's3'>): Storage {
  const incoming = join(config.dataFolder, 'incoming')
  return config.s3
    ? openS3Storage(config.s3, incoming)
    : openLocalStorage(join(config.dataFolder, 'files'), incoming)
}

/** The last two signs of an id are chance, the first are the time: folders fill evenly. */
export function objectKey(networkId: string, id: string, preview?: PreviewWidth): string {
  const key = `${networkId}/${id.slice(-2)}/${id}`
  return preview === undefined ? key : `${key}-${preview}`
}

/** What is in storage for a file: itself, and the previews if it is an image. */
export function objectKeys(file: { networkId: string; id: string; isImage: boolean }): string[] {
  const { networkId, id, isImage } = file
  const previews = isImage ? previewWidths.map(width => objectKey(networkId, id, width)) : []
  return [objectKey(networkId, id), ...previews]
}

const keyForm =
  /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/[0-9a-f]{2}\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:-\d+)?$/

/** @returns null for what is not ours */
export function ofObjectKey(key: string): { networkId: string; id: string } | null {
  const [, networkId, id] = keyForm.exec(key) ?? []
  return networkId && id ? { networkId, id } : null
}
