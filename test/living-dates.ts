import { newId } from '#kernel/ids.ts'
import type { TestApp } from './app.ts'
import type { TestNetwork } from './factories.ts'

/** A day so many days from now. */
export function dayAhead(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}

/** Of its date; and of another poll, with none: known beforehand, for what is sent. */
export const livingOption = '01a00000-0000-7000-8000-00000000000a'
export const livingSecondPoll = '01a00000-0000-7000-8000-00000000000b'

/** A poll that looks for a date, answered by somebody, and a series with one meeting to come. */
export interface LivingDates {
  poll: string
  series: string
}

/** @param given.person somebody of the network, who made both */
export async function datesIn(
  { database }: TestApp,
  network: TestNetwork,
  { own, person }: { own: string; person: string },
): Promise<LivingDates> {
  const ids = { poll: newId(), series: newId() }
  const insert = (sql: string, ...values: unknown[]) => database.asOwner(sql, [network.id, ...values])
  const answer = newId()
  for (const poll of [ids.poll, livingSecondPoll])
    await insert(
      `insert into date_poll (network_id, id, title, about, time_zone, minutes, place, closes_at, asked_at, link_origin,
         created_by)
       values ($1, $2, $3, $3, 'Europe/Paris', 90, $3, now() + interval '10 days', now(), 'https://cordee.example', $4)
       on conflict do nothing`,
      poll,
      own,
      person,
    )
  await insert(
    `insert into date_option (network_id, poll_id, id, starts_at) values ($1, $2, $3, now() + interval '20 days')`,
    ids.poll,
    livingOption,
  )
  await insert(
    'insert into date_answer (network_id, poll_id, id, person_id, remark) values ($1, $2, $3, $4, $5)',
    ids.poll,
    answer,
    person,
    own,
  )
  await insert(
    `insert into date_vote (network_id, poll_id, answer_id, option_id, vote) values ($1, $2, $3, $4, 'yes')`,
    ids.poll,
    answer,
    livingOption,
  )
  const terms = {
    ...{ title: own, groupId: null, about: own, preparation: '', language: 'fr', place: own, address: '' },
    ...{ latitude: null, longitude: null, videoUrl: null, hostOrganisationId: null, visibility: 'network' },
    ...{ capacity: null, guests: 0, photos: false, timeZone: 'Europe/Paris' },
  }
  await insert(
    `insert into meeting_series (network_id, id, terms, starts_on, starts_at, minutes, time_zone, repeats, every, times,
       created_by)
     values ($1, $2, $3, current_date + 10, '18:00', 90, 'Europe/Paris', 'week', 1, 1, $4)`,
    ids.series,
    JSON.stringify(terms),
    person,
  )
  await insert(
    `insert into meeting (network_id, id, title, about, starts_at, ends_at, time_zone, place, state, series_id, series_date)
     values ($1, $2, $3, $3, current_date + 10 + time '17:00', current_date + 10 + time '18:30', 'Europe/Paris', $3,
       'scheduled', $4, current_date + 10)`,
    newId(),
    own,
    ids.series,
  )
  await insert(
    `update meeting set series_given = meeting_terms(meeting) where network_id = $1 and series_id = $2`,
    ids.series,
  )
  return ids
}
