import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { findItem } from '#modules/commons/items.ts'
import { passageHash } from '#modules/commons/translations/passages.ts'
import { comparisonOf, saveTranslation } from '#modules/commons/translations/translations.ts'
import { emailAddresses } from '#modules/commons/writing/email-addresses.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import { aDocument, sendForm, whole } from '#modules/commons/writing/writing.fixture.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let author: TestPerson
let administrator: TestPerson
let slug: string
let id: string
let count = 0

beforeAll(async () => {
  site = await testApp()
})
afterAll(() => site.close())

beforeEach(async () => {
  slug = `partage-${++count}`
  network = await aNetwork(site.database, { slug })
  author = await aPerson(site.database, network, 'member')
  administrator = await aPerson(site.database, network, 'administrator')
  await send('/reviewers', { applies: 'none' }, administrator)
  id = await aDocument(site, network, author, { title: 'De l’eau', answers: whole })
})

const send = (path: string, fields: Record<string, string>, person = author) =>
  sendForm(site, `/fr/${slug}${path}`, fields, person)
const share = (visibility: string, more: Record<string, string> = {}) =>
  send(`/writing/${id}/publication`, { visibility, ...more })
const page = async (path = `/writing/${id}/publication`, person: TestPerson | null = author) => {
  const answer = await site.get(`/fr/${slug}${path}`, person ? { cookie: person.cookie } : {})
  return { status: answer.status, html: await answer.text() }
}
const stateOf = async () =>
  (await site.database.asOwner('select state from commons_document where id = $1', [id]))[0]?.state
const write = async (value: string) => {
  const entry = await anEntry(site.database, network, author)
  await inTenant(site.database.db, entry.tenant, trx =>
    saveAnswers(trx, entry, id, [{ path: 'challenge-statement', value, seen: 1e6 }]),
  )
}
const buttons = (html: string) =>
  [...html.matchAll(/<section class="way">[\s\S]*?<\/section>/g)].flatMap(([section]) =>
    [...section.matchAll(/<(?:button|a) [^>]*>([^<]*)</g)].map(([, text]) => text),
  )

describe('a public page', () => {
  beforeEach(async () => {
    expect((await share('public')).headers.get('location')).toContain('done=page-published')
  })

  test('with nothing new offers nothing to publish, and to take it from the public last', async () => {
    expect(buttons((await page()).html)).toEqual(['Réserver la page au réseau…', 'Ne plus la partager…'])
  })

  test('publishes what is new first', async () => {
    await write('L’eau manque encore.')
    expect(buttons((await page()).html)).toEqual([
      'Publier ce qui a changé',
      'Réserver la page au réseau…',
      'Ne plus la partager…',
    ])
    expect((await share('public')).headers.get('location')).toContain('done=page-published')
    expect((await page('/commons/de-l-eau', null)).html).toContain('L’eau manque encore.')
  })

  test('leaves the public site in a step of its own alone, and says so', async () => {
    const unconfirmed = await share('network')
    expect(unconfirmed.headers.get('location')).toBe(`/fr/${slug}/writing/${id}/publication?to=network`)
    expect(await stateOf()).toBe('public')
    const asked = (await page(`/writing/${id}/publication?to=network`)).html
    expect(asked).toContain('Elle quitte le site public')
    expect(asked).toContain('name="confirmed"')
    const done = await share('network', { confirmed: 'yes' })
    expect(done.headers.get('location')).toContain('done=page-reserved')
    expect(await stateOf()).toBe('network')
    expect((await page('/commons/de-l-eau', null)).status).toBe(404)
    expect((await page('/commons/de-l-eau')).status).toBe(200)
  })

  test('does so without being looked at, where nobody reads anything new by it', async () => {
    await send('/reviewers', { applies: 'both' }, administrator)
    expect((await share('network', { confirmed: 'yes' })).headers.get('location')).toContain('page-reserved')
    expect(await stateOf()).toBe('network')
  })
})

test('a consent that has ended is said before anything is pressed, and after', async () => {
  await send(`/writing/${id}/consents`, { about: 'Aya', scope: 'Récit', givenOn: '2026-01-10' })
  const [consent] = await site.database.asOwner<{ id: string }>('select id from commons_consent')
  await send(`/writing/${id}/consents/${consent?.id}/withdrawal`, {})
  const refused = await share('network')
  expect(refused.status).toBe(422)
  for (const html of [(await page()).html, await refused.text()]) {
    expect(html).toContain('Un consentement a pris fin.')
    expect(html).toContain(`/fr/${slug}/writing/${id}/consents"`)
    expect(buttons(html)).toEqual([])
  }
  await send('/reviewers', { applies: 'both' }, administrator)
  // Nobody is asked to read what cannot be shared.
  expect((await share('network')).status).toBe(422)
})

test('what waits to be looked at is not asked for again', async () => {
  await send('/reviewers', { applies: 'both' }, administrator)
  expect(buttons((await page()).html)).toEqual([
    'Demander la relecture pour le réseau',
    'Demander la relecture pour publier',
  ])
  await share('public')
  const { html } = await page()
  expect(buttons(html)).toEqual([])
  expect(html).toContain('Retirer la demande de relecture')
})

test('a reviewer is told which consents are recorded, and a place as one reads it', async () => {
  await send('/reviewers', { applies: 'both' }, administrator)
  await send(`/writing/${id}/consents`, {
    about: 'Aya',
    scope: 'Récit et photos',
    givenOn: '2026-01-10',
    proof: 'Armoire',
  })
  const entry = await anEntry(site.database, network, author)
  await inTenant(site.database.db, entry.tenant, trx =>
    saveAnswers(trx, entry, id, [{ path: 'place', value: { lat: 43.310512, lng: 5.3902 }, seen: 1e6 }]),
  )
  await share('public')
  const { html } = await page(`/writing/${id}/review`, administrator)
  for (const text of ['Aya', 'Récit et photos', '43,3105\u202f; 5,3902', '43.310512,5.3902'])
    expect(html).toContain(text)
  expect(html).not.toContain('Armoire')
})

test('the door of a network says what waits for whoever is signed in', async () => {
  const door = (person: TestPerson | null) => page('', person)
  expect((await door(author)).html).toContain('De l’eau')
  expect((await door(author)).html).toMatch(/pas publiées?</)
  for (const one of [administrator, null]) expect((await door(one)).html).not.toMatch(/pas publiées?</)
  await send('/reviewers', { applies: 'both' }, administrator)
  await share('public')
  expect((await door(administrator)).html).toContain('Une page attend votre relecture')
  const other = await aPerson(site.database, network, 'member')
  expect((await door(other)).html).toContain('Rien ne vous attend.')
})

test('the page that is written leads to all its rooms, and to what is said of its answers', async () => {
  const { html } = await page(`/writing/${id}`)
  for (const room of ['history', 'comments', 'consents', 'authors', 'publication', 'erasure'])
    expect(html).toContain(`/fr/${slug}/writing/${id}/${room}"`)
  expect(html).toContain(`/comments/new?path=challenge-statement"`)
  // An answer that is not there yet has nothing to be said of.
  expect(html).not.toContain('/comments/new?path=place"')
})

test('e-mail addresses in the page are named before it becomes public', async () => {
  const told = /adresses? de courriel/
  expect((await page()).html).not.toMatch(told)
  await write('Écrire à awa\\_d@exemple.org, ou AWA_D@exemple.org ; <luc@ong.example>.')
  const { html } = await page()
  expect(html).toContain('2 adresses de courriel')
  expect(html).toContain('awa_d@exemple.org et luc@ong.example')
})

test('what is an e-mail address', () => {
  const source =
    '[[focal_point:Jo Mäki <jo.mäki+un@exemple.org>]] ![](logo@2x.png) https://a.org/@nom.fr mailto:b@c.fr.'
  expect(emailAddresses(source)).toEqual(['jo.mäki+un@exemple.org', 'b@c.fr'])
  expect(emailAddresses(`${'a'.repeat(500_000)}@${'b'.repeat(500_000)}`)).toEqual([])
})

test('a page that is taken back keeps its translations, as drafts, and takes them along when it is erased', async () => {
  await share('public')
  const [item] = await site.database.asOwner<{ slug: string }>(
    'select slug from commons_item where id = $1',
    [id],
  )
  const place = `/commons/${item?.slug}/translations`
  await send(place, { language: 'en' })
  const entry = await anEntry(site.database, network, author)
  await inTenant(site.database.db, entry.tenant, async trx => {
    const found = await findItem(trx, network.id, item?.slug ?? '')
    if (!found) throw new Error('The page is not there')
    const { passages } = await comparisonOf(trx, network.id, found, 'en')
    const title = passages.find(({ passage }) => passage.path === 'title')?.passage
    const change = {
      path: 'title',
      text: 'On water',
      seen: '',
      holds: false,
      source: passageHash(title?.text ?? ''),
    }
    expect((await saveTranslation(trx, entry, found, 'en', [change])).saved).toEqual(['title'])
  })
  expect((await send(`${place}/en/sharing`, { state: 'shared' })).headers.get('location')).toContain('/in/en')
  await send(`/writing/${id}/withdrawal`, {})
  expect((await page(`/commons/${item?.slug}/in/en`)).status).toBe(404)
  await share('public')
  // What the page was taken back for may stand in its translation too.
  expect((await page(`/commons/${item?.slug}/in/en`, null)).status).toBe(404)
  expect((await page(`${place}/en`)).html).toContain('On water')
  await send(`/writing/${id}/withdrawal`, {})
  await send(`/writing/${id}/erasure`, {})
  expect(await site.database.asOwner('select from commons_translation where item_id = $1', [id])).toEqual([])
})

test('the page to share it says so, and how the shares miss their sum', async () => {
  await write('De l’eau')
  const { html } = await page()
  expect(html).toMatch(/<h1>Partager la page<\/h1>/)
  const entry = await anEntry(site.database, network, author)
  await inTenant(site.database.db, entry.tenant, trx =>
    saveAnswers(trx, entry, id, [{ path: 'time-by-stage', value: { sense: 60, explore: 55.5 }, seen: 1e6 }]),
  )
  expect((await page(`/writing/${id}`)).html).toContain('il y a 15,5 de trop')
})
