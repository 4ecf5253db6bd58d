import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#kernel/ids.ts'
import { pageSize } from '#modules/commons/search/searching.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, aPage, aToken, somePages, type TestNetwork } from '../../../test/factories.ts'

let app: TestApp
let network: TestNetwork

beforeAll(async () => {
  app = await testApp()
  network = await aNetwork(app.database)
  const pages = Array.from({ length: pageSize + 1 }, (_, index) => [
    `p${index}.md`,
    aPage(`Page ${index}`, { country: 'TG' }),
  ])
  await somePages(app.database, network, Object.fromEntries(pages))
}, 60_000)

afterAll(() => app.close())

const ask = (path: string, headers: Record<string, string> = {}) =>
  app.app.request(`/api/networks/${network.slug}/commons/${path}`, { headers })

test.each(['items', 'facets', 'places', 'export/commons.csv'])(
  '%s refuses a name that it does not know, and says which it knows',
  async path => {
    const answer = await ask(`${path}?contry=TG&country=TG`)
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    const { errors } = (await answer.json()) as { errors: { field: string; message: string }[] }
    expect(errors).toEqual([{ field: 'contry', message: expect.stringContaining('q, type, country') }])
  },
)

test.each([
  'items?limit=1&country=TG&q=page&sort=title',
  'facets?most=3',
  'places?bbox=-9,4,-2,11&sdg=7',
  'export/commons.csv?year=2020&type=solution',
])('%s has names that are known there', async path => {
  const answer = await ask(path)
  expect(answer.status).toBe(200)
  await answer.arrayBuffer()
})

test('a name that only another address knows is refused', async () => {
  expect((await ask('items?bbox=1,2,3,4')).status).toBe(422)
  expect((await ask('export/commons.json?limit=3')).status).toBe(422)
})

test('pages leave aside what others add to an address', async () => {
  expect((await app.get(`/fr/${network.slug}/commons?utm_source=x`)).status).toBe(200)
})

test('a page of results has as many as one of the site', async () => {
  const { items, next } = (await (await ask('items')).json()) as { items: unknown[]; next: string | null }
  expect([items.length, next === null]).toEqual([pageSize, false])
})

test('an import that failed says why in the reader’s language', async () => {
  const id = newId()
  await app.database.asOwner(
    `insert into commons_import (network_id, id, origin, visibility, state, failure)
     values ($1, $2, 'x.zip', 'public', 'failed', '{"code":"interrupted","detail":{}}')`,
    [network.id, id],
  )
  const authorization = `Bearer ${await aToken(app.database, network, ['commons:write'])}`
  const messages = []
  for (const language of ['fr', 'en', 'es', 'pt']) {
    const answer = await ask(`imports/${id}`, { authorization, 'accept-language': language })
    const { failure } = (await answer.json()) as { failure: { code: string; message: string } }
    expect(failure.code).toBe('interrupted')
    messages.push(failure.message)
  }
  expect(messages[0]).toContain('L’import s’est arrêté')
  expect(new Set(messages).size).toBe(4)
  const list = await (await ask('imports', { authorization, 'accept-language': 'fr' })).json()
  expect(list).toMatchObject({ imports: [{ failure: { message: messages[0] } }] })
})
