import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../test/app.ts'
import {
  aNetwork,
  aPage,
  aPerson,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let member: TestPerson
let other: TestPerson
let administrator: TestPerson
let stranger: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'ferme', visibility: 'private' })
  await somePages(site.database, network, { 'a.md': aPage('Réservé') }, 'network')
  member = await aPerson(site.database, network, 'member')
  other = await aPerson(site.database, network, 'member')
  administrator = await aPerson(site.database, network, 'administrator')
  stranger = await aPerson(site.database, await aNetwork(site.database), 'administrator')
})

afterAll(() => site.close())

describe('a personal key', () => {
  test('is made by a form, shown once, and reads what its person reads', async () => {
    const secret = await made(member, { scopes: ['commons:read'] })
    expect(await (await site.get('/fr/ferme/keys', { cookie: member.cookie })).text()).not.toContain(secret)
    const answer = await read(secret)
    expect(answer.status).toBe(200)
    expect(((await answer.json()) as { items: { title: string }[] }).items.map(item => item.title)).toEqual([
      'Réservé',
    ])
  })

  test('ends with the mandate of its person, and comes back with it', async () => {
    const secret = await made(other, { scopes: ['commons:read'] })
    await site.database.asOwner(`update mandate set valid_until = current_date - 2 where id = $1`, [
      other.mandateId,
    ])
    expect((await read(secret)).status).toBe(404)
    await site.database.asOwner(`update mandate set valid_until = null where id = $1`, [other.mandateId])
    expect((await read(secret)).status).toBe(200)
  })

  test('cannot be for more than its person may do, nor do more when their role has shrunk', async () => {
    expect((await create(member, { scopes: ['members:manage'] })).status).toBe(403)
    expect((await create(member, { scopes: ['commons:read'], owner: 'network' })).status).toBe(403)
    const facilitator = await aPerson(site.database, network, 'facilitator')
    const secret = await made(facilitator, { scopes: ['commons:write'] })
    expect((await write(secret)).status).toBe(202)
    await site.database.asOwner(`update mandate set role = 'member' where id = $1`, [facilitator.mandateId])
    expect((await write(secret)).status).toBe(403)
  })

  test('is seen and revoked by its person and the administrator, by nobody else', async () => {
    const secret = await made(member, { name: 'À révoquer', scopes: ['commons:read'] })
    const page = async (person: TestPerson) =>
      (await site.get('/fr/ferme/keys', { cookie: person.cookie })).text()
    expect(await page(member)).toContain('À révoquer')
    expect(await page(administrator)).toContain('À révoquer')
    expect(await page(other)).not.toContain('À révoquer')
    const [row] = await site.database.asOwner<{ id: string }>(
      `select id from api_token where name = 'À révoquer'`,
    )
    const revoke = (person: TestPerson) => post(`/fr/ferme/keys/${row?.id}/revocation`, {}, person)
    expect((await revoke(other)).status).toBe(404)
    expect((await revoke(stranger)).status).toBe(404)
    expect((await read(secret)).status).toBe(200)
    expect((await revoke(member)).status).toBe(303)
    expect((await read(secret)).status).toBe(404)
    expect((await revoke(member)).status).toBe(404)
  })

  test('a form with mistakes comes back filled in, and makes nothing', async () => {
    const answer = await create(member, { name: 'Un nom', scopes: [], days: '0' })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain('value="Un nom"')
    expect(html).toContain('Choisissez une des réponses proposées.')
    expect(html).toContain('1 au moins.')
    expect(await site.database.asOwner(`select from api_token where name = 'Un nom'`)).toEqual([])
  })
})

describe('a key of the network', () => {
  test('outlives whoever made it', async () => {
    const leaving = await aPerson(site.database, network, 'administrator')
    const secret = await made(leaving, { scopes: ['commons:read'], owner: 'network' })
    await site.database.asOwner('delete from account where id = $1', [leaving.accountId])
    expect((await read(secret)).status).toBe(200)
  })
})

describe('the log', () => {
  test('tells the administrator what was done, by whom, and can be narrowed and taken away', async () => {
    await made(member, { name: 'Notée', scopes: ['commons:read'] })
    const html = await (await site.get('/fr/ferme/audit', { cookie: administrator.cookie })).text()
    expect(html).toContain('Clé créée')
    expect(html).toContain(member.name)
    const narrowed = await (
      await site.get(`/fr/ferme/audit?account=${stranger.accountId}`, { cookie: administrator.cookie })
    ).text()
    expect(narrowed).toContain('Rien n’est noté ici.')
    const csv = await site.get('/fr/ferme/audit/export/audit.csv', { cookie: administrator.cookie })
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="ferme-audit.csv"')
    const lines = (await csv.text()).trimEnd().split('\r\n')
    const [count] = await site.database.asOwner<{ n: number }>(
      'select count(*)::int as n from audit_entry where network_id = $1',
      [network.id],
    )
    expect(lines.length).toBe((count?.n ?? 0) + 1)
    expect(lines.join('\n')).not.toContain('cordee_')
  })

  test.each(['action=%00', 'from=2026-02-30', 'to=x', 'account=x', 'after=-1', 'after=99999999999999999999'])(
    'is not upset by ?%s',
    async query => {
      const answer = await site.get(`/fr/ferme/audit?${query}`, { cookie: administrator.cookie })
      expect(answer.status).toBe(200)
    },
  )

  test.each([
    ['a visitor', () => undefined, 404],
    ['a member', () => member, 403],
    ['another network’s administrator', () => stranger, 404],
    ['the administrator', () => administrator, 200],
  ])('of a private network answers %s with its own status', async (_who, person, status) => {
    const headers = { ...(person()?.cookie && { cookie: person()?.cookie ?? '' }) }
    expect((await site.get('/fr/ferme/audit', headers)).status).toBe(status)
    expect((await site.get('/fr/ferme/audit/export/audit.csv', headers)).status).toBe(status)
  })
})

interface KeyForm {
  name?: string
  scopes: string[]
  days?: string
  owner?: string
}

function create(
  person: TestPerson,
  { name = 'Une clé', scopes, days = '30', owner = 'own' }: KeyForm,
): Promise<Response> {
  const fields = new URLSearchParams({ name, days, owner })
  for (const scope of scopes) fields.append('scopes', scope)
  return post('/fr/ferme/keys', fields, person)
}

async function made(person: TestPerson, form: KeyForm): Promise<string> {
  const answer = await create(person, form)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  return /cordee_[\w-]{32}/.exec(await answer.text())?.[0] ?? ''
}

function post(
  path: string,
  fields: Record<string, string> | URLSearchParams,
  person: TestPerson,
): Promise<Response> {
  return Promise.resolve(
    site.app.request(path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { 'sec-fetch-site': 'same-origin', accept: 'text/html', cookie: person.cookie },
    }),
  )
}

function read(secret: string): Promise<Response> {
  return site.get('/api/networks/ferme/commons/items', { authorization: `Bearer ${secret}` })
}

function write(secret: string): Promise<Response> {
  return Promise.resolve(
    site.app.request('/api/networks/ferme/commons/imports?name=x.md', {
      method: 'POST',
      body: aPage('Reçu'),
      headers: { authorization: `Bearer ${secret}` },
    }),
  )
}
