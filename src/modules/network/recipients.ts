import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isLocale } from '#kernel/locale.ts'
import type { Network } from '#modules/network/networks.ts'
import type { Recipient } from '#platform/mail/index.ts'

/** Someone who can be written to, as the network knows them. */
export interface Addressee {
  personId: string
  accountId: string
  name: string
  email: string
}

/**
 * These people with the language and the time zone of their account. Of those who are not at home in the network today it
 * may not read that: they are written to in the network's. The transaction is the network's own.
 * @returns them in the order given
 */
export async function recipientsOf(
  trx: Trx,
  network: Pick<Network, 'locale'>,
  people: readonly Addressee[],
): Promise<Recipient[]> {
  if (people.length === 0) return []
  const { rows } = await sql<{ account_id: string; locale: string; time_zone: string }>`
    select account_id, locale, time_zone
    from thread_readers(${people.map(({ personId }) => personId)}::uuid[])`.execute(trx)
  const accounts = new Map(rows.map(row => [row.account_id, row]))
  return people.map(({ accountId, name, email }) => {
    const account = accounts.get(accountId)
    return {
      accountId,
      address: email,
      name,
      locale: account && isLocale(account.locale) ? account.locale : network.locale,
      ...(account && { timeZone: account.time_zone }),
    }
  })
}
