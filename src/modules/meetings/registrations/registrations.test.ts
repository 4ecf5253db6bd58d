import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openPool } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { DB } from '#db/types.ts'
import { newId } from '#kernel/ids.ts'
import { aMeeting, forgetMail, mailOf, someMeeting, someMembers } from '#modules/meetings/meetings.fixture.ts'
import { openMeeting } from '#modules/meetings/meetings.ts'
import {
  type RegistrationInput,
  register,
  registrationInput,
  registrationsOf,
  withdraw,
} from '#modules/meetings/registrations/registrations.ts'
import { changeMeeting } from '#modules/meetings/scheduling.ts'
import { meetingInput } from '#modules/meetings/schema.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, anEntry, anOrganisation, aPerson, type TestNetwork } from '../../../../test/factories.ts'

let database: TestDatabase
let network: TestNetwork
let facilitator: Entry

beforeAll(async () => {
  database = await testDatabase()
})

beforeEach(async () => {
  network = await aNetwork(database)
  const person = await aPerson(database, network, 'facilitator')
  facilitator = await anEntry(database, network, person, 'facilitator')
  await forgetMail(database)
})

afterAll(() => database.close())

test('two hundred at once for ten places: ten come, the others wait in the order in which they came', async () => {
  const id = await aMeeting(database, facilitator, { capacity: 10 })
  const people = Array.from({ length: 200 }, () => newId())
  await database.asOwner(
    `insert into person (network_id, id, name, email)
     select $1, id, 'Personne ' || place, 'foule-' || place || '@exemple.org'
     from unnest($2::uuid[]) with ordinality as people (id, place)`,
    [network.id, people],
  )
  // As many connections as several processes would have together, and patience for them.
  const pool = openPool({ ...database.server.app, max: 25, types: numbers() })
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  const answers = await Promise.all(
    people.map(personId => {
      const entry: Entry = { ...facilitator, personId, role: 'member', actor: nobody, tenant: network.inside }
      return inTenant(db, entry.tenant, trx => register(trx, entry, id, input()))
    }),
  )
  await db.destroy()
  expect(answers.filter(({ state }) => state === 'registered')).toHaveLength(10)
  const all = await everyone(id)
  expect(all.map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
  expect(all.map(({ state }) => state)).toEqual([
    ...Array(10).fill('registered'),
    ...Array(190).fill('waiting'),
  ])
  // Everyone was told the state they were given.
  const told = new Map((await mailOf(database, network)).map(mail => [mail.address, mail.template]))
  expect(told.size).toBe(200)
  expect([...told.values()].filter(template => template === 'meeting-registered')).toHaveLength(10)
}, 180_000)

test('who withdraws leaves the place to whoever waits first, who is told', async () => {
  const id = await aMeeting(database, facilitator, { capacity: 2 })
  const members = await someMembers(database, network, 4)
  const made: Awaited<ReturnType<typeof register>>[] = []
  for (const member of members) made.push(await registering(member, id))
  expect(made.map(({ state }) => state)).toEqual(['registered', 'registered', 'waiting', 'waiting'])
  await forgetMail(database)
  await inside(members[0], trx => withdraw(trx, member(members, 0), id, made[0]?.id ?? ''))
  expect(await states(id)).toEqual(['withdrawn', 'registered', 'registered', 'waiting'])
  const mails = await mailOf(database, network)
  expect(mails.map(({ template }) => template).sort()).toEqual(['meeting-moved-up', 'meeting-withdrawn'])
  // Coming back, they stand behind those who waited.
  expect((await registering(member(members, 0), id)).state).toBe('waiting')
  expect((await everyone(id)).map(({ number, state }) => `${number} ${state}`)).toEqual([
    '1 withdrawn',
    '2 registered',
    '3 registered',
    '4 waiting',
    '5 waiting',
  ])
})

test('more places are given to those who wait, in their order; fewer places put nobody out', async () => {
  const id = await aMeeting(database, facilitator, { capacity: 1 })
  const members = await someMembers(database, network, 4)
  for (const one of members) await registering(one, id)
  await changing(id, { capacity: 3 })
  expect(await states(id)).toEqual(['registered', 'registered', 'registered', 'waiting'])
  await changing(id, { capacity: 1 })
  expect(await states(id)).toEqual(['registered', 'registered', 'registered', 'waiting'])
  await changing(id, { capacity: null })
  expect(await states(id)).toEqual(['registered', 'registered', 'registered', 'registered'])
  const moved = (await mailOf(database, network)).filter(({ template }) => template === 'meeting-moved-up')
  expect(moved).toHaveLength(3)
})

test('guests count as places, come after whoever brings them, and go with them', async () => {
  const id = await aMeeting(database, facilitator, { capacity: 2, guests: 2 })
  const [one, two] = await someMembers(database, network, 2)
  if (!one || !two) throw new Error()
  const { id: registration } = await registering(one, id, { guests: ['Aïcha', 'Bruno'] })
  await registering(two, id)
  expect((await everyone(id)).map(({ name, state }) => `${name} ${state}`)).toEqual([
    expect.stringContaining('registered'),
    'Aïcha registered',
    'Bruno waiting',
    expect.stringContaining('waiting'),
  ])
  // Saying it anew, Aïcha stays away and Chloé comes: at the end of the line.
  await registering(one, id, { guests: ['Bruno', 'Chloé'] })
  const listed = (await everyone(id)).map(({ number, name, state }) => `${number} ${name} ${state}`)
  expect(listed[1]).toBe('2 Aïcha withdrawn')
  expect(listed[2]).toBe('3 Bruno registered')
  expect(listed[4]).toBe('5 Chloé waiting')
  await forgetMail(database)
  await changing(id, { capacity: 4, guests: 2 })
  expect(
    (await mailOf(database, network)).map(({ template, params }) => `${template} ${params.guests ?? ''}`),
  ).toEqual(['meeting-moved-up ', 'meeting-guest-moved-up Chloé'])
  await inside(one, trx => withdraw(trx, one, id, registration))
  expect(await states(id)).toEqual(['withdrawn', 'withdrawn', 'withdrawn', 'registered', 'withdrawn'])
  await expect(registering(two, id, { guests: ['a', 'b', 'c'] })).rejects.toThrow()
})

test('by video there is room for all; whoever comes to the place after all takes the end of the line', async () => {
  const id = await aMeeting(database, facilitator, { capacity: 1, videoUrl: 'https://visio.example/abc' })
  const members = await someMembers(database, network, 3)
  await registering(member(members, 0), id)
  expect((await registering(member(members, 1), id, { attends: 'video' })).state).toBe('registered')
  expect((await registering(member(members, 2), id)).state).toBe('waiting')
  expect((await registering(member(members, 1), id, { attends: 'place' })).state).toBe('waiting')
  expect((await everyone(id)).map(({ number, state }) => `${number} ${state}`)).toEqual([
    '1 registered',
    '3 waiting',
    '4 waiting',
  ])
})

test('the link of the video is for those who come, and those who run it', async () => {
  const id = await aMeeting(database, facilitator, {
    capacity: 1,
    place: '',
    address: '',
    videoUrl: 'visio.example/abc',
  })
  const [coming, waiting] = await someMembers(database, network, 2)
  if (!coming || !waiting) throw new Error()
  await registering(coming, id)
  await registering(waiting, id)
  const seen = (entry: Entry) =>
    inside(entry, async trx => (await openMeeting(trx, entry, id, 'read')).meeting.videoUrl)
  expect([await seen(coming), await seen(waiting), await seen(facilitator)]).toEqual([
    'https://visio.example/abc',
    null,
    'https://visio.example/abc',
  ])
})

test('it counts for the organisation they act for, or one of theirs that they name', async () => {
  const id = await aMeeting(database, facilitator)
  const [ours, other, foreign] = [
    await anOrganisation(database, network, 'La nôtre'),
    await anOrganisation(database, network, 'L’autre'),
    await anOrganisation(database, network, 'Une étrangère'),
  ]
  const person = await aPerson(database, network, 'member', { organisationId: ours })
  await database.asOwner(
    `insert into mandate (network_id, id, person_id, organisation_id, role) values ($1, $2, $3, $4, 'member')`,
    [network.id, newId(), person.personId, other],
  )
  const entry = await anEntry(database, network, person)
  await registering(entry, id)
  expect((await everyone(id))[0]?.organisation).toBe('La nôtre')
  await registering(entry, id, { organisationId: other })
  expect((await everyone(id))[0]?.organisation).toBe('L’autre')
  await expect(registering(entry, id, { organisationId: foreign })).rejects.toThrow()
})

test('a meeting that is over, cancelled, or closed says so; those who run it still let people in', async () => {
  const [one, two] = await someMembers(database, network, 2)
  if (!one || !two) throw new Error()
  const id = await aMeeting(database, facilitator)
  await database.asOwner(
    `update meeting set registration_until = now() - interval '1 minute' where id = $1`,
    [id],
  )
  await expect(registering(one, id)).rejects.toMatchObject({ fields: [{ message: 'meetings.error.closed' }] })
  await inside(facilitator, trx => register(trx, facilitator, id, input(), one.personId))
  expect(await states(id)).toEqual(['registered'])
  await database.asOwner(
    `update meeting set starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour' where id = $1`,
    [id],
  )
  await expect(
    inside(facilitator, trx => register(trx, facilitator, id, input(), two.personId)),
  ).rejects.toMatchObject({ fields: [{ message: 'meetings.error.over' }] })
  await database.asOwner(`update meeting set state = 'cancelled' where id = $1`, [id])
  await expect(registering(two, id)).rejects.toMatchObject({
    fields: [{ message: 'meetings.error.cancelled' }],
  })
})

test('nobody registers or withdraws another but those who run the meeting', async () => {
  const id = await aMeeting(database, facilitator)
  const [one, two] = await someMembers(database, network, 2)
  if (!one || !two) throw new Error()
  const { id: registration } = await registering(one, id)
  await expect(inside(two, trx => register(trx, two, id, input(), one.personId))).rejects.toMatchObject({
    code: 'forbidden',
  })
  await expect(inside(two, trx => withdraw(trx, two, id, registration))).rejects.toMatchObject({
    code: 'forbidden',
  })
  await inside(facilitator, trx => withdraw(trx, facilitator, id, registration))
  expect(await states(id)).toEqual(['withdrawn'])
})

const nobody = { accountId: null, mandateId: null, tokenId: null, origin: 'page' } as const

function input(fields: Partial<RegistrationInput> = {}): RegistrationInput {
  return { ...registrationInput.parse({}), ...fields }
}

function registering(entry: Entry, id: string, fields: Partial<RegistrationInput> = {}) {
  return inside(entry, trx => register(trx, entry, id, input(fields)))
}

function changing(id: string, fields: Parameters<typeof someMeeting>[0]) {
  return inside(facilitator, trx =>
    changeMeeting(trx, facilitator, id, meetingInput.parse(someMeeting(fields))),
  )
}

function inside<T>(entry: Entry | undefined, work: Parameters<typeof inTenant<T>>[2]): Promise<T> {
  return inTenant(database.db, entry?.tenant ?? network.inside, work)
}

async function everyone(id: string) {
  const found = await inside(undefined, trx => registrationsOf(trx, network.id, id, { withdrawn: true }))
  return found.registrations
}

async function states(id: string): Promise<string[]> {
  return (await everyone(id)).map(({ state }) => state)
}

function member(entries: Entry[], index: number): Entry {
  const entry = entries[index]
  if (!entry) throw new Error('No such member')
  return entry
}

function numbers(): pg.TypeOverrides {
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, Number)
  return types
}
