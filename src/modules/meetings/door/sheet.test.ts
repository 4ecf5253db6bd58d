import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'
import { aHeldMeeting, aRegistration, presencesIn } from './day.fixture.ts'

let site: TestApp
let network: TestNetwork
let facilitator: TestPerson
let member: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database)
  facilitator = await aPerson(site.database, network, 'facilitator')
  member = await aPerson(site.database, network, 'member')
})

afterAll(() => site.close())

const get = (path: string, person?: TestPerson) =>
  site.get(`/fr/${network.slug}${path}`, person && { cookie: person.cookie })

const post = (path: string, fields: [string, string][], person?: TestPerson) =>
  site.app.request(`/fr/${network.slug}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: {
      accept: 'text/html',
      'sec-fetch-site': 'same-origin',
      ...(person && { cookie: person.cookie }),
    },
  })

/** Of a whole day, last year: two half-days. */
async function aDay() {
  const startsAt = '2025-09-16T07:00:00Z'
  const meeting = await aHeldMeeting(site.database, network, { startsAt, endsAt: '2025-09-16T15:00:00Z' })
  const [zoe, luc] = [
    await aRegistration(site.database, network, meeting, { name: 'Zoé Martin' }),
    await aRegistration(site.database, network, meeting, { name: 'Luc Petit' }),
  ]
  return { meeting, zoe: zoe.id, luc: luc.id }
}

test('the sheet has a numbered line for each, a column for each half-day, and empty lines', async () => {
  const { meeting } = await aDay()
  const path = `/meetings/${meeting}/sheet`
  expect((await get(path)).status).toBe(401)
  expect((await get(path, member)).status).toBe(403)
  const page = await (await get(path, facilitator)).text()
  expect(page.match(/<th scope="col">(?:Matin|Après-midi)<\/th>/g)).toHaveLength(2)
  expect(page.indexOf('Luc Petit')).toBeLessThan(page.indexOf('Zoé Martin'))
  expect(page.match(/class="blank"/g)).toHaveLength(8)
  const pdf = await get(`${path}/export/sheet.pdf`, facilitator)
  expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf'])
  expect(
    Buffer.from(await pdf.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-')
  expect((await get(`${path}/export/sheet.pdf`, member)).status).toBe(403)
  expect((await get(`${path}/export/other.pdf`, facilitator)).status).toBe(404)
})

test('typed back in: who signed for what, when, and who was not on it', async () => {
  const { meeting, zoe, luc } = await aDay()
  const path = `/meetings/${meeting}/sheet/entry`
  const sheet: [string, string][] = [
    ['line', luc],
    ['line', zoe],
    ['signed', `${zoe}:0`],
    [`time-${zoe}`, '9h12'],
    [`time-${luc}`, ''],
    ['walk-in-name-0', 'Nadia Ben'],
    ['walk-in-organisation-0', 'Sel & Co'],
  ]
  expect((await post(path, sheet)).status).toBe(401)
  expect((await post(path, sheet, member)).status).toBe(403)
  expect((await post(path, sheet, facilitator)).status).toBe(303)
  expect(await presencesIn(site.database, network, meeting)).toMatchObject([
    {
      name: 'Zoé Martin',
      present: true,
      checked_by: 'sheet',
      half_days: [0],
      attended_minutes: 240,
      arrived_at: new Date('2025-09-16T07:12:00Z'),
    },
    { name: 'Luc Petit', present: false, half_days: null, attended_minutes: null },
    // When she came the sheet does not say.
    { name: 'Nadia Ben', present: true, checked_by: 'sheet', arrived_at: null },
  ])
  // What is kept comes back, to be put right.
  const page = await (await get(path, facilitator)).text()
  expect(page).toMatch(new RegExp(`value="${zoe}:0"[^>]*checked`))
  expect(page).not.toMatch(new RegExp(`value="${zoe}:1"[^>]*checked`))
})

test('what cannot be read keeps nothing and comes back', async () => {
  const { meeting, zoe } = await aDay()
  const path = `/meetings/${meeting}/sheet/entry`
  const answer = await post(
    path,
    [
      ['line', zoe],
      ['signed', `${zoe}:0`],
      [`time-${zoe}`, 'midi'],
      ['walk-in-organisation-0', 'Sans nom'],
    ],
    facilitator,
  )
  const page = await answer.text()
  expect(answer.status).toBe(422)
  expect(page).toContain('value="midi"')
  expect(page).toContain('value="Sans nom"')
  expect(page).toContain('Écrivez une heure comme 09:15.')
  expect((await presencesIn(site.database, network, meeting)).map(({ present }) => present)).toEqual([
    null,
    null,
  ])
})

test('who comes by video has no line to sign, and is not said to be absent by a sheet they were not on', async () => {
  const { meeting, zoe, luc } = await aDay()
  await aRegistration(site.database, network, meeting, { name: 'Aya Loin', attends: 'video', present: true })
  const read = async (path: string) => (await get(`/meetings/${meeting}/${path}`, facilitator)).text()
  expect(await read('sheet')).not.toContain('Aya Loin')
  expect(await read('sheet/entry')).not.toContain('Aya Loin')
  const sheet: [string, string][] = [
    ['line', luc],
    ['line', zoe],
    ['signed', `${zoe}:0`],
  ]
  expect((await post(`/meetings/${meeting}/sheet/entry`, sheet, facilitator)).status).toBe(303)
  const kept = await presencesIn(site.database, network, meeting)
  expect(kept.map(({ name, present }) => [name, present])).toEqual([
    ['Zoé Martin', true],
    ['Luc Petit', false],
    ['Aya Loin', true],
  ])
  // Only by video, all of them are on it: there is no other.
  await site.database.asOwner(`update meeting set place = '', address = '' where id = $1`, [meeting])
  expect(await read('sheet')).toContain('Aya Loin')
})
