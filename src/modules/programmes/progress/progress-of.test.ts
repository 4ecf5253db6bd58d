import { afterAll, beforeAll, expect, test } from 'vitest'
import { modules } from '#/modules.ts'
import { readTenant } from '#db/tenant.ts'
import { aTask } from '#modules/groups/groups.fixture.ts'
import { aProgramme, dayFrom, type TestProgramme } from '#modules/programmes/programmes.fixture.ts'
import { callsFor, peopleFor } from '#modules/programmes/progress/attention.ts'
import {
  aCollective,
  aFulfilment,
  aHeldMeeting,
  anArrangement,
  type TestCollective,
} from '#modules/programmes/progress/collective.fixture.ts'
import type { Progress } from '#modules/programmes/progress/progress.ts'
import { completionOf, progressOf } from '#modules/programmes/progress/progress-of.ts'
import { waitingFor } from '#modules/waiting/waiting.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, aPerson, type TestNetwork } from '../../../../test/factories.ts'

const kinds = Object.assign({}, ...modules.map(module => module.expectations ?? {}))
const today = new Date().toISOString().slice(0, 10)

let database: TestDatabase
let network: TestNetwork
let collective: TestCollective
let programme: TestProgramme

/** Three steps over (a reading and an optional document; a task; a meeting), one open, one ahead. */
beforeAll(async () => {
  database = await testDatabase()
  network = await aNetwork(database)
  collective = await aCollective(database, network, 4)
  const { group, organisations } = collective
  const [first, second] = organisations
  if (!first || !second) throw new Error('No organisations')
  const meetingId = await aHeldMeeting(database, network, group, 25, [first, second])
  programme = await aProgramme(database, network, group, {
    starts: dayFrom(today, -90),
    capsules: [
      [
        { opens: 0, due: 20, expects: [{ kind: 'reading' }, { kind: 'document', optional: true }] },
        { opens: 20, due: 40, expects: [{ kind: 'task' }] },
        { opens: 60, due: 65, mode: 'in_person', meetingId, expects: [{ kind: 'attendance' }] },
      ],
      [
        { opens: 80, due: 110, expects: [{ kind: 'reading' }] },
        { opens: 120, due: 140, expects: [{ kind: 'document' }] },
      ],
    ],
  })
})

afterAll(() => database.close())

const read = async (): Promise<Progress> => {
  const [progress] = await readTenant(database.db, network.inside, trx =>
    progressOf(trx, kinds, network.id, [programme.id]),
  )
  if (!progress) throw new Error('No progress')
  return progress
}
const states = ({ organisations }: Progress) =>
  organisations.map(({ steps }) => steps.map(({ state }) => state).join(' '))
const step = (index: number) => programme.capsules.flatMap(({ steps }) => steps)[index]
const organisation = (index: number) => collective.organisations[index]?.id ?? ''

test('what organisations say, what meetings and tasks see, and what was agreed come together', async () => {
  const { id, groupId } = programme
  const say = (at: number, expectation: number, org: number) =>
    aFulfilment(database, network, {
      ...{ programme: id, organisation: organisation(org) },
      expectation: step(at)?.expectations[expectation]?.id ?? '',
    })
  // The first has done all it could, twice over; the second reads ahead; the third came late; the fourth has an excuse.
  await say(0, 0, 0)
  await say(0, 0, 0)
  const taskId = await aTask(database, network, collective.group)
  await database.asOwner(
    `update task set origin_id = $3, organisation_id = $4, state = 'done', done_at = now() where network_id = $1 and id = $2`,
    [network.id, taskId, step(1)?.expectations[0]?.id, organisation(0)],
  )
  await say(3, 0, 1)
  await database.asOwner(
    'update group_organisation set valid_from = current_date - 30 where network_id = $1 and group_id = $2 and organisation_id = $3',
    [network.id, groupId, organisation(2)],
  )
  await anArrangement(database, network, {
    programme: id,
    step: step(0)?.id ?? '',
    organisation: organisation(3),
  })
  const later = { programme: id, organisation: organisation(3), until: dayFrom(today, 10) }
  await anArrangement(database, network, { ...later, step: step(2)?.id ?? '' })
  const progress = await read()
  expect(states(progress)).toEqual([
    'done done done open ahead',
    'late late done done ahead',
    'before before missed open ahead',
    'waived late catching-up open ahead',
  ])
  expect(progress.totals).toEqual({ completion: { count: 5, of: 9 }, presence: { count: 2, of: 4 } })
  expect(progress.steps[2]?.people).toBe(2)
  // What was missed is caught up with by saying so, and does not become a presence.
  await say(2, 0, 3)
  const after = await read()
  expect(states(after)[3]).toBe('waived late done open ahead')
  expect(after.totals.presence).toEqual({ count: 2, of: 4 })
})

test('the totals are those of the whole, and nothing is late while a programme is paused', async () => {
  const other = await aProgramme(database, network, collective.group, {
    capsules: [[{ opens: 0, due: 20, expects: [{ kind: 'reading' }, { kind: 'attendance' }] }]],
  })
  const ids = [other.id, programme.id]
  const both = () =>
    readTenant(database.db, network.inside, async trx => ({
      whole: await progressOf(trx, kinds, network.id, ids),
      totals: await completionOf(trx, kinds, network.id, ids),
    }))
  const { whole, totals } = await both()
  expect(
    totals.map(({ programmeId, completion, presence }) => ({ programmeId, completion, presence })),
  ).toEqual(
    whole.map(({ programmeId, totals: { completion, presence } }) => ({ programmeId, completion, presence })),
  )
  expect(totals[1]).toMatchObject({ organisations: 4, steps: { count: 3, of: 5 } })
  await database.asOwner(`update programme set state = 'paused', paused_on = starts_on + 10 where id = $1`, [
    other.id,
  ])
  const paused = await both()
  expect(paused.whole[0]?.totals.completion.of).toBe(0)
  expect(paused.totals[0]?.completion.of).toBe(0)
  await database.asOwner('delete from programme where id = $1', [other.id])
})

test('another network knows nothing of it', async () => {
  const other = await aNetwork(database)
  const seen = await readTenant(database.db, other.inside, async trx => [
    await progressOf(trx, kinds, network.id, [programme.id]),
    await completionOf(trx, kinds, other.id, [programme.id]),
  ])
  expect(seen).toEqual([[], []])
})

test('who needs a call, why, and whom to ask for', async () => {
  const called = await readTenant(database.db, network.inside, async trx =>
    callsFor(
      await read(),
      await peopleFor(trx, network.id, { id: programme.id, groupId: programme.groupId }),
    ),
  )
  const why = Object.fromEntries(
    called.map(({ organisation, reasons }) => [organisation.name, reasons.map(one => one.why)]),
  )
  expect(why).toEqual({
    'Atelier 01': [],
    'Atelier 02': ['late'],
    'Atelier 03': ['late', 'not-begun'],
    'Atelier 04': ['late'],
  })
  expect(called.at(-1)?.organisation.name).toBe('Atelier 01')
  await database.asOwner(
    `update mandate set valid_until = current_date - 1, valid_from = current_date - 300 where network_id = $1 and organisation_id = $2`,
    [network.id, organisation(1)],
  )
  const people = await readTenant(database.db, network.inside, trx =>
    peopleFor(trx, network.id, { id: programme.id, groupId: programme.groupId }),
  )
  expect(people.get(organisation(1)) ?? []).toEqual([])
})

test('what waits: for those who act for an organisation, and for whoever runs it', async () => {
  const stranger = await aPerson(database, network, 'member')
  const sources = modules
    .flatMap(module => module.waiting ?? [])
    .filter(({ source }) => source === 'programmes_waiting')
  const [first, , third, fourth] = collective.organisations.map(({ person }) => person.personId)
  const waits = async () => {
    const rows = await readTenant(database.db, network.inside, trx =>
      waitingFor(trx, sources, [
        first ?? '',
        third ?? '',
        fourth ?? '',
        stranger.personId,
        collective.facilitator.personId,
      ]),
    )
    return (person: string | undefined) =>
      rows
        .filter(({ personId }) => personId === person)
        .map(({ kind, title, number }) => `${kind} ${title} ${number}`)
  }
  const before = await waits()
  expect(before(first)).toEqual(['programme_step Attendu 1 1'])
  expect(before(fourth)).toEqual(['programme_step Attendu 1 1'])
  expect(before(stranger.personId)).toEqual([])
  expect(before(collective.facilitator.personId)).toEqual(['programme_late Parcours 3'])
  await anArrangement(database, network, {
    ...{ programme: programme.id, step: step(2)?.id ?? '', organisation: organisation(2) },
    until: dayFrom(today, 20),
  })
  expect((await waits())(third).sort()).toEqual([
    'programme_catch_up Attendu 1 1',
    'programme_step Attendu 1 1',
  ])
})
