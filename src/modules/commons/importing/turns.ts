import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** What is derived from all pages together, each by one process at a time, beside the others. */
const derived = { words: 4207004, resemblances: 4207005 }

/** Writers of pages of one network take turns, until the end of their transaction: slugs and counters are shared. */
export async function takeTurn(trx: Trx, networkId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${networkId}, 4207002))`.execute(trx)
}

/** While something is derived no page is written; what is derived beside it goes on. */
export async function takeTurnBeside(trx: Trx, networkId: string, what: keyof typeof derived): Promise<void> {
  // In this order everywhere, and writers of pages take one lock only: nobody waits in a circle.
  await sql`
    select pg_advisory_xact_lock(hashtextextended(${networkId}, ${derived[what]}::bigint))`.execute(trx)
  await sql`select pg_advisory_xact_lock_shared(hashtextextended(${networkId}, 4207002))`.execute(trx)
}
