import ICAL from 'ical.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'
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
  for (const name of ['nadia', 'paul', 'lea', 'ines', 'noe'])
    people[name] = await aPerson(database, club, 'member', { name: `${name} Test` })
  group = await aGroupOf(site, club, [who('nadia'), who('paul'), who('lea'), who('ines'), who('noe')], {
    slug: 'calculs',
  })
})

afterAll(() => site.close())

const described = {
  visibility: 'group',
  from: '18:00',
  to: '19:30',
  repeats: 'week',
  every: '1',
  by: 'day',
  until: '',
  times: '2',
  timeZone: 'Europe/Paris',
  place: 'La halle',
  guests: '1',
  language: 'fr',
}

async function aSeries(change: Record<string, string>): Promise<string> {
  const answer = await post(site, '/fr/club/series', who('nadia'), {
    ...{ ...described, groupId: group, startsOn: dayAhead(10), step: 'create' },
    ...change,
  })
  expect([answer.status, await answer.text()]).toEqual([303, ''])
  return placeOf(answer)
}

/** Who comes to each date, in order; who waits in brackets. */
async function lines(series: string): Promise<string[]> {
  const rows = await site.database.asOwner<{ line: string | null }>(
    `select (
       select string_agg(case r.state when 'waiting' then '(' || coalesce(p.name, r.name) || ')'
         else coalesce(p.name, r.name) end, ', ' order by r.number)
       from registration r left join person p on p.network_id = r.network_id and p.id = r.person_id
       where r.meeting_id = m.id and r.state <> 'withdrawn') as line
     from meeting m where series_id = $1 order by starts_at`,
    [series.split('/').at(-1)],
  )
  return rows.map(({ line }) => line ?? '')
}

test('who registered for a series comes to the dates added to it, in their turn, and hears of it once', async () => {
  const series = await aSeries({ title: 'Ateliers', capacity: '3' })
  expect(await (await see(site, series, who('paul'))).text()).toContain('name="guests"')
  const register = (name: string, fields: Record<string, string | string[]> = {}) =>
    post(site, `${series}/registration`, who(name), fields)
  expect((await register('paul', { guests: 'Zoé', attends: 'place' })).status).toBe(303)
  expect((await register('lea', { guests: ['Un', 'Deux'] })).status).toBe(422)
  for (const name of ['lea', 'ines', 'noe']) expect((await register(name)).status).toBe(303)
  // Nobody follows any longer who withdrew, or who left the group.
  await post(site, `${series}/registration/removal`, who('lea'), {})
  await site.database.asOwner(
    'update group_member set valid_from = current_date - 9, valid_until = current_date - 1 where group_id = $1 and person_id = $2',
    [group, who('noe').personId],
  )
  expect(await (await see(site, series, who('paul'))).text()).toContain('celles qui viendraient s’ajouter')
  const longer = await post(site, `${series}/extension`, who('nadia'), { times: '4', until: '' })
  expect(longer.status).toBe(303)
  const added = 'paul Test, Zoé, ines Test'
  expect((await lines(series)).slice(2)).toEqual([added, added])
  const told = (await lettersTo(site, club, who('paul').email)).filter(
    ({ params }) => params.title === 'Ateliers',
  )
  expect(told.map(({ template, params }) => [template, params.count])).toEqual([
    ['series-registered', 2],
    ['series-registered', 2],
  ])
  // The dates of a series name the first of it, as a library reads it that is none of ours.
  const { content } = (told[0]?.secrets?.calendar ?? { content: '' }) as { content: string }
  const [first, second] = new ICAL.Component(ICAL.parse(content)).getAllSubcomponents('vevent')
  expect(first?.getFirstProperty('related-to')).toBe(null)
  expect(second?.getFirstPropertyValue('related-to')).toBe(first?.getFirstPropertyValue('uid'))
  expect(second?.getFirstProperty('related-to')?.getParameter('reltype')).toBe('SIBLING')
  expect(content.split('\r\n').every(line => line.length <= 75)).toBe(true)
})

test('a change that adds dates tells of them with what else is new, and where it is full one waits', async () => {
  const series = await aSeries({ title: 'Serrés', capacity: '1', times: '1' })
  for (const name of ['paul', 'ines']) await post(site, `${series}/registration`, who(name), {})
  const change = { title: 'Serrés', capacity: '1', times: '2', place: 'Le moulin', since: '', step: 'change' }
  const changed = await post(site, `${series}/details`, who('nadia'), {
    ...{ ...described, groupId: group, startsOn: dayAhead(10) },
    ...change,
  })
  expect(changed.status).toBe(303)
  expect(await lines(series)).toEqual(['paul Test, (ines Test)', 'paul Test, (ines Test)'])
  const told = (await lettersTo(site, club, who('paul').email)).filter(
    ({ params }) => params.title === 'Serrés',
  )
  expect(told.map(({ template, params }) => [template, params.count])).toEqual([
    ['series-registered', 1],
    ['series-changed', 2],
  ])
})

test('whoever receives a series is asked once, says yes to all at once, and those who run it hear once', async () => {
  const unknown = await post(site, '/fr/club/series', who('nadia'), {
    ...{ ...described, groupId: group, startsOn: dayAhead(10), step: '' },
    ...{ title: 'Accueil', hostPerson: 'Personne Ici' },
  })
  expect([unknown.status, await unknown.text()]).toEqual([422, expect.stringContaining('field-hostPerson')])
  const series = await aSeries({ title: 'Accueil', times: '3', hostPerson: 'ines Test' })
  const templates = async (name: string) =>
    (await lettersTo(site, club, who(name).email))
      .filter(({ params }) => params.title === 'Accueil')
      .map(({ template }) => template)
  expect(await templates('ines')).toEqual(['series-host-asked'])
  expect(await (await see(site, series, who('ines'))).text()).toContain(
    'On vous propose d’accueillir 3 dates',
  )
  expect(await (await see(site, series, who('paul'))).text()).not.toContain('d’accueillir')
  for (const name of ['paul', 'ines']) await post(site, `${series}/host`, who(name), { answer: 'confirmed' })
  expect(await templates('nadia')).toEqual(['series-host-confirmed'])
  const states = await site.database.asOwner('select distinct host_state from meeting where series_id = $1', [
    series.split('/').at(-1),
  ])
  expect(states).toEqual([{ host_state: 'confirmed' }])
  expect(await (await see(site, `${series}/details`, who('nadia'))).text()).toContain('value="ines Test"')
})

test('whoever receives a series says no to all at once: also from outside its group; all hear once', async () => {
  const host = await aPerson(site.database, club, 'member', { name: 'omar Dehors' })
  const series = await aSeries({ title: 'Tour', times: '3', hostPerson: 'omar Dehors', place: 'Chez Omar' })
  await post(site, `${series}/registration`, who('paul'), {})
  expect(await (await see(site, series, host)).text()).toContain('On vous propose d’accueillir 3 dates')
  await post(site, `${series}/host`, host, { answer: 'confirmed' })
  expect(await (await see(site, series, host)).text()).toContain('Vous accueillez 3 dates')
  expect((await post(site, `${series}/host`, host, {})).status).toBe(400)
  const answer = await post(site, `${series}/host`, host, { answer: 'withdrew' })
  // It was theirs to see as its host alone.
  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    expect.stringContaining('/meetings/own'),
  ])
  expect((await see(site, series, host)).status).toBe(404)
  const told = async (name: string) =>
    (await lettersTo(site, club, who(name).email))
      .filter(({ params }) => params.title === 'Tour')
      .map(({ template, params }) => [template, params.count])
  expect(await told('nadia')).toEqual([
    ['series-host-confirmed', 3],
    ['series-host-withdrew', 3],
  ])
  expect(await told('paul')).toEqual([
    ['series-registered', 3],
    ['series-changed', 3],
  ])
  const dates = await site.database.asOwner(
    'select distinct host_state, host_person_id, place, sequence from meeting where series_id = $1',
    [series.split('/').at(-1)],
  )
  expect(dates).toEqual([{ host_state: 'sought', host_person_id: null, place: '', sequence: 1 }])
  // The series is nowhere either, and none of its dates was changed on its own.
  const page = await (await see(site, series, who('nadia'))).text()
  expect(page).not.toContain('Changé pour cette date')
  await post(site, `${series}/extension`, who('nadia'), { times: '4', until: '' })
  expect((await lettersTo(site, club, host.email)).map(({ template }) => template)).toEqual([
    'series-host-asked',
    'series-hosting',
    'series-hosting-ended',
  ])
})

test('where the host of a series withdraws, dates at another place stay there, and so does the series', async () => {
  const host = await aPerson(site.database, club, 'member', { name: 'omar Ailleurs' })
  const series = await aSeries({ title: 'Salle', times: '3', hostPerson: 'omar Ailleurs', place: 'La halle' })
  const dates = () =>
    site.database.asOwner<{ id: string; host: string; place: string }>(
      `select id, host_state as host, place from meeting where series_id = $1 order by starts_at`,
      [series.split('/').at(-1)],
    )
  const [first] = await dates()
  await site.database.asOwner(`update meeting set place = 'Chez Omar' where id = $1`, [first?.id])
  await post(site, `${series}/host`, host, { answer: 'withdrew' })
  const halle = { host: 'sought', place: 'La halle' }
  expect((await dates()).map(({ id: _, ...date }) => date)).toEqual([{ ...halle, place: '' }, halle, halle])
  await post(site, `${series}/extension`, who('nadia'), { times: '4', until: '' })
  expect((await dates()).at(-1)?.place).toBe('La halle')
  const page = await (await see(site, series, who('nadia'))).text()
  // The first date alone is not as the series has it.
  expect(page.split('Changé pour cette date')).toHaveLength(2)
})

test('a form opened for a group by its name, or with one that is none, is no failure', async () => {
  for (const wanted of ['calculs', 'autre', group])
    expect((await see(site, `/fr/club/series/new?group=${wanted}`, who('nadia'))).status).toBe(200)
  const answer = await post(site, '/fr/club/meetings', who('nadia'), { title: 'Sans', groupId: 'calculs' })
  expect(answer.status).toBe(422)
})
