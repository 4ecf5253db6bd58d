import { type RawBuilder, sql } from 'kysely'
import { announceWork } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { openGroup, seen } from '#modules/groups/index.ts'
import { mostOptions, type PollInput, type PollVisibility } from '#modules/meetings/polls/schema.ts'
import { pollsQueue } from '#modules/meetings/polls/telling.ts'
import { groupsOf, type Reader, readerOf, runsAll } from '#modules/meetings/reading-rights.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

export interface PollLine {
  id: string
  title: string
  group: { id: string; name: string; slug: string } | null
  closesAt: Date
  /** 'closed': nobody answers any more, and none is chosen yet. */
  state: 'open' | 'closed' | 'settled' | 'cancelled'
  options: number
  answers: number
  /** Whether the reader has. */
  answered: boolean
}

export interface Poll extends Omit<PollLine, 'options' | 'answers' | 'answered'> {
  about: string
  timeZone: string
  minutes: number
  place: string
  videoUrl: string | null
  visibility: PollVisibility
  openAnswers: boolean
  meetingId: string | null
  remindAt: Date | null
  /** Also where the reader may not know of the group. */
  groupId: string | null
  mayRun: boolean
  mayAnswer: boolean
}

const shownAtOnce = 50
const mostYears = 5

/** Those the reader may see, the ones that close first at the head; `past`: what is over, the latest first. */
export async function listPolls(
  trx: Trx,
  entry: Entry,
  query: PollsQuery,
): Promise<{ polls: PollLine[]; next: string | null }> {
  return pollsFor(trx, readerOf(entry), query)
}

export interface PollsQuery {
  groupId?: string
  past?: boolean
  /** Only those that are closed and of which the reader may choose the date. */
  toChoose?: boolean
  /** The `next` of the answer before. */
  after?: string | undefined
  limit?: number
}

/** The same, for a reader who did not come in by a door. */
export async function pollsFor(
  trx: Trx,
  reader: Reader,
  query: PollsQuery,
): Promise<{ polls: PollLine[]; next: string | null }> {
  const { after, limit = shownAtOnce } = query
  const past = query.past === true
  const here = sql`poll.network_id = ${reader.networkId}::uuid`
  const order = past ? sql`poll.closes_at desc, poll.id desc` : sql`poll.closes_at, poll.id`
  const stage = query.toChoose
    ? sql`poll.state = 'open' and poll.closes_at <= now() and ${runs(reader)}`
    : sql`${past ? sql`not` : sql``} (poll.state = 'open' and poll.closes_at > now())`
  const beyond = past ? sql`<` : sql`>`
  const { rows } = await sql<LineRow>`
    select poll.id, poll.title, poll.state, poll.closes_at, poll.group_id, network_group.name as group_name,
      network_group.slug as group_slug,
      (select count(*)::int from date_option o where o.network_id = poll.network_id and o.poll_id = poll.id) as options,
      (select count(*)::int from date_answer a where a.network_id = poll.network_id and a.poll_id = poll.id) as answers,
      exists (
        select from date_answer a where a.network_id = poll.network_id and a.poll_id = poll.id
          and a.person_id = ${reader.personId}::uuid
      ) as answered
    from date_poll poll
    ${group(reader)}
    where ${here} and ${visible(reader)} and ${stage}
      ${query.groupId ? sql`and poll.group_id = ${query.groupId}::uuid` : sql``}
      ${
        after !== undefined && isId(after)
          ? sql`and (poll.closes_at, poll.id) ${beyond} (
              select closes_at, id from date_poll where network_id = ${reader.networkId}::uuid and id = ${after}::uuid)`
          : sql``
      }
    order by ${order} limit ${limit + 1}::integer`.execute(trx)
  const polls = rows.slice(0, limit).map(row => ({
    ...asLine(row),
    options: row.options,
    answers: row.answers,
    answered: row.answered,
  }))
  return { polls, next: rows.length > limit ? (polls.at(-1)?.id ?? null) : null }
}

/** @throws AppError 'not-found' for those who may not see it, 'forbidden' for those who may not do that with it */
export async function openPoll(
  trx: Trx,
  entry: Entry,
  id: string,
  need: 'read' | 'answer' | 'run',
): Promise<Poll> {
  if (!isId(id)) throw new AppError('not-found')
  const { rows } = await sql<PollRow>`
    select poll.*, network_group.name as group_name, network_group.slug as group_slug,
      ${runs(readerOf(entry))} as may_run
    from date_poll poll
    ${group(readerOf(entry))}
    where poll.network_id = ${entry.network.id}::uuid and poll.id = ${id}::uuid and ${visible(readerOf(entry))}`.execute(
    trx,
  )
  const [row] = rows
  if (!row) throw new AppError('not-found')
  const poll = asPoll(row, entry)
  if (need === 'run' && !poll.mayRun) throw new AppError('forbidden')
  if (need === 'answer' && !poll.mayAnswer) throw new AppError('forbidden')
  return poll
}

/**
 * Asks when people can meet. Those of the group are written to by a job, soon after.
 * @throws Refusal for dates that are over, a closing day after them, an audience the network cannot have
 */
export async function createPoll(
  trx: Trx,
  entry: Entry,
  input: PollInput,
  linkOrigin: string,
  now = new Date(),
): Promise<string> {
  await refuseUnlessRunning(trx, entry, input.groupId)
  refuseAudience(entry, input)
  refuseDates(input.options, now)
  refuseClosing(input.closesAt, input.options, now)
  const id = newId()
  const networkId = entry.network.id
  await trx
    .insertInto('date_poll')
    .values({
      network_id: networkId,
      id,
      group_id: input.groupId,
      title: input.title,
      about: input.about,
      time_zone: input.timeZone,
      minutes: input.minutes,
      place: input.place,
      video_url: input.videoUrl,
      visibility: input.visibility,
      open_answers: input.openAnswers,
      closes_at: input.closesAt,
      remind_at: input.remind ? reminderFor(now, input.closesAt) : null,
      // Whoever is of the network and of no group of it sees the poll at its door: everyone is not written to.
      asked_at: input.groupId ? null : now,
      link_origin: linkOrigin,
      created_by: entry.personId,
    })
    .execute()
  await insertOptions(trx, networkId, id, input.options)
  if (input.groupId) await announceWork(trx, pollsQueue)
  await recordChange(trx, networkId, entry.actor, {
    action: 'date-poll.opened',
    subject: { type: 'date-poll', id },
    after: { group_id: input.groupId, visibility: input.visibility, options: input.options.length },
  })
  return id
}

/** Proposes more dates; those who answered see that they have some to answer still. @throws Refusal */
export async function addOptions(
  trx: Trx,
  entry: Entry,
  id: string,
  moments: readonly Date[],
  now = new Date(),
): Promise<number> {
  const poll = await openPoll(trx, entry, id, 'run')
  refuseUnlessOpen(poll, 'day', now)
  refuseDates(moments, now)
  const networkId = entry.network.id
  // Two who add at once must not pass the most together.
  await sql`select from date_poll where network_id = ${networkId}::uuid and id = ${id}::uuid for no key update`.execute(
    trx,
  )
  const known = await trx
    .selectFrom('date_option')
    .select('starts_at')
    .where('network_id', '=', networkId)
    .where('poll_id', '=', id)
    .execute()
  const taken = new Set(known.map(row => row.starts_at.getTime()))
  const added = moments.filter(moment => !taken.has(moment.getTime()))
  if (added.length === 0) throw new Refusal({ field: 'day', message: 'poll.error.known' })
  if (known.length + added.length > mostOptions)
    throw new Refusal({ field: 'day', message: 'poll.error.many', values: { most: mostOptions } })
  await insertOptions(trx, networkId, id, added)
  await recordChange(trx, networkId, entry.actor, {
    action: 'date-poll.dates-added',
    subject: { type: 'date-poll', id },
    after: { options: added.length },
  })
  return added.length
}

/** Closes later, or sooner; a reminder that is still to come goes with it. @throws Refusal */
export async function moveClosing(
  trx: Trx,
  entry: Entry,
  id: string,
  closesAt: Date,
  now = new Date(),
): Promise<void> {
  const poll = await openPoll(trx, entry, id, 'run')
  if (poll.state !== 'open' && poll.state !== 'closed')
    throw new Refusal({ field: 'closesOn', message: 'poll.error.over' })
  const options = await trx
    .selectFrom('date_option')
    .select('starts_at')
    .where('network_id', '=', entry.network.id)
    .where('poll_id', '=', id)
    .execute()
  refuseClosing(
    closesAt,
    options.map(row => row.starts_at),
    now,
  )
  await trx
    .updateTable('date_poll')
    .set({ closes_at: closesAt, ...(poll.remindAt && { remind_at: reminderFor(now, closesAt) }) })
    .where('network_id', '=', entry.network.id)
    .where('id', '=', id)
    .execute()
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'date-poll.closing-moved',
    subject: { type: 'date-poll', id },
    before: { closes_at: poll.closesAt },
    after: { closes_at: closesAt },
  })
}

/** A reminder comes two days before the end, or halfway where there is less time than four. */
export function reminderFor(now: Date, closesAt: Date): Date {
  const left = closesAt.getTime() - now.getTime()
  return new Date(closesAt.getTime() - Math.min(2 * 86_400_000, left / 2))
}

export function refuseUnlessOpen(poll: Poll, field: string, now: Date): void {
  if (poll.state === 'settled' || poll.state === 'cancelled')
    throw new Refusal({ field, message: 'poll.error.over' })
  if (poll.closesAt <= now) throw new Refusal({ field, message: 'poll.error.closed' })
}

async function refuseUnlessRunning(trx: Trx, entry: Entry, groupId: string | null): Promise<void> {
  if (groupId) await openGroup(trx, entry, groupId, 'run')
  else if (!runsAll(readerOf(entry))) throw new AppError('forbidden')
}

function refuseAudience(entry: Entry, input: PollInput): void {
  if (input.visibility === 'group' && !input.groupId)
    throw new Refusal({ field: 'visibility', message: 'poll.error.group' })
  if (input.visibility === 'public' && entry.network.visibility === 'private')
    throw new Refusal({ field: 'visibility', message: 'poll.error.public' })
}

function refuseDates(moments: readonly Date[], now: Date): void {
  const horizon = new Date(now)
  horizon.setUTCFullYear(horizon.getUTCFullYear() + mostYears)
  if (moments.some(moment => moment <= now)) throw new Refusal({ field: 'day', message: 'poll.error.past' })
  if (moments.some(moment => moment > horizon))
    throw new Refusal({ field: 'day', message: 'poll.error.far', values: { years: mostYears } })
}

function refuseClosing(closesAt: Date, moments: readonly Date[], now: Date): void {
  const last = Math.max(...moments.map(moment => moment.getTime()))
  if (closesAt <= now) throw new Refusal({ field: 'closesOn', message: 'poll.error.closing-past' })
  if (closesAt.getTime() >= last) throw new Refusal({ field: 'closesOn', message: 'poll.error.closing-late' })
}

async function insertOptions(
  trx: Trx,
  networkId: string,
  id: string,
  moments: readonly Date[],
): Promise<void> {
  await trx
    .insertInto('date_option')
    .values(moments.map(moment => ({ network_id: networkId, poll_id: id, id: newId(), starts_at: moment })))
    .execute()
}

/** Whom a poll is there for: those who may answer it, and those who run the network. The one place that says so. */
function visible(reader: Reader): RawBuilder<boolean> {
  if (reader.role === 'visitor') return sql<boolean>`poll.visibility = 'public'`
  if (runsAll(reader)) return sql<boolean>`true`
  return sql<boolean>`(poll.visibility <> 'group' or poll.created_by = ${reader.personId}::uuid
    or poll.group_id in ${groupsOf(reader)})`
}

function runs(reader: Reader): RawBuilder<boolean> {
  if (runsAll(reader)) return sql<boolean>`true`
  if (reader.role === 'visitor') return sql<boolean>`false`
  return sql<boolean>`(coalesce(poll.created_by = ${reader.personId}::uuid, false)
    or coalesce(poll.group_id in ${groupsOf(reader, true)}, false))`
}

/** The group a poll is of, where its reader may know of it. */
function group(reader: Reader): RawBuilder<unknown> {
  return sql`left join network_group on network_group.network_id = poll.network_id and network_group.id = poll.group_id
    and ${seen({ ...reader, network: { id: reader.networkId } })}`
}

interface LineRow {
  id: string
  title: string
  state: string
  closes_at: Date
  group_id: string | null
  group_name: string | null
  group_slug: string | null
  options: number
  answers: number
  answered: boolean
}

type PollRow = Omit<LineRow, 'options' | 'answers' | 'answered'> & {
  about: string
  time_zone: string
  minutes: number
  place: string
  video_url: string | null
  visibility: string
  open_answers: boolean
  meeting_id: string | null
  remind_at: Date | null
  may_run: boolean
}

function asLine(row: Omit<LineRow, 'options' | 'answers' | 'answered'>) {
  const closed = row.state === 'open' && row.closes_at <= new Date()
  const { group_id: id, group_name: name, group_slug: slug } = row
  return {
    id: row.id,
    title: row.title,
    group: id && name && slug ? { id, name, slug } : null,
    closesAt: row.closes_at,
    state: closed ? ('closed' as const) : (row.state as 'open' | 'settled' | 'cancelled'),
  }
}

function asPoll(row: PollRow, entry: Entry): Poll {
  const line = asLine(row)
  return {
    ...line,
    groupId: row.group_id,
    about: row.about,
    timeZone: row.time_zone,
    minutes: row.minutes,
    place: row.place,
    videoUrl: row.video_url,
    visibility: row.visibility as PollVisibility,
    openAnswers: row.open_answers,
    meetingId: row.meeting_id,
    remindAt: row.remind_at,
    mayRun: row.may_run,
    mayAnswer: line.state === 'open' && (entry.personId !== null || row.visibility === 'public'),
  }
}
