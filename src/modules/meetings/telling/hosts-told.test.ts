import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { dayAhead, forgetMail } from '#modules/meetings/meetings.fixture.ts'
import { lettersTo, placeOf, post, see } from '#modules/meetings/polls/polls.fixture.ts'
import { contentOf } from '#platform/mail/content.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let boss: TestPerson
let host: TestPerson
let member: TestPerson
let other: TestPerson

beforeAll(async () => {
  site = await testApp()
})

beforeEach(async () => {
  network = await aNetwork(site.database)
  boss = await aPerson(site.database, network, 'facilitator')
  host = await aPerson(site.database, network, 'member', { name: 'Inès Hôte' })
  member = await aPerson(site.database, network, 'member')
  other = await aPerson(site.database, network, 'member')
})

afterAll(() => site.close())

const fields = (change: Record<string, string> = {}) => ({
  ...{ title: 'Rencontre', day: dayAhead(30), from: '14:00', to: '16:00', place: 'La halle', capacity: '1' },
  ...{ visibility: 'network', language: 'fr', guests: '0', hostPerson: 'Inès Hôte', ...change },
})

async function aHosted(): Promise<string> {
  return placeOf(await post(site, `/fr/${network.slug}/meetings`, boss, fields()))
}

/** What each was written since: which letter, what they are to it, its calendar file. The mail is forgotten then. */
async function toldSince(...people: TestPerson[]) {
  const told: unknown[][] = []
  for (const { email } of people)
    told.push(
      (await lettersTo(site, network, email)).map(({ template, params, secrets }) => [
        template,
        params.parts ?? null,
        (secrets?.calendar as { method: string } | null)?.method ?? null,
      ]),
    )
  await forgetMail(site.database)
  return told
}

/** The last letter to somebody, as it is read. */
async function read({ email }: TestPerson) {
  const letter = (await lettersTo(site, network, email)).at(-1)
  if (!letter) throw new Error(`Nothing to ${email}`)
  const written = { name: '', locale: 'fr', time_zone: null, ...letter }
  const { paragraphs, closing, sections } = contentOf(written, null, null)
  return { text: [...paragraphs, ...closing].join(' '), headings: sections.map(one => one.network) }
}

test('each letter of a change says what is true of its reader, and only calendars that have it hear', async () => {
  const page = await aHosted()
  for (const who of [member, other]) await post(site, `${page}/registration`, who, {})
  await forgetMail(site.database)
  await post(site, `${page}/details`, boss, fields({ from: '13:00' }))
  expect((await read(member)).text).toContain('Votre inscription reste valable')
  for (const who of [other, host]) expect((await read(who)).text).not.toContain('inscription reste valable')
  expect((await read(other)).text).toContain('Vous gardez votre rang')
  expect((await read(host)).text).toContain('On vous propose toujours')
  expect(await toldSince(member, other, host)).toEqual([
    [['meeting-moved', ['registered'], 'REQUEST']],
    [['meeting-moved', ['waiting'], null]],
    [['meeting-moved', ['asked'], null]],
  ])
  await post(site, `${page}/host`, host, { answer: 'confirmed' })
  expect(await toldSince(host)).toEqual([[['meeting-hosting', null, 'REQUEST']]])
  // Who waits and receives it hears of both, once.
  await post(site, `${page}/registration`, host, {})
  await forgetMail(site.database)
  await post(site, `${page}/details`, boss, fields({ from: '13:00', place: 'Le moulin' }))
  expect((await read(host)).text).toContain('Vous l’accueillez toujours')
  expect(await toldSince(host)).toEqual([[['meeting-changed', ['waiting', 'host'], 'REQUEST']]])
  await post(site, `${page}/host`, host, { answer: 'withdrew' })
  expect((await read(other)).text).toContain('Vous gardez votre rang')
  expect((await read(member)).text).toContain('Votre inscription reste valable')
  expect(await toldSince(member, other)).toEqual([
    [['meeting-host-sought', ['registered'], 'REQUEST']],
    [['meeting-host-sought', ['waiting'], null]],
  ])
})

test('a host who withdraws, or is replaced, has it taken out of their calendar, unless they come', async () => {
  const [withdrawn, replaced, coming] = [await aHosted(), await aHosted(), await aHosted()]
  for (const page of [withdrawn, replaced, coming])
    await post(site, `${page}/host`, host, { answer: 'confirmed' })
  await post(site, `${coming}/registration`, host, {})
  await forgetMail(site.database)
  await post(site, `${withdrawn}/host`, host, { answer: 'withdrew' })
  expect(await toldSince(host)).toEqual([[['meeting-hosting-ended', null, 'CANCEL']]])
  await post(site, `${replaced}/details`, boss, fields({ hostPerson: '' }))
  expect(await toldSince(host)).toEqual([[['meeting-hosting-ended', null, 'CANCEL']]])
  // Coming no longer, they still receive it; coming again and receiving it no longer, they still come.
  await post(site, `${coming}/registration/removal`, host, {})
  expect((await read(host)).text).not.toContain('agenda')
  expect(await toldSince(host)).toEqual([[['meeting-withdrawn', null, null]]])
  await post(site, `${coming}/registration`, host, {})
  await forgetMail(site.database)
  await post(site, `${coming}/host`, host, { answer: 'withdrew' })
  expect(await toldSince(host)).toEqual([[['meeting-host-sought', ['registered'], 'REQUEST']]])
})

test('who only ever waited has nothing taken out of a calendar', async () => {
  const page = await aHosted()
  const third = await aPerson(site.database, network, 'member')
  for (const who of [member, other, third]) await post(site, `${page}/registration`, who, {})
  await forgetMail(site.database)
  await post(site, `${page}/registration/removal`, other, {})
  expect((await read(other)).text).not.toContain('agenda')
  expect(await toldSince(other)).toEqual([[['meeting-withdrawn', null, null]]])
  await post(site, `${page}/cancellation`, boss, { words: 'Non.' })
  expect(await toldSince(member, third, host)).toEqual([
    [['meeting-cancelled', null, 'CANCEL']],
    [['meeting-cancelled', null, null]],
    [['meeting-cancelled', null, null]],
  ])
})

test('who had a place by video and waits for one in the room has it taken out of their calendar', async () => {
  const video = { videoUrl: 'https://visio.example/abc' }
  const made = await post(site, `/fr/${network.slug}/meetings`, boss, fields(video))
  const page = placeOf(made)
  await post(site, `${page}/registration`, member, { attends: 'place' })
  await post(site, `${page}/registration`, other, { attends: 'video' })
  await forgetMail(site.database)
  await post(site, `${page}/registration`, other, { attends: 'place' })
  expect((await read(other)).text).toContain('sort de votre agenda')
  expect(await toldSince(other)).toEqual([[['meeting-waiting', null, 'CANCEL']]])
})

const series = (change: Record<string, string> = {}) => ({
  ...{ title: 'Tour', startsOn: dayAhead(10), from: '18:00', to: '19:30', timeZone: 'Europe/Paris' },
  ...{ visibility: 'network', language: 'fr', guests: '0', groupId: '', place: 'La halle', capacity: '1' },
  ...{ repeats: 'week', every: '1', by: 'day', until: '', times: '3', hostPerson: 'Inès Hôte' },
  ...change,
})

test('whoever receives dates of a series hears that it changes and that it ends, with what they come to', async () => {
  const made = await post(site, `/fr/${network.slug}/series`, boss, series({ step: 'create' }))
  const page = placeOf(made)
  const [first] = await site.database.asOwner<{ id: string }>(
    'select id from meeting where series_id = $1 order by starts_at',
    [page.split('/').at(-1)],
  )
  const moving = (from: string) =>
    post(site, `${page}/details`, boss, series({ from, since: '', step: 'change' }))
  await forgetMail(site.database)
  expect((await moving('17:00')).status).toBe(303)
  const asked = await read(host)
  expect(asked.headings).toEqual(['On vous propose de recevoir'])
  expect(asked.text).not.toContain('Votre inscription')
  expect(await toldSince(host)).toEqual([[['series-changed', ['asked'], null]]])
  await post(site, `${page}/host`, host, { answer: 'confirmed' })
  expect(await toldSince(host)).toEqual([[['series-hosting', null, 'REQUEST']]])
  await post(site, `/fr/${network.slug}/meetings/${first?.id}/registration`, host, {})
  await post(site, `${page}/registration`, other, {})
  await forgetMail(site.database)
  await moving('16:00')
  expect((await read(host)).headings).toEqual(['Vos dates', 'Vous recevez'])
  const [letter] = await lettersTo(site, network, host.email)
  const { content } = (letter?.secrets?.calendar ?? { content: '' }) as { content: string }
  // Three dates, one of which they come to as well: each is noted once.
  expect([letter?.params.count, content.split('BEGIN:VEVENT').length - 1]).toEqual([3, 3])
  expect(await toldSince(host, other)).toEqual([
    [['series-changed', ['registered', 'host'], 'REQUEST']],
    [['series-changed', ['registered', 'waiting'], 'REQUEST']],
  ])
  const offers = async () => {
    const text = await (await see(site, page, boss)).text()
    return ['details', 'extension', 'end'].filter(what => text.includes(`"${page}/${what}"`))
  }
  expect(await offers()).toEqual(['details', 'extension', 'end'])
  await post(site, `${page}/end`, boss, { lastDay: '', words: 'Assez.' })
  expect((await read(host)).headings).toEqual(['Vos dates', 'Vous recevez'])
  expect(await toldSince(host)).toEqual([[['series-cancelled', null, 'CANCEL']]])
  expect(await offers()).toEqual([])
})

test('who receives dates does not hear of what they do themselves; withdrawing, their calendar does', async () => {
  const own = { ...series({ step: 'create' }), hostPerson: (await named(boss)) ?? '' }
  const mine = placeOf(await post(site, `/fr/${network.slug}/series`, boss, own))
  await forgetMail(site.database)
  await post(site, `${mine}/end`, boss, { lastDay: '', words: '' })
  expect(await toldSince(boss)).toEqual([[]])
  const page = placeOf(
    await post(site, `/fr/${network.slug}/series`, boss, series({ step: 'create', title: 'Autre' })),
  )
  await post(site, `${page}/host`, host, { answer: 'confirmed' })
  await post(site, `${page}/registration`, member, {})
  await post(site, `${page}/registration`, other, {})
  await forgetMail(site.database)
  await post(site, `${page}/registration/removal`, other, {})
  expect(await toldSince(other)).toEqual([[['series-withdrawn', null, null]]])
  await post(site, `${page}/registration/removal`, member, {})
  expect(await toldSince(member)).toEqual([[['series-withdrawn', null, 'CANCEL']]])
  await post(site, `${page}/host`, host, { answer: 'withdrew' })
  expect(await toldSince(host)).toEqual([[['series-hosting-ended', null, 'CANCEL']]])
})

test('who received a series hears when another is asked to, and has it taken out of their calendar but where they come', async () => {
  const made = await post(site, `/fr/${network.slug}/series`, boss, series({ step: 'create' }))
  const page = placeOf(made)
  await post(site, `${page}/host`, host, { answer: 'confirmed' })
  const [first] = await site.database.asOwner<{ id: string }>(
    'select id from meeting where series_id = $1 order by starts_at',
    [page.split('/').at(-1)],
  )
  await post(site, `/fr/${network.slug}/meetings/${first?.id}/registration`, host, {})
  await site.database.asOwner(`update person set name = 'Autre Hôte' where id = $1`, [other.personId])
  await forgetMail(site.database)
  const given = series({ hostPerson: 'Autre Hôte', since: '', step: 'change' })
  expect((await post(site, `${page}/details`, boss, given)).status).toBe(303)
  const [ended] = (await lettersTo(site, network, host.email)).filter(
    ({ template }) => template === 'series-hosting-ended',
  )
  const { method, content } = (ended?.secrets?.calendar ?? {}) as { method?: string; content?: string }
  expect([method, content?.split('BEGIN:VEVENT').length]).toEqual(['CANCEL', 3])
  expect((await toldSince(other))[0]).toContainEqual(['series-host-asked', null, null])
})

async function named({ personId }: TestPerson): Promise<string | undefined> {
  const [row] = await site.database.asOwner<{ name: string }>('select name from person where id = $1', [
    personId,
  ])
  return row?.name
}
