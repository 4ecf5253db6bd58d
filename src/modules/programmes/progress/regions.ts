import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import { newId } from '#kernel/ids.ts'
import { taskExpectation } from '#modules/groups/index.ts'
import { attendanceExpectation } from '#modules/meetings/index.ts'
import { document, reading } from '#modules/programmes/expectations.ts'
import { addDays } from '#modules/programmes/planning/days.ts'
import { planProgramme } from '#modules/programmes/planning/plan-programme.ts'
import { writeDown } from '#modules/programmes/progress/sharing.ts'
import { closuresOf } from '#modules/programmes/templates/closures.ts'
import { shippedTemplate } from '#modules/programmes/templates/index.ts'

const regions = z.record(
  z.string(),
  z.object({
    group: z.string(),
    summary: z.string(),
    town: z.string(),
    /** Days from the one on which it is loaded. */
    starts: z.number().int(),
    /** Of a hundred. */
    done: z.number().int(),
    present: z.number().int(),
    facilitator: z.string(),
    organisations: z.array(z.object({ name: z.string(), town: z.string(), person: z.string() })),
  }),
)
type Region = z.output<typeof regions>[string]

/** What each step may expect here: what a module would have to say of others is in none of the shipped templates. */
const kinds = { reading, document, attendance: attendanceExpectation, task: taskExpectation }
const slug = 'collectif-cap-rse'

/**
 * Brings the collectives of the other regions, each at another point of the same programme, and shares their numbers with the
 * federation. To be called once all other programmes are there. Done again, it changes nothing; nobody is told.
 */
export async function bringRegions({ db, folder, networks }: DemoContext): Promise<void> {
  const file = join(folder, 'regions.yaml')
  if (!existsSync(file)) return
  const all = regions.parse(parse(readFileSync(file, 'utf8')))
  for (const [network, { id }] of networks) {
    const region = all[network]
    if (!region && network !== 'cap-rse-occitanie') continue
    await inTenant(db, { networkId: id, audience: 'network' }, async trx => {
      if (region) await bringRegion(trx, id, region)
      await sql`update programme set shared = true where network_id = ${id} and state <> 'undone'`.execute(
        trx,
      )
      const programmes = await trx
        .selectFrom('programme')
        .select('id')
        .where('network_id', '=', id)
        .where('shared', '=', true)
        .execute()
      await writeDown(
        trx,
        kinds,
        id,
        programmes.map(one => one.id),
      )
    })
  }
}

async function bringRegion(trx: Trx, networkId: string, region: Region): Promise<void> {
  const known = await trx
    .selectFrom('network_group')
    .select('id')
    .where('network_id', '=', networkId)
    .where('slug', '=', slug)
    .executeTakeFirst()
  const template = shippedTemplate('collective-19-months')
  if (known || !template) return
  const today = new Date().toISOString().slice(0, 10)
  const startsOn = addDays(today, region.starts)
  const group = newId()
  const facilitator = newId()
  const organisations = region.organisations.map(one => ({ ...one, id: newId(), personId: newId() }))
  await bringPeople(trx, networkId, { region, group, facilitator, organisations, startsOn })
  const closures = closuresOf(template, startsOn, 'fr')
  const plan = planProgramme(template, { startsOn, country: 'FR', subdivision: null, closures, locale: 'fr' })
  const programme = newId()
  const capsules = plan.capsules.map((capsule, position) => ({ ...capsule, id: newId(), position }))
  const steps = capsules.flatMap(capsule =>
    capsule.steps.map((step, position) => ({
      ...{ id: newId(), capsule_id: capsule.id, key: step.key, position, title: step.title, aim: step.aim },
      ...{ mode: step.mode, opens_on: step.opensOn, due_on: step.dueOn, planned_on: step.plannedOn },
      ...{ minutes: step.minutes, begins_at: step.beginsAt, tutor_id: facilitator },
      meeting_id: step.mode === 'own_work' ? null : newId(),
      expectations: step.expectations.map((one, at) => ({ id: newId(), position: at, ...one })),
    })),
  )
  const expectations = steps.flatMap(step => step.expectations.map(one => ({ ...one, step_id: step.id })))
  await sql`
    insert into programme (network_id, id, group_id, name, template_key, template_version, template, starts_on, ends_on,
      country, time_zone, closures, created_by, created_at, updated_at)
    values (${networkId}, ${programme}, ${group}, ${region.group}, ${plan.templateKey}, ${plan.templateVersion},
      ${JSON.stringify(template)}::jsonb, ${plan.startsOn}, ${plan.endsOn}, 'FR', 'Europe/Paris',
      ${JSON.stringify(plan.closures)}::jsonb, ${facilitator}, ${startsOn}, ${startsOn})`.execute(trx)
  await sql`
    insert into meeting (network_id, id, group_id, title, starts_at, ends_at, time_zone, place, state, visibility,
      created_by, last_number)
    select ${networkId}, meeting_id, ${group}, title, at, at + make_interval(mins => minutes), 'Europe/Paris', ${region.town},
      case when at < now() then 'held' else 'scheduled' end, 'group', ${facilitator}, 100
    from (
      select one.*, (due_on + coalesce(begins_at, '14:00')) at time zone 'Europe/Paris' as at
      from jsonb_to_recordset(${JSON.stringify(steps)}::jsonb)
        as one (meeting_id uuid, title text, due_on date, begins_at time, minutes integer)
      where meeting_id is not null
    ) planned`.execute(trx)
  await sql`
    insert into programme_capsule (network_id, programme_id, id, key, position, title, theme, aim)
    select ${networkId}, ${programme}, id, key, position, title, theme, aim
    from jsonb_to_recordset(${JSON.stringify(capsules)}::jsonb)
      as one (id uuid, key text, position integer, title text, theme text, aim text)`.execute(trx)
  await sql`
    insert into programme_step (network_id, programme_id, id, capsule_id, key, position, title, aim, mode, opens_on, due_on,
      planned_on, minutes, begins_at, meeting_id, tutor_id)
    select ${networkId}, ${programme}, one.* from jsonb_to_recordset(${JSON.stringify(steps)}::jsonb)
      as one (id uuid, capsule_id uuid, key text, position integer, title text, aim text, mode text, opens_on date,
        due_on date, planned_on date, minutes integer, begins_at time, meeting_id uuid, tutor_id uuid)`.execute(
    trx,
  )
  await sql`
    insert into programme_expectation (network_id, programme_id, id, step_id, position, kind, title, settings, optional)
    select ${networkId}, ${programme}, one.* from jsonb_to_recordset(${JSON.stringify(expectations)}::jsonb)
      as one (id uuid, step_id uuid, position integer, kind text, title text, settings jsonb, optional boolean)`.execute(
    trx,
  )
  await bringDone(trx, networkId, { region, group, programme, organisations })
}

interface Placed {
  id: string
  personId: string
  name: string
  town: string
  person: string
}

async function bringPeople(
  trx: Trx,
  networkId: string,
  given: { region: Region; group: string; facilitator: string; organisations: Placed[]; startsOn: string },
): Promise<void> {
  const { region, group, facilitator, organisations, startsOn } = given
  const placed = sql`jsonb_to_recordset(${JSON.stringify(organisations)}::jsonb)
    as one (id uuid, "personId" uuid, name text, town text, person text)`
  await sql`
    insert into network_group (network_id, id, slug, kind, name, summary, visibility, joining, starts_on, created_at)
    values (${networkId}, ${group}, ${slug}, 'collective', ${region.group}, ${region.summary}, 'network', 'request',
      ${startsOn}, ${startsOn})`.execute(trx)
  await sql`
    insert into organisation (id, name, country, town, kind)
    select id, name, 'FR', town, 'association' from ${placed}`.execute(trx)
  await sql`
    insert into membership (network_id, organisation_id, valid_from)
    select ${networkId}, id, ${startsOn}::date from ${placed}`.execute(trx)
  await sql`
    insert into person (network_id, id, name)
    select ${networkId}::uuid, "personId", person from ${placed}
    union all select ${networkId}::uuid, ${facilitator}::uuid, ${region.facilitator}`.execute(trx)
  await sql`
    insert into mandate (network_id, id, person_id, organisation_id, role, valid_from)
    select ${networkId}::uuid, gen_random_uuid(), "personId", id, 'member', ${startsOn}::date from ${placed}
    union all select ${networkId}::uuid, gen_random_uuid(), ${facilitator}::uuid, null, 'facilitator', ${startsOn}::date`.execute(
    trx,
  )
  await sql`
    insert into group_organisation (network_id, group_id, organisation_id, valid_from)
    select ${networkId}, ${group}, id, ${startsOn}::date from ${placed}`.execute(trx)
  await sql`
    insert into group_member (network_id, group_id, person_id, organisation_id, role, valid_from)
    select ${networkId}::uuid, ${group}::uuid, "personId", id, 'member', ${startsOn}::date from ${placed}
    union all select ${networkId}::uuid, ${group}::uuid, ${facilitator}::uuid, null, 'facilitator', ${startsOn}::date`.execute(
    trx,
  )
}

/** So many of a hundred of what was due, always the same: told by what is done and by whom. */
async function bringDone(
  trx: Trx,
  networkId: string,
  given: { region: Region; group: string; programme: string; organisations: Placed[] },
): Promise<void> {
  const { region, group, programme, organisations } = given
  const placed = sql`jsonb_to_recordset(${JSON.stringify(organisations)}::jsonb)
    as one (id uuid, "personId" uuid, name text, person text)`
  const chance = sql`('x' || substr(md5(one.name || step.key || expectation.position), 1, 4))::bit(16)::integer % 100`
  const due = sql`
    from programme_step step
    join programme_expectation expectation on expectation.network_id = step.network_id
      and expectation.programme_id = step.programme_id and expectation.step_id = step.id
    cross join ${placed}
    where step.network_id = ${networkId} and step.programme_id = ${programme} and step.due_on < current_date + 10`
  await sql`
    insert into programme_fulfilment (network_id, programme_id, id, expectation_id, organisation_id, person_id, done_on, minutes,
      url, created_by)
    select ${networkId}::uuid, ${programme}::uuid, gen_random_uuid(), expectation.id, one.id, one."personId",
      least(step.due_on, current_date), 45, case when expectation.kind = 'document'
        then 'https://' || step.key || '.example.org/' || left(one.id::text, 8) end, one."personId"
    ${due} and expectation.kind in ('reading', 'document') and step.opens_on <= current_date and ${chance} < ${region.done}`.execute(
    trx,
  )
  await sql`
    insert into task (network_id, id, group_id, title, due_on, state, done_at, organisation_id, origin_id, owner_id)
    select ${networkId}::uuid, gen_random_uuid(), ${group}::uuid, expectation.title, step.due_on,
      case when ${chance} < ${region.done} then 'done' else 'open' end,
      case when ${chance} < ${region.done} then step.due_on::timestamptz end, one.id, expectation.id, one."personId"
    ${due} and expectation.kind = 'task' and step.opens_on <= current_date`.execute(trx)
  await sql`
    insert into registration (network_id, meeting_id, id, number, person_id, organisation_id, state, present, arrived_at, checked_by)
    select ${networkId}::uuid, step.meeting_id, gen_random_uuid(),
      row_number() over (partition by step.meeting_id order by one.name), one."personId", one.id, 'registered',
      ${chance} < ${region.present},
      case when ${chance} < ${region.present} then step.due_on::timestamptz + interval '14 hours' end, 'list'
    ${due} and expectation.kind = 'attendance' and step.due_on < current_date and step.meeting_id is not null`.execute(
    trx,
  )
}
