import type { Trx } from '#db/database.ts'
import { contentDisposition } from '#http/content-disposition.ts'
import { type AppContext, originOf } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { entryOf, inLanguage, type Network } from '#modules/network/index.ts'
import { objectKey, type Storage } from '#platform/files/storage.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import {
  type Block,
  blocksOfHtml,
  type Manuscript,
  type PictureSize,
  type Run,
  typesetter,
} from '#platform/typesetting/index.ts'

/** What is the same of every document of meetings: whose it is, its colour, its sign. */
export type Letterhead = Pick<
  Manuscript,
  'publisher' | 'authors' | 'frameLanguage' | 'accent' | 'logo' | 'cover' | 'pictures' | 'imprint'
>

export async function letterheadOf(trx: Trx, network: Network, i18n: I18n): Promise<Letterhead> {
  const { text: name } = inLanguage(network.name, i18n.locale, network.locale)
  const logo = await logoOf(trx, network)
  return {
    publisher: name,
    authors: [name],
    frameLanguage: i18n.locale,
    accent: network.accent ?? '#1b5e45',
    logo: logo ? network.logoFileId : null,
    cover: null,
    pictures: logo && network.logoFileId ? { [network.logoFileId]: logo } : {},
    imprint: [],
  }
}

/** Markdown as blocks of a document; pictures become links to where they are. */
export function blocksOfMarkdown(c: AppContext, markdown: string): Block[] {
  const origin = originOf(c)
  return blocksOfHtml(renderMarkdown(markdown, { headingShift: 1 }), {
    under: 0,
    pictureOf: () => null,
    linkTo: address => URL.parse(address, origin)?.href ?? address,
    pictureWord: c.var.i18n.t('minutes.picture'),
  })
}

export function paragraph(...runs: Run[]): Block {
  return { kind: 'paragraph', runs }
}

export function cell(text: string, look: Omit<Run, 'text'> = {}): Block[] {
  return [paragraph({ text, ...look })]
}

/** @throws AppError 'too-large' for more than can be set, 'unavailable' while too many wait */
export async function pdfResponse(
  c: AppContext,
  manuscript: Manuscript,
  fileName: string,
): Promise<Response> {
  const { storage } = c.var.services
  const { network } = entryOf(c)
  const outcome = await typesetter().typeset('pdf', manuscript, () =>
    loadPictures(storage, network.id, manuscript),
  )
  if ('refused' in outcome) throw new AppError(outcome.refused === 'busy' ? 'unavailable' : 'too-large')
  return new Response(new Uint8Array(outcome.content), {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': contentDisposition('attachment', fileName),
      'content-length': String(outcome.content.length),
      // Made for this reader, of what is so at this moment.
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** Enough for the head of a page. */
const previewWidth = 320

async function logoOf(trx: Trx, { id, logoFileId }: Network): Promise<PictureSize | null> {
  if (logoFileId === null) return null
  const row = await trx
    .selectFrom('file')
    .select(['width', 'height'])
    .where('network_id', '=', id)
    .where('id', '=', logoFileId)
    .where('state', '=', 'ready')
    .executeTakeFirst()
  if (!row?.width || !row.height) return null
  const scale = Math.min(1, previewWidth / Math.max(row.width, row.height))
  return {
    width: Math.max(1, Math.round(row.width * scale)),
    height: Math.max(1, Math.round(row.height * scale)),
  }
}

/** The sign as PNG; a blank one where storage has lost it. */
async function loadPictures(
  storage: Storage,
  networkId: string,
  { pictures }: Manuscript,
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
        : sharp({ create: { width, height, channels: 3, background: '#fff' } })
    loaded.set(id, await picture.png().toBuffer())
  }
  return loaded
}
