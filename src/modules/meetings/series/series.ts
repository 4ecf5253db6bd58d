import { type RawBuilder, sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { openGroup, seen } from '#modules/groups/index.ts'
import { localTime } from '#modules/meetings/local-time.ts'
import { groupsOf, type Reader, readerOf, runsAll } from '#modules/meetings/reading-rights.ts'
import { scheduleMeetings } from '#modules/meetings/scheduling.ts'
import { type MeetingInput, meetingInput } from '#modules/meetings/schema.ts'
import { type Occurrence, occurrencesOf, type Rhythm } from '#modules/meetings/series/recurrence.ts'
import type { RhythmInput, SeriesInput, SeriesTerms } from '#modules/meetings/series/schema.ts'
import { seriesTerms } from '#modules/meetings/series/schema.ts'
import { tellHostOfSeries } from '#modules/meetings/series/telling-hosts.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

export type KeptTerms = SeriesTerms & { timeZone: string }

export interface Series {
  id: string
  title: string
  /** Null where the reader does not know of it. */
  group: { id: string; name: string; slug: string } | null
  groupId: string | null
  terms: KeptTerms
  rhythm: Rhythm
  endedAt: Date | null
  mayRun: boolean
}

/** A date of a series: a meeting of its own. */
export interface SeriesDate {
  id: string
  /** The day the rhythm gave it. */
  date: string
  title: string
  startsAt: Date
  endsAt: Date
  timeZone: string
  place: string
  state: string
  /** What was changed of it on its own; empty for most. */
  own: string[]
  registered: number
  /** The reader's. */
  registration: 'registered' | 'waiting' | null
  /** Whether the reader is asked to receive it, or said yes. */
  receiving: 'asked' | 'confirmed' | null
}

export interface ListedSeries extends Omit<Series, 'terms'> {
  /** The next date, and how many are to come. */
  next: Date | null
  left: number
}

const shownAtOnce = 50

/** Those the reader may see of which dates are to come; the latest made come last. */
export async function listSeries(
  trx: Trx,
  entry: Entry,
  query: SeriesQuery = {},
): Promise<{ series: ListedSeries[]; next: string | null }> {
  return seriesFor(trx, readerOf(entry), query)
}

export interface SeriesQuery {
  groupId?: string
  /** The `next` of the answer before. */
  after?: string | undefined
  limit?: number
}

/** The same, for a reader who did not come in by a door. */
export async function seriesFor(
  trx: Trx,
  reader: Reader,
  { groupId, after, limit = shownAtOnce }: SeriesQuery,
): Promise<{ series: ListedSeries[]; next: string | null }> {
  const { rows } = await sql<SeriesRow & { next: Date | null; left: number }>`
    select series.*, series.skipped::text[] as skipped, network_group.name as group_name, network_group.slug as group_slug, ${runs(reader)} as may_run,
      coming.next, coming.left
    from meeting_series series
    ${group(reader)}
    cross join lateral (
      select min(starts_at) as next, count(*)::int as left from meeting
      where meeting.network_id = series.network_id and meeting.series_id = series.id and meeting.state = 'scheduled'
        and meeting.starts_at > now()
    ) coming
    where series.network_id = ${reader.networkId}::uuid and ${visible(reader)} and coming.left > 0
      ${groupId ? sql`and series.group_id = ${groupId}::uuid` : sql``}
      ${after !== undefined && isId(after) ? sql`and series.id > ${after}::uuid` : sql``}
    order by series.id limit ${limit + 1}::integer`.execute(trx)
  const series = rows.slice(0, limit).map(row => ({ ...asSeries(row), next: row.next, left: row.left }))
  return { series, next: rows.length > limit ? (series.at(-1)?.id ?? null) : null }
}

/** @throws AppError 'not-found' for those who may not see it, 'forbidden' for those who may not change it */
export async function openSeries(trx: Trx, entry: Entry, id: string, need: 'read' | 'run'): Promise<Series> {
  if (!isId(id)) throw new AppError('not-found')
  const { rows } = await sql<SeriesRow>`
    select series.*, series.skipped::text[] as skipped, network_group.name as group_name, network_group.slug as group_slug, ${runs(readerOf(entry))} as may_run
    from meeting_series series
    ${group(readerOf(entry))}
    where series.network_id = ${entry.network.id}::uuid and series.id = ${id}::uuid and ${visible(readerOf(entry))}`.execute(
    trx,
  )
  const [row] = rows
  if (!row) throw new AppError('not-found')
  const series = asSeries(row)
  if (need === 'run' && !series.mayRun) throw new AppError('forbidden')
  return series
}

export async function knowsSeries(trx: Trx, entry: Entry, id: string): Promise<boolean> {
  const reader = readerOf(entry)
  const { rows } = await sql`
    select from meeting_series series
    where series.network_id = ${reader.networkId}::uuid and series.id = ${id}::uuid and ${visible(reader)}`.execute(
    trx,
  )
  return rows.length > 0
}

/** All its dates, in order: there are few enough. */
export async function datesOf(trx: Trx, entry: Entry, seriesId: string): Promise<SeriesDate[]> {
  const { rows } = await sql<DateRow>`
    select meeting.id, meeting.series_date, meeting.title, meeting.starts_at, meeting.ends_at, meeting.time_zone,
      meeting.place, meeting.state, ${ownChanges} as own, coalesce(counts.registered, 0) as registered, (
        select registration.state from registration
        where registration.network_id = meeting.network_id and registration.meeting_id = meeting.id
          and registration.person_id = ${entry.personId}::uuid and registration.state <> 'withdrawn'
      ) as registration,
      case when meeting.host_person_id = ${entry.personId}::uuid then meeting.host_state end as receiving
    from meeting
    left join meeting_counts(array(
      select id from meeting where network_id = ${entry.network.id}::uuid and series_id = ${seriesId}::uuid
    )) counts on counts.meeting_id = meeting.id
    where meeting.network_id = ${entry.network.id}::uuid and meeting.series_id = ${seriesId}::uuid
    order by meeting.starts_at, meeting.id`.execute(trx)
  return rows.map(row => ({
    id: row.id,
    date: row.series_date,
    title: row.title,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    timeZone: row.time_zone,
    place: row.place,
    state: row.state,
    own: row.own ?? [],
    registered: Number(row.registered),
    registration: row.registration,
    receiving: row.receiving,
  }))
}

/**
 * Makes all meetings of a series at once.
 * @throws Refusal for a rhythm without end or without dates, one that begins in the past; AppError 'forbidden'
 */
export async function createSeries(
  trx: Trx,
  entry: Entry,
  input: SeriesInput,
  linkOrigin: string,
  now = new Date(),
): Promise<string> {
  if (input.groupId) await openGroup(trx, entry, input.groupId, 'run')
  else if (!runsAll(readerOf(entry))) throw new AppError('forbidden')
  const occurrences = datesIn(input, entry.network.timeZone)
  const [first] = occurrences
  if (first && first.startsAt <= now) throw new Refusal({ field: 'startsOn', message: 'series.error.past' })
  const id = newId()
  const networkId = entry.network.id
  await trx
    .insertInto('meeting_series')
    .values({
      network_id: networkId,
      id,
      group_id: input.groupId,
      created_by: entry.personId,
      ...columnsOf(input, entry.network.timeZone),
    })
    .execute()
  const terms = termsOf(input, entry.network.timeZone)
  const made = await addDates(trx, entry, { id, terms }, occurrences, linkOrigin)
  await tellHostOfSeries(trx, entry, { id, title: terms.title }, made)
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, entry.actor, {
    action: 'series.created',
    subject: { type: 'series', id },
    after: { group_id: input.groupId, dates: occurrences.length },
  })
  return id
}

/** Makes meetings of occurrences, as the series describes them. @returns their ids, in the order given */
export async function addDates(
  trx: Trx,
  entry: Entry,
  series: { id: string; terms: KeptTerms },
  occurrences: readonly Occurrence[],
  linkOrigin: string,
): Promise<string[]> {
  const inputs = occurrences.map(occurrence => meetingOf(series.terms, occurrence))
  const ids = await scheduleMeetings(trx, entry, inputs, linkOrigin)
  const links = ids.map((id, index) => ({ id, date: occurrences[index]?.date }))
  await sql`
    update meeting set series_id = ${series.id}::uuid, series_date = made.date, series_given = meeting_terms(meeting)
    from jsonb_to_recordset(${JSON.stringify(links)}::jsonb) as made (id uuid, date date)
    where meeting.network_id = ${entry.network.id}::uuid and meeting.id = made.id`.execute(trx)
  return ids
}

/** The dates of a rhythm. @throws Refusal that says how to mend it */
export function datesIn(input: RhythmInput & { timeZone: string | null }, networkZone: string): Occurrence[] {
  const result = occurrencesOf(rhythmOf(input, networkZone))
  if (!('problem' in result)) return result.occurrences
  const end = input.times === null ? 'until' : 'times'
  switch (result.problem) {
    case 'no-end':
      throw new Refusal({ field: 'until', message: 'series.error.no-end' })
    case 'too-long':
      throw new Refusal({
        field: end,
        message: 'series.error.too-long',
        values: { latest: written(result.latest) },
      })
    case 'too-many':
      throw new Refusal({
        field: end,
        message: 'series.error.too-many',
        values: { latest: written(result.latest) },
      })
    case 'end-before-start':
      throw new Refusal({ field: 'until', message: 'series.error.end-before-start' })
    case 'no-date':
      throw new Refusal({ field: 'skipped', message: 'series.error.no-date' })
  }
}

/** As all our languages write it short: 31/12/2030. */
function written(day: string): string {
  return day.split('-').reverse().join('/')
}

export function rhythmOf(input: RhythmInput & { timeZone: string | null }, networkZone: string): Rhythm {
  const { startsOn, from, to, until, times, skipped } = input
  return {
    startsOn,
    startsAt: from,
    minutes: minutesBetween(from, to),
    timeZone: input.timeZone ?? networkZone,
    repeats: input.repeats,
    every: input.every,
    by: input.repeats === 'week' ? 'day' : input.by,
    // Of two ends the number of meetings counts.
    until: times === null ? until : null,
    times,
    skipped,
  }
}

/** One meeting of the series: its time as the clocks show it, also where they skip that of the rhythm. */
function meetingOf(terms: KeptTerms, occurrence: Occurrence): MeetingInput {
  const { timeZone } = terms
  const starts = localTime(occurrence.startsAt, timeZone)
  const ends = localTime(occurrence.endsAt, timeZone)
  return meetingInput.parse({
    ...terms,
    day: starts.day,
    from: starts.time,
    to: ends.time,
    untilDay: ends.day,
    pass: 'first',
    state: 'scheduled',
  })
}

/** What is kept of an input; its zone does not change with that of the network. */
export function termsOf(input: SeriesTerms, networkZone: string): KeptTerms {
  return { ...seriesTerms.parse(input), timeZone: input.timeZone ?? networkZone }
}

export function columnsOf(input: SeriesInput, networkZone: string) {
  const rhythm = rhythmOf(input, networkZone)
  return {
    visibility: input.visibility,
    terms: JSON.stringify(termsOf(input, networkZone)),
    starts_on: rhythm.startsOn,
    starts_at: rhythm.startsAt,
    minutes: rhythm.minutes,
    time_zone: rhythm.timeZone,
    repeats: rhythm.repeats,
    every: rhythm.every,
    repeats_by: rhythm.by,
    until: rhythm.until,
    times: rhythm.times,
    skipped: [...rhythm.skipped],
  }
}

/** The keys of what a meeting has otherwise than its series gave it. */
export const ownChanges = sql<string[] | null>`(
  select array_agg(now.key order by now.key) from jsonb_each(meeting_terms(meeting)) now
  where now.value is distinct from meeting.series_given -> now.key)`

function minutesBetween(from: string, to: string): number {
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
  const between = minutes(to) - minutes(from)
  return between > 0 ? between : between + 1_440
}

/** Who knows of a series: those who know of its dates, and whoever is to receive some. The one place that says so. */
function visible(reader: Reader): RawBuilder<boolean> {
  if (reader.role === 'visitor') return sql<boolean>`series.visibility = 'public'`
  if (runsAll(reader)) return sql<boolean>`true`
  return sql<boolean>`(series.visibility <> 'group' or series.created_by = ${reader.personId}::uuid
    or series.group_id in ${groupsOf(reader)} or series.id in (
      select series_id from meeting
      where network_id = ${reader.networkId}::uuid and host_person_id = ${reader.personId}::uuid))`
}

function runs(reader: Reader): RawBuilder<boolean> {
  if (runsAll(reader)) return sql<boolean>`true`
  if (reader.role === 'visitor') return sql<boolean>`false`
  return sql<boolean>`(coalesce(series.created_by = ${reader.personId}::uuid, false)
    or coalesce(series.group_id in ${groupsOf(reader, true)}, false))`
}

/** The group a series is of, where its reader may know of it. */
function group(reader: Reader): RawBuilder<unknown> {
  return sql`left join network_group on network_group.network_id = series.network_id
    and network_group.id = series.group_id and ${seen({ ...reader, network: { id: reader.networkId } })}`
}

interface SeriesRow {
  id: string
  group_id: string | null
  group_name: string | null
  group_slug: string | null
  terms: unknown
  starts_on: string
  starts_at: string
  minutes: number
  time_zone: string
  repeats: string
  every: number
  repeats_by: string
  until: string | null
  times: number | null
  skipped: string[]
  ended_at: Date | null
  may_run: boolean
}

interface DateRow {
  id: string
  series_date: string
  title: string
  starts_at: Date
  ends_at: Date
  time_zone: string
  place: string
  state: string
  own: string[] | null
  registered: number | string
  registration: 'registered' | 'waiting' | null
  receiving: SeriesDate['receiving']
}

function asSeries(row: SeriesRow): Series {
  const { group_id: id, group_name: name, group_slug: slug } = row
  // As it was read when it was kept: before somebody could receive a whole series, nobody did.
  const terms = { hostPersonId: null, ...(row.terms as object) } as KeptTerms
  return {
    id: row.id,
    title: terms.title,
    group: id && name && slug ? { id, name, slug } : null,
    groupId: id,
    terms,
    rhythm: {
      startsOn: row.starts_on,
      startsAt: row.starts_at.slice(0, 5),
      minutes: row.minutes,
      timeZone: row.time_zone,
      repeats: row.repeats as Rhythm['repeats'],
      every: row.every,
      by: row.repeats_by as Rhythm['by'],
      until: row.until,
      times: row.times,
      skipped: row.skipped,
    },
    endedAt: row.ended_at,
    mayRun: row.may_run,
  }
}
