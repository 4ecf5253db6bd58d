import type { Trx } from '#db/database.ts'
import { whenOf } from '#modules/meetings/meeting-words.ts'
import { datedEvents, partsIn, type Say, type Told, tellingOf } from '#modules/meetings/series/letters.ts'
import { comersOf, keepNotices, listenersOf } from '#modules/meetings/series/listeners.ts'
import type { Entry } from '#modules/network/index.ts'
import { type CalendarPart, queueMails } from '#platform/mail/index.ts'

/** A date that is not as it was. */
export interface DateChange {
  id: string
  /** When it would have been; null where that did not change, or it will not be. */
  before: Date | null
}

/**
 * Everyone who comes to some of these dates, waits, receives one, or was invited to one and has not answered, is told once, of
 * all that are theirs.
 * @param askedAnew dates whose host is asked by a letter of its own
 */
export async function tellOfSeries(
  trx: Trx,
  entry: Entry,
  series: Told,
  changes: DateChange[],
  askedAnew: readonly string[] = [],
): Promise<void> {
  const { network } = entry
  const ids = changes.map(({ id }) => id)
  const before = new Map(changes.map(change => [change.id, change.before]))
  const dates = await datedEvents(trx, network.id, ids)
  const people = await listenersOf(trx, entry, ids, askedAnew)
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
        params: { ...telling.params(person, coming, 'REQUEST', say), parts: partsIn(coming) },
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

/** To whoever withdrew from all dates at once. @param hadPlace of these, who only waited has nothing in their calendar */
export async function tellWithdrawn(
  trx: Trx,
  entry: Entry,
  series: Told,
  registrations: string[],
  meetings: string[],
  hadPlace: readonly string[],
): Promise<void> {
  await tellOne(trx, entry, series, 'series-withdrawn', 'CANCEL', registrations, meetings, hadPlace)
}

async function tellOne(
  trx: Trx,
  entry: Entry,
  series: Told,
  template: 'series-registered' | 'series-withdrawn',
  method: CalendarPart['method'],
  registrations: string[],
  meetings: string[],
  hadPlace: readonly string[] = [],
): Promise<void> {
  const dates = await datedEvents(trx, entry.network.id, meetings)
  const telling = tellingOf(entry, series, dates)
  const people = await comersOf(trx, entry.network.id, meetings, { registrations, hadPlace })
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
