import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Rewiring } from '#modules/programmes/planning/plan.ts'

/** Sets what these steps come after from now on. Whoever calls has a change under way. */
export async function rewire(
  trx: Trx,
  networkId: string,
  programmeId: string,
  rewired: Rewiring,
): Promise<void> {
  if (rewired.length === 0) return
  await trx
    .deleteFrom('programme_dependency')
    .where('network_id', '=', networkId)
    .where('programme_id', '=', programmeId)
    .where(
      'step_id',
      'in',
      rewired.map(({ stepId }) => stepId),
    )
    .execute()
  const given = rewired.flatMap(({ stepId, after }) =>
    after.map(({ stepId: afterId, gapDays }) => ({
      step: stepId,
      after: afterId,
      gap: Math.min(gapDays, 400),
    })),
  )
  await sql`
    insert into programme_dependency (network_id, programme_id, step_id, after_id, gap_days)
    select ${networkId}::uuid, ${programmeId}::uuid, step, after, gap
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given (step uuid, after uuid, gap integer)
    on conflict do nothing`.execute(trx)
}
