import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import { createDocument } from '#modules/commons/writing/documents.ts'
import { publishDocument } from '#modules/commons/writing/publishing.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, anEntry, aPerson } from '../../../test/factories.ts'

let app: TestApp

beforeAll(async () => {
  app = await testApp()
})

afterAll(() => app.close())

test('members see who writes a page and follow them from there; the public is told no names', async () => {
  const network = await aNetwork(app.database)
  const author = await aPerson(app.database, network, 'member', { name: 'Ondine Quetzal' })
  const reader = await aPerson(app.database, network, 'member')
  const entry = await anEntry(app.database, network, author)
  const slug = await inTenant(app.database.db, entry.tenant, async trx => {
    const template = (await templatesOf(trx, network.id)).find(({ type }) => type === 'learningplan')
    if (!template) throw new Error('No template')
    const id = await createDocument(trx, entry, { template, language: 'fr', title: 'Un plan signé' })
    // All that it needs for everyone is in a page that came from elsewhere; here the network is enough.
    await saveAnswers(trx, entry, id, [{ path: 'challenge-statement', value: 'Un défi', seen: 0 }])
    return (await publishDocument(trx, entry, id, 'network')).slug
  })
  const address = `/fr/${network.slug}/commons/${slug}`
  const shown = async () => (await app.get(address, { cookie: reader.cookie })).text()
  expect(await shown()).toContain('Ondine Quetzal')
  expect(await shown()).toContain(`name="person" value="${author.personId}"`)
  const followed = await app.app.request(`/fr/${network.slug}/following`, {
    method: 'POST',
    headers: {
      cookie: reader.cookie,
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    },
    body: new URLSearchParams({ kind: 'author', person: author.personId }),
  })
  expect(followed.status).toBe(303)
  expect(await shown()).not.toContain(`name="person" value="${author.personId}"`)
  await app.database.asOwner(`update commons_item set visibility = 'public' where network_id = $1`, [
    network.id,
  ])
  const open = await app.get(address)
  expect(open.status).toBe(404)
  await app.database.asOwner(`update commons_version set visibility = 'public' where network_id = $1`, [
    network.id,
  ])
  const told = await app.get(address)
  expect(told.status).toBe(200)
  expect(await told.text()).not.toContain('Ondine')
})
