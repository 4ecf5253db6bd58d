import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import { isLocale, type Locale } from '#kernel/locale.ts'
import { calendarFile, organiserOf } from '#modules/meetings/calendar/calendar-files.ts'
import { whenOf, whereOf } from '#modules/meetings/meeting-words.ts'
import { caretaker, type Meeting, openFor } from '#modules/meetings/meetings.ts'
import { hasNoted, type Recipient } from '#modules/meetings/telling/recipients.ts'
import { inLanguage, type Network } from '#modules/network/index.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import type { CalendarPart } from '#platform/mail/index.ts'

type Teller = Pick<Network, 'id' | 'slug' | 'name' | 'locale' | 'timeZone' | 'contactEmail'>

/** What stands in every letter about a meeting, to whomever it goes. */
export interface Telling {
  letter(to: Recipient): {
    to: { accountId: string | null; address: string; name: string; locale: Locale; timeZone: string }
    baseUrl: string
  }
  about(to: Recipient): About
  /** The same for whoever has an account. */
  aboutIn(locale: Locale): About
  /** For the calendar of somebody who comes, or receives it; those who only wait, or are asked, have nothing to note. */
  file(to: Recipient, method: 'REQUEST' | 'CANCEL'): CalendarPart | null
  /** For whoever would like to note it, and has not said that they come. */
  published(locale: Locale): CalendarPart
  baseUrl: string
}

interface About {
  title: string
  when: string
  where: string
  url: string
}

/** The meeting as it is now, and how one writes of it. */
export async function tellingOf(
  trx: Trx,
  networkId: string,
  meetingId: string,
): Promise<{ telling: Telling; meeting: Meeting; network: Teller }> {
  const { meeting } = await openFor(trx, caretaker(networkId), meetingId, 'run')
  const { rows } = await sql<Teller & { locale: string }>`
    select id, slug, name, locale, time_zone as "timeZone", contact_email as "contactEmail"
    from network where id = ${networkId}`.execute(trx)
  const [row] = rows
  if (!row) throw new Error(`No network ${networkId}`)
  const network = { ...row, locale: isLocale(row.locale) ? row.locale : 'fr' }
  return { telling: tellingIn(network, meeting), meeting, network }
}

function tellingIn(network: Teller, meeting: Meeting): Telling {
  const { linkOrigin } = meeting
  const addressFor = ({ locale, token }: Pick<Recipient, 'locale' | 'token'>) =>
    linkOrigin +
    (token === null
      ? href('meeting', { locale, network: network.slug, meeting: meeting.id })
      : href('ownRegistration', { locale, network: network.slug, token }))
  const aboutIn = (locale: Locale, url: string): About => {
    const i18n = i18nFor(locale)
    return { title: meeting.title, when: whenOf(i18n, meeting), where: whereOf(i18n, meeting), url }
  }
  return {
    letter: ({ accountId, address, name, locale }) => ({
      to: { accountId, address, name, locale, timeZone: network.timeZone },
      baseUrl: linkOrigin,
    }),
    about: to => aboutIn(to.locale, addressFor(to)),
    aboutIn: locale => aboutIn(locale, addressFor({ locale, token: null })),
    published: locale => {
      const name = inLanguage(network.name, locale, network.locale).text
      // The link of the video is for those who come.
      const event = { ...meeting, videoUrl: null, url: addressFor({ locale, token: null }) }
      const organiser = organiserOf({ name, contactEmail: network.contactEmail }, linkOrigin)
      return { method: 'PUBLISH', content: calendarFile([event], { method: 'PUBLISH', name, organiser }) }
    },
    baseUrl: linkOrigin,
    file: (to, method) => {
      if (method === 'REQUEST' && to.state !== 'registered' && to.host !== 'confirmed') return null
      if (method === 'CANCEL' && !hasNoted(to)) return null
      const name = inLanguage(network.name, to.locale, network.locale).text
      const event = {
        ...meeting,
        url: addressFor({ ...to, token: null }),
        // Of two files with one SEQUENCE, that with the later stamp holds: somebody may come back who had withdrawn.
        updatedAt: new Date(),
        state: method === 'CANCEL' ? ('cancelled' as const) : meeting.state,
      }
      const content = calendarFile([event], {
        method,
        name,
        organiser: organiserOf({ name, contactEmail: network.contactEmail }, linkOrigin),
        attendee: { name: to.name, email: to.address },
      })
      return { method, content }
    },
  }
}
