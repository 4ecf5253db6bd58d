import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listening, type TestApp, type TestSite, testApp } from '../../../test/app.ts'
import { aNetwork, aPerson, aToken, type TestNetwork, type TestPerson } from '../../../test/factories.ts'

let site: TestApp
let web: TestSite
let open: TestNetwork
let closed: TestNetwork
let ama: TestPerson
let bintou: TestPerson
let administrator: TestPerson
let insider: TestPerson
let picture: Buffer

beforeAll(async () => {
  site = await testApp()
  web = await listening(site)
  open = await aNetwork(site.database, { slug: 'ouvert' })
  closed = await aNetwork(site.database, { slug: 'ferme', visibility: 'private' })
  ama = await aPerson(site.database, open, 'member', { name: 'Ama' })
  bintou = await aPerson(site.database, open, 'member', { name: 'Bintou' })
  administrator = await aPerson(site.database, open, 'administrator')
  insider = await aPerson(site.database, closed, 'member')
  picture = await sharp({ create: { width: 1200, height: 800, channels: 3, background: '#086' } })
    .jpeg()
    .toBuffer()
})

afterAll(async () => {
  await web.close()
  await site.close()
})

describe('by a form', () => {
  test('several files are added, seen by members, and by everyone only if asked', async () => {
    const sent = await send(ama, 'ouvert', { 'Budget été.csv': 'a;b\n1;2\n', 'photo.jpg': picture })
    expect(sent.status).toBe(303)
    expect(sent.headers.get('location')).toBe('/fr/ouvert/files?done=files-added')
    const html = await page('/fr/ouvert/files', bintou)
    expect(html).toContain('Budget été.csv')
    expect(html).toContain('Ama')
    expect(html).toContain('Tableau')
    expect(await page('/fr/ouvert/files')).not.toContain('Budget')
    await send(ama, 'ouvert', { 'Charte.txt': 'Pour tous.' }, { visibility: 'public' })
    const seen = await page('/fr/ouvert/files')
    expect(seen).toContain('Charte.txt')
    expect(seen).not.toContain('Ama')
  })

  test('who may read is known at the end, wherever it stands in the form', async () => {
    const form = new FormData()
    form.append('files', new File(['avant'], 'avant.txt'))
    form.append('visibility', 'public')
    expect((await post(ama, '/fr/ouvert/files', form)).status).toBe(303)
    expect(await page('/fr/ouvert/files?q=avant')).toContain('avant.txt')
  })

  test('in a private network nothing is for everyone', async () => {
    await send(insider, 'ferme', { 'secret.txt': 'x' }, { visibility: 'public' })
    const [row] = await site.database.asOwner<{ visibility: string }>(
      `select visibility from file where name = 'secret.txt'`,
    )
    expect(row?.visibility).toBe('network')
  })

  test('each refused file says why, the others are kept', async () => {
    const large = Buffer.alloc(26 * 2 ** 20, 'x')
    const sent = await send(ama, 'ouvert', {
      'trop.bin': large,
      'vide.txt': '',
      'cassee.jpg': picture.subarray(0, 900),
      'bon.txt': 'bon',
    })
    expect(sent.status).toBe(422)
    const html = await sent.text()
    expect(html).toContain('1 fichier est ajouté')
    expect(html).toMatch(/trop\.bin<\/strong> – Ce fichier dépasse 25\sMo/)
    expect(html).toMatch(/vide\.txt<\/strong> – Ce fichier est vide/)
    expect(html).toMatch(/cassee\.jpg<\/strong> – Cette image/)
    expect(await page('/fr/ouvert/files?q=bon', ama)).toContain('bon.txt')
    expect(incoming()).toEqual([])
  })

  test('more than ten at once are too many; none is none', async () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`n${index}.txt`, 'n']))
    const sent = await send(ama, 'ouvert', many)
    expect(sent.status).toBe(422)
    expect(await sent.text()).toContain('10 fichiers au plus')
    const nothing = await send(ama, 'ouvert', {})
    expect(nothing.status).toBe(422)
    expect(await nothing.text()).toContain('Choisissez au moins un fichier')
  })

  test.each([
    ['no form', 'text/plain', 'x'],
    ['no boundary', 'multipart/form-data', 'x'],
    [
      'cut off',
      'multipart/form-data; boundary=b',
      '--b\r\ncontent-disposition: form-data; name="files"; filename="a.txt"\r\n\r\nabc',
    ],
    ['no header', 'multipart/form-data; boundary=b', '--b\r\n\r\n\r\nabc'],
  ])('%s is a bad request, and nothing stays', async (_, type, body) => {
    const sent = await post(ama, '/fr/ouvert/files', body, { 'content-type': type })
    expect(sent.status).toBe(400)
    expect(incoming()).toEqual([])
  })

  test('a line that breaks leaves nothing, and the program works on', async () => {
    const before = await count()
    await new Promise<void>(resolve => {
      const sending = request(`${web.url}/fr/ouvert/files`, {
        method: 'POST',
        headers: {
          cookie: ama.cookie,
          origin: web.url,
          'content-type': 'multipart/form-data; boundary=b',
          'content-length': '900000',
        },
      })
      sending.on('error', () => resolve())
      sending.on('close', () => resolve())
      const part = '--b\r\ncontent-disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
      sending.write(part + 'x'.repeat(400_000), () => setTimeout(() => sending.destroy(), 30))
    })
    await expect.poll(incoming).toEqual([])
    expect(await count()).toBe(before)
    expect((await send(ama, 'ouvert', { 'apres.txt': 'apres' })).status).toBe(303)
  })
})

describe('a file', () => {
  test('is shown if it is a picture, else saved; ?download always saves', async () => {
    const id = await idOf('photo.jpg')
    const shown = await site.get(`/fr/ouvert/files/${id}`, { cookie: ama.cookie })
    expect(shown.headers.get('content-type')).toBe('image/jpeg')
    expect(shown.headers.get('content-disposition')).toMatch(/^inline/)
    await shown.body?.cancel()
    const saved = await site.get(`/fr/ouvert/files/${id}?download`, { cookie: ama.cookie })
    expect(saved.headers.get('content-disposition')).toMatch(/^attachment/)
    await saved.body?.cancel()
    const preview = await site.get(`/fr/ouvert/files/${id}/preview/320`, { cookie: ama.cookie })
    expect((await sharp(Buffer.from(await preview.arrayBuffer())).metadata()).width).toBe(320)
    const statuses = await Promise.all(
      ['preview/321', 'preview/x'].map(
        async tail => (await site.get(`/fr/ouvert/files/${id}/${tail}`, { cookie: ama.cookie })).status,
      ),
    )
    expect(statuses).toEqual([404, 404])
  })

  test('of a network that became private is no longer kept by shared caches', async () => {
    const network = await aNetwork(site.database, { slug: 'change' })
    const member = await aPerson(site.database, network, 'member')
    await send(member, 'change', { 'p.txt': 'p' }, { visibility: 'public' })
    const address = `/fr/change/files/${await idOf('p.txt')}`
    const cacheable = async () => {
      const answer = await site.get(address, { cookie: member.cookie })
      await answer.body?.cancel()
      return answer.headers.get('cache-control')
    }
    expect(await cacheable()).toMatch(/^public/)
    await site.database.asOwner(`update network set visibility = 'private' where id = $1`, [network.id])
    expect(await cacheable()).toMatch(/^private/)
    expect((await site.get(address)).status).toBe(404)
  })

  test('is removed by who sent it or an administrator, by nobody else, and the log knows', async () => {
    await send(ama, 'ouvert', { 'un.txt': 'un', 'deux.txt': 'deux' })
    const [one, two] = [await idOf('un.txt'), await idOf('deux.txt')]
    const remove = (id: string, who: TestPerson) => post(who, `/fr/ouvert/files/${id}/removal`, '')
    expect((await remove(one, bintou)).status).toBe(403)
    expect((await site.get(`/fr/ouvert/files/${one}/removal`, { cookie: bintou.cookie })).status).toBe(403)
    expect(await page(`/fr/ouvert/files/${one}/removal`, ama)).toContain('un.txt')
    expect((await remove(one, ama)).status).toBe(303)
    expect((await remove(two, administrator)).status).toBe(303)
    expect((await remove(two, administrator)).status).toBe(404)
    expect((await site.get(`/fr/ouvert/files/${one}`, { cookie: ama.cookie })).status).toBe(404)
    const log = await site.database.asOwner<{ action: string }>(
      `select action from audit_entry where subject_id in ($1, $2) order by seq`,
      [one, two],
    )
    expect(log.map(row => row.action)).toEqual(['file.added', 'file.added', 'file.removed', 'file.removed'])
  })

  test('of another purpose is not had here', async () => {
    await send(ama, 'ouvert', { 'logo.txt': 'logo' })
    const id = await idOf('logo.txt')
    await site.database.asOwner(`update file set purpose = 'import' where id = $1`, [id])
    expect((await site.get(`/fr/ouvert/files/${id}`, { cookie: administrator.cookie })).status).toBe(404)
    expect(await page('/fr/ouvert/files?q=logo', ama)).not.toContain('logo.txt')
  })
})

test('the list is searched by words of the name, narrowed by kind, and paged by key', async () => {
  const network = await aNetwork(site.database, { slug: 'liste' })
  const member = await aPerson(site.database, network, 'member')
  for (const batch of [0, 1, 2, 3, 4, 5])
    await send(
      member,
      'liste',
      Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`Réunion ${batch}${index}.txt`, 'r'])),
    )
  await send(member, 'liste', { 'Réunion 100%.csv': 'a;b' })
  const first = await page('/fr/liste/files', member)
  const next = /rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const second = await page(next, member)
  const names = (html: string) => [...html.matchAll(/class="who"[^>]*>([^<]+)</g)].map(match => match[1])
  expect(names(first)).toHaveLength(50)
  expect(names(second)).toHaveLength(5)
  expect(new Set([...names(first), ...names(second)]).size).toBe(55)
  expect(names(await page('/fr/liste/files?q=reunion+41', member))).toEqual(['Réunion 41.txt'])
  expect(names(await page('/fr/liste/files?q=100%25', member))).toEqual(['Réunion 100%.csv'])
  expect(names(await page('/fr/liste/files?kind=spreadsheet', member))).toEqual(['Réunion 100%.csv'])
  expect(names(await page('/fr/liste/files?kind=image', member))).toEqual([])
})

describe('by the API', () => {
  test('a file is kept, found, read in part and removed', async () => {
    const key = await aToken(site.database, open, ['files:read', 'files:write'])
    const headers = { authorization: `Bearer ${key}` }
    const made = await site.app.request('/api/networks/ouvert/files?name=plan.txt&visibility=public', {
      method: 'POST',
      headers,
      body: '0123456789',
    })
    expect(made.status).toBe(201)
    const file = (await made.json()) as { id: string; kind: string; visibility: string; content: string }
    expect(file).toMatchObject({ name: 'plan.txt', kind: 'text', bytes: 10, visibility: 'public' })
    const address = made.headers.get('location') ?? ''
    expect(await (await site.get(address)).json()).toEqual(file)
    const part = await site.get(`${address}/content`, { range: 'bytes=2-4' })
    expect([part.status, await part.text()]).toEqual([206, '234'])
    const removed = await site.app.request(address, { method: 'DELETE', headers })
    expect(removed.status).toBe(204)
    expect((await site.get(address)).status).toBe(404)
  })

  test('a key of the network removes what keys sent, not what people did', async () => {
    const key = await aToken(site.database, open, ['files:write'])
    await send(ama, 'ouvert', { 'sien.txt': 'sien' })
    const removed = await site.app.request(`/api/networks/ouvert/files/${await idOf('sien.txt')}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${key}` },
    })
    expect(removed.status).toBe(403)
  })

  test('a form is not taken for a file', async () => {
    const key = await aToken(site.database, open, ['files:write'])
    const form = new FormData()
    form.append('file', new File(['x'], 'x.txt'))
    const sent = await site.app.request('/api/networks/ouvert/files?name=x.txt', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: form,
    })
    expect(sent.status).toBe(415)
  })
})

/** Sends files through a real connection, as a browser without scripts does. */
function send(
  person: TestPerson,
  slug: string,
  files: Record<string, string | Buffer>,
  fields: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const [name, content] of Object.entries(files))
    form.append('files', new File([content as BlobPart], name))
  if (Object.keys(files).length === 0) form.append('files', new File([], ''))
  return post(person, `/fr/${slug}/files`, form)
}

function post(
  person: TestPerson,
  path: string,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(web.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: person.cookie, origin: web.url, ...headers },
    body,
  })
}

async function page(path: string, person?: TestPerson): Promise<string> {
  const answer = await site.get(path, person ? { cookie: person.cookie } : {})
  expect(answer.status).toBe(200)
  return answer.text()
}

async function idOf(name: string): Promise<string> {
  const [row] = await site.database.asOwner<{ id: string }>('select id from file where name = $1', [name])
  return row?.id ?? ''
}

async function count(): Promise<number> {
  const [row] = await site.database.asOwner<{ count: number }>('select count(*)::int as count from file')
  return row?.count ?? 0
}

function incoming(): string[] {
  return readdirSync(join(site.services.config.dataFolder, 'incoming'))
}
