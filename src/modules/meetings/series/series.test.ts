import ICAL from 'ical.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { changeSeries } from '#modules/meetings/series/changing.ts'
import { registerForSeries } from '#modules/meetings/series/registering.ts'
import { seriesChange } from '#modules/meetings/series/schema.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'
import { aGroupOf, dayAhead, lettersTo, placeOf, post, see } from '../polls/polls.fixture.ts'

let site: TestApp
let club: TestNetwork
let group: string
const people: Record<string, TestPerson> = {}

const who = (name: string): TestPerson => {
  const person = people[name]
  if (!person) throw new Error(name)
  return person
}

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  club = await aNetwork(database, { slug: 'club', visibility: 'private' })
  for (const name of ['nadia', 'paul', 'lea', 'ines', 'outside'])
    people[name] = await aPerson(database, club, 'member', { name })
  people.facilitator = await aPerson(database, club, 'facilitator', { name: 'Fa Cilite' })
  people.stranger = await aPerson(database, await aNetwork(database), 'administrator', { name: 'Ailleurs' })
  group = await aGroupOf(site, club, [who('nadia'), who('paul'), who('lea'), who('ines')], {
    slug: 'calculs',
  })
})

afterAll(() => site.close())

const described = {
  title: 'Permanence',
  visibility: 'group',
  from: '18:00',
  to: '19:30',
  repeats: 'week',
  every: '1',
  by: 'day',
  until: '',
  times: '4',
  timeZone: 'Europe/Paris',
  place: 'La halle',
  guests: '0',
  language: 'fr',
}

type Fields = Record<string, string | string[]>

async function aSeries(change: Fields = {}, by = 'nadia'): Promise<string> {
  const answer = await post(site, '/fr/club/series', who(by), {
    ...described,
    groupId: group,
    startsOn: dayAhead(10),
    step: 'create',
    ...change,
  })
  expect([answer.status, await answer.text()]).toEqual([303, ''])
  return placeOf(answer)
}

interface Held {
  id: string
  day: string
  date: string
  time: string
  title: string
  place: string
  state: string
  sequence: number
}

async function held(series: string): Promise<Held[]> {
  return site.database.asOwner<Held>(
    `select id, series_date::text as date, to_char(starts_at at time zone 'Europe/Paris', 'YYYY-MM-DD') as day,
       to_char(starts_at at time zone 'Europe/Paris', 'HH24:MI') as time, title, place, state, sequence
     from meeting where series_id = $1 order by starts_at`,
    [idOf(series)],
  )
}

const idOf = (address: string) => address.split('/').at(-1) ?? ''

/** What the form of a change would send: the series as it is, with what is other. */
function changed(change: Fields): Fields {
  return { ...described, groupId: group, startsOn: dayAhead(10), since: '', step: 'change', ...change }
}

async function changing(series: string, change: Fields): Promise<Response> {
  return post(site, `${series}/details`, who('nadia'), changed(change))
}

/** Letters about a series, by template, in the order in which they were written. */
async function told(name: string, title: string) {
  const letters = await lettersTo(site, club, who(name).email)
  return letters.filter(({ params }) => params.title === title)
}

function entriesOf(params: Record<string, unknown>): string[] {
  const sections = params.sections as { entries: { text: string }[] }[]
  return sections.flatMap(({ entries }) => entries.map(({ text }) => text))
}

function calendarOf(letter: { secrets: Record<string, unknown> | null } | undefined): string {
  const { content } = (letter?.secrets?.calendar ?? { content: '' }) as { content: string }
  return content
}

/** By UID, as a library reads them that is none of ours. */
function eventsIn(file: string): Map<string, { sequence: number; startsAt: Date }> {
  const calendar = new ICAL.Component(ICAL.parse(file))
  return new Map(
    calendar.getAllSubcomponents('vevent').map(component => {
      const event = new ICAL.Event(component)
      return [event.uid, { sequence: event.sequence, startsAt: event.startDate.toJSDate() }]
    }),
  )
}

describe('making a series', () => {
  test('first shows its dates, to leave some out', async () => {
    const form = { ...described, groupId: group, startsOn: dayAhead(10) }
    const preview = await post(site, '/fr/club/series', who('nadia'), { ...form, skipped: [dayAhead(17)] })
    const html = await preview.text()
    expect(preview.status).toBe(200)
    expect(html).toContain('Créer 4 rencontres')
    expect(html.match(/name="skipped"/g)).toHaveLength(5)
    expect(html).toContain(`value="${dayAhead(17)}" checked`)
    const [count] = await site.database.asOwner('select count(*)::int as n from meeting_series')
    expect(count).toEqual({ n: 0 })
  })

  test('makes every date a meeting of its own', async () => {
    const series = await aSeries({ skipped: [dayAhead(17)] })
    const dates = await held(series)
    expect(dates.map(({ day }) => day)).toEqual([10, 24, 31, 38].map(dayAhead))
    expect(new Set(dates.map(({ time }) => time))).toEqual(new Set(['18:00']))
    expect(dates.every(({ state, place }) => state === 'scheduled' && place === 'La halle')).toBe(true)
    const page = await (await see(site, series, who('paul'))).text()
    expect(page.match(/class="title"/g)).toHaveLength(4)
    const meeting = await (await see(site, `/fr/club/meetings/${dates[0]?.id}`, who('paul'))).text()
    expect(meeting).toContain(series)
  })

  test.each([
    [{ times: '' }, 'Cette série n’a pas de fin.'],
    [{ times: '', until: '2099-01-01' }, 'Une série dure cinq ans au plus'],
    [{ times: '', until: dayAhead(1500) }, 'Une série a 120 rencontres au plus'],
    [{ times: '121' }, 'field-times-error'],
    [{ startsOn: '2020-01-01' }, 'La première date est passée.'],
    [{ times: '1', skipped: [dayAhead(10)], until: '' }, null],
    [{ times: '', until: dayAhead(1) }, 'La série se termine avant de commencer.'],
    [{ timeZone: 'Mars/Phobos' }, 'field-timeZone-error'],
  ] as [Fields, string | null][])('%j is refused with how to mend it', async (change, message) => {
    const form = { ...described, groupId: group, startsOn: dayAhead(10), step: 'create', ...change }
    const answer = await post(site, '/fr/club/series', who('nadia'), form)
    if (message === null) return expect(answer.status).toBe(303)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(message)
  })

  test('is for those who run the group, or the network', async () => {
    const form = { ...described, groupId: group, startsOn: dayAhead(10), step: 'create' }
    expect((await post(site, '/fr/club/series', who('paul'), form)).status).toBe(403)
    expect((await post(site, '/fr/club/series', who('stranger'), form)).status).toBe(404)
    const own = { ...form, groupId: '', visibility: 'network' }
    expect((await post(site, '/fr/club/series', who('nadia'), own)).status).toBe(403)
    expect((await post(site, '/fr/club/series', who('facilitator'), own)).status).toBe(303)
    expect((await see(site, '/fr/club/series/new', who('outside'))).status).toBe(403)
  })

  test('one of a group is not there for those outside it', async () => {
    const series = await aSeries({ title: 'Entre nous' })
    for (const name of ['paul', 'facilitator']) expect((await see(site, series, who(name))).status).toBe(200)
    for (const name of ['outside', 'stranger']) expect((await see(site, series, who(name))).status).toBe(404)
    expect((await see(site, series, null)).status).toBe(404)
    expect(await (await see(site, '/fr/club/series', who('outside'))).text()).not.toContain('Entre nous')
    expect((await post(site, `${series}/registration`, who('outside'), {})).status).toBe(404)
    for (const part of ['details', 'extension', 'end'])
      expect([part, (await post(site, `${series}/${part}`, who('paul'), changed({}))).status]).toEqual([
        part,
        403,
      ])
  })
})

describe('registering', () => {
  test('for all dates at once: one letter that lists them, with one calendar file', async () => {
    const series = await aSeries({ title: 'Ensemble' })
    expect((await post(site, `${series}/registration`, who('paul'), {})).status).toBe(303)
    const [letter, ...more] = await told('paul', 'Ensemble')
    expect([letter?.template, more]).toEqual(['series-registered', []])
    expect(entriesOf(letter?.params ?? {})).toHaveLength(4)
    const content = calendarOf(letter)
    expect(content.match(/BEGIN:VEVENT/g)).toHaveLength(4)
    expect(content).toContain('METHOD:REQUEST')
    const page = await (await see(site, series, who('paul'))).text()
    expect(page.match(/Vous venez/g)).toHaveLength(4)
    expect((await post(site, `${series}/registration`, who('paul'), {})).status).toBe(422)
    expect((await post(site, `${series}/registration/removal`, who('paul'), {})).status).toBe(303)
    const after = await told('paul', 'Ensemble')
    expect(after.map(({ template }) => template)).toEqual(['series-registered', 'series-withdrawn'])
  })

  test('where a date is full one waits, and moves up when somebody withdraws', async () => {
    const series = await aSeries({ title: 'Étroit', capacity: '1', times: '2' })
    const register = (name: string) => post(site, `${series}/registration`, who(name), {})
    expect((await register('paul')).headers.get('location')).toContain('done=series-joined')
    expect((await register('lea')).headers.get('location')).toContain('done=series-joined-waiting')
    const left = await post(site, `${series}/registration/removal`, who('paul'), {})
    expect([left.status, await left.text()]).toEqual([303, ''])
    const states = await site.database.asOwner<{ state: string }>(
      `select registration.state from registration join meeting on meeting.id = meeting_id
       where series_id = $1 and person_id = $2`,
      [idOf(series), who('lea').personId],
    )
    expect(states.map(({ state }) => state)).toEqual(['registered', 'registered'])
  })

  test('of two who take the last places at once, one has them all or waits for all', async () => {
    const series = await aSeries({ title: 'Course', capacity: '1', times: '6' })
    const entries = await Promise.all(
      ['paul', 'lea', 'ines'].map(name => anEntry(site.database, club, who(name), 'member')),
    )
    const terms = { attends: 'place', accessNeeds: '', photoConsent: null, guests: [] as string[] } as const
    const join = (entry: Entry) =>
      inTenant(site.database.db, entry.tenant, trx => registerForSeries(trx, entry, idOf(series), terms))
    const results = await Promise.all(entries.map(join))
    expect(results.map(({ registered }) => registered).sort()).toEqual([0, 0, 6])
  })
})

describe('changing the dates to come', () => {
  test('another place for all: each keeps its day, and whoever comes is told once', async () => {
    const series = await aSeries({ title: 'Place' })
    await post(site, `${series}/registration`, who('paul'), {})
    const change = { title: 'Place', place: 'Le moulin' }
    const seen = await (await changing(series, { ...change, step: '' })).text()
    expect(seen).toContain('4 dates gardent leur jour')
    expect((await held(series)).every(({ place }) => place === 'La halle')).toBe(true)
    expect((await changing(series, change)).status).toBe(303)
    const dates = await held(series)
    expect(dates.map(({ place, sequence }) => [place, sequence])).toEqual(Array(4).fill(['Le moulin', 1]))
    const letters = await told('paul', 'Place')
    expect(letters.map(({ template }) => template)).toEqual(['series-registered', 'series-changed'])
    expect(entriesOf(letters[1]?.params ?? {})).toHaveLength(4)
  })

  test('moved by two days from a date on: registrations go along, what was before stays', async () => {
    const series = await aSeries({ title: 'Jeudis' })
    await post(site, `${series}/registration`, who('paul'), {})
    const change = { title: 'Jeudis', since: dayAhead(24), startsOn: dayAhead(26), times: '2' }
    expect((await changing(series, change)).status).toBe(303)
    const dates = await held(series)
    expect(dates.map(({ day }) => day)).toEqual([10, 17, 26, 33].map(dayAhead))
    expect(dates.map(({ date }) => date)).toEqual([10, 17, 26, 33].map(dayAhead))
    const [, letter] = await told('paul', 'Jeudis')
    expect(entriesOf(letter?.params ?? {}).every(text => text.includes('au lieu du'))).toBe(true)
    expect(entriesOf(letter?.params ?? {})).toHaveLength(2)
    // As a calendar reads them: the same events, moved.
    const [first] = await told('paul', 'Jeudis')
    const [noted, renewed] = [eventsIn(calendarOf(first)), eventsIn(calendarOf(letter))]
    expect([noted.size, renewed.size]).toEqual([4, 2])
    for (const [uid, event] of renewed) {
      const before = noted.get(uid)
      expect(event.sequence).toBe((before?.sequence ?? 9) + 1)
      expect(Math.round((event.startsAt.getTime() - (before?.startsAt.getTime() ?? 0)) / 86_400_000)).toBe(2)
    }
  })

  test('one changed on its own keeps its changes, is listed first, and gives way when asked', async () => {
    const series = await aSeries({ title: 'À part' })
    const [, second] = await held(series)
    await site.database.asOwner(`update meeting set place = 'Chez Inès' where id = $1`, [second?.id])
    const page = await (await see(site, series, who('nadia'))).text()
    expect(page).toContain('Changé pour cette date\u00a0: le lieu')
    const change = { title: 'À part', place: 'Le moulin' }
    const foreseen = await (await changing(series, { ...change, step: '' })).text()
    expect(foreseen).toContain('1 date a été modifiée séparément et garde')
    await changing(series, change)
    expect((await held(series)).map(({ place }) => place)).toEqual([
      'Le moulin',
      'Chez Inès',
      'Le moulin',
      'Le moulin',
    ])
    await changing(series, { ...change, overwrite: 'on' })
    expect((await held(series)).map(({ place }) => place)).toEqual(Array(4).fill('Le moulin'))
    expect(await (await see(site, series, who('nadia'))).text()).not.toContain('Changé pour cette date')
  })

  test('one cancelled stays cancelled; a shorter series cancels the rest and tells once', async () => {
    const series = await aSeries({ title: 'Courte' })
    await post(site, `${series}/registration`, who('lea'), {})
    const [first] = await held(series)
    await site.database.asOwner(`update meeting set state = 'cancelled' where id = $1`, [first?.id])
    expect((await changing(series, { title: 'Courte', times: '2' })).status).toBe(303)
    expect((await held(series)).map(({ state }) => state)).toEqual([
      'cancelled',
      'scheduled',
      'cancelled',
      'cancelled',
    ])
    const letters = (await told('lea', 'Courte')).filter(({ template }) => template === 'series-cancelled')
    expect(letters).toHaveLength(1)
    expect(entriesOf(letters[0]?.params ?? {})).toHaveLength(2)
    expect(calendarOf(letters[0])).toContain('METHOD:CANCEL')
  })

  test('cannot begin before a date that stays', async () => {
    const series = await aSeries({ title: 'Avant' })
    const answer = await changing(series, {
      title: 'Avant',
      since: dayAhead(24),
      startsOn: dayAhead(12),
      times: '2',
    })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('avant une date qui ne change pas')
  })

  test('two who change it at once take turns', async () => {
    const series = await aSeries({ title: 'Tours' })
    const entry = await anEntry(site.database, club, who('nadia'), 'member')
    const input = (place: string) =>
      seriesChange.parse({ ...changed({ title: 'Tours', place, skipped: [] }), step: undefined })
    await Promise.all(
      ['Ici', 'Là'].map(place =>
        inTenant(site.database.db, entry.tenant, trx =>
          changeSeries(trx, entry, idOf(series), input(place), 'https://cordee.example'),
        ),
      ),
    )
    const dates = await held(series)
    expect(new Set(dates.map(({ place }) => place)).size).toBe(1)
    expect(dates.every(({ sequence }) => sequence === 2)).toBe(true)
  })
})

describe('the end', () => {
  test('can be put off: more dates in the same rhythm', async () => {
    const series = await aSeries({ times: '2' })
    const same = await post(site, `${series}/extension`, who('nadia'), { times: '2', until: '' })
    expect(await same.text()).toContain('Cela n’ajoute aucune date')
    const none = await post(site, `${series}/extension`, who('nadia'), { times: '', until: '' })
    expect(await none.text()).toContain('Cette série n’a pas de fin.')
    expect((await post(site, `${series}/extension`, who('nadia'), { times: '5', until: '' })).status).toBe(
      303,
    )
    expect((await held(series)).map(({ day }) => day)).toEqual([10, 17, 24, 31, 38].map(dayAhead))
  })

  test('can come: what is left is cancelled, each who was to come told once', async () => {
    const series = await aSeries({ title: 'Finie' })
    await post(site, `${series}/registration`, who('ines'), {})
    const end = { lastDay: dayAhead(18), words: 'La salle ferme.' }
    expect((await post(site, `${series}/end`, who('nadia'), end)).status).toBe(303)
    expect((await held(series)).map(({ state }) => state)).toEqual([
      'scheduled',
      'scheduled',
      'cancelled',
      'cancelled',
    ])
    const letters = await told('ines', 'Finie')
    expect(letters.map(({ template }) => template)).toEqual(['series-registered', 'series-cancelled'])
    expect(letters[1]?.params.reason).toBe('La salle ferme.')
    expect(await (await see(site, series, who('paul'))).text()).toContain('Cette série est arrêtée.')
  })
})

test('visitors see a public series of a public network, and nothing else', async () => {
  const open = await aNetwork(site.database, { slug: 'ouvert' })
  people.runs = await aPerson(site.database, open, 'facilitator', { name: 'Anime' })
  const make = (title: string, visibility: string) =>
    post(site, '/fr/ouvert/series', who('runs'), {
      ...described,
      title,
      visibility,
      startsOn: dayAhead(10),
      step: 'create',
    })
  const shown = placeOf(await make('Afterwork', 'public'))
  const hidden = placeOf(await make('Coulisses', 'network'))
  expect((await see(site, shown, null)).status).toBe(200)
  expect((await see(site, hidden, null)).status).toBe(404)
  const list = await (await see(site, '/fr/ouvert/series', null)).text()
  expect([list.includes('Afterwork'), list.includes('Coulisses')]).toEqual([true, false])
  expect((await post(site, `${shown}/registration`, null, {})).status).toBe(401)
  expect((await post(site, `${shown}/end`, null, {})).status).toBe(401)
})
