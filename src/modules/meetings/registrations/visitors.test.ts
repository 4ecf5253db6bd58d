import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { aMeeting, forgetMail, mailOf, origin } from '#modules/meetings/meetings.fixture.ts'
import { remind } from '#modules/meetings/reminders-job.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let person: TestPerson
let facilitator: Entry

beforeAll(async () => {
  site = await testApp()
})

beforeEach(async () => {
  network = await aNetwork(site.database)
  person = await aPerson(site.database, network, 'facilitator')
  facilitator = await anEntry(site.database, network, person, 'facilitator')
  await forgetMail(site.database)
})

afterAll(() => site.close())

test('a visitor comes by a link in a mail, and goes by the link of the next', async () => {
  const id = await aMeeting(site.database, facilitator, { visibility: 'public', capacity: 1 })
  expect((await visiting(id, { email: 'Nadia@Exemple.org', organisationName: 'Les Toits' })).status).toBe(303)
  // Nothing counts yet, and whoever only looks at the link has taken nothing.
  expect(await states(id)).toEqual([])
  const confirmation = await lastUrl('nadia@exemple.org')
  expect((await site.get(confirmation)).status).toBe(200)
  expect(await states(id)).toEqual([])
  const confirmed = await post(confirmation)
  expect(confirmed.status).toBe(303)
  expect(await states(id)).toEqual(['registered'])
  expect((await post(confirmation)).status).toBe(404)

  await comes(id, 'omar@exemple.org')
  expect(await states(id)).toEqual(['registered', 'waiting'])
  const own = await lastUrl('nadia@exemple.org')
  expect(await (await site.get(own)).text()).toContain('Rencontre du printemps')
  expect((await post(`${own}/removal`)).status).toBe(303)
  expect((await post(`${own}/removal`)).status).toBe(303)
  expect(await states(id)).toEqual(['withdrawn', 'registered'])
  const told = (await mailOf(site.database, network)).map(({ address, template }) => `${address} ${template}`)
  expect(told.slice(-2).sort()).toEqual([
    'nadia@exemple.org meeting-withdrawn',
    'omar@exemple.org meeting-moved-up',
  ])
})

test('by their link visitors change what they said, by the rules of registration', async () => {
  const id = await aMeeting(site.database, facilitator, {
    ...{ visibility: 'public', capacity: 2, guests: 1, photos: true },
  })
  await comes(id, 'nadia@exemple.org', { accessNeeds: 'Fauteuil', photoConsent: 'yes' })
  await comes(id, 'omar@exemple.org', { name: 'Omar', photoConsent: 'no' })
  const own = await lastUrl('nadia@exemple.org')
  const shown = await (await site.get(own)).text()
  expect(shown).toContain('value="Nadia Belkacem"')
  expect(shown).toContain('Fauteuil')
  const said = { name: 'Nadia B.', accessNeeds: 'Rampe', photoConsent: 'no', guests: 'Ana' }
  const rows = () =>
    site.database.asOwner(
      `select name, state, access_needs as needs, photo_consent as photos from registration
       where meeting_id = $1 order by number`,
      [id],
    )
  const omar = { name: 'Omar', state: 'registered', needs: '', photos: false }
  for (const wrong of [{ name: ' ' }, { photoConsent: '' }, { accessNeeds: 'a'.repeat(1_001) }])
    expect((await post(own, { ...said, ...wrong })).status).toBe(422)
  const many = await postGuests(own, said, ['Ana', 'Bea'])
  expect([many.status, await many.text()]).toEqual([422, expect.stringContaining('value="Nadia B."')])
  expect(await rows()).toEqual([
    { name: 'Nadia Belkacem', state: 'registered', needs: 'Fauteuil', photos: true },
    omar,
  ])
  const changed = await post(own, said)
  expect([changed.status, changed.headers.get('location')]).toEqual([
    303,
    expect.stringContaining('done=registration-changed'),
  ])
  // The places are taken: her guest waits, and has one once Omar stays away.
  const nadia = { name: 'Nadia B.', state: 'registered', needs: 'Rampe', photos: false }
  const ana = { name: 'Ana', needs: '', photos: null }
  expect(await rows()).toEqual([nadia, omar, { ...ana, state: 'waiting' }])
  await post(`${await lastUrl('omar@exemple.org')}/removal`)
  expect((await rows()).at(-1)).toEqual({ ...ana, state: 'registered' })
  expect((await post(`${own}x`, said)).status).toBe(404)
  await site.database.asOwner(
    `update meeting set registration_until = now() - interval '1 hour' where id = $1`,
    [id],
  )
  expect((await post(own, { ...said, name: 'Trop tard' })).status).toBe(422)
  expect(await (await site.get(own)).text()).not.toContain('name="accessNeeds"')
  await post(`${own}/removal`)
  await site.database.asOwner(`update meeting set registration_until = null where id = $1`, [id])
  expect((await post(own, { ...said, name: 'Revenue' })).status).toBe(422)
  expect((await rows()).slice(0, 1)).toEqual([{ ...nadia, state: 'withdrawn' }])
})

test('somebody of the network who came by the link is called as they are there', async () => {
  const id = await aMeeting(site.database, facilitator, { visibility: 'public' })
  const known = await aPerson(site.database, network, 'member', { name: 'Zoé Connue' })
  await comes(id, known.email)
  const [row] = await site.database.asOwner<{ token: string }>(
    'select token from registration where meeting_id = $1',
    [id],
  )
  const own = `/fr/${network.slug}/registration/${row?.token}`
  expect(await (await site.get(own)).text()).not.toContain('name="name"')
  expect((await post(own, { name: 'Autre', accessNeeds: 'Boucle' })).status).toBe(303)
  const [after] = await site.database.asOwner(
    'select name, access_needs from registration where meeting_id = $1',
    [id],
  )
  // As it was written when they came: nobody reads it of a person.
  expect(after).toEqual({ name: 'Nadia Belkacem', access_needs: 'Boucle' })
})

test('what is answered tells nobody who is known: only the mail does', async () => {
  const id = await aMeeting(site.database, facilitator, { visibility: 'public' })
  const known = await aPerson(site.database, network, 'member')
  const answers = []
  for (const email of [known.email, 'inconnue@exemple.org', known.email]) {
    const response = await visiting(id, { email })
    const shown = await site.get(response.headers.get('location') ?? '')
    answers.push(
      `${response.status} ${shown.status} ${(await shown.text()).includes('Regardez vos messages')}`,
    )
  }
  expect(new Set(answers)).toEqual(new Set(['303 200 true']))
  // By the link the address is proven: they are who they are in the network.
  await post(await lastUrl(known.email))
  const [row] = await site.database.asOwner<{ person_id: string }>(
    'select person_id from registration where meeting_id = $1',
    [id],
  )
  expect(row?.person_id).toBe(known.personId)
  // Asking again, and confirming again, changes nothing.
  await comes(id, known.email)
  expect(await states(id)).toEqual(['registered'])
})

test('a form that is not right comes back with what was typed', async () => {
  const id = await aMeeting(site.database, facilitator, { visibility: 'public', guests: 1, photos: true })
  const response = await visiting(id, { email: 'pas une adresse', name: 'Zoé <script>', guests: 'Ana' })
  expect(response.status).toBe(422)
  const text = await response.text()
  expect(text).toContain('Zoé &lt;script')
  expect(text).toContain('value="Ana"')
  expect(text).toContain('Une adresse s’écrit comme nom@exemple.org.')
  // Pictures are asked about: no answer is no yes.
  expect((await visiting(id, { email: 'a@exemple.org' })).status).toBe(422)
  expect((await visiting(id, { email: 'a@exemple.org', photoConsent: 'no' })).status).toBe(303)
})

test('meetings that are not public take no visitors, nor do those that are closed', async () => {
  const inner = await aMeeting(site.database, facilitator)
  expect((await visiting(inner, { email: 'a@exemple.org' })).status).toBe(404)
  const hidden = await aNetwork(site.database, { visibility: 'private' })
  const boss = await aPerson(site.database, hidden, 'facilitator')
  const open = await aMeeting(site.database, await anEntry(site.database, hidden, boss, 'facilitator'), {
    visibility: 'public',
  })
  expect((await site.get(`/fr/${hidden.slug}/meetings/${open}/visit`)).status).toBe(404)
  const over = await aMeeting(site.database, facilitator, { visibility: 'public' })
  await site.database.asOwner(
    `update meeting set starts_at = now() - interval '3 hours', ends_at = now() - interval '2 hours' where id = $1`,
    [over],
  )
  const response = await visiting(over, { email: 'a@exemple.org' })
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('La rencontre est passée.')
})

test('whoever asks too often is asked to wait', async () => {
  const limited = await testApp({ env: { RATE_LIMIT: '1' }, database: site.database })
  const id = await aMeeting(site.database, facilitator, { visibility: 'public' })
  const statuses = []
  for (let count = 0; count < 6; count++)
    statuses.push((await visiting(id, { email: 'toujours@exemple.org' }, limited)).status)
  await limited.close()
  expect(statuses).toEqual([303, 303, 303, 303, 303, 429])
})

test('the day before, whoever comes is reminded, once; and again if it was moved', async () => {
  const id = await aMeeting(site.database, facilitator, { visibility: 'public', capacity: 1 })
  await comes(id, 'nadia@exemple.org')
  await comes(id, 'omar@exemple.org')
  await site.database.asOwner(
    `update meeting set starts_at = now() + interval '20 hours', ends_at = now() + interval '22 hours' where id = $1`,
    [id],
  )
  await site.database.asOwner(`update registration set created_at = now() - interval '3 days'`)
  await forgetMail(site.database)
  const { db } = site.database
  await Promise.all([remind(db, new Date()), remind(db, new Date())])
  await remind(db, new Date())
  const reminded = async () =>
    (await mailOf(site.database, network)).map(({ address, template }) => `${address} ${template}`)
  expect(await reminded()).toEqual(['nadia@exemple.org meeting-reminder'])
  await site.database.asOwner('update meeting set sequence = 1 where id = $1', [id])
  await remind(db, new Date())
  expect(await reminded()).toHaveLength(2)
})

test('needs are forgotten a month after, and so is what nobody confirmed', async () => {
  const id = await aMeeting(site.database, facilitator, { visibility: 'public' })
  await visiting(id, { email: 'jamais@exemple.org' })
  await comes(id, 'nadia@exemple.org', { accessNeeds: 'Fauteuil roulant' })
  const needs = () =>
    site.database.asOwner<{ access_needs: string }>(
      `select access_needs from registration where meeting_id = $1`,
      [id],
    )
  expect((await needs())[0]?.access_needs).toBe('Fauteuil roulant')
  await remind(site.database.db, new Date(Date.now() + 62 * 86_400_000))
  expect((await needs())[0]?.access_needs).toBe('')
  expect(
    await site.database.asOwner('select 1 from registration_request where meeting_id = $1', [id]),
  ).toEqual([])
})

async function comes(id: string, email: string, fields: Record<string, string> = {}): Promise<void> {
  await visiting(id, { email, ...fields })
  await post(await lastUrl(email))
}

function visiting(id: string, fields: Record<string, string>, by: TestApp = site): Promise<Response> {
  return post(`/fr/${network.slug}/meetings/${id}/visit`, { name: 'Nadia Belkacem', ...fields }, by)
}

function postGuests(path: string, fields: Record<string, string>, guests: string[]): Promise<Response> {
  const { guests: _, ...others } = fields
  return post(path, [...Object.entries(others), ...guests.map(name => ['guests', name])])
}

async function post(
  path: string,
  fields: Record<string, string> | string[][] = {},
  by: TestApp = site,
): Promise<Response> {
  return by.app.request(path, {
    method: 'POST',
    headers: {
      accept: 'text/html',
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    },
    body: new URLSearchParams(fields).toString(),
  })
}

/** Where the last mail to an address leads. */
async function lastUrl(email: string): Promise<string> {
  const mails = (await mailOf(site.database, network)).filter(({ address }) => address === email)
  return (mails.at(-1)?.secrets?.url ?? '').replace(origin, '')
}

async function states(id: string): Promise<string[]> {
  const rows = await site.database.asOwner<{ state: string }>(
    'select state from registration where meeting_id = $1 order by number',
    [id],
  )
  return rows.map(({ state }) => state)
}
