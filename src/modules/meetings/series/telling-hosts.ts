import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { nameOf } from '#modules/meetings/hosting.ts'
import { datedEvents, type OwnDate, type Told, tellingOf } from '#modules/meetings/series/letters.ts'
import { peopleTold, runners } from '#modules/meetings/telling/recipients.ts'
import type { Entry } from '#modules/network/index.ts'
import { type CalendarPart, queueMails } from '#platform/mail/index.ts'

/** To whoever is asked to receive some of these dates, once for all; those who named themselves need not be. */
export async function tellHostOfSeries(
  trx: Trx,
  entry: Entry,
  series: Told,
  meetings: readonly string[],
): Promise<void> {
  const { rows } = await sql<{ id: string; host: string }>`
    select id, host_person_id as host from meeting
    where network_id = ${entry.network.id}::uuid and id = any(${meetings}::uuid[])
      and host_state = 'asked' and state = 'scheduled'
    order by starts_at, id`.execute(trx)
  const hosts = [...new Set(rows.map(row => row.host))]
  if (hosts.length === 0) return
  const dates = await datedEvents(
    trx,
    entry.network.id,
    rows.map(({ id }) => id),
  )
  const telling = tellingOf(entry, series, dates)
  const person = await nameOf(trx, entry)
  const asked = await peopleTold(trx, entry.network, hosts)
  await queueMails(
    trx,
    entry.network.id,
    asked.map(to => {
      const own = rows.filter(({ host }) => host === to.id)
      const comer = {
        to: { ...to, timeZone: entry.network.timeZone },
        dates: own.map(({ id }) => ownDate(id, 'asked')),
      }
      return {
        ...telling.to(comer).letter,
        template: 'series-host-asked' as const,
        params: { ...telling.params(comer, comer.dates, 'REQUEST'), person, calendar: null },
      }
    }),
  )
}

/** To those who run these dates: their host said yes to all. */
export async function tellHostConfirmed(
  trx: Trx,
  entry: Entry,
  series: Told,
  meetings: readonly string[],
): Promise<void> {
  await tellRunners(trx, entry, series, 'series-host-confirmed', meetings)
}

/** To those who run these dates: their host said no to all, and another is to be found. */
export async function tellHostWithdrew(
  trx: Trx,
  entry: Entry,
  series: Told,
  meetings: readonly string[],
): Promise<void> {
  await tellRunners(trx, entry, series, 'series-host-withdrew', meetings)
}

/** To whoever said that they receive these dates, for their calendar. */
export async function tellHostingOfSeries(
  trx: Trx,
  entry: Entry,
  series: Told,
  meetings: readonly string[],
): Promise<void> {
  await tellHost(trx, entry, series, 'series-hosting', 'REQUEST', entry.personId, meetings)
}

/** To whoever received these dates, and does so no longer. */
export async function tellHostingOfSeriesEnded(
  trx: Trx,
  entry: Entry,
  series: Told,
  personId: string | null,
  meetings: readonly string[],
): Promise<void> {
  await tellHost(trx, entry, series, 'series-hosting-ended', 'CANCEL', personId, meetings)
}

/**
 * Who has said that they receive some of these dates, by person; not the one who goes on doing so, nor the dates to which
 * they still come: those stay in their calendar.
 */
export async function hostsLeaving(
  trx: Trx,
  networkId: string,
  meetings: readonly string[],
  staying: string | null,
): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ id: string; host: string }>`
    select id, host_person_id as host from meeting
    where network_id = ${networkId}::uuid and id = any(${meetings}::uuid[]) and state = 'scheduled' and ends_at > now()
      and host_state = 'confirmed' and host_person_id is distinct from ${staying}::uuid and not exists (
        select from registration
        where registration.network_id = meeting.network_id and registration.meeting_id = meeting.id
          and registration.person_id = meeting.host_person_id and registration.state = 'registered')
    order by starts_at, id`.execute(trx)
  const leaving = new Map<string, string[]>()
  for (const { id, host } of rows) leaving.set(host, [...(leaving.get(host) ?? []), id])
  return leaving
}

async function tellHost(
  trx: Trx,
  entry: Entry,
  series: Told,
  template: 'series-hosting' | 'series-hosting-ended',
  method: CalendarPart['method'],
  personId: string | null,
  meetings: readonly string[],
): Promise<void> {
  const { network } = entry
  if (personId === null || meetings.length === 0) return
  const dates = await datedEvents(trx, network.id, [...meetings])
  const telling = tellingOf(entry, series, dates)
  const people = await peopleTold(trx, network, [personId])
  await queueMails(
    trx,
    network.id,
    people.map(to => {
      const own = [...dates.keys()].map(id => ({ ...ownDate(id, 'hosted'), noted: true }))
      const comer = { to: { ...to, timeZone: network.timeZone }, dates: own }
      // Of those they received and do no longer, none is theirs: they are only listed.
      const listed = method === 'CANCEL' ? own.map(date => ({ ...date, state: 'run' as const })) : own
      return {
        ...telling.to(comer).letter,
        template,
        params: telling.params({ ...comer, dates: listed }, listed, method),
      }
    }),
  )
}

function ownDate(meetingId: string, state: OwnDate['state']): OwnDate {
  return { registrationId: '', meetingId, state, noted: false }
}

async function tellRunners(
  trx: Trx,
  entry: Entry,
  series: Told,
  template: 'series-host-confirmed' | 'series-host-withdrew',
  meetings: readonly string[],
): Promise<void> {
  const { network, personId } = entry
  const dates = await datedEvents(trx, network.id, [...meetings])
  const [first] = dates.keys()
  if (first === undefined) return
  const running = (await runners(trx, network, first)).filter(({ id }) => id !== personId)
  const telling = tellingOf(entry, series, dates)
  const person = await nameOf(trx, entry)
  await queueMails(
    trx,
    network.id,
    running.map(to => {
      const own = [...dates.keys()].map(id => ownDate(id, 'run'))
      const comer = { to: { ...to, timeZone: network.timeZone }, dates: own }
      return {
        ...telling.to(comer).letter,
        template,
        params: { ...telling.params(comer, own, 'REQUEST'), person, calendar: null },
      }
    }),
  )
}
