import type { Trx } from '#db/database.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { changeCourse } from '#modules/programmes/course/changing.ts'
import { calendarFor, setDays, todayOf } from '#modules/programmes/course/moving.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { resumePlan } from '#modules/programmes/planning/moving.ts'
import type { Proposal } from '#modules/programmes/planning/plan.ts'
import { type Capsule, type Programme, structureOf } from '#modules/programmes/programme.ts'

/** From today on nothing is due, nobody is reminded; what is ahead is settled when it goes on. */
export async function pauseProgramme(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  { revision, reason = '' }: { revision: number; reason?: string },
  linkOrigin: string,
): Promise<number> {
  const intent = { programmeId, revision, reason, kind: 'paused' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ programme }) => {
    if (programme.state !== 'running')
      throw new Refusal({ field: '', message: 'programme.error.not-running' })
    await setState(trx, entry, programmeId, { state: 'paused', paused_on: todayOf(programme) })
  })
}

/** What moves when it goes on that day. Nothing is written. */
export async function proposeResumption(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  resumesOn: string,
): Promise<Proposal> {
  const { programme } = await openProgramme(trx, entry, programmeId, 'run')
  return resumption(programme, await structureOf(trx, entry.network.id, programmeId), resumesOn)
}

/** It goes on: all that was not over when it stopped is as much later as it stood still. */
export async function resumeProgramme(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  { revision, reason = '', resumesOn }: { revision: number; reason?: string; resumesOn: string },
  linkOrigin: string,
): Promise<number> {
  const intent = { programmeId, revision, reason, resumesOn, kind: 'resumed' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ programme, capsules }) => {
    const { moves } = resumption(programme, capsules, resumesOn)
    await setDays(
      trx,
      entry.network.id,
      programmeId,
      moves.map(move => ({ ...move, beginsAt: null })),
    )
    await setState(trx, entry, programmeId, { state: 'running', paused_on: null })
  })
}

/** It is over, earlier than was meant or not: what was done of it stays to be read. */
export async function endProgramme(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  revision: number,
  linkOrigin: string,
): Promise<number> {
  const intent = { programmeId, revision, kind: 'changed' } as const
  return changeCourse(trx, entry, intent, linkOrigin, () =>
    setState(trx, entry, programmeId, { state: 'ended', paused_on: null }),
  )
}

function resumption(programme: Programme, capsules: readonly Capsule[], resumesOn: string): Proposal {
  const { pausedOn } = programme
  if (pausedOn === null) throw new Refusal({ field: '', message: 'programme.error.not-paused' })
  if (resumesOn < pausedOn) throw new Refusal({ field: 'resumesOn', message: 'programme.error.before-pause' })
  return resumePlan(capsules, { pausedOn, resumesOn }, calendarFor(programme))
}

async function setState(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  values: { state: 'running' | 'paused' | 'ended'; paused_on: string | null },
): Promise<void> {
  await trx
    .updateTable('programme')
    .set(values)
    .where('network_id', '=', entry.network.id)
    .where('id', '=', programmeId)
    .execute()
}
