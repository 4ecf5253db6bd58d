import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { defaultLocale, isLocale, type Locale } from '#kernel/locale.ts'
import type { Recipient as MailRecipient, Part } from '#platform/mail/index.ts'

/** Somebody who is told of a meeting. */
export interface Recipient {
  /** Their registration; where they are told as host or as those who run it, their person. */
  id: string
  accountId: string | null
  address: string
  name: string
  locale: Locale
  state: 'registered' | 'waiting' | 'withdrawn' | null
  /** What they are to it as its host, where they are. */
  host: 'asked' | 'confirmed' | null
  /** By mail, with a file by which they may have noted it. */
  invited: boolean
  attends: 'place' | 'video' | null
  /** Of the link for whoever has no account. */
  token: string | null
  /** Of the guests they bring, how many wait. */
  waitingGuests: number
  /** Their turn among those who wait, from 1. */
  turn: number
}

/** What they are to a meeting, in whose words a letter speaks. */
export function partsOf({ state, host }: Recipient): Part[] {
  const comes = state === 'registered' || state === 'waiting' ? [state] : []
  return host === null ? comes : [...comes, host === 'asked' ? 'asked' : 'host']
}

/** Whether their calendar may have it. */
export function hasNoted({ state, host, invited }: Recipient): boolean {
  return state === 'registered' || host === 'confirmed' || invited
}

type Kind = 'changed' | 'cancelled' | 'reminder' | 'host_withdrew'

/** Those who come to a meeting, or wait, and can be written to; guests hear from whoever brings them. */
export async function comers(
  trx: Trx,
  networkId: string,
  meetingId: string,
  only: { ids?: string[]; registeredBefore?: Date } = {},
): Promise<Recipient[]> {
  const { ids, registeredBefore } = only
  const { rows } = await sql<Recipient>`
    select registration.id, person.account_id as "accountId", coalesce(person.email, registration.email) as address,
      coalesce(person.name, registration.name) as name, registration.locale, registration.state, registration.attends,
      null as host, exists (select from meeting_invitation invitation
        where invitation.network_id = registration.network_id and invitation.meeting_id = registration.meeting_id
          and invitation.person_id = registration.person_id) as invited,
      case when person.account_id is null then registration.token end as token,
      (select count(*)::integer from registration guest
        where guest.network_id = registration.network_id and guest.meeting_id = registration.meeting_id
          and guest.guest_of = registration.id and guest.state = 'waiting') as "waitingGuests",
      (select count(*)::integer from registration other
        where other.network_id = registration.network_id and other.meeting_id = registration.meeting_id
          and other.state = 'waiting' and other.number <= registration.number) as turn
    from registration
    left join person on person.network_id = registration.network_id and person.id = registration.person_id
      and person.erased_at is null
    where registration.network_id = ${networkId} and registration.meeting_id = ${meetingId}
      and registration.guest_of is null and coalesce(person.email, registration.email) is not null
      and ${ids ? sql`registration.id = any(${ids}::uuid[])` : sql`registration.state <> 'withdrawn'`}
      and ${registeredBefore ? sql`registration.created_at < ${registeredBefore}` : sql`true`}
    order by registration.number`.execute(trx)
  return rows
}

/** Of these registrations the guests, with that of whoever brings them. */
export async function movedGuests(
  trx: Trx,
  networkId: string,
  meetingId: string,
  ids: string[],
): Promise<{ hostId: string; name: string }[]> {
  const { rows } = await sql<{ hostId: string; name: string }>`
    select guest_of as "hostId", name from registration
    where network_id = ${networkId} and meeting_id = ${meetingId} and id = any(${ids}::uuid[])
      and guest_of is not null
    order by number`.execute(trx)
  return rows
}

/** Those who run a meeting: whoever made it and the group's facilitators and coordinators, else those of the network. */
export async function runners(
  trx: Trx,
  network: { id: string; locale: Locale; timeZone: string },
  meetingId: string,
): Promise<Recipient[]> {
  const { rows } = await sql<Recipient & { nearer: boolean }>`
    with meeting as (select * from meeting where network_id = ${network.id} and id = ${meetingId}),
    today as (select (now() at time zone ${network.timeZone})::date as day),
    found as (
      select created_by as person_id, true as nearer from meeting
      union
      select member.person_id, true from meeting, today, group_member member
      where member.network_id = ${network.id} and member.group_id = meeting.group_id
        and member.role in ('facilitator', 'coordinator')
        and today.day between member.valid_from and coalesce(member.valid_until, 'infinity')
      union
      select mandate.person_id, false from today, mandate
      where mandate.network_id = ${network.id} and mandate.role in ('facilitator', 'administrator')
        and today.day between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')
    )
    select person.id, person.account_id as "accountId", person.email as address, person.name,
      ${network.locale} as locale, null as state, null as host, false as invited, null as attends, null as token,
      0 as "waitingGuests", 0 as turn, bool_or(found.nearer) as nearer
    from found join person on person.network_id = ${network.id} and person.id = found.person_id
    where person.account_id is not null and person.email is not null and person.erased_at is null
      -- Whoever made it may have left since.
      and person.id in (
        select mandate.person_id from today, mandate
        where mandate.network_id = ${network.id}
          and today.day between mandate.valid_from and coalesce(mandate.valid_until, 'infinity'))
    group by person.id, person.account_id, person.email, person.name
    order by person.id limit 50`.execute(trx)
  const nearer = rows.filter(row => row.nearer)
  return nearer.length > 0 ? nearer : rows
}

export async function personTold(
  trx: Trx,
  network: { id: string; locale: Locale },
  personId: string,
): Promise<Recipient[]> {
  return peopleTold(trx, network, [personId])
}

/** Who was invited by mail to some of these meetings, may have noted them, and has not said yet whether they come: to which. */
export async function invitedStill(
  trx: Trx,
  network: { id: string; locale: Locale },
  meetings: readonly string[],
): Promise<(Recipient & { invitedTo: string[] })[]> {
  const { rows } = await sql<{ id: string; meetings: string[] }>`
    select invitation.person_id as id, array_agg(meeting.id order by meeting.starts_at, meeting.id) as meetings
    from meeting_invitation invitation
    join meeting on meeting.network_id = invitation.network_id and meeting.id = invitation.meeting_id
    where invitation.network_id = ${network.id}::uuid and invitation.meeting_id = any(${meetings}::uuid[])
      and not exists (
        select from registration
        where registration.network_id = invitation.network_id and registration.meeting_id = invitation.meeting_id
          and registration.person_id = invitation.person_id)
    group by invitation.person_id order by invitation.person_id limit 20000`.execute(trx)
  const invited = new Map(rows.map(row => [row.id, row.meetings]))
  const people = await peopleTold(trx, network, [...invited.keys()])
  return people.map(to => ({ ...to, invited: true, invitedTo: invited.get(to.id) ?? [] }))
}

/** Those of them who can be written to. */
export async function peopleTold(
  trx: Trx,
  network: { id: string; locale: Locale },
  people: readonly string[],
): Promise<Recipient[]> {
  const { rows } = await sql<Recipient>`
    select id, account_id as "accountId", email as address, name, ${network.locale} as locale, null as state,
      null as host, false as invited, null as attends, null as token, 0 as "waitingGuests", 0 as turn
    from person
    where network_id = ${network.id} and id = any(${people}::uuid[]) and email is not null and erased_at is null`.execute(
    trx,
  )
  return rows
}

/** Of these people those who can sign in today, in the language of their account. */
export async function reached(trx: Trx, people: readonly (string | null)[]): Promise<MailRecipient[]> {
  if (people.length === 0) return []
  const { rows } = await sql<{
    account_id: string
    address: string
    name: string
    locale: string
    time_zone: string | null
  }>`select account_id, address, name, locale, time_zone from thread_readers(${people}::uuid[]) order by person_id`.execute(
    trx,
  )
  return rows.map(row => ({
    accountId: row.account_id,
    address: row.address,
    name: row.name,
    locale: isLocale(row.locale) ? row.locale : defaultLocale,
    ...(row.time_zone && { timeZone: row.time_zone }),
  }))
}

/** Of these, those who have not been told this yet; from now on they have. An address is written to once. */
export async function notYetTold(
  trx: Trx,
  networkId: string,
  meeting: { id: string; sequence: number },
  kind: Kind,
  recipients: Recipient[],
): Promise<Recipient[]> {
  const once = [...new Map(recipients.toReversed().map(to => [to.address, to])).values()].toReversed()
  if (once.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    insert into meeting_notice (network_id, meeting_id, recipient_id, kind, sequence)
    select ${networkId}, ${meeting.id}, id, ${kind}, ${meeting.sequence}::integer
    from unnest(${once.map(({ id }) => id)}::uuid[]) as told (id)
    on conflict do nothing
    returning recipient_id as id`.execute(trx)
  const told = new Set(rows.map(({ id }) => id))
  return once.filter(({ id }) => told.has(id))
}
