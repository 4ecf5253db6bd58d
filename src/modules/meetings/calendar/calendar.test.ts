import ICAL from 'ical.js'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import {
  aGroup,
  aMeeting,
  forgetMail,
  mailOf,
  someMeeting,
  someMembers,
} from '#modules/meetings/meetings.fixture.ts'
import { register, registrationInput, withdraw } from '#modules/meetings/registrations/registrations.ts'
import { cancelMeeting, changeMeeting } from '#modules/meetings/scheduling.ts'
import { type MeetingFields, meetingInput } from '#modules/meetings/schema.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anEntry,
  aPerson,
  aSession,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let person: TestPerson
let facilitator: Entry
let member: Entry

beforeAll(async () => {
  site = await testApp()
})

beforeEach(async () => {
  network = await aNetwork(site.database)
  person = await aPerson(site.database, network, 'facilitator')
  facilitator = await anEntry(site.database, network, person, 'facilitator')
  member = (await someMembers(site.database, network, 1))[0] as Entry
  await forgetMail(site.database)
})

afterAll(() => site.close())

test('files of one meeting: one UID, a SEQUENCE that grows, and an end that calendars understand', async () => {
  const id = await planned({ day: '2027-03-11', from: '14:00', to: '17:00' })
  await inside(member, trx => register(trx, member, id, registrationInput.parse({})))
  const first = await lastFile()
  expect(first).toMatchObject({
    method: 'REQUEST',
    uid: `${id}@cordee.example`,
    sequence: 0,
    status: 'CONFIRMED',
    start: '2027-03-11T13:00:00Z',
    end: '2027-03-11T16:00:00Z',
    summary: 'Rencontre du printemps',
    location: 'La Bouillonnante, 12 rue des Filatiers, Toulouse',
  })
  expect(first.organiser).toMatch(/^mailto:/i)
  expect(first.attendee).toMatch(/^mailto:personne-\d+@exemple\.org$/i)

  await changing(id, { day: '2027-03-12', from: '09:00', to: '12:00' })
  const moved = await lastFile()
  expect(moved).toMatchObject({
    method: 'REQUEST',
    uid: first.uid,
    sequence: 1,
    start: '2027-03-12T08:00:00Z',
  })
  // What calendars need not hear of changes nothing in them, and nobody is written to.
  await changing(id, { day: '2027-03-12', from: '09:00', to: '12:00', preparation: 'Lire la fiche 3.' })
  expect(await count()).toBe(2)

  await inside(facilitator, trx => cancelMeeting(trx, facilitator, id, 'La salle a été inondée.'))
  const cancelled = await lastFile()
  expect(cancelled).toMatchObject({ method: 'CANCEL', uid: first.uid, sequence: 2, status: 'CANCELLED' })
})

test('who withdraws and comes back has it in the calendar again', async () => {
  const id = await planned({})
  const { id: registration } = await inside(member, trx =>
    register(trx, member, id, registrationInput.parse({})),
  )
  await inside(member, trx => withdraw(trx, member, id, registration))
  const gone = await lastFile()
  expect(gone).toMatchObject({ method: 'CANCEL', status: 'CANCELLED', sequence: 0 })
  await inside(member, trx => register(trx, member, id, registrationInput.parse({})))
  const back = await lastFile()
  expect(back).toMatchObject({ method: 'REQUEST', status: 'CONFIRMED', uid: gone.uid })
  expect(back.stamp >= gone.stamp).toBe(true)
})

test('both sides of a change of the clocks, and two countries', async () => {
  const at = async (fields: Partial<MeetingFields>) => {
    const id = await planned(fields)
    const { start, end } = eventIn(await (await reading(id)).text())
    return [start, end]
  }
  const times = { from: '10:00', to: '11:00' }
  expect(await at({ day: '2027-03-27', ...times })).toEqual(['2027-03-27T09:00:00Z', '2027-03-27T10:00:00Z'])
  expect(await at({ day: '2027-03-28', ...times })).toEqual(['2027-03-28T08:00:00Z', '2027-03-28T09:00:00Z'])
  // Over the change itself: two hours on the clocks are one.
  expect(await at({ day: '2027-03-28', from: '01:30', to: '03:30' })).toEqual([
    '2027-03-28T00:30:00Z',
    '2027-03-28T01:30:00Z',
  ])
  expect(await at({ day: '2027-03-11', from: '09:00', to: '10:00', timeZone: 'Africa/Abidjan' })).toEqual([
    '2027-03-11T09:00:00Z',
    '2027-03-11T10:00:00Z',
  ])
  expect(await at({ day: '2027-07-11', from: '11:00', to: '12:00', timeZone: 'Europe/Paris' })).toEqual([
    '2027-07-11T09:00:00Z',
    '2027-07-11T10:00:00Z',
  ])
})

test('text of any kind arrives whole', async () => {
  const title = 'Ça ; et, ceci \\ « là » : 👍'
  const about = '**Une** ligne, virgule ; point-virgule \\\\ et « guillemets ».'
  const id = await planned({ title, about })
  const event = eventIn(await (await reading(id)).text())
  expect(event.summary).toBe(title)
  expect(event.description).toContain('Une ligne, virgule ; point-virgule \\ et « guillemets ».')
})

test('a feed has what its reader sees, the cancelled as well, and closes when it is told to', async () => {
  const group = await aGroup(site.database, network, [], 'group')
  const open = await planned({ title: 'Pour tous', visibility: 'public' })
  const inner = await planned({ title: 'Au réseau', videoUrl: 'https://visio.example/abc' })
  await planned({ title: 'Au groupe', groupId: group.id, visibility: 'group' })
  await planned({ title: 'Brouillon', state: 'draft' })
  await inside(facilitator, trx => cancelMeeting(trx, facilitator, open, ''))
  const made = await site.app.request(address('meetings/own/calendar'), {
    method: 'POST',
    headers: { cookie: await cookieOf(member), 'sec-fetch-site': 'same-origin', accept: 'text/html' },
  })
  const token = /calendar\/([\w-]{32})\/mine\.ics/.exec(await made.text())?.[1] ?? ''
  const feed = async (file: string) =>
    eventsIn(await (await site.get(address(`calendar/${token}/${file}`))).text())
  expect((await feed('network.ics')).map(({ summary, status }) => `${summary} ${status}`).sort()).toEqual([
    'Au réseau CONFIRMED',
    'Pour tous CANCELLED',
  ])
  expect(await feed('mine.ics')).toEqual([])
  await inside(member, trx => register(trx, member, inner, registrationInput.parse({})))
  const mine = await feed('mine.ics')
  expect(mine.map(({ summary }) => summary)).toEqual(['Au réseau'])
  expect(mine[0]?.description).toContain('https://visio.example/abc')
  expect(await feed(`group-${group.slug}.ics`)).toEqual([])
  // Everyone's: without a word of what is not everyone's.
  const open2 = await (await site.get(address('calendar/public.ics'))).text()
  expect(eventsIn(open2).map(({ summary }) => summary)).toEqual(['Pour tous'])
  // The same again costs nothing, and a stranger's address leads nowhere.
  const response = await site.get(address(`calendar/${token}/mine.ics`))
  expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
  const etag = response.headers.get('etag') ?? ''
  expect((await site.get(address(`calendar/${token}/mine.ics`), { 'if-none-match': etag })).status).toBe(304)
  expect((await site.get(address('calendar/x/mine.ics'))).status).toBe(404)
  await site.app.request(address('meetings/own/calendar/removal'), {
    method: 'POST',
    headers: { cookie: await cookieOf(member), 'sec-fetch-site': 'same-origin' },
  })
  expect((await site.get(address(`calendar/${token}/mine.ics`))).status).toBe(404)
})

test('two thousand meetings in one feed', async () => {
  await site.database.asOwner(
    `insert into meeting (network_id, id, title, starts_at, ends_at, time_zone, state, visibility, place, link_origin)
     select $1, gen_random_uuid(), 'Rencontre ' || n, now() + n * interval '1 hour', now() + (n + 1) * interval '1 hour',
       'Europe/Paris', 'scheduled', 'public', 'Ici', 'https://cordee.example'
     from generate_series(1, 2000) n`,
    [network.id],
  )
  const text = await (await site.get(address('calendar/public.ics'))).text()
  expect(new Set(eventsIn(text).map(({ uid }) => uid)).size).toBe(2000)
})

function planned(fields: Partial<MeetingFields>): Promise<string> {
  return aMeeting(site.database, facilitator, fields)
}

function changing(id: string, fields: Partial<MeetingFields>) {
  return inside(facilitator, trx =>
    changeMeeting(trx, facilitator, id, meetingInput.parse(someMeeting(fields))),
  )
}

function inside<T>(entry: Entry, work: Parameters<typeof inTenant<T>>[2]): Promise<T> {
  return inTenant(site.database.db, entry.tenant, work)
}

function reading(id: string): Promise<Response> {
  return site.get(address(`meetings/${id}/calendar/meeting.ics`), { cookie: person.cookie })
}

function address(rest: string): string {
  return `/fr/${network.slug}/${rest}`
}

async function lastFile() {
  const mails = await mailOf(site.database, network)
  const calendar = mails.at(-1)?.secrets?.calendar
  if (!calendar) throw new Error('No file')
  const event = eventIn(calendar.content)
  // The file says itself what the mail says of it.
  expect(event.method).toBe(calendar.method)
  return event
}

async function count(): Promise<number> {
  return (await mailOf(site.database, network)).length
}

function cookieOf(entry: Entry): Promise<string> {
  return aSession(site.database, entry.actor.accountId ?? newId())
}

function eventIn(text: string) {
  const [event] = eventsIn(text)
  if (!event) throw new Error('No event')
  return event
}

/** As another program reads them: ical.js, which shares nothing with what writes them. */
function eventsIn(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text))
  const method = String(calendar.getFirstPropertyValue('method'))
  return calendar.getAllSubcomponents('vevent').map(component => {
    const event = new ICAL.Event(component)
    const value = (name: string) => String(component.getFirstPropertyValue(name) ?? '')
    return {
      method,
      uid: event.uid,
      sequence: event.sequence,
      summary: event.summary,
      description: event.description,
      location: event.location,
      start: `${event.startDate}`,
      end: `${event.endDate}`,
      status: value('status'),
      stamp: value('dtstamp'),
      organiser: value('organizer'),
      attendee: value('attendee'),
    }
  })
}
