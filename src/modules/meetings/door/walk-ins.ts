import { sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { type Check, markPresence, refuseUnheld } from '#modules/meetings/door/presences.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

export const walkInInput = z.object({
  name: z.string().trim().min(1).max(200),
  /** As it is typed: where the network has one of that name, it is that one. */
  organisationName: z.string().trim().max(200).default(''),
  email: z
    .string()
    .trim()
    .toLowerCase()
    .max(254)
    .nullish()
    .transform(typed => typed || null)
    .pipe(z.email().nullable()),
})

export type WalkIn = z.output<typeof walkInInput>

export interface LetIn {
  registrationId: string
  /** They had registered, and are marked as there. */
  known: boolean
  /** There are more in the room now than it was planned for. */
  over: boolean
}

/**
 * Lets somebody in who has not registered: the room is not closed to who stands at its door. Whose address is known is
 * the person it belongs to; who had registered after all is not written down twice.
 */
export async function letIn(
  trx: Trx,
  entry: Entry,
  meeting: Meeting,
  input: WalkIn,
  by: Extract<Check, 'walk_in' | 'sheet'> = 'walk_in',
): Promise<LetIn> {
  refuseUnheld(meeting)
  const { network, actor } = entry
  // Whoever registers or is let in waits for whoever else does: numbers follow one another.
  const { rows } = await sql<{ capacity: number | null; number: number }>`
    update meeting set last_number = last_number + 1 where network_id = ${network.id}::uuid and id = ${meeting.id}::uuid
    returning capacity, last_number as number`.execute(trx)
  const { rows: known } = await sql<{
    person_id: string | null
    organisation_id: string | null
    registration_id: string | null
  }>`
    select person.id as person_id, (
        select membership.organisation_id from membership
        join organisation on organisation.id = membership.organisation_id
        where membership.network_id = ${network.id}::uuid
          and lower(unaccent(organisation.name)) = lower(unaccent(${input.organisationName}))
        order by membership.organisation_id limit 1
      ) as organisation_id, (
        select registration.id from registration
        where registration.network_id = ${network.id}::uuid and registration.meeting_id = ${meeting.id}::uuid
          and registration.state <> 'withdrawn'
          and (registration.email = ${input.email} or registration.person_id = person.id)
        order by registration.number limit 1
      ) as registration_id
    from (select) as one
    left join person on person.network_id = ${network.id}::uuid and lower(person.email) = ${input.email}
      and person.erased_at is null
    limit 1`.execute(trx)
  const found = known[0]
  if (found?.registration_id) {
    await markPresence(trx, entry, meeting, {
      registrationId: found.registration_id,
      present: true,
      by: by === 'walk_in' ? 'list' : by,
    })
    return {
      registrationId: found.registration_id,
      known: true,
      over: await isOver(trx, network.id, meeting),
    }
  }
  const id = newId()
  await trx
    .insertInto('registration')
    .values({
      network_id: network.id,
      meeting_id: meeting.id,
      id,
      number: rows[0]?.number ?? 1,
      person_id: found?.person_id ?? null,
      organisation_id: found?.organisation_id ?? null,
      name: input.name,
      email: input.email,
      organisation_name: found?.organisation_id ? '' : input.organisationName,
      locale: network.locale,
      state: 'registered',
      present: true,
      // Typed from paper, or once it is over, this is not the moment at which they came.
      arrived_at: by === 'sheet' || meeting.endsAt <= new Date() ? null : new Date(),
      checked_by: by,
    })
    .execute()
  const over = await isOver(trx, network.id, meeting)
  await recordChange(trx, network.id, actor, {
    action: 'meeting.walk-in-added',
    subject: { type: 'meeting', id: meeting.id },
    after: { registration: id, by },
  })
  return { registrationId: id, known: false, over }
}

/** Of those at the place: who follows from afar takes no chair. */
async function isOver(trx: Trx, networkId: string, { id, capacity }: Meeting): Promise<boolean> {
  if (capacity === null) return false
  const { rows } = await sql<{ present: number }>`
    select count(*)::int as present from registration
    where network_id = ${networkId}::uuid and meeting_id = ${id}::uuid and present and attends = 'place'`.execute(
    trx,
  )
  return (rows[0]?.present ?? 0) > capacity
}
