import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  aPage,
  aPerson,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let ana: TestPerson
let ben: TestPerson

const source = (first = 'Une première phrase.') =>
  aPage('Le four solaire', { type: 'blog', country: 'Togo' }, `${first}\n\n## La suite\n\nIl chauffe.`)

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database)
  ana = await aPerson(site.database, network, 'member', { name: 'Ana Traduit' })
  ben = await aPerson(site.database, network, 'member', { name: 'Ben Relit' })
})

afterAll(() => site.close())

async function send(path: string, fields: Record<string, string>, person: TestPerson | null) {
  const response = await site.app.request(path, {
    method: 'POST',
    headers: {
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'text/html',
      ...(person && { cookie: person.cookie }),
    },
    body: new URLSearchParams(fields).toString(),
  })
  return {
    status: response.status,
    location: response.headers.get('location') ?? '',
    text: await response.text(),
  }
}

async function read(path: string, person: TestPerson | null = null) {
  const response = await site.get(path, person ? { cookie: person.cookie } : {})
  return { status: response.status, text: await response.text() }
}

/** The fields of the form as a browser would send them. */
function fieldsIn(html: string): Record<string, string> {
  const unescaped = (text: string) =>
    text
      .replace(/&quot;/g, '"')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&')
  const form = /<form class="pairs"[\s\S]*?<\/form>/.exec(html)?.[0] ?? ''
  const fields: Record<string, string> = {}
  for (const [tag] of form.matchAll(/<input type="hidden"[^>]*>/g)) {
    const [, name = ''] = /name="([^"]*)"/.exec(tag) ?? []
    fields[unescaped(name)] = unescaped(/value="([^"]*)"/.exec(tag)?.[1] ?? '')
  }
  for (const [, name = '', text = ''] of form.matchAll(
    /<textarea[^>]* name="([^"]*)"[^>]*>([\s\S]*?)<\/textarea>/g,
  ))
    fields[unescaped(name)] = unescaped(text)
  return fields
}

async function aTranslation(name: string, visibility: 'public' | 'network' = 'public') {
  await somePages(site.database, network, { [`${name}.md`]: source() }, visibility)
  const [item] = await site.database.asOwner<{ slug: string }>(
    'select slug from commons_item where network_id = $1 and file_name = $2',
    [network.id, `${name}.md`],
  )
  const slug = item?.slug ?? ''
  const base = `/fr/${network.slug}/commons/${slug}`
  expect((await send(`${base}/translations`, { language: 'en' }, ana)).location).toBe(
    `${base}/translations/en`,
  )
  return { slug, edit: `${base}/translations/en`, reading: `${base}/in/en`, base }
}

async function translate(edit: string, person: TestPerson, texts: Record<string, string>) {
  const fields = fieldsIn((await read(edit, person)).text)
  for (const [name, text] of Object.entries(texts)) {
    const field = Object.keys(fields).find(one => one === `text:${name}`)
    expect(field, name).toBeDefined()
    fields[`text:${name}`] = text
  }
  return send(edit, fields, person)
}

describe('a translation', () => {
  test('is written passage by passage, shared, and read by all who read the item', async () => {
    const { edit, reading, base } = await aTranslation('un')
    expect((await read(reading)).status).toBe(404)
    const done = await translate(edit, ana, { title: 'The solar oven', 'body/1': 'A first *sentence*.' })
    expect(done).toMatchObject({ status: 303, location: `${edit}?from=0&done=translation-saved` })
    expect((await read(reading)).status).toBe(404)
    expect((await send(`${edit}/sharing`, { state: 'shared' }, ana)).location).toContain('/in/en?done=')
    const page = await read(reading)
    expect(page.status).toBe(200)
    expect(page.text).toContain('<h1 lang="en">The solar oven</h1>')
    expect(page.text).toContain('A first <em>sentence</em>.')
    // What is missing stands in the original's language, and says so.
    expect(page.text).toMatch(/lang="fr"[^>]*><p>Il chauffe/)
    expect(page.text).toContain('pas encore traduit')
    expect(page.text).toContain(`href="${base}"`)
    // Who a network's people are is not told to the public.
    expect(page.text).not.toContain('Ana Traduit')
    expect((await read(reading, ben)).text).toContain('Ana Traduit')
  })

  test('is to be looked at again where the original has changed, and says what has', async () => {
    const { edit, reading } = await aTranslation('deux')
    await translate(edit, ana, { title: 'The oven', 'body/1': 'A first sentence.', 'body/2': 'It heats.' })
    await send(`${edit}/sharing`, { state: 'shared' }, ana)
    await somePages(site.database, network, { 'deux.md': source('Une première phrase, plus longue.') })
    expect((await read(reading)).text).toContain('1 passage de l’original a changé')
    const page = await read(edit, ben)
    expect(page.text).toMatch(/<ins>[\s\S]*plus longue/)
    const fields = fieldsIn(page.text)
    // Saved as it is, it stays to be looked at; ticked, it holds.
    await send(edit, fields, ben)
    expect((await read(edit, ben)).text).toContain('data-state="changed"')
    await send(edit, { ...fields, 'holds:body/1': 'on' }, ben)
    expect((await read(edit, ben)).text).not.toContain('data-state="changed"')
    expect((await read(reading)).text).toContain('A first sentence.')
  })

  test('of two who write at one passage, the second is told and loses nothing', async () => {
    const { edit } = await aTranslation('trois')
    const before = fieldsIn((await read(edit, ben)).text)
    await translate(edit, ana, { title: 'The oven of Ana' })
    const late = await send(
      edit,
      { ...before, 'text:title': 'The oven of Ben', 'text:body/1': 'First.' },
      ben,
    )
    expect(late.status).toBe(409)
    // Of forty passages, the way to the one that waits.
    expect(late.text).toMatch(/<li><a href="#field-text:[^"]+">/)
    expect(late.text).toContain('The oven of Ana')
    expect(late.text).toContain('The oven of Ben</textarea>')
    const again = { ...fieldsIn(late.text), 'text:title': 'The oven of both' }
    expect((await send(edit, again, ben)).status).toBe(303)
    const now = fieldsIn((await read(edit, ana)).text)
    expect(now).toMatchObject({ 'text:title': 'The oven of both', 'text:body/1': 'First.' })
  })

  test('keeps to its passage when the page moves, and what fits nowhere is kept aside', async () => {
    const { edit } = await aTranslation('quatre')
    await translate(edit, ana, { title: 'The oven', 'body/1': 'A first sentence.', 'body/2': 'It heats.' })
    const moved = aPage(
      'Le four solaire',
      { type: 'blog' },
      'Il chauffe.\n\n## La suite\n\nTout autre chose.',
    )
    await somePages(site.database, network, { 'quatre.md': moved })
    let fields = fieldsIn((await read(edit, ana)).text)
    expect(fields).toMatchObject({ 'text:body/1': 'It heats.', 'text:body/2': '' })
    await send(edit, { ...fields, 'text:body/2': 'Something else.' }, ana)
    const page = await read(edit, ana)
    fields = fieldsIn(page.text)
    expect(fields).toMatchObject({ 'text:body/1': 'It heats.', 'text:body/2': 'Something else.' })
    expect(page.text).toContain('A first sentence.')
    // The passage comes back, and its translation with it.
    await somePages(site.database, network, { 'quatre.md': source() })
    expect(fieldsIn((await read(edit, ana)).text)).toMatchObject({
      'text:body/1': 'A first sentence.',
      'text:body/2': 'It heats.',
    })
  })

  test('of an original that changed under the form keeps nothing, and gives back what was typed', async () => {
    const { edit } = await aTranslation('cinq')
    const fields = fieldsIn((await read(edit, ana)).text)
    await somePages(site.database, network, { 'cinq.md': source('Tout est neuf.') })
    const late = await send(edit, { ...fields, 'text:body/1': 'A first sentence.' }, ana)
    expect(late.status).toBe(409)
    expect(late.text).toContain('A first sentence.</textarea>')
    expect(late.text).toContain('Tout est neuf.')
  })

  test('of a page inside stays inside, and leaves as a file', async () => {
    const { edit, reading } = await aTranslation('six', 'network')
    await translate(edit, ana, { title: 'The secret oven' })
    await send(`${edit}/sharing`, { state: 'shared' }, ana)
    for (const path of [reading, `${reading}/page.md`, `${reading}/page.json`]) {
      expect((await read(path)).status).toBe(404)
      expect((await read(path, ben)).text).toContain('The secret oven')
    }
    expect((await read(`${reading}/page.md`, ben)).text).toContain(
      '[[translation_of:six.md]]\n[[language:en]]',
    )
    const look = await site.database.asOwner<{ count: number }>(
      `select count(*)::int as count from commons_translated_passage where network_id = $1 and text = 'The secret oven'`,
      [network.id],
    )
    expect(look[0]?.count).toBe(1)
  })

  test('is as whole as the original: what the page says of itself, its licence, and all it can be taken away as', async () => {
    await somePages(site.database, network, {
      'entier.md': aPage(
        'Le four entier',
        {
          type: 'blog',
          country: 'Togo',
          latlng: '6.13,1.22',
          licence: 'CC-BY-4.0',
          thematic_areas: 'énergie',
        },
        'Une phrase.',
      ),
    })
    const base = `/fr/${network.slug}/commons/le-four-entier`
    await send(`${base}/translations`, { language: 'en' }, ana)
    await translate(`${base}/translations/en`, ana, { title: 'The whole oven' })
    await send(`${base}/translations/en/sharing`, { state: 'shared' }, ana)
    const { text } = await read(`${base}/in/en`)
    for (const said of ['CC BY 4.0', 'Togo', 'énergie', '6,13', 'class="map-pin"'])
      expect(text).toContain(said)
    for (const format of ['pdf', 'docx', 'md', 'json']) expect(text).toContain(`${base}/in/en/page.${format}`)
    const docx = await site.get(`${base}/in/en/page.docx`)
    expect([docx.status, docx.headers.get('content-disposition')]).toEqual([
      200,
      expect.stringContaining('le-four-entier-en.docx'),
    ])
  })

  test('is shared once it has a title, taken back by who began it, and removed', async () => {
    const { edit, base } = await aTranslation('sept')
    expect((await send(`${edit}/sharing`, { state: 'shared' }, ana)).status).toBe(409)
    await translate(edit, ben, { title: 'The oven' })
    expect((await send(`${edit}/sharing`, { state: 'shared' }, ben)).status).toBe(303)
    expect((await send(`${edit}/sharing`, { state: 'draft' }, ben)).status).toBe(403)
    expect((await send(`${edit}/removal`, {}, ben)).status).toBe(403)
    expect((await send(`${edit}/sharing`, { state: 'draft' }, ana)).status).toBe(303)
    expect((await send(`${edit}/removal`, {}, ana)).location).toContain(`${base}/translations?done=`)
    expect((await read(edit, ana)).status).toBe(404)
  })

  test('is not into its own language, nor into none', async () => {
    const { base } = await aTranslation('huit')
    for (const language of ['fr', 'xx', 'zzz', '../x', ''])
      expect((await send(`${base}/translations`, { language }, ana)).status).toBe(422)
    expect((await send(`${base}/translations`, { language: 'en' }, null)).status).toBe(401)
    expect((await read(`${base}/in/xx`)).status).toBe(404)
  })
})
