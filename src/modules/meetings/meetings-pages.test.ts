import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  aGroup,
  aMeeting,
  dayAhead,
  forgetMail,
  mailOf,
  someMeeting,
} from '#modules/meetings/meetings.fixture.ts'
import type { MeetingFields } from '#modules/meetings/schema.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import {
  aNetwork,
  anEntry,
  anOrganisation,
  aPerson,
  aToken,
  type TestNetwork,
  type TestPerson,
} from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let boss: TestPerson
let member: TestPerson
let facilitator: Entry

beforeAll(async () => {
  site = await testApp()
})

beforeEach(async () => {
  network = await aNetwork(site.database)
  boss = await aPerson(site.database, network, 'facilitator')
  member = await aPerson(site.database, network, 'member')
  facilitator = await anEntry(site.database, network, boss, 'facilitator')
  await forgetMail(site.database)
})

afterAll(() => site.close())

test('each sees what is for them, in lists and on pages', async () => {
  const inGroup = await aPerson(site.database, network, 'member')
  const group = await aGroup(site.database, network, [{ person: inGroup }])
  const ids = {
    'Ouverte à tous': await planned({ visibility: 'public' }),
    'Au réseau': await planned({ visibility: 'network' }),
    'Au groupe': await planned({ visibility: 'group', groupId: group.id }),
    'En préparation': await planned({ state: 'draft' }),
  }
  for (const [title, id] of Object.entries(ids))
    await site.database.asOwner('update meeting set title = $1 where id = $2', [title, id])
  const seenBy = async (cookie: string) => {
    const list = await (await site.get(at('meetings'), { cookie })).text()
    const seen = []
    for (const [title, id] of Object.entries(ids)) {
      const { status } = await site.get(at(`meetings/${id}`), { cookie })
      expect(list.includes(title), title).toBe(status === 200)
      if (status === 200) seen.push(title)
      else expect(status).toBe(404)
    }
    return seen
  }
  expect(await seenBy('')).toEqual(['Ouverte à tous'])
  expect(await seenBy(member.cookie)).toEqual(['Ouverte à tous', 'Au réseau'])
  expect(await seenBy(inGroup.cookie)).toEqual(['Ouverte à tous', 'Au réseau', 'Au groupe'])
  expect(await seenBy(boss.cookie)).toEqual(Object.keys(ids))
  const stranger = await aPerson(site.database, await aNetwork(site.database), 'administrator')
  expect(await seenBy(stranger.cookie)).toEqual(['Ouverte à tous'])
})

test('who may not run a meeting is told so; who runs its group may', async () => {
  const coordinator = await aPerson(site.database, network, 'member')
  const group = await aGroup(site.database, network, [
    { person: coordinator, role: 'coordinator' },
    { person: member },
  ])
  const id = await planned({ groupId: group.id })
  for (const path of ['details', 'agenda', 'registrations', 'cancellation']) {
    expect((await site.get(at(`meetings/${id}/${path}`))).status, path).toBe(401)
    expect((await site.get(at(`meetings/${id}/${path}`), { cookie: member.cookie })).status, path).toBe(403)
    expect((await site.get(at(`meetings/${id}/${path}`), { cookie: coordinator.cookie })).status, path).toBe(
      200,
    )
  }
  expect((await post('meetings', member, someMeeting())).status).toBe(403)
  expect((await post('meetings', coordinator, someMeeting({ groupId: group.id }))).status).toBe(303)
  expect((await post('meetings', coordinator, someMeeting())).status).toBe(422)
  expect((await site.get(at('meetings/new'), { cookie: member.cookie })).status).toBe(403)
  expect((await post(`meetings/${id}/registration`, null, {})).status).toBe(401)
})

test('a meeting is planned, changed and called off by forms', async () => {
  const created = await post(
    'meetings',
    boss,
    someMeeting({ title: 'L’entreprise à mission', state: 'draft' }),
  )
  expect(created.status).toBe(303)
  const page = (created.headers.get('location') ?? '').split('?')[0] ?? ''
  expect((await site.get(page, { cookie: member.cookie })).status).toBe(404)
  expect((await submit(`${page}/announcement`, boss, {})).status).toBe(303)
  expect(await (await site.get(page, { cookie: member.cookie })).text()).toContain('L’entreprise à mission')
  // The form has everything that was said.
  const form = await (await site.get(`${page}/details`, { cookie: boss.cookie })).text()
  for (const value of ['L’entreprise à mission', dayAhead(30), '14:00', '16:00', 'La Bouillonnante'])
    expect(form).toContain(`value="${value}"`)
  await submit(`${page}/registration`, member, {})
  expect(await (await site.get(page, { cookie: member.cookie })).text()).toContain('Vous venez')
  await submit(`${page}/details`, boss, someMeeting({ title: 'L’entreprise à mission', day: dayAhead(31) }))
  await submit(`${page}/cancellation`, boss, { words: 'La salle est fermée.' })
  const again = await submit(`${page}/cancellation`, boss, { words: 'La salle est fermée.' })
  expect(again.status).toBe(422)
  expect((await mailOf(site.database, network)).map(({ template }) => template)).toEqual([
    'meeting-registered',
    'meeting-moved',
    'meeting-cancelled',
  ])
  const shown = await (await site.get(page, { cookie: member.cookie })).text()
  expect(shown).toContain('La salle est fermée.')
  expect(shown).not.toContain('Je m’inscris')
})

test('forty press the button at once for five places: all are answered, and five come; so do those who leave', async () => {
  const id = await planned({ capacity: 5 })
  const people = []
  for (let count = 0; count < 40; count++) people.push(await aPerson(site.database, network, 'member'))
  const answers = await Promise.all(people.map(person => post(`meetings/${id}/registration`, person, {})))
  const done = answers.map(({ headers }) => /done=([\w-]+)/.exec(headers.get('location') ?? '')?.[1])
  expect(done.filter(name => name === 'meeting-registered')).toHaveLength(5)
  expect(done.filter(name => name === 'meeting-waiting')).toHaveLength(35)
  const leaving = await Promise.all(
    people.slice(0, 30).map(person => post(`meetings/${id}/registration/removal`, person, {})),
  )
  expect(new Set(leaving.map(({ status }) => status))).toEqual(new Set([303]))
  const left = await site.database.asOwner<{ state: string }>(
    `select state from registration where meeting_id = $1 and state <> 'withdrawn' order by number`,
    [id],
  )
  expect(left.map(({ state }) => state)).toEqual([
    ...Array(5).fill('registered'),
    ...Array(5).fill('waiting'),
  ])
})

test('a time that the clocks skip is refused with those beside it; one that they show twice is asked about', async () => {
  const skipped = await post('meetings', boss, someMeeting({ day: '2027-03-28', from: '02:30', to: '04:00' }))
  expect(skipped.status).toBe(422)
  expect(await skipped.text()).toMatch(/sautent 02:30.*01:30 ou 03:30/)
  const twice = someMeeting({ day: '2027-10-31', from: '02:30', to: '04:00' })
  const asked = await post('meetings', boss, twice)
  expect(asked.status).toBe(422)
  expect(await asked.text()).toContain('name="pass"')
  expect((await post('meetings', boss, { ...twice, pass: 'second' })).status).toBe(303)
  const [row] = await site.database.asOwner<{ at: string }>(
    `select to_char(starts_at at time zone 'UTC', 'HH24:MI') as at from meeting where network_id = $1`,
    [network.id],
  )
  expect(row?.at).toBe('01:30')
  const wrong = await post('meetings', boss, someMeeting({ from: '25:00', title: '', timeZone: 'Paris' }))
  expect(wrong.status).toBe(422)
  const text = await wrong.text()
  for (const said of ['Une heure s’écrit comme 14:30.', 'À remplir.', 'Choisissez un fuseau'])
    expect(text).toContain(said)
})

test('a meeting is made after another, with its agenda', async () => {
  const id = await planned({ title: 'La première' })
  await post(`meetings/${id}/agenda`, boss, { title: 'Tour de table', minutes: '20' })
  const form = await (await site.get(at(`meetings/new?copy=${id}`), { cookie: boss.cookie })).text()
  expect(form).toContain('value="La première"')
  const made = await post('meetings', boss, { ...someMeeting({ title: 'La seconde' }), copy: id })
  expect(
    await (await site.get(made.headers.get('location') ?? '', { cookie: boss.cookie })).text(),
  ).toContain('Tour de table')
})

test('the agenda has its times, is put in order, and takes what participants propose', async () => {
  const id = await planned({ visibility: 'public' })
  for (const [title, minutes] of [
    ['Accueil', '15'],
    ['Atelier', '60'],
    ['Suite', ''],
  ])
    await post(`meetings/${id}/agenda`, boss, { title: title ?? '', minutes: minutes ?? '' })
  const lines = async (cookie = '') => {
    const text = await (await site.get(at(`meetings/${id}`), { cookie })).text()
    return [...text.matchAll(/<span class="time">([^<]*)<\/span><div><strong>([^<]*)/g)].map(
      ([, time, title]) => `${time} ${title}`,
    )
  }
  expect(await lines()).toEqual(['14:00 Accueil', '14:15 Atelier', '15:15 Suite'])
  const items = await site.database.asOwner<{ id: string; title: string }>(
    'select id, title from agenda_item where meeting_id = $1',
    [id],
  )
  const itemOf = (title: string) => items.find(item => item.title === title)?.id ?? ''
  await post(`meetings/${id}/agenda/${itemOf('Suite')}/position`, boss, { direction: 'earlier' })
  await post(`meetings/${id}/agenda/${itemOf('Accueil')}/position`, boss, { direction: 'earlier' })
  expect(await lines()).toEqual(['14:00 Accueil', '14:15 Suite', ' Atelier'])
  expect(
    (await post(`meetings/${id}/agenda/${itemOf('Suite')}/position`, member, { direction: 'later' })).status,
  ).toBe(403)

  await post(`meetings/${id}/contributions`, member, { title: 'Nos toits', minutes: '10' })
  const [proposed] = await site.database.asOwner<{ id: string }>(
    `select id from agenda_item where meeting_id = $1 and state = 'proposed'`,
    [id],
  )
  expect(await lines()).toHaveLength(3)
  await post(`meetings/${id}/agenda/${proposed?.id}/decision`, boss, {
    state: 'accepted',
    answer: 'Avec plaisir !',
  })
  expect(await lines()).toContain(' Nos toits')
  const mails = await mailOf(site.database, network)
  expect(mails.map(({ address, template }) => `${address} ${template}`)).toEqual([
    `${boss.email} meeting-contribution`,
    `${member.email} meeting-contribution-accepted`,
  ])
  expect(mails[1]?.params.answer).toBe('Avec plaisir !')
  expect(
    (await post(`meetings/${id}/agenda/${proposed?.id}/decision`, boss, { state: 'declined' })).status,
  ).toBe(404)
})

test('where there are groups, a meeting of the whole network is one as well: a browser sends it', async () => {
  const group = await aGroup(site.database, network, [], 'network')
  const form = await (await site.get(`/fr/${network.slug}/meetings/new`, { cookie: boss.cookie })).text()
  const select = /<select[^>]*name="groupId"[^>]*>/.exec(form)?.[0]
  expect(form).toContain(group.id)
  // Its first choice has no value, which a browser takes for none where one must be made.
  expect(select).not.toContain('required')
})

test('needs are read by those who run the meeting, and by nobody else', async () => {
  const id = await planned({ visibility: 'public' })
  await post(`meetings/${id}/registration`, member, { accessNeeds: 'Boucle magnétique' })
  const other = await aPerson(site.database, network, 'member')
  for (const cookie of ['', other.cookie])
    expect(await (await site.get(at(`meetings/${id}`), { cookie })).text()).not.toContain('Boucle')
  const list = await site.get(at(`meetings/${id}/registrations`), { cookie: boss.cookie })
  expect(await list.text()).toContain('Boucle magnétique')
})

test('lists go by group, by month, by words, and on after the last', async () => {
  const group = await aGroup(site.database, network)
  await planned({ title: 'Avril du groupe', groupId: group.id, day: '2031-04-02' })
  await planned({ title: 'Mai du réseau', day: '2031-05-20' })
  const listed = async (query: string) => {
    const text = await (await site.get(at(`meetings?${query}`), { cookie: member.cookie })).text()
    return ['Avril du groupe', 'Mai du réseau'].filter(title => text.includes(title))
  }
  expect(await listed('month=2031-04')).toEqual(['Avril du groupe'])
  expect(await listed('month=2031-05')).toEqual(['Mai du réseau'])
  expect(await listed(`group=${group.slug}`)).toEqual(['Avril du groupe'])
  expect(await listed('q=RESEAU')).toEqual(['Mai du réseau'])
  expect(await listed('when=past')).toEqual([])
  expect(await listed('month=2031-99')).toHaveLength(2)
  await site.database.asOwner(
    `insert into meeting (network_id, id, title, starts_at, ends_at, time_zone, state, visibility)
     select $1, gen_random_uuid(), 'N' || n || '.', now() + n * interval '1 day', now() + (n + 1) * interval '1 day', 'UTC',
       'scheduled', 'network' from generate_series(1, 40) n`,
    [network.id],
  )
  const first = await (await site.get(at('meetings'), { cookie: member.cookie })).text()
  expect(first).toContain('N30.')
  expect(first).not.toContain('N31.')
  const next = /rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const second = await (await site.get(next, { cookie: member.cookie })).text()
  expect(second).toContain('N31.')
  expect(second).not.toContain('N30.')
})

test('programs read, plan, register and withdraw as their key lets them', async () => {
  const api = async (method: string, path: string, token: string | null, body?: unknown) =>
    site.app.request(`/api/networks/${network.slug}/${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const reads = await aToken(site.database, network, ['meetings:read'])
  const runs = await aToken(site.database, network, ['meetings:read', 'meetings:run'])
  expect((await api('POST', 'meetings', null, someMeeting())).status).toBe(401)
  expect((await api('POST', 'meetings', reads, someMeeting())).status).toBe(403)
  const refused = await api('POST', 'meetings', runs, someMeeting({ day: '2027-03-28', from: '02:30' }))
  expect(refused.status).toBe(422)
  expect(JSON.stringify(await refused.json())).toContain('01:30 ou 03:30')
  const { id } = (await (await api('POST', 'meetings', runs, someMeeting())).json()) as { id: string }
  const { meetings } = (await (await api('GET', 'meetings', reads)).json()) as { meetings: { id: string }[] }
  expect(meetings.map(meeting => meeting.id)).toEqual([id])
  expect(await (await api('GET', 'meetings', null)).json()).toEqual({ meetings: [], next: null })
  expect((await api('GET', `meetings/${id}`, null)).status).toBe(404)
  expect((await api('GET', `meetings/${id}/registrations`, reads)).status).toBe(403)
  expect((await api('GET', `meetings/${id}/registrations`, runs)).status).toBe(200)
  const moved = await api('PUT', `meetings/${id}`, runs, someMeeting({ day: dayAhead(40) }))
  expect(await moved.json()).toEqual({ id, sequence: 1 })
  // A key of the network is nobody: it cannot come.
  const part = await aToken(site.database, network, ['meetings:take-part'])
  expect((await api('PUT', `meetings/${id}/registration`, part, {})).status).toBe(403)
  expect((await api('POST', `meetings/${id}/cancellation`, runs, { words: '' })).status).toBe(204)
  const foreign = await aNetwork(site.database)
  const stranger = await aToken(site.database, foreign, ['meetings:run'])
  expect((await api('GET', `meetings/${id}`, stranger)).status).toBe(401)
})

function planned(fields: Partial<MeetingFields>): Promise<string> {
  return aMeeting(site.database, facilitator, fields)
}

function at(path: string): string {
  return `/fr/${network.slug}/${path}`
}

function post(path: string, person: TestPerson | null, fields: object): Promise<Response> {
  return submit(at(path), person, fields)
}

async function submit(path: string, person: TestPerson | null, fields: object): Promise<Response> {
  return site.app.request(path, {
    method: 'POST',
    headers: {
      accept: 'text/html',
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      ...(person && { cookie: person.cookie }),
    },
    body: new URLSearchParams(fields as Record<string, string>).toString(),
  })
}

test('where on the map it is: said on the form, kept while the place is, else that of whoever receives it', async () => {
  const fields = { place: 'La halle', address: '1, quai Neuf', coordinates: '43,6045; 1,4440' }
  const made = await post('meetings', boss, { ...someMeeting(), ...fields })
  const address = (made.headers.get('location') ?? '').replace(/\?.*/, '')
  const position = async () => {
    const [row] = await site.database.asOwner<{ latitude: number | null; longitude: number | null }>(
      'select latitude, longitude from meeting where id = $1',
      [address.split('/').at(-1)],
    )
    return [row?.latitude, row?.longitude]
  }
  expect(await position()).toEqual([43.6045, 1.444])
  const details = async (change: Record<string, string>) =>
    post(`${address.split('/').slice(3).join('/')}/details`, boss, { ...someMeeting(), ...fields, ...change })
  expect((await details({ coordinates: 'à côté' })).status).toBe(422)
  // Another address with the old coordinates: they are of the place before.
  expect((await details({ coordinates: '43.6045, 1.444', address: '2, quai Neuf' })).status).toBe(303)
  expect(await position()).toEqual([null, null])
  const host = await anOrganisation(site.database, network, 'La Tannerie')
  await site.database.asOwner('update organisation set latitude = 1.5, longitude = 2.5 where id = $1', [host])
  const atTheirs = { place: '', address: '', coordinates: '', hostOrganisation: 'La Tannerie' }
  expect((await details(atTheirs)).status).toBe(303)
  expect(await position()).toEqual([1.5, 2.5])
})
