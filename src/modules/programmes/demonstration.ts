import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import { localTime } from '#modules/meetings/index.ts'
import { type Entry, findNetwork, type Network } from '#modules/network/index.ts'
import { makeProgramme } from '#modules/programmes/course/making.ts'
import { makingInput } from '#modules/programmes/course/schema.ts'
import { handInFile, moveAhead } from '#modules/programmes/demonstration-deeds.ts'
import { addDays, dayAfter } from '#modules/programmes/planning/days.ts'

const described = z.object({
  group: z.string(),
  by: z.email(),
  template: z.string(),
  name: z.string(),
  about: z.string(),
  /** One of these says when it began. */
  last: z
    .string()
    .regex(/^\d\d-\d\d$/)
    .optional(),
  monthsAgo: z.number().int().default(0),
  days: z.number().int().optional(),
  country: z.string(),
  begins: z.string(),
  video: z.url(),
  places: z.array(z.object({ place: z.string(), address: z.string() })).min(1),
  aside: z.array(z.string()),
  joins: z.record(z.string(), z.number().int()),
  lagging: z.record(z.string(), z.number().int()),
  notes: z.array(z.string()).min(1),
  /** Pages of this site that readings lead to, in turn. */
  readings: z.array(z.object({ title: z.string(), url: z.string() })).default([]),
  /** Where what was handed in is found, in turn. */
  documents: z.array(z.string()).default([]),
  /** A meeting ahead was moved. */
  moved: z.object({ weeks: z.number().int(), daysAgo: z.number().int(), reason: z.string() }).optional(),
  /** Files of `programme-files` that organisations handed in, each once. */
  files: z.array(z.object({ organisation: z.string(), file: z.string() })).default([]),
})

type Described = z.output<typeof described>

/**
 * Brings programmes in the midst of their course to groups that are there: made as anybody makes one, then lived. Done again,
 * it changes nothing; nobody is told.
 */
export async function bringProgrammes(context: DemoContext): Promise<void> {
  const { db, folder, networks } = context
  const file = join(folder, 'programmes.yaml')
  if (!existsSync(file)) return
  const all = z.record(z.string(), z.array(described)).parse(parse(readFileSync(file, 'utf8')))
  for (const slug of networks.keys()) {
    const network = all[slug] ? await findNetwork(db, slug) : null
    if (!network) continue
    for (const programme of all[slug] ?? []) {
      const brought = await inTenant(db, { networkId: network.id, audience: 'network' }, trx =>
        bring(trx, network, programme),
      )
      if (!brought) continue
      for (const one of programme.files) await handInFile(context, brought.entry, brought.id, one)
    }
  }
}

/** @returns null for one that is there already */
async function bring(
  trx: Trx,
  network: Network,
  programme: Described,
): Promise<{ id: string; entry: Entry } | null> {
  const { rows } = await sql<{ group: string; person: string; account: string | null }>`
    select network_group.id as "group", person.id as person, person.account_id as account
    from network_group
    join person on person.network_id = network_group.network_id and person.email = ${programme.by}
    where network_group.network_id = ${network.id}::uuid and network_group.slug = ${programme.group}
      and not exists (select from programme where programme.network_id = network_group.network_id
        and programme.group_id = network_group.id and programme.name = ${programme.name})`.execute(trx)
  const [found] = rows
  if (!found) return null
  const startsOn = startOf(programme, localTime(new Date(), network.timeZone).day)
  await joinGroup(trx, network.id, found.group, programme, startsOn)
  const entry: Entry = {
    network,
    tenant: { networkId: network.id, audience: 'network' },
    role: 'facilitator',
    personId: found.person,
    mandates: [],
    actor: { accountId: found.account, mandateId: null, tokenId: null, origin: 'command' },
    scopes: null,
  }
  const input = makingInput.parse({
    group: found.group,
    template: programme.template,
    name: programme.name,
    about: programme.about,
    language: network.locale,
    startsOn,
    country: programme.country,
    timeZone: network.timeZone,
    begins: programme.begins,
    videoUrl: programme.video,
    tutor: found.person,
    announce: false,
    ...programme.places[0],
  })
  const id = await makeProgramme(trx, entry, input, 'http://localhost')
  if (programme.moved) await moveAhead(trx, entry, id, programme.moved)
  await holdMeetings(trx, network.id, id, programme)
  await fillMeetings(trx, network.id, id, programme)
  await doTasks(trx, network.id, id, programme)
  await linkReadings(trx, network.id, id, programme)
  await sayDone(trx, network.id, id, programme)
  await handIn(trx, network.id, id, programme)
  await catchUp(trx, network.id, id, programme)
  return { id, entry }
}

function startOf({ last, monthsAgo, days = 0 }: Described, today: string): string {
  if (last === undefined) return addDays(today, days)
  const year = Number(today.slice(0, 4))
  const began = [year, year - 1, year - 2].map(one => `${one}-${last}`)
  return began.find(day => dayAfter(day, { months: monthsAgo, days: 0 }) <= today) ?? today
}

/** They have been there from its beginning, but for those who came later; who runs it is there for nobody. */
async function joinGroup(
  trx: Trx,
  networkId: string,
  groupId: string,
  { aside, joins }: Described,
  startsOn: string,
): Promise<void> {
  const came = Object.entries(joins).map(([name, months]) => ({
    name,
    day: dayAfter(startsOn, { months, days: 3 }),
  }))
  await sql`
    update group_member set organisation_id = null
    where network_id = ${networkId}::uuid and group_id = ${groupId}::uuid
      and organisation_id in (select id from organisation where name = any (${aside}::text[]))`.execute(trx)
  await sql`
    delete from group_organisation where network_id = ${networkId}::uuid and group_id = ${groupId}::uuid
      and organisation_id in (select id from organisation where name = any (${aside}::text[]))`.execute(trx)
  for (const table of ['group_organisation', 'group_member'] as const)
    await sql`
      update ${sql.table(table)} member set valid_from = coalesce((
        select came.day from organisation
        join jsonb_to_recordset(${JSON.stringify(came)}::jsonb) as came (name text, day date) on came.name = organisation.name
        where organisation.id = member.organisation_id
      ), least(member.valid_from, ${startsOn}::date))
      where network_id = ${networkId}::uuid and group_id = ${groupId}::uuid`.execute(trx)
  await sql`
    update network_group set starts_on = least(starts_on, ${startsOn}::date)
    where network_id = ${networkId}::uuid and id = ${groupId}::uuid and starts_on is not null`.execute(trx)
}

/** Those that are over took place, the others stand in calendars; each in its turn at one of the places. */
async function holdMeetings(
  trx: Trx,
  networkId: string,
  programmeId: string,
  { places }: Described,
): Promise<void> {
  await sql`
    with numbered as (
      select meeting_id, row_number() over (order by due_on) as n from programme_step
      where network_id = ${networkId}::uuid and programme_id = ${programmeId}::uuid and mode = 'in_person'
    ), placed as (
      select numbered.meeting_id, place.place, place.address from numbered
      join jsonb_to_recordset(${JSON.stringify(places.map((one, n) => ({ n, ...one })))}::jsonb)
        as place (n integer, place text, address text) on place.n = numbered.n % ${places.length}::integer
    )
    update meeting set
      state = case when meeting.ends_at < now() - interval '1 day' then 'held' else 'scheduled' end,
      place = coalesce(placed.place, ''), address = coalesce(placed.address, ''),
      created_at = least(now(), meeting.starts_at) - interval '40 days'
    from programme_step step
    left join placed on placed.meeting_id = step.meeting_id
    where step.network_id = ${networkId}::uuid and step.programme_id = ${programmeId}::uuid
      and meeting.network_id = step.network_id and meeting.id = step.meeting_id`.execute(trx)
  await sql`
    update programme set meeting_terms = meeting_terms || '{"state": "scheduled"}',
      created_at = starts_on - interval '30 days' + interval '9 hours'
    where network_id = ${networkId}::uuid and id = ${programmeId}::uuid`.execute(trx)
  await sql`
    update programme_change set made_at = programme.created_at from programme
    where programme.network_id = ${networkId}::uuid and programme.id = ${programmeId}::uuid
      and programme_change.network_id = programme.network_id and programme_change.programme_id = programme.id
      and programme_change.kind = 'made'`.execute(trx)
}

/** Most came; to the next ones, within two months, most have said that they will. */
async function fillMeetings(
  trx: Trx,
  networkId: string,
  programmeId: string,
  { lagging }: Described,
): Promise<void> {
  await sql`
    with ${members(networkId, programmeId, lagging)},
    coming as (
      select meeting.id as meeting_id, meeting.starts_at, member.*, step.mode, step.n as step,
        (member.n * 5 + step.n * 3) % 9 = 4 as away,
        row_number() over (partition by meeting.id order by member.n) as number
      from step
      join meeting on meeting.network_id = ${networkId}::uuid and meeting.id = step.meeting_id
      join member on member.since <= step.due_on and member.until_step >= step.n
      where meeting.starts_at < now() + interval '60 days'
        and (meeting.state = 'held' or (member.n + step.n) % 4 <> 1)
    ), numbered as (
      update meeting set last_number = (select count(*) from coming where coming.meeting_id = meeting.id)
      where network_id = ${networkId}::uuid and id in (select meeting_id from coming)
      returning id, state
    )
    insert into registration (network_id, meeting_id, id, number, person_id, organisation_id, name, state, attends, present,
      arrived_at, checked_by, created_at)
    select ${networkId}::uuid, coming.meeting_id, gen_random_uuid(), coming.number, coming.person_id, coming.organisation_id,
      '', 'registered', case when coming.mode = 'video' then 'video' else 'place' end,
      case when numbered.state = 'held' then not coming.away end,
      case when numbered.state = 'held' and not coming.away
        then coming.starts_at + make_interval(mins => (coming.n::integer * 7) % 17 - 11) end,
      case when numbered.state = 'held' and not coming.away then 'list' end,
      least(now(), coming.starts_at) - make_interval(days => 3 + coming.n::integer % 20)
    from coming join numbered on numbered.id = coming.meeting_id
    on conflict do nothing`.execute(trx)
}

/** What is behind was done, but for those who lag; of those who run it as well. */
async function doTasks(
  trx: Trx,
  networkId: string,
  programmeId: string,
  { lagging }: Described,
): Promise<void> {
  await sql`
    with ${members(networkId, programmeId, lagging)}
    update task set state = 'done', done_at = least(now() - interval '2 hours',
      (step.due_on - ((member.n + step.n) % 6)::integer) + interval '15 hours')
    from step
    join programme_expectation expectation on expectation.network_id = ${networkId}::uuid
      and expectation.programme_id = ${programmeId}::uuid and expectation.step_id = step.id
    join member on member.until_step >= step.n and member.since <= step.due_on
    where task.network_id = ${networkId}::uuid and task.origin_id = expectation.id
      and task.organisation_id = member.organisation_id and (member.n % 4 <> 1 or (member.n * 3 + step.n) % 8 <> 5)
      and (step.due_on < current_date or (member.n + step.n) % 2 = 0)`.execute(trx)
  await sql`
    update task set state = 'done', done_at = due_on + interval '10 hours'
    from programme_task
    where programme_task.network_id = ${networkId}::uuid and programme_task.programme_id = ${programmeId}::uuid
      and task.network_id = ${networkId}::uuid and task.id = programme_task.task_id
      and task.due_on < current_date - 6`.execute(trx)
}

/**
 * Most of what was to be read and handed in; of what is open now, about half. Who was away has made up for it, but for some.
 */
async function sayDone(
  trx: Trx,
  networkId: string,
  programmeId: string,
  { lagging, notes }: Described,
): Promise<void> {
  await sql`
    with ${members(networkId, programmeId, lagging)},
    said as (
      select distinct on (expectation.id, member.organisation_id) expectation.id as expectation_id, member.*, step.n as step,
        greatest(step.opens_on, member.since, least(current_date - 1, step.due_on - ((member.n * 5 + step.n) % 9)::integer)) as done_on
      from step
      join programme_expectation expectation on expectation.network_id = ${networkId}::uuid
        and expectation.programme_id = ${programmeId}::uuid and expectation.step_id = step.id
        and expectation.kind in ('reading', 'document', 'attendance')
      join member on member.since <= step.due_on and member.until_step >= step.n
      where step.opens_on < current_date
        and (member.n % 4 <> 1 or (member.n * 7 + step.n * 3 + expectation.position * 5) % 13 <> 4)
        and (step.due_on < current_date or (member.n + step.n) % 2 = 0)
        and (expectation.kind <> 'attendance'
          or step.due_on < current_date - 7 and member.n % 4 <> 1 and (member.n * 5 + step.n * 3) % 9 = 4)
      order by expectation.id, member.organisation_id, member.n
    )
    insert into programme_fulfilment (network_id, programme_id, id, expectation_id, organisation_id, person_id, done_on,
      minutes, note, created_by, created_at)
    select ${networkId}::uuid, ${programmeId}::uuid, gen_random_uuid(), expectation_id, organisation_id, person_id, done_on,
      30 + 15 * ((n + step) % 5)::integer,
      case when (n + step) % 3 = 0 then (${notes}::text[])[1 + ((n + step) % ${notes.length}::integer)::integer] else '' end,
      person_id, done_on + interval '17 hours'
    from said where done_on <= current_date
    on conflict do nothing`.execute(trx)
}

async function linkReadings(
  trx: Trx,
  networkId: string,
  programmeId: string,
  { readings }: Described,
): Promise<void> {
  if (readings.length === 0) return
  await sql`
    with numbered as (
      select expectation.id, row_number() over (order by step.opens_on, expectation.position) - 1 as n
      from programme_expectation expectation
      join programme_step step on step.network_id = expectation.network_id
        and step.programme_id = expectation.programme_id and step.id = expectation.step_id
      where expectation.network_id = ${networkId}::uuid and expectation.programme_id = ${programmeId}::uuid
        and expectation.kind = 'reading'
    )
    update programme_expectation expectation
    set settings = expectation.settings || jsonb_build_object('links',
      jsonb_build_array(${JSON.stringify(readings)}::jsonb -> (numbered.n % ${readings.length}::integer)::integer))
    from numbered
    where expectation.network_id = ${networkId}::uuid and expectation.programme_id = ${programmeId}::uuid
      and expectation.id = numbered.id`.execute(trx)
}

/** Some of the documents that are said to be made are found at an address. */
async function handIn(
  trx: Trx,
  networkId: string,
  programmeId: string,
  { documents }: Described,
): Promise<void> {
  if (documents.length === 0) return
  await sql`
    with numbered as (
      select fulfilment.id, row_number() over (order by fulfilment.done_on, fulfilment.organisation_id) - 1 as n
      from programme_fulfilment fulfilment
      join programme_expectation expectation on expectation.network_id = fulfilment.network_id
        and expectation.programme_id = fulfilment.programme_id and expectation.id = fulfilment.expectation_id
      where fulfilment.network_id = ${networkId}::uuid and fulfilment.programme_id = ${programmeId}::uuid
        and expectation.kind = 'document'
    )
    update programme_fulfilment fulfilment
    set url = (${documents}::text[])[1 + (numbered.n / 8 % ${documents.length}::integer)::integer]
    from numbered
    where fulfilment.network_id = ${networkId}::uuid and fulfilment.programme_id = ${programmeId}::uuid
      and fulfilment.id = numbered.id and numbered.n % 8 = 0`.execute(trx)
}

/** With those who lag it is agreed until when they make up for a step; those who came late need not do its first one. */
async function catchUp(
  trx: Trx,
  networkId: string,
  programmeId: string,
  { lagging, joins }: Described,
): Promise<void> {
  await sql`
    with ${members(networkId, programmeId, lagging)}
    insert into programme_arrangement (network_id, programme_id, step_id, organisation_id, kind, due_on, reason, made_by)
    select distinct on (organisation.id) ${networkId}::uuid, ${programmeId}::uuid, step.id, organisation.id,
      case when late.waived then 'waived' else 'later' end, case when late.waived then null else current_date + 24 end,
      case when late.waived then 'Vu ensemble à leur arrivée.' else 'Chantiers d’automne : on en reparle en décembre.' end,
      (select created_by from programme where network_id = ${networkId}::uuid and id = ${programmeId}::uuid)
    from jsonb_to_recordset(${JSON.stringify([
      ...Object.entries(lagging).map(([name, step]) => ({ name, step: step + 1, waived: false })),
      ...Object.keys(joins).map(name => ({ name, step: 1, waived: true })),
    ])}::jsonb) as late (name text, step integer, waived boolean)
    join organisation on organisation.name = late.name
    join member on member.organisation_id = organisation.id
    join step on step.n = late.step
    on conflict do nothing`.execute(trx)
}

/**
 * Steps in their order from 1; people of the group with the organisation that they are there for, since when, and until
 * which step they did what was expected.
 */
function members(networkId: string, programmeId: string, lagging: Record<string, number>) {
  return sql`
    step as (
      select step.*, row_number() over (order by capsule.position, step.position) as n
      from programme_step step
      join programme_capsule capsule on capsule.network_id = step.network_id
        and capsule.programme_id = step.programme_id and capsule.id = step.capsule_id
      where step.network_id = ${networkId}::uuid and step.programme_id = ${programmeId}::uuid
    ), member as (
      select person.person_id, person.organisation_id, taking.valid_from as since,
        coalesce((${JSON.stringify(lagging)}::jsonb ->> organisation.name)::integer, 1000) as until_step,
        row_number() over (order by organisation.name, person.person_id) as n
      from programme
      join group_member person on person.network_id = programme.network_id and person.group_id = programme.group_id
      join group_organisation taking on taking.network_id = programme.network_id and taking.group_id = programme.group_id
        and taking.organisation_id = person.organisation_id
      join organisation on organisation.id = person.organisation_id
      where programme.network_id = ${networkId}::uuid and programme.id = ${programmeId}::uuid
    )`
}
