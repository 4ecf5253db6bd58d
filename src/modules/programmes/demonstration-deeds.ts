import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import { keepGroupFiles } from '#modules/groups/index.ts'
import { localTime } from '#modules/meetings/index.ts'
import type { Entry } from '#modules/network/index.ts'
import { moveSteps, proposeMoves } from '#modules/programmes/course/moving.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { addDays } from '#modules/programmes/planning/days.ts'
import { stepsOf, structureOf } from '#modules/programmes/programme.ts'
import { receiveFile } from '#platform/files/receiving.ts'

/** A move as anybody makes it. */
export interface DemonstrationMove {
  weeks: number
  reason: string
  /** So many days before the demonstration was loaded. */
  daysAgo: number
}

/** The next meeting that leaves time to, with what depends on it. Before anybody has heard of its dates. */
export async function moveAhead(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  { weeks, reason, daysAgo }: DemonstrationMove,
): Promise<void> {
  const { programme } = await openProgramme(trx, entry, programmeId, 'run')
  const networkId = entry.network.id
  const soon = addDays(localTime(new Date(), programme.timeZone).day, 21)
  const step = stepsOf(await structureOf(trx, networkId, programmeId)).find(
    ({ mode, dueOn }) => mode === 'in_person' && dueOn > soon,
  )
  if (!step) return
  const wish = { step: step.id, day: addDays(step.dueOn, weeks * 7), opens: null, time: null, weeks: 0 }
  const { moves } = await proposeMoves(trx, entry, programmeId, wish)
  const asked = moves.map(({ stepId, opensOn, dueOn }) => ({ stepId, opensOn, dueOn, beginsAt: null }))
  await moveSteps(
    trx,
    entry,
    programmeId,
    { revision: programme.revision, reason, moves: asked },
    'http://localhost',
  )
  await sql`
    update programme_change set made_at = now() - make_interval(days => ${daysAgo}::integer)
    where network_id = ${networkId}::uuid and programme_id = ${programmeId}::uuid and kind = 'moved'`.execute(
    trx,
  )
}

/** A file handed in for the latest document that an organisation says it made. Without a place for files there is none. */
export async function handInFile(
  { db, storage, folder }: DemoContext,
  entry: Entry,
  programmeId: string,
  { organisation, file }: { organisation: string; file: string },
): Promise<void> {
  if (!storage) return
  const found = await inTenant(db, entry.tenant, trx => latestDocument(trx, entry, programmeId, organisation))
  if (!found) return
  const path = join(folder, 'programme-files', file)
  const stored = await receiveFile(
    db,
    storage,
    entry.tenant,
    { name: file, purpose: 'attachment', visibility: 'network', uploadedBy: found.account },
    createReadStream(path),
  )
  await inTenant(db, entry.tenant, async trx => {
    const { group } = await openProgramme(trx, entry, programmeId, 'run')
    await keepGroupFiles(trx, entry, group, [stored], 'group')
    await trx
      .updateTable('programme_fulfilment')
      .set({ file_id: stored.id })
      .where('network_id', '=', entry.network.id)
      .where('programme_id', '=', programmeId)
      .where('id', '=', found.id)
      .execute()
  })
}

async function latestDocument(
  trx: Trx,
  { network }: Entry,
  programmeId: string,
  organisation: string,
): Promise<{ id: string; account: string | null } | undefined> {
  const { rows } = await sql<{ id: string; account: string | null }>`
    select fulfilment.id, person.account_id as account
    from programme_fulfilment fulfilment
    join programme_expectation expectation on expectation.network_id = fulfilment.network_id
      and expectation.programme_id = fulfilment.programme_id and expectation.id = fulfilment.expectation_id
      and expectation.kind = 'document'
    join organisation on organisation.id = fulfilment.organisation_id and organisation.name = ${organisation}
    left join person on person.network_id = fulfilment.network_id and person.id = fulfilment.person_id
    where fulfilment.network_id = ${network.id}::uuid and fulfilment.programme_id = ${programmeId}::uuid
    order by fulfilment.done_on desc, fulfilment.id limit 1`.execute(trx)
  return rows[0]
}
