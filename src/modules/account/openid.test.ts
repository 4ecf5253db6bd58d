import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, aPerson, type TestNetwork } from '../../../test/factories.ts'
import {
  aBrowser,
  anInvitation,
  firefox,
  mailTo,
  type TestBrowser,
  textOf,
  whoIs,
} from './account.fixture.ts'
import { openProvider, type TestProvider } from './openid.fixture.ts'

let site: TestApp
let provider: TestProvider
let network: TestNetwork

beforeAll(async () => {
  provider = await openProvider()
  site = await testApp({ env: provider.env })
  network = await aNetwork(site.database, { slug: 'ouvert' })
})
beforeEach(() => setSignUp('open'))
afterAll(async () => {
  await site.close()
  await provider.close()
})

const setSignUp = (way: string) =>
  site.database.asOwner('update network set sign_up = $2 where id = $1', [network.id, way])

let count = 0
const someoneThere = (more: Partial<{ email: string; email_verified: boolean; name: string }> = {}) => {
  const login = `personne${++count}`
  provider.people.set(login, {
    email: `${login}@fede.example`,
    email_verified: true,
    name: `Nom ${count}`,
    ...more,
  })
  return login
}

/** @returns where our page would lead: to the provider */
const begin = async (browser: TestBrowser, path = '/fr/account/sign-in/provider', next = '') => {
  const answer = await browser.post(path, { next })
  expect(answer.status).toBe(200)
  return /url=(.+)$/.exec(answer.headers.get('refresh') ?? '')?.[1] ?? ''
}

const back = (browser: TestBrowser, address: string) => {
  const { pathname, search } = new URL(address)
  return browser.get(pathname + search, { 'sec-fetch-site': 'cross-site' })
}

const through = async (browser: TestBrowser, login: string, path?: string, next?: string) =>
  back(browser, await provider.pass(await begin(browser, path, next), login))

describe('by a provider of identities', () => {
  test('one signs up and comes in, and comes in again', async () => {
    const login = someoneThere({ name: 'Nafi Fall' })
    const browser = aBrowser(site)
    const page = await (await browser.get('/fr/account/sign-in')).text()
    expect(page).toContain('Avec Fédé')
    const answer = await through(browser, login, undefined, '/fr/ouvert')
    expect(answer.headers.get('location')).toBe('/fr/ouvert')
    expect(await whoIs(browser)).toBe('Nafi Fall')
    const again = aBrowser(site)
    await through(again, login)
    expect(await whoIs(again)).toBe('Nafi Fall')
    const rows = await site.database.asOwner<{ provider_id: string; subject: string; access_token: string }>(
      'select provider_id, subject, access_token from account_identity where subject = $1',
      [login],
    )
    expect(rows).toHaveLength(1)
    // Encrypted: who reads the database finds no key to the provider.
    expect(rows[0]?.access_token).toMatch(/^(?:\$ba\$|[0-9a-f]{64})/)
  })

  test('one who comes for the first time is spoken to in the language of the page', async () => {
    const login = someoneThere()
    const browser = aBrowser(site)
    const answer = await through(browser, login, '/pt/account/sign-in/provider')
    expect(answer.headers.get('location')).toBe('/pt')
    expect(
      await site.database.asOwner('select locale from account where email = $1', [`${login}@fede.example`]),
    ).toEqual([{ locale: 'pt' }])
    // From then on it is theirs to choose.
    await through(aBrowser(site), login, '/es/account/sign-in/provider')
    expect(
      await site.database.asOwner('select locale from account where email = $1', [`${login}@fede.example`]),
    ).toEqual([{ locale: 'pt' }])
  })

  test('nobody signs up where one comes in by invitation', async () => {
    await setSignUp('invitation')
    const browser = aBrowser(site)
    const answer = await through(browser, someoneThere())
    expect(answer.headers.get('location')).toMatch(/^\/fr\/account\/sign-in\?.*error=signup_disabled/)
    expect(await textOf(await browser.get(answer.headers.get('location') ?? ''))).toContain('sur invitation')
    expect(await whoIs(browser)).toBeNull()
  })

  test('but with an invitation', async () => {
    await setSignUp('invitation')
    const login = someoneThere({ name: 'Invité' })
    const path = await anInvitation(site, network, `${login}@fede.example`)
    const browser = aBrowser(site)
    const answer = await through(browser, login, undefined, path)
    expect(answer.headers.get('location')).toBe(path)
    expect(await whoIs(browser)).toBe('Invité')
  })

  test.each([true, false])(
    'an account of the same address is not entered: verified there, %s',
    async verified => {
      const someone = await aPerson(site.database, null, null)
      const browser = aBrowser(site)
      const login = someoneThere({ email: someone.email, email_verified: verified })
      const answer = await through(browser, login)
      expect(answer.headers.get('location')).toMatch(/^\/fr\/account\/sign-in\?.*error=account_not_linked/)
      expect(await textOf(await browser.get(answer.headers.get('location') ?? ''))).toContain('Sécurité')
      expect(await whoIs(browser)).toBeNull()
      expect(
        await site.database.asOwner('select from account_identity where account_id = $1', [
          someone.accountId,
        ]),
      ).toEqual([])
    },
  )

  test('an address that the provider has not verified makes no account, and is told the same', async () => {
    const browser = aBrowser(site)
    const answer = await through(
      browser,
      someoneThere({ email: 'douteuse@fede.example', email_verified: false }),
    )
    expect(answer.headers.get('location')).toMatch(/^\/fr\/account\/sign-in\?.*error=account_not_linked/)
    expect(await site.database.asOwner(`select from account where email = 'douteuse@fede.example'`)).toEqual(
      [],
    )
  })
})

describe('what comes back', () => {
  test('is taken in the browser that began it, and in no other', async () => {
    const address = await provider.pass(await begin(aBrowser(site)), someoneThere())
    const victim = aBrowser(site)
    const answer = await back(victim, address)
    expect(answer.headers.get('location')).toMatch(/^\/fr\/account\/sign-in\?.*error=state_mismatch/)
    expect(await textOf(await victim.get(answer.headers.get('location') ?? ''))).toContain(
      'commencée ailleurs',
    )
    expect(await whoIs(victim)).toBeNull()
    // Nor in one that has begun on its own.
    await begin(victim)
    await back(victim, address)
    expect(await whoIs(victim)).toBeNull()
  })

  test('is taken once', async () => {
    const browser = aBrowser(site)
    const address = await provider.pass(await begin(browser), someoneThere())
    await back(browser, address)
    await browser.post('/fr/account/sign-out')
    const answer = await back(browser, address)
    expect(answer.headers.get('location')).toContain('/account/sign-in?')
    expect(await whoIs(browser)).toBeNull()
  })

  test('from another issuer is refused', async () => {
    const browser = aBrowser(site)
    const address = new URL(await provider.pass(await begin(browser), someoneThere()))
    expect(address.searchParams.get('iss')).toBe(provider.env.OIDC_ISSUER)
    address.searchParams.set('iss', 'https://evil.example')
    const answer = await back(browser, address.href)
    expect(answer.headers.get('location')).toMatch(/^\/fr\/account\/sign-in\?.*error=issuer_mismatch/)
    expect(await whoIs(browser)).toBeNull()
  })

  test('with a code of somebody else is refused: it is bound to where it was asked for', async () => {
    const stolen = new URL(await provider.pass(await begin(aBrowser(site)), someoneThere()))
    const browser = aBrowser(site)
    const own = new URL(await provider.pass(await begin(browser), someoneThere()))
    own.searchParams.set('code', stolen.searchParams.get('code') ?? '')
    const answer = await back(browser, own.href)
    expect(answer.headers.get('location')).toMatch(/error=/)
    expect(await whoIs(browser)).toBeNull()
  })

  test('without anything leads to our own page, in the reader’s language', async () => {
    const answer = await aBrowser(site).get('/api/auth/callback/openid', { 'accept-language': 'pt' })
    expect(answer.headers.get('location')).toBe('/pt/account/sign-in?error=state_not_found')
    const denied = aBrowser(site)
    const state = new URL(await begin(denied)).searchParams.get('state') ?? ''
    const refused = await denied.get(`/api/auth/callback/openid?error=access_denied&state=${state}`)
    expect(await textOf(await denied.get(refused.headers.get('location') ?? ''))).toContain(
      'n’a pas confirmé',
    )
  })
})

describe('an account there', () => {
  test('is linked by who is signed in here, and unlinked', async () => {
    const someone = await aPerson(site.database, null, null, { name: 'Lié' })
    const login = someoneThere({ email: 'tout-autre@fede.example' })
    const browser = aBrowser(site, firefox, someone.cookie)
    const answer = await through(browser, login, '/fr/account/security/provider')
    expect(answer.headers.get('location')).toBe('/fr/account/security?done=provider-linked')
    const other = aBrowser(site)
    await through(other, login)
    expect(await whoIs(other)).toBe('Lié')
    const html = await (await browser.get('/fr/account/security')).text()
    const removal = /action="(\/fr\/account\/security\/provider\/[^"]+\/removal)"/.exec(html)?.[1] ?? ''
    expect((await browser.post(removal)).headers.get('location')).toBe(
      '/fr/account/security?done=provider-unlinked',
    )
    const told = await mailTo(site.database, someone.email)
    expect(told.filter(({ template }) => template === 'ways-in-changed')).toMatchObject([
      { params: { change: 'provider.unlinked' } },
      { params: { change: 'provider.linked' } },
    ])
    await setSignUp('invitation')
    const after = aBrowser(site)
    await through(after, login)
    expect(await whoIs(after)).toBeNull()
  })

  test('that is linked to somebody stays theirs', async () => {
    const login = someoneThere()
    await through(aBrowser(site), login)
    const thief = await aPerson(site.database, null, null)
    const browser = aBrowser(site, firefox, thief.cookie)
    const answer = await through(browser, login, '/fr/account/security/provider')
    expect(answer.headers.get('location')).toMatch(/^\/fr\/account\/security\?error=/)
    expect(
      await site.database.asOwner('select from account_identity where account_id = $1', [thief.accountId]),
    ).toEqual([])
  })
})

test('a provider that is away is said to be, and holds nobody up', async () => {
  const away = await testApp({
    env: { ...provider.env, OIDC_ISSUER: 'http://127.0.0.1:9' },
    database: site.database,
  })
  const answer = await aBrowser(away).post('/fr/account/sign-in/provider')
  expect(answer.status).toBe(503)
  expect(await textOf(answer)).toContain('Fédé ne répond pas')
  const someone = await aPerson(site.database, null, null)
  expect(await whoIs(aBrowser(away, firefox, someone.cookie))).toBe(someone.name)
  await away.close()
})
