import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { defaultLocale, isLocale } from '#kernel/locale.ts'
import { type Entry, findNetwork, type Network } from '#modules/network/index.ts'
import type { Recipient } from '#platform/mail/index.ts'

/** Someone at home in a network today, as they would come in by a page. */
export interface Reader {
  entry: Entry
  recipient: Recipient
}

interface Row {
  person_id: string
  account_id: string
  address: string
  name: string
  locale: string
  time_zone: string
  role: string
  mandates: Entry['mandates']
}

/** Of these people, those who can come in today. The transaction is the network's own. */
export async function readersAmong(
  trx: Trx,
  network: Network,
  people: string[],
  origin: Actor['origin'],
): Promise<Map<string, Reader>> {
  if (people.length === 0) return new Map()
  const { rows } = await sql<Row>`select * from thread_readers(${people}::uuid[])`.execute(trx)
  return new Map(rows.map(row => [row.person_id, asReader(network, row, origin)]))
}

export async function networkOf(db: Db, id: string): Promise<Network | null> {
  const row = await db.selectFrom('network').select('slug').where('id', '=', id).executeTakeFirst()
  return row ? findNetwork(db, row.slug) : null
}

function asReader(network: Network, row: Row, origin: Actor['origin']): Reader {
  const role = row.role === 'administrator' || row.role === 'facilitator' ? row.role : 'member'
  return {
    entry: {
      network,
      tenant: { networkId: network.id, audience: 'network', accountId: row.account_id },
      role,
      personId: row.person_id,
      mandates: row.mandates,
      actor: { accountId: row.account_id, mandateId: row.mandates[0]?.id ?? null, tokenId: null, origin },
      scopes: null,
    },
    recipient: {
      accountId: row.account_id,
      address: row.address,
      name: row.name,
      locale: isLocale(row.locale) ? row.locale : defaultLocale,
      timeZone: row.time_zone,
    },
  }
}
