import { sql } from 'kysely'
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
  /** Those it works in, the first it is at home in first. */
  languages: Locale[]
  /** Its colour on light paper, as `#rrggbb`; null: ours. */
  accent: string | null
  logoFileId: string | null
  contactEmail: string | null
  signUp: SignUp
  /** Where anyone may join: only with an address of these domains; none, any. */
  signUpDomains: string[]
}

export const signUps = ['invitation', 'request', 'open'] as const
/** How one gets in: asked, by asking, or by oneself. */
export type SignUp = (typeof signUps)[number]

/** A network someone is at home in, and as what. */
export interface NetworkOf {
  network: Network
  role: 'member' | 'facilitator' | 'administrator'
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

/** The networks an account is at home in today, the private ones too; by their address. */
export async function networksOf(db: Db, accountId: string): Promise<NetworkOf[]> {
  const roles = sql<{ network_id: string; role: NetworkOf['role'] }>`networks_of(${accountId}::uuid)`.as(
    'mine',
  )
  const rows = await selection(db)
    .innerJoin(roles, join => join.onRef('mine.network_id', '=', 'network.id'))
    .select('mine.role')
    .orderBy('slug')
    .limit(200)
    .execute()
  return rows.map(row => ({ network: asNetwork(row), role: row.role }))
}

export async function findNetwork(db: Db, slug: string): Promise<Network | null> {
  const row = await selection(db).where('slug', '=', slug).executeTakeFirst()
  return row ? asNetwork(row) : null
}

/** The network as a visit has found it; null where there is none. */
export function visitedNetwork(place: unknown): Network | null {
  return place === null ? null : asNetwork(place as Row)
}

/** As `standing_of` says it. */
export interface StandingRow {
  person_id: string
  role: string
  mandates: unknown[]
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
    .select([
      'id',
      'slug',
      'name',
      'summary',
      'visibility',
      'locale',
      'time_zone',
      'demonstration',
      'languages',
      'accent',
      'logo_file_id',
      'contact_email',
      'sign_up',
      'sign_up_domains',
    ])
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
    languages: row.languages.filter(isLocale),
    accent: row.accent,
    logoFileId: row.logo_file_id,
    contactEmail: row.contact_email,
    signUp: signUps.find(way => way === row.sign_up) ?? 'invitation',
    signUpDomains: row.sign_up_domains,
  }
}
