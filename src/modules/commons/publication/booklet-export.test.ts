import mammoth from 'mammoth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import { mostChapters } from '#modules/commons/publication/booklet-export.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, aPage, aPerson, somePages, type TestNetwork } from '../../../../test/factories.ts'

let site: TestApp
let ours: TestNetwork
let cookie: string

beforeAll(async () => {
  site = await testApp()
  ours = await aNetwork(site.database)
  cookie = (await aPerson(site.database, ours, 'member')).cookie
  await somePages(site.database, ours, {
    'puits.md': aPage('Des puits', { year: '2024' }, '## Le défi\n\n> Pourquoi ?\n\nL’eau manque.'),
    'lampes.md': aPage('Des lampes', {}, 'Le soleil suffit.'),
  })
  await somePages(site.database, ours, { 'secret.md': aPage('Un secret', {}, 'À taire.') }, 'network')
  await aCollection('recueil', 'public', [
    ['puits.md', null, 'À lire *d’abord*.'],
    ['lampes.md', 'Énergie', ''],
    ['secret.md', 'Énergie', 'Entre nous.'],
  ])
  await aCollection('entre-nous', 'network', [['puits.md', null, '']])
})

afterAll(() => site.close())

const booklet = (format: string, headers = {}, slug = 'recueil', search = '') =>
  site.get(`/fr/${ours.slug}/collections/${slug}/booklet/${slug}.${format}${search}`, headers)

const textOf = async (response: Response) =>
  (await mammoth.extractRawText({ buffer: Buffer.from(await response.arrayBuffer()) })).value

test('a collection is a book: title, contents, notes, chapters by section, sources', async () => {
  const text = await textOf(await booklet('docx'))
  const order = ['Titre de recueil', 'Quelques pages choisies.', 'Sommaire', 'Des puits', 'À lire d’abord.']
  order.push('Le défi', 'Pourquoi', 'L’eau manque.', 'Énergie', 'Des lampes', 'Le soleil suffit.', 'Sources')
  order.push('Version 1', `/commons/des-lampes`)
  let at = 0
  for (const words of order) {
    at = text.indexOf(words, at)
    expect(at, words).toBeGreaterThanOrEqual(0)
  }
  expect(text).not.toMatch(/secret|taire|Entre nous/)
  expect(await textOf(await booklet('docx', { cookie }))).toContain('À taire.')
})

test('an introduction of several paragraphs stands before the chapters', async () => {
  await site.database.asOwner(
    `update commons_collection set about = E'Deux raisons de lire.\n\n- la première\n- la seconde' where network_id = $1 and slug = 'entre-nous'`,
    [ours.id],
  )
  const text = await textOf(await booklet('docx', { cookie }, 'entre-nous'))
  const places = ['Présentation', 'Deux raisons de lire.', 'la seconde', 'L’eau manque.'].map(words =>
    text.lastIndexOf(words),
  )
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(places).not.toContain(-1)
})

test('a page leaves with its licence, by itself and in a book', async () => {
  const licence = 'CC-BY-SA-4.0'
  await somePages(site.database, ours, { 'lampes.md': aPage('Des lampes', { licence }, 'Le soleil suffit.') })
  expect(await textOf(await booklet('docx'))).toContain(`Licence\u00a0: ${licence}.`)
  const alone = await site.get(`/fr/${ours.slug}/commons/des-lampes/export/des-lampes.docx`)
  expect(await textOf(alone)).toMatch(new RegExp(`Licence\\s+${licence}`))
})

test('it can also be had as the summaries of its pages', async () => {
  const whole = await textOf(await booklet('docx'))
  const short = await textOf(await booklet('docx', {}, 'recueil', '?chapters=summary'))
  expect(whole).toContain('Pourquoi')
  expect(short).not.toContain('Pourquoi')
  expect(short).toContain('Des lampes')
})

test('as a PDF it is typeset once', async () => {
  const first = await booklet('pdf')
  expect(first.headers.get('content-type')).toBe('application/pdf')
  expect((await booklet('pdf', { 'if-none-match': first.headers.get('etag') ?? '' })).status).toBe(304)
})

test('programs have the same', async () => {
  const at = (search: string) =>
    site.app.request(`/api/networks/${ours.slug}/commons/collections/recueil/booklet${search}`)
  const same = await at('?format=docx')
  expect(same.headers.get('content-type')).toMatch(/wordprocessingml/)
  expect(await textOf(same)).toContain('À lire d’abord.')
  expect((await at('?format=csv')).status).toBe(422)
  expect(
    (await site.app.request(`/api/networks/${ours.slug}/commons/collections/entre-nous/booklet`)).status,
  ).toBe(404)
})

test('a collection of the inside, or of nobody, is not known to the public', async () => {
  expect((await booklet('pdf', {}, 'entre-nous')).status).toBe(404)
  expect((await booklet('pdf', { cookie }, 'entre-nous')).status).toBe(200)
  expect((await booklet('pdf', {}, 'aucune')).status).toBe(404)
  const other = await aNetwork(site.database)
  expect((await site.get(`/fr/${other.slug}/collections/recueil/booklet/recueil.pdf`)).status).toBe(404)
  expect((await site.get(`/fr/${ours.slug}/collections/recueil/booklet/autre.pdf`)).status).toBe(404)
  expect((await booklet('csv')).status).toBe(404)
})

test('more chapters than a book has are refused, and their summaries offered', async () => {
  const names = Array.from({ length: mostChapters + 1 }, (_, count) => `page-${count}.md`)
  await somePages(
    site.database,
    ours,
    Object.fromEntries(names.map(name => [name, aPage(name, {}, `Texte de ${name}.`)])),
  )
  await aCollection(
    'tout',
    'public',
    names.map(name => [name, null, '']),
  )
  const refused = await booklet('pdf', {}, 'tout')
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain('/booklet/tout.pdf?chapters=summary"')
  expect((await booklet('pdf', {}, 'tout', '?chapters=summary')).status).toBe(200)
})

async function aCollection(
  slug: string,
  state: string,
  entries: [fileName: string, section: string | null, note: string][],
): Promise<void> {
  const id = newId()
  await inTenant(site.database.db, ours.inside, async trx => {
    await trx
      .insertInto('commons_collection')
      .values({
        network_id: ours.id,
        id,
        slug,
        title: `Titre de ${slug}`,
        about: 'Quelques pages choisies.',
        state,
        language: 'fr',
      })
      .execute()
    const items = await trx
      .selectFrom('commons_item')
      .select(['id', 'file_name'])
      .where('network_id', '=', ours.id)
      .execute()
    await trx
      .insertInto('commons_collection_entry')
      .values(
        entries.map(([name, section, note], position) => ({
          network_id: ours.id,
          collection_id: id,
          item_id: items.find(item => item.file_name === name)?.id ?? '',
          position,
          section,
          note,
        })),
      )
      .execute()
  })
}
