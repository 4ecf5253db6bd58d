import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { openGroup } from '#modules/groups/index.ts'
import { hostStateOf } from '#modules/meetings/hosting.ts'
import { fillPlaces } from '#modules/meetings/registrations/places.ts'
import { bringFollowers } from '#modules/meetings/series/following.ts'
import { type Plan, planOf, turnOf } from '#modules/meetings/series/plan.ts'
import { occurrencesOf } from '#modules/meetings/series/recurrence.ts'
import type { SeriesChange } from '#modules/meetings/series/schema.ts'
import {
  addDates,
  columnsOf,
  datesIn,
  datesOf,
  type KeptTerms,
  openSeries,
  rhythmOf,
  type Series,
  type SeriesDate,
  termsOf,
} from '#modules/meetings/series/series.ts'
import { type DateChange, tellOfSeries, tellRegistered } from '#modules/meetings/series/telling.ts'
import {
  hostsLeaving,
  tellHostingOfSeriesEnded,
  tellHostOfSeries,
} from '#modules/meetings/series/telling-hosts.ts'
import { tellMovedUp } from '#modules/meetings/telling/telling.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What a change would do, to be seen before it is done. */
export interface Consequences extends Plan {
  /** Changed on their own: they stay as they are, unless it is asked that they give way. */
  own: SeriesDate[]
  /** Cancelled before: they stay so, on the day that falls to them. */
  cancelled: SeriesDate[]
  /** By id, the dates there are. */
  dates: Map<string, SeriesDate>
}

/** @throws Refusal as the change would */
export async function foreseeChange(
  trx: Trx,
  entry: Entry,
  id: string,
  input: SeriesChange,
  now = new Date(),
): Promise<Consequences> {
  const series = await openSeries(trx, entry, id, 'run')
  return consequencesOf(series, await datesOf(trx, entry, id), input, now)
}

/**
 * Changes the dates that are to come, or those from one on: what they say, when they are, how often. What took place stays.
 * Everyone who is registered is told once, of all that changed for them.
 * @throws Refusal
 */
export async function changeSeries(
  trx: Trx,
  entry: Entry,
  id: string,
  input: SeriesChange,
  linkOrigin: string,
  now = new Date(),
): Promise<Consequences> {
  const { network } = entry
  const series = await openSeries(trx, entry, id, 'run')
  if (input.groupId && input.groupId !== series.groupId) await openGroup(trx, entry, input.groupId, 'run')
  await lockDates(trx, network.id, id)
  const found = consequencesOf(series, await datesOf(trx, entry, id), input, now)
  const terms = termsOf(input, network.timeZone)
  const untouched = new Set([...found.own, ...found.cancelled].map(one => one.id))
  const placed = [...found.stay, ...found.move]
  // One date takes the place of another: they are looked at when all have moved.
  await sql`set constraints meeting_series_once deferred`.execute(trx)
  const touched = placed.filter(one => !untouched.has(one.id))
  const leaving = await hostsLeaving(
    trx,
    network.id,
    touched.map(one => one.id),
    terms.hostPersonId,
  )
  const changed = await giveTerms(trx, network.id, hostStateOf(entry, terms.hostPersonId), terms, touched)
  await renameDays(
    trx,
    network.id,
    placed.filter(one => untouched.has(one.id)),
  )
  await cancelDates(
    trx,
    network.id,
    found.cancel.map(one => one.id),
    '',
  )
  await sql`set constraints meeting_series_once immediate`.execute(trx)
  const added = await addDates(trx, entry, { id, terms }, found.add, linkOrigin)
  await bringFollowers(trx, network.id, id, terms, added)
  await trx
    .updateTable('meeting_series')
    .set({ ...columnsOf(input, network.timeZone), group_id: input.groupId })
    .where('network_id', '=', network.id)
    .where('id', '=', id)
    .execute()
  const wider = terms.capacity !== series.terms.capacity ? touched : []
  for (const { id: meeting } of wider)
    await tellMovedUp(trx, network.id, meeting, await fillPlaces(trx, network.id, meeting))
  const changes: DateChange[] = [
    ...changed.map(meeting => ({ id: meeting, before: found.dates.get(meeting)?.startsAt ?? null })),
    ...[...added, ...found.cancel.map(one => one.id)].map(meeting => ({ id: meeting, before: null })),
  ]
  const hosted = terms.hostPersonId === series.terms.hostPersonId ? [] : placed.map(one => one.id)
  const asked = [...hosted, ...added]
  await tellOfSeries(trx, entry, { id, title: terms.title }, changes, asked)
  await tellHostOfSeries(trx, entry, { id, title: terms.title }, asked)
  for (const [host, dates] of leaving)
    await tellHostingOfSeriesEnded(trx, entry, { id, title: terms.title }, host, dates)
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'series.changed',
    subject: { type: 'series', id },
    after: {
      stayed: found.stay.length,
      moved: found.move.length,
      added: found.add.length,
      cancelled: found.cancel.length,
      kept: found.own.length,
    },
  })
  return found
}

/** More dates, in the same rhythm, up to a later end. @throws Refusal for an end that adds none */
export async function extendSeries(
  trx: Trx,
  entry: Entry,
  id: string,
  end: { until: string | null; times: number | null },
  linkOrigin: string,
): Promise<number> {
  const { network } = entry
  const series = await openSeries(trx, entry, id, 'run')
  await lockDates(trx, network.id, id)
  const { rhythm } = series
  const { startsOn, startsAt: from, timeZone, repeats, every, by, skipped } = rhythm
  const result = occurrencesOf({ ...rhythm, until: end.times === null ? end.until : null, times: end.times })
  if ('problem' in result) {
    const to = from
    // For its words.
    datesIn(
      { startsOn, from, to, repeats, every, by, skipped: [...skipped], ...end, timeZone },
      network.timeZone,
    )
    return 0
  }
  const known = new Set((await datesOf(trx, entry, id)).map(({ date }) => date))
  const last = [...known].sort().at(-1) ?? ''
  const added = result.occurrences.filter(({ date }) => date > last && !known.has(date))
  if (added.length === 0)
    throw new Refusal({ field: end.times === null ? 'until' : 'times', message: 'series.error.not-longer' })
  const made = await addDates(trx, entry, series, added, linkOrigin)
  const registrations = await bringFollowers(trx, network.id, id, series.terms, made)
  await tellRegistered(trx, entry, series, registrations, made)
  await tellHostOfSeries(trx, entry, series, made)
  await trx
    .updateTable('meeting_series')
    .set({ until: end.times === null ? end.until : null, times: end.times, ended_at: null })
    .where('network_id', '=', network.id)
    .where('id', '=', id)
    .execute()
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'series.extended',
    subject: { type: 'series', id },
    after: { added: added.length },
  })
  return added.length
}

/**
 * No more dates after a day: those there are then are cancelled, and everyone who was to come is told once.
 * @returns how many
 */
export async function endSeries(
  trx: Trx,
  entry: Entry,
  id: string,
  { lastDay, words }: { lastDay: string | null; words: string },
  now = new Date(),
): Promise<number> {
  const { network } = entry
  const series = await openSeries(trx, entry, id, 'run')
  await lockDates(trx, network.id, id)
  const dates = await datesOf(trx, entry, id)
  const left = dates.filter(
    ({ state, startsAt, date }) => standsIn(state) && startsAt > now && (lastDay === null || date > lastDay),
  )
  await cancelDates(
    trx,
    network.id,
    left.map(one => one.id),
    words,
  )
  await trx
    .updateTable('meeting_series')
    .set({ ended_at: now })
    .where('network_id', '=', network.id)
    .where('id', '=', id)
    .execute()
  await tellOfSeries(
    trx,
    entry,
    series,
    left.map(one => ({ id: one.id, before: null })),
  )
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'series.ended',
    subject: { type: 'series', id },
    after: { cancelled: left.length },
  })
  return left.length
}

function consequencesOf(series: Series, all: SeriesDate[], input: SeriesChange, now: Date): Consequences {
  const since = input.since ?? ''
  const affected = all.filter(({ date, startsAt }) => date >= since && startsAt > now)
  if (affected.length === 0) throw new Refusal({ field: '', message: 'series.error.nothing-to-come' })
  const ids = new Set(affected.map(({ id }) => id))
  const before = all.filter(({ id }) => !ids.has(id)).map(({ date }) => date)
  const occurrences = datesIn(input, series.rhythm.timeZone)
  const [first] = occurrences
  if (first && first.startsAt <= now) throw new Refusal({ field: 'startsOn', message: 'series.error.past' })
  if (first && before.some(date => date >= first.date))
    throw new Refusal({ field: 'startsOn', message: 'series.error.overlap' })
  const ordered = affected.toSorted((a, b) => (a.date < b.date ? -1 : 1))
  const reach = Math.min(turnOf(series.rhythm), turnOf(rhythmOf(input, series.rhythm.timeZone)))
  const plan = planOf(ordered, occurrences, reach)
  const cancelled = ordered.filter(({ state }) => !standsIn(state))
  const own = input.overwrite ? [] : ordered.filter(one => standsIn(one.state) && one.own.length > 0)
  const spared = new Set([...own, ...cancelled].map(({ id }) => id))
  return {
    ...plan,
    cancel: plan.cancel.filter(({ id }) => !spared.has(id)),
    own,
    cancelled,
    dates: new Map(affected.map(one => [one.id, one])),
  }
}

function standsIn(state: string): boolean {
  return state === 'scheduled' || state === 'draft'
}

/** In the order of their ids, as whoever registers for all of them does: nobody waits for each other in a circle. */
async function lockDates(trx: Trx, networkId: string, seriesId: string): Promise<void> {
  await sql`
    select from meeting where network_id = ${networkId}::uuid and series_id = ${seriesId}::uuid
    order by id for update`.execute(trx)
}

/** @returns those of which calendars must hear */
async function giveTerms(
  trx: Trx,
  networkId: string,
  hostState: 'asked' | 'confirmed' | null,
  terms: KeptTerms,
  placed: Plan['stay'],
): Promise<string[]> {
  if (placed.length === 0) return []
  const given = placed.map(({ id, occurrence }) => ({
    id,
    date: occurrence.date,
    starts_at: occurrence.startsAt,
    ends_at: occurrence.endsAt,
  }))
  const heard = (table: string) =>
    sql`(${sql.ref(`${table}.title`)}, ${sql.ref(`${table}.time_zone`)}, ${sql.ref(`${table}.place`)},
      ${sql.ref(`${table}.address`)}, ${sql.ref(`${table}.video_url`)}, ${sql.ref(`${table}.starts_at`)},
      ${sql.ref(`${table}.ends_at`)})`
  const ids = placed.map(({ id }) => id)
  const { rows } = await sql<{ id: string; heard: boolean }>`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as given (id uuid, date date, starts_at timestamptz, ends_at timestamptz)
    ), before as (
      select meeting.* from meeting where network_id = ${networkId}::uuid and id = any(${ids}::uuid[])
    ), changed as (
      update meeting set
        group_id = ${terms.groupId}::uuid, title = ${terms.title}, about = ${terms.about},
        preparation = ${terms.preparation}, language = ${terms.language}, time_zone = ${terms.timeZone},
        place = ${terms.place}, address = ${terms.address}, latitude = ${terms.latitude}::double precision,
        longitude = ${terms.longitude}::double precision, video_url = ${terms.videoUrl},
        host_organisation_id = ${terms.hostOrganisationId}::uuid, host_person_id = ${terms.hostPersonId}::uuid,
        host_state = case when ${terms.hostPersonId}::uuid is not distinct from meeting.host_person_id
          then meeting.host_state else ${hostState} end, visibility = ${terms.visibility},
        capacity = ${terms.capacity}::integer, guests = ${terms.guests}::smallint, photos = ${terms.photos},
        starts_at = given.starts_at, ends_at = given.ends_at, series_date = given.date, updated_at = now()
      from given
      where meeting.network_id = ${networkId}::uuid and meeting.id = given.id
      returning meeting.*
    )
    select changed.id, ${heard('changed')} is distinct from ${heard('before')} as heard
    from changed join before on before.id = changed.id
    order by changed.id`.execute(trx)
  const told = rows.filter(row => row.heard).map(row => row.id)
  await sql`
    update meeting set series_given = meeting_terms(meeting),
      sequence = sequence + case when id = any(${told}::uuid[]) then 1 else 0 end
    where network_id = ${networkId}::uuid and id = any(${ids}::uuid[])`.execute(trx)
  return told
}

/** The day that falls to dates which otherwise stay as they are. */
async function renameDays(trx: Trx, networkId: string, placed: Plan['stay']): Promise<void> {
  if (placed.length === 0) return
  const given = placed.map(({ id, occurrence }) => ({ id, date: occurrence.date }))
  await sql`
    update meeting set series_date = given.date
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given (id uuid, date date)
    where meeting.network_id = ${networkId}::uuid and meeting.id = given.id`.execute(trx)
}

async function cancelDates(trx: Trx, networkId: string, ids: string[], words: string): Promise<void> {
  await sql`
    update meeting set state = 'cancelled', sequence = sequence + 1, cancellation = ${words}, updated_at = now()
    where network_id = ${networkId}::uuid and id = any(${ids}::uuid[]) and state in ('scheduled', 'draft')`.execute(
    trx,
  )
}
