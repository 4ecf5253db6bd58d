import { createHash, randomBytes } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import type { CalendarEvent } from '#modules/meetings/calendar/calendar-files.ts'
import { siblingOf } from '#modules/meetings/calendar/sibling.ts'
import { isRunBy, isVisible, type Reader } from '#modules/meetings/reading-rights.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Makes the address at which somebody's calendars are read; the former one leads nowhere from then on. @returns its token, this once */
export async function openCalendar(trx: Trx, entry: Entry): Promise<string> {
  const { network, personId } = entry
  if (personId === null) throw new Refusal({ field: '', message: 'form.error.invalid' })
  const token = randomBytes(24).toString('base64url')
  const token_hash = hash(token)
  await trx
    .insertInto('calendar_token')
    .values({ network_id: network.id, person_id: personId, token_hash })
    .onConflict(conflict =>
      conflict.columns(['network_id', 'person_id']).doUpdateSet({ token_hash, since: sql`now()` }),
    )
    .execute()
  await recordCalendar(trx, entry, 'key.calendar-made')
  return token
}

export async function closeCalendar(trx: Trx, entry: Entry): Promise<void> {
  await trx
    .deleteFrom('calendar_token')
    .where('network_id', '=', entry.network.id)
    .where('person_id', '=', entry.personId)
    .execute()
  await recordCalendar(trx, entry, 'key.calendar-revoked')
}

/** When the address was made; null while there is none. */
export async function calendarSince(
  trx: Trx,
  networkId: string,
  personId: string | null,
): Promise<Date | null> {
  const row = await trx
    .selectFrom('calendar_token')
    .select('since')
    .where('network_id', '=', networkId)
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return row?.since ?? null
}

/** Whose calendars an address has, as long as they are at home in the network; null for anything else. */
export async function calendarReader(
  trx: Trx,
  network: { id: string; timeZone: string },
  token: string,
): Promise<Reader | null> {
  const { rows } = await sql<{ person_id: string; runs: boolean }>`
    select mandate.person_id, bool_or(mandate.role in ('facilitator', 'administrator')) as runs
    from calendar_token
    join mandate on mandate.network_id = calendar_token.network_id and mandate.person_id = calendar_token.person_id
    where calendar_token.network_id = ${network.id} and calendar_token.token_hash = ${hash(token)}
      and (now() at time zone ${network.timeZone})::date
        between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')
    group by mandate.person_id`.execute(trx)
  const [row] = rows
  if (!row) return null
  return {
    networkId: network.id,
    timeZone: network.timeZone,
    personId: row.person_id,
    role: row.runs ? 'facilitator' : 'member',
  }
}

export type FeedScope = { kind: 'mine' } | { kind: 'network' } | { kind: 'group'; slug: string }

/** More than a calendar can use; the latest ones are kept. */
const mostEvents = 5_000

/**
 * The meetings of a feed: what its reader sees of them, the cancelled ones too, since calendars would else keep them; from
 * a year ago on.
 */
export async function feedEvents(
  trx: Trx,
  reader: Reader,
  scope: FeedScope,
  here: { slug: string; locale: Locale },
): Promise<CalendarEvent[]> {
  const { rows } = await sql<Omit<CalendarEvent, 'url'>>`
    select meeting.id, meeting.title, left(meeting.about, 500) as about, meeting.starts_at as "startsAt",
      meeting.ends_at as "endsAt", meeting.place, meeting.address, meeting.latitude, meeting.longitude,
      case when ${isRunBy(reader)} or own.state = 'registered' then meeting.video_url end as "videoUrl",
      meeting.sequence, meeting.state, meeting.link_origin as "linkOrigin", meeting.updated_at as "updatedAt",
      ${siblingOf} as sibling
    from meeting
    left join registration own on own.network_id = meeting.network_id and own.meeting_id = meeting.id
      and own.person_id = ${reader.personId}::uuid and own.state <> 'withdrawn'
    where meeting.network_id = ${reader.networkId} and meeting.state <> 'draft'
      and meeting.starts_at > now() - interval '1 year' and ${isVisible(reader)} and ${within(reader, scope)}
    order by meeting.starts_at desc, meeting.id limit ${mostEvents}`.execute(trx)
  return rows.map(row => ({
    ...row,
    url: row.linkOrigin + href('meeting', { locale: here.locale, network: here.slug, meeting: row.id }),
  }))
}

function within(reader: Reader, scope: FeedScope): RawBuilder<boolean> {
  if (scope.kind === 'network') return sql<boolean>`true`
  if (scope.kind === 'group')
    return sql<boolean>`meeting.group_id in (
      select id from network_group where network_id = ${reader.networkId} and slug = ${scope.slug})`
  return sql<boolean>`(own.id is not null or meeting.host_person_id = ${reader.personId}::uuid
    or meeting.created_by = ${reader.personId}::uuid)`
}

function recordCalendar(
  trx: Trx,
  { network, actor, personId }: Entry,
  action: 'key.calendar-made' | 'key.calendar-revoked',
): Promise<void> {
  const subject = { type: 'person', id: personId ?? '' }
  return action === 'key.calendar-made'
    ? recordChange(trx, network.id, actor, { action: 'key.calendar-made', subject })
    : recordChange(trx, network.id, actor, { action: 'key.calendar-revoked', subject })
}

/** The token is 192 bits of chance: a fast hash hides it as well as a slow one. */
function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
