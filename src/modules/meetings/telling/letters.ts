import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import { isLocale, type Locale } from '#kernel/locale.ts'
import { calendarFile, organiserOf } from '#modules/meetings/calendar/calendar-files.ts'
import { whenOf, whereOf } from '#modules/meetings/meeting-words.ts'
import { caretaker, type Meeting, openFor } from '#modules/meetings/meetings.ts'
import type { Recipient } from '#modules/meetings/telling/recipients.ts'
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
  about(to: Recipient): { title: string; when: string; where: string; url: string }
  /** For the calendar of somebody who comes; those who only wait have nothing to note. */
  file(to: Recipient, method: CalendarPart['method']): CalendarPart | null
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
  const addressFor = ({ locale, token }: Recipient) =>
    linkOrigin +
    (token === null
      ? href('meeting', { locale, network: network.slug, meeting: meeting.id })
      : href('ownRegistration', { locale, network: network.slug, token }))
  return {
    letter: ({ accountId, address, name, locale }) => ({
      to: { accountId, address, name, locale, timeZone: network.timeZone },
      baseUrl: linkOrigin,
    }),
    about: to => {
      const i18n = i18nFor(to.locale)
      return {
        title: meeting.title,
        when: whenOf(i18n, meeting),
        where: whereOf(i18n, meeting),
        url: addressFor(to),
      }
    },
    file: (to, method) => {
      if (method === 'REQUEST' && to.state !== 'registered' && to.state !== null) return null
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
