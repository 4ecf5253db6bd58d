import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant, readTenant } from '#db/tenant.ts'
import { addComment } from '#modules/commons/discussion/comments.ts'
import { aPlan, publish, write } from '#modules/commons/discussion/discussion.fixture.ts'
import { discussionOf } from '#modules/commons/discussion/discussion.ts'
import { commentInput } from '#modules/commons/discussion/schema.ts'
import type { Entry } from '#modules/network/index.ts'
import { listening, type TestApp, type TestSite, testApp } from '../../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp
let web: TestSite
let network: TestNetwork
let ben: TestPerson
let author: Entry
let reader: Entry

beforeAll(async () => {
  site = await testApp()
  web = await listening(site)
  network = await aNetwork(site.database, { slug: 'ici' })
  author = await anEntry(site.database, network, await aPerson(site.database, network, 'member'))
  ben = await aPerson(site.database, network, 'member', { name: 'Ben Lecteur' })
  reader = await anEntry(site.database, network, ben)
}, 60_000)

afterAll(async () => {
  await web.close()
  await site.close()
})

async function aSharedPlan(title: string): Promise<string> {
  const id = await aPlan(site.database, author, title)
  await write(site.database, author, id, {
    'challenge-statement': 'Un four solaire',
    background: 'Un village',
  })
  await publish(site.database, author, id, 'network')
  for (const [table, column] of [
    ['commons_item', 'id'],
    ['commons_version', 'item_id'],
  ])
    await site.database.asOwner(
      `update ${table} set visibility = 'public' where network_id = $1 and ${column} = $2`,
      [network.id, id],
    )
  return id
}

const say = (entry: Entry, id: string, input: Record<string, string>) =>
  inTenant(site.database.db, entry.tenant, trx =>
    addComment(trx, entry, id, commentInput.parse(input), 'https://cordee.example'),
  )

const beside = (entry: Entry, id: string) =>
  readTenant(site.database.db, entry.tenant, trx => discussionOf(trx, entry, id))

test('what is open stands beside the page, in the order of its questions', async () => {
  const id = await aSharedPlan('En ordre')
  await say(reader, id, { path: 'background', body: 'Lequel ?' })
  await say(reader, id, { path: 'challenge-statement', quote: 'four solaire', body: 'De quelle taille ?' })
  await say(reader, id, { body: 'Merci' })
  const { threads, counts } = await beside(reader, id)
  expect(threads.map(({ body }) => body)).toEqual(['Merci', 'De quelle taille ?', 'Lequel ?'])
  expect(counts).toEqual({ open: 3, all: 3 })
})

test('a word that is all of an answer is found in it by its question, and can be replaced', async () => {
  const id = await aSharedPlan('En un mot')
  await write(site.database, author, id, { 'value-proposition': 'Abidjan', 'early-leads': 'Abidjan' })
  await publish(site.database, author, id, 'network')
  const made = await say(reader, id, {
    kind: 'suggestion',
    quote: 'Abidjan',
    before: 'Qui faudrait-il associer tôt ?',
    replacement: 'La mairie d’Abidjan',
  })
  expect(made.problem).toBeUndefined()
  expect((await beside(reader, id)).threads).toMatchObject([{ path: 'early-leads' }])
})

test('what writers say of unpublished words stands beside the page for them alone', async () => {
  const id = await aSharedPlan('Entre eux')
  await write(site.database, author, id, { background: 'Un village du nord' })
  await say(author, id, { path: 'background', quote: 'du nord', body: 'À vérifier' })
  expect((await beside(author, id)).counts).toEqual({ open: 1, all: 1 })
  expect((await beside(reader, id)).counts).toEqual({ open: 0, all: 0 })
})

test('members have it on the page of the item; what is kept for the public has none of it, whoever came first', async () => {
  const id = await aSharedPlan('Vue de tous')
  await say(reader, id, { path: 'background', quote: 'village', body: 'Zanzibar' })
  const page = async (cookie?: string) => {
    const response = await fetch(`${web.url}/fr/ici/commons/vue-de-tous`, {
      headers: cookie ? { cookie } : {},
    })
    expect(response.status).toBe(200)
    return response.text()
  }
  expect(await page(ben.cookie)).toContain('Zanzibar')
  for (let time = 0; time < 3; time++) expect(await page()).not.toMatch(/Zanzibar|threads-aside|comments/)
  expect(await page(ben.cookie)).toContain('Zanzibar')
})

test('a suggestion is read beside the page with the words it would have instead', async () => {
  const id = await aSharedPlan('Autrement dit')
  await say(reader, id, {
    kind: 'suggestion',
    path: 'challenge-statement',
    quote: 'four solaire',
    replacement: 'four à bois',
  })
  const response = await fetch(`${web.url}/fr/ici/commons/autrement-dit`, { headers: { cookie: ben.cookie } })
  const html = (await response.text()).replace(/<span class="visually-hidden".*?<\/span>/gs, '')
  expect(html).toMatch(/<del>solaire<\/del><ins>à bois<\/ins>/)
})

test('one account may say only so much in a while', async () => {
  const id = await aSharedPlan('Bavarde')
  const strict = await testApp({ database: site.database, env: { RATE_LIMIT: '0.05' } })
  const post = async (cookie: string) => {
    const response = await strict.app.request(`/fr/ici/writing/${id}/comments`, {
      method: 'POST',
      headers: {
        cookie,
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
      },
      body: new URLSearchParams({ body: 'Encore' }).toString(),
    })
    return response.status
  }
  const statuses: number[] = []
  for (let time = 0; time < 5; time++) statuses.push(await post(ben.cookie))
  expect(statuses).toEqual([303, 303, 303, 429, 429])
  const other = await aPerson(site.database, network, 'member')
  expect(await post(other.cookie)).toBe(303)
  await strict.close()
})
