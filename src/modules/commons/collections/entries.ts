import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import {
  type Move,
  moved,
  newPositions,
  type Placed,
  placed,
  sectionMoved,
  sectionRenamed,
} from '#modules/commons/collections/arrangement.ts'
import {
  type CollectedItem,
  isKept,
  isReadable,
  mostEntries,
  openCollection,
} from '#modules/commons/collections/collections.ts'
import { refusal } from '#modules/commons/collections/refusal.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What of a collection changes is asked for by its address and that of the item: as pages and programmes name them. */
export interface EntryInput {
  section: string | null
  /** Markdown. */
  note: string
}

/**
 * Adds an item at the end of its section; one that was taken out a moment ago comes with what is said of it now.
 * @throws AppError 'not-found', 'forbidden', 'invalid-input' when it is there already or there is no room
 */
export async function addEntry(
  trx: Trx,
  entry: Entry,
  collection: string,
  item: string,
  input: EntryInput,
): Promise<CollectedItem> {
  const { id } = await openCollection(trx, entry, collection, 'change')
  const added = await itemOf(trx, entry.network.id, item)
  const now = await holdEntries(trx, entry.network.id, id)
  if (now.order.some(one => one.id === added.id)) throw refusal('item', 'collections.error.there')
  if (now.order.length >= mostEntries) throw refusal('item', 'collections.error.full', { most: mostEntries })
  await insertEntries(trx, entry.network.id, id, entry.personId, now, [{ id: added.id, ...input }])
  await announceChange(trx, entry.network.id)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'collection.item-added',
    subject: { type: 'collection', id },
    after: { item: added.id },
  })
  return added
}

/** @param move beside which other item, by its address, where it is moved so @throws AppError 'not-found', 'forbidden' */
export function moveEntry(
  trx: Trx,
  entry: Entry,
  collection: string,
  item: string,
  move: Move,
): Promise<void> {
  return rearrange(trx, entry, collection, async (order, id) => {
    const idOf = async (slug: string) => (await entryItem(trx, entry.network.id, id, slug)).id
    const itemId = await idOf(item)
    if ('before' in move) return moved(order, itemId, { before: await idOf(move.before) })
    if ('after' in move) return moved(order, itemId, { after: await idOf(move.after) })
    return moved(order, itemId, move)
  })
}

/** What is said of an item, and the section it stands in. @throws AppError 'not-found', 'forbidden' */
export function changeEntry(
  trx: Trx,
  entry: Entry,
  collection: string,
  item: string,
  input: EntryInput,
): Promise<void> {
  return rearrange(trx, entry, collection, async (order, id) => {
    const itemId = await writeNote(trx, entry, id, item, input.note)
    const stays = order.some(one => one.id === itemId && one.section === input.section)
    return stays ? order : moved(order, itemId, { section: input.section })
  })
}

/** The same where it stays in its place. @throws AppError 'not-found', 'forbidden' */
export function noteEntry(
  trx: Trx,
  entry: Entry,
  collection: string,
  item: string,
  note: string,
): Promise<void> {
  return rearrange(trx, entry, collection, async (order, id) => {
    await writeNote(trx, entry, id, item, note)
    return order
  })
}

export function moveSection(
  trx: Trx,
  entry: Entry,
  collection: string,
  section: string,
  to: 'up' | 'down',
): Promise<void> {
  return rearrange(trx, entry, collection, async order => sectionMoved(order, section, to))
}

export function renameSection(
  trx: Trx,
  entry: Entry,
  collection: string,
  section: string,
  name: string | null,
): Promise<void> {
  return rearrange(trx, entry, collection, async order => sectionRenamed(order, section, name))
}

/** Takes an item out; for a day it can be put back as it was. @throws AppError 'not-found', 'forbidden' */
export async function removeEntry(trx: Trx, entry: Entry, collection: string, item: string): Promise<void> {
  const { id } = await openCollection(trx, entry, collection, 'change')
  const { id: itemId } = await entryItem(trx, entry.network.id, id, item)
  await touch(trx, entry.network.id, id)
  await sql`
    delete from commons_collection_entry
    where network_id = ${entry.network.id} and collection_id = ${id} and removed_at < now() - interval '1 day'`.execute(
    trx,
  )
  await sql`
    update commons_collection_entry set removed_at = now()
    where network_id = ${entry.network.id} and collection_id = ${id} and item_id = ${itemId}`.execute(trx)
  await announceChange(trx, entry.network.id)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'collection.item-removed',
    subject: { type: 'collection', id },
    before: { item: itemId },
  })
}

/**
 * Puts back what was taken out, with its note, into its section and as near to its place as it can be.
 * @throws AppError 'not-found' when it is no longer kept, 'forbidden', 'invalid-input' when there is no room
 */
export async function returnEntry(trx: Trx, entry: Entry, collection: string, item: string): Promise<void> {
  const networkId = entry.network.id
  const { id } = await openCollection(trx, entry, collection, 'change')
  const { id: itemId } = await itemOf(trx, networkId, item)
  const now = await holdEntries(trx, networkId, id)
  if (now.order.length >= mostEntries) throw refusal('item', 'collections.error.full', { most: mostEntries })
  const { rows } = await sql<{ position: number; section: string | null }>`
    update commons_collection_entry set removed_at = null
    where network_id = ${networkId} and collection_id = ${id} and item_id = ${itemId} and removed_at is not null
    returning position, section`.execute(trx)
  const [back] = rows
  if (!back) throw new AppError('not-found')
  const next = now.order.find(
    one => one.section === back.section && (now.positions.get(one.id) ?? 0) >= back.position,
  )
  const within = placed(now.order, [{ id: itemId, section: back.section }])
  await writeOrder(trx, networkId, id, now, next ? moved(within, itemId, { before: next.id }) : within)
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'collection.item-added',
    subject: { type: 'collection', id },
    after: { item: itemId },
  })
}

export interface HeldEntries {
  order: Placed[]
  positions: Map<string, number>
}

/** Appends entries to what is held. The caller has seen to it that there is room and that they are not there. */
export async function insertEntries(
  trx: Trx,
  networkId: string,
  id: string,
  personId: string | null,
  now: HeldEntries,
  added: ({ id: string } & EntryInput)[],
): Promise<void> {
  const order = placed(now.order, added)
  const positions = newPositions(
    order.map(one => one.id),
    now.positions,
  )
  await sql`
    insert into commons_collection_entry (network_id, collection_id, item_id, position, section, note, person_id)
    select ${networkId}::uuid, ${id}::uuid, item, position, section, note, ${personId}::uuid
    from unnest(${added.map(one => one.id)}::uuid[], ${added.map(one => positions.get(one.id) ?? 0)}::integer[],
      ${added.map(one => one.section)}::text[], ${added.map(one => one.note)}::text[]) as added (item, position, section, note)
    on conflict (network_id, collection_id, item_id) do update set position = excluded.position, section = excluded.section,
      note = excluded.note, person_id = excluded.person_id, added_at = now(), removed_at = null`.execute(trx)
  await writeOrder(trx, networkId, id, now, order)
}

/**
 * The entries of a collection in their order, those whose item is away included, held for this transaction alone:
 * whoever else wants to change the order waits.
 */
export async function holdEntries(trx: Trx, networkId: string, id: string): Promise<HeldEntries> {
  await touch(trx, networkId, id)
  const { rows } = await sql<{ item_id: string; position: number; section: string | null }>`
    select item_id, position, section from commons_collection_entry
    where network_id = ${networkId} and collection_id = ${id} and removed_at is null
    order by position, item_id`.execute(trx)
  return {
    order: rows.map(row => ({ id: row.item_id, section: row.section })),
    positions: new Map(rows.map(row => [row.item_id, row.position])),
  }
}

/** A collection in which an item stands, or into which it could be put. */
export interface CollectionName {
  slug: string
  title: string
  language: string
}

/** For an item's page: the collections it stands in, and the reader's own in which it does not stand yet. */
export async function collectionsOfItem(
  trx: Trx,
  networkId: string,
  itemId: string,
  personId: string | null,
): Promise<{ held: CollectionName[]; open: CollectionName[] }> {
  const holds = sql`exists (
    select from commons_collection_entry entry
    where entry.network_id = collection.network_id and entry.collection_id = collection.id
      and entry.item_id = ${itemId}::uuid and entry.removed_at is null)`
  const held = await sql<CollectionName>`
    select collection.slug, collection.title, collection.language
    from commons_collection_entry entry
    join commons_collection collection on collection.network_id = entry.network_id and collection.id = entry.collection_id
    where entry.network_id = ${networkId} and entry.item_id = ${itemId}::uuid and entry.removed_at is null
      and ${isReadable(personId)}
    order by collection.updated_at desc, collection.id limit 20`.execute(trx)
  if (personId === null) return { held: held.rows, open: [] }
  const open = await sql<CollectionName>`
    select collection.slug, collection.title, collection.language from commons_collection collection
    where collection.network_id = ${networkId} and ${isKept(personId)} and not ${holds}
    order by collection.updated_at desc, collection.id limit 100`.execute(trx)
  return { held: held.rows, open: open.rows }
}

/** @returns the id of the item */
async function writeNote(trx: Trx, entry: Entry, id: string, item: string, note: string): Promise<string> {
  const { id: itemId } = await entryItem(trx, entry.network.id, id, item)
  await sql`
    update commons_collection_entry set note = ${note}
    where network_id = ${entry.network.id} and collection_id = ${id} and item_id = ${itemId}`.execute(trx)
  return itemId
}

async function rearrange(
  trx: Trx,
  entry: Entry,
  collection: string,
  change: (order: Placed[], id: string) => Promise<Placed[]>,
): Promise<void> {
  const { id } = await openCollection(trx, entry, collection, 'change')
  const now = await holdEntries(trx, entry.network.id, id)
  await writeOrder(trx, entry.network.id, id, now, await change(now.order, id))
  await announceChange(trx, entry.network.id)
}

/** Writes what is not yet as it should be: for one that moved, one row. */
async function writeOrder(
  trx: Trx,
  networkId: string,
  id: string,
  now: HeldEntries,
  order: Placed[],
): Promise<void> {
  const positions = newPositions(
    order.map(one => one.id),
    now.positions,
  )
  const sections = new Map(now.order.map(one => [one.id, one.section]))
  const changed = order.filter(one => positions.has(one.id) || sections.get(one.id) !== one.section)
  if (changed.length === 0) return
  await sql`
    update commons_collection_entry entry set position = coalesce(changed.position, entry.position), section = changed.section
    from unnest(${changed.map(one => one.id)}::uuid[], ${changed.map(one => positions.get(one.id) ?? null)}::integer[],
      ${changed.map(one => one.section)}::text[]) as changed (item_id, position, section)
    where entry.network_id = ${networkId} and entry.collection_id = ${id} and entry.item_id = changed.item_id`.execute(
    trx,
  )
}

/** Says that it changed, and holds it: the row is locked until the transaction ends. */
async function touch(trx: Trx, networkId: string, id: string): Promise<void> {
  await sql`
    update commons_collection set updated_at = now() where network_id = ${networkId} and id = ${id}`.execute(
    trx,
  )
}

async function itemOf(trx: Trx, networkId: string, slug: string): Promise<CollectedItem> {
  const { rows } = await sql<CollectedItem & { updated_at: Date }>`
    select id, slug, title, type, summary, language, year, facets, visibility, version, updated_at
    from commons_item
    where network_id = ${networkId} and slug = ${slug.replaceAll('\0', '')}`.execute(trx)
  const [row] = rows
  if (!row) throw new AppError('not-found')
  const { updated_at: updatedAt, ...item } = row
  return { ...item, updatedAt }
}

/** An item that stands in the collection. */
async function entryItem(
  trx: Trx,
  networkId: string,
  collectionId: string,
  slug: string,
): Promise<{ id: string }> {
  const { rows } = await sql<{ id: string }>`
    select item.id from commons_item item
    join commons_collection_entry entry on entry.network_id = item.network_id and entry.item_id = item.id
    where item.network_id = ${networkId} and item.slug = ${slug.replaceAll('\0', '')}
      and entry.collection_id = ${collectionId} and entry.removed_at is null`.execute(trx)
  const [row] = rows
  if (!row) throw new AppError('not-found')
  return row
}
