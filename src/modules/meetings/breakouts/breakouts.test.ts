import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#kernel/ids.ts'
import { aHeldMeeting, aRegistration } from '#modules/meetings/door/day.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let other: TestNetwork
let facilitator: TestPerson
let member: TestPerson
let stranger: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database)
  other = await aNetwork(site.database, { visibility: 'private' })
  facilitator = await aPerson(site.database, network, 'facilitator')
  member = await aPerson(site.database, network, 'member')
  stranger = await aPerson(site.database, other, 'administrator')
})

afterAll(() => site.close())

const get = (path: string, person?: TestPerson) =>
  site.get(`/fr/${network.slug}${path}`, person && { cookie: person.cookie })

const post = (path: string, fields: Record<string, string>, person?: TestPerson) =>
  site.app.request(`/fr/${network.slug}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: {
      accept: 'text/html',
      'sec-fetch-site': 'same-origin',
      ...(person && { cookie: person.cookie }),
    },
  })

const seatsOf = (meeting: string) =>
  site.database.asOwner<{ guest: string; round: number; at: number; locked: boolean }>(
    `select registration_id as guest, round, seat_table as at, locked from breakout_seat
     where network_id = $1 and meeting_id = $2 order by round, seat_table, registration_id`,
    [network.id, meeting],
  )

/** Of so many organisations, three each. */
async function aRoom(organisations: number, options: Parameters<typeof aHeldMeeting>[2] = {}) {
  const meeting = await aHeldMeeting(site.database, network, options)
  const people: { id: string; organisation: string }[] = []
  for (let index = 0; index < organisations; index++) {
    const organisation = await anOrganisation(site.database, network, `Maison ${index}`)
    for (const number of [1, 2, 3]) {
      const email = `p${index}-${number}-${options.groupId ?? meeting}@exemple.org`
      const { id } = await aRegistration(site.database, network, meeting, {
        name: `Personne ${index} ${number}`,
        email,
        organisationId: organisation,
        present: true,
      })
      people.push({ id, organisation })
    }
  }
  return { meeting, people }
}

test('drawn, everyone sits once in each round, apart from their colleagues; it is said why', async () => {
  const { meeting, people } = await aRoom(4)
  const path = `/meetings/${meeting}/breakouts`
  const draw = { by: 'tables', number: '3', rounds: '2' }
  expect((await post(path, draw)).status).toBe(401)
  expect((await post(path, draw, member)).status).toBe(403)
  expect((await get(path, member)).status).toBe(403)
  expect((await get(path, stranger)).status).toBe(403)
  expect((await post(path, { ...draw, number: '0' }, facilitator)).status).toBe(422)
  expect((await post(path, draw, facilitator)).status).toBe(303)
  const seats = await seatsOf(meeting)
  expect(seats).toHaveLength(24)
  for (const round of [1, 2])
    for (const table of [1, 2, 3]) {
      const here = seats.filter(seat => seat.round === round && seat.at === table)
      expect(here).toHaveLength(4)
      const organisations = here.map(({ guest }) => people.find(({ id }) => id === guest)?.organisation)
      expect(new Set(organisations).size).toBe(4)
    }
  const page = await (await get(path, facilitator)).text()
  expect(page).toContain('De la même organisation')
  expect((await site.get(`/fr/${other.slug}${path}`, { cookie: stranger.cookie })).status).toBe(404)
})

test('moved by hand one stays, also when it is drawn again; freed, one may go', async () => {
  const { meeting, people } = await aRoom(3)
  const path = `/meetings/${meeting}/breakouts`
  await post(path, { by: 'size', number: '3', rounds: '1' }, facilitator)
  const guest = people[0]?.id ?? ''
  const before = (await seatsOf(meeting)).find(seat => seat.guest === guest)?.at ?? 0
  const table = String((before % 3) + 1)
  expect((await post(`${path}/seats`, { guest, round: '1', table }, member)).status).toBe(403)
  expect((await post(`${path}/seats`, { guest, round: '1', table: '9' }, facilitator)).status).toBe(404)
  expect((await post(`${path}/seats`, { guest, round: '1', table }, facilitator)).status).toBe(303)
  await post(path, { by: 'tables', number: '3', rounds: '1' }, facilitator)
  const again = await seatsOf(meeting)
  expect(again.find(seat => seat.guest === guest)).toMatchObject({ at: Number(table), locked: true })
  expect(again.filter(({ locked }) => locked)).toHaveLength(1)
  await post(`${path}/seats`, { guest, round: '1', table, locked: 'no' }, facilitator)
  expect((await seatsOf(meeting)).some(({ locked }) => locked)).toBe(false)
  expect((await post(`${path}/removal`, {}, facilitator)).status).toBe(303)
  expect(await seatsOf(meeting)).toEqual([])
})

test('those who sat together last time in this group are parted', async () => {
  const group = newId()
  await site.database.asOwner(
    `insert into network_group (network_id, id, slug, kind, name) values ($1, $2, 'essai', 'club', 'Essai')`,
    [network.id, group],
  )
  const startsAt = '2026-01-15T09:00:00Z'
  const endsAt = '2026-01-15T11:00:00Z'
  const first = await aRoom(2, { groupId: group, startsAt, endsAt })
  await post(`/meetings/${first.meeting}/breakouts`, { by: 'tables', number: '3', rounds: '1' }, facilitator)
  const second = await aRoom(2, { groupId: group })
  // The same people, known by their addresses, of organisations that do not matter here.
  await site.database.asOwner(
    'update registration set organisation_id = null where network_id = $1 and meeting_id = any($2)',
    [network.id, [first.meeting, second.meeting]],
  )
  await post(`/meetings/${second.meeting}/breakouts`, { by: 'tables', number: '3', rounds: '1' }, facilitator)
  const email = async (meeting: string) =>
    new Map(
      (
        await site.database.asOwner<{ id: string; email: string }>(
          'select id, email from registration where meeting_id = $1',
          [meeting],
        )
      ).map(row => [row.id, row.email]),
    )
  const pairs = async (meeting: string) => {
    const known = await email(meeting)
    const tables = Map.groupBy(await seatsOf(meeting), ({ at }) => at)
    return [...tables.values()].map(seats =>
      seats
        .map(({ guest }) => known.get(guest))
        .sort()
        .join(),
    )
  }
  const before = await pairs(first.meeting)
  expect(before).toHaveLength(3)
  expect((await pairs(second.meeting)).filter(pair => before.includes(pair))).toEqual([])
})

test('nobody comes: it is said, not drawn', async () => {
  const meeting = await aHeldMeeting(site.database, network)
  const answer = await post(
    `/meetings/${meeting}/breakouts`,
    { by: 'tables', number: '3', rounds: '1' },
    facilitator,
  )
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('Personne à placer')
})
