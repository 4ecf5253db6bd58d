import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import { newId } from '#kernel/ids.ts'
import {
  deliverableStates,
  type GroupRole,
  groupKinds,
  joinings,
  taskStates,
  visibilities,
} from '#modules/groups/kinds.ts'

const people = z.array(z.email()).default([])
/** Days from the one on which it is loaded. */
const day = z.number().int().optional()

const described = z.record(
  z.string(),
  z.array(
    z.object({
      slug: z.string(),
      in: z.string().optional(),
      kind: z.enum(groupKinds),
      name: z.string(),
      summary: z.string(),
      charter: z.string(),
      objectives: z.string(),
      visibility: z.enum(visibilities),
      joining: z.enum(joinings),
      questions: z.array(z.string()).default([]),
      starts: day,
      ends: day,
      facilitators: people,
      coordinators: people,
      members: people,
      /** When they came in. */
      since: z.number().int(),
      requests: z.array(z.object({ person: z.email(), answers: z.array(z.string()) })).default([]),
      invitations: z.array(z.object({ person: z.email(), by: z.email(), message: z.string() })).default([]),
      tasks: z
        .array(
          z.object({
            title: z.string(),
            owner: z.email().optional(),
            due: day,
            state: z.enum(taskStates).default('open'),
            details: z.string().default(''),
          }),
        )
        .default([]),
      deliverables: z
        .array(
          z.object({
            title: z.string(),
            due: day,
            state: z.enum(deliverableStates),
            details: z.string().default(''),
            url: z.string().optional(),
          }),
        )
        .default([]),
    }),
  ),
)

type Described = z.output<typeof described>[string][number]

/** Brings the groups of the demonstration into networks whose people are there. Done again, it changes nothing; nobody is told. */
export async function bringGroups({ db, folder, networks }: DemoContext): Promise<void> {
  const file = join(folder, 'groups.yaml')
  if (!existsSync(file)) return
  const all = described.parse(parse(readFileSync(file, 'utf8')))
  for (const [slug, { id }] of networks)
    await inTenant(db, { networkId: id, audience: 'network' }, async trx => {
      for (const group of all[slug] ?? []) await bringGroup(trx, id, group)
    })
}

async function bringGroup(trx: Trx, networkId: string, group: Described): Promise<void> {
  const id = newId()
  const { rows } = await sql`
    insert into network_group (network_id, id, slug, kind, parent_id, name, summary, charter, objectives, visibility, joining,
      questions, starts_on, ends_on, created_at)
    values (${networkId}, ${id}, ${group.slug}, ${group.kind},
      (select id from network_group where network_id = ${networkId} and slug = ${group.in ?? ''}),
      ${group.name}, ${group.summary}, ${group.charter}, ${group.objectives}, ${group.visibility}, ${group.joining},
      ${JSON.stringify(group.questions)}::jsonb, ${on(group.starts)}, ${on(group.ends)},
      now() + make_interval(days => ${group.since}::int))
    on conflict (network_id, slug) do nothing returning id`.execute(trx)
  if (rows.length === 0) return
  await enter(trx, networkId, id, group.facilitators, 'facilitator', group.since)
  await enter(trx, networkId, id, group.coordinators, 'coordinator', group.since)
  await enter(trx, networkId, id, group.members, 'member', group.since)
  for (const { person, answers } of group.requests) {
    const said = answers.map((answer, index) => ({ question: group.questions[index] ?? '', answer }))
    await sql`
      insert into group_request (network_id, group_id, id, person_id, organisation_id, answers, created_at)
      select ${networkId}, ${id}, ${newId()}, person.id, (
        select organisation_id from mandate where network_id = ${networkId} and person_id = person.id limit 1
      ), ${JSON.stringify(said)}::jsonb, now() - interval '2 days'
      from person where network_id = ${networkId} and email = ${person}`.execute(trx)
  }
  for (const { person, by, message } of group.invitations)
    await sql`
      insert into group_invitation (network_id, group_id, id, person_id, message, invited_by, created_at)
      select ${networkId}, ${id}, ${newId()}, person.id, ${message},
        (select id from person where network_id = ${networkId} and email = ${by}), now() - interval '1 day'
      from person where network_id = ${networkId} and email = ${person}`.execute(trx)
  for (const { title, owner, due, state, details } of group.tasks)
    await sql`
      insert into task (network_id, id, group_id, title, details, owner_id, due_on, state, done_at)
      values (${networkId}, ${newId()}, ${id}, ${title}, ${details},
        (select id from person where network_id = ${networkId} and email = ${owner ?? ''}), ${on(due)}, ${state},
        case when ${state} = 'done' then now() - interval '3 days' end)`.execute(trx)
  for (const { title, due, state, details, url } of group.deliverables)
    await sql`
      insert into deliverable (network_id, group_id, id, title, details, due_on, state, url, delivered_at)
      values (${networkId}, ${id}, ${newId()}, ${title}, ${details}, ${on(due)}, ${state}, ${url ?? null},
        case when ${state} = 'delivered' then ${on(due)}::timestamptz end)`.execute(trx)
}

/** With the organisation of their first mandate. */
async function enter(
  trx: Trx,
  networkId: string,
  groupId: string,
  addresses: string[],
  role: GroupRole,
  since: number,
): Promise<void> {
  const who = sql`
    select person.id, (
      select organisation_id from mandate
      where network_id = ${networkId} and person_id = person.id and organisation_id is not null
      order by valid_from, id limit 1
    ) as organisation_id
    from person where network_id = ${networkId} and email = any (${addresses}::text[])`
  await sql`
    insert into group_organisation (network_id, group_id, organisation_id, valid_from)
    select distinct ${networkId}::uuid, ${groupId}::uuid, organisation_id, ${on(since)}
    from (${who}) who where organisation_id is not null
    on conflict do nothing`.execute(trx)
  await sql`
    insert into group_member (network_id, group_id, person_id, organisation_id, role, valid_from)
    select ${networkId}::uuid, ${groupId}::uuid, id, organisation_id, ${role}, ${on(since)} from (${who}) who
    on conflict do nothing`.execute(trx)
}

/** That many days from today. */
function on(days: number | undefined) {
  return sql`(current_date + ${days ?? null}::int)`
}
