import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { type Entry, issueToken } from '#modules/network/index.ts'
import { personalData } from '#modules/threads/personal-data.ts'
import { aSubject, said, type TestSubject, threadSubjects } from '#modules/threads/threads.fixture.ts'
import { type TestApp, testApp } from '../../../test/app.ts'
import { aNetwork, anEntry, aPerson, type TestNetwork, type TestPerson } from '../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let ana: TestPerson
let ben: TestPerson
let author: Entry
let subject: TestSubject

beforeAll(async () => {
  site = await testApp({ threadSubjects })
})

afterAll(() => site.close())

beforeEach(async () => {
  network = await aNetwork(site.database)
  ana = await aPerson(site.database, network, 'member', { name: 'Ana Muñoz' })
  ben = await aPerson(site.database, network, 'member', { name: 'Ben Diallo' })
  author = await anEntry(site.database, network, ana)
  subject = aSubject(network.id, [ana.personId, ben.personId])
})

const address = (of: { id: string } = subject) => `/fr/${network.slug}/threads/test/${of.id}`

async function get(path: string, who: TestPerson | null = ana): Promise<{ status: number; text: string }> {
  const response = await site.get(path, who ? { cookie: who.cookie } : {})
  return { status: response.status, text: await response.text() }
}

async function post(
  path: string,
  fields: Record<string, string | string[]> | FormData,
  who: TestPerson | null = ana,
): Promise<{ status: number; text: string; location: string }> {
  const body =
    fields instanceof FormData
      ? fields
      : new URLSearchParams(
          Object.entries(fields).flatMap(([name, all]) => [all].flat().map(one => [name, one])),
        )
  const response = await site.app.request(path, {
    method: 'POST',
    headers: { ...(who && { cookie: who.cookie }), 'sec-fetch-site': 'same-origin', accept: 'text/html' },
    body,
  })
  return {
    status: response.status,
    text: await response.text(),
    location: response.headers.get('location') ?? '',
  }
}

/** The texts on a page, without what stands round them. */
function words(html: string): string[] {
  return [...html.matchAll(/<div class="words">([\s\S]*?)<\/div>/g)].map(([, text = '']) =>
    text.replace(/<[^>]+>/g, '').trim(),
  )
}

describe('who may', () => {
  test('read and write: those whom what it is about lets in, and nobody is told it is there', async () => {
    await said(site, author, subject, { body: 'Entre nous' })
    const eve = await aPerson(site.database, network, 'administrator')
    const elsewhere = await aPerson(site.database, await aNetwork(site.database), 'member')
    expect((await get(address(), null)).status).toBe(401)
    expect((await get(address(), elsewhere)).status).toBe(403)
    expect((await get(address(), eve)).status).toBe(404)
    expect((await get(address(), ben)).text).toContain('Entre nous')
    expect((await post(address(), { body: 'x' }, null)).status).toBe(401)
    expect((await post(address(), { body: 'x' }, elsewhere)).status).toBe(403)
    expect((await post(address(), { body: 'x' }, eve)).status).toBe(404)
    expect((await post(address(), { body: 'Oui' }, ben)).status).toBe(303)
    expect(words((await get(address())).text)).toEqual(['Entre nous', 'Oui'])
  })

  test.each(['/threads/test/0', '/threads/nothing/', '/threads/constructor/'])(
    '%s is not there',
    async path => {
      const id = path.endsWith('/') ? subject.id : ''
      expect((await get(`/fr/${network.slug}${path}${id}`)).status).toBe(404)
    },
  )

  test('write anew: who wrote it; take back: they, and who runs it', async () => {
    const id = await said(site, author, subject, { body: 'Premier jet' })
    const message = `${address()}/messages/${id}`
    expect((await get(message, ben)).status).toBe(403)
    expect((await post(message, { body: 'Autre' }, ben)).status).toBe(403)
    expect((await post(`${message}/removal`, {}, ben)).status).toBe(403)
    expect((await post(message, { body: '' })).status).toBe(422)
    expect((await post(message, { body: 'Deuxième jet' })).status).toBe(303)
    const page = await get(address(), ben)
    expect(words(page.text)).toEqual(['Deuxième jet'])
    expect(page.text).toContain('modifié')
    const versions = await get(`${message}/versions`, ben)
    expect(words(versions.text)).toEqual(['Premier jet', 'Deuxième jet'])
    subject.runners.add(ben.personId)
    expect((await get(`${message}/removal`, ben)).text).toContain('une autre personne')
    expect((await post(`${message}/removal`, {}, ben)).status).toBe(303)
    const after = await get(address())
    expect(words(after.text)).toEqual([])
    expect(after.text).toContain('Message retiré par Ben Diallo.')
    expect((await get(`${message}/versions`)).status).toBe(404)
    const left = await site.database.asOwner(
      `select body from thread_message where network_id = $1
       union all select body from thread_message_version where network_id = $1`,
      [network.id],
    )
    expect(left).toEqual([{ body: '' }])
  })

  test('close it: who runs it; then nothing more is said', async () => {
    await said(site, author, subject, { body: 'Un' })
    expect((await post(`${address()}/closure`, { closed: 'yes' })).status).toBe(403)
    subject.runners.add(ana.personId)
    expect((await post(`${address()}/closure`, { closed: 'yes' })).status).toBe(303)
    const closed = await get(address(), ben)
    expect(closed.text).toContain('Ce fil est fermé')
    expect(closed.text).not.toContain('<textarea')
    const late = await post(address(), { body: 'Trop tard' }, ben)
    expect(late.status).toBe(422)
    expect((await post(`${address()}/closure`, { closed: 'no' })).status).toBe(303)
    expect((await post(address(), { body: 'À temps' }, ben)).status).toBe(303)
  })

  test('read its files: who reads it', async () => {
    const form = new FormData()
    form.set('body', 'Voici')
    form.append('upload', new File(['Un, deux'], 'notes.txt', { type: 'text/plain' }))
    expect((await post(address(), form)).status).toBe(303)
    const { text } = await get(address(), ben)
    const file = /href="([^"]+\/files\/[0-9a-f-]+)">notes\.txt/.exec(text)?.[1] ?? ''
    expect((await get(file, ben)).text).toBe('Un, deux')
    const eve = await aPerson(site.database, network, 'administrator')
    expect((await get(file, eve)).status).toBe(404)
    const id = file.split('/').at(-1)
    // Neither among the network's files, nor by their address.
    expect((await get(`/fr/${network.slug}/files`, eve)).text).not.toContain('notes.txt')
    expect((await get(`/fr/${network.slug}/files/${id}`, ana)).status).toBe(404)
    const message = file.split('/files/')[0] ?? ''
    expect((await post(`${message}/removal`, {})).status).toBe(303)
    expect((await get(file, ben)).status).toBe(404)
    expect(await site.database.asOwner('select id from file where network_id = $1', [network.id])).toEqual([])
  })
})

test('what is typed comes back with what is wrong, and files stay with it', async () => {
  const form = new FormData()
  form.set('body', '  ')
  form.append('upload', new File(['Un'], 'un.txt'))
  form.append('upload', new File([], 'vide.txt'))
  const refused = await post(address(), form)
  expect(refused.status).toBe(422)
  expect(refused.text).toContain('vide.txt')
  const kept = /name="files" value="([0-9a-f-]+)" checked/.exec(refused.text)?.[1] ?? ''
  // Somebody else cannot take it for theirs.
  expect((await post(address(), { body: 'À moi', files: [kept] }, ben)).status).toBe(303)
  expect((await get(address())).text).not.toContain('un.txt')
  expect((await post(address(), { body: 'Voici', files: [kept] })).status).toBe(303)
  expect((await get(address())).text).toContain('>un.txt</a>')
})

test('an answer quotes what it answers', async () => {
  const first = await said(site, author, subject, { body: 'On commence **quand** ?' })
  const answer = `${address()}/messages/${first}/answer`
  expect((await get(answer, ben)).text).toContain('Répondre à Ana Muñoz')
  expect((await post(answer, { body: '' }, ben)).status).toBe(422)
  expect((await post(answer, { body: 'Lundi' }, ben)).status).toBe(303)
  const { text } = await get(address())
  expect(text).toMatch(/<blockquote class="answered"><a href="#message-[0-9a-f-]+">En réponse à Ana Muñoz/)
  expect(text).toContain('On commence quand ?')
  const other = aSubject(network.id, [ana.personId])
  await said(site, author, other, { body: 'Ailleurs' })
  expect((await post(`${address(other)}/messages/${first}/answer`, { body: 'x' })).status).toBe(404)
})

test('nothing that is written runs', async () => {
  const body =
    '<script>alert(1)</script><img src=x onerror=alert(2)> [a](javascript:alert(3)) <a href="data:text/html,x">b</a> <svg onload=alert(4)>'
  await said(site, author, subject, { body })
  const eve = await aPerson(site.database, network, 'member', { name: '<i>"Eve"</i>' })
  subject.people.add(eve.personId)
  await said(site, await anEntry(site.database, network, eve), subject, { body: '@Ben Diallo' })
  const { text } = await get(address())
  expect(text).not.toMatch(/<script>alert|onerror|onload|href="(?:javascript|data)|<i>"Eve/)
})

test('the latest stand last, the earlier ones page by page', async () => {
  for (let count = 1; count <= 65; count++) await said(site, author, subject, { body: `Numéro ${count}` })
  const numbers = (text: string) => words(text).map(word => Number(word.split(' ')[1]))
  const latest = await get(address())
  expect(numbers(latest.text)).toEqual(Array.from({ length: 30 }, (_, index) => index + 36))
  const link = (text: string, rel: string) =>
    (new RegExp(`rel="${rel}" href="([^"]+)"`).exec(text)?.[1] ?? '').replaceAll('&amp;', '&')
  const before = await get(link(latest.text, 'prev'))
  expect(numbers(before.text)).toEqual(Array.from({ length: 30 }, (_, index) => index + 6))
  const first = await get(link(before.text, 'prev'))
  expect(numbers(first.text)).toEqual([1, 2, 3, 4, 5])
  expect(link(first.text, 'prev')).toBe('')
  const later = await get(link(first.text, 'next'))
  expect(numbers(later.text)[0]).toBe(5)
  expect(numbers(later.text)).toHaveLength(30)
  expect(link(latest.text, 'next')).toBe('')
})

test('what is new since the last visit is marked, once', async () => {
  await said(site, author, subject, { body: 'Un' })
  expect((await get(address(), ben)).text).not.toContain('data-new')
  await said(site, author, subject, { body: 'Deux' })
  await said(site, author, subject, { body: 'Trois' })
  const back = await get(address(), ben)
  expect(back.text).toContain('2 messages depuis votre dernière visite')
  expect(back.text.match(/data-new/g)).toHaveLength(2)
  const again = await get(address(), ben)
  expect(again.text).not.toContain('data-new')
  expect((await get(address(), ana)).text).not.toContain('data-new')
})

test('people are called by choice or by an @, those alone who hear of it', async () => {
  const eve = await aPerson(site.database, network, 'member', { name: 'Eve Dehors' })
  expect((await get(address())).text).toMatch(/name="called" value="[^"]+"[^>]*\/?><span>Ben Diallo/)
  await post(address(), { body: 'Bonjour @Eve Dehors', called: [ben.personId, eve.personId] })
  const { text } = await get(address())
  expect(text).toContain('À l’attention de Ben Diallo')
  expect(text).not.toContain('attention de Eve')
})

test('one says how much one wants to get', async () => {
  await said(site, author, subject, { body: 'Un' })
  expect((await post(`${address()}/subscription`, { wish: 'sometimes' })).status).toBe(400)
  const done = await post(`${address()}/subscription`, { wish: 'mentions' }, ben)
  expect(done.status).toBe(303)
  expect((await get(done.location, ben)).text).toContain('<option value="mentions" selected>')
})

test('programmes read and write by key, as far as their person may', async () => {
  const key = async (person: TestPerson, scopes: ('threads:write' | 'files:read')[]) => {
    const { secret } = await inTenant(site.database.db, network.inside, trx =>
      issueToken(trx, network.id, { name: 'Test', scopes, days: 1, accountId: person.accountId }),
    )
    return { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  }
  const path = `/api/networks/${network.slug}/threads/test/${subject.id}`
  const call = async (headers: Record<string, string>, body?: unknown) => {
    const response = body
      ? await site.app.request(`${path}/messages`, { method: 'POST', headers, body: JSON.stringify(body) })
      : await site.app.request(path, { headers })
    return { status: response.status, json: (await response.json()) as Record<string, never> }
  }
  expect((await call({})).status).toBe(401)
  expect((await call(await key(ana, ['files:read']))).status).toBe(403)
  const eve = await aPerson(site.database, network, 'member')
  expect((await call(await key(eve, ['threads:write']))).status).toBe(404)
  const headers = await key(ana, ['threads:write'])
  expect((await call(headers, { body: '' })).status).toBe(422)
  const made = await call(headers, { body: 'Par programme @Ben Diallo' })
  expect(made.status).toBe(201)
  const answered = await call(headers, { body: 'Réponse', answers: made.json.id })
  expect(answered.status).toBe(201)
  expect((await call(headers, { body: 'x', answers: newId() })).status).toBe(404)
  const { json } = await call(headers)
  expect(json).toMatchObject({
    title: 'Sobriété',
    closed: false,
    mayWrite: true,
    earlier: null,
    messages: [
      { body: 'Par programme @Ben Diallo', origin: 'api', called: ['Ben Diallo'], answers: null },
      { body: 'Réponse', answers: made.json.id, person: { id: ana.personId, name: 'Ana Muñoz' } },
    ],
  })
})

test('an archive of one’s own data has what one said; an erasure leaves the words without the name', async () => {
  const id = await said(site, author, subject, { body: 'De moi' })
  await post(`${address()}/messages/${id}`, { body: 'De moi, mieux' })
  await said(site, await anEntry(site.database, network, ben), subject, { body: 'De Ben, @Ana Muñoz' })
  const held = await inTenant(site.database.db, network.inside, trx =>
    personalData(trx, network.id, ana.accountId),
  )
  expect(held).toMatchObject({
    threads: {
      messages: [{ about: 'test', id: subject.id, text: 'De moi, mieux', before: ['De moi'], by: 'page' }],
      followed: [{ about: 'test', id: subject.id, wish: null }],
    },
  })
  expect(JSON.stringify(held)).not.toContain('De Ben')
  await site.database.asOwner(
    `update person set name = '—', email = null, account_id = null, erased_at = now() where id = $1`,
    [ana.personId],
  )
  const { text } = await get(address(), ben)
  expect(words(text)).toEqual(['De moi, mieux', 'De Ben, @Ana Muñoz'])
  expect(text).not.toContain('attention de')
  expect(text).toContain('Quelqu’un qui n’est plus là')
  const left = await site.database.asOwner('select person_id from thread_follower where person_id = $1', [
    ana.personId,
  ])
  expect(left).toEqual([])
})

test('of another network nothing is had, and the public has nothing', async () => {
  await said(site, author, subject, { body: 'Ici' })
  const other = await aNetwork(site.database)
  const eve = await aPerson(site.database, other, 'member')
  expect((await get(`/fr/${other.slug}/threads/test/${subject.id}`, eve)).status).toBe(404)
  for (const tenant of [other.inside, network.outside]) {
    const rows = await inTenant(site.database.db, tenant, trx =>
      trx.selectFrom('thread_message').selectAll().where('network_id', '=', network.id).execute(),
    )
    expect(rows).toEqual([])
  }
})
