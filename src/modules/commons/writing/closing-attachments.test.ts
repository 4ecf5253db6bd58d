import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { recordConsent, withdrawConsent } from '#modules/commons/consents/consents.ts'
import { publishDocument } from '#modules/commons/writing/publishing.ts'
import { aDocument, whole } from '#modules/commons/writing/writing.fixture.ts'
import { listening, type TestApp, type TestSite, testApp } from '../../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../../test/factories.ts'

let site: TestApp
let web: TestSite
let network: TestNetwork
let author: TestPerson

beforeAll(async () => {
  site = await testApp()
  web = await listening(site)
  network = await aNetwork(site.database)
  author = await aPerson(site.database, network, 'member')
})

afterAll(async () => {
  await web.close()
  await site.close()
})

/** Sends a picture for the network alone. @returns its address */
async function aPicture(name: string): Promise<string> {
  const picture = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#086' } })
    .jpeg()
    .toBuffer()
  const form = new FormData()
  form.append('files', new File([new Uint8Array(picture)], name))
  const sent = await fetch(`${web.url}/fr/${network.slug}/files`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: author.cookie, origin: web.url },
    body: form,
  })
  expect(sent.status).toBe(303)
  const [row] = await site.database.asOwner<{ id: string }>(
    'select id from file where network_id = $1 and name = $2',
    [network.id, name],
  )
  return `/fr/${network.slug}/files/${row?.id}`
}

/** A page for everyone that shows a picture. */
async function aPageWith(title: string, picture: string): Promise<string> {
  const statement = `L’eau manque.\n\n![Le puits](${picture})`
  const id = await aDocument(site, network, author, {
    title,
    answers: { ...whole, 'challenge-statement': statement },
  })
  const entry = await anEntry(site.database, network, author)
  await inTenant(site.database.db, entry.tenant, async trx => {
    await publishDocument(trx, entry, id, 'public')
  })
  return id
}

async function withdrawConsentFor(id: string): Promise<void> {
  const entry = await anEntry(site.database, network, author)
  await inTenant(site.database.db, entry.tenant, async trx => {
    const given = { about: 'Aya', scope: 'Photos', proof: null, givenOn: '2026-01-10', validUntil: null }
    const consent = await recordConsent(trx, entry, id, given, 'https://example.org')
    await withdrawConsent(trx, entry, id, consent)
  })
}

const seen = async (address: string, person?: TestPerson) =>
  (await site.get(address, person ? { cookie: person.cookie } : {})).status

test('a picture that a page opened to everyone is closed with it, and stays with the network', async () => {
  const picture = await aPicture('puits.jpg')
  expect(await seen(picture)).toBe(404)
  const id = await aPageWith('Le puits', picture)
  expect(await seen(picture)).toBe(200)
  await withdrawConsentFor(id)
  expect(await seen(picture)).toBe(404)
  expect(await seen(picture, author)).toBe(200)
})

test('another page for everyone that shows it keeps it open', async () => {
  const picture = await aPicture('pompe.jpg')
  const first = await aPageWith('La pompe', picture)
  const second = await aPageWith('La pompe, suite', picture)
  await withdrawConsentFor(first)
  expect(await seen(picture)).toBe(200)
  await withdrawConsentFor(second)
  expect(await seen(picture)).toBe(404)
})

test('what somebody else sent and opened stays as they left it', async () => {
  const picture = await aPicture('autre.jpg')
  const other = await aPerson(site.database, network, 'member')
  await site.database.asOwner(
    `update file set visibility = 'public', uploaded_by = $1 where network_id = $2 and name = 'autre.jpg'`,
    [other.accountId, network.id],
  )
  await withdrawConsentFor(await aPageWith('À quelqu’un', picture))
  expect(await seen(picture)).toBe(200)
})
