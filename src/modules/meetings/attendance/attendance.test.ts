import { read } from '@e965/xlsx'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { aHeldMeeting, aRegistration } from '#modules/meetings/door/day.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  aToken,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let other: TestNetwork
let facilitator: TestPerson
let coordinator: TestPerson
let luc: TestPerson
let stranger: TestPerson
let group: string
let morning: string
let committee: string
let sel: string

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  network = await aNetwork(database)
  other = await aNetwork(database, { visibility: 'private' })
  facilitator = await aPerson(database, network, 'facilitator')
  coordinator = await aPerson(database, network, 'member', { name: 'Chloé Vidal' })
  luc = await aPerson(database, network, 'member', { name: 'Luc Petit' })
  stranger = await aPerson(database, other, 'administrator')
  sel = await anOrganisation(database, network, 'Sel & Co')
  group = newId()
  await database.asOwner(
    `with made as (
       insert into network_group (network_id, id, slug, kind, name) values ($1, $2, 'comite', 'committee', 'Comité')
     ) insert into group_member (network_id, group_id, person_id, role, valid_from)
       values ($1, $2, $3, 'coordinator', current_date - 400)`,
    [network.id, group, coordinator.personId],
  )
  // A whole day of which Luc signed for the morning; then an evening of the committee.
  const startsAt = '2026-03-10T08:00:00Z'
  morning = await aHeldMeeting(database, network, {
    title: 'Séminaire',
    startsAt,
    endsAt: '2026-03-10T16:00:00Z',
    state: 'held',
  })
  committee = await aHeldMeeting(database, network, {
    title: '=Comité',
    startsAt: '2026-05-12T16:00:00Z',
    endsAt: '2026-05-12T17:30:00Z',
    state: 'held',
    groupId: group,
    visibility: 'group',
  })
  const first = await aRegistration(database, network, morning, {
    personId: luc.personId,
    organisationId: sel,
    present: true,
  })
  await database.asOwner(`update registration set half_days = '{0}', attended_minutes = 240 where id = $1`, [
    first.id,
  ])
  await aRegistration(database, network, morning, {
    name: 'Nadia Ben',
    email: 'nadia@exemple.org',
    organisationName: 'Atelier Nord',
    present: true,
  })
  await aRegistration(database, network, morning, { name: 'Absente', present: false })
  await aRegistration(database, network, committee, {
    personId: luc.personId,
    organisationId: sel,
    present: true,
  })
  await aRegistration(database, network, committee, {
    name: 'Nadia B.',
    email: 'nadia@exemple.org',
    organisationName: 'atelier nord',
    present: true,
  })
  await aRegistration(database, network, committee, { name: 'Pas encore' })
  const theirs = await aHeldMeeting(database, other, {
    title: 'Secret',
    state: 'held',
    startsAt,
    endsAt: '2026-03-10T10:00:00Z',
  })
  await aRegistration(database, other, theirs, { name: 'Secrète', present: true })
})

afterAll(() => site.close())

const get = (path: string, person?: TestPerson) =>
  site.get(`/fr/${network.slug}${path}`, person && { cookie: person.cookie })

/** The numbers at the head of the page, as they stand there. */
async function numbers(query: string, person: TestPerson): Promise<Record<string, string>> {
  const page = await (await get(`/attendance?from=2026-01-01${query}`, person)).text()
  const found = page.matchAll(/<a href="[^"]*"[^>]*><strong>([^<]*)<\/strong> ([^<]*)<\/a>/g)
  return Object.fromEntries([...found].map(([, value = '', name = '']) => [name, value]))
}

test('who came twice counts once, hours are those signed for, and it is for those at home in the network', async () => {
  expect((await get('/attendance')).status).toBe(401)
  expect((await get('/attendance', stranger)).status).toBe(403)
  expect(await numbers('', facilitator)).toEqual({
    Rencontres: '2',
    Personnes: '2',
    Organisations: '2',
    Présences: '4',
    Absences: '1',
    // Four hours and eight, and twice an hour and a half.
    'Heures de présence': '15\u00a0h\u00a000',
  })
  expect(await numbers(`&group=${group}`, facilitator)).toMatchObject({ Rencontres: '1', Présences: '2' })
  expect(await numbers('&until=2026-03-10', facilitator)).toMatchObject({ Rencontres: '1', Présences: '2' })
})

test('each sees what they run, and where they were themselves', async () => {
  expect(await numbers('', coordinator)).toMatchObject({ Rencontres: '1', Présences: '2', Personnes: '2' })
  expect(await numbers('', luc)).toMatchObject({ Rencontres: '2', Présences: '2', Personnes: '1' })
})

test('every number opens to what it counted', async () => {
  const list = async (show: string) =>
    (await get(`/attendance?from=2026-01-01&show=${show}`, facilitator)).text()
  const people = await list('people')
  expect(people).toContain('Luc Petit')
  expect(people.match(/Nadia/g)).toHaveLength(1)
  const organisations = await list('organisations')
  expect(organisations).toContain('Sel &amp; Co')
  expect(organisations.match(/atelier nord/gi)).toHaveLength(1)
  expect(await list('absences')).toContain('Absente')
  const presences = await list('presences')
  expect(presences.match(/Nadia/g)).toHaveLength(2)
  expect(presences).not.toContain('Pas encore')
  expect(presences).not.toContain('Secrète')
  const narrowed = await get(`/attendance?from=&person=nadia%40exemple.org&show=meetings`, facilitator)
  expect(await narrowed.text()).toContain('Séminaire')
})

test('lists go on after their last', async () => {
  const many = await aNetwork(site.database)
  const meeting = await aHeldMeeting(site.database, many, { state: 'held' })
  await site.database.asOwner(
    `insert into registration (network_id, meeting_id, id, number, name, organisation_name, state, present)
     select $1, $2, gen_random_uuid(), n, 'Personne ' || lpad(n::text, 3, '0'), 'Maison ' || n % 70, 'registered', true
     from generate_series(1, 120) n`,
    [many.id, meeting],
  )
  const boss = await aPerson(site.database, many, 'facilitator')
  for (const [show, count] of [
    ['people', 120],
    ['organisations', 70],
    ['presences', 120],
  ] as const) {
    const seen: string[] = []
    let address: string | undefined = `/fr/${many.slug}/attendance?show=${show}`
    while (address) {
      const page: string = await (await site.get(address, { cookie: boss.cookie })).text()
      seen.push(...[...page.matchAll(/<span class="who">([^<]*)<\/span>/g)].map(([, name = '']) => name))
      address = /<a[^>]*rel="next"[^>]*href="([^"]*)"|<a[^>]*href="([^"]*)"[^>]*rel="next"/
        .exec(page)
        ?.slice(1)
        .find(Boolean)
        ?.replaceAll('&amp;', '&')
    }
    expect([seen.length, new Set(seen).size]).toEqual([count, count])
  }
})

test('taken away as a table, a workbook and a document; what begins like a formula is none', async () => {
  const answer = await get('/attendance/export/attendance.csv?from=2026-01-01', facilitator)
  const rows: string[][] = parse(await answer.text(), { bom: true })
  expect(rows).toHaveLength(5)
  expect(rows[0]?.slice(0, 4)).toEqual(['Jour', 'Début', 'Fin', 'Rencontre'])
  expect(rows[1]).toMatchObject({
    0: '2026-05-12',
    1: '18:00',
    2: '19:30',
    3: "'=Comité",
    4: 'Comité',
    13: '1.5',
  })
  const hours = rows.slice(1).reduce((sum, row) => sum + Number(row[13]), 0)
  expect(hours).toBe(15)
  const workbook = await get('/attendance/export/attendance.xlsx?from=2026-01-01', facilitator)
  const sheet = Object.values(read(Buffer.from(await workbook.arrayBuffer())).Sheets)[0]
  expect([sheet?.D2?.v, sheet?.N2?.v, sheet?.N2?.t]).toEqual(['=Comité', 1.5, 'n'])
  const pdf = await get('/attendance/export/attendance.pdf?from=2026-01-01', facilitator)
  expect(
    Buffer.from(await pdf.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-')
  expect((await get('/attendance/export/attendance.doc', facilitator)).status).toBe(404)
  expect((await get('/attendance/export/attendance.csv')).status).toBe(401)
})

test('programmes count, mark and let in with a key for it', async () => {
  const key = await aToken(site.database, network, ['meetings:run'])
  const weak = await aToken(site.database, network, ['meetings:read'])
  const foreign = await aToken(site.database, other, ['meetings:run'])
  const call = (path: string, token: string | null, body?: object) =>
    site.app.request(`/api/networks/${network.slug}${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    })
  expect((await call('/attendance', null)).status).toBe(401)
  expect((await call('/attendance', weak)).status).toBe(403)
  expect((await call('/attendance', foreign)).status).toBeGreaterThanOrEqual(401)
  const found = await (await call(`/attendance?meeting=${committee}`, key)).json()
  expect(found.totals).toMatchObject({ meetings: 1, presences: 2, minutes: 180 })
  expect(found.attendance).toHaveLength(2)
  const meeting = await aHeldMeeting(site.database, network, { from: -10 })
  const { id } = await aRegistration(site.database, network, meeting, { name: 'Zoé' })
  const presences = `/meetings/${meeting}/presences`
  expect((await call(presences, weak, { registration: id })).status).toBe(403)
  expect(await (await call(presences, key, { registration: id, present: true })).json()).toMatchObject({
    changed: true,
    counts: { present: 1 },
  })
  expect(await (await call(presences, key, { registration: id, present: true })).json()).toMatchObject({
    changed: false,
  })
  expect((await call(presences, key, { name: 'Venue sans prévenir' })).status).toBe(200)
  const list = await (await call(presences, key)).json()
  expect(list.people.map(({ name }: { name: string }) => name)).toEqual(['Venue sans prévenir', 'Zoé'])
  expect((await call(`/meetings/${meeting}/minutes`, key)).status).toBe(403)
  expect((await call(`/meetings/${meeting}/minutes`, weak)).status).toBe(404)
})

test('the archive of somebody’s own data says where they were', async () => {
  const { personalData } = site.services
  const { db } = site.database
  const all = await readTenant(db, { ...network.inside, accountId: luc.accountId }, async trx =>
    Object.assign({}, ...(await Promise.all(personalData.map(of => of(trx, network.id, luc.accountId))))),
  )
  expect(all.meetingAttendance).toMatchObject([
    { title: 'Séminaire', minutes: 240 },
    { title: '=Comité', minutes: 90 },
  ])
})
