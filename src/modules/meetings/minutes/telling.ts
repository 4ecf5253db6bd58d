import type { Trx } from '#db/database.ts'
import { defaultLocale, isLocale } from '#kernel/locale.ts'
import { presentIds } from '#modules/groups/index.ts'
import { localTime } from '#modules/meetings/local-time.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { minutesAddress } from '#modules/meetings/minutes/minutes.ts'
import { reached } from '#modules/meetings/telling/recipients.ts'
import type { Entry } from '#modules/network/index.ts'
import { queueMails, type Recipient } from '#platform/mail/index.ts'

/** As many as one room and its group hold. */
const mostTold = 20_000

/** Whoever was expected or came, and the group, hears once that the minutes are there; whoever publishes them does not. */
export async function tellOfMinutes(
  trx: Trx,
  { network, personId }: Pick<Entry, 'network' | 'personId'>,
  meeting: Meeting,
  options: { isPublic: boolean; linkOrigin: string },
): Promise<number> {
  const registered = await trx
    .selectFrom('registration')
    .select(['person_id', 'name', 'email', 'locale'])
    .where('network_id', '=', network.id)
    .where('meeting_id', '=', meeting.id)
    .where('state', '<>', 'withdrawn')
    .orderBy('number')
    .limit(mostTold)
    .execute()
  const group = meeting.groupId === null ? [] : await presentIds(trx, network.id, meeting.groupId)
  const people = [...registered.map(row => row.person_id), ...group]
  const ids = [...new Set(people)].filter(id => id !== null && id !== personId).slice(0, mostTold)
  const recipients = await reached(trx, ids)
  // Who has no account can read no more than everyone may.
  const known = new Set(recipients.map(({ address }) => address.toLowerCase()))
  const visitors = options.isPublic
    ? registered.flatMap(({ person_id, name, email, locale }): Recipient[] => {
        if (person_id !== null || email === null || known.has(email)) return []
        known.add(email)
        return [{ accountId: null, address: email, name, locale: isLocale(locale) ? locale : defaultLocale }]
      })
    : []
  const { day } = localTime(meeting.startsAt, meeting.timeZone)
  const all = [...recipients, ...visitors]
  await queueMails(
    trx,
    network.id,
    all.map(to => ({
      to,
      template: 'minutes-published',
      params: {
        title: meeting.title,
        day,
        url: options.linkOrigin + minutesAddress(network.slug, meeting.id, to.locale),
      },
      baseUrl: options.linkOrigin,
    })),
  )
  return all.length
}
