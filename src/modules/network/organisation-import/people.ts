import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { dayOf } from '#modules/network/mandates.ts'

/**
 * Contact people become persons of the network with a mandate for the organisation. Someone is known by their address,
 * and within an organisation by their name. In two statements for all.
 */
export async function bringPeople(trx: Trx, networkId: string, importId: string): Promise<void> {
  const today = await dayOf(trx, networkId)
  const told = sql`
    contact as (
      select line.position, line.organisation_id, one.person_id, one.mandate_id, one.name, one.email, one.title,
        coalesce(one.email, line.organisation_id::text || ' ' || lower(unaccent(one.name))) as who
      from organisation_import_line as line
      cross join lateral (
        select (value ->> 'personId')::uuid as person_id, (value ->> 'mandateId')::uuid as mandate_id,
          value ->> 'name' as name, value ->> 'email' as email, value ->> 'title' as title
        from jsonb_array_elements(line.entry -> 'contacts')
      ) as one
      where line.network_id = ${networkId} and line.import_id = ${importId} and line.state = 'ready'
        and line.decision in ('new', 'complete', 'overwrite')
    ), here as (
      select distinct on (mandate.organisation_id, lower(unaccent(person.name)))
        mandate.organisation_id, lower(unaccent(person.name)) as name, person.id
      from mandate join person on person.network_id = mandate.network_id and person.id = mandate.person_id
      where mandate.network_id = ${networkId} and mandate.organisation_id in (select organisation_id from contact)
        and person.erased_at is null
      order by mandate.organisation_id, lower(unaccent(person.name)), person.id
    ), known as (
      select contact.*, coalesce(by_address.id, here.id) as known_id
      from contact
      left join person as by_address on by_address.network_id = ${networkId} and by_address.email = contact.email
      left join here on here.organisation_id = contact.organisation_id and here.name = lower(unaccent(contact.name))
    )`
  await sql`
    with ${told}
    insert into person (network_id, id, name, email)
    select distinct on (who) ${networkId}::uuid, person_id, name, email from known where known_id is null
    order by who, position
    on conflict do nothing`.execute(trx)
  await sql`
    with ${told}, leader as (
      select distinct on (who) who, person_id from known order by who, position
    ), held as (
      select distinct on (coalesce(known.known_id, leader.person_id), known.organisation_id)
        known.mandate_id, coalesce(known.known_id, leader.person_id) as person_id, known.organisation_id, known.title
      from known join leader on leader.who = known.who
      order by coalesce(known.known_id, leader.person_id), known.organisation_id, known.position
    )
    insert into mandate (network_id, id, person_id, organisation_id, role, title, valid_from)
    select ${networkId}::uuid, held.mandate_id, held.person_id, held.organisation_id, 'member', held.title, ${today}::date
    from held
    where not exists (
      select from mandate where mandate.network_id = ${networkId} and mandate.person_id = held.person_id
        and mandate.organisation_id = held.organisation_id
        and (mandate.valid_until is null or mandate.valid_until >= ${today}::date)
    )`.execute(trx)
}
