import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import { newId } from '#kernel/ids.ts'
import { dayAfter, localTime, momentOf } from '#modules/meetings/local-time.ts'

const text = z.string().default('')
const calendarDay = z.string().regex(/^\d\d-\d\d$/)

const meeting = z.object({
  group: z.string().optional(),
  by: z.email(),
  title: z.string(),
  about: text,
  preparation: text,
  language: z.enum(['fr', 'en', 'es', 'pt']).default('fr'),
  /** One of these says when. */
  days: z.number().int().optional(),
  next: calendarDay.optional(),
  last: calendarDay.optional(),
  untilDays: z.number().int().optional(),
  from: z.string(),
  to: z.string(),
  place: text,
  address: text,
  latitude: z.number().nullable().default(null),
  longitude: z.number().nullable().default(null),
  video: z.string().nullable().default(null),
  host: z
    .object({
      organisation: z.string(),
      person: z.email(),
      state: z.enum(['asked', 'confirmed']).default('confirmed'),
    })
    .optional(),
  visibility: z.enum(['group', 'network', 'public']).default('network'),
  capacity: z.number().int().nullable().default(null),
  guests: z.number().int().default(0),
  photos: z.boolean().default(false),
  draft: z.boolean().default(false),
  cancelled: z.string().optional(),
  agenda: z
    .array(z.object({ title: z.string(), minutes: z.number().int().nullable().default(null), speaker: text }))
    .default([]),
  proposals: z
    .array(z.object({ title: z.string(), minutes: z.number().int(), by: z.email(), details: text }))
    .default([]),
  coming: z.array(z.email()).default([]),
  /** Of no account. */
  others: z.array(z.object({ name: z.string(), organisation: z.string() })).default([]),
  withdrawn: z.array(z.email()).default([]),
})

type Described = z.output<typeof meeting>

/** Brings a year of meetings into networks whose people and groups are there. Done again, it changes nothing; nobody is told. */
export async function bringMeetings({ db, folder, networks }: DemoContext): Promise<void> {
  const file = join(folder, 'meetings.yaml')
  if (!existsSync(file)) return
  const all = z.record(z.string(), z.array(meeting)).parse(parse(readFileSync(file, 'utf8')))
  for (const [slug, { id }] of networks)
    await inTenant(db, { networkId: id, audience: 'network' }, async trx => {
      for (const described of all[slug] ?? []) await bringMeeting(trx, id, described)
    })
}

async function bringMeeting(trx: Trx, networkId: string, described: Described): Promise<void> {
  const { rows: known } = await sql<{ there: boolean; time_zone: string }>`
    select time_zone, exists (
      select from meeting where network_id = ${networkId} and title = ${described.title}
    ) as there
    from network where id = ${networkId}`.execute(trx)
  const [network] = known
  if (!network || network.there) return
  const id = newId()
  const { starts, ends } = whenOf(described, network.time_zone)
  const state = described.draft ? 'draft' : described.cancelled === undefined ? 'scheduled' : 'cancelled'
  await sql`
    insert into meeting (network_id, id, group_id, title, about, preparation, language, starts_at, ends_at, time_zone, place,
      address, latitude, longitude, video_url, host_organisation_id, host_person_id, host_state, state, visibility,
      capacity, guests, photos, sequence, cancellation, created_by, created_at)
    values (${networkId}, ${id},
      (select id from network_group where network_id = ${networkId} and slug = ${described.group ?? ''}),
      ${described.title}, ${described.about}, ${described.preparation}, ${described.language}, ${starts}, ${ends},
      ${network.time_zone}, ${described.place}, ${described.address}, ${described.latitude}, ${described.longitude},
      ${described.video}, (
        select organisation.id from membership join organisation on organisation.id = membership.organisation_id
        where membership.network_id = ${networkId} and organisation.name = ${described.host?.organisation ?? ''} limit 1
      ), ${personBy(networkId, described.host?.person)}, ${described.host?.state ?? null}, ${state},
      ${described.visibility}, ${described.capacity}, ${described.guests}, ${described.photos},
      ${described.cancelled === undefined ? 0 : 1}, ${described.cancelled ?? ''},
      ${personBy(networkId, described.by)}, least(now() - interval '5 days', ${starts}::timestamptz - interval '40 days'))`.execute(
    trx,
  )
  await bringAgenda(trx, networkId, id, described)
  await bringComers(trx, networkId, id, described, starts)
}

async function bringAgenda(
  trx: Trx,
  networkId: string,
  meetingId: string,
  described: Described,
): Promise<void> {
  const accepted = described.agenda.map(item => ({ ...item, details: '', by: '', state: 'accepted' }))
  const proposed = described.proposals.map(item => ({ ...item, speaker: '', state: 'proposed' }))
  for (const [index, item] of [...accepted, ...proposed].entries())
    await sql`
      insert into agenda_item (network_id, meeting_id, id, position, title, details, minutes, speaker, proposed_by, state)
      values (${networkId}, ${meetingId}, ${newId()}, ${index + 1}, ${item.title}, ${item.details}, ${item.minutes},
        ${item.speaker}, ${personBy(networkId, item.by)}, ${item.state})`.execute(trx)
}

/** In the order in which they stand: as many as there are places come, the others wait. */
async function bringComers(
  trx: Trx,
  networkId: string,
  meetingId: string,
  { coming, others, withdrawn, capacity, video, place, photos }: Described,
  starts: Date,
): Promise<void> {
  const line = [
    ...coming.map(email => ({ email, name: '', organisation: '' })),
    ...others.map(other => ({ email: '', ...other })),
  ]
  let free = capacity ?? line.length
  for (const [index, { email, name, organisation }] of line.entries()) {
    const away = withdrawn.includes(email)
    const state = away ? 'withdrawn' : free > 0 ? 'registered' : 'waiting'
    if (state === 'registered') free -= 1
    await sql`
      insert into registration (network_id, meeting_id, id, number, person_id, organisation_id, name, organisation_name,
        state, attends, photo_consent, withdrawn_at, created_at)
      select ${networkId}, ${meetingId}, ${newId()}, ${index + 1}, person.id, (
          select organisation_id from mandate
          where mandate.network_id = ${networkId} and mandate.person_id = person.id and organisation_id is not null
          order by created_at, id limit 1
        ), ${name}, ${organisation}, ${state}, ${video !== null && place === '' ? 'video' : 'place'},
        ${photos ? index % 5 !== 3 : null}::boolean,
        case when ${away} then least(now(), ${starts}::timestamptz) - interval '2 hours' end,
        least(now(), ${starts}::timestamptz) - make_interval(days => ${30 - Math.min(25, index)}::int)
      from (select ${email}::text as email) asked
      left join person on person.network_id = ${networkId} and person.email = asked.email
      where person.id is not null or ${name} <> ''`.execute(trx)
  }
  await sql`update meeting set last_number = ${line.length} where network_id = ${networkId} and id = ${meetingId}`.execute(
    trx,
  )
}

function whenOf(described: Described, timeZone: string): { starts: Date; ends: Date } {
  const today = localTime(new Date(), timeZone).day
  const year = Number(today.slice(0, 4))
  const on = (monthAndDay: string, forth: boolean) => {
    const [before, same, after] = [-1, 0, 1].map(more => `${year + more}-${monthAndDay}`)
    return forth ? (today < (same ?? '') ? same : after) : today > (same ?? '') ? same : before
  }
  const day =
    (described.next && on(described.next, true)) ||
    (described.last && on(described.last, false)) ||
    dayAfter(today, described.days ?? 0)
  const last = described.untilDays === undefined ? day : dayAfter(today, described.untilDays)
  return { starts: at(day, described.from, timeZone), ends: at(last, described.to, timeZone) }
}

function at(day: string, time: string, timeZone: string): Date {
  const moment = momentOf({ day, time }, timeZone)
  if (moment.kind !== 'once') throw new Error(`${day} ${time} is no time for a demonstration`)
  return moment.at
}

function personBy(networkId: string, email: string | undefined) {
  return sql`(select id from person where network_id = ${networkId} and email = ${email ?? ''})`
}
