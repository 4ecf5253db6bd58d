import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import { type CalendarEvent, calendarFile, organiserOf } from '#modules/meetings/calendar/calendar-files.ts'
import { siblingOf } from '#modules/meetings/calendar/sibling.ts'
import { whenOf } from '#modules/meetings/meeting-words.ts'
import { type Entry, inLanguage } from '#modules/network/index.ts'
import { type I18n, i18nFor } from '#platform/i18n/i18n.ts'
import type { CalendarPart, ParamsOf, Part, Recipient } from '#platform/mail/index.ts'

export type Told = { id: string; title: string }

export interface DatedEvent extends Omit<CalendarEvent, 'url'> {
  timeZone: string
  cancellation: string
}

/** Somebody who is told of dates. */
export interface Comer {
  to: Recipient
  dates: OwnDate[]
}

/** A date, and one thing that somebody is to it. */
export interface OwnDate {
  /** Of an invitation that nobody answered, and of a host, the person in place of the registration. */
  registrationId: string
  meetingId: string
  /** `run`: it is only said to those who run it. */
  state: 'registered' | 'waiting' | 'withdrawn' | 'invited' | 'hosted' | 'asked' | 'run'
  /** Whether their calendar may have it. */
  noted: boolean
}

/** What somebody is to these dates, in whose words a letter speaks. */
export function partsIn(dates: OwnDate[]): Part[] {
  const states = new Set(dates.map(({ state }) => state))
  const parts = { registered: 'registered', waiting: 'waiting', hosted: 'host', asked: 'asked' } as const
  return (Object.keys(parts) as (keyof typeof parts)[])
    .filter(state => states.has(state))
    .map(state => parts[state])
}

const headings = {
  waiting: 'series.mail.waiting',
  hosted: 'series.mail.hosted',
  asked: 'series.mail.asked',
  invited: 'series.mail.invited',
} as const

export function tellingOf(entry: Entry, series: Told, dates: Map<string, DatedEvent>) {
  const { network } = entry
  const linkOrigin = [...dates.values()][0]?.linkOrigin ?? 'http://localhost'
  const address = (locale: Locale) =>
    linkOrigin + href('oneSeries', { locale, network: network.slug, series: series.id })
  const addressOf = (locale: Locale, meeting: string) =>
    linkOrigin + href('meeting', { locale, network: network.slug, meeting })

  function fileFor({ to, dates: own }: Comer, method: CalendarPart['method']): CalendarPart | null {
    // Whoever waits, or is asked to receive it, has nothing in their calendar yet.
    const said = method === 'PUBLISH' ? ['invited'] : ['registered', 'hosted']
    const held = own.filter(({ state, noted }) => (method === 'CANCEL' ? noted : said.includes(state)))
    // One who comes and receives it has it once.
    const once = [...new Map(held.map(date => [date.meetingId, date])).values()]
    const events = once.flatMap(({ meetingId, state: answer }) => {
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
        these.filter(({ state }) => !(state in headings)),
      ),
      ...Object.entries(headings).flatMap(([heading, key]) =>
        part(
          i18n.t(key),
          these.filter(({ state }) => state === heading),
        ),
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
    ): ParamsOf<'series-registered'> {
      const i18n = i18nFor(person.to.locale)
      return {
        title: series.title,
        count: new Set(of.map(({ meetingId }) => meetingId)).size,
        sections: listed(person, of, i18n, say),
        url: address(person.to.locale),
        calendar: fileFor({ ...person, dates: of }, method),
      }
    },
  }
}

export type Say = (date: Comer['dates'][number]) => string | null

export async function datedEvents(
  trx: Trx,
  networkId: string,
  ids: string[],
): Promise<Map<string, DatedEvent>> {
  const { rows } = await sql<DatedEvent>`
    select id, title, about, starts_at as "startsAt", ends_at as "endsAt", place, address, latitude, longitude,
      video_url as "videoUrl", sequence, state, link_origin as "linkOrigin", updated_at as "updatedAt",
      time_zone as "timeZone", cancellation, ${siblingOf} as sibling
    from meeting where network_id = ${networkId}::uuid and id = any(${ids}::uuid[])
    order by starts_at, id`.execute(trx)
  return new Map(rows.map(row => [row.id, row]))
}
