/** What comes out of an upload, one at a time: a page, or why something is not one. */
export type ArchiveEntry = Page | Refused

/** `name` is the path inside the archive or folder, `/` between its parts; `bytes` is valid UTF-8. */
export type Page = { name: string; bytes: Buffer }

export type Refused = { name: string; refused: Refusal }

/** `code` is stable and keys the message; `detail` holds what the message tells. Sizes are bytes. */
export type Refusal =
  | { code: 'page-too-large'; detail: { bytes: number; limit: number } }
  /** `offset` of the first wrong byte, from 0; `line` from 1. */
  | { code: 'not-utf8'; detail: { offset: number; line: number } }
  | {
      code: 'encrypted' | 'symlink' | 'nested-archive' | 'not-a-page' | 'duplicate-name'
      detail: Record<string, never>
    }
  | { code: 'unsupported-compression'; detail: { method: number } }
  /** The content does not inflate, or not to what its checksum says. */
  | { code: 'damaged'; detail: { reason: string } }
  | { code: 'unreadable'; detail: { reason: string } }

export type ArchiveErrorCode =
  | 'archive-truncated'
  | 'archive-damaged'
  | 'archive-bomb'
  | 'not-an-archive'
  | 'path-traversal'

/** The whole upload is refused. Pages already given stay given: the caller's transaction decides. */
export class ArchiveError extends Error {
  readonly code: ArchiveErrorCode
  readonly detail: Readonly<Record<string, string | number>>

  constructor(code: ArchiveErrorCode, detail: Record<string, string | number> = {}) {
    super(`${code} ${JSON.stringify(detail)}`)
    this.name = 'ArchiveError'
    this.code = code
    this.detail = detail
  }
}

export type Limits = {
  /** All pages together, once inflated. */
  totalBytes: number
  /** One page, once inflated. The largest of the public commons has 3.7 MB. */
  pageBytes: number
  /** Files and folders of any kind. The public commons has about 9,600. */
  entries: number
  /** Inflated by compressed size, from 1 MB on. Prose reaches 10, tables of repeated cells 50, bombs 1,000. */
  ratio: number
}

export const defaultLimits: Limits = {
  totalBytes: 2_000_000_000,
  pageBytes: 8_000_000,
  entries: 100_000,
  ratio: 200,
}

/** Left by the Finder and the Explorer: nobody put it there, nobody misses it. */
export function isSystemLitter(name: string): boolean {
  return name.split('/').some(part => part === '__MACOSX' || part === '.DS_Store' || part.startsWith('._'))
}

/** Refuses by name alone, or null for what may be a page. */
export function refusalByName(name: string): Refusal | null {
  if (/\.(?:zip|7z|rar|tar|t?gz|t?bz2|t?xz|zst|jar|cab|iso)$/i.test(name))
    return { code: 'nested-archive', detail: {} }
  if (!/\.(?:md|markdown)$/i.test(name)) return { code: 'not-a-page', detail: {} }
  return null
}

/** Code point order: the same on every machine and in every language. */
export function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
