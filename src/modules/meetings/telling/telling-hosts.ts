import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { tellingOf } from '#modules/meetings/telling/letters.ts'
import { comers, notYetTold, partsOf, personTold, runners } from '#modules/meetings/telling/recipients.ts'
import { queueMails } from '#platform/mail/index.ts'

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
      params: { ...telling.about(to), placeGoes, parts: partsOf(to), calendar: telling.file(to, 'REQUEST') },
    })),
  )
}

/** To whoever said that they receive it, for their calendar. */
export async function tellHosting(
  trx: Trx,
  networkId: string,
  meetingId: string,
  personId: string,
): Promise<void> {
  await tellHost(trx, networkId, meetingId, personId, 'meeting-hosting')
}

/** To whoever received it and does so no longer. Whoever still comes keeps it in their calendar, and hears of it as they all do. */
export async function tellHostingEnded(
  trx: Trx,
  networkId: string,
  meetingId: string,
  personId: string,
): Promise<void> {
  const { rows } = await sql`
    select from registration
    where network_id = ${networkId} and meeting_id = ${meetingId} and person_id = ${personId}
      and state = 'registered'`.execute(trx)
  if (rows.length > 0) return
  await tellHost(trx, networkId, meetingId, personId, 'meeting-hosting-ended')
}

async function tellHost(
  trx: Trx,
  networkId: string,
  meetingId: string,
  personId: string,
  template: 'meeting-hosting' | 'meeting-hosting-ended',
): Promise<void> {
  const { telling, network } = await tellingOf(trx, networkId, meetingId)
  const told = await personTold(trx, network, personId)
  const method = template === 'meeting-hosting' ? 'REQUEST' : 'CANCEL'
  await queueMails(
    trx,
    networkId,
    told.map(to => ({
      ...telling.letter(to),
      template,
      params: { ...telling.about(to), calendar: telling.file({ ...to, host: 'confirmed' }, method) },
    })),
  )
}
