import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Locale } from '#kernel/locale.ts'
import type { Comer, DatedEvent } from '#modules/meetings/series/letters.ts'
import { invitedStill, peopleTold } from '#modules/meetings/telling/recipients.ts'
import type { Entry } from '#modules/network/index.ts'

/** Who comes to some of these dates, waits, receives one or was invited and has not answered; not the host who does it. */
export async function listenersOf(
  trx: Trx,
  { network, personId }: Entry,
  meetings: string[],
  askedAnew: readonly string[],
): Promise<Comer[]> {
  return together(
    await comersOf(trx, network.id, meetings),
    await hostsOf(trx, network, meetings, { personId, askedAnew }),
    await invitedTo(trx, network, meetings),
  )
}

/**
 * By address, each with the dates that are theirs, in order.
 * @param only these registrations, withdrawn ones too, and which of them had a place until now
 */
export async function comersOf(
  trx: Trx,
  networkId: string,
  meetings: string[],
  only: { registrations: string[]; hadPlace: readonly string[] } | null = null,
): Promise<Comer[]> {
  const { rows } = await sql<{
    account_id: string | null
    address: string
    name: string
    locale: Locale
    dates: Comer['dates']
  }>`
    select (array_agg(person.account_id))[1] as account_id, coalesce(person.email, registration.email) as address,
      (array_agg(coalesce(person.name, registration.name)))[1] as name, (array_agg(registration.locale))[1] as locale,
      jsonb_agg(jsonb_build_object('registrationId', registration.id, 'meetingId', meeting.id, 'state',
        registration.state, 'noted', ${noted(only?.hadPlace ?? [])}) order by meeting.starts_at, meeting.id) as dates
    from registration
    join meeting on meeting.network_id = registration.network_id and meeting.id = registration.meeting_id
    left join person on person.network_id = registration.network_id and person.id = registration.person_id
      and person.erased_at is null
    where registration.network_id = ${networkId}::uuid and registration.meeting_id = any(${meetings}::uuid[])
      and registration.guest_of is null and coalesce(person.email, registration.email) is not null
      and ${only ? sql`registration.id = any(${only.registrations}::uuid[])` : sql`registration.state <> 'withdrawn'`}
    group by coalesce(person.email, registration.email)
    order by address`.execute(trx)
  return rows.map(row => ({
    to: { accountId: row.account_id, address: row.address, name: row.name, locale: row.locale },
    dates: row.dates,
  }))
}

/** Whether a calendar may have a registration's date, and need not keep it for whoever receives it. */
function noted(hadPlace: readonly string[]): RawBuilder<boolean> {
  return sql`(
    registration.state = 'registered'
    or (registration.id = any(${hadPlace}::uuid[]) or exists (
      select from meeting_invitation invitation
      where invitation.network_id = registration.network_id and invitation.meeting_id = registration.meeting_id
        and invitation.person_id = registration.person_id))
    and not coalesce(registration.state = 'withdrawn' and meeting.host_person_id = registration.person_id
      and meeting.host_state = 'confirmed', false))`
}

/** Who receives some of them, or is asked to. @param askedAnew by a letter of its own */
async function hostsOf(
  trx: Trx,
  network: Entry['network'],
  meetings: string[],
  { personId, askedAnew }: { personId: string | null; askedAnew: readonly string[] },
): Promise<Comer[]> {
  const { rows } = await sql<{ id: string; host: string; state: 'asked' | 'hosted' }>`
    select id, host_person_id as host, case host_state when 'asked' then 'asked' else 'hosted' end as state
    from meeting
    where network_id = ${network.id}::uuid and id = any(${meetings}::uuid[])
      and host_state in ('asked', 'confirmed') and host_person_id is distinct from ${personId}::uuid
      and not (host_state = 'asked' and id = any(${askedAnew}::uuid[]))
    order by starts_at, id`.execute(trx)
  const people = await peopleTold(trx, network, [...new Set(rows.map(({ host }) => host))])
  return people.map(({ id, accountId, address, name, locale }) => ({
    to: { accountId, address, name, locale },
    dates: rows
      .filter(({ host }) => host === id)
      .map(({ id: meetingId, state }) => ({
        ...{ registrationId: id, meetingId, state, noted: state === 'hosted' },
      })),
  }))
}

/** Who was invited to some of them and has not answered. */
async function invitedTo(trx: Trx, network: Entry['network'], meetings: string[]): Promise<Comer[]> {
  const invited = await invitedStill(trx, network, meetings)
  return invited.map(({ id, accountId, address, name, locale, invitedTo: own }) => ({
    to: { accountId, address, name, locale },
    dates: own.map(meetingId => ({ registrationId: id, meetingId, state: 'invited' as const, noted: true })),
  }))
}

/** By address. Whoever answered as a visitor, or receives it, has answered. */
function together(comers: Comer[], hosts: Comer[], invited: Comer[]): Comer[] {
  const people = new Map(comers.map(one => [one.to.address, one]))
  for (const { to, dates } of [...hosts, ...invited]) {
    const own = people.get(to.address)?.dates ?? []
    const others = dates.filter(
      ({ meetingId, state }) => state !== 'invited' || !own.some(date => date.meetingId === meetingId),
    )
    people.set(to.address, { to: people.get(to.address)?.to ?? to, dates: [...own, ...others] })
  }
  return [...people.values()]
}

/** What they were told now, nothing else tells them again. */
export async function keepNotices(
  trx: Trx,
  networkId: string,
  people: Comer[],
  dates: Map<string, DatedEvent>,
): Promise<void> {
  const told = people.flatMap(({ dates: own }) =>
    own.flatMap(({ registrationId, meetingId }) => {
      const date = dates.get(meetingId)
      if (!date) return []
      const kind = date.state === 'cancelled' ? 'cancelled' : 'changed'
      return [{ meeting_id: meetingId, recipient_id: registrationId, kind, sequence: date.sequence }]
    }),
  )
  await sql`
    insert into meeting_notice (network_id, meeting_id, recipient_id, kind, sequence)
    select ${networkId}::uuid, meeting_id, recipient_id, kind, sequence
    from jsonb_to_recordset(${JSON.stringify(told)}::jsonb)
      as told (meeting_id uuid, recipient_id uuid, kind text, sequence integer)
    on conflict do nothing`.execute(trx)
}
