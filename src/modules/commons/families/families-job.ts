import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Db } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import type { JobContext } from '#http/module.ts'
import { fileBatch } from '#modules/commons/families/filing.ts'
import { settleIndexes } from '#modules/commons/importing/storing.ts'
import type { Job } from '#platform/jobs/jobs.ts'

export const familiesQueue = 'commons.families'

interface FamiliesPayload {
  /** Absent where it looks by itself for what another left. */
  networkId?: string
}

/** After so many, what the indexes hold back is put into them: until then every search reads it. */
const settledBatches = 10

/** Between two batches others have the database, and this process answers who waits for it. */
const restMs = 10

/** Files the items of a network that wait for it. What one worker leaves, the next one goes on with. */
export function familiesJob({ db }: JobContext): Job<never> {
  return {
    queue: familiesQueue,
    expireSeconds: 3600,
    retries: 5,
    schedule: '*/5 * * * *',
    async run({ networkId }: FamiliesPayload, signal, progress) {
      for (const id of networkId ? [networkId] : await waitingNetworks(db)) {
        await fileAll(db, { networkId: id, audience: 'network' }, signal, (done, total) =>
          progress({ done, total, text: 'families.progress' }),
        )
      }
    },
  } satisfies Job<FamiliesPayload> as unknown as Job<never>
}

/** @returns how many transactions it took */
export async function fileAll(
  db: Db,
  tenant: Tenant,
  signal?: AbortSignal,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<number> {
  for (let batches = 1; ; batches++) {
    signal?.throwIfAborted()
    const filing = await inTenant(db, tenant, trx => fileBatch(trx, tenant.networkId))
    // By itself: it takes long, and nobody who writes has to wait for it.
    if (!filing || batches % settledBatches === 0) await inTenant(db, tenant, settleIndexes)
    if (!filing) return batches
    progress(filing.done, filing.total)
    await pause(restMs)
  }
}

async function waitingNetworks(db: Db): Promise<string[]> {
  const { rows } = await sql<{
    id: string
  }>`select commons_family_networks as id from commons_family_networks()`.execute(db)
  return rows.map(({ id }) => id)
}
