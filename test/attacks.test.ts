import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { eraseAccount } from '#modules/account/erasure.ts'
import { asAccount } from '#modules/account/messages.ts'
import { invite } from '#modules/network/invitations.ts'
import type { Viewer } from '#platform/auth/viewer.ts'
import {
  aBrowser,
  anInvitation,
  mailTo,
  password,
  signedUp,
  type TestBrowser,
  whoIs,
} from '../src/modules/account/account.fixture.ts'
import { baseUrl, imported, send, smtpServer, stored } from '../src/platform/mail/mail.fixture.ts'
import { type TestApp, testApp } from './app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from './factories.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
  const open = await aNetwork(site.database)
  await site.database.asOwner(`update network set sign_up = 'open' where id = $1`, [open.id])
})
afterAll(() => site.close())

describe('an invented person, as whom anyone can sign in', () => {
  let invented: TestNetwork
  let persona: TestPerson

  beforeAll(async () => {
    invented = await aNetwork(site.database, { slug: 'invente' })
    await site.database.asOwner(`update network set demonstration = 'loaded' where id = $1`, [invented.id])
    persona = await aPerson(site.database, invented, 'administrator')
    await site.database.asOwner('update account set demonstration = true where id = $1', [persona.accountId])
  })

  test('reads the invitations of their network, and proves no address of somebody by them', async () => {
    const follow = async (email: string) => {
      const made = await inTenant(site.database.db, invented.inside, trx =>
        invite(
          trx,
          invented,
          { actor: persona.actor, inviter: persona.name, linkOrigin: baseUrl },
          { role: 'member', organisation: null, title: '', locale: 'fr', days: 14 },
          email,
        ),
      )
      const path = new URL(made[0]?.url ?? '').pathname
      const fields = { name: 'Quelqu’un', password: 'trois mots et demi' }
      return (await aBrowser(site).post(`${path}/account`, fields)).status
    }
    const known = (email: string) =>
      site.database.asOwner('select email_verified from account where email = $1', [email])

    expect(await follow('direction@entreprise.fr')).toBe(422)
    expect(await known('direction@entreprise.fr')).toEqual([])
    expect(await follow('quelquun@exemple.invalid')).toBe(303)
    expect(await known('quelquun@exemple.invalid')).toEqual([{ email_verified: true }])
  })

  test('comes into no real network, by its open door or by an invitation', async () => {
    const real = await aNetwork(site.database, { slug: 'vrai' })
    const someone = aBrowser(site, undefined, persona.cookie)
    for (const rule of ['open', 'request']) {
      await site.database.asOwner('update network set sign_up = $2 where id = $1', [real.id, rule])
      expect((await someone.post('/fr/vrai/join', { organisation: '', message: '' })).status).toBe(403)
    }
    const path = await anInvitation(site, real, 'attendue@exemple.org')
    expect((await someone.post(path)).status).toBe(403)
    const came = await site.database.asOwner(
      'select account_id from person where network_id = $1 union all select account_id from join_request where network_id = $1',
      [real.id],
    )
    expect(came).toEqual([])
  })

  test('writes to nobody, with a server to send it by', async () => {
    const server = await smtpServer()
    const real = await aNetwork(site.database)
    await site.database.asOwner('truncate mail_message')
    await imported(site.database, { networkId: invented.id })
    await imported(site.database, { networkId: real.id })
    await send(site.database, server)
    await server.close()
    expect(server.received).toHaveLength(1)
    const states = (await stored(site.database)).map(({ network_id, state }) => [network_id, state])
    expect(new Map(states as [string, string][])).toEqual(
      new Map([
        [invented.id, 'outbox'],
        [real.id, 'sent'],
      ]),
    )
  })
})

describe('who was in once', () => {
  const next = 'une autre phrase longue'

  test('does not come back by a link from before the password was chosen anew', async () => {
    const someone = await aPerson(site.database, null, null)
    const { email } = someone
    await aBrowser(site).post('/fr/account/link', { email })
    await aBrowser(site).post('/fr/account/password-reset', { email })
    const [reset, link] = (await mailTo(site.database, email)).map(mail => mail.link)
    expect((await aBrowser(site).post(reset ?? '', { password: next })).status).toBe(303)
    const intruder = aBrowser(site)
    expect((await intruder.post(link ?? '')).status).toBe(422)
    expect(await whoIs(intruder)).toBeNull()
  })

  test.each([
    ['the password changes', '/fr/account/security/password'],
    ['all other sessions are ended', '/fr/account/security/sessions/removal'],
  ])('finds no link or device trusted any longer when %s', async (_, path) => {
    const email = `parti-${path.length}@exemple.org`
    const owner = await signedUp(site, email)
    await aBrowser(site).post('/fr/account/link', { email })
    const link = (await mailTo(site.database, email)).find(mail => mail.template === 'magic-link')?.link
    await site.database.asOwner(
      `insert into account_verification (id, identifier, value, expires_at)
       select 'trust-' || id, 'trust-device-' || id, id::text, now() + interval '1 day' from account where email = $1`,
      [email],
    )
    const fields = { current: password, password: next }
    expect((await owner.post(path, fields)).status).toBe(303)
    expect(await whoIs(owner)).not.toBeNull()
    expect((await aBrowser(site).post(link ?? '')).status).toBe(422)
    const trusted = await site.database.asOwner(
      `select from account_verification join account on value = account.id::text where email = $1`,
      [email],
    )
    expect(trusted).toEqual([])
  })
})

describe('erasing oneself', () => {
  const viewer = ({ accountId, name, email }: TestPerson): Viewer => ({
    accountId,
    sessionId: accountId,
    name,
    email,
    emailVerified: true,
    locale: 'fr',
    timeZone: 'Europe/Paris',
    twoFactor: false,
    demonstration: false,
  })

  test('of two last administrators at the same moment one stays', async () => {
    const network = await aNetwork(site.database)
    const first = await aPerson(site.database, network, 'administrator')
    const second = await aPerson(site.database, network, 'administrator')
    const { db } = site.database
    let other: Promise<boolean> | undefined
    await asAccount(db, first.accountId, async trx => {
      await sql`select account_erase('quelqu’un')`.execute(trx)
      other = eraseAccount(db, viewer(second), baseUrl)
      // It has looked, and waits; without waiting it would be through by now.
      await waiting()
    })
    expect(await other).toBe(false)
    const left = await site.database.asOwner(
      'select account_id from person where network_id = $1 and account_id is not null',
      [network.id],
    )
    expect(left).toEqual([{ account_id: second.accountId }])
  })

  test('takes along what was written to the address before there was an account, and its links', async () => {
    const network = await aNetwork(site.database)
    const someone = await aPerson(site.database, network, 'member')
    await imported(site.database, {
      networkId: network.id,
      to: { accountId: null, address: someone.email, name: someone.name, locale: 'fr' },
    })
    await aBrowser(site).post('/fr/account/link', { email: someone.email })
    expect(await eraseAccount(site.database.db, viewer(someone), baseUrl)).toBe(true)
    const mail = await site.database.asOwner('select template from mail_message where address = $1', [
      someone.email,
    ])
    expect(mail).toEqual([{ template: 'account-erased' }])
    const links = await site.database.asOwner(
      'select from account_verification where strpos(value, $1) > 0',
      [someone.email],
    )
    expect(links).toEqual([])
  })

  /** Until somebody waits for a lock, or long enough for nobody to. */
  async function waiting(): Promise<void> {
    for (let turn = 0; turn < 100; turn++) {
      const rows = await site.database.asOwner(
        `select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())
         union all select from pg_locks where not granted and locktype = 'transactionid'`,
      )
      if (rows.length > 0) return
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
})

test('strangers who try an account too often do not shut its owner out', async () => {
  const env = { RATE_LIMIT: '0.2', TRUSTED_PROXIES: '1' }
  const counting = await testApp({ env, database: site.database })
  const email = 'assiegee@exemple.org'
  const owner = await signedUp(site, email)
  await owner.post('/fr/account/sign-out')
  const from = (host: number) => ({ 'x-forwarded-for': `198.51.100.${host}` })
  const signIn = async (browser: TestBrowser, given: string, host: number) =>
    (await browser.post('/fr/account/sign-in', { email, password: given }, from(host))).status
  const link = async (browser: TestBrowser, host: number) =>
    (await browser.post('/fr/account/link', { email }, from(host))).status

  for (let tries = 0; tries < 3; tries++) await signIn(aBrowser(counting), 'deviné', tries)
  await link(aBrowser(counting), 1)
  expect(await signIn(aBrowser(counting), password, 9)).toBe(429)
  expect(await link(aBrowser(counting), 9)).toBe(429)
  const known = [...owner.cookies].map(pair => pair.join('=')).join('; ')
  expect(known).toMatch(/^cordee\.known=[\w-]+\.[\w-]+$/)
  expect(await link(aBrowser(counting, undefined, known), 9)).toBe(303)
  expect(await signIn(aBrowser(counting, undefined, known), password, 9)).toBe(303)
  // It opens nothing, is good for no other account, and is counted as well.
  expect(await whoIs(aBrowser(counting, undefined, known))).toBeNull()
  const forged = known.replace(/=[\w-]+\./, '=AAAAAAAAAAAAAAAA.')
  expect(await signIn(aBrowser(counting, undefined, forged), password, 9)).toBe(429)
  expect(await signIn(aBrowser(counting, undefined, known), 'deviné', 10)).toBe(422)
  expect(await signIn(aBrowser(counting, undefined, known), password, 10)).toBe(429)
  await counting.close()
})

test('a day of the year 0 is no day', async () => {
  const network = await aNetwork(site.database, { slug: 'jours' })
  const administrator = await aPerson(site.database, network, 'administrator')
  const fields = { role: 'member', title: '', organisation: '', from: '0000-01-01', until: '' }
  const browser = aBrowser(site, undefined, administrator.cookie)
  const path = `/fr/jours/members/${administrator.personId}/mandates`
  expect((await browser.post(path, fields)).status).toBe(422)
  expect((await browser.post(path, { ...fields, from: '0001-01-01' })).status).toBe(303)
})
