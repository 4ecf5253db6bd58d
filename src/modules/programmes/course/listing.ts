import { type SqlBool, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import { type Reader, seen } from '#modules/groups/index.ts'
import type { Mode, ProgrammeState } from '#modules/programmes/programme.ts'

/** A programme as lists show it. */
export interface ListedProgramme {
  id: string
  name: string
  group: { id: string; slug: string; name: string }
  state: Exclude<ProgrammeState, 'undone'>
  startsOn: string
  endsOn: string
  timeZone: string
  revision: number
  /** How many of its steps are over. */
  steps: { over: number; all: number }
  /** The first that is not over; null where all are. */
  next: {
    id: string
    title: string
    capsule: string
    mode: Mode
    opensOn: string
    dueOn: string
    meetingId: string | null
  } | null
}

export interface ProgrammesQuery {
  state?: 'running' | 'paused' | 'ended' | undefined
  groupId?: string | undefined
  /** The id of the last one seen. */
  after?: string | undefined
  limit?: number
}

/** Those of groups that the reader may know of, the latest to begin first. Visitors never come here. */
export async function listProgrammes(
  trx: Trx,
  reader: Reader,
  { state, groupId, after, limit = 30 }: ProgrammesQuery,
): Promise<{ programmes: ListedProgramme[]; next: string | null }> {
  const networkId = reader.network.id
  const conditions = [
    sql<SqlBool>`programme.network_id = ${networkId}::uuid and programme.state <> 'undone'`,
    seen(reader),
    ...(state === undefined ? [] : [sql<SqlBool>`programme.state = ${state}`]),
    ...(groupId === undefined ? [] : [sql<SqlBool>`programme.group_id = ${groupId}::uuid`]),
    ...(after === undefined || !isId(after)
      ? []
      : [
          sql<SqlBool>`(programme.starts_on, programme.id) < (
            select last.starts_on, last.id from programme last
            where last.network_id = ${networkId}::uuid and last.id = ${after}::uuid)`,
        ]),
  ]
  const { rows } = await sql<Row>`
    with chosen as (
      select programme.id, programme.name, programme.state, programme.starts_on, programme.ends_on, programme.time_zone,
        programme.revision, network_group.id as group_id, network_group.slug, network_group.name as group_name,
        least(programme.paused_on, (now() at time zone programme.time_zone)::date) as today
      from programme
      join network_group on network_group.network_id = programme.network_id and network_group.id = programme.group_id
      where ${sql.join(conditions, sql` and `)}
      order by programme.starts_on desc, programme.id desc limit ${limit + 1}
    )
    select chosen.*, counted.over, counted.all, next.next
    from chosen
    cross join lateral (
      select count(*)::integer as "all", (count(*) filter (where step.due_on < chosen.today))::integer as over
      from programme_step step
      where step.network_id = ${networkId}::uuid and step.programme_id = chosen.id and step.dropped_at is null
    ) counted
    left join lateral (
      select jsonb_build_object('id', step.id, 'title', step.title, 'capsule', capsule.title, 'mode', step.mode,
        'opensOn', step.opens_on, 'dueOn', step.due_on, 'meetingId', step.meeting_id) as next
      from programme_step step
      join programme_capsule capsule on capsule.network_id = step.network_id
        and capsule.programme_id = step.programme_id and capsule.id = step.capsule_id
      where step.network_id = ${networkId}::uuid and step.programme_id = chosen.id and step.dropped_at is null
        and step.due_on >= chosen.today
      order by step.due_on, capsule.position, step.position limit 1
    ) next on true
    order by chosen.starts_on desc, chosen.id desc`.execute(trx)
  const programmes = rows.slice(0, limit).map(
    (row): ListedProgramme => ({
      id: row.id,
      name: row.name,
      group: { id: row.group_id, slug: row.slug, name: row.group_name },
      state: row.state,
      startsOn: row.starts_on,
      endsOn: row.ends_on,
      timeZone: row.time_zone,
      revision: row.revision,
      steps: { over: row.over, all: row.all },
      next: row.state === 'ended' ? null : row.next,
    }),
  )
  return { programmes, next: rows.length > limit ? (programmes.at(-1)?.id ?? null) : null }
}

/** The groups that have programmes the reader may know of, for the list's filter: sixty at most. */
export async function groupsWithProgrammes(
  trx: Trx,
  reader: Reader,
): Promise<{ id: string; slug: string; name: string }[]> {
  const networkId = reader.network.id
  const { rows } = await sql<{ id: string; slug: string; name: string }>`
    select network_group.id, network_group.slug, network_group.name from network_group
    where network_group.network_id = ${networkId}::uuid and ${seen(reader)} and exists (
      select from programme where programme.network_id = ${networkId}::uuid
        and programme.group_id = network_group.id and programme.state <> 'undone')
    order by network_group.name collate name_order, network_group.id limit 60`.execute(trx)
  return rows
}

interface Row {
  id: string
  name: string
  state: ListedProgramme['state']
  starts_on: string
  ends_on: string
  time_zone: string
  revision: number
  group_id: string
  slug: string
  group_name: string
  over: number
  all: number
  next: ListedProgramme['next']
}
