import type { Trx } from '#db/database.ts'
import type { Locale } from '#kernel/locale.ts'
import { nameOf } from '#modules/meetings/hosting.ts'
import { tellingOf } from '#modules/meetings/telling/letters.ts'
import { reached } from '#modules/meetings/telling/recipients.ts'
import type { Entry } from '#modules/network/index.ts'
import { queueMails } from '#platform/mail/index.ts'

/** To people whom a meeting is proposed to, with a file by which they may note it: the same for all of one language. */
export async function tellInvited(
  trx: Trx,
  entry: Entry,
  meetingId: string,
  people: readonly string[],
  message: string,
): Promise<void> {
  const { telling } = await tellingOf(trx, entry.network.id, meetingId)
  const person = await nameOf(trx, entry)
  const shared = new Map<Locale, ReturnType<typeof letterIn>>()
  const letterIn = (locale: Locale) => ({ ...telling.aboutIn(locale), calendar: telling.published(locale) })
  const told = await reached(trx, people)
  await queueMails(
    trx,
    entry.network.id,
    told.map(to => {
      const letter = shared.get(to.locale) ?? letterIn(to.locale)
      shared.set(to.locale, letter)
      return {
        to,
        baseUrl: telling.baseUrl,
        template: 'meeting-invited' as const,
        params: { ...letter, person, message },
      }
    }),
  )
}
