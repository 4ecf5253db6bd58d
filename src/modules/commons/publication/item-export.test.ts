import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import mammoth from 'mammoth'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPage } from '#modules/commons/format/read-page.ts'
import { blocksOfPage } from '#modules/commons/publication/page-blocks.ts'
import { aFile } from '#platform/files/testing.ts'
import { lettersIn } from '#platform/typesetting/index.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPage, aPerson, aToken, somePages, type TestNetwork } from '../../../../test/factories.ts'

let site: TestApp
let ours: TestNetwork
let closed: TestNetwork
let cookie: string
let plan: string

beforeAll(async () => {
  site = await testApp()
  ours = await aNetwork(site.database)
  closed = await aNetwork(site.database, { visibility: 'private' })
  cookie = (await aPerson(site.database, ours, 'member')).cookie
  const picture = await aFile(site.database.db, site.services.storage, ours.id, {
    name: 'puits.png',
    content: await sharp({ create: { width: 1200, height: 800, channels: 3, background: '#086' } })
      .png()
      .toBuffer(),
    attached: true,
  })
  plan = aPage(
    'Des puits à Abidjan',
    { country: "Côte d'Ivoire", sdgs: '6. Clean water', year: '2024', thematic_areas: 'eau' },
    [
      '## Le défi',
      '> Quel est votre défi ?',
      'L’eau *manque* : voir [le site](https://exemple.org/eau).',
      '> Qui d’autre ?',
      '',
      '## Partenaires',
      ...['Mairie', 'École'].map(
        name => `<div class="group">\n\n> Nom\n\n${name}\n\n> Rôle\n\nAide de ${name}\n\n</div>\n`,
      ),
      `![Le puits](/fr/${ours.slug}/files/${picture.id})`,
      '![Ailleurs](https://ailleurs.example/a.png)',
    ].join('\n\n'),
  )
  await somePages(site.database, ours, { 'puits.md': plan })
  await somePages(site.database, ours, { 'secret.md': aPage('Un secret') }, 'network')
  await somePages(site.database, closed, { 'puits.md': plan }, 'network')
})

afterAll(() => site.close())

const slug = 'des-puits-a-abidjan'
const file = (format: string, headers = {}, name = slug) =>
  site.get(`/fr/${ours.slug}/commons/${name}/export/${name}.${format}`, headers)

test('a page leaves as Word, with its facts, its answers, its table and our own picture', async () => {
  const response = await file('docx', { cookie })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${slug}.docx"`)
  const { value } = await mammoth.convertToHtml({ buffer: Buffer.from(await response.arrayBuffer()) })
  expect(value).toContain('<h1>Le défi</h1><h3>Quel est votre défi\u00a0?</h3>')
  expect(value).toContain('L’eau <em>manque</em>\u00a0: voir <a href="https://exemple.org/eau">le site</a>.')
  expect(value).not.toContain('Qui d’autre')
  expect(value).toMatch(/Pays.*Côte d’Ivoire.*ODD.*6\.\s.*Année.*2024/s)
  expect(value).toMatch(/<th><p>Nom<\/p><\/th><th><p>Rôle<\/p><\/th>.*École.*Aide de École/s)
  expect(value).toMatch(/<img alt="Le puits" src="data:image\/jpeg/)
  expect(value).toContain('href="https://ailleurs.example/a.png"')
  expect(value).toMatch(/Version 1 · .*commons\/des-puits-a-abidjan/s)
})

test('a picture of the inside is not shown to the public', async () => {
  const { value } = await mammoth.convertToHtml({
    buffer: Buffer.from(await (await file('docx')).arrayBuffer()),
  })
  expect(value).toContain('Le puits')
  expect(value).not.toContain('<img')
})

test('a page leaves as PDF, is not set twice, and is asked for anew once it has changed', async () => {
  const first = await file('pdf')
  expect(first.headers.get('content-type')).toBe('application/pdf')
  const pdf = Buffer.from(await first.arrayBuffer())
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  const etag = first.headers.get('etag') ?? ''
  const again = await file('pdf', { 'if-none-match': etag })
  expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0])
  // In another language it is another document; so it is for those inside, who see the picture.
  const spanish = await site.get(`/es/${ours.slug}/commons/${slug}/export/${slug}.pdf`, {
    'if-none-match': etag,
  })
  expect(spanish.status).toBe(200)
  expect((await file('pdf', { 'if-none-match': etag, cookie })).status).toBe(200)
  await somePages(site.database, ours, { 'change.md': aPage('À changer') })
  const before = await file('pdf', {}, 'a-changer')
  await somePages(site.database, ours, { 'change.md': aPage('À changer', {}, 'Un autre texte.') })
  const after = await file('pdf', { 'if-none-match': before.headers.get('etag') ?? '' }, 'a-changer')
  expect([before.status, after.status]).toEqual([200, 200])
})

test('a page leaves as it came in', async () => {
  const response = await file('md')
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="puits.md"')
  expect(await response.text()).toBe(plan)
})

test('programs have it whole, with its answers and versions', async () => {
  const token = await aToken(site.database, ours, ['commons:read'])
  const at = (format: string) =>
    site.app.request(`/api/networks/${ours.slug}/commons/items/${slug}/document?format=${format}`, {
      headers: { authorization: `Bearer ${token}` },
    })
  const whole = (await (await at('json')).json()) as Record<string, unknown>
  expect(whole).toMatchObject({
    slug,
    url: expect.stringMatching(`/fr/${ours.slug}/commons/${slug}$`),
    title: 'Des puits à Abidjan',
    version: 1,
    facts: { years: [2024], sdgs: [6], countries: [{ code: 'CI' }] },
    template: { key: 'solution' },
    versions: [{ number: 1, bytes: Buffer.byteLength(plan) }],
    source: plan,
  })
  expect(whole.answers).toContainEqual(
    expect.objectContaining({ path: 'title', value: 'Des puits à Abidjan' }),
  )
  expect(await (await file('json')).json()).toEqual(whole)
  expect((await at('docx')).headers.get('content-type')).toMatch(/wordprocessingml/)
  expect((await at('rtf')).status).toBe(422)
})

test('what is not theirs is not known to be there, in any format', async () => {
  for (const format of ['pdf', 'docx', 'json', 'md']) {
    expect((await file(format, {}, 'un-secret')).status).toBe(404)
    expect((await file(format, { cookie }, 'un-secret')).status).toBe(200)
    const there = `/fr/${closed.slug}/commons/${slug}/export/${slug}.${format}`
    expect((await site.get(there)).status).toBe(404)
    expect((await site.get(there, { cookie })).status).toBe(404)
  }
  expect((await site.get(`/fr/${ours.slug}/commons/${slug}/export/autre.pdf`)).status).toBe(404)
  expect((await file('rtf')).status).toBe(404)
})

test('what is too long to be set says so, with the other ways out', async () => {
  await somePages(site.database, ours, { 'fleuve.md': aPage('Un fleuve', {}, 'un mot \n\n'.repeat(350_000)) })
  const refused = await file('pdf', {}, 'un-fleuve')
  expect(refused.status).toBe(422)
  const html = await refused.text()
  expect(html).toContain('Trop long pour être mis en page')
  expect(html).toContain('/un-fleuve/export/un-fleuve.md"')
  const problem = await site.app.request(
    `/api/networks/${ours.slug}/commons/items/un-fleuve/document?format=pdf`,
  )
  expect([problem.status, await problem.json()]).toMatchObject([
    422,
    { code: 'invalid-input', errors: [{ field: 'format' }] },
  ])
  expect((await file('md', {}, 'un-fleuve')).status).toBe(200)
})

test('every page of the public collection becomes a document that says what it says', {
  timeout: 120_000,
}, async () => {
  const folder = ['../shared/commons-sample', 'demo/commons/fil-commun'].find(path => existsSync(path)) ?? ''
  const { readdirSync } = await import('node:fs')
  const surroundings = { pictureOf: () => null, linkTo: (address: string) => address, pictureWord: 'Image' }
  for (const name of readdirSync(folder).filter((_, index) => index % 4 === 0)) {
    const page = readPage(readFileSync(`${folder}/${name}`, 'utf8'), name)
    const blocks = await blocksOfPage(page, { title: page.title, under: 0, language: 'fr', surroundings })
    const answered = page.sections.some(({ blocks }) =>
      blocks.some(block => block.kind === 'prose' && block.markdown.trim().length > 80),
    )
    if (answered) expect(lettersIn(blocks), name).toBeGreaterThan(40)
  }
})

test.skipIf(!has('pdftotext'))('French keeps its spaces, and people’s text is never a program', async () => {
  await somePages(site.database, ours, {
    'ruse.md': aPage('Une ruse', {}, 'Voici #read("/etc/passwd") et $x$ : « oui » ! #import "a.typ"'),
  })
  const pdf = Buffer.from(await (await file('pdf', {}, 'une-ruse')).arrayBuffer())
  const text = execFileSync('pdftotext', ['-', '-'], { input: pdf, encoding: 'utf8' })
  expect(text.replace(/\s+/g, ' ')).toContain('Voici #read("/etc/passwd") et $x$ : « oui » ! #import "a.typ"')
})

function has(program: string): boolean {
  try {
    execFileSync(program, ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
