import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork } from '../../../test/factories.ts'
import {
  aBrowser,
  firefox,
  mailTo,
  password,
  safari,
  signedUp,
  textOf,
  toldBy,
  whoIs,
} from './account.fixture.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
  const network = await aNetwork(site.database, { slug: 'ouvert' })
  await site.database.asOwner(`update network set sign_up = 'open' where id = $1`, [network.id])
})

afterAll(() => site.close())

const signIn = (browser: ReturnType<typeof aBrowser>, email: string, given = password, next = '') =>
  browser.post('/fr/account/sign-in', { email, password: given, next })

describe('by password', () => {
  test('one comes in, and the page says who one is', async () => {
    await signedUp(site, 'awa@exemple.org', { name: 'Awa Diop' })
    const browser = aBrowser(site)
    expect(await whoIs(browser)).toBeNull()
    const answer = await signIn(browser, 'AWA@exemple.org')
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/fr')
    expect(await whoIs(browser)).toBe('Awa Diop')
  })

  test('the cookie is out of reach of scripts and other sites', async () => {
    await signedUp(site, 'cookie@exemple.org')
    const answer = await signIn(aBrowser(site), 'cookie@exemple.org')
    const cookie = answer.headers.getSetCookie().find(line => line.startsWith('cordee.session_token='))
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const secure = await testApp({ env: { BASE_URL: 'https://cordee.example' }, database: site.database })
    const safe = await secure.app.request('https://cordee.example/fr/account/sign-in', {
      method: 'POST',
      headers: { origin: 'https://cordee.example' },
      body: new URLSearchParams({ email: 'cookie@exemple.org', password }),
    })
    expect(safe.headers.getSetCookie().join()).toMatch(/__Secure-cordee\.session_token=[^;]+;.*Secure/)
    await secure.close()
  })

  test('an address that is unknown is told what a wrong password is told', async () => {
    await signedUp(site, 'known@exemple.org')
    const wrong = await toldBy(await signIn(aBrowser(site), 'known@exemple.org', 'not the password'))
    const unknown = await signIn(aBrowser(site), 'other@exemple.org', 'not the password')
    const told = await toldBy(unknown)
    expect(JSON.stringify(told).replaceAll('other@', 'known@')).toBe(JSON.stringify(wrong))
    expect(unknown.status).toBe(422)
  })

  test('what was typed comes back, but for the password', async () => {
    const answer = await signIn(aBrowser(site), 'other@exemple.org', 'my secret here')
    const html = await answer.text()
    expect(html).toContain('value="other@exemple.org"')
    expect(html).not.toContain('my secret here')
  })

  test('it leads back to where one was, and to no other site', async () => {
    await signedUp(site, 'next@exemple.org')
    const leads = async (next: string) =>
      (await signIn(aBrowser(site), 'next@exemple.org', password, next)).headers.get('location')
    expect(await leads('/fr/ouvert/commons?q=a')).toBe('/fr/ouvert/commons?q=a')
    for (const trap of [
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      'https://evil.example/',
      'javascript:alert(1)',
      'evil.example',
      '/%0d%0aSet-Cookie:a=b\r\n',
      '',
    ])
      expect(await leads(trap), trap).toBe('/fr')
  })
})

describe('the session', () => {
  test('is a new one at each sign-in, and the one before is dead', async () => {
    await signedUp(site, 'fixed@exemple.org')
    const browser = aBrowser(site)
    await signIn(browser, 'fixed@exemple.org')
    const before = browser.cookies.get('cordee.session_token')
    await signIn(browser, 'fixed@exemple.org')
    expect(browser.cookies.get('cordee.session_token')).not.toBe(before)
    const old = aBrowser(site, firefox, `cordee.session_token=${before}`)
    expect(await whoIs(old)).toBeNull()
    expect(await whoIs(browser)).toBe('Awa')
  })

  test('cannot be brought along by an attacker', async () => {
    const planted = aBrowser(site, firefox, 'cordee.session_token=planted.signature')
    await signedUp(site, 'planted@exemple.org')
    await signIn(planted, 'planted@exemple.org')
    expect(planted.cookies.get('cordee.session_token')).not.toContain('planted')
    expect(await whoIs(planted)).toBe('Awa')
  })

  test('ends when signing out, on the server as well', async () => {
    const browser = await signedUp(site, 'out@exemple.org')
    const cookie = browser.cookies.get('cordee.session_token')
    const answer = await browser.post('/fr/account/sign-out')
    expect(answer.headers.get('location')).toBe('/fr?done=signed-out')
    expect(browser.cookies.has('cordee.session_token')).toBe(false)
    expect(await whoIs(aBrowser(site, firefox, `cordee.session_token=${cookie}`))).toBeNull()
  })

  test('cannot be used from another site', async () => {
    const browser = await signedUp(site, 'csrf@exemple.org')
    for (const headers of [
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-site', origin: 'http://evil.localhost' },
    ]) {
      expect((await browser.post('/fr/account/sign-out', {}, headers)).status).toBe(403)
      expect((await browser.post('/fr/account', { name: 'X' }, headers)).status).toBe(403)
    }
    expect(await whoIs(browser)).toBe('Awa')
  })

  test('a request that writes with a cookie has to say where it comes from', async () => {
    const browser = await signedUp(site, 'silent@exemple.org')
    const cookie = `cordee.session_token=${browser.cookies.get('cordee.session_token')}`
    const answer = await site.app.request('/fr/account/sign-out', { method: 'POST', headers: { cookie } })
    expect(answer.status).toBe(403)
    expect(await whoIs(browser)).toBe('Awa')
  })
})

describe('a new device', () => {
  test('is told by mail, the first and the known are not', async () => {
    const email = 'device@exemple.org'
    await signedUp(site, email)
    await signIn(aBrowser(site), email)
    const told = async () =>
      (await mailTo(site.database, email)).filter(mail => mail.template === 'sign-in-new-device')
    expect(await told()).toEqual([])
    await signIn(aBrowser(site, safari), email)
    await signIn(aBrowser(site, safari), email)
    const [mail, ...others] = await told()
    expect(others).toEqual([])
    expect(mail?.params.device).toBe('Safari sur iPhone')
    expect(mail?.link).toBe('/fr/account/security')
  })
})

describe('by a link sent by mail', () => {
  const ask = (browser: ReturnType<typeof aBrowser>, email: string, next = '') =>
    browser.post('/fr/account/link', { email, next })
  const linkOf = async (email: string) =>
    (await mailTo(site.database, email)).find(mail => mail.template === 'magic-link')?.link ?? ''

  test('one comes in from another browser, after a button, and once', async () => {
    const email = 'link@exemple.org'
    await signedUp(site, email)
    expect((await ask(aBrowser(site), email, '/fr/ouvert')).status).toBe(303)
    // Until when it is good is told by the clock of whoever reads it.
    expect(
      await site.database.asOwner('select time_zone from mail_message where address = $1', [email]),
    ).toEqual([{ time_zone: 'Europe/Paris' }, { time_zone: 'Europe/Paris' }])
    const link = await linkOf(email)
    expect(link).toMatch(/^\/fr\/account\/link\/[A-Za-z]{32}\?next=%2Ffr%2Fouvert$/)
    const phone = aBrowser(site, safari)
    // A mail program that looks ahead changes nothing.
    for (let look = 0; look < 3; look++) expect((await aBrowser(site).get(link)).status).toBe(200)
    expect(await whoIs(phone)).toBeNull()
    const answer = await phone.post(link.split('?')[0] ?? '', { next: '/fr/ouvert' })
    expect(answer.headers.get('location')).toBe('/fr/ouvert')
    expect(await whoIs(phone)).toBe('Awa')
    const again = aBrowser(site)
    expect((await again.post(link.split('?')[0] ?? '')).status).toBe(422)
    expect(await whoIs(again)).toBeNull()
  })

  test('not when its time is over', async () => {
    const email = 'late@exemple.org'
    await signedUp(site, email)
    await ask(aBrowser(site), email)
    await site.database.asOwner(`update account_verification set expires_at = now() - interval '1 second'`)
    const late = aBrowser(site)
    expect((await late.post((await linkOf(email)).split('?')[0] ?? '')).status).toBe(422)
    expect(await whoIs(late)).toBeNull()
  })

  test('an address that is unknown is answered alike, and written nothing', async () => {
    await signedUp(site, 'asks@exemple.org')
    const known = await toldBy(await ask(aBrowser(site), 'asks@exemple.org'))
    expect(await toldBy(await ask(aBrowser(site), 'nobody@exemple.org'))).toEqual(known)
    expect(await mailTo(site.database, 'nobody@exemple.org')).toEqual([])
    expect(await textOf(await aBrowser(site).get('/fr/account/link?sent='))).toContain(
      'Si un compte a cette adresse',
    )
  })

  test('takes away what someone set up who had not proved the address', async () => {
    const email = 'squatted@exemple.org'
    await aBrowser(site).post('/fr/account/sign-up', { name: 'Pirate', email, password, locale: 'fr' })
    await ask(aBrowser(site), email)
    const owner = aBrowser(site)
    await owner.post((await linkOf(email)).split('?')[0] ?? '')
    expect(await whoIs(owner)).toBe('Pirate')
    const pirate = aBrowser(site)
    expect((await signIn(pirate, email)).status).toBe(422)
  })
})

test('the library prints nothing: it would name addresses', async () => {
  const printed: unknown[] = []
  const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map(level =>
    vi.spyOn(console, level).mockImplementation((...all) => void printed.push(all)),
  )
  const email = 'discrete@exemple.org'
  await signedUp(site, email)
  await signIn(aBrowser(site), email, 'not the password')
  await signIn(aBrowser(site), 'nobody@exemple.org')
  await aBrowser(site).post('/fr/account/sign-up', { name: 'A', email, password, locale: 'fr' })
  await aBrowser(site).post('/fr/account/password-reset', { email: 'nobody@exemple.org' })
  await aBrowser(site).get('/api/auth/callback/openid?code=a&state=b')
  for (const spy of spies) spy.mockRestore()
  expect(printed).toEqual([])
})

test('the library has no other address open', async () => {
  const closed = [
    '/sign-in/email',
    '/sign-up/email',
    '/get-session',
    '/list-sessions',
    '/error',
    '/ok',
    '/update-user',
    '/reset-password',
  ]
  for (const path of closed) {
    for (const method of ['GET', 'POST']) {
      const headers = { origin: 'http://localhost', 'content-type': 'application/json' }
      const answer = await site.app.request(`/api/auth${path}`, { method, headers })
      expect([path, method, answer.status]).toEqual([path, method, 404])
    }
  }
  const read = await site.app.request('/api/auth/passkey/generate-authenticate-options')
  expect(read.status).toBe(200)
  expect((await site.app.request('/api/auth/passkey/list-user-passkeys')).status).toBe(404)
  const written = {
    method: 'POST',
    headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
  }
  expect(
    (await site.app.request('/api/auth/passkey/verify-authentication', { ...written, body: '{}' })).status,
  ).toBe(403)
})
