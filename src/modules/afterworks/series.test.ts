import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { anEdition, aSeries, dayAhead, mailOf, submit } from '#modules/afterworks/afterworks.fixture.ts'
import { lookAfterSeries } from '#modules/afterworks/lapsing.ts'
import { listProposals, propose, vote } from '#modules/afterworks/proposals.ts'
import { proposalInput } from '#modules/afterworks/schema.ts'
import { confirmNext, openSeries, type Series } from '#modules/afterworks/series.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import {
  aNetwork,
  anEntry,
  anOrganisation,
  aPerson,
  type TestNetwork,
  type TestPerson,
} from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let elsewhere: TestNetwork
let organisations: [string, string]
let people: Record<'runs' | 'ana' | 'ben' | 'colleague' | 'stranger', TestPerson>
let runs: Entry
let ana: Entry
let ben: Entry

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  network = await aNetwork(database, { slug: 'reseau' })
  elsewhere = await aNetwork(database, { slug: 'ailleurs' })
  organisations = [
    await anOrganisation(database, network, 'Atelier des Tanneurs'),
    await anOrganisation(database, network, 'Blanchisserie du Port'),
  ]
  const [organisationId, other] = organisations
  people = {
    runs: await aPerson(database, network, 'facilitator'),
    ana: await aPerson(database, network, 'member', { name: 'Ana', organisationId }),
    colleague: await aPerson(database, network, 'member', { name: 'Cleo', organisationId }),
    ben: await aPerson(database, network, 'member', { name: 'Ben', organisationId: other }),
    stranger: await aPerson(database, elsewhere, 'administrator'),
  }
  runs = await anEntry(database, network, people.runs, 'facilitator')
  ana = { ...(await anEntry(database, network, people.ana)), mandates: acting(people.ana, organisationId) }
  ben = { ...(await anEntry(database, network, people.ben)), mandates: acting(people.ben, other) }
})

afterAll(() => site.close())

function acting({ mandateId }: TestPerson, organisationId: string): Entry['mandates'] {
  return [
    { id: mandateId, role: 'member', organisationId, organisation: null, title: '' },
  ] as Entry['mandates']
}

function write<T>(entry: Entry, work: (trx: Parameters<typeof openSeries>[0]) => Promise<T>): Promise<T> {
  return inTenant(site.database.db, entry.tenant, work)
}

function reread(series: Series): Promise<Series> {
  return write(runs, trx => openSeries(trx, runs, series.slug))
}

/** As if its day had passed. */
function overSince(series: Series, days: number) {
  return site.database.asOwner(
    `update afterwork_series set confirm_by = current_date - $3::int, anchor = current_date - $3::int
     where network_id = $1 and id = $2`,
    [network.id, series.id, days],
  )
}

describe('a series lives by demand', () => {
  test('nobody wanted the next one: it lapses once, whoever looks, and those who wanted it before are told', async () => {
    const { db } = site.database
    const series = await aSeries(site.database, runs, { name: 'Sans suite' })
    await site.database.asOwner(
      `insert into afterwork_confirmation (network_id, series_id, cycle, organisation_id, person_id)
       values ($1, $2, '2020-01-31', $3, $4)`,
      [network.id, series.id, organisations[0], people.ana.personId],
    )
    await overSince(series, 3)
    const lapsed = await Promise.all([lookAfterSeries(db), lookAfterSeries(db), lookAfterSeries(db)])
    expect(lapsed.reduce((sum, one) => sum + one, 0)).toBe(1)
    expect((await reread(series)).state).toBe('lapsed')
    const told = (await mailOf(site.database, network)).filter(one => one.template === 'afterworks-lapsed')
    expect(told.map(one => one.address).sort()).toEqual([people.ana.email, people.runs.email].sort())
    expect(told[0]?.params.url).toBe(`https://cordee.example/fr/reseau/afterworks/${series.slug}`)
    expect(await lookAfterSeries(db)).toBe(0)
  })

  test('each is told in the language and the hours of their account', async () => {
    const away = await aNetwork(site.database, { slug: 'au-loin' })
    const far = await aPerson(site.database, away, 'facilitator', { locale: 'es' })
    await site.database.asOwner(`update account set time_zone = 'America/Lima' where id = $1`, [
      far.accountId,
    ])
    const series = await aSeries(site.database, await anEntry(site.database, away, far, 'facilitator'), {
      name: 'Au loin',
    })
    await site.database.asOwner(
      `update afterwork_series set confirm_by = current_date - 3, anchor = current_date - 3 where id = $1`,
      [series.id],
    )
    await lookAfterSeries(site.database.db)
    const told = await site.database.asOwner(
      `select locale, time_zone, params->>'url' as url from mail_message
       where network_id = $1 and template = 'afterworks-lapsed'`,
      [away.id],
    )
    const url = `https://cordee.example/es/au-loin/afterworks/${series.slug}`
    expect(told).toEqual([{ locale: 'es', time_zone: 'America/Lima', url }])
  })

  test('enough organisations wanted it: the next cycle begins, with nobody’s word yet', async () => {
    const series = await aSeries(site.database, runs, { name: 'Voulue', confirmations: 2 })
    for (const [entry, organisation] of [
      [ana, organisations[0]],
      [ana, organisations[0]],
      [ben, organisations[1]],
    ] as const)
      await write(entry, trx => confirmNext(trx, entry, series.slug, organisation))
    expect((await reread(series)).confirmed).toBe(2)
    await site.database.asOwner(
      `with moved as (
         update afterwork_series set confirm_by = current_date - 1, anchor = current_date - 1
         where network_id = $1 and id = $2
       )
       update afterwork_confirmation set cycle = current_date - 1 where network_id = $1 and series_id = $2`,
      [network.id, series.id],
    )
    await lookAfterSeries(site.database.db)
    const after = await reread(series)
    expect(after).toMatchObject({ state: 'active', confirmed: 0 })
    expect(after.confirmBy > dayAhead(0)).toBe(true)
  })

  test('an edition to come carries it on; one that was cancelled does not', async () => {
    const announced = await aSeries(site.database, runs, { name: 'Annoncée' })
    const cancelled = await aSeries(site.database, runs, { name: 'Annulée' })
    await anEdition(site.database, network, announced, 5)
    await anEdition(site.database, network, cancelled, 5, 'cancelled')
    await overSince(announced, 1)
    await overSince(cancelled, 1)
    await lookAfterSeries(site.database.db)
    expect((await reread(announced)).state).toBe('active')
    expect((await reread(cancelled)).state).toBe('lapsed')
  })

  test('lapsed, it lives again as soon as enough organisations want it', async () => {
    const series = await aSeries(site.database, runs, { name: 'En sommeil', confirmations: 2 })
    await overSince(series, 40)
    await lookAfterSeries(site.database.db)
    expect((await write(ana, trx => confirmNext(trx, ana, series.slug, organisations[0]))).state).toBe(
      'lapsed',
    )
    const revived = await write(ben, trx => confirmNext(trx, ben, series.slug, organisations[1]))
    expect(revived).toMatchObject({ state: 'active', confirmed: 2 })
    expect(revived.confirmBy > dayAhead(25)).toBe(true)
  })

  test('another day keeps what organisations said', async () => {
    const series = await aSeries(site.database, runs, { name: 'Déplacée' })
    await write(ana, trx => confirmNext(trx, ana, series.slug, organisations[0]))
    const fields = { name: series.name, rhythm: 'monthly', visibility: 'public', confirmations: '1' }
    const sent = { ...fields, confirmBy: dayAhead(33), countedFrom: dayAhead(-10) }
    const path = `/fr/reseau/afterworks/${series.slug}`
    expect((await submit(site, `${path}/details`, sent, people.runs.cookie)).status).toBe(303)
    expect(await reread(series)).toMatchObject({ confirmBy: dayAhead(33), confirmed: 1 })
    // A day that is over would send it to sleep at once.
    const over = await submit(
      site,
      `${path}/details`,
      { ...sent, confirmBy: dayAhead(-3) },
      people.runs.cookie,
    )
    expect([over.status, (await over.text()).includes('Cette date est passée.')]).toEqual([422, true])
    expect((await reread(series)).confirmBy).toBe(dayAhead(33))
  })

  test('one speaks for one’s own organisation alone', async () => {
    const series = await aSeries(site.database, runs, { name: 'À qui' })
    const path = `/fr/reseau/afterworks/${series.slug}/confirmations`
    const [own, other] = organisations
    expect((await submit(site, path, { organisationId: other }, people.ana.cookie)).status).toBe(403)
    expect((await submit(site, path, { organisationId: own }, people.ana.cookie)).status).toBe(303)
    expect((await reread(series)).confirmed).toBe(1)
  })
})

describe('what is proposed', () => {
  test('an organisation counts once, however many of its people vote', async () => {
    const series = await aSeries(site.database, runs, { name: 'Votes' })
    const theme = proposalInput.parse({ kind: 'theme', text: 'L’eau du port' })
    const id = await write(ana, trx => propose(trx, ana, series.slug, theme))
    const colleague: Entry = {
      ...(await anEntry(site.database, network, people.colleague)),
      mandates: acting(people.colleague, organisations[0]),
    }
    const alone = await anEntry(site.database, network, await aPerson(site.database, network, 'member'))
    for (const entry of [colleague, ben, ben, { ...alone, mandates: [] }])
      await write(entry, trx => vote(trx, entry, series.slug, id, true))
    const votes = async () => (await write(ana, trx => listProposals(trx, ana, series)))[0]?.votes
    // Two organisations, and somebody who acts for none.
    expect(await votes()).toBe(3)
    await write(ana, trx => vote(trx, ana, series.slug, id, false))
    expect(await votes()).toBe(3)
    await write(colleague, trx => vote(trx, colleague, series.slug, id, false))
    expect(await votes()).toBe(2)
  })

  test('a date is one to come, and what was typed comes back', async () => {
    const series = await aSeries(site.database, runs, { name: 'Dates' })
    const path = `/fr/reseau/afterworks/${series.slug}/proposals`
    const past = { kind: 'date', day: '2020-05-04', time: '18:30', details: 'Après le marché' }
    const refused = await submit(site, path, past, people.ana.cookie)
    expect(refused.status).toBe(422)
    const html = await refused.text()
    expect(html).toContain('Cette date est passée.')
    expect(html).toContain('Après le marché')
    const to_come = { ...past, day: dayAhead(12) }
    expect((await submit(site, path, to_come, people.ana.cookie)).status).toBe(303)
  })

  test('what most want fills the form of the next edition; announced, its proposals are open no longer', async () => {
    const series = await aSeries(site.database, runs, { name: 'Suite', visibility: 'public' })
    const wanted = proposalInput.parse({ kind: 'theme', text: 'Déchets du chantier' })
    const id = await write(ana, trx => propose(trx, ana, series.slug, wanted))
    const path = `/fr/reseau/afterworks/${series.slug}/editions`
    const form = await site.get(path, { cookie: people.runs.cookie })
    expect(await form.text()).toContain('Déchets du chantier')
    const sent = { theme: 'Déchets du chantier', day: dayAhead(9), from: '18:00', to: '20:00', chosen: id }
    const answer = await submit(site, path, sent, people.runs.cookie)
    expect(answer.status).toBe(303)
    expect(await write(ana, trx => listProposals(trx, ana, series))).toEqual([])
    const seen = await (await site.get(`/fr/reseau/afterworks/${series.slug}`)).text()
    expect(seen).toContain('Déchets du chantier')
    // The meeting says of which series it is.
    const meeting = (answer.headers.get('location') ?? '').split('?')[0] ?? ''
    expect(await (await site.get(meeting)).text()).toContain(`/fr/reseau/afterworks/${series.slug}`)
  })
})

describe('who may', () => {
  test('pages, by who asks', async () => {
    const open = await aSeries(site.database, runs, { name: 'Ouverte' })
    const closed = await aSeries(site.database, runs, { name: 'Fermée', visibility: 'network' })
    const at = (series: Series, rest = '') => `/fr/reseau/afterworks/${series.slug}${rest}`
    const statuses = async (path: string) =>
      Promise.all(
        [undefined, people.stranger, people.ana, people.runs].map(
          async who => (await site.get(path, who && { cookie: who.cookie })).status,
        ),
      )
    expect(await statuses(at(open))).toEqual([200, 200, 200, 200])
    expect(await statuses(at(closed))).toEqual([404, 404, 200, 200])
    expect(await statuses(at(open, '/counted/aware'))).toEqual([401, 403, 200, 200])
    expect(await statuses(at(open, '/details'))).toEqual([401, 403, 403, 200])
    expect(await statuses('/fr/reseau/introductions')).toEqual([401, 403, 200, 200])
    expect(await statuses('/fr/reseau/introductions/agreed')).toEqual([401, 403, 403, 200])
  })

  test('what is done, by who does it', async () => {
    const series = await aSeries(site.database, runs, { name: 'Qui fait' })
    const statuses = async (rest: string, fields: Record<string, string> = {}) =>
      Promise.all(
        [undefined, people.stranger, people.ana].map(
          async who =>
            (await submit(site, `/fr/reseau/afterworks/${series.slug}${rest}`, fields, who?.cookie)).status,
        ),
      )
    expect(await statuses('/end')).toEqual([401, 403, 403])
    expect(await statuses('/details')).toEqual([401, 403, 403])
    expect(await statuses('/proposals', { kind: 'theme', text: 'Un thème' })).toEqual([401, 403, 303])
    expect(
      (await submit(site, `/fr/reseau/afterworks/${series.slug}/end`, {}, people.runs.cookie)).status,
    ).toBe(303)
    // For good: nothing more is wanted of it.
    const fields = { organisationId: organisations[0] }
    const path = `/fr/reseau/afterworks/${series.slug}/confirmations`
    const late = await submit(site, path, fields, people.ana.cookie)
    expect(late.status).toBe(422)
    expect(await late.text()).toContain('Cette série est terminée.')
  })

  test('nothing of another network', async () => {
    const theirs = await anEntry(site.database, elsewhere, people.stranger, 'administrator')
    const series = await aSeries(site.database, theirs, { name: 'Chez les autres', visibility: 'network' })
    expect(
      (await site.get(`/fr/reseau/afterworks/${series.slug}`, { cookie: people.runs.cookie })).status,
    ).toBe(404)
    expect(
      await (await site.get('/fr/reseau/afterworks', { cookie: people.runs.cookie })).text(),
    ).not.toContain('Chez les autres')
  })
})
