import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { editDistance, foldWord } from '#modules/commons/words.ts'

/** A typed search, made ready for the index. */
export interface TextQuery {
  /** As PostgreSQL writes a tsquery; null when nothing but stop words was typed. */
  tsquery: string | null
  /** Beginnings of words by which matches are found again in a text. */
  stems: string[]
}

/** Words that the Snowball lists leave out although nobody means them: "les" is a word to the French stemmer. */
const stopWords = new Set([
  'les',
  'cet',
  'cette',
  'celui',
  'celle',
  'the',
  'los',
  'las',
  'uma',
  'umas',
  'uns',
  'dos',
])

/**
 * Turns what was typed into a query over the stems of four languages at once: the reader's language says nothing of
 * the pages'. Quotes, `or` and `-` mean what they mean on the web.
 */
export async function readText(trx: Trx, typed: string): Promise<TextQuery> {
  const words = typed
    .split(' ')
    .filter(word => !stopWords.has(foldWord(word)))
    .join(' ')
  const { rows } = await sql<{ query: string | null; lexemes: string[] | null }>`
    select nullif(query::text, '') as query,
      (select array_agg(distinct match[1]) from regexp_matches(query::text, '(?<!!)''((?:[^'']|'''')+)''', 'g') as match) as lexemes
    from (
      select websearch_to_tsquery('cordee_fr', ${words}) || websearch_to_tsquery('cordee_en', ${words}) ||
        websearch_to_tsquery('cordee_es', ${words}) || websearch_to_tsquery('cordee_pt', ${words}) ||
        websearch_to_tsquery('cordee_simple', ${words}) as query
    ) as read`.execute(trx)
  const { query = null, lexemes = null } = rows[0] ?? {}
  return { tsquery: query, stems: stemsOf(lexemes ?? []) }
}

export interface Correction {
  /** The search with its words put right, accents included. */
  q: string
}

/**
 * The nearest words of the corpus for those it does not have.
 * @returns null when every word is known or none comes near
 */
export async function correct(trx: Trx, typed: string): Promise<Correction | null> {
  const words = [
    ...new Set([...typed.matchAll(/(?<![\p{L}\p{N}-])\p{L}{3,30}(?![\p{L}\p{N}])/gu)].map(match => match[0])),
  ]
  if (words.length === 0) return null
  const { rows } = await sql<{ typed: string; word: string; written: string; pages: number }>`
    select typed, word, written, pages from commons_spellings(${words.map(foldWord)}::text[]) order by likeness desc`.execute(
    trx,
  )
  const mended = new Map<string, string>()
  for (const word of words) {
    const folded = foldWord(word)
    const near = rows
      .filter(row => row.typed === folded && row.pages > 0)
      .map(row => ({ ...row, distance: editDistance(folded, row.word) }))
      .filter(row => row.distance <= (folded.length < 5 ? 1 : folded.length < 9 ? 2 : 3))
      .sort((a, b) => a.distance - b.distance || b.pages - a.pages)[0]
    if (near) mended.set(word, near.written)
  }
  if (mended.size === 0) return null
  return { q: typed.replace(/\p{L}{3,30}/gu, word => mended.get(word) ?? word) }
}

/** Stems are beginnings of words but for a last letter that stemmers change (energy → energi). */
function stemsOf(lexemes: string[]): string[] {
  const stems = lexemes.map(lexeme => lexeme.replaceAll("''", "'")).filter(lexeme => lexeme.length > 1)
  return [...new Set(stems.map(stem => (stem.length > 4 ? stem.replace(/[iy]$/, '') : stem)))]
}
