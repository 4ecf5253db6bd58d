import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { aHeldMeeting, aRegistration } from '#modules/meetings/door/day.fixture.ts'
import { aMeeting, forgetMail, mailOf } from '#modules/meetings/meetings.fixture.ts'
import { post, see } from '#modules/meetings/polls/polls.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let boss: TestPerson
let member: TestPerson
let other: TestPerson

const away = 'Je ne peux pas venir'
const change = 'Modifier mon inscription'

beforeAll(async () => {
  site = await testApp()
})

beforeEach(async () => {
  network = await aNetwork(site.database)
  boss = await aPerson(site.database, network, 'facilitator')
  member = await aPerson(site.database, network, 'member')
  other = await aPerson(site.database, network, 'member')
  await forgetMail(site.database)
})

afterAll(() => site.close())

const path = (id: string, rest = '') => `/fr/${network.slug}/meetings/${id}${rest}`

async function rows(id: string) {
  return site.database.asOwner<{ state: string; present: boolean | null }>(
    'select state, present from registration where meeting_id = $1 order by number',
    [id],
  )
}

test('who was seen there cannot withdraw, nor can those who run it, and nobody who waits is told of a place', async () => {
  const { database } = site
  const id = await aHeldMeeting(database, network, { capacity: 1 })
  const there = await aRegistration(database, network, id, { personId: member.personId, present: true })
  await aRegistration(database, network, id, { personId: other.personId, state: 'waiting' })
  const page = await (await see(site, path(id), member)).text()
  expect(page).toContain('La présence est notée.')
  expect(page).not.toContain(away)
  // It has begun: what was said cannot be changed either.
  expect(page).not.toContain(change)
  const answers = [
    await post(site, path(id, '/registration/removal'), member, {}),
    await post(site, path(id, `/registrations/${there.id}/removal`), boss, {}),
  ]
  for (const answer of answers)
    expect([answer.status, await answer.text()]).toEqual([
      422,
      expect.stringContaining('cette inscription ne se retire plus'),
    ])
  expect(await rows(id)).toEqual([
    { state: 'registered', present: true },
    { state: 'waiting', present: null },
  ])
  expect(await mailOf(database, network)).toEqual([])
  // Whoever is not there may still say so.
  expect(await (await see(site, path(id), other)).text()).toContain(away)
  expect((await post(site, path(id, '/registration/removal'), other, {})).status).toBe(303)
})

test('once it was held nobody withdraws, even before its hour has come', async () => {
  const { database } = site
  const id = await aHeldMeeting(database, network, { state: 'held', capacity: 1 })
  await aRegistration(database, network, id, { personId: member.personId })
  const page = await (await see(site, path(id), member)).text()
  expect(page).not.toContain(away)
  expect(page).not.toContain(change)
  expect((await post(site, path(id, '/registration/removal'), member, {})).status).toBe(422)
  expect(await rows(id)).toEqual([{ state: 'registered', present: null }])
})

test('a visitor who was seen there, or whose guest was, does not withdraw by their link', async () => {
  const { database } = site
  const id = await aHeldMeeting(database, network, { visibility: 'public' })
  const { id: own } = await aRegistration(database, network, id, { name: 'Nadia', email: 'n@exemple.org' })
  const { id: guest } = await aRegistration(database, network, id, { name: 'Zoé', present: true })
  await database.asOwner(`update registration set guest_of = $1 where id = $2`, [own, guest])
  await database.asOwner(`update registration set token = 'lien-de-nadia-012345678901234567' where id = $1`, [
    own,
  ])
  const held = `/fr/${network.slug}/registration/lien-de-nadia-012345678901234567`
  const page = await (await see(site, held, null)).text()
  expect(page).toContain('La présence est notée.')
  expect(page).not.toContain(away)
  expect(page).not.toContain(change)
  expect((await post(site, `${held}/removal`, null, {})).status).toBe(422)
  expect((await rows(id)).map(({ state }) => state)).toEqual(['registered', 'registered'])
  await database.asOwner(`update registration set present = null, arrived_at = null, checked_by = null`)
  expect(await (await see(site, held, null)).text()).toContain(away)
  expect((await post(site, `${held}/removal`, null, {})).status).toBe(303)
})

test('a guest who is there stays, whoever else is left out', async () => {
  const { database } = site
  const entry = await anEntry(database, network, boss, 'facilitator')
  const id = await aMeeting(database, entry, { guests: 2 })
  await post(site, path(id, '/registration'), member, { guests: ['Ana', 'Bea'] })
  await database.asOwner(
    `update registration set present = true, arrived_at = now(), checked_by = 'list' where name = 'Ana'`,
  )
  await post(site, path(id, '/registration'), member, { guests: [] })
  expect((await rows(id)).map(({ state }) => state)).toEqual(['registered', 'registered', 'withdrawn'])
})

test('the guests who wait are named, and the notice says that not everyone has a place', async () => {
  const { database } = site
  const entry = await anEntry(database, network, boss, 'facilitator')
  const id = await aMeeting(database, entry, { capacity: 2, guests: 2 })
  const answer = await post(site, path(id, '/registration'), member, { guests: ['Ana', 'Bea'] })
  const location = answer.headers.get('location') ?? ''
  expect(location).toContain('done=meeting-guests-waiting')
  const page = await (await see(site, location, member)).text()
  expect(page).toContain('Il n’y a pas encore de place pour toutes les personnes que vous amenez')
  expect(page).toMatch(/sur la liste d’attente\s: Bea\./)
  expect(page).toContain(change)
  const alone = await post(site, path(id, '/registration'), member, { guests: ['Ana'] })
  expect(alone.headers.get('location')).toContain('done=meeting-registered')
})

test('nobody looks for a host of a meeting that is cancelled', async () => {
  const { database } = site
  const id = await aHeldMeeting(database, network, { from: 600, visibility: 'network' })
  await database.asOwner(`update meeting set host_state = 'sought' where id = $1`, [id])
  const said = async () =>
    Promise.all(
      [path(id), `/fr/${network.slug}/meetings`].map(async place =>
        (await (await see(site, place, member)).text()).includes('Un hôte est cherché'),
      ),
    )
  expect(await said()).toEqual([true, true])
  await database.asOwner(`update meeting set state = 'cancelled' where id = $1`, [id])
  expect(await said()).toEqual([false, false])
})
