import { sql } from 'kysely'
import type { OrganisationGroups } from '#http/module.ts'
import { inForce, seen } from '#modules/groups/seeing.ts'

/** By which the directory of organisations is narrowed: archived groups are none to look for. */
export const organisationGroups: OrganisationGroups = {
  belonging: reader => sql`
    select group_organisation.organisation_id, group_organisation.group_id
    from group_organisation
    join network_group on network_group.network_id = group_organisation.network_id
      and network_group.id = group_organisation.group_id
    where group_organisation.network_id = ${reader.network.id}::uuid and network_group.archived_at is null
      and ${inForce('group_organisation', reader.network.id)} and ${seen(reader)}`,
  async names(trx, reader, ids) {
    const { rows } = await sql<{ id: string; name: string }>`
      select network_group.id, network_group.name from network_group
      where network_group.network_id = ${reader.network.id}::uuid and network_group.archived_at is null
        and network_group.id = any(${ids}::uuid[]) and ${seen(reader)}`.execute(trx)
    return new Map(rows.map(({ id, name }) => [id, name]))
  },
}
