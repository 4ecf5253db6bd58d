import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { allObjects } from '#platform/files/testing.ts'
import { listening, type TestApp, type TestSite, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  aPage,
  aPerson,
  aToken,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let web: TestSite
let open: TestNetwork
let facilitator: TestPerson
let member: TestPerson
let insider: TestPerson

beforeAll(async () => {
  site = await testApp({ jobs: true })
  web = await listening(site)
  open = await aNetwork(site.database, { slug: 'ouvert' })
  const closed = await aNetwork(site.database, { slug: 'ferme', visibility: 'private' })
  facilitator = await aPerson(site.database, open, 'facilitator')
  member = await aPerson(site.database, open, 'member')
  insider = await aPerson(site.database, closed, 'facilitator')
}, 60_000)

afterAll(async () => {
  await web.close()
  await site.close()
})

const imports = '/fr/ouvert/commons/imports'

describe('who may', () => {
  test('those who look after the network, and of a private one nobody else learns anything', async () => {
    const status = async (path: string, person?: TestPerson) =>
      (await site.get(path, person ? { cookie: person.cookie } : {})).status
    expect(await status(imports)).toBe(401)
    expect(await status(imports, member)).toBe(403)
    expect(await status(imports, facilitator)).toBe(200)
    expect(await status('/fr/ferme/commons/imports')).toBe(404)
    expect(await status('/fr/ferme/commons/imports', facilitator)).toBe(404)
    const refused = await send(member, 'ouvert', { 'a.md': aPage('Un four') })
    expect(refused.status).toBe(403)
    expect(await site.database.asOwner('select id from commons_import')).toEqual([])
  })

  test('are shown the way there', async () => {
    const list = async (person?: TestPerson) =>
      (await site.get('/fr/ouvert/commons', person ? { cookie: person.cookie } : {})).text()
    expect(await list(facilitator)).toContain(`href="${imports}"`)
    expect(await list(member)).not.toContain(imports)
    expect(await list()).not.toContain(imports)
  })
})

describe('what is sent', { timeout: 60_000 }, () => {
  test('a zip comes in, with what was not understood by file and line, and is in the audit log', async () => {
    const zip = new ZipFile()
    zip.addBuffer(Buffer.from(aPage('Un four', { country: 'Atlantis' })), 'four.md')
    zip.addBuffer(Buffer.from(aPage('Un puits')), 'puits.md')
    zip.addBuffer(Buffer.from('x'), 'note.txt')
    zip.end()
    const sent = await send(facilitator, 'ouvert', { 'pages.zip': await buffer(zip.outputStream) })
    expect(sent.status).toBe(303)
    const address = sent.headers.get('location') ?? ''
    expect(address).toMatch(/^\/fr\/ouvert\/commons\/imports\/[0-9a-f-]{36}$/)
    const html = await ended(address, facilitator)
    expect(html).toContain('terminé')
    expect(html).toContain('2 pages nouvelles')
    expect(html).toContain('four.md')
    expect(html).toMatch(/Ligne \d+\u00a0:<\/strong> «\u00a0Atlantis/)
    expect(html).toContain('note.txt')
    expect(html).not.toContain('http-equiv="refresh"')
    expect(await read(imports, facilitator)).toContain('pages.zip')
    // Nothing said who may read: not everyone, then.
    expect((await site.get('/fr/ouvert/commons/un-puits')).status).toBe(404)
    expect(await read('/fr/ouvert/commons/un-puits', member)).toContain('Un puits')
    expect(await allObjects(site.services.storage)).toEqual([])
    expect(await recorded(address)).toEqual([
      {
        account_id: facilitator.accountId,
        mandate_id: facilitator.mandateId,
        origin: 'page',
        action: 'commons.imported',
        after: { created: 2, changed: 0, refused: 1 },
      },
    ])
  })

  test('everyone reads what was sent for everyone, and in a private network nobody outside', async () => {
    const form = new FormData()
    form.append('file', new File([aPage('Une digue')], 'digue.md'))
    form.append('visibility', 'public')
    const sent = await post(facilitator, imports, form)
    await ended(sent.headers.get('location') ?? '', facilitator)
    expect(await read('/fr/ouvert/commons/une-digue')).toContain('Une digue')
    const closed = await send(insider, 'ferme', { 'digue.md': aPage('Une digue') }, { visibility: 'public' })
    await ended(closed.headers.get('location') ?? '', insider)
    expect(
      await site.database.asOwner(
        `select i.visibility from commons_import i join network n on n.id = i.network_id where n.slug = 'ferme'`,
      ),
    ).toEqual([{ visibility: 'network' }])
  })

  test('by the API, the log names the key', async () => {
    const key = await aToken(site.database, open, ['commons:write'])
    const made = await site.app.request('/api/networks/ouvert/commons/imports?name=cle.md', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'text/markdown' },
      body: aPage('Par clé'),
    })
    const address = made.headers.get('location') ?? ''
    await ended(`${imports}/${address.split('/').at(-1)}`, facilitator)
    expect(await recorded(address)).toMatchObject([
      { account_id: null, origin: 'api', after: { created: 1, changed: 0, refused: 0 } },
    ])
  })

  test('what is none of it is said beside the field, and nothing of it kept', async () => {
    const before = await site.database.asOwner('select id from commons_import')
    const said = async (files: Record<string, string | Buffer>) => {
      const answer = await send(facilitator, 'ouvert', files, { visibility: 'public' })
      const html = await answer.text()
      expect(answer.status, Object.keys(files).join()).toBe(422)
      expect(html).toMatch(/value="public" checked/)
      return /id="field-file-error">([^<]*)</.exec(html)?.[1] ?? ''
    }
    expect(await said({ 'Charte.docx': 'PK' })).toContain(
      '«\u00a0Charte.docx\u00a0» n’est ni une page Markdown',
    )
    expect(await said({ 'image.md': Buffer.from([137, 80, 78, 71, 0, 0, 0, 1]) })).toContain('image.md')
    expect(await said({})).toContain('Choisissez un fichier')
    expect(await said({ 'vide.md': '' })).not.toBe('')
    expect(await said({ 'a.md': aPage('A'), 'b.md': aPage('B') })).toContain('Un seul fichier')
    expect(await said({ [`${'n'.repeat(300)}.md`]: aPage('A') })).toContain('200 caractères')
    expect(await site.database.asOwner('select id from commons_import')).toEqual(before)
    expect(await allObjects(site.services.storage)).toEqual([])
    expect(await site.database.asOwner('select id from file')).toEqual([])
  })
})

test('while it is under way the page asks for itself again, unless it is to stay as it is', async () => {
  const id = '01990000-0000-7000-8000-000000000001'
  await site.database.asOwner(
    `insert into commons_import (network_id, id, origin, visibility, state)
     values ($1, $2, 'longue.zip', 'network', 'waiting')`,
    [open.id, id],
  )
  const address = `${imports}/${id}`
  const moving = await read(address, facilitator)
  expect(moving).toContain('<meta http-equiv="refresh" content="5"')
  expect(moving).toContain(`href="${address}?still="`)
  const still = await read(`${address}?still`, facilitator)
  expect(still).not.toContain('http-equiv="refresh"')
  expect(still).toContain(`href="${address}"`)
  // Begun, and nobody at it.
  await site.database.asOwner(`update commons_import set state = 'running' where id = $1`, [id])
  expect(await read(address, facilitator)).toContain('interrompu')
  expect((await site.get(`${imports}/none`, { cookie: facilitator.cookie })).status).toBe(404)
  expect(
    (await site.get(`/fr/ferme/commons/imports/${id}`, { cookie: insider.cookie })).status,
    'the import of another network',
  ).toBe(404)
})

test('a long report is read page by page', async () => {
  const id = '01990000-0000-7000-8000-000000000002'
  await site.database.asOwner(
    `insert into commons_import (network_id, id, origin, visibility, state)
     values ($1, $2, 'rapport.zip', 'network', 'finished')`,
    [open.id, id],
  )
  await site.database.asOwner(
    `insert into commons_problem (network_id, import_id, position, file_name, line, severity, code, detail)
     select $1, $2, n, 'page-' || n || '.md', 1, 'note', 'value-empty', '{"key": "tags"}'
     from generate_series(0, 500) as n`,
    [open.id, id],
  )
  const first = await read(`${imports}/${id}`, facilitator)
  expect(first).toContain('page-499.md')
  expect(first).not.toContain('page-500.md')
  const next = /rel="next" href="([^"]+)"/.exec(first)?.[1] ?? ''
  const last = await read(next, facilitator)
  expect(last).toContain('page-500.md')
  expect(last).not.toContain('page-499.md')
})

/** Sends files through a real connection, as a browser without scripts does; a field left empty is sent as one. */
function send(
  person: TestPerson,
  slug: string,
  files: Record<string, string | Buffer>,
  fields: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const [name, content] of Object.entries(files))
    form.append('file', new File([content as BlobPart], name))
  if (Object.keys(files).length === 0) form.append('file', new File([], ''))
  return post(person, `/fr/${slug}/commons/imports`, form)
}

function post(person: TestPerson, path: string, body: BodyInit): Promise<Response> {
  return fetch(web.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: person.cookie, origin: web.url },
    body,
  })
}

async function read(path: string, person?: TestPerson): Promise<string> {
  const answer = await site.get(path, person ? { cookie: person.cookie } : {})
  expect(answer.status, path).toBe(200)
  return answer.text()
}

/** The page of an import at its end, and what it was made of swept away. */
async function ended(address: string, person: TestPerson): Promise<string> {
  for (let wait = 0; ; wait++) {
    const html = await read(address, person)
    const kept = await site.database.asOwner('select id from file')
    if (/terminé|échoué/.test(html) && kept.length === 0) return html
    if (wait > 300) throw new Error(html)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

function recorded(address: string): Promise<unknown[]> {
  return site.database.asOwner(
    `select account_id, mandate_id, origin, action, after from audit_entry
     where subject_type = 'import' and subject_id = $1`,
    [address.split('/').at(-1)],
  )
}
