import type { Trx } from '#db/database.ts'
import { whenOf } from '#modules/meetings/meeting-words.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { type Telling, tellingOf } from '#modules/meetings/telling/letters.ts'
import {
  comers,
  invitedStill,
  movedGuests,
  notYetTold,
  partsOf,
  personTold,
  type Recipient,
  runners,
} from '#modules/meetings/telling/recipients.ts'
import type { Entry, Network } from '#modules/network/index.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { queueMails } from '#platform/mail/index.ts'

/**
 * To somebody who has just registered: that they come, or that they wait.
 * @param left they had a place, and wait since they said otherwise
 */
export async function tellRegistered(
  trx: Trx,
  networkId: string,
  meetingId: string,
  id: string,
  left = false,
): Promise<void> {
  const { telling, meeting, network } = await tellingOf(trx, networkId, meetingId)
  const receives = left ? await hostOf(trx, network, meeting) : null
  await queueMails(
    trx,
    networkId,
    (await comers(trx, networkId, meetingId, { ids: [id] })).map(to =>
      to.state === 'registered'
        ? {
            ...telling.letter(to),
            template: 'meeting-registered',
            params: {
              ...telling.about(to),
              waitingGuests: to.waitingGuests,
              calendar: telling.file(to, 'REQUEST'),
            },
          }
        : {
            ...telling.letter(to),
            template: 'meeting-waiting',
            params: { ...telling.about(to), place: to.turn, ...(left && entryEnding(telling, to, receives)) },
          },
    ),
  )
}

/** To those who waited and have a place now. @param newcomer who has just come, and hears of it otherwise */
export async function tellMovedUp(
  trx: Trx,
  networkId: string,
  meetingId: string,
  moved: string[],
  newcomer: string | null = null,
): Promise<void> {
  const ids = moved.filter(id => id !== newcomer)
  if (ids.length === 0) return
  const { telling } = await tellingOf(trx, networkId, meetingId)
  const told = await comers(trx, networkId, meetingId, { ids })
  await queueMails(
    trx,
    networkId,
    told.map(to => ({
      ...telling.letter(to),
      template: 'meeting-moved-up',
      params: { ...telling.about(to), calendar: telling.file(to, 'REQUEST') },
    })),
  )
  // Guests have no address of their own: who brings them is told, unless they have just been told of both.
  const guests = await movedGuests(trx, networkId, meetingId, ids)
  const hosts = guests.filter(({ hostId }) => !ids.includes(hostId) && hostId !== newcomer)
  const bringing = await comers(trx, networkId, meetingId, {
    ids: [...new Set(hosts.map(({ hostId }) => hostId))],
  })
  await queueMails(
    trx,
    networkId,
    bringing.map(to => {
      const names = hosts.filter(({ hostId }) => hostId === to.id).map(({ name }) => name)
      return {
        ...telling.letter(to),
        template: 'meeting-guest-moved-up',
        params: { ...telling.about(to), guests: i18nFor(to.locale).list(names) },
      }
    }),
  )
}

/** @param hadPlace whoever only waited has nothing in their calendar, unless they were invited */
export async function tellWithdrawn(
  trx: Trx,
  networkId: string,
  meetingId: string,
  id: string,
  hadPlace: boolean,
): Promise<void> {
  const { telling, meeting, network } = await tellingOf(trx, networkId, meetingId)
  const receives = await hostOf(trx, network, meeting)
  const told = await comers(trx, networkId, meetingId, { ids: [id] })
  await queueMails(
    trx,
    networkId,
    told.map(to => ({
      ...telling.letter(to),
      template: 'meeting-withdrawn',
      params: {
        ...telling.about(to),
        ...(hadPlace || to.invited
          ? entryEnding(telling, to, receives)
          : { calendar: null, leavesCalendar: false }),
      },
    })),
  )
}

/** What takes it out of the calendar of somebody who had it there; it stays in that of whoever receives it. */
function entryEnding(telling: Telling, to: Recipient, receives: Recipient | null) {
  const stays = receives?.host === 'confirmed' && receives.address === to.address
  return {
    calendar: stays ? null : telling.file({ ...to, state: 'registered' }, 'CANCEL'),
    leavesCalendar: !stays,
  }
}

/**
 * To all who come or wait, and to the host: once for each state of the meeting. Another time they hear of as well who were
 * invited and have not answered: they may have noted it.
 * @param before as it was
 */
export async function tellChanged(trx: Trx, { network }: Entry, before: Meeting): Promise<void> {
  const { telling, meeting } = await tellingOf(trx, network.id, before.id)
  const moved =
    meeting.startsAt.getTime() !== before.startsAt.getTime() ||
    meeting.endsAt.getTime() !== before.endsAt.getTime()
  const invited = moved ? await invitedStill(trx, network, [meeting.id]) : []
  const all = await everyone(trx, network, meeting, invited)
  const told = await notYetTold(trx, network.id, meeting, 'changed', all)
  await queueMails(
    trx,
    network.id,
    told.map(to => {
      const parts = partsOf(to)
      if (parts.length === 0)
        return {
          ...telling.letter(to),
          template: 'meeting-invited-moved',
          params: {
            ...telling.about(to),
            was: whenOf(i18nFor(to.locale), before),
            calendar: telling.published(to.locale),
          },
        }
      const params = { ...telling.about(to), parts, calendar: telling.file(to, 'REQUEST') }
      return moved
        ? {
            ...telling.letter(to),
            template: 'meeting-moved',
            params: { ...params, was: whenOf(i18nFor(to.locale), before) },
          }
        : { ...telling.letter(to), template: 'meeting-changed', params }
    }),
  )
}

/** To all who were to come, waited or were invited, and to the host. */
export async function tellCancelled(trx: Trx, { network }: Entry, meetingId: string): Promise<void> {
  const { telling, meeting } = await tellingOf(trx, network.id, meetingId)
  const all = await everyone(trx, network, meeting, await invitedStill(trx, network, [meeting.id]))
  const told = await notYetTold(trx, network.id, meeting, 'cancelled', all)
  await queueMails(
    trx,
    network.id,
    told.map(to => ({
      ...telling.letter(to),
      template: 'meeting-cancelled',
      params: {
        ...telling.about(to),
        reason: meeting.cancellation,
        calendar: telling.file(to, 'CANCEL'),
      },
    })),
  )
}

/** To all who heard that it is off: it will be after all. */
export async function tellReinstated(trx: Trx, { network }: Entry, meetingId: string): Promise<void> {
  const { telling, meeting } = await tellingOf(trx, network.id, meetingId)
  const all = await everyone(trx, network, meeting, await invitedStill(trx, network, [meeting.id]))
  const told = await notYetTold(trx, network.id, meeting, 'changed', all)
  await queueMails(
    trx,
    network.id,
    told.map(to => {
      const parts = partsOf(to)
      const calendar = parts.length === 0 ? telling.published(to.locale) : telling.file(to, 'REQUEST')
      return {
        ...telling.letter(to),
        template: 'meeting-reinstated',
        params: { ...telling.about(to), parts, calendar },
      }
    }),
  )
}

/** To those who come, the day before: of one moved since, again. @returns how many */
export async function tellReminder(
  trx: Trx,
  networkId: string,
  meetingId: string,
  now: Date,
): Promise<number> {
  const { telling, meeting } = await tellingOf(trx, networkId, meetingId)
  const registeredBefore = new Date(meeting.startsAt.getTime() - 86_400_000)
  const coming = await comers(trx, networkId, meetingId, { registeredBefore })
  const told = await notYetTold(
    trx,
    networkId,
    meeting,
    'reminder',
    coming.filter(({ state }) => state === 'registered'),
  )
  await queueMails(
    trx,
    networkId,
    told.map(to => ({
      ...telling.letter(to),
      template: 'meeting-reminder',
      params: telling.about(to),
      now,
    })),
  )
  return told.length
}

/** To those who run it: somebody proposes something for the agenda. */
export async function tellContribution(
  trx: Trx,
  networkId: string,
  meetingId: string,
  by: { id: string | null; name: string },
  contribution: string,
): Promise<void> {
  const { telling, network } = await tellingOf(trx, networkId, meetingId)
  const running = (await runners(trx, network, meetingId)).filter(({ id }) => id !== by.id)
  await queueMails(
    trx,
    networkId,
    running.map(to => ({
      ...telling.letter(to),
      template: 'meeting-contribution',
      params: { ...telling.about(to), person: by.name, contribution },
    })),
  )
}

/** To whoever proposed it. */
export async function tellContributionDecided(
  trx: Trx,
  networkId: string,
  meetingId: string,
  personId: string,
  decided: { contribution: string; state: 'accepted' | 'declined'; answer: string },
): Promise<void> {
  const { telling, network } = await tellingOf(trx, networkId, meetingId)
  const { contribution, state, answer } = decided
  await queueMails(
    trx,
    networkId,
    (await personTold(trx, network, personId)).map(to => ({
      ...telling.letter(to),
      template: state === 'accepted' ? 'meeting-contribution-accepted' : 'meeting-contribution-declined',
      params: { ...telling.about(to), contribution, answer },
    })),
  )
}

/** Those who come or wait, the host, and those invited: each once, by address, with all that they are to it. */
async function everyone(
  trx: Trx,
  network: Pick<Network, 'id' | 'locale'>,
  meeting: Meeting,
  invited: Recipient[],
): Promise<Recipient[]> {
  const all = new Map<string, Recipient>()
  const host = await hostOf(trx, network, meeting)
  for (const to of [...(await comers(trx, network.id, meeting.id)), ...(host ? [host] : []), ...invited]) {
    const known = all.get(to.address)
    all.set(
      to.address,
      known ? { ...known, host: known.host ?? to.host, invited: known.invited || to.invited } : to,
    )
  }
  return [...all.values()]
}

async function hostOf(
  trx: Trx,
  network: Pick<Network, 'id' | 'locale'>,
  { hostPerson, hostState }: Meeting,
): Promise<Recipient | null> {
  if (!hostPerson) return null
  const [person] = await personTold(trx, network, hostPerson.id)
  return person ? { ...person, host: hostState === 'asked' ? 'asked' : 'confirmed' } : null
}
