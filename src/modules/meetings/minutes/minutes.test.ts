import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#kernel/ids.ts'
import { aHeldMeeting, aRegistration } from '#modules/meetings/door/day.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let other: TestNetwork
let facilitator: TestPerson
let luc: TestPerson
let absent: TestPerson
let stranger: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database)
  other = await aNetwork(site.database, { visibility: 'private' })
  facilitator = await aPerson(site.database, network, 'facilitator', { name: 'Anne Faure' })
  luc = await aPerson(site.database, network, 'member', { name: 'Luc Petit' })
  absent = await aPerson(site.database, network, 'member', { name: 'Mia Roux' })
  stranger = await aPerson(site.database, other, 'administrator')
})

afterAll(() => site.close())

const get = (path: string, person?: TestPerson) =>
  site.get(`/fr/${network.slug}${path}`, person && { cookie: person.cookie })

const same = { 'sec-fetch-site': 'same-origin' }

function post(path: string, fields: Record<string, string>, person?: TestPerson) {
  return site.app.request(`/fr/${network.slug}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { accept: 'text/html', ...same, ...(person && { cookie: person.cookie }) },
  })
}

async function send(path: string, sent: object, person: TestPerson) {
  const response = await site.app.request(`/fr/${network.slug}${path}`, {
    method: 'POST',
    body: JSON.stringify(sent),
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      ...same,
      cookie: person.cookie,
    },
  })
  return { status: response.status, body: await response.json() }
}

async function aMeetingOfTwo(options: Parameters<typeof aHeldMeeting>[2] = {}): Promise<string> {
  const meeting = await aHeldMeeting(site.database, network, options)
  await aRegistration(site.database, network, meeting, { personId: luc.personId, present: true })
  return meeting
}

test('notes begin with the agenda, and are for those who come', async () => {
  const meeting = await aMeetingOfTwo()
  await site.database.asOwner(
    `insert into agenda_item (network_id, meeting_id, id, position, title, state)
     values ($1, $2, $3, 1, 'Budget', 'accepted'), ($1, $2, $4, 2, 'Refusé', 'declined')`,
    [network.id, meeting, newId(), newId()],
  )
  const path = `/meetings/${meeting}/notes`
  expect((await get(path)).status).toBe(401)
  expect((await get(path, absent)).status).toBe(403)
  expect((await get(path, stranger)).status).toBe(403)
  const page = await (await get(path, luc)).text()
  expect(page).toContain('## Budget')
  expect(page).not.toContain('## Refusé')
  expect((await site.get(`/fr/${other.slug}${path}`, { cookie: stranger.cookie })).status).toBe(404)
})

test('what two write at once is put together; the same words changed twice come back in one text, and nothing is lost', async () => {
  const meeting = await aMeetingOfTwo()
  const path = `/meetings/${meeting}/notes`
  const text = '## Budget\n\nÀ voir.\n\n## Divers\n\nRien.\n'
  const first = await send(path, { text, seen: 0 }, luc)
  expect(first.body).toEqual({ text, revision: 1, merged: false, conflict: false })
  const [one, two] = await Promise.all([
    send(path, { text: text.replace('À voir.', 'Voté.'), seen: 1 }, luc),
    send(path, { text: text.replace('Rien.', 'Merci à tous.'), seen: 1 }, facilitator),
  ])
  expect([one.body.revision, two.body.revision].sort()).toEqual([2, 3])
  const both = '## Budget\n\nVoté.\n\n## Divers\n\nMerci à tous.\n'
  const news = await (await get(`${path}/revisions?since=1`, luc)).json()
  expect(news).toMatchObject({ revision: 3, text: both })
  // The same words again: theirs are kept, and both come back.
  const conflict = await send(path, { text: text.replace('À voir.', 'Refusé.'), seen: 1 }, facilitator)
  expect(conflict.body).toMatchObject({ conflict: true, revision: 3 })
  expect(conflict.body.text).toContain('Voté.')
  expect(conflict.body.text).toContain('Refusé.')
  const form = await post(path, { text: text.replace('À voir.', 'Refusé.'), seen: '1' }, facilitator)
  const shown = await form.text()
  expect(form.status).toBe(422)
  expect(shown).toMatch(/Voté\.[\s\S]*Refusé\./)
  expect(shown).toContain('name="seen" value="3"')
  expect((await (await get(`${path}/revisions?since=0`, luc)).json()).text).toBe(both)
  expect((await send(path, { text: 'x', seen: 3 }, absent)).status).toBe(403)
})

test('a page left open by another account writes nothing', async () => {
  const meeting = await aMeetingOfTwo()
  const response = await site.app.request(`/fr/${network.slug}/meetings/${meeting}/notes`, {
    method: 'POST',
    body: JSON.stringify({ text: 'à moi', seen: 0 }),
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'x-account': absent.accountId,
      ...same,
      cookie: luc.cookie,
    },
  })
  expect(response.status).toBe(401)
})

test('a decision with an owner becomes a task, once', async () => {
  const meeting = await aMeetingOfTwo()
  const path = `/meetings/${meeting}/decisions`
  const decision = { text: 'Écrire à la mairie', owner: luc.personId, due: '2027-01-15', task: 'on' }
  expect((await post(path, decision)).status).toBe(401)
  expect((await post(path, decision, absent)).status).toBe(403)
  expect((await post(path, decision, facilitator)).status).toBe(303)
  expect((await post(path, { text: 'Le logo est adopté', owner: '', due: '' }, luc)).status).toBe(303)
  expect((await post(path, { text: '', owner: '', due: '' }, luc)).status).toBe(422)
  const tasks = await site.database.asOwner<{
    title: string
    owner_id: string
    due: string
    meeting_id: string
  }>('select title, owner_id, due_on::text as due, meeting_id from task where network_id = $1', [network.id])
  expect(tasks).toEqual([
    { title: 'Écrire à la mairie', owner_id: luc.personId, due: '2027-01-15', meeting_id: meeting },
  ])
  const [kept] = await site.database.asOwner<{ id: string }>(
    `select id from meeting_decision where meeting_id = $1 and text = 'Le logo est adopté'`,
    [meeting],
  )
  expect((await post(`${path}/removal`, { decision: kept?.id ?? '' }, facilitator)).status).toBe(303)
  expect((await post(`${path}/removal`, { decision: kept?.id ?? '' }, facilitator)).status).toBe(404)
})

test('the next date is a draft with the same settings, or a meeting that stands already', async () => {
  const meeting = await aMeetingOfTwo({
    title: 'Comité',
    startsAt: '2026-03-10T13:00:00Z',
    endsAt: '2026-03-10T15:00:00Z',
  })
  const path = `/meetings/${meeting}/next`
  const fields = { existing: '', day: '2027-04-14', from: '' }
  expect((await post(path, fields, luc)).status).toBe(403)
  expect((await post(path, { ...fields, day: '' }, facilitator)).status).toBe(422)
  expect((await post(path, fields, facilitator)).status).toBe(303)
  const [draft] = await site.database.asOwner<Record<string, unknown>>(
    `select follow.title, follow.state, follow.starts_at, follow.ends_at, follow.place from meeting
     join meeting follow on follow.network_id = meeting.network_id and follow.id = meeting.next_meeting_id
     where meeting.id = $1`,
    [meeting],
  )
  // The same hour on the clock, also where summer time has come between.
  expect(draft).toEqual({
    title: 'Comité',
    state: 'draft',
    starts_at: new Date('2027-04-14T12:00:00Z'),
    ends_at: new Date('2027-04-14T14:00:00Z'),
    place: 'Salle Jaurès',
  })
  const existing = await aHeldMeeting(site.database, network, { from: 9_000 })
  expect((await post(path, { existing, day: '', from: '' }, facilitator)).status).toBe(303)
})

test('minutes: drafted from what is known, published, told once, corrected with the version before kept', async () => {
  const meeting = await aMeetingOfTwo()
  await aRegistration(site.database, network, meeting, { personId: absent.personId, state: 'withdrawn' })
  await send(`/meetings/${meeting}/notes`, { text: '## Budget\n\nVoté.\n', seen: 0 }, luc)
  await post(`/meetings/${meeting}/decisions`, { text: 'Écrire', owner: '', due: '' }, luc)
  const draft = `/meetings/${meeting}/minutes/draft`
  const minutes = `/meetings/${meeting}/minutes`
  expect((await get(draft)).status).toBe(401)
  expect((await get(draft, luc)).status).toBe(403)
  expect((await get(minutes, luc)).status).toBe(404)
  const page = await (await get(draft, facilitator)).text()
  for (const words of ['## Présents (1)', '- Luc Petit', '## Excusés', '- Mia Roux', 'Voté.', '1. Écrire'])
    expect(page).toContain(words)
  const written = { text: '## Décisions\n\n1. **Écrire**', seen: '0', publish: 'yes' }
  expect((await post(draft, written, luc)).status).toBe(403)
  expect((await post(draft, { ...written, text: ' ' }, facilitator)).status).toBe(422)
  const published = await post(draft, written, facilitator)
  expect(published.headers.get('location')).toContain('done=minutes-published')
  // Somebody else had the draft open: they are told, and lose nothing.
  const late = await post(draft, { ...written, text: 'Autre chose' }, facilitator)
  expect(late.status).toBe(422)
  expect(await late.text()).toMatch(/\*\*Écrire\*\*[\s\S]*Autre chose/)
  expect(await (await get(minutes, luc)).text()).toContain('<strong>Écrire</strong>')
  expect((await get(minutes)).status).toBe(401 + 3)
  const corrected = await post(draft, { text: 'Corrigé', seen: '1', publish: 'yes' }, facilitator)
  expect(corrected.headers.get('location')).toContain('done=minutes-corrected')
  expect(await (await get(minutes, luc)).text()).toContain('Corrigé')
  expect(await (await get(`${minutes}?version=1`, luc)).text()).toContain('<strong>Écrire</strong>')
  const told = await site.database.asOwner<{ account_id: string }>(
    `select account_id from mail_message where network_id = $1 and template = 'minutes-published'
     and params->>'url' like '%' || $2 || '%'`,
    [network.id, meeting],
  )
  expect(told).toEqual([{ account_id: luc.accountId }])
  const markdown = await get(`${minutes}/export/minutes.md`, luc)
  expect(await markdown.text()).toMatch(/^# Réunion du mois\n\n.*\n\nCorrigé\n$/)
  const pdf = await get(`${minutes}/export/minutes.pdf?version=1`, luc)
  expect(
    Buffer.from(await pdf.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-')
  expect((await get(`${minutes}/export/minutes.pdf`)).status).toBe(404)
})

test('of a public meeting everyone reads the minutes where somebody said so', async () => {
  const meeting = await aMeetingOfTwo({ visibility: 'public' })
  const minutes = `/meetings/${meeting}/minutes`
  await post(`${minutes}/draft`, { text: 'Pour nous', seen: '0', publish: 'yes' }, facilitator)
  expect((await get(minutes)).status).toBe(404)
  await post(`${minutes}/draft`, { text: 'Pour tous', seen: '1', public: 'on', publish: 'yes' }, facilitator)
  const page = await get(minutes)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('Pour tous')
  // Of a meeting of the network alone, saying so changes nothing.
  const inside = await aMeetingOfTwo()
  const form = { text: 'Pour nous', seen: '0', public: 'on', publish: 'yes' }
  await post(`/meetings/${inside}/minutes/draft`, form, facilitator)
  expect((await get(`/meetings/${inside}/minutes`)).status).toBe(404)
})

test('before the meeting has begun there is nothing to publish', async () => {
  const meeting = await aHeldMeeting(site.database, network, { from: 600 })
  const answer = await post(
    `/meetings/${meeting}/minutes/draft`,
    { text: 'Déjà', seen: '0', publish: 'yes' },
    facilitator,
  )
  expect(answer.status).toBe(422)
})
