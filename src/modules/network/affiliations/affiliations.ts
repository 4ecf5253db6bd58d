import { type SqlBool, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import { defaultLocale, isLocale, type Locale } from '#kernel/locale.ts'
import type { AffiliationKind, AffiliationState, Level, Side } from '#modules/network/affiliations/schema.ts'
import type { Translated } from '#modules/network/networks.ts'

/** The network at the other end, as one may name it. */
export interface OtherNetwork {
  id: string
  slug: string
  name: Translated
  locale: Locale
  visibility: 'public' | 'private'
}

/** Between a network and another, as the first sees it. */
export interface Affiliation {
  id: string
  /** Which of the two this network is. */
  side: Side
  /** Whether this network asked. */
  asked: boolean
  /** The address that was asked. */
  address: string
  /** Null while one does not learn whether there is such a network, and for one that is gone. */
  other: OtherNetwork | null
  kind: AffiliationKind
  level: Level
  mandate: string
  /** ISO days, both included. */
  from: string
  until: string | null
  state: AffiliationState
  createdAt: Date
}

/** What both agreed on, the latest first; of those outside, only where both networks are public. At most 500. */
export async function acceptedAffiliations(trx: Trx, networkId: string): Promise<Affiliation[]> {
  const rows = await selection(trx, networkId)
    .where('affiliation.state', '=', 'accepted')
    .where('other.id', 'is not', null)
    .orderBy('affiliation.valid_from', 'desc')
    .orderBy('affiliation.id')
    .limit(500)
    .execute()
  return rows.map(row => asAffiliation(row, networkId))
}

/** What waits for an answer, of this network or of the other; for administrators. The latest first, at most 200. */
export async function waitingAffiliations(trx: Trx, networkId: string): Promise<Affiliation[]> {
  const rows = await selection(trx, networkId)
    .where(({ or, and, eb }) =>
      or([
        eb('affiliation.state', '=', 'asked'),
        and([eb('affiliation.network_id', '=', networkId), silentRefusal]),
      ]),
    )
    .orderBy('affiliation.created_at', 'desc')
    .orderBy('affiliation.id')
    .limit(200)
    .execute()
  return rows.map(row => asAffiliation(row, networkId))
}

export async function findAffiliation(trx: Trx, networkId: string, id: string): Promise<Affiliation | null> {
  if (!isId(id)) return null
  const row = await selection(trx, networkId).where('affiliation.id', '=', id).executeTakeFirst()
  return row ? asAffiliation(row, networkId) : null
}

/** A network, private ones too: what of it may be said is for the caller to know. */
export async function networkBy(
  trx: Trx,
  field: 'id' | 'slug',
  value: string,
): Promise<(OtherNetwork & { demonstration: boolean }) | null> {
  const row = await trx
    .selectFrom('network')
    .select(['id', 'slug', 'name', 'locale', 'visibility', 'demonstration'])
    .where(field, '=', value)
    .executeTakeFirst()
  return row ? { ...asNetwork(row), demonstration: row.demonstration !== null } : null
}

/** A private network that refuses says nothing: to whoever asked it is as one that is not there. */
const silentRefusal = sql<SqlBool>`affiliation.state = 'declined' and other.visibility is distinct from 'public'`

function selection(trx: Trx, networkId: string) {
  return trx
    .selectFrom('affiliation')
    .leftJoin('network as other', join =>
      join.on(
        sql<SqlBool>`other.id = case when affiliation.network_id = ${networkId} then affiliation.other_id else affiliation.network_id end`,
      ),
    )
    .select([
      'affiliation.id',
      'affiliation.network_id',
      'affiliation.address',
      'affiliation.asked_as',
      'affiliation.kind',
      'affiliation.level',
      'affiliation.mandate',
      'affiliation.valid_from',
      'affiliation.valid_until',
      'affiliation.state',
      'affiliation.created_at',
      silentRefusal.as('silent'),
      'other.id as other_id',
      'other.slug as other_slug',
      'other.name as other_name',
      'other.locale as other_locale',
      'other.visibility as other_visibility',
    ])
    .where(({ or, eb }) =>
      or([eb('affiliation.network_id', '=', networkId), eb('affiliation.other_id', '=', networkId)]),
    )
}

type Row = Awaited<ReturnType<ReturnType<typeof selection>['executeTakeFirstOrThrow']>>

function asAffiliation(row: Row, networkId: string): Affiliation {
  const asked = row.network_id === networkId
  const otherSide = row.asked_as === 'member' ? 'parent' : 'member'
  return {
    id: row.id,
    side: asked ? (row.asked_as as Side) : otherSide,
    asked,
    address: row.address,
    other: mayBeNamed(row, asked) ? otherOf(row) : null,
    kind: row.kind as AffiliationKind,
    level: row.level as Level,
    mandate: row.mandate,
    from: row.valid_from,
    until: row.valid_until,
    state: asked && row.silent ? 'asked' : (row.state as AffiliationState),
    createdAt: row.created_at,
  }
}

/** Whoever asks a private network learns that it is there when it accepts; until then its answer is nobody's. */
function mayBeNamed(row: Row, asked: boolean): boolean {
  return !asked || row.state === 'accepted' || row.other_visibility === 'public'
}

function otherOf(row: Row): OtherNetwork | null {
  const { other_id: id, other_slug: slug } = row
  if (id === null || slug === null) return null
  return asNetwork({
    id,
    slug,
    name: row.other_name,
    locale: row.other_locale,
    visibility: row.other_visibility,
  })
}

export function asNetwork(row: {
  id: string
  slug: string
  name: unknown
  locale: string | null
  visibility: string | null
}): OtherNetwork {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name as Translated,
    locale: isLocale(row.locale) ? row.locale : defaultLocale,
    visibility: row.visibility === 'public' ? 'public' : 'private',
  }
}
