import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, aPerson } from '../../../test/factories.ts'
import {
  aBrowser,
  firefox,
  mailTo,
  password,
  safari,
  signedUp,
  type TestBrowser,
  textOf,
  whoIs,
} from './account.fixture.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
  const network = await aNetwork(site.database, { slug: 'ouvert' })
  await site.database.asOwner(`update network set sign_up = 'open' where id = $1`, [network.id])
})
afterAll(() => site.close())

const signIn = async (email: string, given = password, userAgent = firefox) => {
  const browser = aBrowser(site, userAgent)
  return { browser, answer: await browser.post('/fr/account/sign-in', { email, password: given }) }
}

const actions = async (email: string) =>
  (
    await site.database.asOwner<{ action: string }>(
      `select action from audit_entry where subject_id = (select id::text from account where email = $1) order by seq`,
      [email],
    )
  ).map(row => row.action)

describe('the password', () => {
  test('is changed with the present one; other sessions end, this one gets a new cookie', async () => {
    const email = 'change@exemple.org'
    const here = await signedUp(site, email)
    const { browser: there } = await signIn(email, password, safari)
    const change = (current: string, chosen: string) =>
      here.post('/fr/account/security/password', { current, password: chosen })
    expect((await change('pas le bon', 'une autre corde fixe')).status).toBe(422)
    expect((await change(password, '1234567890')).status).toBe(422)
    const before = here.cookies.get('cordee.session_token')
    const answer = await change(password, 'une autre corde fixe')
    expect(answer.headers.get('location')).toBe('/fr/account/security?done=password-changed')
    expect(here.cookies.get('cordee.session_token')).not.toBe(before)
    expect(await whoIs(here)).toBe('Awa')
    expect(await whoIs(there)).toBeNull()
    expect((await signIn(email)).answer.status).toBe(422)
    expect((await signIn(email, 'une autre corde fixe')).answer.status).toBe(303)
    expect((await mailTo(site.database, email)).some(mail => mail.template === 'password-changed')).toBe(true)
    expect(await actions(email)).toContain('password.changed')
  })

  test('is chosen by who has none, while the session is young', async () => {
    const someone = await aPerson(site.database, null, null)
    const browser = aBrowser(site, firefox, someone.cookie)
    const choose = () => browser.post('/fr/account/security/password', { password: 'un premier mot long' })
    const older = `update account_session set created_at = now() - interval '2 days' where account_id = $1`
    await site.database.asOwner(older, [someone.accountId])
    expect(await textOf(await choose())).toContain('Reconnectez-vous')
    await site.database.asOwner(older.replace('- interval', '+ interval'), [someone.accountId])
    expect((await choose()).status).toBe(303)
    expect((await signIn(someone.email, 'un premier mot long')).answer.status).toBe(303)
  })
})

describe('sessions', () => {
  test('are listed by device, this one marked, and end one by one or all the others', async () => {
    const email = 'sessions@exemple.org'
    const here = await signedUp(site, email)
    const { browser: phone } = await signIn(email, password, safari)
    const { browser: other } = await signIn(email, password, 'curl/8')
    const html = await (await here.get('/fr/account/security')).text()
    expect(html).toMatch(/Firefox sur Linux<strong> · celle-ci/)
    expect(html).toContain('Safari sur iPhone')
    expect(html).toContain('Appareil inconnu')
    const [{ token } = { token: '' }] = await site.database.asOwner<{ token: string }>(
      'select token from account_session',
    )
    expect(html).not.toContain(token)
    const row = html.split('<tr>').find(part => part.includes('Safari')) ?? ''
    const end = /action="([^"]+)"/.exec(row)?.[1] ?? ''
    expect((await here.post(end)).headers.get('location')).toBe('/fr/account/security?done=session-ended')
    expect(await whoIs(phone)).toBeNull()
    expect(await whoIs(other)).toBe('Awa')
    await here.post('/fr/account/security/sessions/removal')
    expect(await whoIs(other)).toBeNull()
    expect(await whoIs(here)).toBe('Awa')
  })

  test('of somebody else are not there', async () => {
    const mine = await signedUp(site, 'mienne@exemple.org')
    const theirs = await aPerson(site.database, null, null)
    const [row] = await site.database.asOwner<{ id: string }>(
      'select id from account_session where account_id = $1',
      [theirs.accountId],
    )
    expect((await mine.post(`/fr/account/security/sessions/${row?.id}/removal`)).status).toBe(404)
    expect(await whoIs(aBrowser(site, firefox, theirs.cookie))).toBe(theirs.name)
  })
})

describe('the second factor', () => {
  const setUp = async (browser: TestBrowser) => {
    const shown = await (await browser.post('/fr/account/security/second-factor', { password })).text()
    const uri = (/name="uri" value="([^"]+)"/.exec(shown)?.[1] ?? '').replaceAll('&amp;', '&')
    const secret = new URL(uri).searchParams.get('secret') ?? ''
    const confirmed = await browser.post('/fr/account/security/second-factor/confirmation', {
      code: totp(secret),
      uri,
    })
    const codes = [...(await confirmed.text()).matchAll(/<code>([\w-]+)<\/code>/g)].map(
      match => match[1] ?? '',
    )
    return { shown, uri, secret, confirmed, codes }
  }

  test('is set up by picture or by hand, with the password, and counts once a code was given', async () => {
    const email = 'facteur@exemple.org'
    const browser = await signedUp(site, email)
    const wrong = await browser.post('/fr/account/security/second-factor', { password: 'pas le bon' })
    expect(wrong.status).toBe(422)
    const shown = await (await browser.post('/fr/account/security/second-factor', { password })).text()
    expect(shown).toMatch(/<svg class="qr" viewBox="0 0 \d+ \d+" role="img"/)
    const uri = (/name="uri" value="([^"]+)"/.exec(shown)?.[1] ?? '').replaceAll('&amp;', '&')
    expect(uri).toMatch(/^otpauth:\/\/totp\/Cord/)
    const secret = new URL(uri).searchParams.get('secret') ?? ''
    expect(shown).toContain(secret.match(/.{1,4}/g)?.join(' '))
    const bad = await browser.post('/fr/account/security/second-factor/confirmation', { code: '000000', uri })
    expect(bad.status).toBe(422)
    expect(await bad.text()).toContain('class="qr"')
    // Not confirmed: the password alone still lets in.
    expect((await signIn(email)).answer.headers.get('location')).toBe('/fr')
    const good = await browser.post('/fr/account/security/second-factor/confirmation', {
      code: totp(secret),
      uri,
    })
    expect(good.status).toBe(200)
    expect((await good.text()).match(/<code>/g)).toHaveLength(10)
    expect((await signIn(email)).answer.headers.get('location')).toBe('/fr/account/sign-in/code')
    expect(await actions(email)).toContain('two-factor.on')
    expect((await mailTo(site.database, email))[0]).toMatchObject({
      template: 'ways-in-changed',
      params: { change: 'two-factor.on' },
    })
    expect((await browser.get('/fr/account/security/second-factor')).status).toBe(200)
  })

  test('lets nobody in by the password alone, nor by a link', async () => {
    const email = 'deux@exemple.org'
    const { secret } = await setUp(await signedUp(site, email))
    const { browser, answer } = await signIn(email)
    expect(answer.headers.get('location')).toBe('/fr/account/sign-in/code')
    expect(answer.headers.getSetCookie().join()).not.toMatch(/session_token=[^;]/)
    expect(await whoIs(browser)).toBeNull()
    expect((await browser.post('/fr/account/sign-in/code', { code: '123456' })).status).toBe(422)
    const done = await browser.post('/fr/account/sign-in/code', { code: totp(secret), next: '/fr/ouvert' })
    expect(done.headers.get('location')).toBe('/fr/ouvert')
    expect(await whoIs(browser)).toBe('Awa')

    await aBrowser(site).post('/fr/account/link', { email })
    const link = (await mailTo(site.database, email)).find(mail => mail.template === 'magic-link')?.link ?? ''
    const other = aBrowser(site)
    expect((await other.post(link)).headers.get('location')).toBe('/fr/account/sign-in/code')
    expect(await whoIs(other)).toBeNull()
    await other.post('/fr/account/sign-in/code', { code: totp(secret, 1) })
    expect(await whoIs(other)).toBe('Awa')
  })

  test('takes no code twice', async () => {
    const email = 'rejeu@exemple.org'
    const { secret } = await setUp(await signedUp(site, email))
    const code = totp(secret)
    const first = await signIn(email)
    await first.browser.post('/fr/account/sign-in/code', { code })
    expect(await whoIs(first.browser)).toBe('Awa')
    const second = await signIn(email)
    const answer = await second.browser.post('/fr/account/sign-in/code', { code })
    expect(answer.headers.get('location')).toBe('/fr/account/sign-in?error=code')
    expect(await whoIs(second.browser)).toBeNull()
  })

  test('gives way to a recovery code, once', async () => {
    const email = 'secours@exemple.org'
    const { codes } = await setUp(await signedUp(site, email))
    const [code = ''] = codes
    const first = await signIn(email)
    await first.browser.post('/fr/account/sign-in/code', { code })
    expect(await whoIs(first.browser)).toBe('Awa')
    const second = await signIn(email)
    expect((await second.browser.post('/fr/account/sign-in/code', { code })).status).toBe(422)
    expect(await whoIs(second.browser)).toBeNull()
    // New ones, with the password; those before are worth nothing.
    const answer = await first.browser.post('/fr/account/security/recovery-codes', {
      codesPassword: password,
    })
    const renewed = [...(await answer.text()).matchAll(/<code>([\w-]+)<\/code>/g)].map(
      match => match[1] ?? '',
    )
    expect(renewed).toHaveLength(10)
    expect(renewed).not.toContain(codes[1])
    expect((await second.browser.post('/fr/account/sign-in/code', { code: codes[1] ?? '' })).status).toBe(422)
    await second.browser.post('/fr/account/sign-in/code', { code: renewed[0] ?? '' })
    expect(await whoIs(second.browser)).toBe('Awa')
  })

  test('is not asked again on a device that is trusted, and is on any other', async () => {
    const email = 'confiance@exemple.org'
    const { secret } = await setUp(await signedUp(site, email))
    const { browser } = await signIn(email)
    const answer = await browser.post('/fr/account/sign-in/code', { code: totp(secret), trust: 'on' })
    expect(answer.headers.getSetCookie().join()).toMatch(/cordee\.trust_device=[^;]+; Max-Age=2592000/)
    await browser.post('/fr/account/sign-out')
    await browser.post('/fr/account/sign-in', { email, password })
    expect(await whoIs(browser)).toBe('Awa')
    expect((await signIn(email)).answer.headers.get('location')).toBe('/fr/account/sign-in/code')
    // A new password by mail, and no device is trusted any more.
    await aBrowser(site).post('/fr/account/password-reset', { email })
    const link =
      (await mailTo(site.database, email)).find(mail => mail.template === 'reset-password')?.link ?? ''
    await aBrowser(site).post(link, { password: 'encore un autre mot' })
    const asked = await browser.post('/fr/account/sign-in', { email, password: 'encore un autre mot' })
    expect(asked.headers.get('location')).toBe('/fr/account/sign-in/code')
  })

  test('cannot be guessed: after five wrong codes one begins again, after ten the account waits', async () => {
    const email = 'devine@exemple.org'
    const { secret } = await setUp(await signedUp(site, email))
    const statuses: number[] = []
    for (let round = 0; round < 3; round++) {
      const { browser } = await signIn(email)
      for (let tries = 0; tries < 5; tries++)
        statuses.push((await browser.post('/fr/account/sign-in/code', { code: '000000' })).status)
      const over = await browser.post('/fr/account/sign-in/code', { code: totp(secret) })
      expect(await whoIs(browser)).toBeNull()
      statuses.push(over.status)
    }
    expect(statuses.slice(0, 6)).toEqual([422, 422, 422, 422, 422, 303])
    expect(statuses.at(-1)).toBe(429)
  })

  test('is turned off with the password', async () => {
    const email = 'arret@exemple.org'
    const browser = await signedUp(site, email)
    await setUp(browser)
    const remove = (given: string) =>
      browser.post('/fr/account/security/second-factor/removal', { password: given })
    expect((await remove('pas le bon')).status).toBe(422)
    expect((await remove(password)).headers.get('location')).toBe('/fr/account/security?done=two-factor-off')
    expect((await signIn(email)).answer.headers.get('location')).toBe('/fr')
    expect(await actions(email)).toContain('two-factor.off')
  })
})

test('what is of an account is for its owner alone', async () => {
  for (const path of [
    '',
    '/security',
    '/security/password',
    '/security/second-factor',
    '/mail',
    '/data',
    '/data/archive.json',
    '/erasure',
    '/address/confirmation',
  ])
    expect([path, (await aBrowser(site).get(`/fr/account${path}`)).status]).toEqual([path, 401])
  for (const path of [
    '',
    '/address',
    '/security/password',
    '/security/second-factor',
    '/security/recovery-codes',
    '/security/sessions/removal',
    '/mail',
    '/erasure',
  ])
    expect([path, (await aBrowser(site).post(`/fr/account${path}`)).status]).toEqual([path, 401])
})

test('an invented person, as whom anyone may sign in, is not to be made one’s own', async () => {
  const someone = await aPerson(site.database, null, null)
  await site.database.asOwner('update account set demonstration = true where id = $1', [someone.accountId])
  const browser = aBrowser(site, firefox, someone.cookie)
  for (const [path, fields] of [
    ['', { name: 'X', locale: 'fr', timeZone: 'UTC' }],
    ['/address', { email: 'pirate@exemple.org' }],
    ['/security/password', { password: 'un premier mot long' }],
    ['/security/second-factor', {}],
    ['/erasure', { sure: 'on' }],
  ] as const)
    expect([path, (await browser.post(`/fr/account${path}`, fields)).status]).toEqual([path, 403])
  const options = await browser.get('/api/auth/passkey/generate-register-options')
  expect(options.status).toBe(403)
  expect((await browser.get('/fr/account')).status).toBe(200)
})

/** RFC 6238, with the defaults that every app knows: SHA-1, six figures, thirty seconds. */
function totp(secret: string, steps = 0): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret.replace(/=+$/, '')]
    .map(sign => alphabet.indexOf(sign).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2)))
  const moment = Buffer.alloc(8)
  moment.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
  const hash = createHmac('sha1', key).update(moment).digest()
  const at = (hash.at(-1) ?? 0) & 15
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
