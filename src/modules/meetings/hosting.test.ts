import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { aGroup, forgetMail, mailOf, someMeeting } from '#modules/meetings/meetings.fixture.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  type TestNetwork,
  type TestPerson,
} from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let boss: TestPerson
let member: TestPerson

beforeAll(async () => {
  site = await testApp()
})

beforeEach(async () => {
  network = await aNetwork(site.database)
  boss = await aPerson(site.database, network, 'facilitator')
  member = await aPerson(site.database, network, 'member')
  await forgetMail(site.database)
})

afterAll(() => site.close())

test('the host is asked, says yes, withdraws: all are told once and another is sought', async () => {
  const organisation = await anOrganisation(site.database, network, 'Les Toits')
  const host = await aPerson(site.database, network, 'member', {
    organisationId: organisation,
    name: 'Inès Hôte',
  })
  const created = await post('meetings', boss, {
    ...{ ...someMeeting(), place: 'Les Toits, 2e étage' },
    hostPerson: 'ines hote',
    hostOrganisation: 'les toits',
  })
  const page = (created.headers.get('location') ?? '').split('?')[0] ?? ''
  expect(await (await site.get(page, { cookie: host.cookie })).text()).toContain('Oui, nous accueillons')
  expect((await submit(`${page}/host`, member, { answer: 'confirmed' })).status).toBe(403)
  await submit(`${page}/host`, host, { answer: 'confirmed' })
  await submit(`${page}/registration`, member, {})
  await forgetMail(site.database)
  expect((await submit(`${page}/host`, host, { answer: 'withdrew' })).status).toBe(303)
  expect((await submit(`${page}/host`, host, { answer: 'withdrew' })).status).toBe(403)
  const told = (await mailOf(site.database, network)).map(({ address, template }) => `${address} ${template}`)
  expect(told.sort()).toEqual(
    [
      `${boss.email} meeting-host-withdrew`,
      `${host.email} meeting-hosting-ended`,
      `${member.email} meeting-host-sought`,
    ].sort(),
  )
  const text = await (await site.get(page, { cookie: member.cookie })).text()
  expect(text).toContain('Un hôte est cherché')
  expect(text).not.toContain('Inès Hôte')
  expect(text).not.toContain('2e étage')
  expect((await post('meetings', boss, { ...someMeeting(), hostPerson: 'Personne d’ici' })).status).toBe(422)
})

test('a place that is not the host’s stays when they withdraw, and all are told so; theirs goes', async () => {
  const organisation = await anOrganisation(site.database, network, 'Les Bois')
  await site.database.asOwner(
    `update organisation set address = '3, rue du Pont', latitude = 43.6, longitude = 1.4 where id = $1`,
    [organisation],
  )
  const host = await aPerson(site.database, network, 'member', {
    organisationId: organisation,
    name: 'Éva Roux',
  })
  const withdrawn = async (fields: Partial<Record<string, string>>) => {
    const made = await post('meetings', boss, { ...someMeeting(), hostPerson: 'Éva Roux', ...fields })
    const page = (made.headers.get('location') ?? '').split('?')[0] ?? ''
    expect(await (await site.get(page, { cookie: host.cookie })).text()).toContain('tout autre lieu reste')
    await submit(`${page}/registration`, member, {})
    await forgetMail(site.database)
    await submit(`${page}/host`, host, { answer: 'withdrew' })
    const [row] = await site.database.asOwner<{ place: string; address: string; latitude: number | null }>(
      'select place, address, latitude from meeting where id = $1',
      [page.split('/').at(-1)],
    )
    const told = (await mailOf(site.database, network)).map(({ params }) => [params.placeGoes, params.where])
    return { ...row, told: told.map(String) }
  }
  const where = 'La Bouillonnante, 12 rue des Filatiers, Toulouse'
  expect(await withdrawn({})).toEqual({
    ...{ place: 'La Bouillonnante', address: '12 rue des Filatiers, Toulouse', latitude: null },
    told: [`false,${where}`, `false,${where}`],
  })
  for (const theirs of [
    { place: 'Chez EVA', address: '' },
    { place: 'Grande salle', address: '3 rue du Pont, Albi' },
    { place: 'Salle des Bois, chez les bois', address: '' },
    { place: '', address: '', hostOrganisation: 'Les Bois' },
    { place: '', address: '' },
  ]) {
    const { told, ...left } = await withdrawn(theirs)
    expect([left, told.map(one => one.split(',')[0])]).toEqual([
      { place: '', address: '', latitude: null },
      ['true', 'true'],
    ])
  }
})

test('nobody is asked to receive a draft; its host is once it is announced', async () => {
  const host = await aPerson(site.database, network, 'member', { name: 'Ugo Hôte' })
  const asked = async () =>
    (await mailOf(site.database, network)).filter(
      ({ address, template }) => address === host.email && template === 'meeting-host-asked',
    ).length
  const fields = { ...someMeeting(), hostPerson: 'Ugo Hôte' }
  const drafted = await post('meetings', boss, { ...fields, state: 'draft' })
  const page = (drafted.headers.get('location') ?? '').split('?')[0] ?? ''
  expect(await asked()).toBe(0)
  await submit(`${page}/announcement`, boss, {})
  expect(await asked()).toBe(1)
  const another = await post('meetings', boss, { ...fields, state: 'draft' })
  const address = (another.headers.get('location') ?? '').split('?')[0] ?? ''
  await submit(`${address}/details`, boss, { ...fields, state: 'scheduled' })
  expect(await asked()).toBe(2)
  await submit(`${address}/details`, boss, { ...fields, title: 'Autrement' })
  expect(await asked()).toBe(2)
})

test('whoever made a meeting and left is told nothing of it any more: those who run the network are', async () => {
  const host = await aPerson(site.database, network, 'member', { name: 'Eva Hôte' })
  const gone = await aPerson(site.database, network, 'facilitator')
  const made = await post('meetings', gone, { ...someMeeting(), hostPerson: 'Eva Hôte' })
  const page = (made.headers.get('location') ?? '').split('?')[0] ?? ''
  await site.database.asOwner(
    `update mandate set valid_from = current_date - 9, valid_until = current_date - 1 where person_id = $1`,
    [gone.personId],
  )
  await forgetMail(site.database)
  await submit(`${page}/host`, host, { answer: 'withdrew' })
  const told = (await mailOf(site.database, network)).map(({ address }) => address)
  expect(told).toContain(boss.email)
  expect(told).not.toContain(gone.email)
})

test('who receives a meeting of a group they are not in is led on when they withdraw', async () => {
  const host = await aPerson(site.database, network, 'member', { name: 'Léo Dehors' })
  const group = await aGroup(site.database, network, [], 'group')
  const made = await post('meetings', boss, {
    ...{ ...someMeeting(), groupId: group.id, visibility: 'group', hostPerson: 'Léo Dehors' },
  })
  const page = (made.headers.get('location') ?? '').split('?')[0] ?? ''
  expect((await site.get(page, { cookie: host.cookie })).status).toBe(200)
  const answer = await submit(`${page}/host`, host, { answer: 'withdrew' })
  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    expect.stringContaining('/meetings/own'),
  ])
})

function post(path: string, person: TestPerson, fields: object): Promise<Response> {
  return submit(`/fr/${network.slug}/${path}`, person, fields)
}

async function submit(path: string, person: TestPerson, fields: object): Promise<Response> {
  return site.app.request(path, {
    method: 'POST',
    headers: {
      accept: 'text/html',
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      cookie: person.cookie,
    },
    body: new URLSearchParams(fields as Record<string, string>).toString(),
  })
}
