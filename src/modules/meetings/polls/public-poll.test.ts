import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'
import { dayAhead, lettersTo, placeOf, post, see } from './polls.fixture.ts'

let site: TestApp
let open: TestNetwork
let runs: TestPerson
let poll: string

const described = {
  title: 'Atelier calculs',
  minutes: '120',
  timeZone: 'Europe/Paris',
  openAnswers: 'on',
  closesOn: dayAhead(10),
}

beforeAll(async () => {
  site = await testApp()
  open = await aNetwork(site.database, { slug: 'ouvert' })
  runs = await aPerson(site.database, open, 'facilitator', { name: 'Aïcha Anime' })
  poll = await aPoll('public')
})

afterAll(() => site.close())

async function aPoll(visibility: string): Promise<string> {
  const dates = { day: [dayAhead(20), dayAhead(21)], time: ['18:00', '18:00'] }
  return placeOf(await post(site, '/fr/ouvert/date-polls', runs, { ...described, ...dates, visibility }))
}

/** Of its first date. */
async function optionOf(address: string): Promise<string> {
  const [row] = await site.database.asOwner<{ id: string }>(
    'select id from date_option where poll_id = $1 order by starts_at limit 1',
    [address.split('/').at(-1)],
  )
  return row?.id ?? ''
}

test('is answered without an account, found again by the link of a mail, and by nothing else', async () => {
  const option = await optionOf(poll)
  await post(site, `${poll}/answer`, runs, { [`vote-${option}`]: 'yes' })
  expect((await see(site, poll, null)).status).toBe(200)
  expect((await see(site, '/fr/ouvert/date-polls', null)).status).toBe(401)
  const given = { name: 'Visiteuse', email: 'Visite@exemple.org', [`vote-${option}`]: 'yes' }
  const answered = await post(site, `${poll}/answer`, null, given)
  expect(answered.status).toBe(303)
  const own = placeOf(answered)
  expect(own).toMatch(/\?answer=[\w-]{32}$/)
  const seen = await (await see(site, own, null)).text()
  expect(seen).toContain('value="Visiteuse"')
  // Of the public nobody learns who of the network answered.
  expect(seen).not.toContain('Aïcha Anime')
  expect(await (await see(site, poll, null)).text()).not.toContain('Visiteuse')
  const [letter] = await lettersTo(site, open, 'visite@exemple.org')
  expect(letter?.template).toBe('date-poll-answer')
  const changed = await post(site, own.replace('?', '/answer?'), null, {
    name: 'Visiteuse',
    [`vote-${option}`]: 'no',
  })
  expect(changed.status).toBe(303)
  const stolen = await post(site, `${poll}/answer`, null, { ...given, name: 'Autre' })
  expect(stolen.status).toBe(422)
  expect(await stolen.text()).toContain('Une réponse existe déjà pour cette adresse')
  const [{ name, vote: kept } = { name: '', vote: '' }] = await site.database.asOwner<{
    name: string
    vote: string
  }>(
    `select answer.name, vote.vote from date_answer answer
     join date_vote vote on vote.answer_id = answer.id where answer.email = 'visite@exemple.org'`,
  )
  expect([name, kept]).toEqual(['Visiteuse', 'no'])
})

test('a poll of the network is not the public’s', async () => {
  const inside = await aPoll('network')
  expect((await see(site, inside, null)).status).toBe(404)
  const option = await optionOf(inside)
  const given = { name: 'X', email: 'x@exemple.org', [`vote-${option}`]: 'yes' }
  expect((await post(site, `${inside}/answer`, null, given)).status).toBe(404)
})
