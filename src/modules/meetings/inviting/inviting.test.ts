import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, aToken, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'
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
  for (const name of ['nadia', 'paul', 'lea', 'ines', 'noe', 'outside'])
    people[name] = await aPerson(database, club, 'member', { name: `${name} Test` })
  people.facilitator = await aPerson(database, club, 'facilitator')
  people.stranger = await aPerson(database, await aNetwork(database), 'administrator')
  group = await aGroupOf(site, club, ['nadia', 'paul', 'lea', 'ines', 'noe'].map(who))
})

afterAll(() => site.close())

async function aMeeting(fields: Record<string, string> = {}): Promise<string> {
  const answer = await post(site, '/fr/club/meetings', who('facilitator'), {
    ...{ title: 'Bilan', groupId: group, day: dayAhead(9), from: '09:00', to: '11:00', place: 'Toulouse' },
    ...{ visibility: 'group', language: 'fr', state: 'scheduled', guests: '0', timeZone: 'Europe/Paris' },
    ...fields,
  })
  expect([answer.status, await answer.text()]).toEqual([303, ''])
  return placeOf(answer)
}

async function invitedTo(name: string) {
  const letters = await lettersTo(site, club, who(name).email)
  return letters.filter(({ template }) => template === 'meeting-invited')
}

test('a group is invited once, by those who run the meeting; who answered or was asked is not asked again', async () => {
  const meeting = await aMeeting()
  const address = `${meeting}/invitations`
  const reads = await Promise.all(
    ['nadia', 'paul', 'outside', 'stranger'].map(async name => (await see(site, address, who(name))).status),
  )
  expect(reads).toEqual([200, 403, 404, 404])
  expect((await see(site, address, null)).status).toBe(404)
  expect((await post(site, address, null, { whole: 'yes' })).status).toBe(404)
  await post(site, `${meeting}/registration`, who('paul'), {})
  await post(site, `${meeting}/registration`, who('lea'), {})
  await post(site, `${meeting}/registration/removal`, who('lea'), {})
  expect((await post(site, address, who('paul'), { whole: 'yes' })).status).toBe(403)
  const nobody = await post(site, address, who('nadia'), { message: 'Venez.' })
  expect([nobody.status, await nobody.text()]).toEqual([422, expect.stringContaining('Venez.')])
  const some = { people: [who('ines').personId, who('lea').personId, who('outside').personId] }
  expect((await post(site, address, who('nadia'), { ...some, message: 'Venez *tous*.' })).status).toBe(303)
  expect((await post(site, address, who('nadia'), { whole: 'yes' })).status).toBe(303)
  const page = await (await see(site, address, who('nadia'))).text()
  expect(page).toContain('5 personnes dans le groupe')
  // Whoever invites, who came or withdrew, and who is in no group of it: nobody writes to them.
  expect(page).toContain('Tout le groupe est invité')
  const counts = await Promise.all(
    ['nadia', 'paul', 'lea', 'ines', 'noe', 'outside'].map(async name => (await invitedTo(name)).length),
  )
  expect(counts).toEqual([0, 0, 0, 1, 1, 0])
  const [letter] = await invitedTo('ines')
  expect(letter?.params).toMatchObject({ title: 'Bilan', person: 'nadia Test', message: 'Venez *tous*.' })
  const { method, content } = (letter?.secrets?.calendar ?? {}) as { method?: string; content?: string }
  expect([method, content]).toEqual(['PUBLISH', expect.stringContaining('SUMMARY:Bilan')])
  expect(content).not.toContain('ATTENDEE')
})

test('a program invites the people of a group to a meeting of the network; nobody to one that is over', async () => {
  const meeting = await aMeeting({ groupId: '', visibility: 'network' })
  const token = await aToken(site.database, club, ['meetings:run'])
  const id = meeting.split('/').at(-1)
  const ask = (body: unknown, key = token) =>
    site.app.request(`/api/networks/club/meetings/${id}/invitations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  expect((await ask({})).status).toBe(422)
  const before = (await invitedTo('paul')).length
  const answer = await ask({ group })
  expect([answer.status, await answer.json()]).toEqual([200, { invited: 5 }])
  expect(await (await ask({ group })).json()).toEqual({ invited: 0 })
  expect((await invitedTo('paul')).length).toBe(before + 1)
  expect((await ask({ group }, 'cordee_nothing')).status).toBe(404)
  await site.database.asOwner(
    `update meeting set starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour' where id = $1`,
    [id],
  )
  expect((await ask({ group })).status).toBe(422)
})

test('another group is invited to a meeting it would see, by those who speak for it', async () => {
  const sorting = await aGroupOf(site, club, ['nadia', 'outside'].map(who), { slug: 'tri' })
  const open = await aMeeting({ visibility: 'network' })
  const page = await (await see(site, `${open}/invitations?group=${sorting}`, who('nadia'))).text()
  expect(page).toContain('2 personnes dans le groupe')
  const invite = (meeting: string) =>
    post(site, `${meeting}/invitations`, who('nadia'), { whole: 'yes', group: sorting })
  const before = (await invitedTo('outside')).length
  expect((await invite(open)).status).toBe(303)
  expect((await invitedTo('outside')).length).toBe(before + 1)
  // Its own, without a word of which.
  expect((await post(site, `${open}/invitations`, who('nadia'), { whole: 'yes' })).status).toBe(303)
  const closed = await aMeeting()
  expect((await invite(closed)).status).toBe(422)
  expect((await invitedTo('outside')).length).toBe(before + 1)
})

test('who was invited and has not answered hears that it moves, and that it will not be; who withdrew does not', async () => {
  const meeting = await aMeeting({ title: 'Remise', visibility: 'network' })
  await post(site, `${meeting}/registration`, who('lea'), {})
  await post(site, `${meeting}/registration/removal`, who('lea'), {})
  await post(site, `${meeting}/invitations`, who('nadia'), { whole: 'yes' })
  const told = async (name: string) =>
    (await lettersTo(site, club, who(name).email))
      .filter(({ params }) => params.title === 'Remise')
      .map(({ template, secrets }) => {
        const { method, content } = (secrets?.calendar ?? {}) as { method?: string; content?: string }
        return [template, method, /SEQUENCE:(\d+)/.exec(content ?? '')?.[1]]
      })
  const moved = await post(site, `${meeting}/details`, who('facilitator'), {
    ...{ title: 'Remise', groupId: group, day: dayAhead(11), from: '09:00', to: '11:00', place: 'Toulouse' },
    ...{ visibility: 'network', language: 'fr', guests: '0', timeZone: 'Europe/Paris' },
  })
  expect(moved.status).toBe(303)
  await post(site, `${meeting}/cancellation`, who('facilitator'), { words: 'Trop peu.' })
  expect(await told('ines')).toEqual([
    ['meeting-invited', 'PUBLISH', '0'],
    ['meeting-invited-moved', 'PUBLISH', '1'],
    ['meeting-cancelled', 'CANCEL', '2'],
  ])
  expect((await told('lea')).map(([template]) => template)).toEqual([
    'meeting-registered',
    'meeting-withdrawn',
  ])
})

test('who was invited to one date hears once that the series changes, and that it ends; who said no does not', async () => {
  const described = {
    ...{ title: 'Permanence', groupId: group, visibility: 'network', language: 'fr', guests: '0' },
    ...{ startsOn: dayAhead(10), from: '18:00', to: '19:30', timeZone: 'Europe/Paris', place: 'La halle' },
    ...{ repeats: 'week', every: '1', by: 'day', until: '', times: '3' },
  }
  const made = await post(site, '/fr/club/series', who('facilitator'), { ...described, step: 'create' })
  const series = placeOf(made)
  const dates = await site.database.asOwner<{ id: string }>(
    'select id from meeting where series_id = $1 order by starts_at',
    [series.split('/').at(-1)],
  )
  const [first = '', second = ''] = dates.map(({ id }) => `/fr/club/meetings/${id}`)
  await post(site, `${first}/invitations`, who('nadia'), { whole: 'yes' })
  await post(site, `${first}/registration`, who('lea'), {})
  await post(site, `${first}/registration/removal`, who('lea'), {})
  await post(site, `${first}/registration`, who('paul'), {})
  await post(site, `${second}/registration`, who('ines'), {})
  await site.database.asOwner('delete from mail_message')
  const moved = { ...described, from: '17:00', since: '', step: 'change' }
  expect((await post(site, `${series}/details`, who('nadia'), moved)).status).toBe(303)
  expect((await post(site, `${series}/end`, who('nadia'), { lastDay: '', words: 'Assez.' })).status).toBe(303)
  const told = async (name: string) =>
    (await lettersTo(site, club, who(name).email)).map(({ template, params, secrets }) => {
      const { method, content } = (secrets?.calendar ?? {}) as { method?: string; content?: string }
      return [template, params.count, method, content?.includes('ATTENDEE')]
    })
  const cancelled = (count: number) => ['series-cancelled', count, 'CANCEL', true]
  expect(await told('noe')).toEqual([['series-invited-changed', 1, 'PUBLISH', false], cancelled(1)])
  expect(await told('paul')).toEqual([['series-changed', 1, 'REQUEST', true], cancelled(1)])
  // Of one date she knows she comes, to the other she was invited.
  expect((await told('ines')).sort()).toEqual([
    cancelled(2),
    ['series-changed', 1, 'REQUEST', true],
    ['series-invited-changed', 1, 'PUBLISH', false],
  ])
  for (const name of ['lea', 'outside']) expect(await told(name)).toEqual([])
})
