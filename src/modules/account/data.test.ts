import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { issueToken } from '#modules/network/tokens.ts'
import { recordChange } from '#platform/audit/record.ts'
import { queueMail, readUnsubscribe } from '#platform/mail/index.ts'
import { silencePath } from '#platform/mail/silence.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../../../test/factories.ts'
import { aBrowser, firefox, mailTo, password, signedUp, textOf, whoIs } from './account.fixture.ts'

let site: TestApp
let network: TestNetwork

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'ouvert', name: { fr: 'Le réseau ouvert' } })
  await site.database.asOwner(`update network set sign_up = 'open' where id = $1`, [network.id])
})
afterAll(() => site.close())

describe('the profile', () => {
  test('is changed, and the site then speaks the language chosen', async () => {
    const browser = await signedUp(site, 'profil@exemple.org')
    const answer = await browser.post('/fr/account', {
      name: 'Awa Ndiaye',
      locale: 'pt',
      timeZone: 'Africa/Dakar',
    })
    expect(answer.headers.get('location')).toBe('/pt/account?done=saved')
    const html = await (await browser.get('/pt/account')).text()
    expect(html).toContain('value="Awa Ndiaye"')
    expect(html).toContain('value="Africa/Dakar"')
    for (const wrong of [{ timeZone: 'Mars/Olympus' }, { locale: 'xx' }, { name: ' ' }]) {
      const fields = { name: 'A', locale: 'fr', timeZone: 'UTC', ...wrong }
      expect((await browser.post('/fr/account', fields)).status).toBe(422)
    }
  })

  test('a new name is the one by which networks know the person, and is noted there', async () => {
    const { accountId, cookie } = await aPerson(site.database, network, 'member', { name: 'Awa Diop' })
    const other = await aNetwork(site.database, { slug: 'homonyme' })
    await aPerson(site.database, other, 'member', { name: 'Awa Diop' })
    const browser = aBrowser(site, firefox, cookie)
    const fields = { name: 'Awa Fall', locale: 'fr', timeZone: 'Africa/Dakar' }
    for (let twice = 0; twice < 2; twice++)
      expect((await browser.post('/fr/account', fields)).status).toBe(303)
    expect(
      await site.database.asOwner(`select name from person where name like 'Awa %' order by name`),
    ).toEqual([{ name: 'Awa Diop' }, { name: 'Awa Fall' }])
    expect(
      await site.database.asOwner(
        `select action, after from audit_entry where network_id = $1 and account_id = $2`,
        [network.id, accountId],
      ),
    ).toEqual([{ action: 'person.changed', after: { fields: ['name'] } }])
  })

  test('the address changes when it is confirmed from there, by who is signed in here', async () => {
    const [old, fresh] = ['ancienne@exemple.org', 'nouvelle@exemple.org']
    const browser = await signedUp(site, old)
    // At home in two networks, one of which knows the new address as somebody else's.
    const second = await aNetwork(site.database, { slug: 'adresses' })
    await aPerson(site.database, second, 'member', { email: 'nouvelle-bis@exemple.org' })
    await site.database.asOwner(
      `insert into person (network_id, id, account_id, name, email)
       select network, gen_random_uuid(), account.id, 'Awa', $1 from account, unnest($2::uuid[]) network where account.email = $1`,
      [old, [network.id, second.id]],
    )
    await site.database.asOwner(
      `update person set email = $2 where network_id = $1 and email = 'nouvelle-bis@exemple.org'`,
      [second.id, fresh],
    )
    const ask = (given: string) => browser.post('/fr/account/address', { email: fresh, password: given })
    expect((await ask('pas le bon')).status).toBe(422)
    expect((await ask(password)).headers.get('location')).toBe('/fr/account?done=address-asked')
    const [mail] = await mailTo(site.database, fresh)
    expect(mail?.link).toMatch(/^\/fr\/account\/address\/confirmation\?token=/)
    expect((await aBrowser(site).get(mail?.link ?? '')).status).toBe(401)
    expect(await textOf(await browser.get(mail?.link ?? ''))).toContain(fresh)
    const token = new URLSearchParams(mail?.link.split('?')[1]).get('token') ?? ''
    // Not by the page that proves a first address, which asks for no session.
    expect((await aBrowser(site).post('/fr/account/verification', { token, password })).status).toBe(422)
    const stranger = await signedUp(site, 'autre@exemple.org')
    expect((await stranger.post('/fr/account/address/confirmation', { token })).status).toBe(422)
    expect((await browser.post('/fr/account/address/confirmation', { token })).status).toBe(303)
    expect((await browser.post('/fr/account/address/confirmation', { token })).status).toBe(422)
    expect((await mailTo(site.database, old))[0]?.template).toBe('address-changed')
    expect(
      await site.database.asOwner(
        `select network_id = $1 as first, person.email from person join account on account.id = person.account_id
         where account.email = $2 order by 1 desc`,
        [network.id, fresh],
      ),
    ).toEqual([
      { first: true, email: fresh },
      { first: false, email: null },
    ])
    const again = aBrowser(site)
    await again.post('/fr/account/sign-in', { email: fresh, password })
    expect(await whoIs(again)).toBe('Awa')
    expect((await aBrowser(site).post('/fr/account/sign-in', { email: old, password })).status).toBe(422)
  })

  test('an address that has an account is neither told nor taken', async () => {
    const theirs = await aPerson(site.database, null, null)
    const browser = await signedUp(site, 'curieuse@exemple.org')
    const answer = await browser.post('/fr/account/address', { email: theirs.email, password })
    expect(answer.headers.get('location')).toBe('/fr/account?done=address-asked')
    expect(await mailTo(site.database, theirs.email)).toEqual([])
  })
})

describe('mail', () => {
  test('comes as often as one likes it, by kind', async () => {
    const browser = await signedUp(site, 'cadence@exemple.org')
    const wishes = {
      invitation: 'now',
      membership: 'weekly',
      work: 'daily',
      meeting: 'now',
      discussion: 'weekly',
      following: 'now',
      administration: 'never',
      waiting: 'weekly',
    }
    expect((await browser.post('/fr/account/mail', wishes)).status).toBe(303)
    const html = await (await browser.get('/fr/account/mail')).text()
    expect(
      html
        .match(/<option selected value="\w+"|<option value="\w+" selected/g)
        ?.map(one => /value="(\w+)"/.exec(one)?.[1]),
    ).toEqual(['now', 'weekly', 'daily', 'now', 'weekly', 'now', 'never', 'weekly'])
    expect((await browser.post('/fr/account/mail', { ...wishes, work: 'hourly' })).status).toBe(422)
    // What waits is looked at in the mornings alone.
    expect((await browser.post('/fr/account/mail', { ...wishes, waiting: 'now' })).status).toBe(422)
  })

  test('is turned off by the link at its foot, on POST alone, without signing in', async () => {
    const someone = await aPerson(site.database, network, 'member')
    const { secret } = await site.services.auth('http://localhost').$context
    const path = silencePath(secret, { accountId: someone.accountId, address: someone.email, locale: 'fr' }, [
      'work',
    ])
    expect(readUnsubscribe(secret, path.split('/').at(-1) ?? '')).not.toBeNull()
    const cadence = () =>
      site.database.asOwner('select kind, cadence from mail_preference where account_id = $1', [
        someone.accountId,
      ])
    expect((await site.get(path)).status).toBe(200)
    expect(await cadence()).toEqual([])
    // As the programme of a mail provider does it: without cookie, origin or language (RFC 8058).
    const answer = await site.app.request(path, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    })
    expect(answer.status).toBe(200)
    expect(await cadence()).toEqual([{ kind: 'work', cadence: 'never' }])
    const forged = path.replace(/.$/, sign => (sign === 'A' ? 'B' : 'A'))
    expect((await site.app.request(forged, { method: 'POST' })).status).toBe(404)
  })
})

/** Someone with a bit of everything. */
async function someoneBusy(): Promise<TestPerson> {
  const someone = await aPerson(site.database, network, 'facilitator', { title: 'Animation' })
  await inTenant(site.database.db, { ...network.inside, accountId: someone.accountId }, async trx => {
    const key = { name: 'Ma clé', scopes: ['commons:read' as const], days: 3, accountId: someone.accountId }
    await issueToken(trx, network.id, key)
    await queueMail(trx, {
      networkId: network.id,
      to: { accountId: someone.accountId, address: someone.email, name: someone.name, locale: 'fr' },
      template: 'member-joined',
      params: { person: 'Modou', role: 'member', url: 'http://localhost/fr' },
      baseUrl: 'http://localhost',
    })
    await recordChange(trx, network.id, someone.actor, {
      action: 'thing.done',
      subject: { type: 'thing', id: '1' },
    })
  })
  await site.database.asOwner(
    `insert into file (network_id, id, name, media_type, bytes, sha256, purpose, visibility, uploaded_by)
     values ($1, $2, 'rapport.pdf', 'application/pdf', 5, sha256('x'), 'attachment', 'network', $3)`,
    [network.id, newId(), someone.accountId],
  )
  return someone
}

describe('one’s own data', () => {
  test('can be taken away: all of it, and nothing of others or by which one comes in', async () => {
    const someone = await someoneBusy()
    const other = await aPerson(site.database, network, 'administrator', { name: 'Quelqu’un d’autre' })
    const answer = await aBrowser(site, firefox, someone.cookie).get('/fr/account/data/archive.json')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="cordee-account.json"')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const text = await answer.text()
    const data = JSON.parse(text)
    expect(data.account).toMatchObject({ id: someone.accountId, email: someone.email, sessions: [{}] })
    const [platform, ours] = data.networks
    expect(platform).toMatchObject({ log: [] })
    expect(ours).toMatchObject({
      network: 'ouvert',
      person: { name: someone.name },
      mandates: [{ role: 'facilitator', title: 'Animation' }],
      keys: [{ name: 'Ma clé' }],
      files: [{ name: 'rapport.pdf' }],
      messages: [{ template: 'member-joined' }],
      log: [{ action: 'thing.done' }],
    })
    expect(text).not.toContain(other.name)
    expect(text).not.toContain(other.email)
    const secrets = await site.database.asOwner<{ secret: string }>(
      `select token as secret from account_session union all select encode(secret_hash, 'hex') from api_token`,
    )
    for (const { secret } of secrets) expect(text).not.toContain(secret)
  })
})

describe('erasing one’s account', () => {
  const erase = (cookie: string, fields: Record<string, string> = { sure: 'on' }) =>
    aBrowser(site, firefox, cookie).post('/fr/account/erasure', fields)

  test('takes what is one’s own, and leaves the network’s history whole, without the name', async () => {
    const someone = await someoneBusy()
    await aPerson(site.database, network, 'administrator')
    expect(await textOf(await aBrowser(site, firefox, someone.cookie).get('/fr/account/erasure'))).toContain(
      'Ce qui reste',
    )
    expect((await erase(someone.cookie, {})).status).toBe(422)
    const answer = await erase(someone.cookie)
    expect(answer.headers.get('location')).toBe('/fr?done=account-erased')
    expect(await whoIs(aBrowser(site, firefox, someone.cookie))).toBeNull()
    const { asOwner } = site.database
    const left = async (table: string) =>
      (await asOwner(`select 1 from ${table} where account_id = $1`, [someone.accountId])).length
    for (const table of [
      'account_session',
      'account_identity',
      'account_device',
      'api_token',
      'mail_message',
      'person',
    ])
      expect([table, await left(table)]).toEqual([table, 0])
    expect(await asOwner('select 1 from account where id = $1', [someone.accountId])).toEqual([])
    expect(
      await asOwner('select name, email, erased_at is not null as erased from person where id = $1', [
        someone.personId,
      ]),
    ).toEqual([{ name: 'Compte effacé', email: null, erased: true }])
    expect(
      await asOwner('select valid_until <= current_date as over from mandate where id = $1', [
        someone.mandateId,
      ]),
    ).toEqual([{ over: true }])
    expect(await asOwner('select name from file where uploaded_by = $1', [someone.accountId])).toHaveLength(1)
    expect(await left('audit_entry')).toBe(2)
    expect(
      await asOwner(`select action from audit_entry where subject_id = $1`, [someone.accountId]),
    ).toEqual([{ action: 'account.erased' }])
    expect(await mailTo(site.database, someone.email)).toMatchObject([
      { template: 'account-erased', account_id: null },
    ])
    const everything = await asOwner<{ text: string }>(
      `select query_to_xml('select * from ' || quote_ident(table_name), true, true, '')::text as text
       from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'mail_message'`,
    )
    expect(everything.map(({ text }) => text).join()).not.toContain(someone.email)
  })

  test('leaves its places at meetings to others, and takes what the address did as a visitor and what was written to it', async () => {
    const someone = await someoneBusy()
    await aPerson(site.database, network, 'administrator')
    const { asOwner } = site.database
    const [ahead, past] = [newId(), newId()]
    for (const [id, days] of [
      [ahead, 5],
      [past, -5],
    ] as const)
      await asOwner(
        `insert into meeting (network_id, id, title, state, visibility, starts_at, ends_at, time_zone, language)
         values ($1, $2, 'Rencontre', 'scheduled', 'public', now() + make_interval(days => $3),
           now() + make_interval(days => $3, hours => 2), 'Europe/Paris', 'fr')`,
        [network.id, id, days],
      )
    const register = (meeting: string, number: number, more: Record<string, unknown>) => {
      const row = { id: newId(), state: 'registered', access_needs: 'sans gluten', ...more }
      const names = Object.keys(row)
      return asOwner(
        `insert into registration (network_id, meeting_id, number, ${names.join(', ')})
         values ($1, $2, $3, ${names.map((_, index) => `$${index + 4}`).join(', ')})`,
        [network.id, meeting, number, ...Object.values(row)],
      )
    }
    const host = newId()
    await register(ahead, 1, { id: host, person_id: someone.personId })
    await register(ahead, 2, { guest_of: host, name: 'Une amie' })
    await register(past, 1, { person_id: someone.personId, present: true })
    const visitor = { name: 'Son autre nom', email: someone.email, organisation_name: 'Chez elle' }
    await register(past, 2, { ...visitor, present: true })
    await register(ahead, 3, visitor)
    await register(ahead, 4, { name: 'Une autre', email: 'autre@exemple.org' })
    expect((await erase(someone.cookie)).status).toBe(303)
    const rows = (meeting: string) =>
      asOwner(
        'select number, state, name, email, access_needs as needs from registration where meeting_id = $1 order by number',
        [meeting],
      )
    const [nobody, erased] = ['', 'Compte effacé'].map(name => ({ name, email: null, needs: '' }))
    expect(await rows(ahead)).toEqual([
      { number: 1, state: 'withdrawn', ...nobody },
      { number: 2, state: 'withdrawn', ...nobody },
      { number: 3, state: 'withdrawn', ...erased },
      { number: 4, state: 'registered', name: 'Une autre', email: 'autre@exemple.org', needs: 'sans gluten' },
    ])
    expect(await rows(past)).toEqual([
      { number: 1, state: 'registered', ...nobody },
      { number: 2, state: 'registered', ...erased },
    ])
  })

  test('asks for the password where there is one, for a young session where there is none', async () => {
    const browser = await signedUp(site, 'efface@exemple.org')
    const send = (fields: Record<string, string>) => browser.post('/fr/account/erasure', fields)
    expect((await send({ sure: 'on' })).status).toBe(422)
    expect((await send({ sure: 'on', password: 'pas le bon' })).status).toBe(422)
    expect((await send({ sure: 'on', password })).status).toBe(303)
    const someone = await aPerson(site.database, null, null)
    await site.database.asOwner(
      `update account_session set created_at = now() - interval '2 days' where account_id = $1`,
      [someone.accountId],
    )
    expect((await erase(someone.cookie)).status).toBe(422)
  })

  test('waits until the last administrator has handed over', async () => {
    const alone = await aNetwork(site.database, { slug: 'seule', name: { fr: 'Le réseau seul' } })
    const someone = await aPerson(site.database, alone, 'administrator')
    await aPerson(site.database, alone, 'administrator', { until: '2020-01-01' })
    const shown = await aBrowser(site, firefox, someone.cookie).get('/fr/account/erasure')
    expect(await textOf(shown)).toContain('Le réseau seul')
    expect((await erase(someone.cookie)).status).toBe(409)
    expect(await whoIs(aBrowser(site, firefox, someone.cookie))).toBe(someone.name)
    await aPerson(site.database, alone, 'administrator')
    expect((await erase(someone.cookie)).status).toBe(303)
  })

  test('cannot be done to somebody else, even past our own code', async () => {
    const [mine, theirs] = [
      await aPerson(site.database, network, null),
      await aPerson(site.database, network, null),
    ]
    await inTenant(site.database.db, { ...network.inside, accountId: mine.accountId }, async trx => {
      const gone = await trx.deleteFrom('account').where('id', '=', theirs.accountId).executeTakeFirst()
      expect(gone.numDeletedRows).toBe(0n)
    })
    expect(await whoIs(aBrowser(site, firefox, theirs.cookie))).toBe(theirs.name)
  })
})

test('what is kept is told to anyone, in every language', async () => {
  for (const locale of ['fr', 'en', 'es', 'pt'])
    expect((await site.get(`/${locale}/about/retention`)).status).toBe(200)
  expect(await (await site.get('/fr')).text()).toContain('href="/fr/about/retention"')
})
