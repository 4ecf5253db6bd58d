import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

const writing = 4207002
/** Of those who count words, and of writers beside whom nobody counts. */
const counting = 4207006

/** What is derived from all pages together, each by one process at a time, and beside whom. */
const derived = {
  words: { lock: 4207004, beside: counting },
  resemblances: { lock: 4207005, beside: writing },
}

/** Writers of pages of one network take turns, until the end of their transaction: slugs and counters are shared. */
export async function takeTurn(trx: Trx, networkId: string): Promise<void> {
  await takeTurnMarking(trx, networkId)
  await lock(trx, networkId, counting)
}

/**
 * The same for a writer who leaves words alone, but for the marks of `commons_uncounted`: beside it words are counted. The
 * marks are locked by either before they read what they mark.
 */
export async function takeTurnMarking(trx: Trx, networkId: string): Promise<void> {
  await lock(trx, networkId, writing)
}

/** While something is derived nothing is written that it is derived from; what is derived beside it goes on. */
export async function takeTurnBeside(trx: Trx, networkId: string, what: keyof typeof derived): Promise<void> {
  // In this order everywhere, and writers of pages take none of the first: nobody waits in a circle.
  await lock(trx, networkId, derived[what].lock)
  await sql`
    select pg_advisory_xact_lock_shared(hashtextextended(${networkId}, ${derived[what].beside}::bigint))`.execute(
    trx,
  )
}

async function lock(trx: Trx, networkId: string, what: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${networkId}, ${what}::bigint))`.execute(trx)
}
