import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { findDocument } from '#modules/commons/writing/documents.ts'
import { publishDocument } from '#modules/commons/writing/publishing.ts'
import { askReview } from '#modules/commons/writing/review/reviews.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import { withdrawDocument } from '#modules/commons/writing/sharing.ts'
import { aDocument, sendForm, whole } from '#modules/commons/writing/writing.fixture.ts'
import { listening, type TestApp, type TestSite, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anEntry,
  aPerson,
  aToken,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let web: TestSite
let network: TestNetwork
let author: TestPerson
let second: TestPerson
let member: TestPerson
let facilitator: TestPerson
let stranger: TestPerson

beforeAll(async () => {
  site = await testApp()
  web = await listening(site)
  network = await aNetwork(site.database)
  author = await aPerson(site.database, network, 'member')
  second = await aPerson(site.database, network, 'member')
  member = await aPerson(site.database, network, 'member')
  facilitator = await aPerson(site.database, network, 'facilitator')
  stranger = await aPerson(site.database, await aNetwork(site.database), 'administrator')
})

afterAll(async () => {
  await web.close()
  await site.close()
})

const at = (path: string) => `/fr/${network.slug}${path}`

async function send(id: string, person: TestPerson | null, name = 'puits.jpg'): Promise<Response> {
  const picture = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#086' } })
    .jpeg()
    .toBuffer()
  const body = new FormData()
  body.set('file', new File([new Uint8Array(picture)], name))
  return fetch(web.url + at(`/writing/${id}/pictures`), {
    method: 'POST',
    redirect: 'manual',
    headers: { accept: 'application/json', origin: web.url, ...(person && { cookie: person.cookie }) },
    body,
  })
}

/** Who sees it: its own address, its preview, and the list of files. */
async function seers(address: string): Promise<string[]> {
  const people = { author, second, member, facilitator, stranger, visitor: null }
  const seen: string[] = []
  for (const [name, person] of Object.entries(people)) {
    const headers: Record<string, string> = person ? { cookie: person.cookie } : {}
    const { status } = await site.get(address, headers)
    const preview = await site.get(`${address}/preview/320`, headers)
    const list = await (await site.get(at('/files'), headers)).text()
    expect([preview.status, list.includes(address)], name).toEqual([status, status === 200])
    if (status === 200) seen.push(name)
  }
  return seen
}

async function as<T>(
  person: TestPerson,
  role: 'member' | 'facilitator',
  work: (
    trx: Parameters<typeof publishDocument>[0],
    entry: Parameters<typeof publishDocument>[1],
  ) => Promise<T>,
): Promise<T> {
  const entry = await anEntry(site.database, network, person, role)
  return inTenant(site.database.db, entry.tenant, trx => work(trx, entry))
}

test('a picture of a draft is for those who write and review it, with the page for those who read it, then theirs again', async () => {
  const id = await aDocument(site, network, author, { answers: whole })
  await site.database.asOwner(
    'insert into commons_author (network_id, document_id, person_id) values ($1, $2, $3)',
    [network.id, id, second.personId],
  )
  expect((await send(id, null)).status).toBe(401)
  expect((await send(id, member)).status).toBe(404)
  const sent = await send(id, author)
  expect(sent.status).toBe(201)
  const { src } = (await sent.json()) as { src: string }
  // Without the name of the host.
  expect(src).toMatch(new RegExp(`^/fr/${network.slug}/files/[0-9a-f-]{36}$`))
  await as(author, 'member', (trx, entry) =>
    saveAnswers(trx, entry, id, [{ path: 'background', value: `Le puits\n\n![Le puits](${src})`, seen: 9 }]),
  )
  expect(await seers(src)).toEqual(['author', 'second'])
  // A key of the network reads what the network has, and that is no page yet.
  const key = { authorization: `Bearer ${await aToken(site.database, network, ['files:read'])}` }
  const ofKey = await site.get(`/api/networks/${network.slug}/files/${src.split('/').pop()}`, key)
  const listed = await site.get(`/api/networks/${network.slug}/files`, key)
  expect([ofKey.status, ((await listed.json()) as { files: unknown[] }).files]).toEqual([404, []])

  await as(author, 'member', async (trx, entry) => {
    const document = await findDocument(trx, network.id, id)
    if (document) await askReview(trx, entry, document, 'network', 'https://example.org')
  })
  expect(await seers(src)).toEqual(['author', 'second', 'facilitator'])
  await as(author, 'member', (trx, entry) => publishDocument(trx, entry, id, 'network'))
  expect(await seers(src)).toEqual(['author', 'second', 'member', 'facilitator'])
  await as(author, 'member', (trx, entry) => publishDocument(trx, entry, id, 'public'))
  expect(await seers(src)).toEqual(['author', 'second', 'member', 'facilitator', 'stranger', 'visitor'])

  // What is put into a page that is read already waits for the next publication; those who may write there see it.
  const { src: later } = (await (await send(id, second, 'pompe.jpg')).json()) as { src: string }
  expect(await seers(later)).toEqual(['author', 'second', 'facilitator'])
  // Another page with its address, by somebody who did not send it, opens nothing.
  const other = await aDocument(site, network, member, {
    answers: { ...whole, background: `![](${later})` },
  })
  await as(member, 'member', (trx, entry) => publishDocument(trx, entry, other, 'public'))
  expect(await seers(later)).toEqual(['author', 'second', 'facilitator'])

  // Whoever takes it back need not be one of its authors.
  await site.database.asOwner('delete from commons_review where document_id = $1', [id])
  await as(facilitator, 'facilitator', (trx, entry) => withdrawDocument(trx, entry, id))
  expect(await seers(src)).toEqual(['author', 'second'])
  const used = () =>
    site.database.asOwner('select bytes::int, files from file_usage where network_id = $1', [network.id])
  expect(await used()).toMatchObject([{ files: 2 }])
  expect((await sendForm(site, at(`/writing/${id}/erasure`), {}, author)).status).toBe(303)
  expect(await seers(src)).toEqual([])
  expect(await used()).toEqual([{ bytes: 0, files: 0 }])
})

test('with the account of the last who writes it a draft goes, and its pictures with it; what is shared stays', async () => {
  const first = await aPerson(site.database, network, 'member')
  const draft = await aDocument(site, network, first, { answers: whole })
  const shared = await aDocument(site, network, first, { answers: whole })
  const { asOwner } = site.database
  await asOwner('insert into commons_author (network_id, document_id, person_id) values ($1, $2, $3)', [
    ...[network.id, draft, second.personId],
  ])
  await as(first, 'member', (trx, entry) => publishDocument(trx, entry, shared, 'network'))
  expect((await send(draft, first)).status).toBe(201)
  const left = async () => ({
    pages: await asOwner('select state from commons_document where id in ($1, $2) order by state', [
      draft,
      shared,
    ]),
    swept: await asOwner('select attached_at is null as so from file where uploaded_by = $1', [
      first.accountId,
    ]),
  })
  const erase = ({ personId }: TestPerson) =>
    asOwner(
      `update person set erased_at = now(), name = '–', email = null, account_id = null where id = $1`,
      [personId],
    )
  await erase(first)
  expect((await left()).pages).toEqual([{ state: 'draft' }, { state: 'network' }])
  await erase(second)
  expect(await left()).toEqual({ pages: [{ state: 'network' }], swept: [{ so: true }] })
})
