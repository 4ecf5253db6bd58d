import { afterAll, beforeAll, expect, test } from 'vitest'
import { anEdition, aSeries, atMeeting, mailOf, submit } from '#modules/afterworks/afterworks.fixture.ts'
import { askOpinions } from '#modules/afterworks/satisfaction-asking.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let facilitator: TestPerson
let ana: TestPerson
let ben: TestPerson
let stranger: TestPerson
let meeting: string
let visitor: string

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  network = await aNetwork(database, { slug: 'reseau' })
  stranger = await aPerson(database, await aNetwork(database, { slug: 'ailleurs' }), 'administrator')
  facilitator = await aPerson(database, network, 'facilitator')
  ana = await aPerson(database, network, 'member')
  ben = await aPerson(database, network, 'member')
  const series = await aSeries(database, await anEntry(database, network, facilitator, 'facilitator'), {})
  meeting = await anEdition(database, network, series, -2)
  await atMeeting(database, network, meeting, { personId: ana.personId })
  await atMeeting(database, network, meeting, { personId: ben.personId, present: false })
  visitor = await atMeeting(database, network, meeting, { written: 'Fonderie' })
  await database.asOwner(
    `update registration set name = 'Vera', email = 'vera@exemple.org', token = $2 where id = $1`,
    [visitor, token],
  )
})

afterAll(() => site.close())

const token = 'v'.repeat(32)
const path = () => `/fr/reseau/meetings/${meeting}/satisfaction`

test('those who came are asked once, whoever does it; who is marked later is asked then', async () => {
  const { db } = site.database
  // Nine in the morning is past where it was held.
  const now = new Date()
  now.setUTCHours(14)
  const asked = await Promise.all([askOpinions(db, now), askOpinions(db, now), askOpinions(db, now)])
  expect(asked.reduce((sum, one) => sum + one, 0)).toBe(2)
  const told = await mailOf(site.database, network)
  // Whoever of the three was first: in no order.
  expect(told.map(one => [one.template, one.address]).sort()).toEqual([
    ['afterwork-opinion', 'vera@exemple.org'],
    ['afterwork-satisfaction', ana.email],
  ])
  expect(told.find(({ address }) => address === ana.email)?.params.url).toBe(
    `https://cordee.example${path()}`,
  )
  await site.database.asOwner('update registration set present = true where person_id = $1', [ben.personId])
  expect(await askOpinions(db, now)).toBe(1)
  expect(await askOpinions(db, now)).toBe(0)
  await site.database.asOwner('update registration set present = false where person_id = $1', [ben.personId])
})

test('who came says what they think; the others read sums, those who run it who wrote what', async () => {
  expect((await site.get(path())).status).toBe(401)
  expect((await site.get(path(), { cookie: stranger.cookie })).status).toBe(403)
  const opinion = { rating: '4', again: 'yes', liked: 'Les tables rondes', better: 'Le son' }
  expect((await submit(site, path(), opinion, ben.cookie)).status).toBe(422)
  expect((await submit(site, path(), { ...opinion, rating: '' }, ana.cookie)).status).toBe(422)
  expect((await submit(site, path(), { ...opinion, rating: '5' }, ana.cookie)).status).toBe(303)
  // Said again, it takes the place of what was said before.
  expect((await submit(site, path(), opinion, ana.cookie)).status).toBe(303)
  const seen = async (who: TestPerson) => (await site.get(path(), { cookie: who.cookie })).text()
  const [own, other, run] = [await seen(ana), await seen(ben), await seen(facilitator)]
  for (const html of [own, other, run]) expect(html).toContain('4 sur 5 en moyenne')
  expect(own).toContain('n’est pas anonyme')
  expect(own).toContain('Les tables rondes')
  expect(other).not.toContain('Les tables rondes')
  expect(other).not.toContain(ana.name)
  expect(run).toContain('Les tables rondes')
  expect(run).toContain(ana.name)
})

test('a visitor says it by the link of their registration, and nobody by another', async () => {
  const [mail] = await site.database.asOwner<{ url: string }>(
    `select secrets ->> 'url' as url from mail_message where template = 'afterwork-opinion'`,
  )
  const address = `/fr/reseau/registration/${token}/opinion`
  expect(mail?.url).toBe(`https://cordee.example${address}`)
  expect((await site.get(`/fr/reseau/registration/${'w'.repeat(32)}/opinion`)).status).toBe(404)
  expect(await (await site.get(`/fr/reseau/registration/${token}`)).text()).toContain(`href="${address}"`)
  expect((await submit(site, address, { rating: '' })).status).toBe(422)
  const said = { rating: '5', again: 'yes', liked: 'La vue', better: '' }
  expect((await submit(site, address, said)).status).toBe(303)
  expect(await (await site.get(address)).text()).toContain('La vue')
  const run = await (await site.get(path(), { cookie: facilitator.cookie })).text()
  expect(run).toContain('Vera')
  await site.database.asOwner('update registration set present = false where id = $1', [visitor])
  expect((await submit(site, address, said)).status).toBe(422)
})
