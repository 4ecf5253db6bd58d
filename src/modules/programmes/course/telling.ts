import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Entry } from '#modules/network/index.ts'
import type { Programme } from '#modules/programmes/programme.ts'
import { queueMails, type Recipient } from '#platform/mail/index.ts'

type Told = Recipient & { personId: string; organisationId: string | null }

/** To all of the group but whoever made it: that it begins, and where its days stand. Once. */
export async function tellBegun(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  linkOrigin: string,
): Promise<void> {
  const { network } = entry
  const { rows } = await sql<{
    name: string
    startsOn: string
    group: string
    groupId: string
    meetings: number
  }>`
    select programme.name, programme.starts_on::text as "startsOn", network_group.name as "group",
      network_group.id as "groupId", (
        select count(*)::integer from programme_step step where step.network_id = programme.network_id
          and step.programme_id = programme.id and step.meeting_id is not null) as meetings
    from programme
    join network_group on network_group.network_id = programme.network_id and network_group.id = programme.group_id
    where programme.network_id = ${network.id}::uuid and programme.id = ${programmeId}::uuid`.execute(trx)
  const [row] = rows
  if (!row) return
  const people = await toldIn(trx, network.id, row.groupId)
  await queueMails(
    trx,
    network.id,
    people
      .filter(({ personId }) => personId !== entry.personId)
      .map(({ personId: _, organisationId: __, ...to }) => ({
        to,
        template: 'programme-begun',
        params: {
          programme: row.name,
          group: row.group,
          day: row.startsOn,
          meetings: row.meetings,
          url:
            linkOrigin +
            href('programme', { locale: network.locale, network: network.slug, programme: programmeId }),
        },
        baseUrl: linkOrigin,
      })),
  )
}

/** To whoever takes over steps, unless they did it themselves. */
export async function tellEntrusted(
  trx: Trx,
  entry: Entry,
  programme: Programme,
  tutorId: string,
  count: number,
  linkOrigin: string,
): Promise<void> {
  const { network } = entry
  if (tutorId === entry.personId) return
  const people = await toldIn(trx, network.id, programme.groupId, [tutorId])
  await queueMails(
    trx,
    network.id,
    people.map(({ personId: _, organisationId: __, ...to }) => ({
      to,
      template: 'programme-entrusted',
      params: {
        programme: programme.name,
        count,
        url:
          linkOrigin +
          href('programme', { locale: network.locale, network: network.slug, programme: programme.id }),
      },
      baseUrl: linkOrigin,
    })),
  )
}

/** People of a group who can be written to. @param only these of them */
export async function toldIn(
  trx: Trx,
  networkId: string,
  groupId: string,
  only: readonly string[] | null = null,
): Promise<Told[]> {
  const { rows } = await sql<Told>`
    select person.id as "personId", person.account_id as "accountId", person.email as address, person.name,
      member.organisation_id as "organisationId", network.locale
    from group_member member
    join network on network.id = member.network_id
    join person on person.network_id = member.network_id and person.id = member.person_id
    where member.network_id = ${networkId}::uuid and member.group_id = ${groupId}::uuid
      and ${only === null ? sql`true` : sql`person.id = any (${only}::uuid[])`}
      and person.account_id is not null and person.email is not null and person.erased_at is null
      and (now() at time zone network.time_zone)::date between member.valid_from and coalesce(member.valid_until, 'infinity')
      and exists (
        select from mandate where mandate.network_id = member.network_id and mandate.person_id = person.id
          and (now() at time zone network.time_zone)::date
            between mandate.valid_from and coalesce(mandate.valid_until, 'infinity'))
    order by person.id limit 20000`.execute(trx)
  return rows
}
