import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { changeCourse } from '#modules/programmes/course/changing.ts'
import { todayOf } from '#modules/programmes/course/moving.ts'
import { rewire } from '#modules/programmes/course/rewiring.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { type Shortening, shortenPlan } from '#modules/programmes/planning/shortening.ts'
import { type Capsule, type Programme, structureOf } from '#modules/programmes/programme.ts'

export interface Leaving {
  /** Ids of steps and of whole capsules. */
  left: readonly string[]
  /** The last day from now on; null: what is left out says it. */
  endsOn: string | null
}

/** What would be left out, and when it would end. Nothing is written. */
export async function proposeShortening(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  leaving: Leaving,
): Promise<Shortening> {
  const { programme } = await openProgramme(trx, entry, programmeId, 'run')
  return shortening(programme, await structureOf(trx, entry.network.id, programmeId), leaving)
}

/** Leaves steps out: their meetings are called off, what was done of them stays, and the rest is as it was. */
export async function shortenProgramme(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  input: Leaving & { revision: number; reason?: string },
  linkOrigin: string,
): Promise<number> {
  const { revision, reason = '' } = input
  const intent = { programmeId, revision, reason, kind: 'shortened' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ programme, capsules }) => {
    const { dropped, rewired } = shortening(programme, capsules, input)
    await sql`
      update programme_step set dropped_at = now()
      where network_id = ${entry.network.id}::uuid and programme_id = ${programmeId}::uuid
        and id = any (${dropped}::uuid[])`.execute(trx)
    await rewire(trx, entry.network.id, programmeId, rewired)
  })
}

/** @throws Refusal for an end before the start, for what is over, and where nothing or everything would be left out */
function shortening(
  programme: Programme,
  capsules: readonly Capsule[],
  { left, endsOn }: Leaving,
): Shortening {
  const today = todayOf(programme)
  if (endsOn !== null && endsOn < programme.startsOn)
    throw new Refusal({ field: 'endsOn', message: 'programme.error.end-before-start' })
  if (endsOn !== null && endsOn < today)
    throw new Refusal({ field: 'endsOn', message: 'programme.error.into-the-past' })
  const whole = new Set(capsules.map(({ id }) => id))
  const found = shortenPlan(
    capsules,
    {
      steps: left.filter(id => !whole.has(id)),
      capsules: left.filter(id => whole.has(id)),
      ...(endsOn !== null && { endsOn }),
    },
    today,
  )
  const [refused] = found.refused
  if (refused)
    throw new Refusal({
      field: 'left',
      message: refused.reason === 'past' ? 'programme.error.past' : 'form.error.choose',
    })
  if (found.dropped.length === 0)
    throw new Refusal({ field: 'left', message: 'programme.error.nothing-dropped' })
  if (found.endsOn === null) throw new Refusal({ field: 'left', message: 'programme.error.nothing-left' })
  return found
}
