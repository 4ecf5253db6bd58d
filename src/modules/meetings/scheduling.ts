import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { askHost, hostStateOf } from '#modules/meetings/hosting.ts'
import { dayAfter, momentOf, startOfDay } from '#modules/meetings/local-time.ts'
import { type Meeting, openMeeting } from '#modules/meetings/meetings.ts'
import { groupsOf, readerOf, runsAll } from '#modules/meetings/reading-rights.ts'
import { fillPlaces, lockMeeting } from '#modules/meetings/registrations/places.ts'
import type { MeetingInput } from '#modules/meetings/schema.ts'
import { tellCancelled, tellChanged, tellMovedUp, tellReinstated } from '#modules/meetings/telling/telling.ts'
import { tellHostingEnded } from '#modules/meetings/telling/telling-hosts.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/**
 * @param linkOrigin with what links in mails begin: `services.linkOrigin`
 * @returns its id
 * @throws Refusal for a time that the clocks skip or show twice; AppError 'forbidden' for a group one does not run
 */
export async function scheduleMeeting(
  trx: Trx,
  entry: Entry,
  input: MeetingInput,
  linkOrigin: string,
): Promise<string> {
  const [id] = await scheduleMeetings(trx, entry, [input], linkOrigin)
  if (id === undefined) throw new AppError('internal')
  // What is only drafted nobody hears of: its host is asked once it is announced.
  if (input.state === 'scheduled' && hostStateOf(entry, input.hostPersonId) === 'asked')
    await askHost(trx, entry, id)
  return id
}

/**
 * Several of one group at once, as a series has them. Whoever calls asks their host, once for all.
 * @returns their ids, in the order given
 */
export async function scheduleMeetings(
  trx: Trx,
  entry: Entry,
  inputs: MeetingInput[],
  linkOrigin: string,
): Promise<string[]> {
  const { network, personId } = entry
  const [first] = inputs
  if (!first) return []
  for (const groupId of new Set(inputs.map(input => input.groupId)))
    await refuseForeignGroup(trx, entry, groupId)
  const host = await hostOf(trx, entry, first)
  const rows = inputs.map(input => ({
    ...columnsOf(at(host, input), network.timeZone),
    network_id: network.id,
    id: newId(),
    state: input.state,
    host_state: hostStateOf(entry, input.hostPersonId),
    link_origin: new URL(linkOrigin).origin,
    created_by: personId,
  }))
  await trx.insertInto('meeting').values(rows).execute()
  await announceChange(trx, network.id)
  for (const { id, state, visibility } of rows)
    await recordChange(trx, network.id, entry.actor, {
      action: 'meeting.created',
      subject: { type: 'meeting', id },
      after: { state, visibility },
    })
  return rows.map(({ id }) => id)
}

/**
 * What is said of it from now on. Those who come are told of what their calendars must know; those who waited and now find
 * a place have it. A draft is announced by the state 'scheduled'; what was announced stays so.
 */
export async function changeMeeting(
  trx: Trx,
  entry: Entry,
  id: string,
  input: MeetingInput,
): Promise<{ sequence: number }> {
  const { network } = entry
  const { meeting } = await openMeeting(trx, entry, id, 'run')
  if (input.groupId !== meeting.groupId) await refuseForeignGroup(trx, entry, input.groupId)
  const host = await hostOf(trx, entry, input)
  await lockMeeting(trx, network.id, id)
  // As it is under the lock: two who change it at once tell of each change once.
  const { meeting: before } = await openMeeting(trx, entry, id, 'run')
  if (before.state === 'cancelled') throw new Refusal({ field: '', message: 'meetings.error.cancelled' })
  const columns = columnsOf(at(host, input), network.timeZone)
  const state = before.state === 'draft' ? input.state : before.state
  const heard = isHeardOf(before, columns)
  const sequence = heard ? before.sequence + 1 : before.sequence
  const newHost = input.hostPersonId !== (before.hostPerson?.id ?? null)
  await trx
    .updateTable('meeting')
    .set({
      ...columns,
      state,
      sequence,
      updated_at: sql`now()`,
      ...(newHost && { host_state: hostStateOf(entry, input.hostPersonId) }),
    })
    .where('network_id', '=', network.id)
    .where('id', '=', id)
    .execute()
  if (state === 'scheduled') await tellMovedUp(trx, network.id, id, await fillPlaces(trx, network.id, id))
  if (before.state === 'scheduled' && heard) await tellChanged(trx, entry, before)
  // Who received it until now has it in their calendar.
  if (newHost && before.state === 'scheduled' && before.hostState === 'confirmed' && before.hostPerson)
    await tellHostingEnded(trx, network.id, id, before.hostPerson.id)
  const hostState = newHost ? hostStateOf(entry, input.hostPersonId) : before.hostState
  const announced = before.state === 'draft' && state === 'scheduled'
  if ((newHost || announced) && state !== 'draft' && hostState === 'asked') await askHost(trx, entry, id)
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'meeting.changed',
    subject: { type: 'meeting', id },
    before: recorded(before),
    after: {
      state,
      startsAt: columns.starts_at,
      endsAt: columns.ends_at,
      capacity: input.capacity,
      visibility: input.visibility,
      sequence,
    },
  })
  return { sequence }
}

/** A draft is there for those it is for. */
export async function announceMeeting(trx: Trx, entry: Entry, id: string): Promise<void> {
  const { meeting } = await openMeeting(trx, entry, id, 'run')
  const done = await setState(trx, entry, id, 'draft', { state: 'scheduled' })
  if (!done) throw new Refusal({ field: '', message: 'meetings.error.announced' })
  if (meeting.hostState === 'asked') await askHost(trx, entry, id)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'meeting.announced',
    subject: { type: 'meeting', id },
  })
}

/** It will not be. Whoever was to come, or waited, is told once; a second time nothing happens. @param words to them */
export async function cancelMeeting(trx: Trx, entry: Entry, id: string, words: string): Promise<void> {
  const { meeting } = await openMeeting(trx, entry, id, 'run')
  const done = await setState(trx, entry, id, 'scheduled', {
    state: 'cancelled',
    cancellation: words,
    sequence: sql<number>`sequence + 1`,
  })
  if (!done && meeting.state === 'draft') throw new Refusal({ field: '', message: 'meetings.error.draft' })
  if (!done) throw new Refusal({ field: '', message: 'meetings.error.cancelled' })
  await tellCancelled(trx, entry, id)
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'meeting.cancelled',
    subject: { type: 'meeting', id },
  })
}

/**
 * It will be after all, as is said now. Whoever was told that it is off is told so, and keeps the place they had.
 * @throws Refusal for one that was not called off
 */
export async function reinstateMeeting(
  trx: Trx,
  entry: Entry,
  id: string,
  input: MeetingInput,
): Promise<void> {
  const { network } = entry
  await openMeeting(trx, entry, id, 'run')
  await lockMeeting(trx, network.id, id)
  const { meeting: before } = await openMeeting(trx, entry, id, 'run')
  if (before.state !== 'cancelled') throw new Refusal({ field: '', message: 'meetings.error.announced' })
  const columns = columnsOf(at(await hostOf(trx, entry, input), input), network.timeZone)
  const sequence = before.sequence + 1
  await trx
    .updateTable('meeting')
    .set({ ...columns, state: 'scheduled', cancellation: '', sequence, updated_at: sql`now()` })
    .where('network_id', '=', network.id)
    .where('id', '=', id)
    .execute()
  await tellReinstated(trx, entry, id)
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'meeting.reinstated',
    subject: { type: 'meeting', id },
    after: { startsAt: columns.starts_at, endsAt: columns.ends_at, sequence },
  })
}

/** It took place: said by those who ran it, or by its minutes. Done again, it changes nothing. */
export async function concludeMeeting(trx: Trx, entry: Entry, id: string): Promise<void> {
  const { meeting } = await openMeeting(trx, entry, id, 'run')
  if (meeting.startsAt > new Date()) throw new Refusal({ field: '', message: 'meetings.error.early' })
  if (!(await setState(trx, entry, id, 'scheduled', { state: 'held' }))) return
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'meeting.held',
    subject: { type: 'meeting', id },
  })
}

/** Drafts that nobody was told of can go altogether. */
export async function removeDraft(trx: Trx, entry: Entry, id: string): Promise<void> {
  const { meeting } = await openMeeting(trx, entry, id, 'run')
  if (meeting.state !== 'draft') throw new Refusal({ field: '', message: 'meetings.error.announced' })
  await trx.deleteFrom('meeting').where('network_id', '=', entry.network.id).where('id', '=', id).execute()
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'meeting.removed',
    subject: { type: 'meeting', id },
  })
}

async function setState(
  trx: Trx,
  { network }: Entry,
  id: string,
  from: Meeting['state'],
  values: { state: Meeting['state']; cancellation?: string; sequence?: ReturnType<typeof sql<number>> },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('meeting')
    .set({ ...values, updated_at: sql`now()` })
    .where('network_id', '=', network.id)
    .where('id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await announceChange(trx, network.id)
  return true
}

/** @throws Refusal for a time that the clocks of the place skip or show twice */
function columnsOf(input: MeetingInput, networkZone: string) {
  const timeZone = input.timeZone ?? networkZone
  const starts = settle('from', { day: input.day, time: input.from }, timeZone, input.pass)
  const untilDay = input.untilDay ?? (input.to > input.from ? input.day : dayAfter(input.day))
  const ends = settle('to', { day: untilDay, time: input.to }, timeZone, input.pass)
  if (ends <= starts) throw new Refusal({ field: 'to', message: 'meetings.error.ends-before' })
  if (ends.getTime() - starts.getTime() > 31 * 86_400_000)
    throw new Refusal({ field: 'untilDay', message: 'meetings.error.too-long' })
  if (input.visibility === 'group' && input.groupId === null)
    throw new Refusal({ field: 'visibility', message: 'meetings.error.no-group' })
  if ((input.latitude === null) !== (input.longitude === null))
    throw new Refusal({ field: 'latitude', message: 'form.error.invalid' })
  if (input.registrationUntil !== null && input.registrationUntil > input.day)
    throw new Refusal({ field: 'registrationUntil', message: 'meetings.error.deadline' })
  // The last day counts whole, but not past the beginning.
  const closes =
    input.registrationUntil === null || input.registrationUntil === input.day
      ? null
      : startOfDay(dayAfter(input.registrationUntil), timeZone)
  return {
    group_id: input.groupId,
    title: input.title,
    about: input.about,
    preparation: input.preparation,
    language: input.language,
    starts_at: starts,
    ends_at: ends,
    time_zone: timeZone,
    place: input.place,
    address: input.address,
    latitude: input.latitude,
    longitude: input.longitude,
    video_url: input.videoUrl,
    host_organisation_id: input.hostOrganisationId,
    host_person_id: input.hostPersonId,
    visibility: input.visibility,
    capacity: input.capacity,
    guests: input.guests,
    photos: input.photos,
    registration_until: closes,
  }
}

function settle(
  field: 'from' | 'to',
  local: { day: string; time: string },
  timeZone: string,
  pass: MeetingInput['pass'],
): Date {
  const moment = momentOf(local, timeZone)
  if (moment.kind === 'once') return moment.at
  if (moment.kind === 'never')
    throw new Refusal({
      field,
      message: 'meetings.error.skipped',
      values: { time: local.time, before: moment.before.time, after: moment.after.time },
    })
  if (pass === null)
    throw new Refusal({ field: 'pass', message: 'meetings.error.twice', values: { time: local.time } })
  return moment[pass]
}

/** Whether what calendars show of it is another now. */
function isHeardOf(before: Meeting, now: ReturnType<typeof columnsOf>): boolean {
  return (
    before.title !== now.title ||
    before.startsAt.getTime() !== now.starts_at.getTime() ||
    before.endsAt.getTime() !== now.ends_at.getTime() ||
    before.timeZone !== now.time_zone ||
    before.place !== now.place ||
    before.address !== now.address ||
    before.videoUrl !== now.video_url
  )
}

/** @throws AppError 'forbidden' for a group one does not run, or for none where one does not run the network */
async function refuseForeignGroup(trx: Trx, entry: Entry, groupId: string | null): Promise<void> {
  const reader = readerOf(entry)
  if (groupId === null) {
    if (!runsAll(reader)) throw new Refusal({ field: 'groupId', message: 'meetings.error.group' })
    return
  }
  const { rows } = await sql<{ runs: boolean }>`
    select ${runsAll(reader)} or id in ${groupsOf(reader, true)} as runs from network_group
    where network_id = ${entry.network.id} and id = ${groupId} and archived_at is null`.execute(trx)
  if (!rows[0]?.runs) throw new Refusal({ field: 'groupId', message: 'meetings.error.group' })
}

/** Where whoever receives it is, as far as that is known. @throws Refusal for one the network does not have */
async function hostOf(trx: Trx, { network }: Entry, input: MeetingInput): Promise<Position> {
  const { rows } = await sql<{ organisation: boolean; person: boolean } & Position>`select
    ${input.hostOrganisationId}::uuid is null or exists (select from membership
      where network_id = ${network.id} and organisation_id = ${input.hostOrganisationId}::uuid) as organisation,
    (select latitude from organisation where id = ${input.hostOrganisationId}::uuid) as latitude,
    (select longitude from organisation where id = ${input.hostOrganisationId}::uuid) as longitude,
    ${input.hostPersonId}::uuid is null or exists (select from person
      where network_id = ${network.id} and id = ${input.hostPersonId}::uuid and erased_at is null) as person`.execute(
    trx,
  )
  const [row] = rows
  if (!row?.organisation) throw new Refusal({ field: 'hostOrganisationId', message: 'form.error.choose' })
  if (!row.person) throw new Refusal({ field: 'hostPersonId', message: 'form.error.choose' })
  return { latitude: row.latitude, longitude: row.longitude }
}

interface Position {
  latitude: number | null
  longitude: number | null
}

/** A meeting of which only the host is said is at theirs. */
function at(host: Position, input: MeetingInput): MeetingInput {
  const elsewhere = input.place !== '' || input.address !== '' || input.latitude !== null
  return elsewhere || input.hostOrganisationId === null ? input : { ...input, ...host }
}

function recorded(meeting: Meeting) {
  const { state, startsAt, endsAt, capacity, visibility, sequence } = meeting
  return { state, startsAt, endsAt, capacity, visibility, sequence }
}
