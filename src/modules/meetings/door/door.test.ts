import { afterAll, beforeAll, expect, test } from 'vitest'
import { doorCode } from '#modules/meetings/door/door-code.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'
import { aHeldMeeting, aRegistration, presencesIn } from './day.fixture.ts'

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
  facilitator = await aPerson(site.database, network, 'facilitator', { name: 'Anne Faure' })
  member = await aPerson(site.database, network, 'member', { name: 'Luc Petit', email: 'luc@exemple.org' })
  stranger = await aPerson(site.database, other, 'administrator')
})

afterAll(() => site.close())

const get = (path: string, person?: TestPerson) =>
  site.get(`/fr/${network.slug}${path}`, person && { cookie: person.cookie })

function post(path: string, fields: Record<string, string>, person?: TestPerson, headers = {}) {
  return site.app.request(`/fr/${network.slug}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: {
      accept: 'text/html',
      'sec-fetch-site': 'same-origin',
      ...headers,
      ...(person && { cookie: person.cookie }),
    },
  })
}

test('the list at the door: who is expected, by whom it may be read, and no other network', async () => {
  const meeting = await aHeldMeeting(site.database, network)
  await aRegistration(site.database, network, meeting, { name: 'Zoé Martin', organisationName: 'Sel & Co' })
  await aRegistration(site.database, network, meeting, { personId: member.personId })
  await aRegistration(site.database, network, meeting, { name: 'Partie', state: 'withdrawn' })
  const path = `/meetings/${meeting}/door`
  expect((await get(path)).status).toBe(401)
  expect((await get(path, member)).status).toBe(403)
  expect((await get(path, stranger)).status).toBe(403)
  const page = await (await get(path, facilitator)).text()
  expect(page).toContain('Zoé Martin')
  expect(page).toContain('Sel &amp; Co')
  expect(page.indexOf('Luc Petit')).toBeLessThan(page.indexOf('Zoé Martin'))
  expect(page).not.toContain('Partie')
  // The same meeting is not there from another network.
  const elsewhere = await site.get(`/fr/${other.slug}${path}`, { cookie: stranger.cookie })
  expect(elsewhere.status).toBe(404)
  const found = await (await get(`${path}?q=zoe`, facilitator)).text()
  expect([found.includes('Zoé Martin'), found.includes('Luc Petit')]).toEqual([true, false])
})

test('two phones mark the same person at once: it is said once, and can be taken back', async () => {
  const meeting = await aHeldMeeting(site.database, network)
  const { id } = await aRegistration(site.database, network, meeting, { name: 'Zoé Martin' })
  const path = `/meetings/${meeting}/door/presences`
  const mark = (present: string) =>
    post(path, { registration: id, present }, facilitator, { accept: 'application/json' })
  const answers = await Promise.all([mark('yes'), mark('yes'), mark('yes')])
  const said = await Promise.all(answers.map(answer => answer.json()))
  expect(said.map(({ changed }) => changed).sort()).toEqual([false, false, true])
  expect(said[0].counts).toEqual({
    ...{ expected: 1, present: 1, absent: 0, waiting: 0 },
    ...{ listed: 1, missing: 0, unseen: 0 },
  })
  const [logged] = await site.database.asOwner<{ count: string }>(
    `select count(*) from audit_entry where network_id = $1 and subject_id = $2`,
    [network.id, meeting],
  )
  expect(Number(logged?.count)).toBe(1)
  expect((await post(path, { registration: id, present: 'unknown' }, facilitator)).status).toBe(303)
  expect((await presencesIn(site.database, network, meeting))[0]).toMatchObject({
    present: null,
    arrived_at: null,
    checked_by: null,
  })
  expect((await post(path, { registration: id, present: 'yes' })).status).toBe(401)
  expect((await post(path, { registration: id, present: 'yes' }, member)).status).toBe(403)
  const news = await (await get(path, facilitator)).json()
  expect(news).toMatchObject({ people: [{ id, present: null }], counts: { present: 0 } })
})

test('somebody of the waiting list who is let in is registered', async () => {
  const meeting = await aHeldMeeting(site.database, network, { capacity: 1 })
  const { id } = await aRegistration(site.database, network, meeting, { name: 'Zoé', state: 'waiting' })
  await post(`/meetings/${meeting}/door/presences`, { registration: id, present: 'yes' }, facilitator)
  expect(await presencesIn(site.database, network, meeting)).toMatchObject([
    { present: true, state: 'registered' },
  ])
})

test('who comes without having registered is let in, known again by their address, over the places with a warning', async () => {
  const meeting = await aHeldMeeting(site.database, network, { capacity: 1 })
  const organisation = await anOrganisation(site.database, network, 'Énergie Garonne')
  await aRegistration(site.database, network, meeting, { personId: member.personId })
  const letIn = (fields: Record<string, string>) =>
    post(`/meetings/${meeting}/door/walk-ins`, fields, facilitator)
  const first = await letIn({ name: 'Nadia Ben', organisationName: 'energie garonne', email: '' })
  expect(first.headers.get('location')).toMatch(/done=door-let-in$/)
  const known = await letIn({ name: 'Luc', organisationName: '', email: 'LUC@exemple.org' })
  expect(known.headers.get('location')).toMatch(/done=door-let-in-over$/)
  const wrong = await letIn({ name: '', organisationName: 'X', email: 'pas une adresse' })
  expect(wrong.status).toBe(422)
  expect(await wrong.text()).toContain('pas une adresse')
  expect(await presencesIn(site.database, network, meeting)).toMatchObject([
    { name: 'Luc Petit', present: true, checked_by: 'list' },
    { name: 'Nadia Ben', present: true, checked_by: 'walk_in', organisation_id: organisation },
  ])
  // Counted as the list shows them: who came unannounced hides nobody who has not come.
  await aRegistration(site.database, network, meeting, { name: 'Zoé' })
  const door = await (await get(`/meetings/${meeting}/door`, facilitator)).text()
  const chips = ['listed', 'missing', 'present'].map(
    name => new RegExp(`<small data-count="${name}">(\\d+)<`).exec(door)?.[1],
  )
  expect(chips).toEqual(['3', '1', '2'])
  expect(door).toContain('1 personne attendue n’est pas arrivée')
})

test('a code is shown by whoever has it, and marks only in the hands of those who run the meeting', async () => {
  const meeting = await aHeldMeeting(site.database, network)
  const { code } = await aRegistration(site.database, network, meeting, { name: 'Zoé Martin' })
  const visitor = await (await get(`/check-in/${code}`)).text()
  expect(visitor).toContain('Montrez cette page à l’accueil')
  expect(visitor).not.toContain('<button type="submit" class="button wide">')
  expect(await (await get(`/check-in/${code}`, facilitator)).text()).toContain('class="button wide"')
  // Looking changed nothing.
  expect(await presencesIn(site.database, network, meeting)).toMatchObject([{ present: null }])
  expect((await post(`/check-in/${code}`, {})).status).toBe(401)
  expect((await post(`/check-in/${code}`, {}, member)).status).toBe(403)
  expect((await post(`/check-in/${code}`, {}, facilitator)).status).toBe(303)
  expect(await presencesIn(site.database, network, meeting)).toMatchObject([
    { present: true, checked_by: 'code' },
  ])
  expect((await get(`/check-in/${'0'.repeat(20)}`)).status).toBe(404)
  expect((await get('/check-in/x')).status).toBe(404)
  const elsewhere = await site.get(`/fr/${other.slug}/check-in/${code}`, { cookie: stranger.cookie })
  expect(elsewhere.status).toBe(404)
})

test('by the poster people say themselves that they are there: with the code of the moment, and learn nothing of others', async () => {
  const meeting = await aHeldMeeting(site.database, network)
  await aRegistration(site.database, network, meeting, { name: 'Zoé  Martin', email: 'zoe@exemple.org' })
  await aRegistration(site.database, network, meeting, { name: 'Jean Blanc' })
  await aRegistration(site.database, network, meeting, { name: 'Jean Blanc' })
  await aRegistration(site.database, network, meeting, { personId: member.personId })
  expect((await get(`/meetings/${meeting}/door/poster`, member)).status).toBe(403)
  const poster = await (await get(`/meetings/${meeting}/door/poster`, facilitator)).text()
  const code = doorCode(site.services.secret, meeting, new Date())
  expect(poster).toContain(`${code.slice(0, 3)} ${code.slice(3)}`)
  const [{ door_key: key = '' } = {}] = await site.database.asOwner<{ door_key: string }>(
    'select door_key from meeting where id = $1',
    [meeting],
  )
  const arrive = async (fields: Record<string, string>, person?: TestPerson) => {
    const answer = await post(`/arrival/${key}`, { code, who: '', ...fields }, person)
    return [answer.status, await answer.text()] as const
  }
  const page = await (await get(`/arrival/${key}?code=${code}`)).text()
  expect(page).toContain(`value="${code}"`)
  expect(page).not.toContain('Zoé')
  expect((await arrive({ code: '000000', who: 'zoe@exemple.org' }))[0]).toBe(422)
  expect((await arrive({ who: 'inconnue@exemple.org' }))[1]).toContain(
    'Aucune inscription à ce nom ni à cette adresse',
  )
  expect((await arrive({ who: 'jean blanc' }))[1]).toContain('Plusieurs personnes')
  expect((await arrive({ who: 'ZOE MARTIN' }))[1]).toContain('Bienvenue')
  expect((await arrive({ who: 'zoe@exemple.org' }))[1]).toContain('était déjà notée')
  expect((await arrive({ self: 'on' }, member))[0]).toBe(200)
  const kept = await presencesIn(site.database, network, meeting)
  expect(kept.map(({ present }) => present)).toEqual([true, null, null, true])
})

test('the poster works around the meeting alone, also in a network that is private', async () => {
  const tomorrow = await aHeldMeeting(site.database, other, { from: 24 * 60 })
  const now = await aHeldMeeting(site.database, other)
  const keys = await site.database.asOwner<{ door_key: string }>(
    'select door_key from meeting where id = any($1) order by starts_at',
    [[now, tomorrow]],
  )
  const [open = '', closed = ''] = keys.map(({ door_key }) => door_key)
  expect(await (await site.get(`/fr/${other.slug}/arrival/${open}`)).text()).toContain('name="who"')
  expect(await (await site.get(`/fr/${other.slug}/arrival/${closed}`)).text()).not.toContain('name="who"')
  const late = await site.app.request(`/fr/${other.slug}/arrival/${closed}`, {
    method: 'POST',
    body: new URLSearchParams({ code: doorCode(site.services.secret, tomorrow, new Date()), who: 'x@y.fr' }),
    headers: { 'sec-fetch-site': 'same-origin' },
  })
  expect(late.status).toBe(422)
  expect((await get(`/arrival/${open}`)).status).toBe(404)
})

test('closed, those who were expected and not seen did not come; it can be put right', async () => {
  const meeting = await aHeldMeeting(site.database, network)
  const absent = await aRegistration(site.database, network, meeting, { name: 'Zoé' })
  await aRegistration(site.database, network, meeting, { name: 'Luc', present: true })
  await aRegistration(site.database, network, meeting, { name: 'Attend', state: 'waiting' })
  const future = await aHeldMeeting(site.database, network, { from: 600 })
  expect((await post(`/meetings/${meeting}/closure`, {}, member)).status).toBe(403)
  expect((await post(`/meetings/${future}/closure`, {}, facilitator)).status).toBe(422)
  expect((await post(`/meetings/${meeting}/closure`, {}, facilitator)).status).toBe(303)
  expect((await post(`/meetings/${meeting}/closure`, {}, facilitator)).status).toBe(303)
  const kept = await presencesIn(site.database, network, meeting)
  expect(kept.map(({ name, present }) => [name, present])).toEqual([
    ['Zoé', false],
    ['Luc', true],
    ['Attend', null],
  ])
  await post(`/meetings/${meeting}/door/presences`, { registration: absent.id, present: 'yes' }, facilitator)
  expect((await presencesIn(site.database, network, meeting))[0]?.present).toBe(true)
})

test('nobody is marked at a meeting that was called off', async () => {
  const meeting = await aHeldMeeting(site.database, network, { state: 'cancelled' })
  const { id } = await aRegistration(site.database, network, meeting, { name: 'Zoé' })
  const answer = await post(
    `/meetings/${meeting}/door/presences`,
    { registration: id, present: 'yes' },
    facilitator,
  )
  expect(answer.status).toBe(409)
})
