import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aToken, type TestNetwork } from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let other: TestNetwork
let reading: string
let managing: string

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'club', visibility: 'private' })
  other = await aNetwork(site.database, { slug: 'autre', visibility: 'private' })
  reading = await aToken(site.database, network, ['members:read'])
  managing = await aToken(site.database, network, ['members:read', 'organisations:manage'])
})

afterAll(() => site.close())

const whole = {
  ...{ name: 'Verrerie', kind: 'company', sizeClass: 'medium', sector: 'naf2:23.13Z', country: 'FR' },
  ...{ town: 'Albi', region: 'Occitanie', address: '', website: 'https://verrerie.example', engagement: 3 },
  ...{ reference: 'V-1', latitude: 43.93, longitude: 2.15, parentId: null },
  identifiers: [{ scheme: 'siren', value: '732 829 320' }],
}

describe('by the API', () => {
  test('an organisation is added, read, narrowed to, and changed by what is sent alone', async () => {
    const added = await ask('POST', 'organisations', managing, whole)
    expect(added.status).toBe(201)
    const one = await added.json()
    expect(one).toMatchObject({ ...whole, identifiers: [{ scheme: 'siren', value: '732829320' }], people: 0 })
    expect(await (await ask('GET', `organisations/${one.id}`, reading)).json()).toEqual(one)
    const found = await (await ask('GET', 'organisations?division=23&engagement=3&q=albi', reading)).json()
    expect(found).toEqual({ organisations: [one], next: null })
    expect(await (await ask('GET', 'organisations?division=20', reading)).json()).toMatchObject({
      organisations: [],
    })
    const changed = await ask('PATCH', `organisations/${one.id}`, managing, {
      town: 'Carmaux',
      engagement: null,
    })
    expect(changed.status).toBe(200)
    expect(await changed.json()).toEqual({
      ...{ ...one, town: 'Carmaux', engagement: null, changedAt: expect.any(String) },
    })
  })

  test.each([
    [{ name: '' }, 'name'],
    [{ name: 'X', sector: 'isic4:Z99' }, 'sector'],
    [{ name: 'X', kind: 'guild' }, 'kind'],
    [{ name: 'X', latitude: 4 }, 'latitude'],
    [{ name: 'X', identifiers: [{ scheme: 'siren', value: '1' }] }, 'identifiers.0.value'],
    [{ name: 'X', engagement: 6 }, 'engagement'],
    [{ name: 'X', parentId: '00000000-0000-7000-8000-000000000001' }, 'parentId'],
  ])('%j is refused for its %s', async (body, field) => {
    const answer = await ask('POST', 'organisations', managing, body)
    expect(answer.status).toBe(422)
    const { errors } = await answer.json()
    expect(errors.map((error: { field: string }) => error.field)).toContain(field)
  })

  test('nobody changes without the right to, and nothing of another network is known', async () => {
    const { id } = await (await ask('POST', 'organisations', managing, { name: 'Discrète' })).json()
    expect((await ask('POST', 'organisations', reading, whole)).status).toBe(403)
    expect((await ask('PATCH', `organisations/${id}`, reading, { town: 'X' })).status).toBe(403)
    expect((await ask('GET', `organisations/${id}`, '')).status).toBe(404)
    const theirs = await aToken(site.database, other, ['members:read', 'organisations:manage'])
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { town: 'X' }],
    ] as const)
      expect((await ask(method, `organisations/${id}`, theirs, body, 'autre')).status).toBe(404)
  })
})

function ask(method: string, path: string, key: string, body?: unknown, slug = 'club'): Promise<Response> {
  const headers = { ...(key && { authorization: `Bearer ${key}` }), 'content-type': 'application/json' }
  return Promise.resolve(
    site.app.request(`/api/networks/${slug}/${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  )
}
