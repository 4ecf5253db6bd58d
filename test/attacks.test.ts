import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { eraseAccount } from '#modules/account/erasure.ts'
import { asAccount } from '#modules/account/messages.ts'
import { invite } from '#modules/network/invitations.ts'
import type { Viewer } from '#platform/auth/viewer.ts'
import { aBrowser, mailTo, signedUp, whoIs } from '../src/modules/account/account.fixture.ts'
import { baseUrl, imported, send, smtpServer, stored } from '../src/platform/mail/mail.fixture.ts'
import { type TestApp, testApp } from './app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from './factories.ts'

let site: TestApp

beforeAll(async () => {
  site = await testApp()
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
    const fields = { current: 'cinq mots qui se suivent', password: next }
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
