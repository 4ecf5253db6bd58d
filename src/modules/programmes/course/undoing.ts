import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { type ChangeKind, changeCourse } from '#modules/programmes/course/changing.ts'
import { isAnnounced } from '#modules/programmes/course/meeting-terms.ts'
import { todayOf } from '#modules/programmes/course/moving.ts'
import { putBack, type Restoration } from '#modules/programmes/course/snapshot.ts'
import { countTold, tellRemoved } from '#modules/programmes/course/telling.ts'
import { doneOf, type Touched } from '#modules/programmes/course/touched.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import type { Programme } from '#modules/programmes/programme.ts'
import { recordChange } from '#platform/audit/record.ts'

/** A change of course as the page of its history shows it. */
export interface Change {
  revision: number
  kind: ChangeKind
  reason: string
  madeBy: string | null
  madeAt: Date
  undoneAt: Date | null
}

/** The latest first: fifty at most. */
export async function changesOf(trx: Trx, networkId: string, programmeId: string): Promise<Change[]> {
  const rows = await trx
    .selectFrom('programme_change as change')
    .leftJoin('person', join =>
      join.onRef('person.network_id', '=', 'change.network_id').onRef('person.id', '=', 'change.made_by'),
    )
    .select([
      'change.revision',
      'change.kind',
      'change.reason',
      'person.name as made_by',
      'change.made_at',
      'change.undone_at',
    ])
    .where('change.network_id', '=', networkId)
    .where('change.programme_id', '=', programmeId)
    .orderBy('change.revision', 'desc')
    .limit(50)
    .execute()
  return rows.map(row => ({
    revision: row.revision,
    kind: row.kind as ChangeKind,
    reason: row.reason,
    madeBy: row.made_by,
    madeAt: row.made_at,
    undoneAt: row.undone_at,
  }))
}

/** The change that would be undone next; null where only the making is left. */
export function undoneNext(changes: readonly Change[]): Change | null {
  const next = changes.find(({ kind, undoneAt }) => undoneAt === null && kind !== 'undone')
  return next && next.kind !== 'made' ? next : null
}

/**
 * Puts back what the latest change changed: meetings move back, what was called off is planned anew, what was added goes.
 * @throws AppError 'not-found', 'forbidden'; Refusal where something was done since in what was added, or days are over
 */
export async function undoChange(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  revision: number,
  linkOrigin: string,
): Promise<number> {
  const networkId = entry.network.id
  const intent = { programmeId, revision, kind: 'undone' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ programme }) => {
    const next = undoneNext(await changesOf(trx, networkId, programmeId))
    if (!next) throw new Refusal({ field: '', message: 'programme.error.nothing-to-undo' })
    const row = await trx
      .selectFrom('programme_change')
      .select('before')
      .where('network_id', '=', networkId)
      .where('programme_id', '=', programmeId)
      .where('revision', '=', next.revision)
      .executeTakeFirstOrThrow()
    const restoration = row.before as Restoration
    const steps = idsOf(restoration.programme_step?.added)
    const expectations = idsOf(restoration.programme_expectation?.added)
    await lockMeetings(trx, networkId, programmeId, steps)
    if ((await doneOf(trx, networkId, programmeId, { steps, expectations })).length > 0)
      throw new Refusal({ field: '', message: 'programme.error.touched' })
    await refusePast(trx, networkId, programme, restoration)
    await removeWhatWasMade(trx, entry, programmeId, { steps, expectations })
    await putBack(trx, networkId, programmeId, restoration)
    await trx
      .updateTable('programme_change')
      .set({ undone_at: new Date() })
      .where('network_id', '=', networkId)
      .where('programme_id', '=', programmeId)
      .where('revision', '=', next.revision)
      .execute()
  })
}

/** What stands in the way of undoing the making: it is kept, and the programme with it. */
export async function touchedIn(trx: Trx, networkId: string, programmeId: string): Promise<Touched[]> {
  return doneOf(trx, networkId, programmeId, null)
}

/** How many would be told that it is not to be: nobody where they never heard of it. */
export async function toldOfRemoval(trx: Trx, entry: Entry, programme: Programme): Promise<number> {
  if (!(await isAnnounced(trx, entry.network.id, programme.id))) return 0
  return countTold(trx, entry, programme.groupId)
}

/**
 * As if it had not been made: its meetings and tasks go with it, and who was told that it begins is told so.
 * @throws AppError 'not-found', 'forbidden'; Refusal once somebody has done something in it
 */
export async function undoProgramme(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  revision: number,
  linkOrigin: string,
): Promise<Programme> {
  const networkId = entry.network.id
  const { programme, group, mayRun } = await openProgramme(trx, entry, programmeId, 'read')
  if (!mayRun) throw new AppError('forbidden')
  // What is said in it just now is seen, and what is said from now on finds nothing.
  await trx
    .selectFrom('programme')
    .select('id')
    .where('network_id', '=', networkId)
    .where('id', '=', programmeId)
    .forUpdate()
    .execute()
  const { numUpdatedRows } = await trx
    .updateTable('programme')
    .set({ state: 'undone', paused_on: null, revision: revision + 1, updated_at: sql`now()` })
    .where('network_id', '=', networkId)
    .where('id', '=', programmeId)
    .where('revision', '=', revision)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Refusal({ field: 'revision', message: 'programme.error.revision' })
  // Only now does nobody else change it, nor register.
  await lockMeetings(trx, networkId, programmeId, null)
  if ((await touchedIn(trx, networkId, programmeId)).length > 0)
    throw new Refusal({ field: '', message: 'programme.error.touched' })
  await removeWhatWasMade(trx, entry, programmeId, null)
  if (await isAnnounced(trx, networkId, programmeId))
    await tellRemoved(trx, entry, programme, group, linkOrigin)
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'programme.removed',
    subject: { type: 'programme', id: programmeId },
    before: { revision },
    after: { state: 'undone' },
  })
  return programme
}

/**
 * Whoever registers holds the meeting fast: this waits until they have, and sees it; who comes after finds no meeting.
 * @param steps null: all of them
 */
async function lockMeetings(
  trx: Trx,
  networkId: string,
  programmeId: string,
  steps: string[] | null,
): Promise<void> {
  await sql`
    select from meeting
    where network_id = ${networkId}::uuid and id in (
      select meeting_id from programme_step step
      where step.network_id = ${networkId}::uuid and step.programme_id = ${programmeId}::uuid
        ${steps === null ? sql`` : sql`and step.id = any (${steps}::uuid[])`})
    order by id for update`.execute(trx)
}

/** Meetings and tasks that came with steps and expectations. @param of null: with all of them */
async function removeWhatWasMade(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  of: { steps: string[]; expectations: string[] } | null,
): Promise<void> {
  const networkId = entry.network.id
  const steps = of ? sql`and step.id = any (${of.steps}::uuid[])` : sql``
  const expectations = of ? sql`and expectation.id = any (${of.expectations}::uuid[])` : sql``
  await sql`
    delete from task where network_id = ${networkId}::uuid and state <> 'done' and (
      id in (select task_id from programme_task step where network_id = ${networkId}::uuid
        and programme_id = ${programmeId}::uuid ${of ? sql`and step.step_id = any (${of.steps}::uuid[])` : sql``})
      or origin_id in (select id from programme_expectation expectation where network_id = ${networkId}::uuid
        and programme_id = ${programmeId}::uuid ${expectations}))`.execute(trx)
  const { rows } = await sql<{ id: string }>`
    delete from meeting where network_id = ${networkId}::uuid and id in (
      select meeting_id from programme_step step
      where step.network_id = ${networkId}::uuid and step.programme_id = ${programmeId}::uuid ${steps})
    returning id`.execute(trx)
  for (const { id } of rows)
    await recordChange(trx, networkId, entry.actor, {
      action: 'meeting.removed',
      subject: { type: 'meeting', id },
    })
}

/** What would be back on a day that is over cannot be put there. */
async function refusePast(
  trx: Trx,
  networkId: string,
  programme: Programme,
  { programme_step: steps }: Restoration,
): Promise<void> {
  const today = todayOf(programme)
  const then = (steps?.rows ?? []).filter(row => row.dropped_at === null && String(row.due_on) < today)
  if (then.length === 0) return
  const ahead = await trx
    .selectFrom('programme_step')
    .select('id')
    .where('network_id', '=', networkId)
    .where('programme_id', '=', programme.id)
    .where('id', 'in', idsOf(then))
    .where(eb => eb.or([eb('due_on', '>=', today), eb('dropped_at', 'is not', null)]))
    .execute()
  if (ahead.length > 0) throw new Refusal({ field: '', message: 'programme.error.undo-late' })
}

function idsOf(rows: readonly Record<string, unknown>[] = []): string[] {
  return rows.map(({ id }) => String(id))
}
