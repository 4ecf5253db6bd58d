import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { expectedAt } from '#modules/meetings/door/presences.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { decisionsOf } from '#modules/meetings/minutes/decisions.ts'
import { readNotes } from '#modules/meetings/minutes/notes.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'
import type { I18n } from '#platform/i18n/i18n.ts'

/** Minutes as they were published. */
export interface Minutes {
  version: number
  /** Markdown. */
  text: string
  publishedAt: Date
  publishedBy: string | null
}

export interface MinutesState {
  /** What is being written, for those who run the meeting. */
  draft: string
  /** Grows with each saving of the draft: two do not write over each other. */
  revision: number
  /** Whether everyone may read them, of a public meeting. */
  isPublic: boolean
  versions: { version: number; publishedAt: Date; publishedBy: string | null }[]
  nextMeeting: { id: string; title: string; startsAt: Date; timeZone: string; state: string } | null
}

export const mostMinutes = 200_000

/** Published minutes, the latest or one of before; null where there are none, or none for this reader. */
export async function readMinutes(
  trx: Trx,
  { network, role }: { network: { id: string }; role: Entry['role'] },
  meetingId: string,
  version?: number,
): Promise<Minutes | null> {
  // Row-level security lets visitors read what was said to be for everyone; the condition says so once more.
  const { rows } = await sql<Minutes>`
    select minutes.version, minutes.text, minutes.published_at as "publishedAt",
      ${
        role === 'visitor'
          ? sql`null`
          : sql`(
        select person.name from person where person.network_id = minutes.network_id and person.id = minutes.published_by
      )`
      } as "publishedBy"
    from meeting_minutes minutes
    join meeting on meeting.network_id = minutes.network_id and meeting.id = minutes.meeting_id
    where minutes.network_id = ${network.id}::uuid and minutes.meeting_id = ${meetingId}::uuid
      ${version === undefined ? sql`` : sql`and minutes.version = ${version}::integer`}
      ${role === 'visitor' ? sql`and meeting.minutes_public and meeting.visibility = 'public'` : sql``}
    order by minutes.version desc limit 1`.execute(trx)
  return rows[0] ?? null
}

export async function minutesState(trx: Trx, networkId: string, meetingId: string): Promise<MinutesState> {
  const { rows } = await sql<MinutesState>`
    select meeting.minutes as draft, meeting.minutes_revision as revision, meeting.minutes_public as "isPublic",
      coalesce((
        select jsonb_agg(jsonb_build_object('version', kept.version, 'publishedAt', kept.published_at,
          'publishedBy', person.name) order by kept.version desc)
        from meeting_minutes kept
        left join person on person.network_id = kept.network_id and person.id = kept.published_by
        where kept.network_id = meeting.network_id and kept.meeting_id = meeting.id
      ), '[]') as versions,
      case when follow.id is null then null else jsonb_build_object('id', follow.id, 'title', follow.title,
        'startsAt', follow.starts_at, 'timeZone', follow.time_zone, 'state', follow.state) end as "nextMeeting"
    from meeting
    left join meeting follow on follow.network_id = meeting.network_id and follow.id = meeting.next_meeting_id
    where meeting.network_id = ${networkId}::uuid and meeting.id = ${meetingId}::uuid`.execute(trx)
  const [row] = rows
  if (!row) throw new AppError('not-found')
  return {
    ...row,
    versions: row.versions.map(one => ({ ...one, publishedAt: new Date(one.publishedAt) })),
    nextMeeting: row.nextMeeting && { ...row.nextMeeting, startsAt: new Date(row.nextMeeting.startsAt) },
  }
}

/** A first text of the minutes: who came and who excused themselves, the notes, what was decided, when one meets again. */
export async function draftMinutes(
  trx: Trx,
  networkId: string,
  meeting: Meeting,
  i18n: I18n,
): Promise<string> {
  const { t } = i18n
  const { people } = await expectedAt(trx, networkId, meeting.id, { show: 'present', limit: 1_000 })
  const excused = await excusedFrom(trx, networkId, meeting.id)
  const notes = await readNotes(trx, networkId, meeting.id)
  const decisions = await decisionsOf(trx, networkId, meeting.id)
  const { nextMeeting } = await minutesState(trx, networkId, meeting.id)
  const section = (heading: string, lines: string[]) =>
    lines.length > 0 ? [`## ${heading}\n\n${lines.join('\n')}\n`] : []
  const named = ({ name, organisation }: { name: string; organisation: string }) =>
    `- ${escaped(name)}${organisation ? ` (${escaped(organisation)})` : ''}`
  return [
    ...section(t('minutes.present', { count: people.length }), people.map(named)),
    ...section(t('minutes.excused'), excused.map(named)),
    ...(notes.text.trim() ? [`${notes.text.trim()}\n`] : []),
    ...section(
      t('minutes.decisions'),
      decisions.map(({ text, owner, dueOn }, index) => {
        const said = [
          owner && escaped(owner.name),
          dueOn && t('minutes.due', { day: i18n.day(dueOn) }),
        ].filter(Boolean)
        return `${index + 1}. ${text.replace(/\s*\n\s*/g, ' ')}${said.length > 0 ? ` (${said.join(', ')})` : ''}`
      }),
    ),
    ...section(
      t('minutes.next'),
      nextMeeting ? [i18n.moment(nextMeeting.startsAt, nextMeeting.timeZone)] : [],
    ),
  ].join('\n')
}

/**
 * Keeps a draft.
 * @throws Refusal where somebody else has changed it since
 */
export async function saveDraft(
  trx: Trx,
  networkId: string,
  meeting: Meeting,
  { text, seen, isPublic }: { text: string; seen: number; isPublic: boolean },
): Promise<number> {
  const row = await trx
    .updateTable('meeting')
    .set(({ eb }) => ({
      minutes: text,
      minutes_revision: eb('minutes_revision', '+', 1),
      minutes_public: isPublic && meeting.visibility === 'public',
    }))
    .where('network_id', '=', networkId)
    .where('id', '=', meeting.id)
    .where('minutes_revision', '=', seen)
    .returning('minutes_revision')
    .executeTakeFirst()
  if (!row) throw new Refusal({ field: 'text', message: 'minutes.error.changed' })
  return row.minutes_revision
}

/**
 * Publishes the draft as it stands. Published again, what it said before is kept beside it.
 * @returns whether it is the first time: then people are told, once
 * @throws Refusal for an empty one, or before the meeting has begun
 */
export async function publishMinutes(
  trx: Trx,
  { network, personId, actor }: Entry,
  meeting: Meeting,
  now = new Date(),
): Promise<{ version: number; first: boolean }> {
  if (meeting.startsAt > now || meeting.state === 'cancelled' || meeting.state === 'draft')
    throw new Refusal({ field: '', message: 'minutes.error.early' })
  const { rows } = await sql<{ draft: string; version: number; latest: string | null }>`
    select meeting.minutes as draft, coalesce(kept.version, 0) as version, kept.text as latest
    from meeting
    left join lateral (
      select version, text from meeting_minutes
      where network_id = ${network.id}::uuid and meeting_id = ${meeting.id}::uuid order by version desc limit 1
    ) kept on true
    where meeting.network_id = ${network.id}::uuid and meeting.id = ${meeting.id}::uuid
    for no key update of meeting`.execute(trx)
  const [found] = rows
  if (!found || found.draft.trim() === '')
    throw new Refusal({ field: 'text', message: 'minutes.error.empty' })
  // Said twice, it is published once.
  if (found.draft === found.latest) return { version: found.version, first: false }
  const version = found.version + 1
  await trx
    .insertInto('meeting_minutes')
    .values({
      network_id: network.id,
      meeting_id: meeting.id,
      version,
      text: found.draft,
      published_by: personId,
    })
    .execute()
  await trx
    .updateTable('meeting')
    .set({ minutes_published_at: now })
    .where('network_id', '=', network.id)
    .where('id', '=', meeting.id)
    .execute()
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, actor, {
    action: 'meeting.minutes-published',
    subject: { type: 'meeting', id: meeting.id },
    after: { version },
  })
  return { version, first: version === 1 }
}

export function minutesAddress(networkSlug: string, meetingId: string, locale: I18n['locale']): string {
  return href('meetingMinutes', { locale, network: networkSlug, meeting: meetingId })
}

async function excusedFrom(
  trx: Trx,
  networkId: string,
  meetingId: string,
): Promise<{ name: string; organisation: string }[]> {
  const { rows } = await sql<{ name: string; organisation: string }>`
    select coalesce(nullif(registration.name, ''), person.name, '') as name,
      coalesce(organisation.name, registration.organisation_name) as organisation
    from registration
    left join person on person.network_id = registration.network_id and person.id = registration.person_id
    left join organisation on organisation.id = registration.organisation_id
    where registration.network_id = ${networkId}::uuid and registration.meeting_id = ${meetingId}::uuid
      and registration.state = 'withdrawn' and registration.checked_by is null
      and not exists (
        select from registration other
        where other.network_id = registration.network_id and other.meeting_id = registration.meeting_id
          and other.state <> 'withdrawn'
          and (other.person_id = registration.person_id or other.email = registration.email))
    order by coalesce(nullif(registration.name, ''), person.name, '') collate name_order limit 500`.execute(
    trx,
  )
  return rows
}

/** What Markdown would read as something else than letters. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>]/g, '\\$&')
}
