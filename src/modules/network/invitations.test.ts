import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { commandLine } from '#kernel/actor.ts'
import { acceptInvitation } from '#modules/network/answering.ts'
import { type InvitationTerms, invite } from '#modules/network/invitations.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import {
  aNetwork,
  anOrganisation,
  aPerson,
  type TestNetwork,
  type TestPerson,
} from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let administrator: TestPerson
let stranger: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'ferme', visibility: 'private' })
  administrator = await aPerson(site.database, network, 'administrator', { name: 'Aline Administre' })
  stranger = await aPerson(site.database, await aNetwork(site.database), 'administrator')
})

afterAll(() => site.close())

describe('inviting', () => {
  const form = (addresses: string, more: Record<string, string> = {}) => ({
    addresses,
    role: 'member',
    organisation: '',
    title: '',
    locale: 'fr',
    days: '14',
    ...more,
  })

  test('writes to each address, in the language chosen, by a link of its own', async () => {
    const organisation = await anOrganisation(site.database, network, 'Coopérative du Val')
    const answer = await post(
      '/fr/ferme/invitations',
      form('un@exemple.org\n\nDeux Fois <DEUX@exemple.org>,\n', {
        organisation,
        title: 'Trésorière',
        locale: 'es',
      }),
    )
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/fr/ferme/invitations?done=invitations-ready')
    const mails = await mailsTo('un@exemple.org', 'deux@exemple.org')
    expect(mails.map(mail => [mail.address, mail.name, mail.locale, mail.template])).toEqual([
      ['deux@exemple.org', 'Deux Fois', 'es', 'invitation'],
      ['un@exemple.org', '', 'es', 'invitation'],
    ])
    expect(new Set(mails.map(mail => mail.secrets?.url)).size).toBe(2)
    expect(mails[0]?.params).toMatchObject({ inviter: 'Aline Administre', role: 'member' })
    expect(mails[0]?.secrets?.url).toMatch(/\/es\/ferme\/invitation\/[\w-]{32}$/)
    const list = await (await as(administrator, '/fr/ferme/invitations')).text()
    for (const text of ['deux@exemple.org', 'Deux Fois', 'Trésorière, Coopérative du Val', 'En attente'])
      expect(list).toContain(text)
  })

  test('is all or nothing, and says line by line what is wrong', async () => {
    await post('/fr/ferme/invitations', form('attend@exemple.org'))
    const text = `nouveau@exemple.org\npas une adresse\nattend@exemple.org\nnouveau@exemple.org\n${administrator.email}`
    const answer = await post('/fr/ferme/invitations', form(text, { role: 'administrator' }))
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain('Ligne 2\u00a0: «\u00a0pas une adresse\u00a0» n’est pas une adresse de courriel.')
    expect(html).toContain('Ligne 3\u00a0: une invitation attend déjà attend@exemple.org.')
    expect(html).toContain('Ligne 4\u00a0: «\u00a0nouveau@exemple.org\u00a0» est écrite deux fois.')
    expect(html).toContain(`Ligne 5\u00a0: ${administrator.email} a déjà ce rôle dans le réseau.`)
    // What was typed comes back.
    expect(html).toContain('pas une adresse\nattend@exemple.org')
    expect(await mailsTo('nouveau@exemple.org')).toEqual([])
  })

  test('proposes the one organisation whose domain the addresses have, and asks once', async () => {
    const { database } = site
    const [mill, oven] = [
      await anOrganisation(database, network, 'Le Moulin Neuf'),
      await anOrganisation(database, network, 'Le Four'),
    ]
    await aPerson(database, network, 'member', { organisationId: mill, email: 'zoe@moulin.example' })
    await aPerson(database, network, 'member', { organisationId: oven, email: 'four@gmail.com' })
    const chosen = `<option value="${mill}" selected`
    const prefilled = await as(administrator, '/fr/ferme/invitations/new?address=ama%40moulin.example')
    expect(await prefilled.text()).toContain(chosen)
    const asked = await post('/fr/ferme/invitations', form('ama@moulin.example\nben@moulin.example'))
    expect([asked.status, await asked.text()]).toEqual([200, expect.stringContaining(chosen)])
    const none = await post('/fr/ferme/invitations', form('ama@moulin.example', { proposed: mill }))
    expect(none.status).toBe(303)
    // Of several, of a provider, of nobody: nothing to propose.
    await aPerson(database, network, 'member', { organisationId: oven, email: 'ana@moulin.example' })
    for (const address of ['ben@moulin.example', 'ben@gmail.com', 'ben@ailleurs.example'])
      expect((await post('/fr/ferme/invitations', form(address))).status).toBe(303)
  })

  test('for an organisation of another network is refused', async () => {
    const other = await aNetwork(site.database)
    const organisation = await anOrganisation(site.database, other, 'Ailleurs')
    const answer = await post('/fr/ferme/invitations', form('ailleurs@exemple.org', { organisation }))
    expect(answer.status).toBe(422)
    expect(await answer.text()).not.toContain('Ailleurs')
  })
})

describe('an invitation', () => {
  let url: string
  let id: string
  let email: string
  let count = 0

  beforeEach(async () => {
    count += 1
    email = `invitee-${count}@exemple.org`
    const [made] = await inviteOne(email, { title: 'Trésorière' })
    url = new URL(made?.url ?? '').pathname
    id = made?.id ?? ''
  })

  test('says to a stranger who invites, and to what', async () => {
    const answer = await site.get(url)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const html = await answer.text()
    for (const text of ['Réseau', 'Votre rôle\u00a0: Membre', 'Trésorière', email])
      expect(html).toContain(text)
    expect(html).toContain('noindex')
  })

  test('makes an account in one form: proved, signed in, at work', async () => {
    const answer = await send(`${url}/account`, { name: 'Inès Arrive', password: 'trois mots et demi' })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/fr/ferme?done=joined')
    const cookie = answer.headers
      .getSetCookie()
      .map(line => line.split(';')[0])
      .join('; ')
    const door = await site.get('/fr/ferme?done=joined', { cookie })
    expect(door.status).toBe(200)
    const html = await door.text()
    for (const text of ['Inès Arrive', 'Par où commencer', 'Votre rôle ici\u00a0: Membre', 'Trésorière'])
      expect(html).toContain(text)
    const [account] = await site.database.asOwner(
      'select name, email_verified, locale from account where email = $1',
      [email],
    )
    expect(account).toEqual({ name: 'Inès Arrive', email_verified: true, locale: 'fr' })
    // Nothing is to be confirmed that the link has proved.
    const mails = await site.database.asOwner(
      `select template from mail_message where address = $1 and template = 'verify-address'`,
      [email],
    )
    expect(mails).toEqual([])
  })

  test.each([
    ['court', 'Au moins 10 caractères.'],
    ['motdepasse123', 'l’un des premiers que l’on essaierait'],
    ['ADDRESS', 'Il contient votre adresse'],
  ])('asks for a name, and for a better password than %s', async (written, why) => {
    const password = written === 'ADDRESS' ? email : written
    const answer = await send(`${url}/account`, { name: ' ', password })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain(why)
    expect(html).toContain('À remplir.')
    expect(html).not.toContain(`value="${written}"`)
    expect(await site.database.asOwner('select 1 from account where email = $1', [email])).toEqual([])
  })

  test('to an address that has an account leads to signing in', async () => {
    await aPerson(site.database, null, null, { email })
    const answer = await send(`${url}/account`, { name: 'Autre', password: 'trois mots et demi' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Un compte existe déjà avec cette adresse')
    const html = await (await site.get(url)).text()
    expect(html).toContain(`/fr/account/sign-in?next=${encodeURIComponent(url)}`)
  })

  test('is taken up with one button by the account invited, whose address it proves', async () => {
    const one = await aPerson(site.database, null, null, { email, emailVerified: false })
    expect(await (await as(one, url)).text()).toContain('Accepter l’invitation')
    const answer = await send(url, {}, one.cookie)
    expect(answer.headers.get('location')).toBe('/fr/ferme?done=joined')
    expect((await as(one, '/fr/ferme/members')).status).toBe(200)
    const [person] = await site.database.asOwner('select email from person where account_id = $1', [
      one.accountId,
    ])
    expect(person).toEqual({ email })
  })

  test('tells another account so, and lets it choose', async () => {
    const other = await aPerson(site.database, null, null, { name: 'Un Autre' })
    const html = await (await as(other, url)).text()
    expect(html).toContain(`L’invitation a été envoyée à ${email}`)
    expect(html).toContain('Accepter avec ce compte\u00a0: Un Autre')
    expect((await send(url, {}, other.cookie)).status).toBe(303)
    expect((await as(other, '/fr/ferme')).status).toBe(200)
  })

  test('finds the person added before, with what they have', async () => {
    await site.database.asOwner(
      'insert into person (network_id, id, name, email) values ($1, gen_random_uuid(), $2, $3)',
      [network.id, 'Ajoutée avant', email],
    )
    const one = await aPerson(site.database, null, null, { email })
    await send(url, {}, one.cookie)
    const people = await site.database.asOwner('select name, account_id from person where email = $1', [
      email,
    ])
    expect(people).toEqual([{ name: 'Ajoutée avant', account_id: one.accountId }])
  })

  test('is taken up once: of two at once, one comes in', async () => {
    const two = [await aPerson(site.database, null, null), await aPerson(site.database, null, null)]
    const answers = await Promise.all(
      two.map(one =>
        inTenant(site.database.db, { ...network.inside, accountId: one.accountId }, trx =>
          acceptInvitation(trx, network.id, { ...one, emailVerified: true }, url.split('/').at(-1) ?? ''),
        ),
      ),
    )
    expect(answers.filter(answer => answer !== null)).toHaveLength(1)
    const people = await site.database.asOwner(
      'select 1 from person where network_id = $1 and account_id = any ($2)',
      [network.id, two.map(one => one.accountId)],
    )
    expect(people).toHaveLength(1)
    const later = await aPerson(site.database, null, null)
    const late = await send(url, {}, later.cookie)
    expect(late.status).toBe(404)
    expect(await late.text()).toContain('Elle a déjà été acceptée.')
    expect((await as(later, '/fr/ferme')).status).toBe(404)
  })

  test('sent again has another link, and the one before leads nowhere', async () => {
    const answer = await post(`/fr/ferme/invitations/${id}/sending`, {})
    expect(answer.headers.get('location')).toBe('/fr/ferme/invitations?done=invitation-ready-again')
    expect((await site.get(url)).status).toBe(404)
    const mails = await mailsTo(email)
    expect(mails).toHaveLength(2)
    const again = new URL(mails[1]?.secrets?.url ?? '').pathname
    expect(again).not.toBe(url)
    expect((await site.get(again)).status).toBe(200)
  })

  test('that is revoked or has expired says so to whoever holds it, and lets nobody in', async () => {
    const one = await aPerson(site.database, null, null, { email })
    await post(`/fr/ferme/invitations/${id}/revocation`, {})
    expect(await (await site.get(url)).text()).toContain('Elle a été annulée par le réseau.')
    expect((await send(url, {}, one.cookie)).status).toBe(404)
    expect((await as(one, '/fr/ferme')).status).toBe(404)
    const again = await post(`/fr/ferme/invitations/${id}/sending`, {})
    expect(again.status).toBe(422)
    expect(await again.text()).toContain('Cette invitation n’est plus en attente.')

    const [made] = await inviteOne(`tard-${count}@exemple.org`)
    await site.database.asOwner(`update invitation set expires_at = now() where id = $1`, [made?.id])
    const late = new URL(made?.url ?? '').pathname
    const answer = await send(late, {}, one.cookie)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('Elle a expiré.')
    expect((await as(one, '/fr/ferme')).status).toBe(404)
  })

  test('is in the log: sent, and taken up by whom as whom', async () => {
    const one = await aPerson(site.database, null, null, { email })
    await send(url, {}, one.cookie)
    const entries = await site.database.asOwner<{ action: string; account_id: string | null }>(
      'select action, account_id from audit_entry where subject_id = $1 order by seq',
      [id],
    )
    expect(entries).toEqual([
      { action: 'invitation.sent', account_id: null },
      { action: 'invitation.accepted', account_id: one.accountId },
    ])
  })

  test('keeps its link from whoever reads the database', async () => {
    const token = url.split('/').at(-1) ?? ''
    const rows = await site.database.asOwner<{ row: string }>(
      `select invitation::text as row from invitation union all select audit_entry::text from audit_entry
       union all select params::text from mail_message`,
    )
    expect(rows.map(({ row }) => row).join()).not.toContain(token)
  })
})

test('a link that was never sent is like any address that leads nowhere', async () => {
  const plain = async (answer: Response) => {
    const html = await answer.text()
    return [
      answer.status,
      html.replaceAll(answer.headers.get('x-request-id') ?? '', '').replaceAll(/ferme|nul-part/g, '…'),
    ]
  }
  const token = 'x'.repeat(32)
  expect(await plain(await site.get(`/fr/ferme/invitation/${token}`))).toEqual(
    await plain(await site.get(`/fr/nul-part/invitation/${token}`)),
  )
})

test.each([
  ['/fr/ferme/invitations', 'GET'],
  ['/fr/ferme/invitations/new', 'GET'],
  ['/fr/ferme/invitations', 'POST'],
  ['/fr/ferme/invitations/00000000-0000-7000-8000-000000000000/sending', 'POST'],
  ['/fr/ferme/invitations/00000000-0000-7000-8000-000000000000/revocation', 'POST'],
])('%s by %s is for administrators alone', async (path, method) => {
  const member = await aPerson(site.database, network, 'facilitator')
  const ask = (cookie = '') =>
    site.app.request(path, {
      method,
      headers: { cookie, accept: 'text/html', 'sec-fetch-site': 'same-origin' },
    })
  expect((await ask()).status).toBe(404)
  expect((await ask(stranger.cookie)).status).toBe(404)
  expect((await ask(member.cookie)).status).toBe(403)
  expect([200, 404, 422]).toContain((await ask(administrator.cookie)).status)
})

function inviteOne(email: string, terms: Partial<InvitationTerms> = {}) {
  const given: InvitationTerms = {
    role: 'member',
    organisation: null,
    title: '',
    locale: 'fr',
    days: 14,
    ...terms,
  }
  const inviting = { actor: commandLine, inviter: 'La console', linkOrigin: 'http://localhost' }
  return inTenant(site.database.db, network.inside, trx => invite(trx, network, inviting, given, email))
}

function as(person: TestPerson, path: string): Promise<Response> {
  return site.get(path, { cookie: person.cookie })
}

function post(path: string, fields: Record<string, string>): Promise<Response> {
  return send(path, fields, administrator.cookie)
}

async function send(path: string, fields: Record<string, string>, cookie = ''): Promise<Response> {
  const headers = { cookie, accept: 'text/html', 'sec-fetch-site': 'same-origin' }
  return site.app.request(path, { method: 'POST', headers, body: new URLSearchParams(fields) })
}

interface Mail {
  address: string
  name: string
  locale: string
  template: string
  params: Record<string, unknown>
  secrets: { url: string } | null
}

function mailsTo(...addresses: string[]): Promise<Mail[]> {
  return site.database.asOwner<Mail & Record<string, unknown>>(
    `select address, name, locale, template, params, secrets from mail_message
     where template = 'invitation' and address = any ($1) order by address, id`,
    [addresses],
  )
}
