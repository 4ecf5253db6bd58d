import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { readPage } from '#modules/commons/format/read-page.ts'
import { type Effort, usualEffort } from '#modules/commons/history/alignment.ts'
import { differences, type Fold, folded, type Piece } from '#modules/commons/history/differences.ts'

/** A published version, as far as it is compared. */
export interface ComparedVersion {
  number: number
  title: string
  source: string
  createdAt: Date
}

/** What became of one kind of metadata. */
export interface MetadataDifference {
  key: string
  removed: string[]
  added: string[]
}

export interface SourceComparison {
  metadata: MetadataDifference[]
  /** The text, in parts that are short enough for a page. */
  parts: (Piece | Fold)[][]
}

/** Two versions of an item, where the reader may read both. */
export async function findVersions(
  trx: Trx,
  networkId: string,
  itemId: string,
  numbers: readonly [number, number],
): Promise<[ComparedVersion, ComparedVersion] | null> {
  const { rows } = await sql<{ number: number; title: string; source: string; created_at: Date }>`
    select number, title, source, created_at from commons_version
    where network_id = ${networkId} and item_id = ${itemId} and number = any(${numbers}::integer[])`.execute(
    trx,
  )
  const [from, to] = numbers.map(number => rows.find(row => row.number === number))
  return from && to ? [asVersion(from), asVersion(to)] : null
}

/**
 * What differs between two sources: metadata by key, the text by lines and then by words. Of pages as long as a book what
 * was written anew shows as changed from end to end, so that the time stays bounded.
 */
export function compareSources(
  before: { source: string; fileName: string },
  after: { source: string; fileName: string },
  effort: Effort = usualEffort(),
): SourceComparison {
  const [was, is] = [readSource(before), readSource(after)]
  return {
    metadata: compareMetadata(was.metadata, is.metadata),
    parts: partsOf(folded(differences(was.text, is.text, effort))),
  }
}

type Metadata = Map<string, string[]>

/** Characters: about as many as a page of the commons shows at once. */
const partCharacters = 60_000
/** Of what has not changed, no more than this is sent along. */
export const longestFold = 4_000

function readSource({ source, fileName }: { source: string; fileName: string }): {
  metadata: Metadata
  text: string
} {
  const { meta } = readPage(source, fileName)
  const metadata: Metadata = new Map()
  for (const { key, value } of meta) {
    const values = metadata.get(key)
    if (values) values.push(value)
    else metadata.set(key, [value])
  }
  const lines = new Set(meta.map(({ line }) => line))
  const text = source
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .filter((line, index) => !(lines.has(index + 1) && /^\s*\[\[[^\n]*\]\]\s*$/.test(line)))
    .join('\n')
  return { metadata, text }
}

function compareMetadata(before: Metadata, after: Metadata): MetadataDifference[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap(key => {
    const [was, is] = [before.get(key) ?? [], after.get(key) ?? []]
    const removed = without(was, is)
    const added = without(is, was)
    return removed.length + added.length > 0 ? [{ key, removed, added }] : []
  })
}

/** What the one has and the other has not, or not as often. */
function without(values: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1)
  return values.filter(value => {
    const count = left.get(value) ?? 0
    left.set(value, count - 1)
    return count <= 0
  })
}

function partsOf(pieces: (Piece | Fold)[]): (Piece | Fold)[][] {
  const parts: (Piece | Fold)[][] = [[]]
  let room = partCharacters
  for (const piece of pieces.flatMap(cut)) {
    const length = piece.kind === 'folded' ? Math.min(piece.text.length, longestFold) : piece.text.length
    if (length > room && (parts.at(-1)?.length ?? 0) > 0) {
      parts.push([])
      room = partCharacters
    }
    parts.at(-1)?.push(piece)
    room -= length
  }
  return parts
}

function cut(piece: Piece | Fold): (Piece | Fold)[] {
  if (piece.kind === 'folded' || piece.text.length <= partCharacters) return [piece]
  const pieces: Piece[] = []
  for (let from = 0; from < piece.text.length; ) {
    const line = piece.text.lastIndexOf('\n', from + partCharacters)
    const end =
      from + partCharacters >= piece.text.length
        ? piece.text.length
        : line > from
          ? line + 1
          : from + partCharacters
    pieces.push({ kind: piece.kind, text: piece.text.slice(from, end) })
    from = end
  }
  return pieces
}

function asVersion(row: {
  number: number
  title: string
  source: string
  created_at: Date
}): ComparedVersion {
  return { number: row.number, title: row.title, source: row.source, createdAt: row.created_at }
}
