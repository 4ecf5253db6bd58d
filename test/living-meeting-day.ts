import { newId } from '#kernel/ids.ts'
import type { TestApp } from './app.ts'
import type { TestNetwork } from './factories.ts'

/** What was written and decided at a meeting, who came, and where they sat. */
export interface LivingDay {
  /** Of the code that is shown at its door. */
  checkInCode: string
  /** Of the poster at its door. */
  doorKey: string
}

export async function meetingDayIn(
  { database }: TestApp,
  network: TestNetwork,
  given: { own: string; person: string; meeting: string; registration: string },
): Promise<LivingDay> {
  const { own, person, meeting, registration } = given
  const insert = (sql: string, ...values: unknown[]) =>
    database.asOwner(sql, [network.id, meeting, ...values])
  await insert(
    'update meeting set notes = $3, notes_revision = 1, minutes = $3 where network_id = $1 and id = $2',
    own,
  )
  await insert(
    `insert into meeting_notes (network_id, meeting_id, revision, text, person_id) values ($1, $2, 1, $3, $4)`,
    own,
    person,
  )
  await insert(
    `insert into meeting_decision (network_id, meeting_id, id, text, owner_id) values ($1, $2, $3, $4, $5)`,
    newId(),
    own,
    person,
  )
  await insert(
    `insert into meeting_minutes (network_id, meeting_id, version, text, published_by) values ($1, $2, 1, $3, $4)`,
    own,
    person,
  )
  await insert(`insert into breakout (network_id, meeting_id, seed, tables, rounds) values ($1, $2, 1, 1, 1)`)
  await insert(
    `insert into breakout_seat (network_id, meeting_id, registration_id, round, seat_table) values ($1, $2, $3, 1, 1)`,
    registration,
  )
  const [came] = await database.asOwner<{ code: string }>(
    `update registration set present = true, arrived_at = now(), checked_by = 'list'
     where network_id = $1 and meeting_id = $2 and id = $3 returning check_in_code as code`,
    [network.id, meeting, registration],
  )
  // Somebody who did not come, so that this too has its list.
  await insert(
    `insert into registration (network_id, meeting_id, id, number, name, state, present)
     values ($1, $2, $3, 999, $4, 'registered', false)`,
    newId(),
    own,
  )
  const [door] = await database.asOwner<{ key: string }>(
    'select door_key as key from meeting where network_id = $1 and id = $2',
    [network.id, meeting],
  )
  return { checkInCode: came?.code ?? '', doorKey: door?.key ?? '' }
}
