import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, type TestNetwork } from '../../../test/factories.ts'
import {
  aBrowser,
  anInvitation,
  mailTo,
  password,
  signedUp,
  textOf,
  toldBy,
  whoIs,
} from './account.fixture.ts'

let site: TestApp
let network: TestNetwork

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'ouvert', name: { fr: 'Le réseau ouvert' } })
})
beforeEach(() => setSignUp('open'))
afterAll(() => site.close())

const setSignUp = (way: string) =>
  site.database.asOwner('update network set sign_up = $2 where id = $1', [network.id, way])

const form = (email: string, more: Record<string, string> = {}) => ({
  name: 'Awa',
  email,
  password,
  locale: 'fr',
  ...more,
})

const accounts = (email: string) =>
  site.database.asOwner<{ email_verified: boolean; locale: string }>(
    'select email_verified, locale from account where email = $1',
    [email],
  )

describe('an account', () => {
  test('is made, proved by its address and password, and led on to where it was wanted', async () => {
    const email = 'nouvelle@exemple.org'
    const browser = aBrowser(site)
    const sent = await browser.post('/fr/account/sign-up', form(email, { locale: 'pt', next: '/fr/ouvert' }))
    expect(sent.headers.get('location')).toBe('/fr/account/verification?next=%2Ffr%2Fouvert')
    expect(await accounts(email)).toEqual([{ email_verified: false, locale: 'pt' }])
    const [mail] = await mailTo(site.database, email)
    expect(mail).toMatchObject({ template: 'verify-address', locale: 'pt' })
    expect(mail?.link).toMatch(/^\/pt\/account\/verification\?token=.+&next=%2Ffr%2Fouvert$/)

    const phone = aBrowser(site)
    expect(await textOf(await phone.get(mail?.link ?? ''))).toContain(email)
    expect(await accounts(email)).toMatchObject([{ email_verified: false }])
    const token = new URLSearchParams(mail?.link.split('?')[1]).get('token') ?? ''
    const answer = await phone.post('/pt/account/verification', { token, password, next: '/fr/ouvert' })
    expect(answer.headers.get('location')).toBe('/fr/ouvert')
    expect(await whoIs(phone)).toBe('Awa')
    expect(await accounts(email)).toMatchObject([{ email_verified: true }])
    const log = await site.database.asOwner<{ action: string; after: unknown }>(
      `select action, after from audit_entry where subject_id = (select id::text from account where email = $1)`,
      [email],
    )
    expect(log).toEqual([{ action: 'account.created', after: null }])
  })

  test('is not entered before its address is proved', async () => {
    const email = 'impatient@exemple.org'
    const browser = aBrowser(site)
    await browser.post('/fr/account/sign-up', form(email))
    const answer = await browser.post('/fr/account/sign-in', { email, password })
    expect(answer.headers.get('location')).toBe('/fr/account/verification')
    expect(await whoIs(browser)).toBeNull()
  })

  test('made in the name of somebody else is not proved by their click', async () => {
    const email = 'victime@exemple.org'
    await aBrowser(site).post('/fr/account/sign-up', form(email, { password: 'le mot du pirate' }))
    const [mail] = await mailTo(site.database, email)
    const token = new URLSearchParams(mail?.link.split('?')[1]).get('token') ?? ''
    const victim = aBrowser(site)
    const answer = await victim.post('/fr/account/verification', { token, password: 'ce que je crois' })
    expect(answer.status).toBe(422)
    expect(await accounts(email)).toMatchObject([{ email_verified: false }])
  })

  test('with an address that is known looks just like success, and its owner is told', async () => {
    const email = 'connue@exemple.org'
    await signedUp(site, email)
    const known = await toldBy(await aBrowser(site).post('/fr/account/sign-up', form(email)))
    const unknown = await toldBy(
      await aBrowser(site).post('/fr/account/sign-up', form('inconnue@exemple.org')),
    )
    expect(known).toEqual(unknown)
    const [mail] = await mailTo(site.database, email)
    expect(mail).toMatchObject({ template: 'address-in-use', link: '/fr/account/sign-in' })
    expect(await accounts(email)).toHaveLength(1)
  })

  test.each([
    ['short', 'neuf car.', 'Au moins 10'],
    ['long', 'x1y2'.repeat(40), '128'],
    ['common', 'MotDePasse123', 'premiers'],
    ['one step', 'abcdefghijkl', 'premiers'],
    ['of one sign', 'zzzzzzzzzzzz', 'premiers'],
    ['of the address', 'xx-faible-xx', 'adresse'],
  ])('is refused a password that is %s', async (_, weak, said) => {
    const answer = await aBrowser(site).post(
      '/fr/account/sign-up',
      form('faible@exemple.org', { password: weak }),
    )
    expect(answer.status).toBe(422)
    expect(await textOf(answer)).toContain(said)
    expect(await accounts('faible@exemple.org')).toEqual([])
  })

  test('cannot take more than it is given', async () => {
    const email = 'avide@exemple.org'
    await aBrowser(site).post(
      '/fr/account/sign-up',
      form(email, {
        platformAdministrator: 'true',
        platform_administrator: 'true',
        emailVerified: 'true',
        demonstration: 'true',
      }),
    )
    const [row] = await site.database.asOwner(
      'select platform_administrator, email_verified, demonstration from account where email = $1',
      [email],
    )
    expect(row).toEqual({ platform_administrator: false, email_verified: false, demonstration: false })
  })
})

describe('where one comes in by invitation', () => {
  beforeEach(() => setSignUp('invitation'))

  test('the page says so, and by whom, and makes no account', async () => {
    const answer = await aBrowser(site).get('/fr/account/sign-up')
    expect(await textOf(answer)).toMatch(/sur invitation.*Le réseau ouvert/)
    const tried = await aBrowser(site).post('/fr/account/sign-up', form('forcee@exemple.org'))
    expect(tried.status).toBe(403)
    expect(await accounts('forcee@exemple.org')).toEqual([])
  })

  test('an invitation that is open lets one make an account, one that is revoked does not', async () => {
    const path = await anInvitation(site, network, 'invitee@exemple.org')
    const query = new URLSearchParams({ next: path, email: 'invitee@exemple.org' })
    expect(await (await aBrowser(site).get(`/fr/account/sign-up?${query}`)).text()).toContain(
      'value="invitee@exemple.org"',
    )
    const answer = await aBrowser(site).post(
      '/fr/account/sign-up',
      form('invitee@exemple.org', { next: path }),
    )
    expect(answer.status).toBe(303)
    expect((await mailTo(site.database, 'invitee@exemple.org'))[0]?.link).toContain(encodeURIComponent(path))
    await site.database.asOwner('update invitation set revoked_at = now()')
    const late = await aBrowser(site).post('/fr/account/sign-up', form('tard@exemple.org', { next: path }))
    expect(late.status).toBe(403)
  })

  test('a link that only looks like an invitation opens nothing', async () => {
    const answer = await aBrowser(site).get('/fr/account/sign-up?next=/fr/ouvert/invitation/abcdef')
    expect(await textOf(answer)).toContain('Sur invitation')
  })
})

test('the form is filled in with the address that was invited', async () => {
  const answer = await aBrowser(site).get('/fr/account/sign-up?email=invitee@exemple.org&next=/fr/ouvert')
  const html = await answer.text()
  expect(html).toContain('value="invitee@exemple.org"')
  expect(html).toContain('<input type="hidden" name="next" value="/fr/ouvert"')
})

test('the message is sent again for whoever asks, alike for an address that is unknown', async () => {
  const email = 'encore@exemple.org'
  await aBrowser(site).post('/fr/account/sign-up', form(email))
  const ask = (address: string) => aBrowser(site).post('/fr/account/verification/message', { email: address })
  const known = await toldBy(await ask(email))
  expect(await toldBy(await ask('personne@exemple.org'))).toEqual(known)
  expect(await mailTo(site.database, email)).toHaveLength(2)
  expect(await mailTo(site.database, 'personne@exemple.org')).toEqual([])
})

test('accounts whose address nobody proved go after a week, with what has come to its end', async () => {
  await aBrowser(site).post('/fr/account/sign-up', form('oubliee@exemple.org'))
  const stays = await signedUp(site, 'reste@exemple.org')
  await site.database.asOwner(`update account set created_at = now() - interval '8 days'`)
  await site.database.asOwner(`update account_session set expires_at = now() - interval '1 day' where account_id =
    (select id from account where email = 'reste@exemple.org')`)
  await site.database.asOwner('select account_prune()')
  expect(await accounts('oubliee@exemple.org')).toEqual([])
  expect(await accounts('reste@exemple.org')).toHaveLength(1)
  expect(await whoIs(stays)).toBeNull()
})
