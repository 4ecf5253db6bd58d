import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import type { Scope } from '#http/policies.ts'
import { issueToken, listTokens, recogniseToken, revokeToken } from '#modules/network/tokens.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, aPage, aToken, somePages, type TestNetwork } from '../../../test/factories.ts'

let site: TestApp
const networks: Record<string, TestNetwork> = {}
const keys: Record<string, string | null> = {}

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  networks.open = await aNetwork(database, { slug: 'ouvert' })
  networks.closed = await aNetwork(database, { slug: 'ferme', visibility: 'private' })
  const other = await aNetwork(database, { slug: 'autre' })
  for (const [name, network] of Object.entries(networks)) {
    await somePages(database, network, { 'open.md': aPage('Ouvert') })
    await somePages(database, network, { 'closed.md': aPage('Réservé') }, 'network')
    keys[`${name} none`] = null
    keys[`${name} wrong`] = `cordee_${'x'.repeat(32)}`
    keys[`${name} malformed`] = 'a b c'
    keys[`${name} empty`] = ''
    keys[`${name} foreign`] = await aToken(database, other, ['commons:read', 'commons:write'])
    keys[`${name} read`] = await aToken(database, network, ['commons:read'])
    keys[`${name} write`] = await aToken(database, network, ['commons:write'])
    keys[`${name} both`] = await aToken(database, network, ['commons:read', 'commons:write'])
    keys[`${name} expired`] = await issued(network, 'expired')
    keys[`${name} revoked`] = await issued(network, 'revoked')
  }
})

afterAll(() => site.close())

describe.each([
  // key, public network: read, write; private network: read, write
  ['none', 200, 401, 404, 404],
  ['wrong', 401, 401, 404, 404],
  ['malformed', 401, 401, 404, 404],
  ['empty', 401, 401, 404, 404],
  ['foreign', 401, 401, 404, 404],
  ['expired', 401, 401, 404, 404],
  ['revoked', 401, 401, 404, 404],
  ['read', 200, 403, 200, 403],
  ['write', 403, 202, 403, 202],
  ['both', 200, 202, 200, 202],
] as const)('with a key that is %s', (key, openRead, openWrite, closedRead, closedWrite) => {
  test.each([
    ['open', 'read', openRead],
    ['open', 'write', openWrite],
    ['closed', 'read', closedRead],
    ['closed', 'write', closedWrite],
  ] as const)('a network that is %s, to %s: %i', async (name, action, status) => {
    const response = await ask(networks[name]?.slug ?? '', action, keys[`${name} ${key}`] ?? null)
    expect(response.status).toBe(status)
    expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null)
  })

  if (closedRead === 404)
    test.each(['read', 'write'] as const)(
      'a private network is like one that does not exist, to %s',
      async action => {
        const secret = keys[`closed ${key}`] ?? null
        const [closed, none] = [await ask('ferme', action, secret), await ask('nul-part', action, secret)]
        const told = async (response: Response) => ({
          status: response.status,
          headers: [...response.headers].filter(([name]) => name !== 'x-request-id'),
          body: { ...((await response.json()) as object), instance: '' },
        })
        expect(await told(closed)).toEqual(await told(none))
      },
    )
})

test('every address of a private network is like one that does not exist', async () => {
  const addresses = (slug: string) => [
    `/fr/${slug}`,
    `/fr/${slug}/commons`,
    `/fr/${slug}/commons?q=ouvert`,
    `/fr/${slug}/commons/map`,
    `/fr/${slug}/commons/ouvert`,
    `/fr/${slug}/commons/ouvert/source.md`,
    `/fr/${slug}/commons/ouvert/versions`,
    `/fr/${slug}/commons/places.geojson`,
    `/fr/${slug}/commons/export/commons.csv`,
    `/api/networks/${slug}/commons/items`,
    `/api/networks/${slug}/commons/items/ouvert`,
    `/api/networks/${slug}/commons/facets`,
    `/api/networks/${slug}/commons/places`,
    `/api/networks/${slug}/commons/export/commons.zip`,
    `/api/networks/${slug}/commons/imports`,
    `/api/networks/${slug}/commons/imports/00000000-0000-7000-8000-000000000000`,
  ]
  for (const [index, address] of addresses('ferme').entries()) {
    const [closed, none] = [await site.get(address), await site.get(addresses('nul-part')[index] ?? '')]
    expect([address, closed.status, none.status]).toEqual([address, 404, 404])
    const plain = async (response: Response, slug: string) =>
      (await response.text()).replaceAll(slug, '…').replaceAll(response.headers.get('x-request-id') ?? '', '')
    expect(await plain(closed, 'ferme')).toBe(await plain(none, 'nul-part'))
  }
  expect(await (await site.get('/api/networks')).text()).not.toContain('ferme')
  expect(await (await site.get('/fr')).text()).not.toContain('ferme')
})

test('a key shows what the network keeps for itself, and none does not', async () => {
  const titles = async (secret: string | null) => {
    const { items } = (await (await ask('ouvert', 'read', secret)).json()) as { items: { title: string }[] }
    return items.map(item => item.title).sort()
  }
  expect(await titles(null)).toEqual(['Ouvert'])
  expect(await titles(keys['open read'] ?? null)).toEqual(['Ouvert', 'Réservé'])
})

test('a key in the address is none', async () => {
  const response = await site.get(`/api/networks/ferme/commons/items?token=${keys['closed both']}`)
  expect(response.status).toBe(404)
})

describe('a key', () => {
  test('is told once, and kept only as a hash', async () => {
    const { secret } = await within(networks.open, trx =>
      issueToken(trx, trx.id, { name: 'K', scopes: ['commons:read'], days: 1 }),
    )
    expect(secret).toMatch(/^cordee_[\w-]{32}$/)
    const rows = await site.database.asOwner<{ row: string }>('select api_token::text as row from api_token')
    expect(rows.map(({ row }) => row).join()).not.toContain(secret.slice(7))
  })

  test('is listed, noted when used, and gone when revoked', async () => {
    const { id, secret } = await within(networks.open, trx =>
      issueToken(trx, trx.id, { name: 'Une clé', scopes: ['commons:read'], days: 30 }),
    )
    const find = async () =>
      (await within(networks.open, trx => listTokens(trx, trx.id))).find(token => token.id === id)
    expect(await find()).toMatchObject({ name: 'Une clé', scopes: ['commons:read'], lastUsedAt: null })
    await ask('ouvert', 'read', secret)
    expect((await find())?.lastUsedAt).toBeInstanceOf(Date)
    expect(await within(networks.closed, trx => revokeToken(trx, trx.id, id))).toBe(false)
    expect(await within(networks.open, trx => revokeToken(trx, trx.id, id))).toBe(true)
    expect(await within(networks.open, trx => revokeToken(trx, trx.id, id))).toBe(false)
    expect(await within(networks.open, trx => recogniseToken(trx, trx.id, secret))).toBeNull()
  })

  test('that is no number cannot be revoked', async () => {
    expect(await within(networks.open, trx => revokeToken(trx, trx.id, "x' or true"))).toBe(false)
  })
})

async function ask(slug: string, action: 'read' | 'write', secret: string | null): Promise<Response> {
  const headers: Record<string, string> = secret === null ? {} : { authorization: `Bearer ${secret}` }
  const address = `/api/networks/${slug}/commons`
  if (action === 'read') return site.app.request(`${address}/items`, { headers })
  return site.app.request(`${address}/imports?name=x.md`, { method: 'POST', headers, body: aPage('Reçu') })
}

async function issued(network: TestNetwork, fate: 'expired' | 'revoked'): Promise<string> {
  const scopes: Scope[] = ['commons:read', 'commons:write']
  const { id, secret } = await within(network, trx =>
    issueToken(trx, network.id, { name: fate, scopes, days: 1 }),
  )
  if (fate === 'revoked') await within(network, trx => revokeToken(trx, network.id, id))
  else
    await site.database.asOwner(
      `update api_token set expires_at = now() - interval '1 second' where id = $1`,
      [id],
    )
  return secret
}

type Inside = Parameters<Parameters<typeof inTenant>[2]>[0] & { id: string }

/** A transaction inside the network, which also knows the network's id. */
function within<T>(network: TestNetwork | undefined, work: (trx: Inside) => Promise<T>): Promise<T> {
  if (!network) throw new Error('no network')
  return inTenant(site.database.db, network.inside, trx => work(Object.assign(trx, { id: network.id })))
}
