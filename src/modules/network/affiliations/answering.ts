import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { type Affiliation, findAffiliation, networkBy } from '#modules/network/affiliations/affiliations.ts'
import { stands } from '#modules/network/affiliations/asking.ts'
import { oneAtATime, tellBoth } from '#modules/network/affiliations/other-side.ts'
import type { Working } from '#modules/network/affiliations/working.ts'
import { Refusal } from '#modules/network/refusal.ts'

/** Says yes to what the other network asked. @throws Refusal for a circle, or what is answered; AppError 'not-found' */
export async function acceptAffiliation(trx: Trx, working: Working, id: string): Promise<void> {
  await oneAtATime(trx)
  const asked = await askedOfUs(trx, working, id)
  const { from, until } = asked
  const ends = [working.network.id, asked.other?.id ?? '']
  const [member = '', parent = ''] = asked.side === 'member' ? ends : ends.reverse()
  if (await stands(trx, member, parent, from, until))
    throw new Refusal({ field: '', message: 'affiliations.error.stands' })
  const { rows } = await sql<{ circle: boolean }>`
    select affiliation_circle_anywhere(${member}, ${parent}, ${from}, ${until}) as circle`.execute(trx)
  if (rows[0]?.circle) throw new Refusal({ field: '', message: 'affiliations.error.circle' })
  await settle(trx, working, id, 'accepted')
  const change = {
    action: 'affiliation.accepted',
    before: { state: 'asked' },
    after: { state: 'accepted' },
  }
  await tellBoth(trx, working, asked.other, id, change, 'affiliation-accepted')
}

/** Says no. Whoever asked hears of it from a public network alone. @throws Refusal for what is answered; AppError 'not-found' */
export async function declineAffiliation(trx: Trx, working: Working, id: string): Promise<void> {
  await oneAtATime(trx)
  const asked = await askedOfUs(trx, working, id)
  await settle(trx, working, id, 'declined')
  const change = {
    action: 'affiliation.declined',
    before: { state: 'asked' },
    after: { state: 'declined' },
  }
  const heard = working.network.visibility === 'public' ? asked.other : null
  await tellBoth(trx, working, heard, id, change, 'affiliation-declined')
}

/** Takes back what one asked. @throws Refusal for what is answered; AppError 'not-found' */
export async function withdrawAffiliation(trx: Trx, working: Working, id: string): Promise<void> {
  await oneAtATime(trx)
  const asked = await found(trx, working, id)
  if (!asked.asked || asked.state !== 'asked') throw answered()
  const [before] = await trx
    .selectFrom('affiliation')
    .select(['other_id', 'state'])
    .where('network_id', '=', working.network.id)
    .where('id', '=', id)
    .execute()
  await settle(trx, working, id, 'withdrawn')
  const change = {
    action: 'affiliation.withdrawn',
    before: { state: 'asked' },
    after: { state: 'withdrawn' },
  }
  // Also one that must not be named here hears of it, unless it has declined.
  const other =
    before?.state === 'asked' && before.other_id !== null ? await networkBy(trx, 'id', before.other_id) : null
  await tellBoth(trx, working, other, id, change, 'affiliation-withdrawn')
}

/**
 * Ends what is agreed; the day given is its last. It can be brought forward, by either side; put off, only by asking anew.
 * @throws Refusal for a day before it began or after it ends; AppError 'not-found'
 */
export async function endAffiliation(trx: Trx, working: Working, id: string, lastDay: string): Promise<void> {
  await oneAtATime(trx)
  const agreed = await found(trx, working, id)
  if (agreed.state !== 'accepted') throw answered()
  if (lastDay < agreed.from) throw new Refusal({ field: 'until', message: 'mandate.error.order' })
  if (agreed.until !== null && lastDay > agreed.until)
    throw new Refusal({ field: 'until', message: 'affiliations.error.later' })
  if (lastDay === agreed.until) return
  await trx
    .updateTable('affiliation')
    .set({ valid_until: lastDay })
    .where('id', '=', id)
    .where(({ or, eb }) =>
      or([eb('network_id', '=', working.network.id), eb('other_id', '=', working.network.id)]),
    )
    .execute()
  const change = {
    action: 'affiliation.ended',
    before: { until: agreed.until },
    after: { until: lastDay },
  }
  await tellBoth(trx, working, agreed.other, id, change, 'affiliation-ended')
}

async function found(trx: Trx, { network }: Working, id: string): Promise<Affiliation> {
  const affiliation = await findAffiliation(trx, network.id, id)
  if (!affiliation) throw new AppError('not-found')
  return affiliation
}

async function askedOfUs(trx: Trx, working: Working, id: string): Promise<Affiliation> {
  const affiliation = await found(trx, working, id)
  if (affiliation.asked || affiliation.state !== 'asked') throw answered()
  return affiliation
}

function answered(): Refusal {
  return new Refusal({ field: '', message: 'affiliations.error.answered' })
}

async function settle(
  trx: Trx,
  { network }: Working,
  id: string,
  state: 'accepted' | 'declined' | 'withdrawn',
): Promise<void> {
  await trx
    .updateTable('affiliation')
    .set({ state, answered_at: sql`now()` })
    .where('id', '=', id)
    .where(({ or, eb }) => or([eb('network_id', '=', network.id), eb('other_id', '=', network.id)]))
    .execute()
}
