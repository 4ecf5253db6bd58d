import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import { createDocument } from '#modules/commons/writing/documents.ts'
import { publishDocument } from '#modules/commons/writing/publishing.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, anEntry, aPerson } from '../../../../test/factories.ts'

let app: TestApp

beforeAll(async () => {
  app = await testApp()
})

afterAll(() => app.close())

test('a licence is chosen, written into the page, shown with what it links to, and goes with it in exports', async () => {
  const network = await aNetwork(app.database)
  const author = await aPerson(app.database, network, 'member')
  const stranger = await aPerson(app.database, network, 'member')
  const entry = await anEntry(app.database, network, author)
  const inside = <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(app.database.db, entry.tenant, work)
  const id = await inside(async trx => {
    const template = (await templatesOf(trx, network.id)).find(({ type }) => type === 'learningplan')
    if (!template) throw new Error('No template')
    const made = await createDocument(trx, entry, { template, language: 'fr', title: 'Un plan à partager' })
    await saveAnswers(trx, entry, made, [{ path: 'challenge-statement', value: 'Un défi', seen: 0 }])
    return made
  })
  const address = `/fr/${network.slug}/writing/${id}/licence`
  const post = (cookie: string, fields: Record<string, string>) =>
    app.app.request(address, {
      method: 'POST',
      headers: {
        cookie,
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
      },
      body: new URLSearchParams(fields),
    })
  expect((await app.get(address)).status).toBe(401)
  // A draft is its authors' alone.
  expect((await post(stranger.cookie, { licence: 'CC0-1.0' })).status).toBe(404)
  expect((await post(author.cookie, { licence: 'CC-BY-4.0' })).status).toBe(303)
  expect(await (await app.get(address, { cookie: author.cookie })).text()).toMatch(
    /value="CC-BY-4.0" checked|checked value="CC-BY-4.0"/,
  )
  const { slug } = await inside(trx => publishDocument(trx, entry, id, 'network'))
  const item = await (await app.get(`/fr/${network.slug}/commons/${slug}`, { cookie: author.cookie })).text()
  expect(item).toContain('https://creativecommons.org/licenses/by/4.0/')
  const source = await (
    await app.get(`/fr/${network.slug}/commons/${slug}/source.md`, { cookie: author.cookie })
  ).text()
  expect(source).toContain('[[licence:CC-BY-4.0]]')
  const records = await (
    await app.get(`/fr/${network.slug}/commons/export/commons.json`, { cookie: author.cookie })
  ).text()
  expect(records).toContain('"CC-BY-4.0"')
  expect((await post(author.cookie, { licence: 'other', other: 'ODbL 1.0' })).status).toBe(303)
  await inside(trx => publishDocument(trx, entry, id, 'network'))
  const again = await (
    await app.get(`/fr/${network.slug}/commons/${slug}/source.md`, { cookie: author.cookie })
  ).text()
  expect(again).toContain('[[licence:ODbL 1.0]]')
  expect(again).not.toContain('CC-BY')
  expect((await post(author.cookie, { licence: '' })).status).toBe(303)
  await inside(trx => publishDocument(trx, entry, id, 'network'))
  expect(
    await (await app.get(`/fr/${network.slug}/commons/${slug}/source.md`, { cookie: author.cookie })).text(),
  ).not.toContain('licence')
})
