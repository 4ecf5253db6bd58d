import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** Which templates somebody took in or published. */
export async function templatesData(
  trx: Trx,
  networkId: string,
  accountId: string,
): Promise<Record<string, unknown>> {
  const { rows } = await sql<{ key: string; version: number; state: string; at: Date }>`
    select template.key, template.version, template.state, template.created_at as at
    from programme_template template
    join person on person.network_id = template.network_id and person.id = template.created_by
    where template.network_id = ${networkId}::uuid and person.account_id = ${accountId}::uuid
    order by template.created_at, template.id limit 2000`.execute(trx)
  return { programmeTemplates: rows }
}
