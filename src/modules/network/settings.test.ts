import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let administrator: TestPerson

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'reglable', name: { fr: 'Réglable' } })
  administrator = await aPerson(site.database, network, 'administrator')
})

afterAll(() => site.close())

const usual = {
  'name-fr': 'Le Réseau réglé',
  'name-en': 'The Set Network',
  'summary-fr': 'Ce que nous faisons.',
  languages: ['fr', 'en'],
  locale: 'en',
  'time-zone': 'Africa/Dakar',
  'contact-email': 'Bonjour@Reglable.org',
  'sign-up': 'request',
  'sign-up-domains': '@val.org, Coop.example',
}

test('settings are kept, shown, and in the log by what differs', async () => {
  const answer = await post('/fr/reglable/settings', { ...usual, coloured: 'on', accent: '#7a1f4b' })
  expect(answer.headers.get('location')).toBe('/fr/reglable/settings?done=settings-changed')
  const [row] = await site.database.asOwner('select * from network where id = $1', [network.id])
  expect(row).toMatchObject({
    name: { fr: 'Le Réseau réglé', en: 'The Set Network' },
    summary: { fr: 'Ce que nous faisons.' },
    // The one at home comes first.
    languages: ['en', 'fr'],
    locale: 'en',
    time_zone: 'Africa/Dakar',
    contact_email: 'bonjour@reglable.org',
    sign_up: 'request',
    sign_up_domains: ['val.org', 'coop.example'],
    accent: '#7a1f4b',
  })
  const [entry] = await site.database.asOwner<{ before: object; after: object }>(
    `select before, after from audit_entry where action = 'settings.changed'`,
  )
  expect(entry?.before).toMatchObject({ accent: null, locale: 'fr', sign_up: 'invitation' })
  const again = await post('/fr/reglable/settings', { ...usual, coloured: 'on', accent: '#7a1f4b' })
  expect(again.status).toBe(303)
  const entries = await site.database.asOwner(`select 1 from audit_entry where action = 'settings.changed'`)
  expect(entries).toHaveLength(1)
  // The languages of the network are offered first.
  const html = await (await site.get('/fr/reglable')).text()
  expect([...html.matchAll(/hreflang="(..)"><span/g)].map(([, code]) => code)).toEqual(['en', 'es', 'pt'])
})

test.each([
  [{ 'name-en': '' }, 'À remplir.'],
  [{ languages: [] }, 'Choisissez une des réponses proposées.'],
  [{ 'time-zone': 'Mars/Olympus' }, 'Choisissez un fuseau de la liste'],
  [{ 'contact-email': 'pas une adresse' }, 'Une adresse s’écrit comme'],
  [{ 'sign-up-domains': 'val.org\npas un domaine' }, 'Un domaine s’écrit comme'],
  [{ coloured: 'on', accent: 'rouge' }, 'Une couleur s’écrit comme'],
])('%j is refused beside its field, and what was typed comes back', async (wrong, message) => {
  const answer = await post('/fr/reglable/settings', { ...usual, ...wrong })
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(html).toContain(message)
  expect(html).toContain('value="Le Réseau réglé"')
})

test('says where mail leaves from and how much room files take, and that others decide it', async () => {
  const shown = async (at: TestApp) =>
    (await (await at.get('/fr/reglable/settings', { cookie: administrator.cookie })).text()).replace(
      /<[^>]*>|\s+/g,
      ' ',
    )
  expect(await shown(site)).toContain('rien ne part')
  expect(await shown(site)).toMatch(/sur 1\s*Go/)
  const sending = await testApp({
    env: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'cordee@exemple.org' },
    database: site.database,
  })
  expect(await shown(sending)).toContain('partent de cordee@exemple.org')
  await sending.close()
})

test('a colour too pale is refused, with its number and the nearest that can be read', async () => {
  const answer = await post('/fr/reglable/settings', { ...usual, coloured: 'on', accent: '#ffcc00' })
  expect(answer.status).toBe(422)
  const html = await answer.text()
  const [, number, nearest] = /contraste de ([\d,]+) pour 1.*?convient\u00a0: (#[0-9a-f]{6})/.exec(html) ?? []
  expect(Number(number?.replace(',', '.'))).toBeLessThan(2)
  const accepted = await post('/fr/reglable/settings', { ...usual, coloured: 'on', accent: nearest ?? '' })
  expect(accepted.status).toBe(303)
})

test('the colour is a stylesheet of its own, which every page of the network loads', async () => {
  await post('/fr/reglable/settings', { ...usual, coloured: 'on', accent: '#7a1f4b' })
  const html = await (await site.get('/fr/reglable/commons')).text()
  const address = /href="([^"]*theme\.css[^"]*)"/.exec(html)?.[1] ?? ''
  const answer = await site.get(address)
  expect(answer.headers.get('content-type')).toBe('text/css; charset=utf-8')
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(await answer.text()).toMatch(
    /^:root\{--green:light-dark\(#7a1f4b,#[0-9a-f]{6}\);--green-soft:light-dark\(#[0-9a-f]{6},#[0-9a-f]{6}\)\}$/m,
  )
  expect((await site.get('/fr/reglable/theme.css')).headers.get('cache-control')).toBe('no-cache')
  await post('/fr/reglable/settings', usual)
  expect(await (await site.get('/fr/reglable')).text()).not.toContain('theme.css')
  expect((await site.get(address)).status).toBe(404)
})

describe('the logo', () => {
  test('is taken in, shown in the bar, served to all, replaced and removed', async () => {
    const answer = await upload(await picture('png'), 'sigle.png')
    expect(answer.headers.get('location')).toBe('/fr/reglable/settings?done=logo-changed')
    const html = await (await site.get('/fr/reglable')).text()
    const address = /<img class="logo" src="([^"]+)"/.exec(html)?.[1] ?? ''
    const logo = await site.get(address)
    expect([logo.status, logo.headers.get('content-type')]).toEqual([200, 'image/webp'])
    await upload(await picture('jpeg'), 'autre.jpg')
    const files = await site.database.asOwner(`select purpose, attached_at is not null as attached from file`)
    expect(files).toEqual([{ purpose: 'logo', attached: true }])
    await post('/fr/reglable/settings/logo/removal', {})
    expect(await site.database.asOwner('select 1 from file')).toEqual([])
    expect(await (await site.get('/fr/reglable')).text()).not.toContain('class="logo"')
  })

  test.each([
    ['<svg onload="alert(1)">', 'x.svg'],
    ['<html><script>alert(1)</script>', 'x.png'],
    ['', 'vide.png'],
  ])('is none when it is %j', async (content, name) => {
    const answer = await upload(Buffer.from(content), name)
    expect(answer.status).toBe(422)
    expect(await site.database.asOwner('select 1 from file')).toEqual([])
  })

  test('too large is refused before it is read', async () => {
    const answer = await upload(Buffer.alloc(6 * 2 ** 20), 'x.png')
    expect(answer.status).toBe(413)
  })

  test('of a network that closes is for its members alone', async () => {
    const closing = await aNetwork(site.database, { slug: 'fermera' })
    const one = await aPerson(site.database, closing, 'administrator')
    await upload(await picture('png'), 'x.png', '/fr/fermera', one)
    expect((await site.get('/fr/fermera/logo')).status).toBe(200)
    expect(
      await (await site.get('/fr/fermera/settings/visibility', { cookie: one.cookie })).text(),
    ).toContain('Fermer le réseau au public')
    await post('/fr/fermera/settings/visibility', { visibility: 'private' }, one)
    expect((await site.get('/fr/fermera/logo')).status).toBe(404)
    expect((await site.get('/fr/fermera')).status).toBe(404)
    const logo = await site.get('/fr/fermera/logo', { cookie: one.cookie })
    expect([logo.status, logo.headers.get('cache-control')?.startsWith('private')]).toEqual([200, true])
    await logo.body?.cancel()
    const explained = await (await site.get('/fr/fermera/settings/visibility', { cookie: one.cookie })).text()
    expect(explained).toContain('moteurs de recherche')
    await post('/fr/fermera/settings/visibility', { visibility: 'public' }, one)
    expect((await site.get('/fr/fermera/logo')).status).toBe(200)
  })
})

test.each([
  ['/fr/reglable/administration', 'GET'],
  ['/fr/reglable/settings', 'GET'],
  ['/fr/reglable/settings', 'POST'],
  ['/fr/reglable/settings/visibility', 'GET'],
  ['/fr/reglable/settings/visibility', 'POST'],
  ['/fr/reglable/settings/logo', 'POST'],
  ['/fr/reglable/settings/logo/removal', 'POST'],
])('%s by %s is for administrators alone', async (path, method) => {
  const facilitator = await aPerson(site.database, network, 'facilitator')
  const stranger = await aPerson(site.database, await aNetwork(site.database), 'administrator')
  const status = async (person: TestPerson | null) => {
    const headers = { cookie: person?.cookie ?? '', accept: 'text/html', 'sec-fetch-site': 'same-origin' }
    return (await site.app.request(path, { method, headers })).status
  }
  expect(await status(null)).toBe(401)
  expect(await status(stranger)).toBe(403)
  expect(await status(facilitator)).toBe(403)
  expect([200, 303, 400, 413, 422]).toContain(await status(administrator))
})

test('the page of administration leads to rooms that are there', async () => {
  const html = await (await site.get('/fr/reglable/administration', { cookie: administrator.cookie })).text()
  const links = [...html.matchAll(/<li><a href="(\/fr\/reglable\/[^"]+)"/g)].map(([, link]) => link ?? '')
  expect(links.length).toBeGreaterThanOrEqual(8)
  for (const link of links) {
    const answer = await site.get(link, { cookie: administrator.cookie })
    expect([link, answer.status]).toEqual([link, 200])
    await answer.body?.cancel()
  }
})

function picture(format: 'png' | 'jpeg'): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 48, channels: 3, background: '#7a1f4b' } })
    .toFormat(format)
    .toBuffer()
}

/** As a browser sends it, with its length. */
async function upload(
  content: Buffer,
  name: string,
  at = '/fr/reglable',
  person = administrator,
): Promise<Response> {
  const form = new FormData()
  form.set('logo', new File([new Uint8Array(content)], name))
  const encoded = new Response(form)
  const body = Buffer.from(await encoded.arrayBuffer())
  return site.app.request(`${at}/settings/logo`, {
    method: 'POST',
    headers: {
      cookie: person.cookie,
      accept: 'text/html',
      'sec-fetch-site': 'same-origin',
      'content-type': encoded.headers.get('content-type') ?? '',
      'content-length': String(body.length),
    },
    body,
  })
}

async function post(
  path: string,
  fields: Record<string, string | string[]>,
  person = administrator,
): Promise<Response> {
  const pairs = Object.entries(fields).flatMap(([name, values]) =>
    [values].flat().map(value => [name, value]),
  )
  const headers = { cookie: person.cookie, accept: 'text/html', 'sec-fetch-site': 'same-origin' }
  return site.app.request(path, { method: 'POST', headers, body: new URLSearchParams(pairs) })
}
