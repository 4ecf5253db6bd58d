import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { fileName } from '#platform/files/file-name.ts'
import {
  asFile,
  type FilePurpose,
  type FileVisibility,
  forgetFiles,
  removeObjects,
  type StoredFile,
} from '#platform/files/files.ts'
import { prepareImage } from '#platform/files/images.ts'
import { detectMediaType, imageTypes, isImage, isUnreadableImage } from '#platform/files/media-type.ts'
import { FileError } from '#platform/files/problem.ts'
import { objectKey, objectKeys, type Storage } from '#platform/files/storage.ts'

const mebibyte = 2 ** 20

export interface FileLimits {
  /** What a network may keep in all, in bytes. */
  networkBytes: number
  fileBytes: number
  importBytes: number
}

export const defaultLimits: FileLimits = {
  networkBytes: 1024 * mebibyte,
  fileBytes: 25 * mebibyte,
  importBytes: 500 * mebibyte,
}

export interface NewFile {
  /** As the sender calls it. */
  name: string
  purpose: FilePurpose
  visibility: FileVisibility
  uploadedBy: string | null
}

/**
 * Takes in what is sent: written to this machine's disk first, looked at there, a picture decoded and written anew, then
 * noted, stored, and declared ready. Something must refer to it within a day: see attachFile().
 * @param tenant who writes; its network keeps the file
 * @throws FileError empty, too-large, no-room, image-type, broken-image, too-many-pixels; what the stream or the storage
 *   throws. Nothing is kept then.
 */
export async function receiveFile(
  db: Db,
  storage: Storage,
  tenant: Tenant,
  file: NewFile,
  content: AsyncIterable<Uint8Array>,
  limits: FileLimits = defaultLimits,
): Promise<StoredFile> {
  const most = file.purpose === 'import' ? limits.importBytes : limits.fileBytes
  const id = newId()
  const path = join(storage.incoming, id)
  try {
    await mkdir(storage.incoming, { recursive: true, mode: 0o700 })
    const received = await writeDown(path, content, most)
    const prepared = await prepareFile(path, received, file)
    return await keep(db, storage, tenant, { ...file, id, ...prepared }, limits)
  } finally {
    await rm(path, { force: true })
  }
}

interface Received {
  bytes: number
  sha256: Buffer
}

interface Prepared extends Received {
  name: string
  mediaType: string
  size: { width: number; height: number } | null
  /** What is stored under each key; streams are opened when their turn comes. */
  objects: { preview?: 320 | 960; content(): Buffer | ReturnType<typeof createReadStream> }[]
}

async function writeDown(path: string, content: AsyncIterable<Uint8Array>, most: number): Promise<Received> {
  const hash = createHash('sha256')
  let bytes = 0
  await pipeline(
    content,
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        bytes += chunk.length
        if (bytes > most) throw new FileError('too-large', { megabytes: Math.floor(most / mebibyte) })
        hash.update(chunk)
        yield chunk
      }
    },
    createWriteStream(path, { flags: 'wx', mode: 0o600 }),
  )
  if (bytes === 0) throw new FileError('empty')
  return { bytes, sha256: hash.digest() }
}

async function prepareFile(path: string, received: Received, file: NewFile): Promise<Prepared> {
  const { mediaType, extensions } = await detectMediaType(path, file.name)
  if (file.purpose !== 'import' && isImage(mediaType)) {
    const image = await prepareImage(path, mediaType)
    const fitting = image.mediaType === mediaType ? extensions : [image.extension]
    return {
      name: fileName(file.name, fitting),
      mediaType: image.mediaType,
      bytes: image.content.length,
      sha256: createHash('sha256').update(image.content).digest(),
      size: { width: image.width, height: image.height },
      objects: [
        { content: () => image.content },
        ...image.previews.map(({ width, content }) => ({ preview: width, content: () => content })),
      ],
    }
  }
  const imageWanted = file.purpose === 'logo' || file.purpose === 'portrait'
  if (
    imageWanted ||
    ((file.purpose === 'attachment' || file.purpose === 'enclosure') && isUnreadableImage(mediaType))
  )
    throw new FileError('image-type', { types: imageTypes })
  return {
    name: fileName(file.name, extensions),
    mediaType,
    ...received,
    size: null,
    objects: [{ content: () => createReadStream(path) }],
  }
}

/** First the row, then the objects: so there is no object without a row, but while one is being removed. */
async function keep(
  db: Db,
  storage: Storage,
  tenant: Tenant,
  file: NewFile & Prepared & { id: string },
  limits: FileLimits,
): Promise<StoredFile> {
  const { networkId } = tenant
  await inTenant(db, tenant, async trx => {
    await reserve(trx, networkId, file.bytes, limits.networkBytes)
    await trx
      .insertInto('file')
      .values({
        network_id: networkId,
        id: file.id,
        name: file.name,
        media_type: file.mediaType,
        bytes: file.bytes,
        sha256: file.sha256,
        width: file.size?.width ?? null,
        height: file.size?.height ?? null,
        purpose: file.purpose,
        visibility: file.visibility,
        uploaded_by: file.uploadedBy,
      })
      .execute()
  })
  try {
    for (const { preview, content } of file.objects) {
      const type = preview === undefined ? file.mediaType : 'image/webp'
      await storage.put(objectKey(networkId, file.id, preview), content(), { type })
    }
    return await inTenant(db, tenant, trx => declareReady(trx, networkId, file.id))
  } catch (error) {
    // As much as can be undone now; whatever cannot is swept away in an hour.
    await inTenant(db, tenant, trx => forgetFiles(trx, networkId, [file.id])).catch(() => undefined)
    const keys = objectKeys({ networkId, id: file.id, isImage: file.size !== null })
    await removeObjects(storage, keys).catch(() => undefined)
    throw error
  }
}

/** In one statement: of two that come at once, the second sees what the first took. */
async function reserve(trx: Trx, networkId: string, bytes: number, most: number): Promise<void> {
  const { rows } = await sql`
    insert into file_usage (network_id, bytes, files)
    select ${networkId}::uuid, ${bytes}::bigint, 1 where ${bytes}::bigint <= ${most}::bigint
    on conflict (network_id) do update set bytes = file_usage.bytes + excluded.bytes, files = file_usage.files + 1
    where file_usage.bytes + excluded.bytes <= ${most}::bigint
    returning bytes`.execute(trx)
  if (rows.length === 0) throw new FileError('no-room', { megabytes: Math.floor(most / mebibyte) })
}

async function declareReady(trx: Trx, networkId: string, id: string): Promise<StoredFile> {
  const row = await trx
    .updateTable('file')
    .set({ state: 'ready' })
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .where('state', '=', 'uploading')
    .returningAll()
    .executeTakeFirstOrThrow()
  return asFile(row)
}
