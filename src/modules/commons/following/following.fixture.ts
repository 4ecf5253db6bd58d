import { inTenant } from '#db/tenant.ts'
import type { Follower, Subject } from '#modules/commons/following/following.ts'
import { follow } from '#modules/commons/following/followings.ts'
import { readQuery } from '#modules/commons/search/query.ts'
import type { Cadence } from '#platform/mail/index.ts'
import type { TestDatabase } from '../../../../test/database.ts'
import type { TestNetwork, TestPerson } from '../../../../test/factories.ts'

export const baseUrl = 'https://cordee.example'

export function followerOf(network: TestNetwork, person: TestPerson): Follower {
  return { networkId: network.id, personId: person.personId, accountId: person.accountId, baseUrl }
}

export function aSearch(query: string): Subject {
  return { kind: 'search', query: readQuery(new URLSearchParams(query)) }
}

/** Someone follows something from now on. @returns the id of the following */
export async function following(
  database: TestDatabase,
  network: TestNetwork,
  person: TestPerson,
  subject: Subject,
  wish: { name?: string; cadence?: Cadence } = {},
): Promise<string> {
  const tenant = { ...network.inside, accountId: person.accountId }
  const { id } = await inTenant(database.db, tenant, trx =>
    follow(trx, followerOf(network, person), subject, wish),
  )
  return id
}

/** What matched, in words: 'person: title (version)', past the policies. */
export async function newsIn(database: TestDatabase, network: TestNetwork): Promise<string[]> {
  const rows = await database.asOwner<{ person: string; title: string; version: number }>(
    `select person.name as person, item.title, news.version
     from commons_news news
     join person on person.network_id = news.network_id and person.id = news.person_id
     join commons_item item on item.network_id = news.network_id and item.id = news.item_id
     where news.network_id = $1
     order by person.name collate name_order, item.title collate name_order, news.version, news.following_id`,
    [network.id],
  )
  return rows.map(({ person, title, version }) => `${person}: ${title} (${version})`)
}

/** The id of the page of this file. */
export async function itemOf(
  database: TestDatabase,
  network: TestNetwork,
  fileName: string,
): Promise<string> {
  const [row] = await database.asOwner<{ id: string }>(
    'select id from commons_item where network_id = $1 and file_name = $2',
    [network.id, fileName],
  )
  return row?.id ?? ''
}

/** Makes a page one that was written here by this person. */
export async function writtenBy(
  database: TestDatabase,
  network: TestNetwork,
  itemId: string,
  person: TestPerson,
): Promise<void> {
  await database.asOwner(
    `insert into commons_template (network_id, key, version, definition) values ($1, 'solution', 1, '{}')
     on conflict do nothing`,
    [network.id],
  )
  await database.asOwner(
    `insert into commons_document (network_id, id, template_key, template_version, state, file_name, language, title, base_source)
     values ($1, $2::uuid, 'solution', 1, 'network', $2::uuid::text, 'fr', '', '')`,
    [network.id, itemId],
  )
  await database.asOwner(
    'insert into commons_author (network_id, document_id, person_id) values ($1, $2, $3)',
    [network.id, itemId, person.personId],
  )
}
