import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'

/** Somebody as a form proposes them: by name, with their organisation where several may be called alike. */
const label = sql`concat(person.name, ' (' || organisation.name || ')')`
const mostProposed = 300

/** People of the network to choose from by name, those of a group first. @param groupId as it was sent: of one, or not */
export async function peopleProposed(
  trx: Trx,
  { network }: Entry,
  groupId: string | null,
): Promise<string[]> {
  const group = groupId !== null && isId(groupId) ? groupId : null
  const { rows } = await sql<{ label: string }>`
    select ${label} as label
    from person
    ${mandate(network)}
    where person.network_id = ${network.id} and person.erased_at is null
    order by exists (
      select from group_member
      where group_member.network_id = person.network_id and group_member.person_id = person.id
        and group_member.group_id = ${group}::uuid
    ) desc, person.name collate name_order, person.id
    limit ${mostProposed}`.execute(trx)
  return rows.map(row => row.label)
}

export async function organisationsProposed(trx: Trx, { network }: Entry): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select organisation.name from membership join organisation on organisation.id = membership.organisation_id
    where membership.network_id = ${network.id} and membership.valid_until is null
    order by organisation.name collate name_order limit ${mostProposed}`.execute(trx)
  return rows.map(row => row.name)
}

/** As a form shows again whoever was chosen. */
export interface HostNames {
  hostPerson: string
  hostOrganisation: string
}

export async function hostNames(
  trx: Trx,
  { network }: Entry,
  of: { hostPersonId: string | null; hostOrganisationId: string | null },
): Promise<HostNames> {
  const { rows } = await sql<HostNames>`select
    coalesce((select ${label} from person ${mandate(network)}
      where person.network_id = ${network.id} and person.id = ${of.hostPersonId}::uuid), '') as "hostPerson",
    coalesce((select name from organisation where id = ${of.hostOrganisationId}::uuid), '') as "hostOrganisation"`.execute(
    trx,
  )
  return rows[0] ?? { hostPerson: '', hostOrganisation: '' }
}

/** The person so called; null for no name. @throws Refusal for a name that nobody has, or several have */
export async function personNamed(
  trx: Trx,
  { network }: Entry,
  name: string,
  field: string,
): Promise<string | null> {
  if (name === '') return null
  const { rows } = await sql<{ id: string }>`
    select person.id
    from person
    ${mandate(network)}
    where person.network_id = ${network.id} and person.erased_at is null
      and (unaccent(lower(person.name)) = unaccent(lower(${name})) or ${label} = ${name}
        or person.email = lower(${name}))
    limit 2`.execute(trx)
  const [row, another] = rows
  if (!row) throw new Refusal({ field, message: 'meetings.error.nobody', values: { name } })
  if (another) throw new Refusal({ field, message: 'meetings.error.several', values: { name } })
  return row.id
}

/** The organisation so called; null for no name. @throws Refusal */
export async function organisationNamed(
  trx: Trx,
  { network }: Entry,
  name: string,
  field: string,
): Promise<string | null> {
  if (name === '') return null
  const { rows } = await sql<{ id: string }>`
    select organisation.id
    from membership join organisation on organisation.id = membership.organisation_id
    where membership.network_id = ${network.id} and unaccent(lower(organisation.name)) = unaccent(lower(${name}))
    order by membership.valid_until is null desc limit 1`.execute(trx)
  if (!rows[0]) throw new Refusal({ field, message: 'meetings.error.no-organisation', values: { name } })
  return rows[0].id
}

/** Who holds a mandate today, with the first of those that are for an organisation. */
function mandate({ timeZone }: { timeZone: string }) {
  return sql`
    join lateral (
      select mandate.organisation_id from mandate
      where mandate.network_id = person.network_id and mandate.person_id = person.id
        and (now() at time zone ${timeZone})::date
          between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')
      order by mandate.organisation_id is null, mandate.created_at limit 1
    ) held on true
    left join organisation on organisation.id = held.organisation_id`
}
