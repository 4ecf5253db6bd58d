import { newId } from '#kernel/ids.ts'
import type { TestDatabase } from '../../../test/database.ts'
import type { TestNetwork, TestPerson } from '../../../test/factories.ts'

/** A moment so many days from now. */
export function inDays(days: number): Date {
  return new Date(Date.now() + days * 86_400_000)
}

/** A row as it stands in a table: what the test does not say is the table's default. @returns its id */
export async function aRow(
  database: TestDatabase,
  network: TestNetwork,
  table: string,
  row: Record<string, unknown>,
): Promise<string> {
  const full: Record<string, unknown> = { network_id: network.id, id: newId(), ...row }
  const columns = Object.entries(full).filter(([, value]) => value !== undefined)
  await database.asOwner(
    `insert into ${table} (${columns.map(([name]) => name).join(', ')})
     values (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
    columns.map(([, value]) => value),
  )
  return String(full.id)
}

/** A meeting of two hours that begins so many days from now. @returns its id */
export function aMeetingIn(
  database: TestDatabase,
  network: TestNetwork,
  days: number,
  more: Record<string, unknown> = {},
): Promise<string> {
  return aRow(database, network, 'meeting', {
    title: 'Rencontre',
    starts_at: inDays(days),
    ends_at: new Date(inDays(days).getTime() + 7_200_000),
    time_zone: 'Europe/Paris',
    state: 'scheduled',
    ...more,
  })
}

let number = 0

/** Somebody comes to a meeting. @returns the id of their registration */
export function comesTo(
  database: TestDatabase,
  network: TestNetwork,
  meeting: string,
  person: TestPerson,
  more: Record<string, unknown> = {},
): Promise<string> {
  number += 1
  return aRow(database, network, 'registration', {
    meeting_id: meeting,
    number,
    person_id: person.personId,
    state: 'registered',
    ...more,
  })
}
