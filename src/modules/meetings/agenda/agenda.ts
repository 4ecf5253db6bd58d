import { sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { timed } from '#modules/meetings/agenda/timing.ts'
import { nameOf } from '#modules/meetings/hosting.ts'
import { openMeeting } from '#modules/meetings/meetings.ts'
import { lockMeeting } from '#modules/meetings/registrations/places.ts'
import { tellContribution, tellContributionDecided } from '#modules/meetings/telling/telling.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

export interface AgendaItem {
  id: string
  title: string
  /** Markdown. */
  details: string
  /** Null: as long as it takes. */
  minutes: number | null
  speaker: string
  proposedBy: { id: string; name: string } | null
  state: 'proposed' | 'accepted' | 'declined'
  answer: string
}

export const agendaItemInput = z.object({
  title: z.string().trim().min(1).max(300),
  details: z.string().trim().max(10_000).default(''),
  minutes: z
    .union([z.number(), z.string().trim()])
    .nullish()
    .transform(written =>
      written === '' || written === null || written === undefined ? null : Number(written),
    )
    .pipe(z.number().int().min(1).max(1440).nullable()),
  speaker: z.string().trim().max(200).default(''),
})
export type AgendaItemInput = z.output<typeof agendaItemInput>

export const decisionInput = z.object({
  state: z.enum(['accepted', 'declined']),
  answer: z.string().trim().max(1000).default(''),
})

/** More than any meeting comes to. */
const mostItems = 200

/** What was accepted, in its order and with its times; then what waits for an answer, for those it concerns. */
export async function agendaOf(
  trx: Trx,
  networkId: string,
  meeting: { id: string; startsAt: Date },
  reader: { personId: string | null; mayRun: boolean },
): Promise<{ items: (AgendaItem & { startsAt: Date | null })[]; proposals: AgendaItem[] }> {
  const { rows } = await sql<AgendaItem>`
    select item.id, item.title, item.details, item.minutes, item.speaker, item.state, item.answer,
      case when person.id is not null then jsonb_build_object('id', person.id, 'name', person.name) end as "proposedBy"
    from agenda_item item
    left join person on person.network_id = item.network_id and person.id = item.proposed_by
    where item.network_id = ${networkId} and item.meeting_id = ${meeting.id}
      and (item.state = 'accepted' or ${reader.mayRun} or item.proposed_by = ${reader.personId}::uuid)
    order by item.position, item.id limit ${mostItems}`.execute(trx)
  const items = timed(
    rows.filter(({ state }) => state === 'accepted'),
    meeting.startsAt,
  )
  return { items, proposals: rows.filter(({ state }) => state !== 'accepted') }
}

/** At the end. @returns its id */
export async function addAgendaItem(
  trx: Trx,
  entry: Entry,
  meetingId: string,
  input: AgendaItemInput,
): Promise<string> {
  await openMeeting(trx, entry, meetingId, 'run')
  const id = await append(trx, entry, meetingId, input, 'accepted')
  await recordAgenda(trx, entry, meetingId)
  return id
}

/** For the agenda of somebody else: those who run the meeting are told. @returns its id */
export async function proposeContribution(
  trx: Trx,
  entry: Entry,
  meetingId: string,
  input: AgendaItemInput,
): Promise<string> {
  const { meeting } = await openMeeting(trx, entry, meetingId, 'take-part')
  if (entry.personId === null) throw new AppError('forbidden')
  if (meeting.state !== 'scheduled' || meeting.endsAt < new Date())
    throw new Refusal({ field: '', message: 'meetings.error.over' })
  const id = await append(trx, entry, meetingId, input, 'proposed')
  const by = { id: entry.personId, name: await nameOf(trx, entry) }
  await tellContribution(trx, entry.network.id, meetingId, by, input.title)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'contribution.proposed',
    subject: { type: 'meeting', id: meetingId },
    after: { item: id },
  })
  return id
}

/** Puts a proposal on the agenda, at its end, or not, with a word to whoever made it. Decided already, nothing happens. */
export async function decideContribution(
  trx: Trx,
  entry: Entry,
  meetingId: string,
  itemId: string,
  { state, answer }: z.output<typeof decisionInput>,
): Promise<void> {
  await openMeeting(trx, entry, meetingId, 'run')
  await lockMeeting(trx, entry.network.id, meetingId)
  const { rows } = await sql<{ title: string; proposed_by: string | null }>`
    update agenda_item set state = ${state}, answer = ${answer},
      position = (select coalesce(max(position), 0) + 1 from agenda_item
        where network_id = ${entry.network.id} and meeting_id = ${meetingId})
    where network_id = ${entry.network.id} and meeting_id = ${meetingId} and id = ${checked(itemId)}
      and state = 'proposed'
    returning title, proposed_by`.execute(trx)
  const [item] = rows
  if (!item) throw new AppError('not-found')
  if (item.proposed_by !== null && item.proposed_by !== entry.personId)
    await tellContributionDecided(trx, entry.network.id, meetingId, item.proposed_by, {
      contribution: item.title,
      state,
      answer,
    })
  await announceChange(trx, entry.network.id)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'contribution.decided',
    subject: { type: 'meeting', id: meetingId },
    after: { item: itemId, state },
  })
}

/** By whoever proposed it, as long as nobody has answered. */
export async function takeBackContribution(
  trx: Trx,
  entry: Entry,
  meetingId: string,
  itemId: string,
): Promise<void> {
  await openMeeting(trx, entry, meetingId, 'take-part')
  const { rows } = await sql`
    delete from agenda_item
    where network_id = ${entry.network.id} and meeting_id = ${meetingId} and id = ${checked(itemId)}
      and state = 'proposed' and proposed_by = ${entry.personId}::uuid
    returning id`.execute(trx)
  if (rows.length === 0) throw new AppError('not-found')
}

export async function changeAgendaItem(
  trx: Trx,
  entry: Entry,
  meetingId: string,
  itemId: string,
  input: AgendaItemInput,
): Promise<void> {
  await openMeeting(trx, entry, meetingId, 'run')
  const { numUpdatedRows } = await trx
    .updateTable('agenda_item')
    .set(input)
    .where('network_id', '=', entry.network.id)
    .where('meeting_id', '=', meetingId)
    .where('id', '=', checked(itemId))
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new AppError('not-found')
  await recordAgenda(trx, entry, meetingId)
}

/** One place nearer to the beginning, or to the end. */
export async function moveAgendaItem(
  trx: Trx,
  entry: Entry,
  meetingId: string,
  itemId: string,
  direction: 'earlier' | 'later',
): Promise<void> {
  await openMeeting(trx, entry, meetingId, 'run')
  // Two who move at once would each see the order before the other.
  await lockMeeting(trx, entry.network.id, meetingId)
  await sql`
    with line as (
      select id, row_number() over (order by position, id) as place from agenda_item
      where network_id = ${entry.network.id} and meeting_id = ${meetingId} and state = 'accepted'
    ), moved as (
      select place, place + ${direction === 'earlier' ? -1 : 1}::integer as wanted from line where id = ${checked(itemId)}
    ), settled as (
      select line.id, case
        when line.place = moved.place and exists (select from line other where other.place = moved.wanted) then moved.wanted
        when line.place = moved.wanted then moved.place
        else line.place end as place
      from line, moved
    )
    update agenda_item set position = settled.place from settled
    where network_id = ${entry.network.id} and meeting_id = ${meetingId} and agenda_item.id = settled.id`.execute(
    trx,
  )
  await recordAgenda(trx, entry, meetingId)
}

export async function removeAgendaItem(
  trx: Trx,
  entry: Entry,
  meetingId: string,
  itemId: string,
): Promise<void> {
  await openMeeting(trx, entry, meetingId, 'run')
  await trx
    .deleteFrom('agenda_item')
    .where('network_id', '=', entry.network.id)
    .where('meeting_id', '=', meetingId)
    .where('id', '=', checked(itemId))
    .execute()
  await recordAgenda(trx, entry, meetingId)
}

/** What one meeting had on its agenda, for another that is made after it. */
export async function copyAgenda(trx: Trx, entry: Entry, from: string, to: string): Promise<void> {
  await openMeeting(trx, entry, from, 'run')
  await openMeeting(trx, entry, to, 'run')
  const rows = await trx
    .selectFrom('agenda_item')
    .select(['position', 'title', 'details', 'minutes', 'speaker'])
    .where('network_id', '=', entry.network.id)
    .where('meeting_id', '=', from)
    .where('state', '=', 'accepted')
    .orderBy('position')
    .limit(mostItems)
    .execute()
  if (rows.length === 0) return
  await trx
    .insertInto('agenda_item')
    .values(rows.map(row => ({ ...row, network_id: entry.network.id, meeting_id: to, id: newId() })))
    .execute()
}

async function append(
  trx: Trx,
  { network, personId }: Entry,
  meetingId: string,
  input: AgendaItemInput,
  state: 'accepted' | 'proposed',
): Promise<string> {
  const id = newId()
  await lockMeeting(trx, network.id, meetingId)
  const { rows } = await sql<{ last: number; items: number }>`
    select coalesce(max(position), 0) as last, count(*)::integer as items from agenda_item
    where network_id = ${network.id} and meeting_id = ${meetingId}`.execute(trx)
  const { last = 0, items = 0 } = rows[0] ?? {}
  if (items >= mostItems)
    throw new Refusal({ field: '', message: 'form.error.most', values: { most: mostItems } })
  const proposed_by = state === 'proposed' ? personId : null
  await trx
    .insertInto('agenda_item')
    .values({
      ...input,
      network_id: network.id,
      meeting_id: meetingId,
      id,
      position: last + 1,
      state,
      proposed_by,
    })
    .execute()
  return id
}

async function recordAgenda(trx: Trx, { network, actor }: Entry, meetingId: string): Promise<void> {
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, actor, {
    action: 'meeting.agenda-changed',
    subject: { type: 'meeting', id: meetingId },
  })
}

function checked(id: string): string {
  if (!isId(id)) throw new AppError('not-found')
  return id
}
