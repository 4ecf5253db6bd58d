import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { fillAllPlaces } from '#modules/meetings/registrations/places.ts'
import type { KeptTerms } from '#modules/meetings/series/series.ts'

/** Somebody who comes to a series: to the dates there are, and to those that are added to it. */
export interface Follower {
  personId: string
  organisationId: string | null
  locale: string
  attends: 'place' | 'video'
  accessNeeds: string
  photoConsent: boolean | null
  guests: string[]
}

/** What they say now counts from now on; their turn among the others stays. */
export async function follow(
  trx: Trx,
  networkId: string,
  seriesId: string,
  follower: Follower,
): Promise<void> {
  const said = {
    organisation_id: follower.organisationId,
    locale: follower.locale,
    attends: follower.attends,
    access_needs: follower.accessNeeds,
    photo_consent: follower.photoConsent,
    guests: follower.guests,
  }
  await trx
    .insertInto('series_registration')
    .values({ network_id: networkId, series_id: seriesId, person_id: follower.personId, ...said })
    .onConflict(conflict => conflict.columns(['network_id', 'series_id', 'person_id']).doUpdateSet(said))
    .execute()
}

/** @returns whether they did */
export async function unfollow(
  trx: Trx,
  networkId: string,
  seriesId: string,
  personId: string,
): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('series_registration')
    .where('network_id', '=', networkId)
    .where('series_id', '=', seriesId)
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

export async function follows(
  trx: Trx,
  networkId: string,
  seriesId: string,
  personId: string | null,
): Promise<boolean> {
  if (personId === null) return false
  const row = await trx
    .selectFrom('series_registration')
    .select('person_id')
    .where('network_id', '=', networkId)
    .where('series_id', '=', seriesId)
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Registers those who come to a series for dates that were just made, each in their turn: so many have a place as there are,
 * the others wait. Nobody else sees these dates before the end of the transaction.
 * @returns the ids of their registrations
 */
export async function bringFollowers(
  trx: Trx,
  networkId: string,
  seriesId: string,
  terms: KeptTerms,
  meetings: readonly string[],
): Promise<string[]> {
  const coming = meetings.length === 0 ? [] : await followersOf(trx, networkId, seriesId, terms)
  if (coming.length === 0) return []
  const rows = meetings.flatMap(meeting => lineOf(networkId, meeting, terms, coming))
  // So many values as one statement can have, and no more.
  for (let from = 0; from < rows.length; from += 1_000)
    await trx
      .insertInto('registration')
      .values(rows.slice(from, from + 1_000))
      .execute()
  await trx
    .updateTable('meeting')
    .set({ last_number: rows.length / meetings.length })
    .where('network_id', '=', networkId)
    .where('id', 'in', meetings)
    .execute()
  await fillAllPlaces(trx, networkId, meetings)
  return rows.filter(row => row.guest_of === null).map(({ id }) => id)
}

function lineOf(networkId: string, meetingId: string, terms: KeptTerms, coming: readonly Follower[]) {
  const hasPlace = terms.place !== '' || terms.address !== ''
  let number = 0
  return coming.flatMap(follower => {
    const host = newId()
    const shared = {
      network_id: networkId,
      meeting_id: meetingId,
      organisation_id: follower.organisationId,
      locale: follower.locale,
      state: 'waiting',
      attends: terms.videoUrl === null ? 'place' : hasPlace ? follower.attends : 'video',
    }
    number += 1
    const own = {
      ...shared,
      id: host,
      number,
      person_id: follower.personId,
      guest_of: null,
      name: '',
      access_needs: follower.accessNeeds,
      photo_consent: terms.photos ? follower.photoConsent : null,
      token: randomBytes(24).toString('base64url'),
    }
    const guests = follower.guests.slice(0, terms.guests).map(name => {
      number += 1
      const nobody = { person_id: null, access_needs: '', photo_consent: null, token: null }
      return { ...shared, ...nobody, id: newId(), number, guest_of: host, name }
    })
    return [own, ...guests]
  })
}

/** In their turn; those who may no longer know of it are left out. */
async function followersOf(
  trx: Trx,
  networkId: string,
  seriesId: string,
  { visibility, groupId }: KeptTerms,
): Promise<Follower[]> {
  const { rows } = await sql<Follower>`
    with today as (
      select (now() at time zone time_zone)::date as day from network where id = ${networkId}::uuid
    )
    select one.person_id as "personId", one.organisation_id as "organisationId", one.locale, one.attends,
      one.access_needs as "accessNeeds", one.photo_consent as "photoConsent", one.guests
    from today, series_registration one
    join person on person.network_id = one.network_id and person.id = one.person_id and person.erased_at is null
    where one.network_id = ${networkId}::uuid and one.series_id = ${seriesId}::uuid
      and exists (
        select from mandate
        where mandate.network_id = one.network_id and mandate.person_id = one.person_id
          and today.day between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')
          and (${visibility} <> 'group' or mandate.role in ('facilitator', 'administrator') or exists (
            select from group_member member
            where member.network_id = one.network_id and member.group_id = ${groupId}::uuid
              and member.person_id = one.person_id
              and today.day between member.valid_from and coalesce(member.valid_until, 'infinity')))
      )
    order by one.since, one.person_id limit 10000`.execute(trx)
  return rows
}
