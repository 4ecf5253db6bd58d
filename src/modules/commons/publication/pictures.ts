import { type SqlBool, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import { objectKey, type Storage } from '#platform/files/storage.ts'
import type { PictureSize } from '#platform/typesetting/index.ts'

/** Pictures that the network keeps, by the id of their file: all others stay where they are, and are linked to. */
export type OwnPictures = ReadonlyMap<string, PictureSize>

export const mostPictures = 100

/** The pictures of the network that are spoken of in texts, as far as the reader may see them. */
export async function findPictures(
  trx: Trx,
  networkId: string,
  texts: Iterable<string>,
  logo: string | null = null,
): Promise<OwnPictures> {
  const ids = new Set(logo === null ? [] : [logo])
  for (const text of texts)
    for (const [, id = ''] of text.matchAll(/\/files\/([0-9a-f-]{36})/g)) {
      if (ids.size >= mostPictures) break
      if (isId(id)) ids.add(id)
    }
  if (ids.size === 0) return new Map()
  const rows = await trx
    .selectFrom('file')
    .select(['id', 'width', 'height'])
    .where('network_id', '=', networkId)
    .where('id', 'in', [...ids])
    .where('state', '=', 'ready')
    .where('width', 'is not', null)
    // Of a page not shared yet, for those alone who write or review it: a key of the network is none of them.
    .where(sql<SqlBool>`(visibility <> 'document' or app_account() is not null)`)
    .where(row =>
      row.or([
        row('purpose', '=', 'attachment'),
        row('id', '=', logo ?? '00000000-0000-0000-0000-000000000000'),
      ]),
    )
    .execute()
  return new Map(rows.map(({ id, width, height }) => [id, shown(width ?? 1, height ?? 1)]))
}

/** The id of one of these pictures by the address it is shown under, or null. */
export function pictureAt(
  address: string,
  { origin, network, pictures }: { origin: string; network: string; pictures: OwnPictures },
): string | null {
  const url = URL.parse(address, origin)
  if (!url || url.origin !== new URL(origin).origin) return null
  const [, slug, id] =
    /^\/[a-z]{2}\/([^/]+)\/files\/([0-9a-f-]{36})(?:\/preview\/\d+)?$/.exec(url.pathname) ?? []
  return slug === network && id !== undefined && pictures.has(id) ? id : null
}

/** As PNG or JPEG, which every writer of documents takes; of what storage has lost, a blank one. */
export async function loadPictures(
  storage: Storage,
  networkId: string,
  pictures: Record<string, PictureSize>,
): Promise<Map<string, Buffer>> {
  const { default: sharp } = await import('sharp')
  const loaded = new Map<string, Buffer>()
  for (const [id, { width, height }] of Object.entries(pictures)) {
    const content = await storage.get(objectKey(networkId, id, previewWidth))
    const chunks: Buffer[] = []
    if (content) for await (const chunk of content) chunks.push(chunk as Buffer)
    const picture =
      chunks.length > 0
        ? sharp(Buffer.concat(chunks))
        : sharp({ create: { width, height, channels: 3, background: '#eee' } })
    const { hasAlpha } = await picture.metadata()
    loaded.set(id, await (hasAlpha ? picture.png() : picture.jpeg({ quality: 82 })).toBuffer())
  }
  return loaded
}

/** Enough for the width of a page, at 150 pixels to the inch. */
const previewWidth = 960

function shown(width: number, height: number): PictureSize {
  const scale = Math.min(1, previewWidth / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
