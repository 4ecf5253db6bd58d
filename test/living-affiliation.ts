import { newId } from '#kernel/ids.ts'
import type { TestApp } from './app.ts'
import type { TestNetwork } from './factories.ts'

/**
 * A private network that belongs to this one, shares its organisations and its numbers with it, and asks for something else
 * besides. @returns the id of what it asks
 */
export async function affiliationIn(
  { database }: TestApp,
  network: TestNetwork,
  own: string,
): Promise<string> {
  const [neighbour, asked, organisation] = [newId(), newId(), newId()]
  await database.asOwner(
    `with neighbour as (
       insert into network (id, slug, name, visibility, locale, time_zone)
       values ($1, $2, jsonb_build_object('fr', $3::text), 'private', 'fr', 'Europe/Paris')
     ), member as (
       insert into organisation (id, name) values ($4, $3)
     )
     select`,
    [neighbour, `voisin-${neighbour}`, own, organisation],
  )
  await database.asOwner(
    `insert into affiliation (network_id, id, address, other_id, asked_as, kind, level, mandate, valid_from, state)
     select $1, made.id, slug, network.id, 'member', 'region', 'regional', $5, current_date - 1, made.state
     from network, (values ($3::uuid, 'asked'), ($4::uuid, 'accepted')) made (id, state) where network.id = $2`,
    [neighbour, network.id, asked, newId(), own],
  )
  await database.asOwner('insert into membership (network_id, organisation_id) values ($1, $2)', [
    neighbour,
    organisation,
  ])
  await database.asOwner(
    `insert into network_sharing (network_id, organisations, numbers)
     select id, true, '{organisations,people,groups,meetings}' from unnest($1::uuid[]) id
     on conflict (network_id) do nothing`,
    [[neighbour, network.id]],
  )
  return asked
}
