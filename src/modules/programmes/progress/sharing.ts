import { sql } from 'kysely'
import { z } from 'zod'
import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { JobContext } from '#http/module.ts'
import type { Entry } from '#modules/network/index.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { told } from '#modules/programmes/progress/comparison.ts'
import { completionOf, type Kinds } from '#modules/programmes/progress/progress-of.ts'
import { recordChange } from '#platform/audit/record.ts'
import type { Job } from '#platform/jobs/jobs.ts'

export const sharingForm = z.object({ shared: z.enum(['yes', 'no']) })

/** Lets the networks that this one belongs to see how far a programme is, in numbers; or no longer: at once, and of all. */
export async function share(
  trx: Trx,
  entry: Entry,
  kinds: Kinds,
  programmeId: string,
  shared: boolean,
): Promise<void> {
  const networkId = entry.network.id
  const { programme } = await openProgramme(trx, entry, programmeId, 'run')
  await trx
    .updateTable('programme')
    .set({ shared })
    .where('network_id', '=', networkId)
    .where('id', '=', programme.id)
    .execute()
  if (shared) await writeDown(trx, kinds, networkId, [programme.id])
  else
    await trx
      .deleteFrom('programme_count')
      .where('network_id', '=', networkId)
      .where('programme_id', '=', programme.id)
      .execute()
  await recordChange(trx, networkId, entry.actor, {
    action: 'programme.shared',
    subject: { type: 'programme', id: programme.id },
    before: { shared: programme.shared },
    after: { shared },
  })
}

/** The numbers of some programmes, as others will read them: of too few organisations, none. */
export async function writeDown(
  trx: Trx,
  kinds: Kinds,
  networkId: string,
  programmeIds: readonly string[],
): Promise<void> {
  const counted = await completionOf(trx, kinds, networkId, programmeIds)
  if (counted.length === 0) return
  const rows = counted.map(one => ({
    ...{ network_id: networkId, programme_id: one.programmeId, ...told(one) },
    ...{ steps: one.steps.of, steps_over: one.steps.count },
  }))
  await trx
    .insertInto('programme_count')
    .values(rows)
    .onConflict(conflict =>
      conflict.columns(['network_id', 'programme_id']).doUpdateSet(({ ref }) => ({
        organisations: ref('excluded.organisations'),
        steps: ref('excluded.steps'),
        steps_over: ref('excluded.steps_over'),
        done: ref('excluded.done'),
        due: ref('excluded.due'),
        present: ref('excluded.present'),
        held: ref('excluded.held'),
        counted_at: sql<Date>`now()`,
      })),
    )
    .execute()
}

const batch = 200
const halfAnHour = 1_800_000

/** Numbers of shared programmes grow old: every hour they are written down anew. */
export function countingJob({ db, expectations }: JobContext): Job<never> {
  return {
    queue: 'programmes.counting',
    expireSeconds: 900,
    retries: 2,
    schedule: '23 * * * *',
    run: async (_payload, signal) => {
      await countShared(db, expectations, signal)
    },
  }
}

/** Network by network. @returns how many programmes were counted */
export async function countShared(db: Db, kinds: Kinds, signal?: AbortSignal): Promise<number> {
  const before = new Date(Date.now() - halfAnHour)
  let count = 0
  for (;;) {
    const { rows } = await sql<{ network_id: string; id: string }>`
      select network_id, id from programmes_to_count(${before}::timestamptz, ${batch}::integer)`.execute(db)
    const byNetwork = Map.groupBy(rows, row => row.network_id)
    for (const [networkId, programmes] of byNetwork) {
      if (signal?.aborted) return count
      await inTenant(db, { networkId, audience: 'network' }, trx =>
        writeDown(
          trx,
          kinds,
          networkId,
          programmes.map(({ id }) => id),
        ),
      )
      count += programmes.length
    }
    if (rows.length < batch) return count
  }
}
