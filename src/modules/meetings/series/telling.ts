import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import { type CalendarEvent, calendarFile, organiserOf } from '#modules/meetings/calendar/calendar-files.ts'
import { siblingOf } from '#modules/meetings/calendar/sibling.ts'
import { nameOf } from '#modules/meetings/hosting.ts'
import { whenOf } from '#modules/meetings/meeting-words.ts'
import { invitedStill, peopleTold, runners } from '#modules/meetings/telling/recipients.ts'
import { type Entry, inLanguage } from '#modules/network/index.ts'
import { type I18n, i18nFor } from '#platform/i18n/i18n.ts'
import { type CalendarPart, type ParamsOf, queueMails, type Recipient } from '#platform/mail/index.ts'

/** A date that is not as it was. */
export interface DateChange {
  id: string
  /** When it would have been; null where that did not change, or it will not be. */
  before: Date | null
}

type Told = { id: string; title: string }

/**
 * Everyone who comes to some of these dates, waits, or was invited to one and has not answered, is told once, of all that are
 * theirs.
 */
export async function tellOfSeries(
  trx: Trx,
  entry: Entry,
  series: Told,
  changes: DateChange[],
): Promise<void> {
  const { network } = entry
  const ids = changes.map(({ id }) => id)
  const before = new Map(changes.map(change => [change.id, change.before]))
  const dates = await datedEvents(trx, network.id, ids)
  const people = together(await comersOf(trx, network.id, ids), await invitedTo(trx, network, ids))
  const telling = tellingOf(entry, series, dates)
  const mails = people.flatMap(person => {
    const { letter, i18n } = telling.to(person)
    const say: Say = ({ meetingId }) => {
      const now = dates.get(meetingId)
      const was = before.get(meetingId)
      if (!now || !was || was.getTime() === now.startsAt.getTime()) return null
      return i18n.t('series.mail.moved', {
        was: i18n.moment(was, now.timeZone),
        when: whenOf(i18n, now),
      })
    }
    const cancelled = person.dates.filter(({ meetingId }) => dates.get(meetingId)?.state === 'cancelled')
    const changed = person.dates.filter(date => !cancelled.includes(date))
    const invited = changed.filter(({ state }) => state === 'invited')
    const coming = changed.filter(({ state }) => state !== 'invited')
    const reason = dates.get(cancelled[0]?.meetingId ?? '')?.cancellation ?? ''
    // What one comes to, what one may note and what is over are three kinds of calendar file, hence of message.
    return [
      coming.length > 0 && {
        ...letter,
        template: 'series-changed' as const,
        params: telling.params(person, coming, 'REQUEST', say),
      },
      invited.length > 0 && {
        ...letter,
        template: 'series-invited-changed' as const,
        params: telling.params(person, invited, 'PUBLISH', say),
      },
      cancelled.length > 0 && {
        ...letter,
        template: 'series-cancelled' as const,
        params: { ...telling.params(person, cancelled, 'CANCEL'), reason },
      },
    ].filter(mail => mail !== false)
  })
  await queueMails(trx, network.id, mails)
  await keepNotices(trx, network.id, people, dates)
}

/** To whoever registered for all dates at once. */
export async function tellRegistered(
  trx: Trx,
  entry: Entry,
  series: Told,
  registrations: string[],
  meetings: string[],
): Promise<void> {
  await tellOne(trx, entry, series, 'series-registered', 'REQUEST', registrations, meetings)
}

/** To whoever withdrew from all dates at once. */
export async function tellWithdrawn(
  trx: Trx,
  entry: Entry,
  series: Told,
  registrations: string[],
  meetings: string[],
): Promise<void> {
  await tellOne(trx, entry, series, 'series-withdrawn', 'CANCEL', registrations, meetings)
}

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
        dates: own.map(({ id }) => ({ registrationId: '', meetingId: id, state: 'asked' })),
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
      const own = [...dates.keys()].map(id => ({ registrationId: '', meetingId: id, state: 'hosted' }))
      const comer = { to: { ...to, timeZone: network.timeZone }, dates: own }
      return {
        ...telling.to(comer).letter,
        template,
        params: { ...telling.params(comer, own, 'REQUEST'), person, calendar: null },
      }
    }),
  )
}

async function tellOne(
  trx: Trx,
  entry: Entry,
  series: Told,
  template: 'series-registered' | 'series-withdrawn',
  method: CalendarPart['method'],
  registrations: string[],
  meetings: string[],
): Promise<void> {
  const dates = await datedEvents(trx, entry.network.id, meetings)
  const telling = tellingOf(entry, series, dates)
  const people = await comersOf(trx, entry.network.id, meetings, registrations)
  await queueMails(
    trx,
    entry.network.id,
    people.map(person => ({
      ...telling.to(person).letter,
      template,
      params: telling.params(person, person.dates, method),
    })),
  )
}

interface DatedEvent extends Omit<CalendarEvent, 'url'> {
  timeZone: string
  cancellation: string
}

interface Comer {
  to: Recipient
  /** Of an invitation that nobody answered, the person in place of the registration. */
  dates: { registrationId: string; meetingId: string; state: string }[]
}

function tellingOf(entry: Entry, series: Told, dates: Map<string, DatedEvent>) {
  const { network } = entry
  const linkOrigin = [...dates.values()][0]?.linkOrigin ?? 'http://localhost'
  const address = (locale: Locale) =>
    linkOrigin + href('oneSeries', { locale, network: network.slug, series: series.id })
  const addressOf = (locale: Locale, meeting: string) =>
    linkOrigin + href('meeting', { locale, network: network.slug, meeting })

  function fileFor({ to, dates: own }: Comer, method: CalendarPart['method']): CalendarPart | null {
    // Whoever waits has nothing in their calendar yet.
    const noted = method === 'PUBLISH' ? 'invited' : 'registered'
    const held = own.filter(({ state }) => method === 'CANCEL' || state === noted)
    const events = held.flatMap(({ meetingId, state: answer }) => {
      const date = dates.get(meetingId)
      if (!date) return []
      const state = method === 'CANCEL' ? ('cancelled' as const) : date.state
      // The link of the video is for those who come.
      const videoUrl = answer === 'invited' ? null : date.videoUrl
      return [{ ...date, state, videoUrl, url: addressOf(to.locale, meetingId) }]
    })
    if (events.length === 0) return null
    const name = inLanguage(network.name, to.locale, network.locale).text
    const content = calendarFile(events, {
      method,
      name: series.title,
      organiser: organiserOf({ name, contactEmail: network.contactEmail }, linkOrigin),
      ...(method !== 'PUBLISH' && { attendee: { name: to.name || to.address, email: to.address } }),
    })
    return { method, content }
  }

  function listed({ to, dates: own }: Comer, of: Comer['dates'], i18n: I18n, say?: Say) {
    const apart = ['waiting', 'invited']
    const part = (heading: string, some: Comer['dates']) =>
      some.length === 0
        ? []
        : [
            {
              network: heading,
              entries: some.flatMap(date => {
                const event = dates.get(date.meetingId)
                if (!event) return []
                const text = say?.(date) ?? whenOf(i18n, event)
                return [{ text, url: addressOf(to.locale, date.meetingId) }]
              }),
            },
          ]
    const these = own.filter(date => of.includes(date))
    return [
      ...part(
        i18n.t('series.mail.dates'),
        these.filter(({ state }) => !apart.includes(state)),
      ),
      ...part(
        i18n.t('series.mail.waiting'),
        these.filter(({ state }) => state === 'waiting'),
      ),
      ...part(
        i18n.t('series.mail.invited'),
        these.filter(({ state }) => state === 'invited'),
      ),
    ]
  }

  return {
    to({ to }: Comer) {
      return { letter: { to, baseUrl: linkOrigin }, i18n: i18nFor(to.locale) }
    },
    params(
      person: Comer,
      of: Comer['dates'],
      method: CalendarPart['method'],
      say?: Say,
    ): ParamsOf<'series-changed'> {
      const i18n = i18nFor(person.to.locale)
      return {
        title: series.title,
        count: of.length,
        sections: listed(person, of, i18n, say),
        url: address(person.to.locale),
        calendar: fileFor({ ...person, dates: of }, method),
      }
    },
  }
}

type Say = (date: Comer['dates'][number]) => string | null

async function datedEvents(trx: Trx, networkId: string, ids: string[]): Promise<Map<string, DatedEvent>> {
  const { rows } = await sql<DatedEvent>`
    select id, title, about, starts_at as "startsAt", ends_at as "endsAt", place, address, latitude, longitude,
      video_url as "videoUrl", sequence, state, link_origin as "linkOrigin", updated_at as "updatedAt",
      time_zone as "timeZone", cancellation, ${siblingOf} as sibling
    from meeting where network_id = ${networkId}::uuid and id = any(${ids}::uuid[])
    order by starts_at, id`.execute(trx)
  return new Map(rows.map(row => [row.id, row]))
}

/** By address, each with the dates that are theirs, in order. @param only registrations, withdrawn ones too */
async function comersOf(
  trx: Trx,
  networkId: string,
  meetings: string[],
  only: string[] | null = null,
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
        registration.state) order by meeting.starts_at, meeting.id) as dates
    from registration
    join meeting on meeting.network_id = registration.network_id and meeting.id = registration.meeting_id
    left join person on person.network_id = registration.network_id and person.id = registration.person_id
      and person.erased_at is null
    where registration.network_id = ${networkId}::uuid and registration.meeting_id = any(${meetings}::uuid[])
      and registration.guest_of is null and coalesce(person.email, registration.email) is not null
      and ${only ? sql`registration.id = any(${only}::uuid[])` : sql`registration.state <> 'withdrawn'`}
    group by coalesce(person.email, registration.email)
    order by address`.execute(trx)
  return rows.map(row => ({
    to: { accountId: row.account_id, address: row.address, name: row.name, locale: row.locale },
    dates: row.dates,
  }))
}

/** Who was invited to some of them and has not answered. */
async function invitedTo(trx: Trx, network: Entry['network'], meetings: string[]): Promise<Comer[]> {
  const invited = await invitedStill(trx, network, meetings)
  return invited.map(({ id, accountId, address, name, locale, invitedTo: own }) => ({
    to: { accountId, address, name, locale },
    dates: own.map(meetingId => ({ registrationId: id, meetingId, state: 'invited' })),
  }))
}

/** By address. Whoever answered as a visitor has answered. */
function together(comers: Comer[], invited: Comer[]): Comer[] {
  const people = new Map(comers.map(one => [one.to.address, one]))
  for (const { to, dates } of invited) {
    const own = people.get(to.address)?.dates ?? []
    const others = dates.filter(({ meetingId }) => !own.some(date => date.meetingId === meetingId))
    people.set(to.address, { to: people.get(to.address)?.to ?? to, dates: [...own, ...others] })
  }
  return [...people.values()]
}

/** What they were told now, nothing else tells them again. */
async function keepNotices(
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
