import { type SqlBool, sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { atHosts, nowhere } from '#modules/meetings/hosting.ts'
import { openSeries, type Series } from '#modules/meetings/series/series.ts'
import { tellOfSeries } from '#modules/meetings/series/telling.ts'
import {
  tellHostConfirmed,
  tellHostingOfSeries,
  tellHostingOfSeriesEnded,
  tellHostWithdrew,
} from '#modules/meetings/series/telling-hosts.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/**
 * Whoever is asked to receive dates of a series says yes to all of those that are to come; those who run it are told once.
 * To some of them alone is said on their pages.
 * @returns to how many
 */
export async function confirmHosting(trx: Trx, entry: Entry, seriesId: string): Promise<number> {
  const { network, personId } = entry
  const series = await openSeries(trx, entry, seriesId, 'read')
  if (personId === null) throw new AppError('forbidden')
  const { rows } = await sql<{ id: string }>`
    update meeting set host_state = 'confirmed', updated_at = now()
    where network_id = ${network.id}::uuid and series_id = ${series.id}::uuid and state = 'scheduled'
      and ends_at > now() and host_person_id = ${personId}::uuid and host_state = 'asked'
    returning id`.execute(trx)
  if (rows.length === 0) return 0
  const ids = rows.map(({ id }) => id)
  await tellHostConfirmed(trx, entry, series, ids)
  await tellHostingOfSeries(trx, entry, series, ids)
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'series.host-confirmed',
    subject: { type: 'series', id: series.id },
    after: { person: personId, dates: rows.length },
  })
  return rows.length
}

/**
 * No, to all of those to come, whether they were asked or had said yes: another host is sought for each, those who run the
 * series are told once, and so is everyone who comes to some of them. The place goes with the host where it is theirs.
 * @returns to how many
 */
export async function withdrawHosting(trx: Trx, entry: Entry, seriesId: string): Promise<number> {
  const { network, personId } = entry
  const series = await openSeries(trx, entry, seriesId, 'read')
  if (personId === null) throw new AppError('forbidden')
  // In the order of their ids, as whoever registers for all of them takes them.
  const { rows } = await sql<HostedDate>`
    select id, place, address, ${atHosts} as "atHosts",
      -- Whoever still comes keeps it in their calendar.
      host_state = 'confirmed' and not exists (
        select from registration
        where registration.network_id = meeting.network_id and registration.meeting_id = meeting.id
          and registration.person_id = meeting.host_person_id and registration.state = 'registered') as "leavesCalendar"
    from meeting
    where network_id = ${network.id}::uuid and series_id = ${series.id}::uuid and state = 'scheduled'
      and ends_at > now() and host_person_id = ${personId}::uuid
    order by id for update`.execute(trx)
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return 0
  const left = rows.filter(date => date.atHosts)
  await trx
    .updateTable('meeting')
    .set(nowhere)
    .where('network_id', '=', network.id)
    .where(sql<SqlBool>`id = any(${left.map(({ id }) => id)}::uuid[])`)
    .execute()
  await sql`
    update meeting set host_state = 'sought', host_person_id = null, host_organisation_id = null,
      sequence = sequence + 1, updated_at = now()
    where network_id = ${network.id}::uuid and id = any(${ids}::uuid[])`.execute(trx)
  if (series.terms.hostPersonId === personId) await forgetHost(trx, network.id, series, ids, left)
  await tellHostWithdrew(trx, entry, series, ids)
  const leaving = rows.filter(date => date.leavesCalendar).map(({ id }) => id)
  await tellHostingOfSeriesEnded(trx, entry, series, personId, leaving)
  await tellOfSeries(
    trx,
    entry,
    series,
    ids.map(id => ({ id, before: null })),
  )
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'series.host-withdrew',
    subject: { type: 'series', id: series.id },
    after: { person: personId, dates: ids.length },
  })
  return ids.length
}

interface HostedDate {
  id: string
  place: string
  address: string
  atHosts: boolean
  leavesCalendar: boolean
}

/**
 * Nobody receives the series either: dates that are added to it ask nobody, and none of these was changed on its own. Where
 * dates left the place that the series has, it has none any more.
 */
async function forgetHost(
  trx: Trx,
  networkId: string,
  { id, terms }: Series,
  dates: string[],
  left: HostedDate[],
): Promise<void> {
  const placeGoes = left.some(({ place, address }) => place === terms.place && address === terms.address)
  const kept = { ...terms, ...(placeGoes && nowhere), hostPersonId: null, hostOrganisationId: null }
  await sql`
    update meeting_series set terms = ${JSON.stringify(kept)}::jsonb
    where network_id = ${networkId}::uuid and id = ${id}::uuid`.execute(trx)
  const given = placeGoes ? { place: ['', ''], position: [null, null] } : {}
  await sql`
    update meeting set series_given = series_given || ${JSON.stringify(given)}::jsonb
      || jsonb_build_object('host', meeting_terms(meeting) -> 'host')
    where network_id = ${networkId}::uuid and id = any(${dates}::uuid[])`.execute(trx)
}
