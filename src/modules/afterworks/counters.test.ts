import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { anEdition, aSeries, atMeeting, submit } from '#modules/afterworks/afterworks.fixture.ts'
import { type Counter, countedIn, countersOf } from '#modules/afterworks/counters.ts'
import type { Series } from '#modules/afterworks/series.ts'
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
let tanners: string
let laundry: string
let ana: TestPerson
let ben: TestPerson
let boss: TestPerson
let runs: Entry

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  network = await aNetwork(database, { slug: 'reseau' })
  tanners = await anOrganisation(database, network, 'Atelier des Tanneurs')
  laundry = await anOrganisation(database, network, 'Blanchisserie du Port')
  ana = await aPerson(database, network, 'member', { name: 'Ana', organisationId: tanners })
  ben = await aPerson(database, network, 'member', { name: 'Ben', organisationId: tanners })
  boss = await aPerson(database, network, 'facilitator')
  runs = await anEntry(database, network, boss, 'facilitator')
})

afterAll(() => site.close())

function counted(series: Series, counter: Counter = 'aware') {
  return readTenant(site.database.db, network.inside, async trx => {
    const counters = await countersOf(trx, series)
    const { organisations } = await countedIn(trx, series, counter)
    // A number is what it opens to.
    expect(organisations.length).toBe(counters[counter])
    return organisations.map(({ id, name, times }) => ({ id, name, times }))
  })
}

test('an organisation counts once: several of its people, several editions, however it is written', async () => {
  const { database } = site
  const series = await aSeries(database, runs, { name: 'Comptée' })
  const first = await anEdition(database, network, series, -40)
  const second = await anEdition(database, network, series, -9)
  await atMeeting(database, network, first, { personId: ana.personId, organisationId: tanners })
  await atMeeting(database, network, first, { personId: ben.personId, organisationId: tanners })
  await atMeeting(database, network, second, { personId: ana.personId, organisationId: tanners })
  await atMeeting(database, network, second, { written: '  atelier  des TANNEURS ' })
  await atMeeting(database, network, second, { written: 'Fonderie d’Égérie' })
  await atMeeting(database, network, second, { written: "FONDERIE D'EGERIE" })
  await atMeeting(database, network, first, { written: 'Fonderie-d’Egérie' })
  await atMeeting(database, network, second, { written: '' })
  expect(await counted(series)).toEqual([
    { id: tanners, name: 'Atelier des Tanneurs', times: 2 },
    { id: null, name: expect.stringMatching(/^fonderie/i), times: 2 },
  ])
})

test('who was absent, withdrew, comes to an edition to come, cancelled or before the day it counts from counts for none', async () => {
  const { database } = site
  const day = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10)
  const series = await aSeries(database, runs, { name: 'Stricte', countedFrom: day })
  const held = await anEdition(database, network, series, -3)
  const who = { personId: ana.personId, organisationId: tanners }
  await atMeeting(database, network, held, { ...who, present: false })
  await atMeeting(database, network, held, { organisationId: laundry, present: null })
  await atMeeting(database, network, held, { organisationId: laundry, present: true, state: 'withdrawn' })
  await atMeeting(database, network, await anEdition(database, network, series, 6), who)
  await atMeeting(database, network, await anEdition(database, network, series, -4, 'cancelled'), who)
  await atMeeting(database, network, await anEdition(database, network, series, -60), who)
  expect(await counted(series)).toEqual([])
  await atMeeting(database, network, held, { organisationId: laundry })
  expect(await counted(series)).toEqual([{ id: laundry, name: 'Blanchisserie du Port', times: 1 }])
})

test('what was taken up, by organisation; the same tool is stated once, by its own people', async () => {
  const series = await aSeries(site.database, runs, { name: 'Outils' })
  const path = `/fr/reseau/afterworks/${series.slug}`
  const state = (tool: string, organisationId = tanners) =>
    submit(site, `${path}/adoptions`, { tool, organisationId, evidence: 'Charte signée' }, ana.cookie)
  expect((await state('Charte d’achats')).status).toBe(303)
  expect((await state('Bilan carbone')).status).toBe(303)
  const again = await state('Charte d’achats')
  expect(again.status).toBe(422)
  expect(await again.text()).toContain('Charte signée')
  expect((await state('Charte d’achats', laundry)).status).toBe(403)
  expect(await counted(series, 'adopted')).toEqual([{ id: tanners, name: 'Atelier des Tanneurs', times: 2 }])
})

test('pages of what was counted follow each other without a gap, names alike or not', async () => {
  const { database } = site
  const series = await aSeries(database, runs, { name: 'Longue' })
  const held = await anEdition(database, network, series, -3)
  const alike = [
    await anOrganisation(database, network, 'Le Lien'),
    await anOrganisation(database, network, 'Le Lien'),
  ]
  for (const organisationId of alike) await atMeeting(database, network, held, { organisationId })
  for (const written of ['Zénith', 'Abeille', 'Œuvre', 'le lieu', 'Éclat'])
    await atMeeting(database, network, held, { written })
  const all = await readTenant(database.db, network.inside, trx => countedIn(trx, series, 'aware'))
  const keys: string[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof countedIn>> = await readTenant(database.db, network.inside, trx =>
      countedIn(trx, series, 'aware', { after, limit: 2 }),
    )
    keys.push(...page.organisations.map(one => one.key))
    after = page.next
  } while (after !== null)
  expect(keys).toEqual(all.organisations.map(one => one.key))
  expect(new Set(keys).size).toBe(7)
})

test('the public reads the numbers of a public series, not the names; members take the list away', async () => {
  const { database } = site
  const series = await aSeries(database, runs, { name: 'Publique', awareTarget: '100' })
  const held = await anEdition(database, network, series, -3)
  await atMeeting(database, network, held, { organisationId: laundry })
  await atMeeting(database, network, held, { written: '=HYPERLINK("x")' })
  const html = await (await site.get(`/fr/reseau/afterworks/${series.slug}`)).text()
  expect(html).toContain('Organisations sensibilisées')
  expect(html).toMatch(/<dd>2<small> \/ 100<\/small>/)
  expect(html).not.toContain('Blanchisserie du Port')
  const path = `/fr/reseau/afterworks/${series.slug}/counted/aware/export/aware.csv`
  expect((await site.get(path)).status).toBe(401)
  const csv = await (await site.get(path, { cookie: ana.cookie })).text()
  expect(csv.split('\r\n').filter(Boolean)).toHaveLength(3)
  expect(csv).toContain('"Blanchisserie du Port"')
  expect(csv).not.toMatch(/^"=/m)
  const closed = await aSeries(database, runs, { name: 'Privée', visibility: 'network' })
  const seen = await inTenant(database.db, network.outside, trx => countersOf(trx, closed))
  expect(seen.editions).toBe(0)
})
