import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { settle } from '#modules/programmes/course/settling.ts'
import { restorationOf, type Snapshot, takeSnapshot } from '#modules/programmes/course/snapshot.ts'
import { type OpenedProgramme, openProgramme } from '#modules/programmes/opening.ts'
import { addDays, daysBetween, latest } from '#modules/programmes/planning/days.ts'
import { type Capsule, type Programme, structureOf } from '#modules/programmes/programme.ts'
import { recordChange } from '#platform/audit/record.ts'

export const changeKinds = [
  'made',
  'moved',
  'paused',
  'resumed',
  'shortened',
  'capsule_added',
  'step_added',
  'mode_changed',
  'reordered',
  'changed',
  'undone',
] as const
export type ChangeKind = (typeof changeKinds)[number]

const recorded = {
  made: 'programme.made',
  moved: 'programme.moved',
  paused: 'programme.paused',
  resumed: 'programme.resumed',
  shortened: 'programme.shortened',
  capsule_added: 'programme.capsule-added',
  step_added: 'programme.step-added',
  mode_changed: 'programme.mode-changed',
  reordered: 'programme.reordered',
  changed: 'programme.changed',
  undone: 'programme.undone',
} as const satisfies Record<ChangeKind, string>

export interface Intent {
  programmeId: string
  /** The one that whoever changes it has seen. */
  revision: number
  kind: ChangeKind
  reason?: string
  /** From which it goes on. */
  resumesOn?: string
}

export interface Course extends OpenedProgramme {
  capsules: Capsule[]
}

/**
 * The one way in which the course of a programme changes: under a lock, by somebody who has seen how it stands, with what
 * it takes to undo it kept; meetings and tasks follow their steps.
 * @returns the revision that it has now
 * @throws AppError 'not-found', 'forbidden'; Refusal where somebody else changed it meanwhile
 */
export async function changeCourse(
  trx: Trx,
  entry: Entry,
  intent: Intent,
  linkOrigin: string,
  work: (course: Course) => Promise<void>,
): Promise<number> {
  const { programmeId, kind, reason = '', resumesOn = null } = intent
  const networkId = entry.network.id
  const course = await openCourse(trx, entry, intent)
  const before = await takeSnapshot(trx, networkId, programmeId)
  await work(course)
  const changed = await takeSnapshot(trx, networkId, programmeId)
  const why = { reason, resumesOn, undone: kind === 'undone' }
  await settle(trx, entry, course, before, changed, linkOrigin, why)
  const endsOn = endAfter(kind, course.programme, before, changed)
  const revision = await nextRevision(trx, networkId, programmeId, endsOn)
  const restoration = restorationOf(before, await takeSnapshot(trx, networkId, programmeId))
  await trx
    .insertInto('programme_change')
    .values({
      network_id: networkId,
      programme_id: programmeId,
      revision,
      kind,
      before: JSON.stringify(restoration),
      reason,
      made_by: entry.personId,
    })
    .execute()
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: recorded[kind],
    subject: { type: 'programme', id: programmeId },
    before: { revision: intent.revision },
    after: {
      revision,
      steps: idsIn(restoration.programme_step?.rows),
      expectations: idsIn(restoration.programme_expectation?.rows),
    },
  })
  return revision
}

/** Under a lock, as the one who changes it has seen it. */
async function openCourse(trx: Trx, entry: Entry, intent: Intent): Promise<Course> {
  const { programmeId: id, revision, kind } = intent
  if (isId(id))
    await trx
      .selectFrom('programme')
      .select('id')
      .where('network_id', '=', entry.network.id)
      .where('id', '=', id)
      .forNoKeyUpdate()
      .execute()
  // That it ended can be undone as well.
  const opened = await openProgramme(trx, entry, id, kind === 'undone' ? 'read' : 'run')
  if (!opened.mayRun) throw new AppError('forbidden')
  if (opened.programme.revision !== revision)
    throw new Refusal({ field: 'revision', message: 'programme.error.revision' })
  return { ...opened, capsules: await structureOf(trx, entry.network.id, id) }
}

/**
 * The last day, where the last step moved; null: it stays as it is, be it later than that. After a pause it is as much later
 * as the last step is, shortened it ends with its last step, and what was undone has put its own day back.
 */
function endAfter(
  kind: ChangeKind,
  { startsOn, endsOn }: Pick<Programme, 'startsOn' | 'endsOn'>,
  before: Snapshot,
  after: Snapshot,
): string | null {
  const [was, is] = [lastDay(before), lastDay(after)]
  if (kind === 'undone' || is === null || was === is) return null
  if (was === null || kind === 'shortened' || endsOn <= was) return latest(startsOn, is)
  return latest(startsOn, is, kind === 'resumed' ? addDays(endsOn, daysBetween(was, is)) : endsOn)
}

function lastDay({ programme_step: steps }: Snapshot): string | null {
  const days = steps.filter(({ dropped_at }) => dropped_at === null).map(({ due_on }) => String(due_on))
  return days.length === 0 ? null : latest(...days)
}

async function nextRevision(
  trx: Trx,
  networkId: string,
  programmeId: string,
  endsOn: string | null,
): Promise<number> {
  const { rows } = await sql<{ revision: number }>`
    update programme set revision = revision + 1, updated_at = now(), ends_on = coalesce(${endsOn}::date, ends_on)
    where network_id = ${networkId}::uuid and id = ${programmeId}::uuid
    returning revision`.execute(trx)
  return rows[0]?.revision ?? 0
}

function idsIn(rows: readonly Record<string, unknown>[] = []): unknown[] {
  return rows.map(({ id }) => id)
}
