import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import type { Scope } from '#http/policies.ts'
import { issueToken } from '#modules/network/index.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'
import { aGroupOf, dayAhead } from '../polls/polls.fixture.ts'

let site: TestApp
let club: TestNetwork
let group: string
let runs: TestPerson
let member: TestPerson
const keys: Record<string, string> = {}

const everything: Scope[] = ['meetings:read', 'meetings:take-part', 'meetings:run']

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  club = await aNetwork(database, { slug: 'club', visibility: 'private' })
  runs = await aPerson(database, club, 'member', { name: 'Nadia Anime' })
  member = await aPerson(database, club, 'member', { name: 'Paul Garance' })
  group = await aGroupOf(site, club, [runs, member])
  const elsewhere = await aNetwork(database)
  const stranger = await aPerson(database, elsewhere, 'administrator')
  const keyOf = (network: TestNetwork, accountId: string, scopes: Scope[]) =>
    inTenant(database.db, { ...network.inside, accountId }, async trx => {
      const { secret } = await issueToken(trx, network.id, { name: 'Test', scopes, days: 1, accountId })
      return secret
    })
  keys.runs = await keyOf(club, runs.accountId, everything)
  keys.member = await keyOf(club, member.accountId, everything)
  keys.stranger = await keyOf(elsewhere, stranger.accountId, everything)
  keys.reads = await keyOf(club, runs.accountId, ['meetings:read'])
})

afterAll(() => site.close())

async function ask(key: string | null, method: string, path: string, body?: unknown) {
  const headers: Record<string, string> = {
    ...(key && { authorization: `Bearer ${keys[key]}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  const response = await site.app.request(`/api/networks/club/${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text ? JSON.parse(text) : null }
}

const moment = (days: number) => `${dayAhead(days)}T17:00:00Z`

const poll = () => ({
  groupId: group,
  title: 'Atelier',
  timeZone: 'Africa/Abidjan',
  minutes: 60,
  visibility: 'group',
  closesAt: moment(5),
  options: [moment(10), moment(11)],
})

const series = () => ({
  groupId: group,
  title: 'Permanence',
  visibility: 'group',
  startsOn: dayAhead(10),
  from: '18:00',
  to: '19:00',
  repeats: 'month',
  by: 'weekday',
  times: 3,
})

test('a programme opens a poll, people answer with their keys, one date becomes a meeting', async () => {
  const made = await ask('runs', 'POST', 'date-polls', poll())
  expect(made.status).toBe(201)
  const path = `date-polls/${made.json.id}`
  const before = await ask('member', 'GET', path)
  expect(before.json.options).toHaveLength(2)
  const [first, second] = before.json.options
  const votes = { [first.id]: 'no', [second.id]: 'yes' }
  expect((await ask('member', 'PUT', `${path}/answer`, { votes, remark: '' })).status).toBe(204)
  const after = await ask('runs', 'GET', path)
  expect(after.json.options.map((one: { standing: { rank: number } }) => one.standing.rank)).toEqual([2, 1])
  expect(after.json.answers).toEqual([
    { person: member.personId, name: 'Paul Garance', organisation: null, remark: '', votes },
  ])
  const listed = await ask('member', 'GET', 'date-polls')
  expect(listed.json.polls[0]).toMatchObject({ id: made.json.id, answered: true, answers: 1, options: 2 })
  expect((await ask('member', 'POST', `${path}/choice`, { option: second.id })).status).toBe(403)
  const chosen = await ask('runs', 'POST', `${path}/choice`, { option: second.id })
  expect(chosen.status).toBe(201)
  expect((await ask('runs', 'GET', path)).json).toMatchObject({
    state: 'settled',
    meeting: chosen.json.meeting,
  })
  expect((await ask('runs', 'POST', `${path}/cancellation`)).status).toBe(422)
})

test('a programme makes, changes and ends a series, and sees first what would become of it', async () => {
  const preview = await ask('runs', 'POST', 'series?preview=true', series())
  expect(preview.status).toBe(200)
  expect(preview.json.dates).toHaveLength(3)
  const made = await ask('runs', 'POST', 'series', series())
  expect(made.status).toBe(201)
  const path = `series/${made.json.id}`
  const whole = await ask('member', 'GET', path)
  expect(whole.json.dates).toHaveLength(3)
  expect(whole.json.rhythm).toMatchObject({
    repeats: 'month',
    by: 'weekday',
    times: 3,
    timeZone: 'Europe/Paris',
  })
  expect((await ask('member', 'POST', `${path}/registration`, {})).json).toEqual({
    registered: 3,
    waiting: 0,
  })
  const change = { ...series(), from: '17:00', to: '18:00', times: 2 }
  const foreseen = await ask('runs', 'POST', `${path}/changes?preview=true`, change)
  expect(foreseen.json).toMatchObject({ stay: 2, move: [], add: [], own: [] })
  expect(foreseen.json.cancel).toHaveLength(1)
  expect((await ask('runs', 'POST', `${path}/changes`, change)).status).toBe(200)
  expect((await ask('runs', 'POST', `${path}/extension`, { times: 5 })).json).toEqual({ added: 2 })
  expect((await ask('runs', 'POST', `${path}/end`, {})).json).toEqual({ cancelled: 4 })
  expect((await ask('member', 'GET', 'series')).json.series).toEqual([])
})

test('what is wrong is named by its field, in words', async () => {
  const endless = await ask('runs', 'POST', 'series', { ...series(), times: null })
  expect(endless.status).toBe(422)
  expect(JSON.stringify(endless.json)).toContain('until')
  const past = await ask('runs', 'POST', 'date-polls', { ...poll(), options: ['2020-01-01T10:00:00Z'] })
  expect(past.status).toBe(422)
})

test.each([
  ['GET', 'date-polls', undefined],
  ['POST', 'date-polls', poll],
  ['POST', 'series', series],
] as const)('%s %s asks for a key that may', async (method, path, body) => {
  const given = body?.()
  expect((await ask(null, method, path, given)).status).toBe(404)
  expect((await ask('stranger', method, path, given)).status).toBe(404)
  expect((await ask('reads', method, path, given)).status).toBe(403)
})
