import { createHash } from 'node:crypto'
import { loadPictures } from '#modules/commons/publication/pictures.ts'
import type { Storage } from '#platform/files/storage.ts'
import {
  type DocumentFormat,
  type Manuscript,
  type Typeset,
  typesetter,
} from '#platform/typesetting/index.ts'

/** The last documents that were set: what is asked for twice is set once. */
const kept = new Map<string, Buffer>()
const underWay = new Map<string, Promise<Typeset>>()
const mostBytes = 32 * 1024 * 1024
let bytes = 0

/**
 * What a document is known by: all that is written in it, and how. Made anew from what one may read at that moment, it is
 * the same only where nothing has changed, for this reader.
 */
export function documentTag(manuscript: Manuscript, format: DocumentFormat): string {
  return createHash('sha256')
    .update(`${look} ${format} `)
    .update(JSON.stringify(manuscript))
    .digest('base64url')
    .slice(0, 27)
}

/** Grows with every change of the template and of the styles. */
const look = 1

/** @param tag of the manuscript in this format */
export function setDocument(
  storage: Storage,
  networkId: string,
  document: { manuscript: Manuscript; format: DocumentFormat; tag: string },
): Promise<Typeset> {
  const { manuscript, format, tag } = document
  const key = `${networkId} ${tag}`
  const known = kept.get(key)
  if (known) {
    // Last used, last to go: a Map keeps the order of insertion.
    kept.delete(key)
    kept.set(key, known)
    return Promise.resolve({ content: known })
  }
  const setting = underWay.get(key) ?? set().finally(() => underWay.delete(key))
  underWay.set(key, setting)
  return setting

  async function set(): Promise<Typeset> {
    const outcome = await typesetter().typeset(format, manuscript, () =>
      loadPictures(storage, networkId, manuscript.pictures),
    )
    if ('content' in outcome) keep(key, outcome.content)
    return outcome
  }
}

function keep(key: string, content: Buffer): void {
  if (content.length > mostBytes / 8) return
  kept.set(key, content)
  bytes += content.length
  for (const [oldest, { length }] of kept) {
    if (bytes <= mostBytes) break
    kept.delete(oldest)
    bytes -= length
  }
}
