import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pagesOfPeople } from '#/commands/demo.ts'
import { asOwner } from '#db/installation.ts'
import { projectFolder } from '#kernel/project.ts'
import { bringDemonstration } from '#modules/commons/demonstration.ts'
import { startDemonstration } from '#modules/network/index.ts'
import { bringDemonstrationPeople } from '#modules/platform/index.ts'
import { type TestApp, testApp } from '../../test/app.ts'
import { aSession } from '../../test/factories.ts'

const folder = join(projectFolder, 'demo')

let site: TestApp
let cookie: string
let document: string

beforeAll(async () => {
  site = await testApp()
  const { db, server } = site.database
  const networks = await asOwner(server, owner => startDemonstration(owner, folder))
  await asOwner(server, owner => bringDemonstrationPeople(owner, folder))
  await bringDemonstration({ db, folder, networks })
  const [plan] = await site.database.asOwner<{ id: string; account_id: string }>(
    `select document.id, person.account_id from commons_document document
     join commons_author author on author.document_id = document.id
     join person on person.id = author.person_id
     where document.title like 'L’eau%' and person.account_id is not null limit 1`,
  )
  document = plan?.id ?? ''
  cookie = await aSession(site.database, plan?.account_id ?? '')
})

afterAll(() => site.close())

const ofPeople = async () =>
  (await pagesOfPeople(site.database.db)).find(({ network }) => network === 'fil-commun')?.pages
const send = (path: string, fields: Record<string, string>) =>
  site.app.request(`/fr/fil-commun${path}`, {
    method: 'POST',
    headers: {
      cookie,
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    },
    body: new URLSearchParams(fields),
  })

test('what the demonstration brings is nobody’s, drafts, answers and comments included', async () => {
  expect(await ofPeople()).toBe(0)
})

test('a page that someone has begun and not published is somebody’s', async () => {
  const begun = { template: 'learning-plan', language: 'fr', title: 'Le nôtre' }
  expect((await send('/writing', begun)).status).toBe(303)
  expect(await ofPeople()).toBe(1)
})

test('so is a page of the demonstration that someone has commented on', async () => {
  expect((await send(`/writing/${document}/comments`, { body: 'Et le lundi ?' })).status).toBe(303)
  expect(await ofPeople()).toBe(2)
})
