import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { tellOfPolls } from '#modules/meetings/polls/telling.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'
import { aGroupOf, dayAhead, lettersTo, placeOf, post, see } from './polls.fixture.ts'

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
  const mill = await anOrganisation(database, club, 'Moulin')
  people.nadia = await aPerson(database, club, 'member', { name: 'Nadia Anime' })
  people.paul = await aPerson(database, club, 'member', { name: 'Paul Garance', organisationId: mill })
  people.lea = await aPerson(database, club, 'member', { name: 'Léa Quai', locale: 'en' })
  people.outside = await aPerson(database, club, 'member', { name: 'Hors Groupe' })
  people.facilitator = await aPerson(database, club, 'facilitator', { name: 'Fa Cilite' })
  people.stranger = await aPerson(database, await aNetwork(database), 'administrator', { name: 'Ailleurs' })
  group = await aGroupOf(site, club, [who('nadia'), who('paul'), who('lea')], { slug: 'calculs' })
})

afterAll(() => site.close())

const described = {
  title: 'Atelier calculs',
  minutes: '120',
  timeZone: 'Europe/Paris',
  visibility: 'group',
  openAnswers: 'on',
  remind: 'on',
}

async function aPoll(by = 'nadia', change: Record<string, string | string[]> = {}): Promise<string> {
  const answer = await post(site, '/fr/club/date-polls', who(by), {
    ...described,
    groupId: group,
    closesOn: dayAhead(10),
    day: [dayAhead(20), dayAhead(21), dayAhead(22), '', ''],
    time: ['18:00', '', '09:30', '', ''],
    ...change,
  })
  expect([answer.status, await answer.text()]).toEqual([303, ''])
  return placeOf(answer)
}

/** Ids of the dates on the page, by time. */
async function optionsOn(poll: string): Promise<string[]> {
  const rows = await site.database.asOwner<{ id: string }>(
    'select id from date_option where poll_id = $1 order by starts_at',
    [poll.split('/').at(-1)],
  )
  return rows.map(({ id }) => id)
}

async function vote(poll: string, name: string, ...votes: string[]): Promise<Response> {
  const options = await optionsOn(poll)
  const given = votes.map((one, index) => [`vote-${options[index]}`, one])
  return post(site, `${poll}/answer`, who(name), { remark: `mot de ${name}`, ...Object.fromEntries(given) })
}

describe('opening a poll', () => {
  test('its rows become dates of the zone; a time left out is that of the row above', async () => {
    const poll = await aPoll()
    const rows = await site.database.asOwner<{ at: string }>(
      `select to_char(starts_at at time zone 'Europe/Paris', 'HH24:MI') as at from date_option where poll_id = $1
       order by starts_at`,
      [poll.split('/').at(-1)],
    )
    expect(rows.map(({ at }) => at)).toEqual(['18:00', '18:00', '09:30'])
  })

  test('more rows are had by a button, and what was typed stays', async () => {
    const answer = await post(site, '/fr/club/date-polls', who('nadia'), {
      ...described,
      step: 'rows',
      title: 'À moitié',
      day: [dayAhead(20), '', '', '', ''],
      time: ['18:00', '', '', '', ''],
    })
    const html = await answer.text()
    expect(answer.status).toBe(200)
    expect(html).toContain('value="À moitié"')
    expect(html.match(/name="day"/g)).toHaveLength(10)
    expect(html).toContain(`value="${dayAhead(20)}"`)
  })

  test('what cannot be is said, and the form comes back', async () => {
    const refused = async (change: Record<string, string | string[]>) => {
      const answer = await post(site, '/fr/club/date-polls', who('nadia'), {
        ...described,
        groupId: group,
        closesOn: dayAhead(10),
        day: [dayAhead(20)],
        time: ['18:00'],
        ...change,
      })
      expect(answer.status).toBe(422)
      return answer.text()
    }
    expect(await refused({ day: [''] })).toContain('Proposez au moins une date.')
    expect(await refused({ day: ['2020-01-01'] })).toContain('Une des dates est passée')
    expect(await refused({ closesOn: dayAhead(30) })).toContain('se clôt après la dernière date')
    expect(await refused({ time: [''] })).toContain('Donnez une heure')
    expect(await refused({ visibility: 'public' })).toContain('Ce réseau est privé')
    expect(await refused({ timeZone: 'Mars/Phobos' })).toContain('Ce fuseau n’est pas connu')
    const many = Array.from({ length: 31 }, (_, index) => dayAhead(20 + index))
    expect(await refused({ day: many, time: ['18:00'] })).toContain('plus de 30 dates')
  })

  test('is for those who run the group, or the network', async () => {
    const body = {
      ...described,
      groupId: group,
      closesOn: dayAhead(10),
      day: [dayAhead(20)],
      time: ['18:00'],
    }
    expect((await post(site, '/fr/club/date-polls', who('paul'), body)).status).toBe(403)
    expect((await see(site, '/fr/club/date-polls/new', who('outside'))).status).toBe(403)
    expect((await see(site, '/fr/club/date-polls/new?group=calculs', who('nadia'))).status).toBe(200)
    const own = { ...body, groupId: '', visibility: 'network' }
    expect((await post(site, '/fr/club/date-polls', who('nadia'), own)).status).toBe(403)
    expect((await post(site, '/fr/club/date-polls', who('facilitator'), own)).status).toBe(303)
  })
})

describe('who sees it', () => {
  test('one of a group is its members’ and those’ who run the network: for all others it is not there', async () => {
    const poll = await aPoll('nadia', { title: 'Entre nous' })
    for (const name of ['nadia', 'paul', 'facilitator'])
      expect((await see(site, poll, who(name))).status).toBe(200)
    for (const name of ['outside', 'stranger']) expect((await see(site, poll, who(name))).status).toBe(404)
    expect((await see(site, poll, null)).status).toBe(404)
    expect(await (await see(site, '/fr/club/date-polls', who('outside'))).text()).not.toContain('Entre nous')
    expect(await (await see(site, '/fr/club/date-polls', who('paul'))).text()).toContain('Entre nous')
    expect((await vote(poll, 'outside', 'yes')).status).toBe(404)
    expect((await vote(poll, 'stranger', 'yes')).status).toBe(404)
  })

  test('each sees the others’ answers, or those who run it alone do', async () => {
    const open = await aPoll()
    await vote(open, 'paul', 'yes', 'no', 'maybe')
    expect(await (await see(site, open, who('lea'))).text()).toContain('Paul Garance')
    const closed = await aPoll('nadia', { openAnswers: [] })
    await vote(closed, 'paul', 'yes', 'no', 'maybe')
    const html = await (await see(site, closed, who('lea'))).text()
    expect(html).not.toContain('Paul Garance')
    expect(html).toContain('Les réponses ne sont vues que par')
    expect(await (await see(site, closed, who('nadia'))).text()).toContain('Paul Garance')
  })
})

describe('answering', () => {
  test('is changed by answering again, and withdrawn', async () => {
    const poll = await aPoll()
    expect((await vote(poll, 'paul', 'yes', 'no')).headers.get('location')).toContain(
      'done=date-poll-answered',
    )
    await vote(poll, 'paul', 'no', 'yes', 'maybe')
    const votes = await site.database.asOwner<{ vote: string }>(
      `select vote from date_vote join date_option option on option.id = option_id
       where date_vote.poll_id = $1 order by starts_at`,
      [poll.split('/').at(-1)],
    )
    expect(votes.map(one => one.vote)).toEqual(['no', 'yes', 'maybe'])
    const [{ count } = { count: 0 }] = await site.database.asOwner<{ count: number }>(
      'select count(*)::int as count from date_answer where poll_id = $1',
      [poll.split('/').at(-1)],
    )
    expect(count).toBe(1)
    const html = await (await see(site, poll, who('paul'))).text()
    expect(html).toContain('value="mot de paul"')
    expect((await post(site, `${poll}/answer/removal`, who('paul'), {})).status).toBe(303)
    expect(await (await see(site, poll, who('lea'))).text()).toContain('Personne n’a encore répondu.')
  })

  test('says something of a date at least, and only while it is open', async () => {
    const poll = await aPoll()
    const empty = await post(site, `${poll}/answer`, who('paul'), { remark: 'rien' })
    expect(empty.status).toBe(422)
    expect(await empty.text()).toContain('Dites au moins pour une date')
    await site.database.asOwner('update date_poll set closes_at = now() where id = $1', [
      poll.split('/').at(-1),
    ])
    const late = await vote(poll, 'paul', 'yes')
    expect(late.status).toBe(422)
    expect(await late.text()).toContain('Le sondage est clos')
  })

  test('of dates added later is asked for again', async () => {
    const poll = await aPoll()
    await vote(poll, 'paul', 'yes', 'yes', 'yes')
    expect(
      (await post(site, `${poll}/dates`, who('paul'), { day: [dayAhead(25)], time: ['18:00'] })).status,
    ).toBe(403)
    const added = await post(site, `${poll}/dates`, who('nadia'), { day: [dayAhead(25)], time: ['18:00'] })
    expect(added.status).toBe(303)
    expect(await (await see(site, poll, who('paul'))).text()).toContain(
      '1 date est encore sans réponse de vous.',
    )
    const again = await post(site, `${poll}/dates`, who('nadia'), { day: [dayAhead(25)], time: ['18:00'] })
    expect(await again.text()).toContain('Ces dates sont déjà proposées.')
  })
})

describe('the letters', () => {
  test('those of the group are asked, and once reminded who have not answered; nobody twice', async () => {
    const poll = await aPoll('nadia', { title: 'À relancer' })
    const of = async (name: string) =>
      (await lettersTo(site, club, who(name).email))
        .filter(({ params }) => params.title === 'À relancer')
        .map(({ template }) => template)
    const { db } = site.database
    await tellOfPolls(db, new Date())
    await tellOfPolls(db, new Date())
    expect([await of('nadia'), await of('paul'), await of('lea')]).toEqual([
      [],
      ['date-poll-asked'],
      ['date-poll-asked'],
    ])
    await vote(poll, 'paul', 'yes')
    const later = new Date(Date.now() + 9 * 86_400_000)
    await tellOfPolls(db, later)
    await tellOfPolls(db, later)
    expect(await of('paul')).toEqual(['date-poll-asked'])
    expect(await of('lea')).toEqual(['date-poll-asked', 'date-poll-reminder'])
    expect(await of('outside')).toEqual([])
  })
})

describe('choosing a date', () => {
  test('makes a meeting: who said yes is registered, who did not is told, each once', async () => {
    const poll = await aPoll('nadia', { title: 'Choisi', place: 'La halle' })
    await vote(poll, 'paul', 'yes', 'no', 'no')
    await vote(poll, 'lea', 'maybe', 'yes', 'no')
    const [first] = await optionsOn(poll)
    expect((await post(site, `${poll}/choice`, who('paul'), { option: first ?? '' })).status).toBe(403)
    expect(await (await see(site, `${poll}/choice`, who('nadia'))).text()).toContain(
      '1 oui, 1 si besoin, 0 non',
    )
    const done = await post(site, `${poll}/choice`, who('nadia'), { option: first ?? '', capacity: '10' })
    expect(done.status).toBe(303)
    const meeting = placeOf(done).split('/').at(-1)
    const [made] = await site.database.asOwner(
      `select title, place, visibility, capacity, group_id, (ends_at - starts_at)::text as length,
         (select array_agg(person_id) from registration where meeting_id = meeting.id and state = 'registered') as coming
       from meeting where id = $1`,
      [meeting],
    )
    expect(made).toEqual({
      title: 'Choisi',
      place: 'La halle',
      visibility: 'group',
      capacity: 10,
      group_id: group,
      length: '02:00:00',
      coming: [who('paul').personId],
    })
    const told = async (name: string) =>
      (await lettersTo(site, club, who(name).email)).filter(({ params }) => params.title === 'Choisi')
    const [paul, ...more] = await told('paul')
    expect([paul?.template, more]).toEqual(['meeting-registered', []])
    expect(JSON.stringify(paul?.secrets)).toContain('BEGIN:VCALENDAR')
    expect((await told('lea')).map(({ template }) => template)).toEqual(['date-poll-settled'])
    expect(await told('nadia')).toEqual([])
    const again = await post(site, `${poll}/choice`, who('nadia'), { option: first ?? '' })
    expect(again.status).toBe(422)
    expect(await (await see(site, poll, who('lea'))).text()).toContain(`/meetings/${meeting}`)
  })

  test('or is called off; who answered is told', async () => {
    const poll = await aPoll('nadia', { title: 'Sans suite' })
    await vote(poll, 'paul', 'yes')
    expect((await post(site, `${poll}/cancellation`, who('lea'), {})).status).toBe(403)
    expect((await post(site, `${poll}/cancellation`, who('nadia'), {})).status).toBe(303)
    const letters = await lettersTo(site, club, who('paul').email)
    expect(
      letters.filter(({ params }) => params.title === 'Sans suite').map(({ template }) => template),
    ).toEqual(['date-poll-cancelled'])
    expect((await vote(poll, 'paul', 'no')).status).toBe(422)
  })

  test('the day it closes can be moved', async () => {
    const poll = await aPoll()
    expect((await post(site, `${poll}/closing`, who('nadia'), { closesOn: dayAhead(12) })).status).toBe(303)
    const late = await post(site, `${poll}/closing`, who('nadia'), { closesOn: dayAhead(40) })
    expect(await late.text()).toContain('se clôt après la dernière date')
  })
})

test('answers go with the account, and those of visitors three months after the poll', async () => {
  const { db, asOwner } = site.database
  const poll = await aPoll()
  await vote(poll, 'paul', 'yes')
  await vote(poll, 'lea', 'yes')
  const id = poll.split('/').at(-1)
  await asOwner('update person set erased_at = now() where id = $1', [who('lea').personId])
  await asOwner(
    `insert into date_answer (network_id, poll_id, id, name, email)
     values ($1, $2, gen_random_uuid(), 'Visiteur', 'visiteur@exemple.org')`,
    [club.id, id],
  )
  const left = () =>
    asOwner<{ name: string }>(
      `select coalesce(person.name, answer.name) as name from date_answer answer
       left join person on person.id = answer.person_id where poll_id = $1 order by 1`,
      [id],
    )
  expect((await left()).map(({ name }) => name)).toEqual(['Paul Garance', 'Visiteur'])
  await sql`select date_polls_forget(now() + interval '101 days')`.execute(db)
  expect((await left()).map(({ name }) => name)).toEqual(['Paul Garance'])
})

test('row-level security keeps the answers of a public poll from the public', async () => {
  const { db } = site.database
  const outside = { networkId: club.id, audience: 'public' } as const
  await inTenant(db, outside, async trx => {
    expect(await trx.selectFrom('date_answer').selectAll().execute()).toEqual([])
    expect(await trx.selectFrom('date_vote').selectAll().execute()).toEqual([])
    expect(await trx.selectFrom('date_poll').selectAll().execute()).toEqual([])
  })
})
