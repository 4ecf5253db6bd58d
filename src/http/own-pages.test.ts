import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { access } from '#http/access.ts'
import { type Policy, policies } from '#http/policies.ts'
import { type RouteName, routes } from '#http/routes.ts'
import { newId } from '#kernel/ids.ts'
import { type TestApp, testApp } from '../../test/app.ts'
import {
  aNetwork,
  aPage,
  aPerson,
  aToken,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let administrator: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'fil' })
  await somePages(site.database, network, { 'a.md': aPage('Un four') })
  administrator = await aPerson(site.database, network, 'administrator', { platformAdministrator: true })
})

afterAll(() => site.close())

const heldAlone = /^(?:no-store|private, no-store)$/
const askedEachTime = /^private, no-cache$/

describe('someone signed in', () => {
  const shown = (Object.keys(routes) as RouteName[]).filter(name => {
    const { GET: policy } = access[name] as { GET?: Policy }
    return policy !== undefined && !['theme', 'logo', 'file', 'filePreview'].includes(name)
  })

  test.each(shown)('has %s kept by no cache but, at most, their own', async name => {
    const values: Record<string, string> = {
      locale: 'fr',
      network: 'fil',
      slug: 'un-four',
      number: '1',
      person: administrator.personId,
      mandate: administrator.mandateId,
      file: name === 'commonsExport' ? 'commons.csv' : name === 'membersExport' ? 'members.csv' : 'audit.csv',
    }
    const path = routes[name].replace(/:([a-z]+)/g, (_, key: string) => values[key] ?? newId())
    const answer = await site.get(path, { cookie: administrator.cookie })
    await answer.body?.cancel()
    const { GET: policy } = access[name] as { GET: Policy }
    const rule = policies[policy]
    const open = rule.least === 'visitor' && rule.of !== 'link'
    const cached = answer.headers.get('cache-control') ?? 'nothing said'
    expect(cached).toMatch(open && !heldAlone.test(cached) ? askedEachTime : heldAlone)
  })

  test('leaves nothing behind in the browser when they sign out', async () => {
    const { cookie } = await aPerson(site.database, network, 'member')
    const kept = await site.get('/fr/fil', { cookie })
    expect(kept.headers.has('clear-site-data')).toBe(false)
    const answer = await site.app.request('/fr/account/sign-out', {
      method: 'POST',
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(),
    })
    expect([answer.status, answer.headers.get('clear-site-data')]).toEqual([303, '"cache", "storage"'])
    expect((await site.get('/fr/account', { cookie })).status).toBe(401)
  })

  test('is not sent again what they have, where their browser may keep it', async () => {
    const { cookie } = administrator
    const etag = (await site.get('/fr/fil/commons', { cookie })).headers.get('etag') ?? ''
    const again = await site.get('/fr/fil/commons', { cookie, 'if-none-match': etag })
    expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'private, no-cache'])
  })
})

test('what is read by a key is for its holder', async () => {
  const key = await aToken(site.database, network, ['commons:read'])
  const answer = await site.get('/api/networks/fil/commons/items', { authorization: `Bearer ${key}` })
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
})

test('visitors share what is the same for all', async () => {
  for (const path of ['/fr', '/fr/fil', '/fr/fil/commons', '/api/networks/fil/commons/items'])
    expect([path, (await site.get(path)).headers.get('cache-control')]).toEqual([path, 'no-cache'])
})

test.each([
  '/fr/account/link/secret',
  '/fr/account/password-reset/secret',
  '/fr/account/verification?token=secret',
  '/fr/account/address/confirmation?token=secret',
  '/fr/mail/silence/secret',
  '/fr/fil/invitation/secret',
  '/fr/start?code=secret',
])('the address of %s is told to no other site', async path => {
  expect((await site.get(path)).headers.get('referrer-policy')).toBe('same-origin')
})
