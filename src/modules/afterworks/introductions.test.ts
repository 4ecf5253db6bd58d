import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readTenant } from '#db/tenant.ts'
import { anEdition, aSeries, atMeeting, mailOf, submit } from '#modules/afterworks/afterworks.fixture.ts'
import { countersOf } from '#modules/afterworks/counters.ts'
import { afterworksData } from '#modules/afterworks/personal-data.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let facilitator: TestPerson
let administrator: TestPerson
let stranger: TestPerson
let nosy: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'reseau' })
  facilitator = await aPerson(site.database, network, 'facilitator')
  administrator = await aPerson(site.database, network, 'administrator')
  nosy = await aPerson(site.database, network, 'member')
  const elsewhere = await aNetwork(site.database, { slug: 'ailleurs' })
  stranger = await aPerson(site.database, elsewhere, 'administrator')
})

afterAll(() => site.close())

async function two(): Promise<[TestPerson, TestPerson]> {
  return [await aPerson(site.database, network, 'member'), await aPerson(site.database, network, 'member')]
}

function ask(asker: TestPerson, asked: TestPerson, more: Record<string, string> = {}): Promise<Response> {
  const fields = { personId: asked.personId, message: 'Parlons de vos palettes', ...more }
  return submit(site, '/fr/reseau/introductions', fields, asker.cookie)
}

/** Where an answer leads, without what is said there once. */
function leads(response: Response): string {
  return (response.headers.get('location') ?? '').split('?')[0] ?? ''
}

async function statuses(path: string, people: TestPerson[]): Promise<number[]> {
  return Promise.all(people.map(async ({ cookie }) => (await site.get(path, { cookie })).status))
}

describe('until both agree', () => {
  test('nobody else hears of it, not even those who run the network', async () => {
    const [ana, ben] = await two()
    const path = leads(await ask(ana, ben))
    expect(await statuses(path, [ana, ben, nosy, facilitator, administrator, stranger])).toEqual([
      200, 200, 404, 404, 404, 403,
    ])
    for (const page of ['/fr/reseau/introductions/agreed', '/fr/reseau/introductions'])
      expect(await (await site.get(page, { cookie: administrator.cookie })).text()).not.toContain(ana.name)
    // Neither sees the address of the other yet.
    expect(await (await site.get(path, { cookie: ana.cookie })).text()).not.toContain(ben.email)
    expect(await (await site.get(path, { cookie: ben.cookie })).text()).not.toContain(ana.email)
    const id = path.split('/').at(-1)
    for (const who of [ana, ben, facilitator])
      expect((await site.get(`/fr/reseau/threads/introduction/${id}`, { cookie: who.cookie })).status).toBe(
        404,
      )
    const told = (await mailOf(site.database, network)).filter(one => one.address === ben.email)
    expect(told.map(one => one.template)).toEqual(['introduction-asked'])
  })

  test('whoever was asked answers, and nobody for them', async () => {
    const [ana, ben] = await two()
    const path = leads(await ask(ana, ben))
    const answer = (who: TestPerson) => submit(site, `${path}/answer`, { agreed: 'yes' }, who.cookie)
    expect((await answer(ana)).status).toBe(403)
    expect((await answer(facilitator)).status).toBe(404)
    expect((await answer(ben)).status).toBe(303)
    expect((await answer(ben)).status).toBe(422)
  })

  test('no means no: they are not asked again, and may still ask themselves', async () => {
    const [ana, ben] = await two()
    const path = leads(await ask(ana, ben))
    await submit(site, `${path}/answer`, { agreed: 'no' }, ben.cookie)
    const again = await ask(ana, ben)
    expect(again.status).toBe(422)
    expect(await again.text()).toContain('Parlons de vos palettes')
    expect((await ask(ben, ana)).status).toBe(303)
    expect(await statuses(path, [ana, ben, facilitator])).toEqual([200, 200, 404])
  })

  test('taken back by whoever asked, before the answer', async () => {
    const [ana, ben] = await two()
    const path = leads(await ask(ana, ben))
    expect((await submit(site, `${path}/withdrawal`, {}, ben.cookie)).status).toBe(403)
    expect((await submit(site, `${path}/withdrawal`, {}, ana.cookie)).status).toBe(303)
    expect((await submit(site, `${path}/answer`, { agreed: 'yes' }, ben.cookie)).status).toBe(422)
  })

  test('not oneself, nor somebody without a place in the network, nor too many in a day', async () => {
    const [ana] = await two()
    const gone = await aPerson(site.database, network, null)
    const path = (person: TestPerson) => `/fr/reseau/introductions/new?person=${person.personId}`
    expect(await statuses(path(ana), [ana])).toEqual([404])
    expect(await statuses(path(gone), [ana])).toEqual([404])
    expect((await ask(ana, gone)).status).toBe(404)
    for (let asked = 0; asked < 20; asked++)
      expect((await ask(ana, await aPerson(site.database, network, 'member'))).status).toBe(303)
    const one_more = await aPerson(site.database, network, 'member')
    expect((await ask(ana, one_more)).status).toBe(422)
    expect(
      await (await site.get(`/fr/reseau/members/${one_more.personId}`, { cookie: ana.cookie })).text(),
    ).toContain(`introductions/new?person=${one_more.personId}`)
  })
})

test('one’s own data have what one said, and nothing the other keeps', async () => {
  const [ana, ben] = await two()
  const path = leads(await ask(ana, ben))
  await submit(site, `${path}/answer`, { agreed: 'yes' }, ben.cookie)
  const data = await readTenant(site.database.db, network.inside, trx =>
    afterworksData(trx, network.id, ana.accountId),
  )
  expect(data.introductions).toMatchObject([
    { askedByMe: true, other: ben.name, message: 'Parlons de vos palettes', state: 'agreed' },
  ])
  expect(JSON.stringify(data)).not.toContain(ben.email)
})

describe('once both agree', () => {
  test('who asks whoever asked them agrees: at the same moment too', async () => {
    const [ana, ben] = await two()
    const answers = await Promise.all([ask(ana, ben), ask(ben, ana), ask(ana, ben), ask(ben, ana)])
    expect(answers.map(one => one.status)).toEqual([303, 303, 303, 303])
    expect(new Set(answers.map(leads)).size).toBe(1)
    const rows = await site.database.asOwner<{ state: string }>(
      'select state from introduction where network_id = $1 and asker_id in ($2, $3) and asked_id in ($2, $3)',
      [network.id, ana.personId, ben.personId],
    )
    expect(rows).toEqual([{ state: 'agreed' }])
    const mails = (await mailOf(site.database, network)).filter(({ address }) =>
      [ana.email, ben.email].includes(address),
    )
    expect(mails.map(one => one.template).sort()).toEqual(['introduction-agreed', 'introduction-asked'])
  })

  test('each sees the address of the other, and they write to each other alone', async () => {
    const [ana, ben] = await two()
    const path = leads(await ask(ana, ben))
    await submit(site, `${path}/answer`, { agreed: 'yes' }, ben.cookie)
    expect(await (await site.get(path, { cookie: ana.cookie })).text()).toContain(`mailto:${ben.email}`)
    expect(await (await site.get(path, { cookie: ben.cookie })).text()).toContain(`mailto:${ana.email}`)
    // Those who run the network see that it is, and neither the addresses nor what was said.
    const seen = await (await site.get(path, { cookie: facilitator.cookie })).text()
    expect(seen).toContain(ana.name)
    expect(seen).not.toContain(ana.email)
    expect(seen).not.toContain('Parlons de vos palettes')
    const thread = `/fr/reseau/threads/introduction/${path.split('/').at(-1)}`
    expect(await statuses(thread, [ana, ben, nosy, facilitator, administrator])).toEqual([
      200, 200, 404, 404, 404,
    ])
    expect(await statuses(path, [nosy, stranger])).toEqual([404, 403])
  })

  test('from stage to stage: a synergy has a name, a joint project a local authority, and counts among its edition', async () => {
    const { database } = site
    const [ana, ben] = await two()
    const series = await aSeries(database, await anEntry(database, network, facilitator, 'facilitator'), {})
    const meeting = await anEdition(database, network, series)
    for (const { personId } of [ana, ben]) await atMeeting(database, network, meeting, { personId })
    const path = leads(await ask(ana, ben, { meetingId: meeting }))
    await submit(site, `${path}/answer`, { agreed: 'yes' }, ben.cookie)
    const step = (fields: Record<string, string>, who = ana) =>
      submit(site, `${path}/steps`, fields, who.cookie)
    expect((await step({ stage: 'conversation', note: 'Déjeuner au port' })).status).toBe(303)
    expect((await step({ stage: 'synergy' })).status).toBe(422)
    expect((await step({ stage: 'joint_project', title: 'Palettes' })).status).toBe(422)
    expect(
      (await step({ stage: 'joint_project', title: 'Palettes', localAuthority: 'Bingerville' }, nosy)).status,
    ).toBe(404)
    const project = { stage: 'joint_project', title: 'Palettes', localAuthority: 'Bingerville' }
    expect((await step(project, facilitator)).status).toBe(403)
    expect((await step(project, ben)).status).toBe(303)
    const projects = await site.get('/fr/reseau/introductions/projects', { cookie: facilitator.cookie })
    expect(await projects.text()).toContain('Bingerville')
    const counters = await readTenant(database.db, network.inside, trx => countersOf(trx, series))
    expect(counters).toMatchObject({ introductions: 1, jointProjects: 1 })
    // What a number counted is what it leads to, and no other of the network.
    const [cleo, dan] = await two()
    const elsewhere = leads(await ask(cleo, dan))
    await submit(site, `${elsewhere}/answer`, { agreed: 'yes' }, dan.cookie)
    const read = async (page: string, who = facilitator) =>
      (await site.get(`/fr/reseau/${page}`, { cookie: who.cookie })).text()
    const numbers = await read(`afterworks/${series.slug}`)
    for (const list of ['agreed', 'projects']) {
      expect(numbers).toContain(`href="/fr/reseau/introductions/${list}?series=${series.slug}"`)
      expect(await read(`introductions/${list}?series=${series.slug}`)).not.toContain(cleo.name)
    }
    expect(await read(`introductions/agreed?series=${series.slug}`)).toContain(ana.name)
    expect(await read('introductions/agreed')).toContain(cleo.name)
    expect(await read(`afterworks/${series.slug}`, nosy)).not.toContain('introductions/agreed')
    expect(await read('introductions/projects?series=aucune')).toContain('n’existe pas')
    expect((await step({ stage: 'closed' })).status).toBe(303)
    expect((await step(project)).status).toBe(422)
  })

  test('an edition has what came of it only where both were there', async () => {
    const { database } = site
    const [ana, ben] = await two()
    const series = await aSeries(database, await anEntry(database, network, facilitator, 'facilitator'), {})
    const meeting = await anEdition(database, network, series)
    await atMeeting(database, network, meeting, { personId: ana.personId })
    const path = leads(await ask(ana, ben, { meetingId: meeting }))
    await submit(site, `${path}/answer`, { agreed: 'yes' }, ben.cookie)
    const counters = await readTenant(database.db, network.inside, trx => countersOf(trx, series))
    expect(counters.introductions).toBe(0)
  })

  test('what somebody said goes with their account, and what waited is over', async () => {
    const { database } = site
    const [ana, ben] = await two()
    const [cleo] = await two()
    const agreed = leads(await ask(ana, ben))
    await submit(site, `${agreed}/answer`, { agreed: 'yes' }, ben.cookie)
    const waiting = leads(await ask(ana, cleo))
    await database.asOwner(
      `update person set erased_at = now(), name = 'Compte supprimé', email = null, account_id = null where id = $1`,
      [ana.personId],
    )
    const seen = await (await site.get(agreed, { cookie: ben.cookie })).text()
    expect(seen).not.toContain(ana.email)
    expect(seen).not.toContain('Parlons de vos palettes')
    expect((await submit(site, `${waiting}/answer`, { agreed: 'yes' }, cleo.cookie)).status).toBe(422)
  })
})
