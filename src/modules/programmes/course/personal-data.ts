import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** Of somebody: the programmes that they made, the changes they made to their course, the steps that they tutor. */
export async function courseData(
  trx: Trx,
  networkId: string,
  accountId: string,
): Promise<Record<string, unknown>> {
  const { rows: changes } = await sql`
    select programme.name as programme, change.kind, change.reason, change.made_at as "madeAt"
    from programme_change change
    join programme on programme.network_id = change.network_id and programme.id = change.programme_id
    join person on person.network_id = change.network_id and person.id = change.made_by
    where change.network_id = ${networkId}::uuid and person.account_id = ${accountId}::uuid
    order by change.made_at limit 10000`.execute(trx)
  const { rows: steps } = await sql`
    select programme.name as programme, step.title, step.due_on as "dueOn"
    from programme_step step
    join programme on programme.network_id = step.network_id and programme.id = step.programme_id
    join person on person.network_id = step.network_id and person.id = step.tutor_id
    where step.network_id = ${networkId}::uuid and person.account_id = ${accountId}::uuid
    order by step.due_on limit 10000`.execute(trx)
  return { programmeChanges: changes, programmeStepsTutored: steps }
}
