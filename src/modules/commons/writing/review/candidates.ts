import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Reviewer } from '#modules/commons/writing/review/reviewers.ts'

/** People of the network who review nothing yet, by name, at most two hundred: others are found by their name. */
export async function reviewCandidates(trx: Trx, networkId: string, q: string): Promise<Reviewer[]> {
  const { rows } = await sql<Reviewer>`
    select id as "personId", name from person
    where network_id = ${networkId}::uuid and erased_at is null and account_id is not null
      and not exists (
        select from commons_reviewer reviewer
        where reviewer.network_id = person.network_id and reviewer.person_id = person.id
      )
      ${q === '' ? sql`` : sql`and unaccent(name) ilike unaccent(${`%${q.replace(/[\\%_]/g, '\\$&')}%`})`}
    order by name collate name_order, id
    limit 200`.execute(trx)
  return rows
}
