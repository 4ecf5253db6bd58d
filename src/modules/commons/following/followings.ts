import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import type { Locale } from '#kernel/locale.ts'
import { facetKinds, facetOf } from '#modules/commons/facets.ts'
import {
  type Followed,
  type Follower,
  type Following,
  mostFollowings,
  type Subject,
} from '#modules/commons/following/following.ts'
import { keepFollower } from '#modules/commons/following/looks.ts'
import { itemsByFacet } from '#modules/commons/items.ts'
import { facetGroups } from '#modules/commons/search/matching.ts'
import {
  type CommonsQuery,
  emptyQuery,
  isWhole,
  readQuery,
  writeQuery,
} from '#modules/commons/search/query.ts'
import { readText } from '#modules/commons/search/search-text.ts'
import { type Cadence, nextDigest } from '#platform/mail/index.ts'

/**
 * Follows something from now on; followed already, it stays as it is.
 * @throws AppError 'invalid-input' for a search that asks for everything or for nothing, or one too many; 'not-found'
 */
export async function follow(
  trx: Trx,
  follower: Follower,
  subject: Subject,
  wish: { name?: string | null; cadence?: Cadence } = {},
): Promise<{ id: string; created: boolean }> {
  const { networkId, personId } = follower
  const asked = await askedFor(trx, networkId, subject)
  await keepFollower(trx, follower)
  const known = await followingOf(trx, follower, subject)
  if (known !== null) return { id: known, created: false }
  const id = newId()
  const { rows } = await sql<{ id: string }>`
    insert into commons_following
      (network_id, id, person_id, kind, query, subject_id, name, cadence, words, facet_groups)
    select ${networkId}::uuid, ${id}::uuid, ${personId}::uuid, ${subject.kind}, ${asked.query}, ${asked.subjectId}::uuid,
      ${wish.name ?? null}, ${wish.cadence ?? 'daily'}, ${asked.words}::tsquery, ${asked.facetGroups}::jsonb
    where (select count(*) from commons_following where network_id = ${networkId} and person_id = ${personId})
      < ${mostFollowings}
    on conflict do nothing
    returning id`.execute(trx)
  if (!rows[0]) {
    throw new AppError('invalid-input', {
      fields: [{ field: '', message: 'following.too-many' }],
      params: { most: mostFollowings },
    })
  }
  return { id, created: true }
}

/** The following by which a person hears of something; null where they do not follow it. */
export async function followingOf(
  trx: Trx,
  { networkId, personId }: Pick<Follower, 'networkId' | 'personId'>,
  subject: Subject,
): Promise<string | null> {
  const known = await trx
    .selectFrom('commons_following')
    .select('id')
    .where('network_id', '=', networkId)
    .where('person_id', '=', personId)
    .where('kind', '=', subject.kind)
    .where(sql<boolean>`md5(coalesce(query, subject_id::text)) = md5(${keyOf(subject)})`)
    .executeTakeFirst()
  return known?.id ?? null
}

/** The same for items and authors by their ids, in one step. @returns followings by what is followed */
export async function followingsOf(
  trx: Trx,
  { networkId, personId }: Pick<Follower, 'networkId' | 'personId'>,
  ids: string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; subject_id: string }>`
    select id, subject_id from commons_following
    where network_id = ${networkId} and person_id = ${personId} and kind in ('item', 'author')
      and subject_id = any (${ids}::uuid[])`.execute(trx)
  return new Map(rows.map(row => [row.subject_id, row.id]))
}

/**
 * All that a person follows, the latest first: no more than `mostFollowings`.
 * @param locale in which themes are called as their curator named them
 */
export async function listFollowings(
  trx: Trx,
  networkId: string,
  personId: string,
  locale: Locale,
): Promise<Following[]> {
  const { rows } = await sql<Row>`
    select f.id, f.kind, f.query, f.subject_id, f.name, f.cadence, f.created_at,
      author.name as author, item.title, item.slug
    from commons_following f
    left join person author on f.kind = 'author' and author.network_id = f.network_id and author.id = f.subject_id
      and author.erased_at is null
    left join commons_item item on f.kind = 'item' and item.network_id = f.network_id and item.id = f.subject_id
    where f.network_id = ${networkId} and f.person_id = ${personId} and f.kind <> 'collection'
    order by f.id desc
    limit ${mostFollowings}`.execute(trx)
  const labels = await labelsOf(trx, networkId, rows, locale)
  return rows.map(row => asFollowing(row, labels))
}

/** @returns false where they follow no such thing */
export async function changeFollowing(
  trx: Trx,
  follower: Follower,
  id: string,
  wish: { name: string | null; cadence: Cadence },
  now = new Date(),
): Promise<boolean> {
  const { networkId, personId, accountId } = follower
  const before = await trx
    .selectFrom('commons_following')
    .select('cadence')
    .where('network_id', '=', networkId)
    .where('person_id', '=', personId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!before) return false
  await trx
    .updateTable('commons_following')
    .set({ name: wish.name, cadence: wish.cadence })
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .execute()
  if (before.cadence !== wish.cadence) {
    // What waits for the next mail waits for the one that is now wished.
    await trx
      .updateTable('commons_news')
      .set({ mail_due_at: await dueAt(trx, accountId, wish.cadence, now) })
      .where('network_id', '=', networkId)
      .where('following_id', '=', id)
      .where('mail_due_at', 'is not', null)
      .execute()
  }
  return true
}

/** Stops, and forgets what matched. @returns false where they followed no such thing */
export async function stopFollowing(
  trx: Trx,
  networkId: string,
  personId: string,
  id: string,
): Promise<boolean> {
  const gone = await trx
    .deleteFrom('commons_following')
    .where('network_id', '=', networkId)
    .where('person_id', '=', personId)
    .where('id', '=', id)
    .executeTakeFirst()
  return gone.numDeletedRows > 0n
}

interface Asked {
  query: string | null
  subjectId: string | null
  words: string | null
  facetGroups: string | null
}

async function askedFor(trx: Trx, networkId: string, subject: Subject): Promise<Asked> {
  switch (subject.kind) {
    case 'search': {
      const query = inNoOrder(subject.query)
      if (isWhole(query)) throw refusal('following.whole')
      const text = query.q ? await readText(trx, query.q) : null
      if (text && text.tsquery === null) throw refusal('following.unsearchable')
      return {
        query: writeQuery(query).toString(),
        subjectId: null,
        words: text?.tsquery ?? null,
        facetGroups: facetGroups(query),
      }
    }
    case 'theme': {
      const { key } = subject
      const known = await itemsByFacet(trx, networkId, [facetOf('theme', key)])
      if (known.size === 0) throw new AppError('not-found')
      const groups = facetGroups({ ...emptyQuery, facets: { theme: [key] } })
      return { query: key, subjectId: null, words: null, facetGroups: groups }
    }
    case 'author': {
      const { personId } = subject
      const person = await trx
        .selectFrom('person')
        .select('id')
        .where('network_id', '=', networkId)
        .where('id', '=', personId)
        .where('erased_at', 'is', null)
        .executeTakeFirst()
      return { query: null, subjectId: existing(person), words: null, facetGroups: null }
    }
    case 'item': {
      const item = await trx
        .selectFrom('commons_item')
        .select('id')
        .where('network_id', '=', networkId)
        .where('id', '=', subject.itemId)
        .executeTakeFirst()
      return { query: null, subjectId: existing(item), words: null, facetGroups: null }
    }
  }
}

/** What tells one following of a kind from another. */
function keyOf(subject: Subject): string {
  switch (subject.kind) {
    case 'search':
      return writeQuery(inNoOrder(subject.query)).toString()
    case 'theme':
      return subject.key
    case 'author':
      return subject.personId
    case 'item':
      return subject.itemId
  }
}

/** The order of a search and its page are no matter of what it finds. */
function inNoOrder(query: CommonsQuery): CommonsQuery {
  return { ...query, after: null, sort: query.q ? 'relevance' : 'recent' }
}

function existing(row: { id: string } | undefined): string {
  if (!row) throw new AppError('not-found')
  return row.id
}

function refusal(message: string): AppError {
  return new AppError('invalid-input', { fields: [{ field: 'query', message }] })
}

/** When mail of this moment is due to an account; null: never. The tenant names the account. */
async function dueAt(trx: Trx, accountId: string, cadence: Cadence, now: Date): Promise<Date | null> {
  if (cadence === 'never') return null
  if (cadence === 'now') return now
  const account = await trx
    .selectFrom('account')
    .select('time_zone')
    .where('id', '=', accountId)
    .executeTakeFirst()
  return nextDigest(now, cadence, account?.time_zone ?? 'UTC')
}

interface Row {
  id: string
  kind: string
  query: string | null
  subject_id: string | null
  name: string | null
  cadence: string
  created_at: Date
  author: string | null
  title: string | null
  slug: string | null
}

async function labelsOf(
  trx: Trx,
  networkId: string,
  rows: Row[],
  locale: Locale,
): Promise<Map<string, string>> {
  const facets = rows.flatMap(row => {
    if (row.kind === 'theme') return [facetOf('theme', row.query ?? '')]
    if (row.kind !== 'search') return []
    const query = queryOf(row)
    return facetKinds.flatMap(kind => (query.facets[kind] ?? []).map(key => facetOf(kind, key)))
  })
  if (facets.length === 0) return new Map()
  const known = await itemsByFacet(trx, networkId, [...new Set(facets)], locale)
  return new Map([...known].map(([facet, { label }]) => [facet, label]))
}

function asFollowing(row: Row, labels: Map<string, string>): Following {
  const { id, name, created_at: createdAt } = row
  return { id, name, createdAt, cadence: row.cadence as Cadence, followed: followedOf(row, labels) }
}

function followedOf(row: Row, labels: Map<string, string>): Followed {
  const subjectId = row.subject_id ?? ''
  switch (row.kind) {
    case 'theme': {
      const key = row.query ?? ''
      return { kind: 'theme', key, label: labels.get(facetOf('theme', key)) ?? key }
    }
    case 'author':
      return { kind: 'author', personId: subjectId, name: row.author }
    case 'item':
      return { kind: 'item', itemId: subjectId, title: row.title, slug: row.slug }
    default:
      return { kind: 'search', query: queryOf(row), labels }
  }
}

/** A search of an older version that this one would not take finds nothing, and hides nothing else. */
function queryOf(row: Row): CommonsQuery {
  try {
    return readQuery(new URLSearchParams(row.query ?? ''))
  } catch {
    return emptyQuery
  }
}
