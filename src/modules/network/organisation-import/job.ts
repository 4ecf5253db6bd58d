import { sql } from 'kysely'
import type { Db } from '#db/database.ts'
import { inTenant, readTenant, type Tenant } from '#db/tenant.ts'
import type { JobContext } from '#http/module.ts'
import type { Actor } from '#kernel/actor.ts'
import { carryOut } from '#modules/network/organisation-import/carrying-out.ts'
import { bookOf, checkImport } from '#modules/network/organisation-import/checking.ts'
import { changeImport, findImport } from '#modules/network/organisation-import/imports.ts'
import { inviteContacts } from '#modules/network/organisation-import/inviting.ts'
import { phaseKeys } from '#modules/network/organisation-import/words-said.ts'
import { removeObjects } from '#platform/files/files.ts'
import type { Storage } from '#platform/files/storage.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import { within } from '#platform/jobs/listing.ts'
import type { Progress, ReportProgress } from '#platform/jobs/progress.ts'
import { SheetError } from '#platform/spreadsheets/sheet.ts'

export const importQueue = 'organisations.import'

export interface ImportWork {
  networkId: string
  slug: string
  importId: string
  /** Who sent it, and how. */
  actor: Actor
}

/** Large files: comparing them, and carrying out what was decided. Taken up again after a crash, each begins anew. */
export function organisationImportJob({ db, storage }: JobContext): Job<never> {
  return {
    queue: importQueue,
    expireSeconds: 3_600,
    retries: 2,
    async run(work: ImportWork, signal, progress) {
      await workOn({ db, storage }, work, tenantOf(work), progress, signal)
    },
  } satisfies Job<ImportWork> as unknown as Job<never>
}

/** Does what the import waits for, by its state. */
export async function workOn(
  { db, storage }: { db: Db; storage: Storage },
  { networkId, slug, importId, actor }: ImportWork,
  tenant: Tenant,
  progress: ReportProgress = () => undefined,
  signal?: AbortSignal,
): Promise<void> {
  const stateNow = async () =>
    (await readTenant(db, tenant, trx => findImport(trx, networkId, importId))).state
  let state = await stateNow()
  if (state === 'importing') {
    const { keys } = await carryOut(db, tenant, actor, importId, (phase, done) =>
      progress({ done, text: phaseKeys[phase] }),
    )
    await removeObjects(storage, keys)
    state = await stateNow()
  }
  if (state === 'done') {
    const one = await readTenant(db, tenant, trx => findImport(trx, networkId, importId))
    if (one.inviting === null) return
    const { inviting } = one
    await inTenant(db, tenant, async trx => {
      await inviteContacts(trx, { id: networkId, slug }, actor, inviting, importId)
      await changeImport(trx, networkId, importId, { inviting: null })
    })
    return
  }
  if (state !== 'checking') return
  try {
    await checkImport(
      db,
      tenant,
      importId,
      one => bookOf(storage, networkId, one),
      (phase, done, total) => progress({ done, total, text: phaseKeys[phase] }),
      signal,
    )
  } catch (error) {
    // A file that cannot be read will be no better next time; its import says so.
    if (!(error instanceof SheetError)) throw error
  }
}

/** How far an import is that a job is at; null where none is, or where it has not said yet. */
export async function importProgress(db: Db, networkId: string, importId: string): Promise<Progress | null> {
  const { rows } = await sql<{ progress: Progress | null }>`
    select nullif(output -> 'progress', 'null') as progress from pgboss.job
    where name = ${importQueue} and state = 'active' and ${within({ networkId })} and data ->> 'importId' = ${importId}
    limit 1`.execute(db)
  return rows[0]?.progress ?? null
}

function tenantOf({ networkId, actor }: ImportWork): Tenant {
  return { networkId, audience: 'network', ...(actor.accountId && { accountId: actor.accountId }) }
}
