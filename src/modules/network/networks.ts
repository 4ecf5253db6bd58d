import type { Db } from '#db/database.ts'
import { defaultLocale, isLocale, type Locale, locales } from '#kernel/locale.ts'

/** A text in one or more languages, by locale. */
export type Translated = Partial<Record<Locale, string>>

export interface Network {
  id: string
  slug: string
  name: Translated
  summary: Translated
  visibility: 'public' | 'private'
  locale: Locale
  timeZone: string
  /** Invented from end to end, to show what the program does: its pages say so. */
  demonstration: boolean
}

/** The networks that anyone may know of. */
export async function publicNetworks(db: Db): Promise<Network[]> {
  const rows = await selection(db).where('visibility', '=', 'public').orderBy('slug').limit(200).execute()
  return rows.map(asNetwork)
}

/** Every network, for the administrator at the command line. */
export async function allNetworks(db: Db): Promise<Network[]> {
  const rows = await selection(db).orderBy('slug').execute()
  return rows.map(asNetwork)
}

export async function findNetwork(db: Db, slug: string): Promise<Network | null> {
  const row = await selection(db).where('slug', '=', slug).executeTakeFirst()
  return row ? asNetwork(row) : null
}

/** The text in the reader's language, else in the network's, else in any, with the language it is in. */
export function inLanguage(
  text: Translated,
  wanted: Locale,
  fallback: Locale,
): { text: string; locale: Locale } {
  for (const locale of [wanted, fallback, defaultLocale, ...locales]) {
    const found = text[locale]
    if (found) return { text: found, locale }
  }
  return { text: '', locale: wanted }
}

function selection(db: Db) {
  return db
    .selectFrom('network')
    .select(['id', 'slug', 'name', 'summary', 'visibility', 'locale', 'time_zone', 'demonstration'])
}

type Row = Awaited<ReturnType<ReturnType<typeof selection>['executeTakeFirstOrThrow']>>

function asNetwork(row: Row): Network {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name as Translated,
    summary: row.summary as Translated,
    visibility: row.visibility === 'public' ? 'public' : 'private',
    locale: isLocale(row.locale) ? row.locale : defaultLocale,
    timeZone: row.time_zone,
    demonstration: row.demonstration !== null,
  }
}
