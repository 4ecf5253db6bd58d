import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Role } from '#http/policies.ts'

/** What waits for somebody in the commons of a network. */
export interface Waiting {
  /** Pages they write in which something is not published yet: the three written in last. */
  pages: { id: string; title: string; language: string; pending: number }[]
  /** Pages of others that wait for their review. */
  reviews: number
  /** What came since they last looked, in what they follow. */
  news: number
}

/** In one statement: the door of a network is opened again and again. */
export async function waitingFor(
  trx: Trx,
  { personId, role }: { personId: string; role: Role },
): Promise<Waiting> {
  const runs = role === 'facilitator' || role === 'administrator'
  const { rows } = await sql<Waiting>`
    select pages, reviews, news from commons_waiting(${personId}::uuid, ${runs})`.execute(trx)
  return rows[0] ?? { pages: [], reviews: 0, news: 0 }
}
