import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isLocale, type Locale } from '#kernel/locale.ts'
import { editDistance, foldWord } from '#modules/commons/search/words.ts'

/** A typed search, made ready for the index. */
export interface TextQuery {
  /** As PostgreSQL writes a tsquery; null when nothing but stop words was typed. */
  tsquery: string | null
  /** Beginnings of words by which matches are found again in a text, by the language whose stems they are. */
  stems: Map<Locale | 'simple', Set<string>>
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

/** Nobody types more; each is looked up in five ways. */
const mostTerms = 32

/** What was typed, read in a transaction: hits, facets and countries of one page ask for the same. */
const known = new WeakMap<Trx, Map<string, Promise<TextQuery>>>()

/** As `read`, asked once in a transaction. */
export function readText(trx: Trx, typed: string): Promise<TextQuery> {
  const here = known.get(trx) ?? new Map<string, Promise<TextQuery>>()
  known.set(trx, here)
  const reading = here.get(typed) ?? read(trx, typed)
  here.set(typed, reading)
  return reading
}

/**
 * Turns what was typed into a query over the stems of four languages at once: the reader's language says nothing of
 * the pages', and one page may have several. Quotes, `or` and `-` mean what they mean on the web. A word that says
 * nothing in one of the languages is left out, since its pages do not have it in their index.
 */
async function read(trx: Trx, typed: string): Promise<TextQuery> {
  const terms = termsOf(typed)
  const forms = terms.flatMap((term, index) => term.forms.map(text => ({ index, text, phrase: term.phrase })))
  const stems: TextQuery['stems'] = new Map()
  if (forms.length === 0) return { tsquery: null, stems }
  const { rows } = await sql<{
    index: number
    stopped: boolean
    queries: { language: Locale | 'simple'; query: string }[] | null
  }>`
    select given.index, bool_or(form.query = '' and form.listed) as stopped,
      json_agg(json_build_object('language', language.name, 'query', form.query)) filter (where form.query <> '') as queries
    from json_to_recordset(${JSON.stringify(forms)}::json) as given (index integer, text text, phrase boolean)
    cross join (values
      ('fr', 'cordee_fr'::regconfig, 'french_stem'::regdictionary), ('en', 'cordee_en', 'english_stem'),
      ('es', 'cordee_es', 'spanish_stem'), ('pt', 'cordee_pt', 'portuguese_stem'), ('simple', 'cordee_simple', null)
    ) as language (name, config, stemmer)
    cross join lateral (
      select
        case when given.phrase then phraseto_tsquery(config, given.text) else plainto_tsquery(config, given.text) end::text
          as query,
        -- "thé" is no "the", though without its accent it looks so to the English list.
        coalesce(ts_lexize(stemmer, lower(given.text)) = '{}', false) as listed
    ) form
    group by given.index`.execute(trx)
  const asked = new Map(rows.map(row => [row.index, row]))
  const alternatives: string[][] = [[]]
  for (const [index, term] of terms.entries()) {
    if (term.alternative) alternatives.push([])
    const found = asked.get(index)
    if (!found?.queries || found.stopped) continue
    const query = [...new Set(found.queries.map(one => `(${one.query})`))].sort().join(' | ')
    alternatives.at(-1)?.push(term.negated ? `!(${query})` : `(${query})`)
    if (term.negated) continue
    for (const { language, query } of found.queries) {
      const known = stems.get(language) ?? new Set()
      stems.set(language, known)
      for (const stem of stemsOf(query, term)) known.add(stem)
    }
  }
  const queries = alternatives.filter(all => all.length > 0).map(all => `(${all.join(' & ')})`)
  return { tsquery: queries.length > 0 ? queries.join(' | ') : null, stems }
}

/**
 * By what to find the matches again in a text of this language: "solar" is "sol" to the Spanish stemmer, and an English text
 * is not to have its solutions marked for it. Of a text of another language, or of none that is known, all there are.
 */
export function stemsIn({ stems }: TextQuery, language: string | null): string[] {
  const wanted = isLocale(language) ? [stems.get(language), stems.get('simple')] : [...stems.values()]
  return [...new Set(wanted.flatMap(some => [...(some ?? [])]))]
}

/** How many spellings of a word are tried, and of the whole search. */
const mostNear = 3
const mostCorrections = 9

/**
 * What may have been meant: the search with words of the corpus, accents included, for those it does not have, the
 * nearest first; quotes and operators stay. Whether the words stand together on any page is for the caller to try.
 * @returns with how many letters are changed; none when every word is known or none comes near
 */
export async function corrections(trx: Trx, typed: string): Promise<{ text: string; distance: number }[]> {
  const words = [...new Set([...typed.matchAll(wantedWord)].map(([word]) => foldWord(word)))]
  if (words.length === 0) return []
  const { rows } = await sql<Spelling>`
    select typed, word, written, pages from commons_spellings(${words}::text[])`.execute(trx)
  let tries: { distance: number; mended: Map<string, string> }[] = [{ distance: 0, mended: new Map() }]
  for (const word of words) {
    const near = nearest(
      word,
      rows.filter(row => row.typed === word),
    )
    if (near.length === 0) continue
    tries = tries
      .flatMap(({ distance, mended }) =>
        near.map(one => ({
          distance: distance + one.distance,
          mended: new Map(mended).set(word, one.written),
        })),
      )
      .sort((a, b) => a.distance - b.distance)
      .slice(0, mostCorrections)
  }
  return tries
    .filter(({ mended }) => mended.size > 0)
    .map(({ distance, mended }) => ({
      distance,
      text: typed.replace(wantedWord, word => mended.get(foldWord(word)) ?? word),
    }))
}

interface Spelling {
  typed: string
  word: string
  written: string
  pages: number
}

/** Few mistake the first letter of a word: another one counts as a second mistake. */
function nearest(word: string, spellings: Spelling[]): { distance: number; written: string }[] {
  const most = word.length < 5 ? 1 : word.length < 9 ? 2 : 3
  return spellings
    .map(one => ({ ...one, distance: editDistance(word, one.word), sameStart: one.word[0] === word[0] }))
    .filter(({ distance }) => distance <= most)
    .map(one => ({ ...one, distance: one.distance + (one.sameStart ? 0 : 1) }))
    .sort((a, b) => a.distance - b.distance || Number(b.sameStart) - Number(a.sameStart) || b.pages - a.pages)
    .slice(0, mostNear)
}

/** Words of letters alone that are looked for: not what stands after a `-`. */
const wantedWord = /(?<![\p{L}\p{N}-])\p{L}{3,30}(?![\p{L}\p{N}])/gu

interface Term {
  /** What to look for, in the ways in which PostgreSQL may have read it in a text. */
  forms: string[]
  phrase: boolean
  negated: boolean
  /** Begins another alternative: an `or` stands before it. */
  alternative: boolean
}

function termsOf(typed: string): Term[] {
  const terms: Term[] = []
  let alternative = false
  const text = typed.replace(/[\0\s]+/g, ' ').replace(/[«»“”„]/g, '"')
  for (const [, minus, quoted, bare] of text.matchAll(/(-?)(?:"([^"]*)"?|([^\s"]+))/g)) {
    const written = (quoted ?? bare ?? '').replace(/^[’']+|[’']+$/g, '').trim()
    if (quoted === undefined && !minus && /^or$/i.test(written) && terms.length > 0) {
      alternative = true
      continue
    }
    if (!/[\p{L}\p{N}]/u.test(written) || (quoted === undefined && stopWords.has(written.toLowerCase())))
      continue
    if (terms.length === mostTerms) break
    terms.push({ forms: formsOf(written), phrase: quoted !== undefined, negated: minus === '-', alternative })
    alternative = false
  }
  return terms
}

/** "eco-friendly" is also two words; in "covid-19" and "2020-2030" PostgreSQL reads a number below zero. */
function formsOf(written: string): string[] {
  const apart = written.replace(/(?<=[\p{L}\p{N}])[-‐‑](?=[\p{L}\p{N}])/gu, ' ')
  if (/^\d{1,18}$/.test(written)) return [written, `-${written}`]
  return /[\p{L}\p{N}]-\d/u.test(written) ? [apart, written] : [apart]
}

/** Stems are beginnings of words but for a last letter that stemmers change (energy → energi); what was typed is one too. */
function stemsOf(query: string, term: Term): string[] {
  const lexemes = [...query.matchAll(/'((?:[^']|'')+)'/g)].map(([, lexeme = '']) =>
    lexeme.replaceAll("''", "'").replace(/^-/, ''),
  )
  const words = term.phrase ? [] : term.forms.flatMap(form => foldWord(form).match(/[\p{L}\p{N}]+/gu) ?? [])
  const stems = [...lexemes, ...words].filter(stem => stem.length > 1)
  return [...new Set(stems.map(stem => (stem.length > 4 ? stem.replace(/[iy]$/, '') : stem)))]
}
