import { existsSync, readdirSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { newId } from '#kernel/ids.ts'
import { type ImportPayload, importJob } from '#modules/commons/importing/import-job.ts'
import { aFile, allObjects } from '#platform/files/testing.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPage, aToken, type TestNetwork } from '../../../../test/factories.ts'

let app: TestApp
let network: TestNetwork
let token: string

beforeAll(async () => {
  app = await testApp({ jobs: true })
  network = await aNetwork(app.database)
  token = await aToken(app.database, network, ['commons:write'])
}, 60_000)

afterAll(() => app.close())

interface Report {
  id: string
  state: string
  created: number
  refused: number
  failure: { code: string } | null
  report: { fileName: string; line: number | null; code: string; message: string }[]
}

type Body = string | Buffer | ReadableStream | undefined

async function zip(entries: Record<string, string | Buffer>): Promise<Buffer> {
  const file = new ZipFile()
  for (const [name, content] of Object.entries(entries)) file.addBuffer(Buffer.from(content), name)
  file.end()
  return buffer(file.outputStream)
}

function post(name: string, body: Body, more: { headers?: Record<string, string>; query?: string } = {}) {
  return app.app.request(
    `/api/networks/${network.slug}/commons/imports?name=${encodeURIComponent(name)}${more.query ?? ''}`,
    {
      method: 'POST',
      body: body as BodyInit,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/zip', ...more.headers },
      // Node wants it for a stream; the types of the browser do not know it.
      duplex: 'half',
    } as RequestInit,
  )
}

async function follow(location: string | null, language = 'en'): Promise<Report> {
  expect(location).toMatch(new RegExp(`^/api/networks/${network.slug}/commons/imports/[0-9a-f-]{36}$`))
  for (let wait = 0; ; wait++) {
    const answer = await app.app.request(location ?? '', {
      headers: { authorization: `Bearer ${token}`, 'accept-language': language },
    })
    expect(answer.status).toBe(200)
    const report = (await answer.json()) as Report
    if (report.state === 'finished' || report.state === 'failed') return report
    if (wait > 300) throw new Error(`still ${report.state}`)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

async function imported(name: string, body: Body): Promise<Report> {
  const answer = await post(name, body)
  expect(answer.status).toBe(202)
  return follow(answer.headers.get('location'))
}

/** What is left of what was sent: in storage, on this machine, in the database. */
const uploads = async () => [
  ...(await allObjects(app.services.storage)).map(object => object.key),
  ...(existsSync(app.services.storage.incoming) ? readdirSync(app.services.storage.incoming) : []),
  ...(await app.database.asOwner('select id from file')),
]
const count = async (condition: string) =>
  (
    await app.database.asOwner<{ count: number }>(
      `select count(*)::int as count from commons_item where network_id = $1 and ${condition}`,
      [network.id],
    )
  )[0]?.count

describe('what is sent', { timeout: 60_000 }, () => {
  test('a page and a zip come in, are followed and reported in the language of the reader', async () => {
    const page = await post('four.md', aPage('Un four', { country: 'Atlantis' }), {
      headers: { 'content-type': 'text/markdown' },
    })
    expect(page.status).toBe(202)
    const location = page.headers.get('location')
    expect(await page.json()).toMatchObject({ state: 'waiting', origin: 'four.md' })
    expect(await follow(location)).toMatchObject({
      state: 'finished',
      created: 1,
      refused: 0,
      report: [{ fileName: 'four.md', code: 'country-unknown' }],
    })
    const messages = await Promise.all(
      ['fr', 'en', 'es', 'pt'].map(async language => (await follow(location, language)).report[0]?.message),
    )
    expect(new Set(messages).size).toBe(4)
    for (const message of messages) expect(message).toContain('Atlantis')

    expect(
      await imported(
        'pages.zip',
        await zip({
          'a.md': aPage('A'),
          'dir/b.md': aPage('B'),
          'c.txt': 'x',
          'bad.md': Buffer.from([0x41, 0xff]),
        }),
      ),
    ).toMatchObject({
      state: 'finished',
      created: 2,
      refused: 2,
    })
    expect(await imported('pages.zip', await zip({ 'a.md': aPage('A') }))).toMatchObject({
      created: 0,
      unchanged: 1,
    })
    await expect.poll(uploads).toEqual([])
  })

  test('visibility: as the network, or as asked for', async () => {
    const answer = await post('secret.md', aPage('Secret'), { query: '&visibility=network' })
    await follow(answer.headers.get('location'))
    expect((await app.get(`/fr/${network.slug}/commons/secret`)).status).toBe(404)
    expect((await app.get(`/fr/${network.slug}/commons/un-four`)).status).toBe(200)
  })

  test.each<[string, () => Promise<Buffer> | Buffer, string]>([
    [
      'cut short',
      async () => (await zip({ 'x1.md': aPage('X1'), 'x2.md': aPage('X2') })).subarray(0, -30),
      'archive-truncated',
    ],
    ['a bomb', () => zip({ 'x1.md': aPage('X1'), 'x2.md': Buffer.alloc(7_000_000, 0x61) }), 'archive-bomb'],
    [
      'leading out',
      async () =>
        Buffer.from(
          (await zip({ 'x1.md': aPage('X1'), 'aa/aaaaa.md': aPage('X2') }))
            .toString('latin1')
            .replaceAll('aa/aaaaa', '../../xx'),
          'latin1',
        ),
      'path-traversal',
    ],
    ['not a zip after all', () => Buffer.from('PK\x03\x04 and nothing more'), 'archive-truncated'],
  ])('a zip that is %s fails as a whole and keeps nothing', async (_, body, code) => {
    const report = await imported('x.zip', await body())
    expect(report).toMatchObject({ state: 'failed', created: 0 })
    expect(report.failure?.code).toMatch(
      code === 'archive-truncated' ? /^archive-(truncated|damaged)$/ : code,
    )
    expect(await count(`file_name like '%x1.md'`)).toBe(0)
    await expect.poll(uploads).toEqual([])
  })

  test('a page damaged in the middle of a zip is reported, the others are kept', async () => {
    const whole = await zip({
      'd1.md': aPage('D1'),
      'd2.md': aPage('D2', {}, 'texte '.repeat(200)),
      'd3.md': aPage('D3'),
    })
    const at = whole.indexOf('d2.md') + 40
    whole[at] = (whole[at] ?? 0) ^ 0xff
    expect(await imported('d.zip', whole)).toMatchObject({
      state: 'finished',
      created: 2,
      refused: 1,
      report: [{ fileName: 'd2.md', code: 'damaged' }],
    })
  })

  test('what is no page is refused by name and by bytes, with its line', async () => {
    expect(await imported('photo.png', 'no picture')).toMatchObject({
      state: 'finished',
      created: 0,
      refused: 1,
      report: [{ code: 'not-a-page' }],
    })
    const latin1 = Buffer.concat([Buffer.from('# Title\n\n'), Buffer.from('énergie', 'latin1')])
    expect(await imported('latin1.md', latin1)).toMatchObject({
      created: 0,
      refused: 1,
      report: [{ code: 'not-utf8', line: 3 }],
    })
    expect(await imported('nul.md', `# ${'T'.repeat(600)}\n\na\0b`)).toMatchObject({
      created: 0,
      refused: 1,
      report: [{ code: 'not-text', line: 3 }],
    })
    // HTML is text, kept as it came; what it would do is taken out where it is shown.
    expect(
      await imported('page.md', '<!doctype html><script>alert(1)</script><h1>Bonjour</h1>'),
    ).toMatchObject({ created: 1, refused: 0 })
    const shown = await (await app.get(`/fr/${network.slug}/commons/page`)).text()
    expect(shown).not.toContain('alert(1)</script>')
  })
})

describe('what is refused at the door', () => {
  const chunked = (megabytes: number) =>
    new ReadableStream({
      pull(controller) {
        if (megabytes-- > 0) controller.enqueue(Buffer.alloc(2 ** 20, 0x61))
        else controller.close()
      },
    })

  test.each<[string, number, () => Promise<Response>]>([
    [
      'a body too large by its own word',
      413,
      async () => post('a.md', 'x', { headers: { 'content-length': String(300 * 2 ** 20) } }),
    ],
    ['a body too large that does not say so', 413, async () => post('a.md', chunked(210))],
    ['nothing', 400, async () => post('a.md', undefined)],
    ['an empty body', 400, async () => post('a.md', '')],
    ['a picture', 415, async () => post('a.md', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]))],
    ['a name with folders', 422, async () => post('../a.md', aPage('A'))],
    ['a name with backslashes', 422, async () => post('a\\b.md', aPage('A'))],
    ['a name with NUL', 422, async () => post('a\0.md', aPage('A'))],
    ['no name', 422, async () => post('', aPage('A'))],
    ['a name of 201 signs', 422, async () => post('a'.repeat(201), aPage('A'))],
    ['another visibility', 422, async () => post('a.md', aPage('A'), { query: '&visibility=all' })],
    ['no key', 401, async () => post('a.md', aPage('A'), { headers: { authorization: '' } })],
    [
      'a wrong key',
      401,
      async () => post('a.md', aPage('A'), { headers: { authorization: 'Bearer cordee_x' } }),
    ],
    [
      'a key to read',
      403,
      async () =>
        post('a.md', aPage('A'), {
          headers: { authorization: `Bearer ${await aToken(app.database, network, ['commons:read'])}` },
        }),
    ],
    [
      'a key of another network',
      401,
      async () =>
        post('a.md', aPage('A'), {
          headers: {
            authorization: `Bearer ${await aToken(app.database, await aNetwork(app.database), ['commons:write'])}`,
          },
        }),
    ],
  ])('%s: %i', { timeout: 60_000 }, async (_, status, send) => {
    const answer = await send()
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    await expect.poll(uploads).toEqual([])
  })

  test('what is wrong is said in words', async () => {
    const french = { headers: { 'accept-language': 'fr' } }
    const wrong = async (answer: Response) =>
      ((await answer.json()) as { errors: { field: string; message: string }[] }).errors
    expect(await wrong(await post('a.md', '', french))).toEqual([
      { field: 'file', message: 'Ce fichier est vide.' },
    ])
    expect(await wrong(await post('../a.md', aPage('A'), french))).toEqual([
      { field: 'name', message: 'Un nom de fichier, sans dossier.' },
    ])
  })

  test('a sender who goes away leaves nothing', async () => {
    let sent = 0
    const broken = new ReadableStream({
      pull(controller) {
        if (sent++ < 3) controller.enqueue(Buffer.alloc(1000, 0x61))
        else controller.error(new Error('gone'))
      },
    })
    expect((await post('a.md', broken)).status).toBeGreaterThanOrEqual(400)
    await expect.poll(uploads).toEqual([])
  })
})

describe('the job', () => {
  const setUp = async (state: string, source: string | null) => {
    const importId = newId()
    await app.database.asOwner(
      `insert into commons_import (network_id, id, origin, visibility, state, created) values ($1, $2, 'again.md', 'public', $3, 5)`,
      [network.id, importId, state],
    )
    const { storage } = app.services
    const sent = { content: source ?? '', purpose: 'import' } as const
    const upload = source === null ? newId() : (await aFile(app.database.db, storage, network.id, sent)).id
    const payload: ImportPayload = {
      networkId: network.id,
      importId,
      upload,
      origin: 'again.md',
      visibility: 'public',
    }
    const job = importJob({ db: app.database.db, storage })
    const look = async () =>
      (
        await app.database.asOwner('select state, created, unchanged from commons_import where id = $1', [
          importId,
        ])
      )[0]
    const { run } = job as unknown as Job<ImportPayload>
    return { run: () => run(payload, new AbortController().signal, () => undefined), look }
  }

  test('taken up after a crash goes on', async () => {
    const { run, look } = await setUp('running', aPage('Encore'))
    await run()
    expect(await look()).toEqual({ state: 'finished', created: 1, unchanged: 0 })
    const second = await setUp('running', aPage('Encore'))
    await second.run()
    expect(await second.look()).toEqual({ state: 'finished', created: 0, unchanged: 1 })
    await expect.poll(uploads).toEqual([])
  })

  test('taken up when all was done but the word of it, changes nothing', async () => {
    const { run, look } = await setUp('finished', null)
    await run()
    expect(await look()).toEqual({ state: 'finished', created: 5, unchanged: 0 })
  })
})
