import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { aDocument, mailsOf, sendForm, whole } from '#modules/commons/writing/writing.fixture.ts'
import { aFile } from '#platform/files/testing.ts'
import { type TestApp, testApp } from '../../../../../test/app.ts'
import { aNetwork, aPerson, type TestNetwork, type TestPerson } from '../../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let author: TestPerson
let member: TestPerson
let facilitator: TestPerson
let administrator: TestPerson
let slug: string
let count = 0

beforeAll(async () => {
  site = await testApp()
})
afterAll(() => site.close())

beforeEach(async () => {
  slug = `relecture-${++count}`
  network = await aNetwork(site.database, { slug })
  author = await aPerson(site.database, network, 'member', { name: 'Awa' })
  member = await aPerson(site.database, network, 'member', { name: 'Ben' })
  facilitator = await aPerson(site.database, network, 'facilitator', { name: 'Fatou' })
  administrator = await aPerson(site.database, network, 'administrator', { name: 'Adé' })
})

const page = (path: string, person: TestPerson | null) =>
  site.get(`/fr/${slug}${path}`, person ? { cookie: person.cookie } : {})
const send = (path: string, fields: Record<string, string>, person: TestPerson | null) =>
  sendForm(site, `/fr/${slug}${path}`, fields, person)
const plan = (person = author) => aDocument(site, network, person, { title: 'De l’eau', answers: whole })
const ask = (id: string, visibility = 'public', person = author) =>
  send(`/writing/${id}/publication`, { visibility }, person)
const stateOf = async (id: string) =>
  (await site.database.asOwner('select state from commons_document where id = $1', [id]))[0]?.state
const revisionOn = (text: string) => /name="revision" value="(\d+)"/.exec(text)?.[1] ?? ''
const decide = async (id: string, person: TestPerson, more: Record<string, string> = {}) => {
  const revision = revisionOn(await (await page(`/writing/${id}/review`, person)).text())
  return send(`/writing/${id}/review`, { decision: 'accept', revision, ...more }, person)
}
const addressOf = ({ email }: TestPerson) => email

describe('a page for everyone', () => {
  test('is asked for by its author, read by those who run the network, accepted, and its author told', async () => {
    const id = await plan()
    expect(await (await page(`/writing/${id}/publication`, author)).text()).toContain('la relit d’abord')
    const asked = await ask(id)
    expect(asked.headers.get('location')).toBe(`/fr/${slug}/writing/${id}?done=review-asked`)
    expect(await stateOf(id)).toBe('draft')
    const mails = await mailsOf(site, network, 'review-asked')
    expect(mails.map(mail => mail.address).sort()).toEqual([facilitator, administrator].map(addressOf).sort())
    expect(mails[0]?.params).toMatchObject({ person: 'Awa', title: 'De l’eau' })
    expect(await (await page('/reviews', facilitator)).text()).toContain('De l’eau')
    const read = await (await page(`/writing/${id}/review`, facilitator)).text()
    for (const text of ['L’eau manque.', 'Accepter et publier']) expect(read).toContain(text)
    expect((await decide(id, facilitator)).status).toBe(303)
    expect(await stateOf(id)).toBe('public')
    expect((await page('/commons/de-l-eau', null)).status).toBe(200)
    expect(await mailsOf(site, network, 'review-accepted')).toMatchObject([
      { address: author.email, params: { person: 'Fatou', title: 'De l’eau' } },
    ])
    expect(await (await page('/reviews', facilitator)).text()).not.toContain('De l’eau')
    const log = await site.database.asOwner<{ action: string }>(
      'select action from audit_entry where network_id = $1 order by seq',
      [network.id],
    )
    expect(log.map(({ action }) => action)).toEqual([
      'document.created',
      'review.asked',
      'document.published',
      'review.accepted',
    ])
  })

  test('is not asked for before what is required is there, and what is missing is linked to', async () => {
    const id = await aDocument(site, network, author)
    const shown = await (await page(`/writing/${id}/publication`, author)).text()
    expect(shown).toContain(`/writing/${id}#answer-challenge-statement`)
    expect((await ask(id)).status).toBe(422)
    expect(await mailsOf(site, network, 'review-asked')).toEqual([])
  })

  test('is written about to each in the language and the hours of their account', async () => {
    await site.database.asOwner(
      `update account set locale = 'es', time_zone = 'America/Lima' where id = any($1::uuid[])`,
      [[author.accountId, facilitator.accountId]],
    )
    const id = await plan()
    await ask(id)
    await decide(id, facilitator)
    const mails = await site.database.asOwner(
      `select template, locale, time_zone, params->>'url' like '%/es/%' as leads_there from mail_message
       where network_id = $1 and address <> $2 order by created_at, id`,
      [network.id, administrator.email],
    )
    const lima = { locale: 'es', time_zone: 'America/Lima', leads_there: true }
    expect(mails).toEqual([
      { template: 'review-asked', ...lima },
      { template: 'review-accepted', ...lima },
    ])
  })

  test('is sent back with a reason, which the author reads by mail and on the page', async () => {
    const id = await plan()
    await ask(id)
    const silent = await send(
      `/writing/${id}/review`,
      { decision: 'return', revision: '0', reason: ' ' },
      facilitator,
    )
    expect(silent.status).toBe(422)
    const answer = await decide(id, facilitator, { decision: 'return', reason: 'Dites où <c’est>.' })
    expect(answer.headers.get('location')).toBe(`/fr/${slug}/reviews?done=review-returned`)
    expect(await stateOf(id)).toBe('draft')
    expect(await (await page(`/writing/${id}`, author)).text()).toContain('Dites où &lt;c’est>.')
    expect(await mailsOf(site, network, 'review-returned')).toMatchObject([
      { address: author.email, params: { reason: 'Dites où <c’est>.' } },
    ])
    // It may be asked for again.
    expect((await ask(id)).status).toBe(303)
    expect((await decide(id, facilitator)).status).toBe(303)
    expect(await stateOf(id)).toBe('public')
  })

  test('is accepted as it was read: what was written since is read first', async () => {
    const id = await plan()
    await ask(id)
    const read = revisionOn(await (await page(`/writing/${id}/review`, facilitator)).text())
    await site.app.request(`/fr/${slug}/writing/${id}/answers`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        cookie: author.cookie,
      },
      body: JSON.stringify({ changes: [{ path: 'background', value: 'Ajouté ensuite.', seen: 9 }] }),
    })
    const answer = await send(`/writing/${id}/review`, { decision: 'accept', revision: read }, facilitator)
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('Ajouté ensuite.')
    expect(await stateOf(id)).toBe('draft')
    expect((await decide(id, facilitator)).status).toBe(303)
    expect((await decide(id, administrator)).status).toBe(404)
  })

  test('waits no more when its author takes the request back', async () => {
    const id = await plan()
    await ask(id)
    expect((await send(`/writing/${id}/review/withdrawal`, {}, author)).status).toBe(303)
    expect((await page(`/writing/${id}/review`, facilitator)).status).toBe(404)
    expect(await (await page('/reviews', facilitator)).text()).not.toContain('De l’eau')
  })

  test('goes through review again when it is changed, and shows what changed', async () => {
    const id = await plan()
    await ask(id)
    await decide(id, facilitator)
    const text = await (await page(`/writing/${id}`, author)).text()
    const seen = /name="challenge-statement.seen" value="([^"]*)"/.exec(text)?.[1] ?? ''
    const changed = { 'challenge-statement.seen': seen, 'challenge-statement': 'L’eau revient.' }
    expect((await send(`/writing/${id}`, changed, author)).status).toBe(303)
    expect(await (await page('/commons/de-l-eau', null)).text()).not.toContain('L’eau revient.')
    await ask(id)
    const review = await (await page(`/writing/${id}/review`, facilitator)).text()
    for (const word of ['L’eau manque.', 'L’eau revient.', '1 réponse changée'])
      expect(review).toContain(word)
    await decide(id, facilitator)
    expect(await (await page('/commons/de-l-eau', null)).text()).toContain('L’eau revient.')
  })
})

describe('who reviews', () => {
  test('is nobody else: not members, not the public, not authors while somebody else can', async () => {
    const id = await plan(facilitator)
    expect((await ask(id, 'public', facilitator)).headers.get('location')).toContain('review-asked')
    expect(await mailsOf(site, network, 'review-asked')).toMatchObject([{ address: administrator.email }])
    for (const [person, status] of [
      [null, 401],
      [member, 404],
    ] as const) {
      expect((await page(`/writing/${id}/review`, person)).status).toBe(status)
      expect(
        (await send(`/writing/${id}/review`, { decision: 'accept', revision: '1' }, person)).status,
      ).toBe(status)
    }
    expect((await page('/reviews', member)).status).toBe(403)
    expect((await page('/reviews', null)).status).toBe(401)
    expect(await (await page(`/writing/${id}/review`, facilitator)).text()).toContain('Vous l’avez écrite')
    const revision = revisionOn(await (await page(`/writing/${id}/review`, administrator)).text())
    const own = await send(`/writing/${id}/review`, { decision: 'accept', revision }, facilitator)
    expect(own.status).toBe(403)
    expect((await decide(id, administrator)).status).toBe(303)
  })

  test('is the author where the network has nobody else', async () => {
    const alone = await aNetwork(site.database, { slug: `seule-${count}` })
    const only = await aPerson(site.database, alone, 'administrator')
    const id = await aDocument(site, alone, only, { answers: whole })
    const answer = await sendForm(
      site,
      `/fr/${`seule-${count}`}/writing/${id}/publication`,
      { visibility: 'public' },
      only,
    )
    expect(answer.headers.get('location')).toContain('page-published')
    expect(await stateOf(id)).toBe('public')
  })

  test('is whom the network names, and nobody else', async () => {
    expect((await page('/reviewers', facilitator)).status).toBe(403)
    expect((await page('/reviewers', null)).status).toBe(401)
    expect((await send('/reviewers', { person: member.personId }, facilitator)).status).toBe(403)
    expect((await send('/reviewers', { person: network.id }, administrator)).status).toBe(404)
    expect((await send('/reviewers', { person: member.personId }, administrator)).status).toBe(303)
    expect(await (await page('/reviewers', administrator)).text()).toContain('Retirer Ben')
    const id = await plan()
    await ask(id)
    expect(await mailsOf(site, network, 'review-asked')).toMatchObject([{ address: member.email }])
    expect((await page('/reviews', facilitator)).status).toBe(403)
    expect((await page(`/writing/${id}/review`, facilitator)).status).toBe(404)
    expect((await decide(id, member)).status).toBe(303)
    expect((await send(`/reviewers/${member.personId}/removal`, {}, administrator)).status).toBe(303)
    expect((await page('/reviews', facilitator)).status).toBe(200)
  })
})

describe('what is reviewed', () => {
  test('is not what is shared with the network, unless the network says so', async () => {
    const first = await plan()
    await ask(first, 'network')
    expect(await stateOf(first)).toBe('network')
    expect((await send('/reviewers', { applies: 'both' }, administrator)).status).toBe(303)
    const second = await plan()
    await ask(second, 'network')
    expect(await stateOf(second)).toBe('draft')
    await decide(second, facilitator)
    expect(await stateOf(second)).toBe('network')
  })

  test('is nothing, where the network wants it so', async () => {
    await send('/reviewers', { applies: 'none' }, administrator)
    expect((await send('/reviewers', { applies: 'all' }, administrator)).status).toBe(422)
    const id = await plan()
    expect((await ask(id)).headers.get('location')).toContain('page-published')
    expect(await stateOf(id)).toBe('public')
  })

  test('in a private network, nothing is for everyone', async () => {
    const closed = await aNetwork(site.database, { slug: `close-${count}`, visibility: 'private' })
    const person = await aPerson(site.database, closed, 'member')
    const id = await aDocument(site, closed, person, { answers: whole })
    const at = `/fr/close-${count}/writing/${id}/publication`
    expect((await sendForm(site, at, { visibility: 'public' }, person)).status).toBe(422)
    expect((await sendForm(site, at, { visibility: 'network' }, person)).status).toBe(303)
    expect(await stateOf(id)).toBe('network')
  })
})

test('what is taken back is gone from the commons, and its authors’ again', async () => {
  const id = await plan()
  await ask(id, 'network')
  await ask(id)
  expect((await send(`/writing/${id}/withdrawal`, {}, member)).status).toBe(403)
  expect((await send(`/writing/${id}/withdrawal`, {}, author)).status).toBe(303)
  expect(await stateOf(id)).toBe('withdrawn')
  expect((await page('/commons/de-l-eau', author)).status).toBe(404)
  // Nobody has to decide about it any more.
  expect((await page(`/writing/${id}/review`, facilitator)).status).toBe(404)
  expect(await (await page('/writing', author)).text()).toContain('retirée')
  expect(await (await page(`/writing/${id}`, author)).text()).toContain('L’eau manque.')
})

test('files its authors put on a page open with it, and nobody else’s', async () => {
  const files: string[] = []
  for (const uploadedBy of [author.accountId, member.accountId]) {
    const file = await aFile(site.database.db, site.services.storage, network.id, {
      name: 'carte.txt',
      content: Buffer.from(`carte de ${uploadedBy}`),
      attached: true,
      uploadedBy,
    })
    files.push(file.id)
  }
  const address = (id: string) => `/fr/${slug}/files/${id}`
  const text = files.map(id => `[Carte](${address(id)})`).join('\n\n')
  const id = await aDocument(site, network, author, { answers: { ...whole, background: text } })
  await ask(id)
  const statuses = async () =>
    Promise.all(files.map(async file => (await page(`/files/${file}`, null)).status))
  expect(await statuses()).toEqual([404, 404])
  await decide(id, facilitator)
  expect(await statuses()).toEqual([200, 404])
})
