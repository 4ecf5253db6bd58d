import type { Trx } from '#db/database.ts'
import { whenOf } from '#modules/meetings/meeting-words.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { tellingOf } from '#modules/meetings/telling/letters.ts'
import {
  comers,
  invitedStill,
  movedGuests,
  notYetTold,
  personTold,
  type Recipient,
  runners,
} from '#modules/meetings/telling/recipients.ts'
import type { Entry, Network } from '#modules/network/index.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { queueMails } from '#platform/mail/index.ts'

/** To somebody who has just registered: that they come, or that they wait. */
export async function tellRegistered(
  trx: Trx,
  networkId: string,
  meetingId: string,
  id: string,
): Promise<void> {
  const { telling } = await tellingOf(trx, networkId, meetingId)
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
            params: { ...telling.about(to), place: to.turn },
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

export async function tellWithdrawn(
  trx: Trx,
  networkId: string,
  meetingId: string,
  id: string,
): Promise<void> {
  const { telling } = await tellingOf(trx, networkId, meetingId)
  const told = await comers(trx, networkId, meetingId, { ids: [id] })
  await queueMails(
    trx,
    networkId,
    told.map(to => ({
      ...telling.letter(to),
      template: 'meeting-withdrawn',
      params: { ...telling.about(to), calendar: telling.file(to, 'CANCEL') },
    })),
  )
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
  const known = new Set(invited.map(({ id }) => id))
  const all = [...(await everyone(trx, network, meeting)), ...invited]
  const told = await notYetTold(trx, network.id, meeting, 'changed', all)
  await queueMails(
    trx,
    network.id,
    told.map(to => {
      if (known.has(to.id))
        return {
          ...telling.letter(to),
          template: 'meeting-invited-moved',
          params: {
            ...telling.about(to),
            was: whenOf(i18nFor(to.locale), before),
            calendar: telling.published(to.locale),
          },
        }
      const params = { ...telling.about(to), calendar: telling.file(to, 'REQUEST') }
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
  const all = [
    ...(await everyone(trx, network, meeting)),
    ...(await invitedStill(trx, network, [meeting.id])),
  ]
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

/** To whoever is asked to receive it. */
export async function tellHostAsked(
  trx: Trx,
  networkId: string,
  meetingId: string,
  person: string,
): Promise<void> {
  const { telling, meeting, network } = await tellingOf(trx, networkId, meetingId)
  if (!meeting.hostPerson) return
  const told = await personTold(trx, network, meeting.hostPerson.id)
  await queueMails(
    trx,
    networkId,
    told.map(to => ({
      ...telling.letter(to),
      template: 'meeting-host-asked',
      params: { ...telling.about(to), person },
    })),
  )
}

/**
 * To those who run it: the host said yes, or no, after which another is to be found; then those who come hear of it as well.
 * @param placeGoes with the host: another is to be found
 */
export async function tellHostAnswered(
  trx: Trx,
  networkId: string,
  meetingId: string,
  host: { id: string; name: string },
  answer: 'confirmed' | 'withdrew',
  placeGoes: boolean,
): Promise<void> {
  const { telling, meeting, network } = await tellingOf(trx, networkId, meetingId)
  const running = (await runners(trx, network, meetingId)).filter(({ id }) => id !== host.id)
  await queueMails(
    trx,
    networkId,
    running.map(to => {
      const params = { ...telling.about(to), person: host.name }
      return answer === 'confirmed'
        ? { ...telling.letter(to), template: 'meeting-host-confirmed', params }
        : { ...telling.letter(to), template: 'meeting-host-withdrew', params: { ...params, placeGoes } }
    }),
  )
  if (answer === 'confirmed' || meeting.state !== 'scheduled') return
  const addresses = new Set(running.map(({ address }) => address))
  const coming = (await comers(trx, networkId, meetingId)).filter(({ address }) => !addresses.has(address))
  const told = await notYetTold(trx, networkId, meeting, 'host_withdrew', coming)
  await queueMails(
    trx,
    networkId,
    told.map(to => ({
      ...telling.letter(to),
      template: 'meeting-host-sought',
      params: { ...telling.about(to), placeGoes, calendar: telling.file(to, 'REQUEST') },
    })),
  )
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

/** Those who come or wait, and the host. */
async function everyone(
  trx: Trx,
  network: Pick<Network, 'id' | 'locale'>,
  { id, hostPerson }: Meeting,
): Promise<Recipient[]> {
  const host = hostPerson ? await personTold(trx, network, hostPerson.id) : []
  return [...(await comers(trx, network.id, id)), ...host]
}
