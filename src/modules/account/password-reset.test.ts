import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aPerson } from '../../../test/factories.ts'
import { aBrowser, firefox, mailTo, textOf, toldBy, whoIs } from './account.fixture.ts'

let site: TestApp
const chosen = 'quatre mots sans lien'

beforeAll(async () => {
  site = await testApp()
})
afterAll(() => site.close())

const ask = (email: string, next = '') => aBrowser(site).post('/fr/account/password-reset', { email, next })
const linkOf = async (email: string) =>
  (await mailTo(site.database, email)).find(mail => mail.template === 'reset-password')?.link ?? ''
const signIn = (email: string, password: string) =>
  aBrowser(site).post('/fr/account/sign-in', { email, password })

test('a forgotten password is replaced by the link of a mail, once; every session ends, and a mail says so', async () => {
  const someone = await aPerson(site.database, null, null, { locale: 'en' })
  const open = aBrowser(site, firefox, someone.cookie)
  expect(await whoIs(open)).toBe(someone.name)
  expect((await ask(someone.email, '/fr/ouvert')).status).toBe(303)
  const link = await linkOf(someone.email)
  expect(link).toMatch(/^\/en\/account\/password-reset\/\w{24}\?next=%2Ffr%2Fouvert$/)
  expect((await aBrowser(site).get(link)).status).toBe(200)
  const answer = await aBrowser(site).post(link, { password: chosen })
  expect(answer.headers.get('location')).toBe('/en/account/sign-in?next=%2Ffr%2Fouvert&done=password-changed')
  expect(await whoIs(open)).toBeNull()
  expect((await signIn(someone.email, chosen)).status).toBe(303)
  expect((await mailTo(site.database, someone.email))[0]?.template).toBe('password-changed')

  const again = await aBrowser(site).post(link, { password: 'autre chose encore' })
  expect(again.status).toBe(422)
  expect((await aBrowser(site).get(link)).status).toBe(422)
  expect((await signIn(someone.email, 'autre chose encore')).status).toBe(422)
  const log = await site.database.asOwner<{ action: string }>(
    'select action from audit_entry where subject_id = $1',
    [someone.accountId],
  )
  expect(log).toEqual([{ action: 'password.changed' }])
})

test('a link whose hour is over is worth nothing', async () => {
  const someone = await aPerson(site.database, null, null)
  await ask(someone.email)
  const link = await linkOf(someone.email)
  await site.database.asOwner(`update account_verification set expires_at = now() - interval '1 second'`)
  expect((await aBrowser(site).post(link, { password: chosen })).status).toBe(422)
  expect((await signIn(someone.email, chosen)).status).toBe(422)
})

test('an address that is unknown is answered alike, and written nothing', async () => {
  const someone = await aPerson(site.database, null, null)
  const known = await toldBy(await ask(someone.email))
  expect(await toldBy(await ask('personne@exemple.org'))).toEqual(known)
  expect(await mailTo(site.database, 'personne@exemple.org')).toEqual([])
})

test('a weak password is refused, and the link still good', async () => {
  const someone = await aPerson(site.database, null, null, { email: 'marguerite@exemple.org' })
  await ask(someone.email)
  const link = await linkOf(someone.email)
  for (const weak of ['court', '1234567890', 'marguerite-2026']) {
    const answer = await aBrowser(site).post(link, { password: weak })
    expect([weak, answer.status]).toEqual([weak, 422])
    expect(await textOf(answer)).toContain('Nouveau mot de passe')
  }
  expect((await aBrowser(site).post(link, { password: chosen })).status).toBe(303)
})

test('what has been brought back proves the address', async () => {
  const someone = await aPerson(site.database, null, null, { emailVerified: false })
  await ask(someone.email)
  await aBrowser(site).post(await linkOf(someone.email), { password: chosen })
  expect((await signIn(someone.email, chosen)).headers.get('location')).toBe('/fr')
})
