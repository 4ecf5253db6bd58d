import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { modules } from '#/modules.ts'
import { readTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { aGroup, inGroup, type TestGroup } from '#modules/groups/groups.fixture.ts'
import { todayOf } from '#modules/programmes/course/moving.ts'
import { aProgramme, dayFrom } from '#modules/programmes/programmes.fixture.ts'
import { ownOrganisations } from '#modules/programmes/progress/acting.ts'
import { callsFor, peopleFor } from '#modules/programmes/progress/attention.ts'
import {
  aCollective,
  aFulfilment,
  aHeldMeeting,
  anArrangement,
} from '#modules/programmes/progress/collective.fixture.ts'
import { progressOf } from '#modules/programmes/progress/progress-of.ts'
import { waitingFor } from '#modules/waiting/waiting.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, anOrganisation, aPerson, type TestNetwork } from '../../../../test/factories.ts'

const kinds = Object.assign({}, ...modules.map(module => module.expectations ?? {}))
// The day of the network, which is not that of the database between midnight in Paris and midnight UTC.
const today = todayOf({ timeZone: 'Europe/Paris' })

let database: TestDatabase
let network: TestNetwork

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

beforeEach(async () => {
  network = await aNetwork(database)
})

test('one acts for the organisation that one is in a group for, until one’s mandate for it is over', async () => {
  const group = await aGroup(database, network)
  const [first, second] = [
    await anOrganisation(database, network, 'Première'),
    await anOrganisation(database, network, 'Seconde'),
  ]
  const mandated = await aPerson(database, network, 'member', { organisationId: first })
  const unmandated = await aPerson(database, network, 'member')
  const several = await aPerson(database, network, 'member', { organisationId: first })
  const open = await aPerson(database, network, 'member', { organisationId: second })
  await inGroup(database, network, group, mandated, { organisationId: first })
  await inGroup(database, network, group, unmandated, { organisationId: first })
  await inGroup(database, network, group, several, { organisationId: first })
  await inGroup(database, network, group, open)
  await inGroup(database, network, group, await aPerson(database, network, 'member'), {
    organisationId: second,
  })
  expect(await namesOf(group, mandated)).toEqual(['Première'])
  expect(await namesOf(group, unmandated)).toEqual(['Première'])
  expect(await namesOf(group, open)).toEqual(['Seconde'])

  await database.asOwner(
    `update mandate set valid_from = current_date - 300, valid_until = current_date - 3
     where network_id = $1 and organisation_id = $2`,
    [network.id, first],
  )
  for (const [person, organisation] of [
    // In the network still, for nobody; and for another organisation of the group.
    [mandated.personId, null],
    [several.personId, second],
  ])
    await database.asOwner(
      `insert into mandate (network_id, id, person_id, organisation_id, role, valid_from)
       values ($1, $2, $3, $4, 'member', current_date - 2)`,
      [network.id, newId(), person, organisation],
    )
  expect(await namesOf(group, mandated)).toEqual([])
  expect(await namesOf(group, several)).toEqual(['Seconde'])
  expect(await namesOf(group, unmandated)).toEqual(['Première'])
  // Taken up again, it counts again.
  await database.asOwner(
    `insert into mandate (network_id, id, person_id, organisation_id, role, valid_from)
     values ($1, $2, $3, $4, 'member', current_date)`,
    [network.id, newId(), mandated.personId, first],
  )
  expect(await namesOf(group, mandated)).toEqual(['Première'])
})

test('those who are late are the same where they wait and where they are called', async () => {
  const collective = await aCollective(database, network, 8)
  const { group, organisations } = collective
  const [, , came] = organisations
  if (!came) throw new Error('No organisations')
  const meetingId = await aHeldMeeting(database, network, group, 30, [came])
  const programme = await aProgramme(database, network, group, {
    starts: dayFrom(today, -200),
    capsules: [
      [
        { opens: 0, due: 20, expects: [{ kind: 'reading' }, { kind: 'document', optional: true }] },
        { opens: 100, due: 120, expects: [{ kind: 'task' }] },
        { opens: 165, due: 170, mode: 'in_person', meetingId, expects: [{ kind: 'attendance' }] },
        { opens: 180, due: 199, expects: [{ kind: 'reading' }, { kind: 'document' }] },
        { opens: 190, due: 200, expects: [{ kind: 'document' }] },
        { opens: 0, due: 30 },
      ],
    ],
  })
  const steps = programme.capsules.flatMap(capsule => capsule.steps)
  const say = (at: number, expectation: number, organisation: number) =>
    aFulfilment(database, network, {
      ...{ programme: programme.id, organisation: organisations[organisation]?.id ?? '' },
      expectation: steps[at]?.expectations[expectation]?.id ?? '',
    })
  const agree = (at: number, organisation: number, until?: string) =>
    anArrangement(database, network, {
      ...{ programme: programme.id, organisation: organisations[organisation]?.id ?? '' },
      ...{ step: steps[at]?.id ?? '', until },
    })
  const since = (organisation: number, days: number) =>
    database.asOwner(
      'update group_organisation set valid_from = $3 where group_id = $1 and organisation_id = $2',
      [group.id, organisations[organisation]?.id, dayFrom(today, -days)],
    )
  const late = async () => {
    const [progress] = await readTenant(database.db, network.inside, trx =>
      progressOf(trx, kinds, network.id, [programme.id]),
    )
    if (!progress) throw new Error('No progress')
    const calls = await readTenant(database.db, network.inside, async trx =>
      callsFor(progress, await peopleFor(trx, network.id, { id: programme.id, groupId: group.id })),
    )
    const sources = modules.flatMap(module => module.waiting ?? [])
    const waiting = await readTenant(database.db, network.inside, trx =>
      waitingFor(trx, sources, [
        collective.facilitator.personId,
        ...organisations.map(one => one.person.personId),
      ]),
    )
    const row = waiting.filter(({ kind }) => kind === 'programme_late')
    expect(row.map(({ personId }) => personId)).toEqual(
      row.length === 0 ? [] : [collective.facilitator.personId],
    )
    const called = calls.filter(({ reasons }) => reasons.some(({ why }) => why === 'late')).length
    expect(row[0]?.number ?? 0).toBe(called)
    return called
  }
  expect(await late()).toBe(8)
  // All that is over, of the first: a task among it, and what was missed and caught up with.
  for (const [at, expectation] of [
    [0, 0],
    [2, 0],
    [3, 0],
    [3, 1],
  ] as const)
    await say(at, expectation, 0)
  await database.asOwner(
    `insert into task (network_id, id, group_id, title, state, done_at, organisation_id, origin_id)
     values ($1, gen_random_uuid(), $2, 'Écrire', 'done', now(), $3, $4)`,
    [network.id, group.id, organisations[0]?.id, steps[1]?.expectations[0]?.id],
  )
  expect(await late()).toBe(7)
  // The second is waived all but one, which it catches up with; then that day is over too.
  for (const at of [0, 1, 2]) await agree(at, 1)
  await agree(3, 1, dayFrom(today, 5))
  expect(await late()).toBe(6)
  await database.asOwner(`update programme_arrangement set due_on = $1 where kind = 'later'`, [
    dayFrom(today, -1),
  ])
  expect(await late()).toBe(7)
  // Came when all of it was over, since two steps, and yesterday.
  await since(3, 0)
  await since(4, 35)
  await since(5, 1)
  expect(await late()).toBe(6)
  // Was there, and did the rest.
  for (const [at, expectation] of [
    [0, 0],
    [1, 0],
    [3, 0],
    [3, 1],
  ] as const)
    await say(at, expectation, 2)
  expect(await late()).toBe(5)
  await database.asOwner(`update meeting set state = 'cancelled' where id = $1`, [meetingId])
  expect(await late()).toBe(6)
  await database.asOwner(`update programme set state = 'paused', paused_on = current_date where id = $1`, [
    programme.id,
  ])
  const waiting = await readTenant(database.db, network.inside, trx =>
    waitingFor(
      trx,
      modules.flatMap(module => module.waiting ?? []),
      [collective.facilitator.personId],
    ),
  )
  expect(waiting.filter(({ kind }) => kind === 'programme_late')).toEqual([])
})

test('every kind that modules declare is one of those of which the database knows where it is done', () => {
  const sources = new Set(
    Object.values(kinds as Record<string, { source: string }>).map(({ source }) => source),
  )
  // A kind seen elsewhere has to be asked for in `programmes_waiting` as well.
  expect([...sources].sort()).toEqual(['meetings_attended', 'programme_said', 'tasks_done'])
})

function namesOf(group: TestGroup, { personId }: { personId: string }): Promise<string[]> {
  return readTenant(database.db, network.inside, async trx =>
    (await ownOrganisations(trx, { network, personId }, group.id)).map(({ name }) => name),
  )
}
