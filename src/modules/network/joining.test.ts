import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../../../test/factories.ts'

let site: TestApp
let open: TestNetwork
let asking: TestNetwork
let administrator: TestPerson

beforeAll(async () => {
  // Where mail leaves, an address that was confirmed is proved.
  site = await testApp({ env: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'cordee@exemple.org' } })
  const { database } = site
  open = await aNetwork(database, { slug: 'libre' })
  asking = await aNetwork(database, { slug: 'demande' })
  await aNetwork(database, { slug: 'invite' })
  const hidden = await aNetwork(database, { slug: 'prive', visibility: 'private' })
  await database.asOwner(
    `update network set sign_up = 'open', sign_up_domains = '{val.org,val.coop}' where id = $1`,
    [open.id],
  )
  await database.asOwner(`update network set sign_up = 'request' where id = $1`, [asking.id])
  await database.asOwner(`update network set sign_up = 'open' where id = $1`, [hidden.id])
  await database.asOwner(`update network set contact_email = 'bonjour@invite.org' where slug = 'invite'`)
  administrator = await aPerson(database, asking, 'administrator', { name: 'Aline Administre' })
  await aPerson(database, open, 'administrator', { email: 'chef@val.org' })
})

afterAll(() => site.close())

test('the door says how to get in', async () => {
  expect(await (await site.get('/fr/libre')).text()).toContain('Rejoindre ce réseau')
  expect(await (await site.get('/fr/demande')).text()).toContain('Demander à le rejoindre')
  const html = await (await site.get('/fr/invite')).text()
  expect(html).toContain('sur invitation')
  expect(html).toContain('mailto:bonjour@invite.org')
  expect(await (await as(administrator, '/fr/demande')).text()).not.toContain('Demander à le rejoindre')
})

test('who has no account is led to one, and back', async () => {
  const html = await (await site.get('/fr/demande/join')).text()
  expect(html).toContain('/fr/account/sign-up?next=%2Ffr%2Fdemande%2Fjoin')
  expect((await post(null, '/fr/demande/join', {})).status).toBe(401)
})

describe('where no mail leaves', () => {
  test('a network open to some domains looks at each who asks: links in the outbox prove no address', async () => {
    const deaf = await testApp({ database: site.database })
    const one = await aPerson(site.database, null, null, { email: 'vue@val.org' })
    const headers = { cookie: one.cookie, 'sec-fetch-site': 'same-origin', accept: 'text/html' }
    expect(await (await deaf.get('/fr/libre/join', headers)).text()).not.toContain(
      'Rejoindre le réseau maintenant',
    )
    const body = new URLSearchParams({ organisation: 'Val', message: '' })
    const answer = await deaf.app.request('/fr/libre/join', { method: 'POST', headers, body })
    expect(answer.headers.get('location')).toBe('/fr/libre/join?done=join-requested')
    expect((await deaf.get('/fr/libre/members', headers)).status).toBe(403)
    await deaf.close()
    await site.database.asOwner('delete from join_request where account_id = $1', [one.accountId])
    await site.database.asOwner('delete from mail_message where network_id = $1', [open.id])
  })
})

describe('an open network', () => {
  test('takes in who has a proved address of its domains', async () => {
    const one = await aPerson(site.database, null, null, { email: 'ines@VAL.coop'.toLowerCase() })
    expect(await (await as(one, '/fr/libre/join')).text()).toContain('Rejoindre le réseau maintenant')
    const answer = await post(one, '/fr/libre/join', {})
    expect(answer.headers.get('location')).toBe('/fr/libre?done=joined')
    expect((await as(one, '/fr/libre/members')).status).toBe(200)
    const mails = await site.database.asOwner(
      `select address, params from mail_message where template = 'member-joined'`,
    )
    expect(mails).toMatchObject([{ address: 'chef@val.org', params: { person: one.name } }])
    const log = await site.database.asOwner(
      `select account_id from audit_entry where action = 'member.joined' and network_id = $1`,
      [open.id],
    )
    expect(log).toEqual([{ account_id: one.accountId }])
    // Once in, there is nothing to join.
    expect((await as(one, '/fr/libre/join')).status).toBe(303)
  })

  test.each([
    ['ailleurs@exemple.org', true, 'pas de celles que le réseau accueille'],
    ['faux@sous.val.org', true, 'pas de celles que le réseau accueille'],
    ['faux@nonval.org', true, 'pas de celles que le réseau accueille'],
    ['attend@val.org', false, 'Confirmez d’abord votre adresse'],
  ])('does not take in %s, proved: %s', async (email, emailVerified, why) => {
    const one = await aPerson(site.database, null, null, { email, emailVerified })
    const answer = await post(one, '/fr/libre/join', {})
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(why)
    expect((await as(one, '/fr/libre/members')).status).toBe(403)
  })

  test('does not give hold of the person of an address that nobody proved', async () => {
    await site.database.asOwner(
      `insert into person (network_id, id, name, email) values ($1, gen_random_uuid(), 'La vraie', 'vraie@val.org')`,
      [open.id],
    )
    const one = await aPerson(site.database, null, null, { email: 'vraie@val.org', emailVerified: false })
    await post(one, '/fr/libre/join', {})
    const [person] = await site.database.asOwner(
      `select account_id from person where email = 'vraie@val.org'`,
    )
    expect(person).toEqual({ account_id: null })
  })

  test('joined twice at once has one person and one mandate more', async () => {
    const one = await aPerson(site.database, null, null, { email: 'double@val.org' })
    const answers = await Promise.all([post(one, '/fr/libre/join', {}), post(one, '/fr/libre/join', {})])
    expect(answers.map(answer => answer.status)).toEqual([303, 303])
    const [count] = await site.database.asOwner(
      `select count(*)::int as mandates from mandate join person on person.id = person_id where account_id = $1`,
      [one.accountId],
    )
    expect(count).toEqual({ mandates: 1 })
  })
})

describe('asking', () => {
  test('tells the administrators, who accept, and the person is told', async () => {
    const one = await aPerson(site.database, null, null, { name: 'Paul Demande' })
    const fields = { organisation: 'Les Restanques', message: 'Bonjour,\nje distille.' }
    const asked = await post(one, '/fr/demande/join', fields)
    expect(asked.headers.get('location')).toBe('/fr/demande/join?done=join-requested')
    expect(await (await as(one, '/fr/demande/join')).text()).toContain('attend une réponse')
    expect((await post(one, '/fr/demande/join', {})).status).toBe(422)
    expect((await as(one, '/fr/demande/members')).status).toBe(403)

    const [told] = await mails('join-requested')
    expect(told).toMatchObject({ address: administrator.email, params: { person: 'Paul Demande' } })
    const request = new URL(String(told?.params.url)).pathname
    const html = await (await as(administrator, request)).text()
    for (const text of ['Paul Demande', one.email, 'Les Restanques', 'Bonjour,\nje distille.'])
      expect(html).toContain(text)
    expect(await (await as(administrator, '/fr/demande/administration')).text()).toContain(
      '1 demande d’adhésion',
    )
    const accepted = await post(administrator, `${request}/acceptance`, {
      role: 'member',
      title: 'Distillateur',
    })
    expect(accepted.status).toBe(303)
    expect((await as(one, '/fr/demande/members')).status).toBe(200)
    expect(await mails('join-accepted')).toMatchObject([{ address: one.email, params: { role: 'member' } }])
    const again = await post(administrator, `${request}/refusal`, {})
    expect(again.status).toBe(422)
    expect(await again.text()).toContain('Demande acceptée.')
  })

  test('and being declined is told too, and one may ask again', async () => {
    const one = await aPerson(site.database, null, null)
    await post(one, '/fr/demande/join', {})
    const [row] = await site.database.asOwner<{ id: string }>(
      'select id from join_request where account_id = $1',
      [one.accountId],
    )
    const declined = await post(administrator, `/fr/demande/join-requests/${row?.id}/refusal`, {})
    expect(declined.headers.get('location')).toBe('/fr/demande/join-requests?done=join-declined')
    expect(await mails('join-declined')).toMatchObject([{ address: one.email }])
    expect((await as(one, '/fr/demande/members')).status).toBe(403)
    expect((await post(one, '/fr/demande/join', {})).status).toBe(303)
  })

  test('is told to each in the language and the hours of their account', async () => {
    const network = await aNetwork(site.database, { slug: 'langues' })
    await site.database.asOwner(`update network set sign_up = 'request' where id = $1`, [network.id])
    const runs = await aPerson(site.database, network, 'administrator', { locale: 'en' })
    const [one, two] = await Promise.all([
      aPerson(site.database, null, null, { locale: 'es' }),
      aPerson(site.database, null, null, { locale: 'es' }),
    ])
    await site.database.asOwner(`update account set time_zone = 'America/Lima' where id = any($1::uuid[])`, [
      [runs, one, two].map(({ accountId }) => accountId),
    ])
    for (const [person, verb] of [
      [one, 'acceptance'],
      [two, 'refusal'],
    ] as const) {
      await post(person, '/fr/langues/join', {})
      const [row] = await site.database.asOwner<{ id: string }>(
        'select id from join_request where account_id = $1',
        [person.accountId],
      )
      const path = `/fr/langues/join-requests/${row?.id}/${verb}`
      expect((await post(runs, path, { role: 'member' })).status).toBe(303)
    }
    await site.database.asOwner(`update network set sign_up = 'open' where id = $1`, [network.id])
    await post(two, '/fr/langues/join', {})
    const told = await site.database.asOwner(
      `select template, locale, time_zone, params->>'url' like '%/' || locale || '/langues%' as leads_there
       from mail_message where network_id = $1 order by created_at, id`,
      [network.id],
    )
    const lima = { time_zone: 'America/Lima', leads_there: true }
    expect(told).toEqual([
      { template: 'join-requested', locale: 'en', ...lima },
      { template: 'join-accepted', locale: 'es', ...lima },
      { template: 'join-requested', locale: 'en', ...lima },
      // Not of the network, which does not read their account.
      { template: 'join-declined', locale: 'fr', time_zone: null, leads_there: true },
      { template: 'member-joined', locale: 'en', ...lima },
    ])
  })

  test('where one is invited, or where nothing shows, leads nowhere', async () => {
    const one = await aPerson(site.database, null, null)
    expect((await post(one, '/fr/invite/join', {})).status).toBe(403)
    expect((await post(one, '/fr/prive/join', {})).status).toBe(404)
    expect((await as(one, '/fr/prive/join')).status).toBe(404)
  })

  test('is answered by administrators of this network alone', async () => {
    const member = await aPerson(site.database, asking, 'facilitator')
    const other = await aPerson(site.database, open, 'administrator')
    const paths = ['join-requests', 'join-requests/00000000-0000-7000-8000-000000000000']
    for (const path of paths.map(one => `/fr/demande/${one}`)) {
      expect((await site.get(path)).status).toBe(401)
      expect((await as(member, path)).status).toBe(403)
      expect((await as(other, path)).status).toBe(403)
      expect([200, 404]).toContain((await as(administrator, path)).status)
    }
    for (const verb of ['acceptance', 'refusal']) {
      const path = `/fr/demande/${paths[1]}/${verb}`
      expect((await post(null, path, {})).status).toBe(401)
      expect((await post(member, path, {})).status).toBe(403)
      expect((await post(other, path, {})).status).toBe(403)
      expect((await post(administrator, path, { role: 'member' })).status).toBe(404)
    }
  })
})

describe('several mandates', () => {
  test('one acts under the one chosen, as long as it holds', async () => {
    const network = await aNetwork(site.database, { slug: 'plusieurs' })
    const one = await aPerson(site.database, network, 'administrator', { title: 'Présidente' })
    await site.database.asOwner(
      `insert into mandate (network_id, id, person_id, role, title) values ($1, $2, $3, 'member', 'Bénévole')`,
      [network.id, second, one.personId],
    )
    const html = await (await as(one, '/fr/plusieurs')).text()
    expect(html).toContain('Vous agissez ici comme')
    expect(html).toContain(`<option value="${one.mandateId}" selected`)
    const chosen = await post(one, '/fr/plusieurs/acting-mandate', { mandate: second })
    expect(chosen.status).toBe(303)
    const [kept = ''] = chosen.headers.getSetCookie()
    expect(kept).toContain('HttpOnly')
    const cookie = `${one.cookie}; ${kept.split(';')[0]}`
    expect(await (await site.get('/fr/plusieurs', { cookie })).text()).toContain(
      `<option value="${second}" selected`,
    )
    const acting = async () => {
      const [entry] = await site.database.asOwner<{ mandate_id: string }>(
        'select mandate_id from audit_entry where network_id = $1 order by seq desc limit 1',
        [network.id],
      )
      return entry?.mandate_id
    }
    const add = (name: string) => post({ ...one, cookie }, '/fr/plusieurs/members', { name })
    await add('Première')
    expect(await acting()).toBe(second)
    await site.database.asOwner(
      `update mandate set valid_from = current_date - 9, valid_until = current_date - 3 where id = $1`,
      [second],
    )
    await add('Seconde')
    expect(await acting()).toBe(one.mandateId)
  })

  test('nobody acts under the mandate of another', async () => {
    const network = await aNetwork(site.database, { slug: 'autrui' })
    const one = await aPerson(site.database, network, 'member')
    const other = await aPerson(site.database, network, 'administrator')
    const answer = await post(one, '/fr/autrui/acting-mandate', { mandate: other.mandateId })
    expect(answer.status).toBe(400)
    expect((await post(null, '/fr/autrui/acting-mandate', { mandate: other.mandateId })).status).toBe(401)
  })
})

test('the home page begins with one’s own networks, the private ones too', async () => {
  const network = await aNetwork(site.database, {
    slug: 'chez-moi',
    visibility: 'private',
    name: { fr: 'Chez moi' },
  })
  const one = await aPerson(site.database, network, 'facilitator')
  const html = await (await as(one, '/fr')).text()
  expect(html.indexOf('Vos réseaux')).toBeGreaterThan(0)
  expect(html.indexOf('Chez moi')).toBeLessThan(html.indexOf('Les autres réseaux ouverts'))
  expect(html).toContain('Votre rôle\u00a0: Animation')
  expect(await (await site.get('/fr')).text()).not.toContain('Chez moi')
})

const second = '01a00000-0000-7000-8000-000000000002'

function mails(template: string) {
  return site.database.asOwner<{ address: string; params: Record<string, unknown> }>(
    'select address, params from mail_message where template = $1 order by created_at',
    [template],
  )
}

function as(person: TestPerson, path: string): Promise<Response> {
  return site.get(path, { cookie: person.cookie })
}

async function post(
  person: TestPerson | null,
  path: string,
  fields: Record<string, string>,
): Promise<Response> {
  const headers = { cookie: person?.cookie ?? '', accept: 'text/html', 'sec-fetch-site': 'same-origin' }
  return site.app.request(path, { method: 'POST', headers, body: new URLSearchParams(fields) })
}
