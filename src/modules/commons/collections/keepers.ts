import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { openCollection } from '#modules/commons/collections/collections.ts'
import { refusal } from '#modules/commons/collections/refusal.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Someone who may change a collection. */
export interface Keeper {
  id: string
  name: string
}

/** A collection is kept by few. */
const mostKeepers = 50

/** Those who came first, first. */
export async function keepersOf(trx: Trx, networkId: string, collectionId: string): Promise<Keeper[]> {
  const { rows } = await sql<Keeper>`
    select person.id, person.name from commons_collection_keeper keeper
    join person on person.network_id = keeper.network_id and person.id = keeper.person_id
    where keeper.network_id = ${networkId} and keeper.collection_id = ${collectionId}
    order by keeper.added_at, person.id limit ${mostKeepers}`.execute(trx)
  return rows
}

/** People of the network by words of their name who could keep it as well: those who can sign in. */
export async function findKeepers(
  trx: Trx,
  networkId: string,
  collectionId: string,
  q: string,
): Promise<Keeper[]> {
  const words = q.replaceAll('\0', ' ').trim().split(/\s+/).filter(Boolean).slice(0, 8)
  if (words.length === 0) return []
  const patterns = words.map(word => `%${word.replace(/[\\%_]/g, '\\$&')}%`)
  const { rows } = await sql<Keeper>`
    select person.id, person.name from person
    where person.network_id = ${networkId} and person.account_id is not null
      and unaccent(person.name) ilike all (select unaccent(unnest(${patterns}::text[])))
      and not exists (
        select from commons_collection_keeper keeper
        where keeper.network_id = person.network_id and keeper.collection_id = ${collectionId} and keeper.person_id = person.id)
    order by person.name collate name_order, person.id limit 20`.execute(trx)
  return rows
}

/** @throws AppError 'not-found', 'forbidden', 'invalid-input' */
export async function addKeeper(trx: Trx, entry: Entry, collection: string, personId: string): Promise<void> {
  const { id } = await openCollection(trx, entry, collection, 'change')
  const networkId = entry.network.id
  if ((await keepersOf(trx, networkId, id)).length >= mostKeepers)
    throw refusal('person', 'collections.error.keepers', { most: mostKeepers })
  const { rows } = await sql<{ person_id: string }>`
    insert into commons_collection_keeper (network_id, collection_id, person_id)
    select network_id, ${id}::uuid, id from person
    where network_id = ${networkId} and id = ${isId(personId) ? personId : null}::uuid and account_id is not null
    on conflict (network_id, collection_id, person_id) do nothing
    returning person_id`.execute(trx)
  // Someone who keeps it already, or whom the network does not know.
  if (rows.length === 0) throw refusal('person', 'form.error.choose')
  await recordChange(trx, networkId, entry.actor, {
    action: 'collection.keeper-added',
    subject: { type: 'collection', id },
    after: { person: personId },
  })
}

/** The last one stays: nobody else could reach a private collection. @throws AppError as `addKeeper` */
export async function removeKeeper(
  trx: Trx,
  entry: Entry,
  collection: string,
  personId: string,
): Promise<void> {
  const { id } = await openCollection(trx, entry, collection, 'change')
  const networkId = entry.network.id
  // Two who remove each other at once: the second waits, and finds that it would be the last.
  await sql`
    select from commons_collection where network_id = ${networkId} and id = ${id} for update`.execute(trx)
  const keepers = await keepersOf(trx, networkId, id)
  if (!keepers.some(keeper => keeper.id === personId)) throw new AppError('not-found')
  if (keepers.length === 1) throw refusal('person', 'collections.error.last-keeper')
  await sql`
    delete from commons_collection_keeper
    where network_id = ${networkId} and collection_id = ${id} and person_id = ${personId}`.execute(trx)
  await recordChange(trx, networkId, entry.actor, {
    action: 'collection.keeper-removed',
    subject: { type: 'collection', id },
    before: { person: personId },
  })
}
