import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import type { GroupRole } from '#modules/groups/kinds.ts'
import { inForce, present, today } from '#modules/groups/seeing.ts'

export interface RollPerson {
  id: string
  name: string
  role: GroupRole
  /** ISO days, both included; `until` null: for good. */
  from: string
  until: string | null
}

/** A line of the roll: an organisation with its people, or somebody who comes for themselves. */
export interface RollLine {
  /** Of the organisation, or of the person. */
  id: string
  organisation: string | null
  /** Of the organisation in the group; null for somebody. */
  from: string | null
  people: RollPerson[]
}

/** How many of an organisation's people stand in its line. */
const mostInLine = 100

/**
 * Who is in a group today: organisations with those who are in it for them, by name, then those who come for themselves.
 * @param page.after id of the last line already shown
 */
export async function listRoll(
  trx: Trx,
  networkId: string,
  groupId: string,
  { after, limit = 50, q = '' }: { after?: string | undefined; limit?: number; q?: string } = {},
): Promise<{ lines: RollLine[]; next: string | null }> {
  const last = after !== undefined && isId(after) ? after : null
  const { rows } = await sql<RollLine>`
    with lines as (
      select 0 as part, organisation.name, organisation.id, member.valid_from as since
      from group_organisation member join organisation on organisation.id = member.organisation_id
      where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
        and ${inForce('member', networkId)} and ${organisationFound(networkId, groupId, q)}
      union all
      select 1, person.name, person.id, null::date
      from group_member member
      join person on person.network_id = member.network_id and person.id = member.person_id
      where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
        and member.organisation_id is null and ${present('member', networkId)} and ${matching('person.name', q)}
    ), page as (
      select * from lines
      where ${last}::uuid is null or (part, name collate name_order, id) > (
        select part, name collate name_order, id from lines where id = ${last}::uuid)
      order by part, name collate name_order, id limit ${limit + 1}
    )
    select page.id, case page.part when 0 then page.name end as organisation, page.since as "from", held.people
    from page cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', one.id, 'name', one.name, 'role', one.role, 'from', one.valid_from, 'until', one.valid_until
      ) order by one.role = 'member', one.name collate name_order), '[]') as people
      from (
        ${ofLine(networkId, groupId, sql`member.organisation_id = page.id and page.part = 0`)}
        union all
        ${ofLine(networkId, groupId, sql`member.person_id = page.id and page.part = 1`)}
        limit ${mostInLine}
      ) one
    ) held
    order by page.part, page.name collate name_order, page.id`.execute(trx)
  const lines = rows.slice(0, limit)
  return { lines, next: rows.length > limit ? (lines.at(-1)?.id ?? null) : null }
}

/** Who of some lines cannot sign in, and is told nothing by mail: by id, with their address. */
export async function withoutAccount(
  trx: Trx,
  networkId: string,
  lines: readonly RollLine[],
): Promise<Map<string, string | null>> {
  const ids = lines.flatMap(({ people }) => people.map(({ id }) => id))
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; email: string | null }>`
    select id, email from person
    where network_id = ${networkId}::uuid and id = any (${ids}::uuid[]) and account_id is null`.execute(trx)
  return new Map(rows.map(({ id, email }) => [id, email]))
}

/** A stay that is over. */
export interface FormerStay {
  person: { id: string; name: string } | null
  organisation: { id: string; name: string } | null
  from: string
  until: string
}

/** Who was in it, the latest end first: two hundred at most. */
export async function formerStays(trx: Trx, networkId: string, groupId: string): Promise<FormerStay[]> {
  const own = sql`network_id = ${networkId}::uuid and group_id = ${groupId}::uuid`
  const { rows } = await sql<FormerStay>`
    with stays as (
      select person_id, organisation_id, valid_from, valid_until from group_stay where ${own}
      union all
      select person_id, organisation_id, valid_from, valid_until from group_member
      where ${own} and valid_until < ${today(networkId)}
      union all
      select null, organisation_id, valid_from, valid_until from group_organisation
      where ${own} and valid_until < ${today(networkId)}
      order by valid_until desc limit 200
    )
    select
      case when person.id is not null then jsonb_build_object('id', person.id, 'name', person.name) end as person,
      case when organisation.id is not null
        then jsonb_build_object('id', organisation.id, 'name', organisation.name) end as organisation,
      stays.valid_from as "from", stays.valid_until as until
    from stays
    left join person on person.network_id = ${networkId}::uuid and person.id = stays.person_id
    left join organisation on organisation.id = stays.organisation_id
    order by stays.valid_until desc, person.name collate name_order, organisation.name collate name_order`.execute(
    trx,
  )
  return rows
}

/** The people of a line, each kind of line by an index of its own. */
function ofLine(networkId: string, groupId: string, which: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select person.id, person.name, member.role, member.valid_from, member.valid_until
    from group_member member
    join person on person.network_id = member.network_id and person.id = member.person_id
    where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid and ${which}
      and ${present('member', networkId)}`
}

/** An organisation is found by its name, or by those of its people: looked for once, not for each organisation. */
function organisationFound(networkId: string, groupId: string, q: string): RawBuilder<SqlBool> {
  if (q.trim() === '') return sql<SqlBool>`true`
  return sql<SqlBool>`(${matching('organisation.name', q)} or organisation.id in (
    select one.organisation_id from group_member one
    join person on person.network_id = one.network_id and person.id = one.person_id
    where one.network_id = ${networkId}::uuid and one.group_id = ${groupId}::uuid
      and one.organisation_id is not null and ${present('one', networkId)} and ${matching('person.name', q)}))`
}

/** Every word in a text. */
export function matching(column: string, q: string): RawBuilder<SqlBool> {
  const words = q.trim().split(/\s+/).filter(Boolean).slice(0, 8)
  const patterns = words.map(word => `%${word.replace(/[\\%_]/g, '\\$&')}%`)
  if (patterns.length === 0) return sql<SqlBool>`true`
  return sql<SqlBool>`(unaccent(${sql.ref(column)}) ilike all (select unaccent(unnest(${patterns}::text[]))))`
}
