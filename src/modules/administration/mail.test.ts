import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { platformId } from '#kernel/ids.ts'
import { openLog } from '#kernel/log.ts'
import { type MailInput, queueMail } from '#platform/mail/index.ts'
import { sendDue } from '#platform/mail/sending.ts'
import type { TemplateName } from '#platform/mail/templates.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aPerson, type TestPerson } from '../../../test/factories.ts'
import { aCast, anInventedOperator, type Cast, post, see, statuses } from './administration.fixture.ts'
import { withLinks } from './links.ts'

const link = 'http://localhost/fr/account/link/le-lien-secret'
const inAnHour = new Date(Date.now() + 3_600_000).toISOString()

describe('the mail of a network', () => {
  let site: TestApp
  let cast: Cast
  let invitation: string

  beforeAll(async () => {
    site = await testApp()
    cast = await aCast(site, 'jobs:manage')
    invitation = await written(site, cast.network.id, 'invitation', 'ana@exemple.org', {
      inviter: 'Paul <b>',
      role: 'member',
      url: 'http://localhost/fr/ferme/invitation/le-jeton',
      expiresAt: inAnHour,
    })
    await written(site, cast.other.id, 'member-joined', 'zoe@exemple.org', {
      person: 'Une autre',
      role: 'member',
      url: 'http://localhost/fr/autre/members',
    })
    await toOutbox(site)
  })

  afterAll(() => site.close())

  test('is listed, with what became of it, and says that nothing leaves', async () => {
    const html = await see(site, '/fr/ferme/mail', cast.administrator)
    expect(html).toContain('ana@exemple.org')
    expect(html).toContain('boîte d’envoi')
    expect(html).toContain('rien n’en part')
    expect(html).not.toContain('zoe@exemple.org')
  })

  test('reads as it was written: text with its links, and HTML in which nothing runs', async () => {
    const html = await see(site, `/fr/ferme/mail/${invitation}`, cast.administrator)
    expect(html).toContain('<a href="http://localhost/fr/ferme/invitation/le-jeton" rel="noreferrer">')
    expect(html).toContain('Paul &lt;b>')
    const letter = await site.get(`/fr/ferme/mail/${invitation}/message.html`, {
      cookie: cast.administrator.cookie,
    })
    expect(letter.status).toBe(200)
    expect(letter.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox",
    )
    expect(letter.headers.get('cache-control')).toBe('no-store')
    const text = await letter.text()
    expect(text).toContain('le-jeton')
    expect(text).not.toContain('<b>')
  })

  test('is for its own administrators', async () => {
    const inNetwork = { nobody: 404, member: 403, stranger: 404, operator: 404, administrator: 200 }
    for (const path of ['', `/${invitation}`, `/${invitation}/message.html`]) {
      const ask = (person: { cookie: string } | null) =>
        site.get(`/fr/ferme/mail${path}`, person ? { cookie: person.cookie } : {})
      expect(await statuses(cast, ask), path).toEqual(inNetwork)
    }
    for (const act of ['retry', 'cancellation']) {
      const ask = (person: { cookie: string } | null) =>
        post(site, `/fr/ferme/mail/${invitation}/${act}`, person)
      expect(await statuses(cast, ask), act).toEqual({ ...inNetwork, administrator: 303 })
    }
    const test = (person: { cookie: string } | null) => post(site, '/fr/ferme/mail/test-message', person)
    expect(await statuses(cast, test)).toEqual({ ...inNetwork, administrator: 303 })
    for (const path of [`/fr/autre/mail/${invitation}`, `/fr/autre/mail/${invitation}/message.html`])
      expect((await site.get(path, { cookie: cast.stranger.cookie })).status).toBe(404)
    for (const act of ['retry', 'cancellation'])
      expect((await post(site, `/fr/autre/mail/${invitation}/${act}`, cast.stranger)).status).toBe(404)
    expect((await site.get(`/fr/platform/mail/${invitation}`, { cookie: cast.operator.cookie })).status).toBe(
      404,
    )
  })

  test('is called back, sent again, and tried out on oneself; the log says so', async () => {
    const id = await written(site, cast.network.id, 'member-joined', 'bea@exemple.org', {
      person: 'Béa',
      role: 'member',
      url: 'http://localhost/fr/ferme/members',
    })
    const at = `/fr/ferme/mail/${id}`
    const back = await post(site, `${at}/cancellation`, cast.administrator)
    expect(back.headers.get('location')).toBe(`${at}?done=mail-cancelled`)
    expect(await see(site, at, cast.administrator)).toContain('retenu')
    const again = await post(site, `${at}/retry`, cast.administrator)
    expect(again.headers.get('location')).toBe(`${at}?done=mail-retried`)
    expect(await see(site, at, cast.administrator)).toContain('à envoyer')
    await post(site, '/fr/ferme/mail/test-message', cast.administrator)
    expect(await see(site, '/fr/ferme/mail', cast.administrator)).toContain(cast.administrator.email)
    const log = await see(site, '/fr/ferme/audit', cast.administrator)
    for (const name of ['Message retenu', 'Message renvoyé', 'Message d’essai demandé'])
      expect(log).toContain(`<strong>${name}</strong>`)
  })

  test('is not sent to an address that nobody has proven', async () => {
    const unproven = await aPerson(site.database, cast.network, 'administrator', { emailVerified: false })
    expect((await post(site, '/fr/ferme/mail/test-message', unproven)).status).toBe(403)
    const html = await see(site, '/fr/ferme/mail', unproven)
    expect(html).not.toContain('M’envoyer un essai')
    expect(html).toContain('Confirmez d’abord')
  })
})

describe('the mail of the installation', () => {
  let site: TestApp
  let operator: TestPerson
  let invented: { cookie: string }
  const ids: Record<'real' | 'made up', string> = { real: '', 'made up': '' }

  beforeAll(async () => {
    site = await testApp()
    operator = await aPerson(site.database, null, null, { platformAdministrator: true })
    invented = await anInventedOperator(site)
    const params = { url: link, expiresAt: inAnHour }
    ids.real = await written(site, platformId, 'magic-link', 'vraie.personne@exemple.org', params)
    ids['made up'] = await written(site, platformId, 'magic-link', 'claire@demonstration.invalid', params)
    await toOutbox(site)
  })

  afterAll(() => site.close())

  test('is whole in the outbox for whoever really runs it', async () => {
    for (const id of [ids.real, ids['made up']]) {
      expect(await see(site, `/fr/platform/mail/${id}`, operator)).toContain('le-lien-secret')
      expect(await see(site, `/fr/platform/mail/${id}/message.html`, operator)).toContain('le-lien-secret')
    }
  })

  test('keeps from an invented person, whom anyone can be, what it says to a real one about their account', async () => {
    const list = await see(site, '/fr/platform/mail', invented)
    expect(list).toContain('claire@demonstration.invalid')
    expect(list).not.toContain('vraie.personne')
    expect(await see(site, `/fr/platform/mail/${ids['made up']}`, invented)).toContain('le-lien-secret')
    const kept = await see(site, `/fr/platform/mail/${ids.real}`, invented)
    expect(kept).not.toContain('le-lien-secret')
    expect(kept).not.toContain('vraie.personne')
    expect(kept).toContain('ne se montre pas')
    const html = await site.get(`/fr/platform/mail/${ids.real}/message.html`, invented)
    expect(html.status).toBe(404)
    expect(await html.text()).not.toContain('le-lien-secret')
  })

  test('an address that only looks made up is a real one', async () => {
    const id = await written(site, platformId, 'magic-link', 'x.invalid@exemple.org', {
      url: link,
      expiresAt: inAnHour,
    })
    await toOutbox(site)
    expect(await see(site, `/fr/platform/mail/${id}`, invented)).not.toContain('le-lien-secret')
  })

  test('is tried out on oneself', async () => {
    const answer = await post(site, '/fr/platform/mail/test-message', operator)
    expect(answer.headers.get('location')).toBe('/fr/platform/mail?done=mail-tested')
    expect(await see(site, '/fr/platform/mail', operator)).toContain(operator.email)
    expect((await post(site, '/fr/platform/mail/test-message', null)).status).toBe(401)
  })
})

describe('links in a text', () => {
  test('are found without the sentence around them', () => {
    expect(withLinks('Voir (https://a.example/x?y=1&z=2). Ou http://b.example\u202f!')).toEqual([
      { text: 'Voir (', url: null },
      { text: 'https://a.example/x?y=1&z=2', url: 'https://a.example/x?y=1&z=2' },
      { text: '). Ou ', url: null },
      { text: 'http://b.example', url: 'http://b.example' },
      { text: '\u202f!', url: null },
    ])
  })

  test.each(['', 'rien', 'javascript:alert(1)', 'http://', 'https:// x', 'ftp://a.example'])(
    '%j has none',
    text => {
      expect(withLinks(text).filter(({ url }) => url !== null)).toEqual([])
      expect(
        withLinks(text)
          .map(piece => piece.text)
          .join(''),
      ).toBe(text)
    },
  )
})

function written<Name extends TemplateName>(
  site: TestApp,
  networkId: string,
  template: Name,
  address: string,
  params: MailInput<Name>['params'],
): Promise<string> {
  const to = { accountId: null, address, name: '', locale: 'fr' as const }
  return inTenant(site.database.db, { networkId, audience: 'network' }, trx =>
    queueMail(trx, { networkId, to, template, params, baseUrl: 'http://localhost' }),
  )
}

/** What the worker does without a server. */
function toOutbox(site: TestApp): Promise<void> {
  const sending = { db: site.database.db, log: openLog('silent'), transport: null, from: '', secret: 's' }
  return sendDue({ ...sending, now: () => new Date() }, new AbortController().signal)
}
