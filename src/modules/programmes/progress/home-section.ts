import { type RawBuilder, sql } from 'kysely'
import { h } from 'preact'
import { kept, type Trx } from '#db/database.ts'
import type { Section } from '#http/module.ts'
import { HomeCard } from '#modules/programmes/progress/views/home-card.tsx'

/** A programme as whoever takes part in it finds it at the door of their network. */
export interface OwnProgramme {
  id: string
  name: string
  paused: boolean
  /** How many of its steps are over. */
  over: number
  all: number
  next: { id: string; title: string; capsule: string; dueOn: string } | null
}

const most = 3

/** At the door of a network: where the reader's programmes are, and those of affiliated networks. */
export const homeSection: Section = async ({ trx, network, person: { personId, role } }) => {
  if (role === 'visitor') return null
  // One statement: every member of every network asks at every visit.
  const { rows } = await sql<{ own: OwnProgramme[]; networks: number }>`${kept}
    select ${ownOf(network.id, personId)} as own, ${sharing(network.id)} as networks`.execute(trx)
  const [{ own, networks } = { own: [], networks: 0 }] = rows
  if (own.length === 0 && networks === 0) return null
  return { content: h(HomeCard, { network, own, networks }), scripts: [] }
}

/** How many networks that belong to this one share how far their programmes are: where none does, nothing leads there. */
export async function comparedNetworks(trx: Trx, networkId: string): Promise<number> {
  const { rows } = await sql<{ networks: number }>`select ${sharing(networkId)} as networks`.execute(trx)
  return rows[0]?.networks ?? 0
}

function ownOf(networkId: string, personId: string | null): RawBuilder<OwnProgramme[]> {
  return sql`(
    select coalesce(jsonb_agg(to_jsonb(mine) - 'starts_on' order by mine.starts_on desc, mine.id), '[]') from (
      select programme.id, programme.name, programme.state = 'paused' as paused, programme.starts_on, counted.*, next.next
      from group_member member
      join network_group on network_group.network_id = member.network_id and network_group.id = member.group_id
        and network_group.archived_at is null
      join programme on programme.network_id = member.network_id and programme.group_id = member.group_id
        and programme.state in ('running', 'paused')
      cross join lateral (
        select least(programme.paused_on, (now() at time zone programme.time_zone)::date) as today
      ) clock
      cross join lateral (
        select (count(*) filter (where step.due_on < clock.today))::integer as over, count(*)::integer as "all"
        from programme_step step
        where step.network_id = programme.network_id and step.programme_id = programme.id and step.dropped_at is null
      ) counted
      left join lateral (
        select jsonb_build_object('id', step.id, 'title', step.title, 'capsule', capsule.title, 'dueOn', step.due_on) as next
        from programme_step step
        join programme_capsule capsule on capsule.network_id = step.network_id
          and capsule.programme_id = step.programme_id and capsule.id = step.capsule_id
        where step.network_id = programme.network_id and step.programme_id = programme.id and step.dropped_at is null
          and step.due_on >= clock.today
        order by step.due_on, capsule.position, capsule.id, step.position, step.id limit 1
      ) next on true
      where member.network_id = ${networkId}::uuid and member.person_id = ${personId}::uuid
        and clock.today between member.valid_from and coalesce(member.valid_until, 'infinity')
      order by programme.starts_on desc, programme.id limit ${most}
    ) mine)`
}

/** Most networks have none that belong to them: those do not ask any further. */
function sharing(networkId: string): RawBuilder<number> {
  return sql`(case when exists (select from affiliation where parent_id = ${networkId}::uuid) then (
    select count(distinct network_id)::integer from affiliated_programmes()) else 0 end)`
}
