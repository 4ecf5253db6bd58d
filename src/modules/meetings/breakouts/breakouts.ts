import { sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import {
  drawTables,
  type Guest,
  mostGuests,
  type Score,
  type Seat,
  scoreOf,
  TooManyLocked,
  tablesFor,
} from '#modules/meetings/breakouts/drawing.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Someone who is to sit at a table. */
export interface Seatable extends Guest {
  name: string
  organisationName: string
  present: boolean | null
}

export interface BreakoutSeat extends Seat {
  locked: boolean
}

export interface Breakouts {
  tables: number
  rounds: number
  drawnAt: Date
  seats: BreakoutSeat[]
}

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

export const drawInput = z
  .object({
    /** By how many tables there are, or how many sit at each. */
    by: z.enum(['tables', 'size']).default('tables'),
    number: whole(1, 200),
    rounds: whole(1, 6).default(1),
    /** Only those who are there already. */
    present: z.union([z.boolean(), z.literal('on').transform(() => true)]).default(false),
  })
  .refine(({ by, number }) => by === 'tables' || number >= 2, {
    path: ['number'],
    error: 'breakouts.error.size',
  })

export type DrawInput = z.output<typeof drawInput>

/** Who comes, by name, with what they have in common. Who follows from afar sits at no table. */
export async function seatablesOf(trx: Trx, networkId: string, meetingId: string): Promise<Seatable[]> {
  const { rows } = await sql<Seatable>`
    select registration.id, coalesce(nullif(registration.name, ''), person.name, '') as name,
      coalesce(organisation.name, registration.organisation_name) as "organisationName",
      coalesce(registration.organisation_id::text, nullif(lower(registration.organisation_name), '')) as organisation,
      organisation.size_class as "sizeClass", organisation.sector, registration.present
    from registration
    left join person on person.network_id = registration.network_id and person.id = registration.person_id
    left join organisation on organisation.id = registration.organisation_id
    where registration.network_id = ${networkId}::uuid and registration.meeting_id = ${meetingId}::uuid
      and registration.state = 'registered' and registration.attends = 'place' and registration.present is not false
    order by coalesce(nullif(registration.name, ''), person.name, '') collate name_order, registration.id
    limit ${mostGuests + 1}`.execute(trx)
  // A division of a classification is what people mean by a sector: 'naf2:20.42Z' and 'naf2:20.41Z' are one.
  return rows.map(row => ({ ...row, sector: row.sector?.slice(0, row.sector.indexOf(':') + 3) ?? null }))
}

/** The tables as drawn last and moved since; null before there was a draw. */
export async function breakoutsOf(trx: Trx, networkId: string, meetingId: string): Promise<Breakouts | null> {
  const drawn = await trx
    .selectFrom('breakout')
    .select(['tables', 'rounds', 'drawn_at'])
    .where('network_id', '=', networkId)
    .where('meeting_id', '=', meetingId)
    .executeTakeFirst()
  if (!drawn) return null
  const seats = await trx
    .selectFrom('breakout_seat')
    .select(['registration_id', 'round', 'seat_table', 'locked'])
    .where('network_id', '=', networkId)
    .where('meeting_id', '=', meetingId)
    .orderBy('round')
    .orderBy('seat_table')
    .orderBy('registration_id')
    .execute()
  return {
    tables: drawn.tables,
    rounds: drawn.rounds,
    drawnAt: drawn.drawn_at,
    seats: seats.map(({ registration_id, round, seat_table, locked }) => ({
      guest: registration_id,
      round,
      table: seat_table,
      locked,
    })),
  }
}

/**
 * Draws the tables, again where they were drawn before; who is to stay at a table stays there.
 * @throws Refusal where nobody comes, too many, or more are to stay at a table than it has places
 */
export async function drawBreakouts(
  trx: Trx,
  { network, personId, actor }: Entry,
  meeting: Meeting,
  input: DrawInput,
  seed: number,
): Promise<void> {
  // Two who draw at once draw one after the other.
  await sql`select from meeting where network_id = ${network.id}::uuid and id = ${meeting.id}::uuid for no key update`.execute(
    trx,
  )
  const all = await seatablesOf(trx, network.id, meeting.id)
  const guests = input.present ? all.filter(({ present }) => present) : all
  if (guests.length === 0) throw new Refusal({ field: 'number', message: 'breakouts.error.nobody' })
  if (guests.length > mostGuests)
    throw new Refusal({ field: 'number', message: 'breakouts.error.many', values: { most: mostGuests } })
  const tables = Math.min(
    guests.length,
    input.by === 'size' ? tablesFor(guests.length, input.number) : input.number,
  )
  const before = await breakoutsOf(trx, network.id, meeting.id)
  const locked = before?.seats.filter(seat => seat.locked && seat.table <= tables) ?? []
  const met = await metBefore(trx, network.id, meeting, guests)
  const seats = drawn({ guests, tables, rounds: input.rounds, seed, met, locked })
  const staying = new Set(locked.map(({ guest, round }) => `${guest} ${round}`))
  await trx
    .deleteFrom('breakout')
    .where('network_id', '=', network.id)
    .where('meeting_id', '=', meeting.id)
    .execute()
  await trx
    .insertInto('breakout')
    .values({
      network_id: network.id,
      meeting_id: meeting.id,
      seed,
      tables,
      rounds: input.rounds,
      drawn_by: personId,
    })
    .execute()
  const rows = seats.map(({ guest, round, table }) => ({
    registration_id: guest,
    round,
    seat_table: table,
    locked: staying.has(`${guest} ${round}`),
  }))
  await sql`
    insert into breakout_seat (network_id, meeting_id, registration_id, round, seat_table, locked)
    select ${network.id}::uuid, ${meeting.id}::uuid, registration_id, round, seat_table, locked
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as seat (registration_id uuid, round smallint, seat_table smallint, locked boolean)`.execute(trx)
  await recordChange(trx, network.id, actor, {
    action: 'meeting.tables-drawn',
    subject: { type: 'meeting', id: meeting.id },
    after: { seed, tables, rounds: input.rounds, people: guests.length },
  })
}

/**
 * Moves somebody to another table, where they stay also when it is drawn again; to the table they are at, with `locked`
 * false, frees them.
 * @throws AppError 'not-found' for one who has no seat, or a table that is none
 */
export async function moveSeat(
  trx: Trx,
  { network }: Entry,
  meeting: Meeting,
  move: { guest: string; round: number; table: number; locked: boolean },
): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('breakout_seat')
    .set({ seat_table: move.table, locked: move.locked })
    .where('network_id', '=', network.id)
    .where('meeting_id', '=', meeting.id)
    .where('registration_id', '=', move.guest)
    .where('round', '=', move.round)
    .where(({ eb, selectFrom }) =>
      eb(
        sql<number>`${move.table}::integer`,
        '<=',
        selectFrom('breakout')
          .select('tables')
          .where('network_id', '=', network.id)
          .where('meeting_id', '=', meeting.id),
      ),
    )
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new AppError('not-found')
}

export async function removeBreakouts(trx: Trx, { network, actor }: Entry, meeting: Meeting): Promise<void> {
  const { numDeletedRows } = await trx
    .deleteFrom('breakout')
    .where('network_id', '=', network.id)
    .where('meeting_id', '=', meeting.id)
    .executeTakeFirst()
  if (numDeletedRows === 0n) return
  await recordChange(trx, network.id, actor, {
    action: 'meeting.tables-removed',
    subject: { type: 'meeting', id: meeting.id },
  })
}

/** What the tables have in common as they stand, beside what chance would have done. */
export async function breakoutScore(
  trx: Trx,
  networkId: string,
  meeting: Meeting,
  guests: readonly Seatable[],
  { seats }: Breakouts,
): Promise<Score> {
  return scoreOf({ guests, met: await metBefore(trx, networkId, meeting, guests) }, seats)
}

/** As far back as people remember whom they sat with. */
const meetingsBack = 6

/**
 * How often two of them have met: at one table of an earlier meeting of the group, or in the same room without tables.
 * Whoever is no person of the network is known by their address.
 */
async function metBefore(
  trx: Trx,
  networkId: string,
  meeting: Meeting,
  guests: readonly Seatable[],
): Promise<(one: string, other: string) => number> {
  if (meeting.groupId === null || guests.length === 0) return () => 0
  const { rows } = await sql<{ id: string; places: string[] }>`
    with earlier as (
      select meeting.id, exists (
        select from breakout where breakout.network_id = meeting.network_id and breakout.meeting_id = meeting.id
      ) as seated
      from meeting
      where meeting.network_id = ${networkId}::uuid and meeting.group_id = ${meeting.groupId}::uuid
        and meeting.starts_at < ${meeting.startsAt} and meeting.state in ('scheduled', 'held')
      order by meeting.starts_at desc limit ${meetingsBack}
    ), guest as (
      select id, person_id, email from registration
      where network_id = ${networkId}::uuid and meeting_id = ${meeting.id}::uuid
        and id = any(${guests.map(({ id }) => id)}::uuid[])
    )
    select guest.id, array_agg(distinct concat_ws(' ', earlier.id, seat.round, seat.seat_table)) as places
    from guest
    join earlier on true
    join registration past on past.network_id = ${networkId}::uuid and past.meeting_id = earlier.id and past.present
      and (past.person_id = guest.person_id or (guest.person_id is null and past.email = guest.email))
    left join breakout_seat seat on seat.network_id = past.network_id and seat.meeting_id = past.meeting_id
      and seat.registration_id = past.id
    where not earlier.seated or seat.round is not null
    group by guest.id`.execute(trx)
  const places = new Map(rows.map(({ id, places }) => [id, new Set(places)]))
  return (one, other) => {
    const theirs = places.get(other)
    if (!theirs) return 0
    let count = 0
    for (const place of places.get(one) ?? []) if (theirs.has(place)) count += 1
    return count
  }
}

function drawn(drawing: Parameters<typeof drawTables>[0]): Seat[] {
  try {
    return drawTables(drawing)
  } catch (error) {
    if (error instanceof TooManyLocked) throw new Refusal({ field: '', message: 'breakouts.error.locked' })
    throw error
  }
}
