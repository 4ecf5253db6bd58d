import { newId } from '#kernel/ids.ts'
import { aGroup, inGroup, type TestGroup } from '#modules/groups/groups.fixture.ts'
import type { TestDatabase } from '../../../../test/database.ts'
import { anOrganisation, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

export interface TestCollective {
  group: TestGroup
  facilitator: TestPerson
  organisations: { id: string; name: string; person: TestPerson }[]
}

/** A group with organisations, each with one person, in it for four hundred days, and somebody who runs it. */
export async function aCollective(
  database: TestDatabase,
  network: TestNetwork,
  count: number,
): Promise<TestCollective> {
  const group = await aGroup(database, network, { visibility: 'group' })
  const facilitator = await aPerson(database, network, 'member')
  await inGroup(database, network, group, facilitator, { role: 'facilitator' })
  const organisations = []
  for (let made = 0; made < count; made++) {
    const name = `Atelier ${String(made + 1).padStart(2, '0')}`
    const id = await anOrganisation(database, network, name)
    const person = await aPerson(database, network, 'member', { organisationId: id })
    await inGroup(database, network, group, person, { organisationId: id })
    organisations.push({ id, name, person })
  }
  await database.asOwner(
    'update group_organisation set valid_from = current_date - 400 where network_id = $1 and group_id = $2',
    [network.id, group.id],
  )
  return { group, facilitator, organisations }
}

/** A meeting of a group that was held so many days ago, and who of which organisation was there. @returns its id */
export async function aHeldMeeting(
  database: TestDatabase,
  network: TestNetwork,
  group: TestGroup,
  daysAgo: number,
  present: { id: string; person: TestPerson }[] = [],
): Promise<string> {
  const id = newId()
  await database.asOwner(
    `insert into meeting (network_id, id, group_id, title, starts_at, ends_at, time_zone, state, last_number)
     values ($1, $2, $3, 'Rencontre', now() - make_interval(days => $4), now() - make_interval(days => $4) + interval '2 hours',
       'Europe/Paris', 'held', 100)`,
    [network.id, id, group.id, daysAgo],
  )
  for (const [index, { id: organisation, person }] of present.entries())
    await database.asOwner(
      `insert into registration (network_id, meeting_id, id, number, person_id, organisation_id, state, present, arrived_at)
       values ($1, $2, $3, $4, $5, $6, 'registered', true, now())`,
      [network.id, id, newId(), index + 1, person.personId, organisation],
    )
  return id
}

/** What an organisation said, past all rules. */
export async function aFulfilment(
  database: TestDatabase,
  network: TestNetwork,
  of: { programme: string; expectation: string; organisation: string; person?: TestPerson },
): Promise<string> {
  const id = newId()
  await database.asOwner(
    `insert into programme_fulfilment (network_id, programme_id, id, expectation_id, organisation_id, person_id, done_on)
     values ($1, $2, $3, $4, $5, $6, current_date)`,
    [network.id, of.programme, id, of.expectation, of.organisation, of.person?.personId ?? null],
  )
  return id
}

/** What was agreed with an organisation. */
export async function anArrangement(
  database: TestDatabase,
  network: TestNetwork,
  of: { programme: string; step: string; organisation: string; until?: string },
): Promise<void> {
  await database.asOwner(
    `insert into programme_arrangement (network_id, programme_id, step_id, organisation_id, kind, due_on, reason)
     values ($1, $2, $3, $4, $5, $6, 'Convenu par téléphone')`,
    [network.id, of.programme, of.step, of.organisation, of.until ? 'later' : 'waived', of.until ?? null],
  )
}
