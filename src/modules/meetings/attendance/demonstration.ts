import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import { newId } from '#kernel/ids.ts'
import { isLocale } from '#kernel/locale.ts'
import { caretaker, type Meeting, openFor } from '#modules/meetings/meetings.ts'
import { draftMinutes } from '#modules/meetings/minutes/minutes.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

/** By network, and by the title of the meeting. */
const described = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      notes: z.string(),
      decisions: z
        .array(z.object({ text: z.string(), owner: z.email().optional(), due: z.number().int().optional() }))
        .default([]),
      walkIns: z.array(z.object({ name: z.string(), organisation: z.string() })).default([]),
      minutes: z.enum(['public', 'network']),
    }),
  ),
)

type Day = z.output<typeof described>[string][string]

/** What came of the demonstration's meetings that are over. Done again, it changes nothing; nobody is told. */
export async function bringMeetingDays({ db, folder, networks }: DemoContext): Promise<void> {
  const file = join(folder, 'meeting-days.yaml')
  const days = existsSync(file) ? described.parse(parse(readFileSync(file, 'utf8'))) : {}
  for (const [slug, { id }] of networks)
    await inTenant(db, { networkId: id, audience: 'network' }, async trx => {
      await holdPast(trx, id)
      for (const [title, day] of Object.entries(days[slug] ?? {})) {
        const meetingId = await unwritten(trx, id, title)
        if (meetingId !== null) await writeDay(trx, id, meetingId, day)
      }
    })
}

/** Most came, a few minutes before or after; of some nobody heard. */
async function holdPast(trx: Trx, networkId: string): Promise<void> {
  await sql`
    with held as (
      update meeting set state = 'held'
      where network_id = ${networkId}::uuid and state = 'scheduled' and ends_at < now() - interval '1 day'
      returning id, starts_at
    )
    update registration set
      present = registration.number % 6 <> 4,
      arrived_at = case when registration.number % 6 <> 4
        then held.starts_at + make_interval(mins => (registration.number * 7) % 19 - 12) end,
      checked_by = case when registration.number % 6 <> 4
        then (array['code', 'list', 'code', 'sheet'])[registration.number % 4 + 1] end
    from held
    where registration.network_id = ${networkId}::uuid and registration.meeting_id = held.id
      and registration.state = 'registered' and registration.present is null`.execute(trx)
}

/** The one of this title that is over; null where there is none, or something is written already. */
async function unwritten(trx: Trx, networkId: string, title: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from meeting
    where network_id = ${networkId}::uuid and title = ${title} and state = 'held' and notes_revision = 0
    order by starts_at desc limit 1`.execute(trx)
  return rows[0]?.id ?? null
}

async function writeDay(trx: Trx, networkId: string, meetingId: string, day: Day): Promise<void> {
  const { meeting } = await openFor(trx, caretaker(networkId), meetingId, 'read')
  await sql`
    with written as (
      update meeting set notes = ${day.notes}, notes_revision = 1
      where network_id = ${networkId}::uuid and id = ${meetingId}::uuid
    )
    insert into meeting_notes (network_id, meeting_id, revision, text, person_id, written_at)
    values (${networkId}::uuid, ${meetingId}::uuid, 1, ${day.notes}, ${meeting.createdBy}::uuid, ${meeting.endsAt})`.execute(
    trx,
  )
  for (const walkIn of day.walkIns) await letIn(trx, networkId, meeting, walkIn)
  for (const decision of day.decisions) await decide(trx, networkId, meeting, decision)
  await publish(trx, networkId, meeting, day.minutes === 'public' && meeting.visibility === 'public')
}

async function letIn(
  trx: Trx,
  networkId: string,
  meeting: Meeting,
  walkIn: Day['walkIns'][number],
): Promise<void> {
  await sql`
    with numbered as (
      update meeting set last_number = last_number + 1
      where network_id = ${networkId}::uuid and id = ${meeting.id}::uuid returning last_number
    )
    insert into registration (network_id, meeting_id, id, number, name, organisation_name, state, present, arrived_at, checked_by)
    select ${networkId}::uuid, ${meeting.id}::uuid, ${newId()}::uuid, last_number, ${walkIn.name}, ${walkIn.organisation},
      'registered', true, ${new Date(meeting.startsAt.getTime() + 11 * 60_000)}::timestamptz, 'walk_in' from numbered`.execute(
    trx,
  )
}

async function decide(
  trx: Trx,
  networkId: string,
  meeting: Meeting,
  said: Day['decisions'][number],
): Promise<void> {
  const [id, taskId] = [newId(), newId()]
  await sql`
    with owner as (
      select person.id from person where person.network_id = ${networkId}::uuid and person.email = ${said.owner ?? null}
    ), task_made as (
      insert into task (network_id, id, group_id, meeting_id, title, owner_id, due_on, created_by)
      select ${networkId}::uuid, ${taskId}::uuid, ${meeting.groupId}::uuid, ${meeting.id}::uuid, ${said.text.slice(0, 300)},
        owner.id, current_date + ${said.due ?? 14}::integer, ${meeting.createdBy}::uuid
      from owner returning id, owner_id, due_on
    )
    insert into meeting_decision (network_id, meeting_id, id, text, owner_id, due_on, task_id, created_by)
    select ${networkId}::uuid, ${meeting.id}::uuid, ${id}::uuid, ${said.text}, task_made.owner_id, task_made.due_on, task_made.id,
      ${meeting.createdBy}::uuid
    from (select) as one left join task_made on true`.execute(trx)
}

async function publish(trx: Trx, networkId: string, meeting: Meeting, isPublic: boolean): Promise<void> {
  const i18n = i18nFor(isLocale(meeting.language) ? meeting.language : 'fr')
  const text = await draftMinutes(trx, networkId, meeting, i18n)
  const at = new Date(meeting.endsAt.getTime() + 26 * 3_600_000)
  const publishedAt = at < new Date() ? at : meeting.endsAt
  await sql`
    with written as (
      update meeting set minutes = ${text}, minutes_revision = 1, minutes_public = ${isPublic},
        minutes_published_at = ${publishedAt}
      where network_id = ${networkId}::uuid and id = ${meeting.id}::uuid
    )
    insert into meeting_minutes (network_id, meeting_id, version, text, published_by, published_at)
    values (${networkId}::uuid, ${meeting.id}::uuid, 1, ${text}, ${meeting.createdBy}::uuid, ${publishedAt})`.execute(
    trx,
  )
}
