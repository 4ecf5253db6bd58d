import { type RawBuilder, sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { rank } from '#http/policies.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import type { Locale } from '#kernel/locale.ts'
import { refusal } from '#modules/commons/collections/refusal.ts'
import { slugOf } from '#modules/commons/importing/slugs.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Who reads it: its keepers, the network, everyone. */
export const collectionStates = ['private', 'network', 'public'] as const
export type CollectionState = (typeof collectionStates)[number]

/** Pages of the commons put together by hand, in an order and with notes. */
export interface Collection {
  id: string
  slug: string
  title: string
  /** Markdown. */
  about: string
  state: CollectionState
  /** In which its keepers write. */
  language: string
  /** Who made it. */
  personId: string | null
  createdAt: Date
  updatedAt: Date
}

/** As much of an item as a list shows. */
export interface CollectedItem {
  id: string
  slug: string
  title: string
  type: string | null
  summary: string
  language: string | null
  year: number | null
  facets: string[]
  visibility: 'public' | 'network'
  version: number
  updatedAt: Date
}

export interface CollectionEntry {
  item: CollectedItem
  /** The heading under which it stands; entries of one section follow each other, those without one come first. */
  section: string | null
  /** Markdown: why it is here. */
  note: string
  addedAt: Date
}

export interface CollectionContent {
  collection: Collection
  /** In the order of their keepers; only what the reader may read. */
  entries: CollectionEntry[]
  /** How many more there are whose items are no longer in the commons: told to those inside alone. */
  gone: number
}

export const mostEntries = 500
export const mostCollections = 2_000

/**
 * What a collection holds, for whoever the transaction is of.
 * @throws AppError 'not-found'
 */
export async function collectionEntries(trx: Trx, networkId: string, id: string): Promise<CollectionContent> {
  const found = await sql<CollectionRow>`
    select ${collectionColumns} from commons_collection collection
    where collection.network_id = ${networkId} and collection.id = ${id}::uuid`.execute(trx)
  const [row] = found.rows
  if (!row) throw new AppError('not-found')
  const { rows } = await sql<EntryRow>`
    select entry.section, entry.note, entry.added_at, item.id, item.slug, item.title, item.type, item.summary, item.language,
      item.year, item.facets, item.visibility, item.version, item.updated_at
    from commons_collection_entry entry
    left join commons_item item on item.network_id = entry.network_id and item.id = entry.item_id
    where entry.network_id = ${networkId} and entry.collection_id = ${id}::uuid and entry.removed_at is null
    order by entry.position, entry.item_id limit ${mostEntries}`.execute(trx)
  const entries = rows.filter(isThere).map(asEntry)
  return { collection: asCollection(row), entries, gone: rows.length - entries.length }
}

/**
 * The collection of this address, for someone who wants to read or to change it. Keepers change what is theirs,
 * facilitators and keys of the network also what is shared.
 * @throws AppError 'not-found' for what they may not even read, 'forbidden'
 */
export async function openCollection(
  trx: Trx,
  entry: Pick<Entry, 'network' | 'role' | 'personId' | 'actor'>,
  slug: string,
  purpose: 'read' | 'change',
): Promise<Collection & { mayChange: boolean }> {
  // PostgreSQL would refuse the query rather than find nothing.
  if (slug.includes('\0')) throw new AppError('not-found')
  const { rows } = await sql<CollectionRow & { keeps: boolean }>`
    select ${collectionColumns}, ${isKept(entry.personId)} as keeps from commons_collection collection
    where collection.network_id = ${entry.network.id} and collection.slug = ${slug}
      and ${isReadable(entry.personId)}`.execute(trx)
  const [row] = rows
  if (!row) throw new AppError('not-found')
  const mayChange = row.keeps || (row.state !== 'private' && mayCurate(entry))
  if (purpose === 'change' && !mayChange) throw new AppError('forbidden')
  return { ...asCollection(row), mayChange }
}

export interface ListedCollection extends Collection {
  /** Of those that the reader may read. */
  entries: number
  /** Told to those inside alone. */
  keepers: string[]
}

/** The latest changed first. @param after id of the last one shown */
export async function listCollections(
  trx: Trx,
  networkId: string,
  query: { q: string; personId: string | null; own: boolean },
  { after, limit = 30 }: { after?: string | undefined; limit?: number } = {},
): Promise<{ collections: ListedCollection[]; next: string | null }> {
  const words = query.q.replaceAll('\0', ' ').trim().split(/\s+/).filter(Boolean).slice(0, 8)
  const patterns = words.map(word => `%${word.replace(/[\\%_]/g, '\\$&')}%`)
  const { rows } = await sql<CollectionRow & { entries: number; keepers: string[] | null }>`
    select ${collectionColumns},
      (select count(*) from commons_collection_entry entry
        join commons_item item on item.network_id = entry.network_id and item.id = entry.item_id
        where entry.network_id = collection.network_id and entry.collection_id = collection.id
          and entry.removed_at is null) as entries,
      (select array_agg(person.name order by keeper.added_at, person.id) from commons_collection_keeper keeper
        join person on person.network_id = keeper.network_id and person.id = keeper.person_id
        where keeper.network_id = collection.network_id and keeper.collection_id = collection.id) as keepers
    from commons_collection collection
    where collection.network_id = ${networkId} and ${isReadable(query.personId)}
      ${query.own ? sql`and ${isKept(query.personId)}` : sql``}
      ${patterns.length > 0 ? sql`and unaccent(collection.title) ilike all (select unaccent(unnest(${patterns}::text[])))` : sql``}
      ${
        after === undefined
          ? sql``
          : sql`and (collection.updated_at, collection.id) < (
              select updated_at, id from commons_collection where network_id = ${networkId} and id = ${after}::uuid)`
      }
    order by collection.updated_at desc, collection.id desc limit ${limit + 1}`.execute(trx)
  const shown = rows.slice(0, limit)
  return {
    collections: shown.map(row => ({
      ...asCollection(row),
      entries: row.entries,
      keepers: row.keepers ?? [],
    })),
    next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

export interface CollectionInput {
  title: string
  about: string
  language: Locale
  state: CollectionState
}

/**
 * Whoever makes it keeps it. What the network's own key makes has no keeper and cannot be private.
 * @throws AppError 'invalid-input'
 */
export async function createCollection(
  trx: Trx,
  entry: Entry,
  input: CollectionInput,
): Promise<{ id: string; slug: string }> {
  refuseState(entry, input.state)
  if (input.state === 'private' && entry.personId === null)
    throw refusal('state', 'collections.error.no-keeper')
  const made = await insertCollection(trx, entry.network.id, entry.personId, input)
  await announceChange(trx, entry.network.id)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'collection.created',
    subject: { type: 'collection', id: made.id },
    after: { state: input.state },
  })
  return made
}

/** Its address stays, whatever it is called. @throws AppError 'not-found', 'forbidden', 'invalid-input' */
export async function changeCollection(
  trx: Trx,
  entry: Entry,
  slug: string,
  input: CollectionInput,
): Promise<void> {
  const before = await openCollection(trx, entry, slug, 'change')
  // What was public before the network closed stays as it is until someone wants it otherwise.
  if (input.state !== before.state) refuseState(entry, input.state)
  if (input.state === 'private' && before.state !== 'private' && !(await hasKeeper(trx, entry, before.id)))
    throw refusal('state', 'collections.error.no-keeper')
  await sql`
    update commons_collection
    set title = ${input.title}, about = ${input.about}, language = ${input.language}, state = ${input.state}, updated_at = now()
    where network_id = ${entry.network.id} and id = ${before.id}`.execute(trx)
  await announceChange(trx, entry.network.id)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'collection.changed',
    subject: { type: 'collection', id: before.id },
    before: { state: before.state },
    after: { state: input.state },
  })
}

/** With its order and its notes; the pages it gathered stay. @throws AppError 'not-found', 'forbidden' */
export async function removeCollection(trx: Trx, entry: Entry, slug: string): Promise<void> {
  const { id, state } = await openCollection(trx, entry, slug, 'change')
  await sql`delete from commons_collection where network_id = ${entry.network.id} and id = ${id}`.execute(trx)
  await announceChange(trx, entry.network.id)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'collection.removed',
    subject: { type: 'collection', id },
    before: { state },
  })
}

/** One of one's own to go on with, private at first. @throws AppError 'not-found', 'forbidden', 'invalid-input' */
export async function copyCollection(
  trx: Trx,
  entry: Entry,
  slug: string,
  title: string,
): Promise<{ id: string; slug: string }> {
  if (entry.personId === null) throw new AppError('forbidden')
  const original = await openCollection(trx, entry, slug, 'read')
  const made = await insertCollection(trx, entry.network.id, entry.personId, {
    title,
    about: original.about,
    language: original.language,
    state: 'private',
  })
  await sql`
    insert into commons_collection_entry (network_id, collection_id, item_id, position, section, note, person_id)
    select entry.network_id, ${made.id}::uuid, entry.item_id, entry.position, entry.section, entry.note, ${entry.personId}::uuid
    from commons_collection_entry entry
    join commons_item item on item.network_id = entry.network_id and item.id = entry.item_id
    where entry.network_id = ${entry.network.id} and entry.collection_id = ${original.id} and entry.removed_at is null`.execute(
    trx,
  )
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'collection.copied',
    subject: { type: 'collection', id: made.id },
    after: { copied: original.id },
  })
  return made
}

/** Whether they tend what others share: facilitators, administrators, and keys of the network itself. */
export function mayCurate({ role, personId, actor }: Pick<Entry, 'role' | 'personId' | 'actor'>): boolean {
  return rank(role) >= rank('facilitator') || (personId === null && actor.tokenId !== null)
}

/** A row of `commons_collection collection` that its reader may read. The public is told by the policy what is public. */
export function isReadable(personId: string | null): RawBuilder<boolean> {
  return sql`(collection.state <> 'private' or ${isKept(personId)})`
}

export function isKept(personId: string | null): RawBuilder<boolean> {
  return sql`exists (
    select from commons_collection_keeper keeper
    where keeper.network_id = collection.network_id and keeper.collection_id = collection.id
      and keeper.person_id = ${personId}::uuid)`
}

/** @returns its id and the last word of its address, which no other collection has */
export async function insertCollection(
  trx: Trx,
  networkId: string,
  personId: string | null,
  input: Omit<CollectionInput, 'language'> & { language: string },
): Promise<{ id: string; slug: string }> {
  // One after the other: two would find the same address free.
  await sql`select pg_advisory_xact_lock(hashtextextended(${networkId}, 4207018))`.execute(trx)
  const base = slugOf(input.title)
  const { rows } = await sql<{ collections: number; taken: string[] }>`
    select count(*) as collections, coalesce(array_agg(slug) filter (where starts_with(slug, ${base})), '{}') as taken
    from commons_collection where network_id = ${networkId}`.execute(trx)
  const { collections = 0, taken = [] } = rows[0] ?? {}
  if (collections >= mostCollections)
    throw refusal('title', 'collections.error.many', { most: mostCollections })
  const id = newId()
  const slug = freeSlug(base, new Set(taken))
  await sql`
    insert into commons_collection (network_id, id, slug, title, about, state, language, person_id)
    values (${networkId}, ${id}, ${slug}, ${input.title}, ${input.about}, ${input.state}, ${input.language}, ${personId})`.execute(
    trx,
  )
  if (personId !== null)
    await sql`
      insert into commons_collection_keeper (network_id, collection_id, person_id)
      values (${networkId}, ${id}, ${personId})`.execute(trx)
  return { id, slug }
}

function freeSlug(base: string, taken: Set<string>): string {
  for (let count = 1; ; count++) {
    const slug = count === 1 ? base : `${base}-${count}`
    if (!taken.has(slug)) return slug
  }
}

/** In a private network nothing is public: it would become so without a word on the day the network opens. */
function refuseState(entry: Entry, state: CollectionState): void {
  if (state === 'public' && entry.network.visibility === 'private')
    throw refusal('state', 'collections.error.closed')
}

async function hasKeeper(trx: Trx, entry: Entry, id: string): Promise<boolean> {
  const { rows } = await sql<{ kept: boolean }>`
    select exists (select from commons_collection_keeper
      where network_id = ${entry.network.id} and collection_id = ${id}) as kept`.execute(trx)
  return rows[0]?.kept === true
}

interface CollectionRow {
  id: string
  slug: string
  title: string
  about: string
  state: CollectionState
  language: string
  person_id: string | null
  created_at: Date
  updated_at: Date
}

const collectionColumns = sql`collection.id, collection.slug, collection.title, collection.about, collection.state,
  collection.language, collection.person_id, collection.created_at, collection.updated_at`

function asCollection(row: CollectionRow): Collection {
  const { id, slug, title, about, state, language } = row
  return {
    ...{ id, slug, title, about, state, language },
    personId: row.person_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

interface EntryRow extends Omit<CollectedItem, 'updatedAt'> {
  section: string | null
  note: string
  added_at: Date
  updated_at: Date
}

/** Of an entry whose item is away, the item's columns are null. */
function isThere(row: EntryRow): boolean {
  return row.id !== null
}

function asEntry(row: EntryRow): CollectionEntry {
  const { section, note, added_at, updated_at, ...item } = row
  return { item: { ...item, updatedAt: updated_at }, section, note, addedAt: added_at }
}
