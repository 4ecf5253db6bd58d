import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** For the archive of somebody's own data: what they do not want to see, and what digests have told them. */
export async function personalData(trx: Trx, networkId: string, accountId: string) {
  const { rows } = await sql<{ silenced: unknown; told: unknown }>`
    select
      (select coalesce(json_agg(kind order by kind), '[]') from waiting_silence
       where account_id = ${accountId}::uuid) as silenced,
      (select coalesce(json_agg(json_build_object('kind', told.kind, 'about', told.subject_id, 'stage', told.stage,
        'at', told.told_at) order by told.told_at), '[]')
       from waiting_told told
       join person on person.network_id = told.network_id and person.id = told.person_id
       where told.network_id = ${networkId}::uuid and person.account_id = ${accountId}::uuid) as told`.execute(
    trx,
  )
  return { waitingSilenced: rows[0]?.silenced, waitingTold: rows[0]?.told }
}
