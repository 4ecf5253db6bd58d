import { type RawBuilder, sql } from 'kysely'
import { kept, type Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import type { Locale } from '#kernel/locale.ts'
import { seen } from '#modules/groups/index.ts'
import { siblingOf } from '#modules/meetings/calendar/sibling.ts'
import { groupsOf, isRunBy, isVisible, type Reader, readerOf } from '#modules/meetings/reading-rights.ts'
import type { MeetingState, MeetingVisibility } from '#modules/meetings/schema.ts'
import type { Entry } from '#modules/network/index.ts'

export interface Meeting {
  id: string
  groupId: string | null
  /** Null where the reader does not know of the group. */
  group: { id: string; slug: string; name: string } | null
  title: string
  /** Markdown. */
  about: string
  preparation: string
  language: Locale
  startsAt: Date
  endsAt: Date
  /** Of the place. */
  timeZone: string
  place: string
  address: string
  latitude: number | null
  longitude: number | null
  hasVideo: boolean
  /** For those who are registered and those who run it; null for all others, and in lists. */
  videoUrl: string | null
  hostOrganisation: { id: string; name: string } | null
  hostPerson: { id: string; name: string } | null
  hostState: 'asked' | 'confirmed' | 'sought' | null
  state: MeetingState
  visibility: MeetingVisibility
  /** Null: as many as come. */
  capacity: number | null
  /** How many each may bring. */
  guests: number
  photos: boolean
  /** Registration closes at this moment; null: when it begins. */
  registrationUntil: Date | null
  sequence: number
  linkOrigin: string
  /** For calendars: the first date of its series, which stands for all; null for that one, and for what is of none. */
  sibling: string | null
  updatedAt: Date
  cancellation: string
  createdBy: string | null
  /** Those who come, and those who wait; `left` of the places, null without a limit. */
  places: { registered: number; waiting: number; left: number | null }
}

/** A meeting with what its reader is to it. */
export interface OpenedMeeting {
  meeting: Meeting
  /** At home in the network: may register, propose, write in its thread. */
  mayTakePart: boolean
  mayRun: boolean
  /** Of the reader, as long as it was not withdrawn. */
  registration: {
    id: string
    state: 'registered' | 'waiting'
    attends: 'place' | 'video'
    /** They, or somebody they bring, were seen there. */
    present: boolean
    /** By name, those they bring who have no place yet. */
    waitingGuests: string[]
  } | null
}

export type Need = 'read' | 'take-part' | 'run'

/** @throws AppError 'not-found' for one the reader does not see, 'forbidden' where they see it and may not do what is needed */
export async function openMeeting(trx: Trx, entry: Entry, id: string, need: Need): Promise<OpenedMeeting> {
  return openFor(trx, readerOf(entry), id, need)
}

/** Of a row of `registration`, those who come with it. */
const guests = sql`from registration guest
  where guest.network_id = registration.network_id and guest.meeting_id = registration.meeting_id
    and guest.guest_of = registration.id and guest.state <> 'withdrawn'`

export async function knowsMeeting(trx: Trx, entry: Entry, id: string): Promise<boolean> {
  const reader = readerOf(entry)
  const { rows } = await sql`
    select from meeting where meeting.network_id = ${reader.networkId} and meeting.id = ${id} and ${isVisible(reader)}`.execute(
    trx,
  )
  return rows.length > 0
}

/** One who sees everything there is of a network's meetings: what tells people of them, and what looks after them. */
export function caretaker(networkId: string): Reader {
  return { networkId, timeZone: 'UTC', personId: null, role: 'administrator' }
}

/** The same as `openMeeting`, for a reader who did not come in by a door. */
export async function openFor(trx: Trx, reader: Reader, id: string, need: Need): Promise<OpenedMeeting> {
  if (!isId(id)) throw new AppError('not-found')
  const { rows } = await sql<Row & { may_run: boolean; registration: OpenedMeeting['registration'] }>`
    select ${columns(reader)}, meeting.about, meeting.preparation, ${siblingOf} as sibling, ${isRunBy(reader)} as may_run, (
      select jsonb_build_object('id', registration.id, 'state', registration.state, 'attends', registration.attends,
        'present', registration.present is true or exists (select ${guests} and guest.present),
        'waitingGuests', coalesce(
          (select jsonb_agg(guest.name order by guest.number) ${guests} and guest.state = 'waiting'), '[]'))
      from registration
      where registration.network_id = meeting.network_id and registration.meeting_id = meeting.id
        and registration.person_id = ${reader.personId}::uuid and registration.state <> 'withdrawn'
    ) as registration
    ${joined(sql`array[${id}::uuid]`)}
    where meeting.network_id = ${reader.networkId} and meeting.id = ${id} and ${isVisible(reader)}`.execute(
    trx,
  )
  const [row] = rows
  if (!row) throw new AppError('not-found')
  const mayTakePart = reader.role !== 'visitor'
  if (need === 'run' && !row.may_run) throw new AppError('forbidden')
  if (need === 'take-part' && !mayTakePart) throw new AppError('forbidden')
  const mayJoin = row.may_run || row.registration?.state === 'registered'
  const meeting = { ...asMeeting(row), videoUrl: mayJoin ? row.video_url : null }
  return { meeting, mayTakePart, mayRun: row.may_run, registration: row.registration }
}

export interface MeetingsQuery {
  groupId?: string | undefined
  /** Those that end after, or have begun before; of the earliest first, or the latest. */
  from?: Date | undefined
  until?: Date | undefined
  latestFirst?: boolean
  /** In titles and places. */
  q?: string | undefined
  /** Only those that this organisation receives, or somebody comes to for it. */
  organisationId?: string | undefined
  /** Only those this person has to do with: registered, host, or whoever made it. */
  ofPerson?: string | undefined
  /** Only those that are not cancelled. */
  standing?: boolean
  /** The `next` of the answer before. */
  after?: string | undefined
  limit?: number
  /** Asked at every turn in the same shape: its plan is kept. */
  kept?: boolean
}

/** A meeting as lists show it. */
export interface ListedMeeting
  extends Omit<
    Meeting,
    'about' | 'preparation' | 'linkOrigin' | 'sibling' | 'latitude' | 'longitude' | 'cancellation'
  > {
  /** Whether the reader is registered, or waits. */
  registered: 'registered' | 'waiting' | null
}

/** Those that the reader sees, by time. */
export async function listMeetings(
  trx: Trx,
  entry: Entry,
  query: MeetingsQuery,
): Promise<{ meetings: ListedMeeting[]; next: string | null }> {
  return listFor(trx, readerOf(entry), query)
}

/** The same as `listMeetings`, for a reader who did not come in by a door. */
export async function listFor(
  trx: Trx,
  reader: Reader,
  query: MeetingsQuery,
): Promise<{ meetings: ListedMeeting[]; next: string | null }> {
  const { limit = 30, latestFirst = false, after } = query
  const direction = latestFirst ? sql`desc` : sql`asc`
  const conditions = [
    sql`meeting.network_id = ${reader.networkId}`,
    isVisible(reader),
    ...asked(reader.networkId, query),
  ]
  if (after !== undefined && isId(after))
    conditions.push(sql`(meeting.starts_at, meeting.id) ${latestFirst ? sql`<` : sql`>`} (
      select starts_at, id from meeting where network_id = ${reader.networkId} and id = ${after})`)
  const { rows: found } = await sql<{ id: string }>`${query.kept ? kept : sql``}
    select meeting.id from meeting where ${sql.join(conditions, sql` and `)}
    order by meeting.starts_at ${direction}, meeting.id ${direction} limit ${limit + 1}`.execute(trx)
  const ids = found.slice(0, limit).map(({ id }) => id)
  if (ids.length === 0) return { meetings: [], next: null }
  const { rows } = await sql<Row & { registered: ListedMeeting['registered'] }>`${query.kept ? kept : sql``}
    select ${columns(reader)}, (
      select registration.state from registration
      where registration.network_id = meeting.network_id and registration.meeting_id = meeting.id
        and registration.person_id = ${reader.personId}::uuid and registration.state <> 'withdrawn'
    ) as registered
    ${joined(sql`${ids}::uuid[]`)}
    where meeting.network_id = ${reader.networkId} and meeting.id = any(${ids})
    order by meeting.starts_at ${direction}, meeting.id ${direction}`.execute(trx)
  const meetings = rows.map(row => ({ ...asMeeting(row), registered: row.registered }))
  return { meetings, next: found.length > limit ? (ids.at(-1) ?? null) : null }
}

/** The groups that have meetings the reader may know of; `own`: those they are in today. */
export async function groupsWithMeetings(
  trx: Trx,
  entry: Entry,
  { own = false }: { own?: boolean } = {},
): Promise<{ id: string; slug: string; name: string }[]> {
  const reader = readerOf(entry)
  const { rows } = await sql<{ id: string; slug: string; name: string }>`
    select id, slug, name from network_group
    where network_id = ${reader.networkId} and ${seen(entry)} and ${own ? sql`id in ${groupsOf(reader)}` : sql`true`}
      and exists (select from meeting where meeting.network_id = ${reader.networkId}
        and meeting.group_id = network_group.id and ${isVisible(reader)})
    order by name collate name_order, id limit 60`.execute(trx)
  return rows
}

function asked(networkId: string, query: MeetingsQuery): RawBuilder<unknown>[] {
  const { groupId, from, until, q, organisationId, ofPerson, standing } = query
  const words = q?.trim()
  return [
    groupId !== undefined && sql`meeting.group_id = ${groupId}::uuid`,
    from && sql`meeting.ends_at > ${from}`,
    // No meeting lasts longer than this; it lets the index by time help.
    from && sql`meeting.starts_at > ${from}::timestamptz - interval '31 days'`,
    until && sql`meeting.starts_at < ${until}`,
    words &&
      sql`(strpos(unaccent(lower(meeting.title || ' ' || meeting.place)), unaccent(lower(${words}))) > 0)`,
    standing && sql`meeting.state <> 'cancelled'`,
    // Looked up once for all meetings: asked of each, it would be thousands of times.
    organisationId !== undefined &&
      sql`(meeting.host_organisation_id = ${organisationId}::uuid or meeting.id in (
        select registration.meeting_id from registration
        where registration.network_id = ${networkId} and registration.organisation_id = ${organisationId}::uuid
          and registration.state = 'registered'))`,
    ofPerson !== undefined &&
      sql`(meeting.host_person_id = ${ofPerson}::uuid or meeting.created_by = ${ofPerson}::uuid or meeting.id in (
        select registration.meeting_id from registration
        where registration.network_id = ${networkId} and registration.person_id = ${ofPerson}::uuid
          and registration.state <> 'withdrawn'))`,
  ].filter(condition => condition !== false && condition !== undefined && condition !== '')
}

/** What belongs to each of these meetings; the group's name where its reader may know of it. */
function joined(ids: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    from meeting
    left join network_group on network_group.network_id = meeting.network_id and network_group.id = meeting.group_id
    left join organisation on organisation.id = meeting.host_organisation_id
    left join person on person.network_id = meeting.network_id and person.id = meeting.host_person_id
    left join meeting_counts(${ids}) counts on counts.meeting_id = meeting.id`
}

/** What is shown of one as of many; texts, which may be long, are read of one alone. */
function columns(reader: Reader): RawBuilder<unknown> {
  const knowsGroup =
    reader.role === 'visitor'
      ? sql`network_group.visibility = 'public'`
      : sql`(network_group.visibility <> 'group' or ${isRunBy(reader)} or network_group.id in (
          select group_id from group_member
          where network_id = ${reader.networkId} and person_id = ${reader.personId}::uuid))`
  return sql`
    meeting.id, meeting.group_id, meeting.title, meeting.language, meeting.starts_at,
    meeting.ends_at, meeting.time_zone, meeting.place, meeting.address, meeting.latitude, meeting.longitude,
    meeting.video_url, meeting.host_organisation_id, organisation.name as host_organisation, meeting.host_person_id,
    person.name as host_person, meeting.host_state, meeting.state, meeting.visibility, meeting.capacity, meeting.guests,
    meeting.photos, meeting.registration_until, meeting.sequence, meeting.link_origin, meeting.cancellation,
    meeting.updated_at, meeting.created_by, counts.registered as registered_count, counts.seated, counts.waiting,
    case when ${knowsGroup} then network_group.slug end as group_slug,
    case when ${knowsGroup} then network_group.name end as group_name`
}

interface Row {
  id: string
  group_id: string | null
  group_slug: string | null
  group_name: string | null
  title: string
  about?: string
  preparation?: string
  language: string
  starts_at: Date
  ends_at: Date
  time_zone: string
  place: string
  address: string
  latitude: number | null
  longitude: number | null
  video_url: string | null
  host_organisation_id: string | null
  host_organisation: string | null
  host_person_id: string | null
  host_person: string | null
  host_state: string | null
  state: string
  visibility: string
  capacity: number | null
  guests: number
  photos: boolean
  registration_until: Date | null
  sequence: number
  link_origin: string
  /** Read of one meeting, not of many. */
  sibling?: string | null
  updated_at: Date
  cancellation: string
  created_by: string | null
  registered_count: number | null
  seated: number | null
  waiting: number | null
}

function asMeeting(row: Row): Meeting {
  const named = (id: string | null, name: string | null) =>
    id !== null && name !== null ? { id, name } : null
  return {
    id: row.id,
    groupId: row.group_id,
    group:
      row.group_id !== null && row.group_slug !== null
        ? { id: row.group_id, slug: row.group_slug, name: row.group_name ?? '' }
        : null,
    title: row.title,
    about: row.about ?? '',
    preparation: row.preparation ?? '',
    language: row.language as Locale,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    timeZone: row.time_zone,
    place: row.place,
    address: row.address,
    latitude: row.latitude,
    longitude: row.longitude,
    hasVideo: row.video_url !== null,
    videoUrl: null,
    hostOrganisation: named(row.host_organisation_id, row.host_organisation),
    hostPerson: named(row.host_person_id, row.host_person),
    hostState: row.host_state as Meeting['hostState'],
    state: row.state as MeetingState,
    visibility: row.visibility as MeetingVisibility,
    capacity: row.capacity,
    guests: row.guests,
    photos: row.photos,
    registrationUntil: row.registration_until,
    sequence: row.sequence,
    linkOrigin: row.link_origin,
    sibling: row.sibling ?? null,
    updatedAt: row.updated_at,
    cancellation: row.cancellation,
    createdBy: row.created_by,
    places: {
      registered: row.registered_count ?? 0,
      waiting: row.waiting ?? 0,
      left: row.capacity === null ? null : Math.max(0, row.capacity - (row.seated ?? 0)),
    },
  }
}
