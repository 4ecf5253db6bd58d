import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { changeCourse } from '#modules/programmes/course/changing.ts'
import { calendarFor, setDays, todayOf } from '#modules/programmes/course/moving.ts'
import { rewire } from '#modules/programmes/course/rewiring.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { type CapsuleProposal, reorderPlan } from '#modules/programmes/planning/capsules.ts'
import { type Capsule, type Programme, structureOf } from '#modules/programmes/programme.ts'

/** What moves when capsules are taken in another order. Nothing is written. @param order ids of all of them */
export async function proposeOrder(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  order: readonly string[],
): Promise<CapsuleProposal> {
  const { programme } = await openProgramme(trx, entry, programmeId, 'run')
  return ordered(programme, await structureOf(trx, entry.network.id, programmeId), order)
}

/** Takes capsules in another order: each begins when the one began that was in its place. */
export async function reorderCapsules(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  input: { revision: number; reason?: string; order: readonly string[] },
  linkOrigin: string,
): Promise<number> {
  const { revision, reason = '', order } = input
  const networkId = entry.network.id
  const intent = { programmeId, revision, reason, kind: 'reordered' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ programme, capsules }) => {
    const { moves, rewired } = ordered(programme, capsules, order)
    await setDays(
      trx,
      networkId,
      programmeId,
      moves.map(move => ({ ...move, beginsAt: null })),
    )
    await rewire(trx, networkId, programmeId, rewired)
    await setPositions(trx, networkId, programmeId, order)
  })
}

/** Whoever calls has a change under way. @param order ids of all capsules, the first first */
export async function setPositions(
  trx: Trx,
  networkId: string,
  programmeId: string,
  order: readonly string[],
): Promise<void> {
  await sql`
    update programme_capsule capsule set position = given.position - 1
    from unnest(${order}::uuid[]) with ordinality as given (id, position)
    where capsule.network_id = ${networkId}::uuid and capsule.programme_id = ${programmeId}::uuid
      and capsule.id = given.id`.execute(trx)
}

/** @throws Refusal for an order that is none, that it has already, or that would move what has begun */
function ordered(
  programme: Programme,
  capsules: readonly Capsule[],
  order: readonly string[],
): CapsuleProposal {
  const there = capsules.map(({ id }) => id)
  if (
    order.length !== there.length ||
    new Set(order).size !== there.length ||
    !there.every(id => order.includes(id))
  )
    throw new Refusal({ field: 'capsule', message: 'form.error.choose' })
  if (order.every((id, at) => id === there[at]))
    throw new Refusal({ field: 'capsule', message: 'programme.error.same-order' })
  const found = reorderPlan(capsules, order, { calendar: calendarFor(programme), today: todayOf(programme) })
  if (found.refused.length > 0) throw new Refusal({ field: 'capsule', message: 'programme.error.begun' })
  return found
}
