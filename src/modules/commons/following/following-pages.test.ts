import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { decide } from '#modules/commons/families/decisions.ts'
import { aSearch, following, itemOf, newsIn } from '#modules/commons/following/following.fixture.ts'
import { matchFollowings } from '#modules/commons/following/matching.ts'
import { publishDocument } from '#modules/commons/writing/publishing.ts'
import { aDocument, whole } from '#modules/commons/writing/writing.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anEntry,
  aPage,
  aPerson,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let ana: TestPerson
let page: string

beforeAll(async () => {
  site = await testApp()
})

afterAll(() => site.close())

beforeEach(async () => {
  network = await aNetwork(site.database, { visibility: 'private' })
  ana = await aPerson(site.database, network, 'member', { name: 'Ana' })
  page = `/fr/${network.slug}/following`
})

const solar = aPage(
  'Séchoir',
  { thematic_areas: 'énergie', country: 'Togo' },
  'Un séchoir à l’énergie solaire.',
)

function post(path: string, fields: Record<string, string>, cookie = ana.cookie): Promise<Response> {
  return Promise.resolve(
    site.app.request(path, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', origin: 'http://localhost' },
      body: new URLSearchParams(fields).toString(),
    }),
  )
}

async function read(path = page, cookie = ana.cookie): Promise<string> {
  const answer = await site.get(path, { cookie })
  expect(answer.status).toBe(200)
  return answer.text()
}

test('a search is followed by one press, renamed, and stopped', async () => {
  await somePages(site.database, network, { 'solar.md': solar }, 'network')
  const list = await read(`/fr/${network.slug}/following`)
  expect(list).toContain('Vous ne suivez rien encore')
  const followed = await post(page, { kind: 'search', query: 'q=solaire&country=TG' })
  expect(followed.status).toBe(303)
  const id = /#following-([0-9a-f-]+)$/.exec(followed.headers.get('location') ?? '')?.[1] ?? ''
  expect(await read()).toContain('« solaire » · Togo'.replaceAll(/(?<=«) | (?=»)/g, '\u00a0'))
  // Once more, it is the same.
  expect(
    (await post(page, { kind: 'search', query: 'country=TG&q=solaire&sort=title' })).headers.get('location'),
  ).toBe(`${page}?done=following-known#following-${id}`)
  const changed = await post(`${page}/${id}`, { name: 'Le soleil au Togo', cadence: 'weekly' })
  expect(changed.status).toBe(303)
  const renamed = await read()
  expect(renamed).toContain('Le soleil au Togo')
  expect(renamed).toContain('le lundi matin, s’il y a du nouveau')
  expect((await post(`${page}/${id}`, { name: 'x'.repeat(300), cadence: 'weekly' })).status).toBe(422)
  expect((await post(`${page}/${id}/removal`, {})).status).toBe(303)
  expect(await read()).toContain('Vous ne suivez rien encore')
})

test('what nobody has written yet can be followed; a theme that no page has, and words that find nothing ever, cannot', async () => {
  const list = (query: string) => read(`/fr/${network.slug}/commons?${query}`)
  expect(await list('q=hydrog%C3%A8ne')).toContain('Suivre cette recherche')
  expect((await post(page, { kind: 'search', query: 'q=hydrogène' })).status).toBe(303)
  expect(await list('q=hydrog%C3%A8ne')).toContain('Vous suivez cette recherche')
  for (const query of ['theme=nowhere', 'q=de+la']) expect(await list(query)).not.toContain('class="follow')
})

test('where one is, it is said that one follows it, with the way to stop', async () => {
  await somePages(site.database, network, { 'solar.md': solar }, 'network')
  const list = `/fr/${network.slug}/commons?q=solaire`
  expect(await read(list)).toContain('Suivre cette recherche')
  await post(page, { kind: 'search', query: 'q=solaire' })
  const followed = await read(`${list}&sort=title`)
  expect(followed).toContain('Vous suivez cette recherche')
  const stop = /action="([^"]*\/removal)"/.exec(followed)?.[1] ?? ''
  expect((await post(stop, {})).status).toBe(303)
  expect(await read(list)).toContain('Suivre cette recherche')
})

test('a search for one theme alone is followed as the theme', async () => {
  await somePages(site.database, network, { 'solar.md': solar }, 'network')
  const all = await read(`/fr/${network.slug}/commons?theme=energy`)
  expect(all).toContain('Suivre ce thème')
  expect(all).toContain('name="theme" value="energy"')
  expect((await post(page, { kind: 'theme', theme: 'energy' })).status).toBe(303)
  expect(await read(`/fr/${network.slug}/commons?theme=energy&sort=title`)).toContain('Vous suivez ce thème')
  expect(await read(`/fr/${network.slug}/commons?theme=energy&q=solaire`)).toContain('Suivre cette recherche')
  // It is called as its curator named it, in the language one reads.
  const curator = await anEntry(site.database, network, await aPerson(site.database, network, 'facilitator'))
  const labels = { fr: 'Énergies', en: 'Energies' }
  await inTenant(site.database.db, network.inside, trx =>
    decide(trx, curator, [{ kind: 'theme', action: 'name', key: 'energy', labels }]),
  )
  expect(await read()).toMatch(/theme=energy">Énergies</)
  expect(await read(`/en/${network.slug}/following`)).toMatch(/theme=energy">Energies</)
})

test('somebody is followed from their own page, which lists what they share', async () => {
  const luc = await aPerson(site.database, network, 'member', { name: 'Luc' })
  const entry = await anEntry(site.database, network, luc)
  const shared = await aDocument(site, network, luc, { title: 'Un plan partagé', answers: whole })
  await aDocument(site, network, luc, { title: 'Un brouillon' })
  await inTenant(site.database.db, entry.tenant, trx => publishDocument(trx, entry, shared, 'network'))
  const person = `/fr/${network.slug}/members/${luc.personId}`
  const before = await read(person)
  expect(before).toContain('Un plan partagé')
  expect(before).not.toContain('Un brouillon')
  expect(before).toContain(`name="person" value="${luc.personId}"`)
  await post(page, { kind: 'author', person: luc.personId })
  expect(await read(person)).toContain('Vous suivez ce que cette personne publie')
})

test('the feed marks what is new since one last looked, and says why', async () => {
  const { database } = site
  await following(database, network, ana, aSearch('q=solaire'), { name: 'Tout le solaire' })
  await following(database, network, ana, aSearch('country=TG'))
  await somePages(database, network, { 'solar.md': solar }, 'network')
  await matchFollowings(database.db, network.id, new Date())
  const first = await read()
  expect(first).toContain('1 depuis votre dernier passage')
  expect(first).toMatch(/Parce que vous suivez\s*: Tout le solaire et Togo/)
  // Loaded again it is still the same look; after an hour it is another.
  expect(await read()).toContain('1 depuis votre dernier passage')
  await database.asOwner(
    `update commons_follower set looked_at = now() - interval '1 hour' where network_id = $1`,
    [network.id],
  )
  await database.asOwner(`update commons_news set at = at - interval '2 hours' where network_id = $1`, [
    network.id,
  ])
  const later = await read()
  expect(later).not.toContain('depuis votre dernier passage')
  expect(later).toContain('Séchoir')
})

test('the feed pages by key', async () => {
  const { database } = site
  await following(database, network, ana, aSearch('country=TG'))
  const pages = Object.fromEntries(
    Array.from({ length: 45 }, (_, index) => [`${index}.md`, aPage(`Page ${index}.`, { country: 'Togo' })]),
  )
  await somePages(database, network, pages, 'network')
  await matchFollowings(database.db, network.id, new Date())
  const seen = new Set<string>()
  let next: string | undefined = page
  for (let visits = 0; next && visits < 5; visits++) {
    const html: string = await read(next)
    for (const [, title] of html.matchAll(/>(Page \d+\.)</g)) seen.add(title ?? '')
    next = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
  }
  expect(seen.size).toBe(45)
  expect((await site.get(`${page}?after=x`, { cookie: ana.cookie })).status).toBe(422)
})

test('what cannot be followed says so, on the page', async () => {
  for (const [fields, words] of [
    [{ kind: 'search', query: '' }, 'Choisissez d’abord'],
    [{ kind: 'search', query: 'q=les' }, 'trop courants'],
    [{ kind: 'nothing' }, 'following'],
  ] as const) {
    const answer = await post(page, fields)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(words)
  }
  for (const fields of [
    { kind: 'theme', theme: 'inconnu' },
    { kind: 'item', item: network.id },
    { kind: 'author', person: network.id },
  ] as Record<string, string>[])
    expect((await post(page, fields)).status).toBe(404)
})

test('the address of the feed: read without signing in, revoked, replaced, ended with the mandate', async () => {
  const { database } = site
  await following(database, network, ana, aSearch('q=solaire'))
  await somePages(database, network, { 'solar.md': solar }, 'network')
  await matchFollowings(database.db, network.id, new Date())
  const make = async () => {
    const answer = await post(`/fr/${network.slug}/following-feed`, {})
    expect(answer.status).toBe(200)
    return new URL(/https?:[^<]*following-feed\/[\w-]+/.exec(await answer.text())?.[0] ?? '').pathname
  }
  const address = await make()
  const feed = await site.get(address)
  expect(feed.status).toBe(200)
  expect(feed.headers.get('content-type')).toContain('application/atom+xml')
  expect(feed.headers.get('cache-control')).toContain('no-store')
  expect(await feed.text()).toContain('<title>Séchoir</title>')
  // Shown once and kept as a hash.
  expect(await read()).not.toContain(address)
  const [kept] = await database.asOwner<{ row: string }>(
    'select row_to_json(f)::text as row from commons_follower f where network_id = $1',
    [network.id],
  )
  expect(kept?.row).not.toContain(address.split('/').at(-1))
  const second = await make()
  expect((await site.get(address)).status).toBe(404)
  expect((await site.get(second)).status).toBe(200)
  // In another network it is no address at all.
  const other = await aNetwork(database)
  expect((await site.get(second.replace(network.slug, other.slug))).status).toBe(404)
  await database.asOwner(
    'update mandate set valid_until = current_date - 2 where network_id = $1 and person_id = $2',
    [network.id, ana.personId],
  )
  expect((await site.get(second)).status).toBe(404)
  await database.asOwner('update mandate set valid_until = null where network_id = $1', [network.id])
  expect((await site.get(second)).status).toBe(200)
  expect((await post(`/fr/${network.slug}/following-feed/removal`, {})).status).toBe(303)
  expect((await site.get(second)).status).toBe(404)
})

test('what one follows is one’s own: nobody else of the network changes or stops it', async () => {
  const { database } = site
  const id = await following(database, network, ana, aSearch('q=solaire'))
  const admin = await aPerson(database, network, 'administrator')
  const stranger = await aPerson(database, await aNetwork(database), 'administrator')
  expect((await post(`${page}/${id}`, { name: '', cadence: 'never' }, admin.cookie)).status).toBe(404)
  expect((await post(`${page}/${id}/removal`, {}, admin.cookie)).status).toBe(404)
  expect((await post(`${page}/${id}/removal`, {}, stranger.cookie)).status).toBe(404)
  expect((await site.get(page, { cookie: stranger.cookie })).status).toBe(404)
  const open = await aNetwork(database)
  const visitor = await site.get(`/fr/${open.slug}/following`)
  expect([302, 303, 401]).toContain(visitor.status)
  expect((await site.get(`/fr/${open.slug}/following`, { cookie: ana.cookie })).status).toBe(403)
})

test('the API: follow, list, change, hear, stop', async () => {
  const { database } = site
  await somePages(database, network, { 'old.md': aPage('Ancien', { thematic_areas: 'énergie' }) }, 'network')
  const { inTenant } = await import('#db/tenant.ts')
  const { issueToken } = await import('#modules/network/index.ts')
  const key = async (accountId?: string) => {
    const input = {
      name: 'Test',
      scopes: ['commons:contribute' as const],
      days: 1,
      ...(accountId && { accountId }),
    }
    const { secret } = await inTenant(database.db, network.inside, trx => issueToken(trx, network.id, input))
    return { authorization: `Bearer ${secret}` }
  }
  const own = await key(ana.accountId)
  const root = `/api/networks/${network.slug}/commons`
  const ask = async (method: string, path: string, body?: object, headers = own) => {
    const answer = await site.app.request(root + path, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: answer.status === 204 ? null : await answer.json() }
  }
  const made = await ask('POST', '/followings', {
    subject: { kind: 'search', query: 'q=solaire' },
    cadence: 'never',
  })
  expect(made.status).toBe(201)
  expect((await ask('POST', '/followings', { subject: { kind: 'search', query: 'q=solaire' } })).status).toBe(
    200,
  )
  expect((await ask('POST', '/followings', { subject: { kind: 'search', query: '' } })).status).toBe(422)
  expect(
    (
      await ask('POST', '/followings', {
        subject: { kind: 'item', item: await itemOf(database, network, 'old.md') },
      })
    ).status,
  ).toBe(201)
  await somePages(database, network, { 'solar.md': solar }, 'network')
  await matchFollowings(database.db, network.id, new Date())
  expect(await newsIn(database, network)).toEqual(['Ana: Séchoir (1)'])
  const { body: news } = await ask('GET', '/news')
  expect(news).toMatchObject({
    news: [{ title: 'Séchoir', version: 1, followings: [made.body.id] }],
    next: null,
  })
  expect((await ask('PUT', `/followings/${made.body.id}`, { name: 'Soleil', cadence: 'daily' })).status).toBe(
    204,
  )
  const { body: list } = await ask('GET', '/followings')
  expect(list.followings).toMatchObject([
    { kind: 'item', name: 'Ancien', query: null },
    { kind: 'search', name: 'Soleil', query: 'q=solaire', cadence: 'daily' },
  ])
  expect((await ask('DELETE', `/followings/${made.body.id}`)).status).toBe(204)
  expect((await ask('DELETE', `/followings/${made.body.id}`)).status).toBe(404)
  expect((await ask('GET', '/news')).body.news).toEqual([])
  // A key of the network is nobody; without one there is nothing.
  expect((await ask('GET', '/followings', undefined, await key())).status).toBe(403)
  expect((await ask('GET', '/followings', undefined, {} as typeof own)).status).toBe(404)
})
