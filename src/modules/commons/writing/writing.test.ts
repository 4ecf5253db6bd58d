import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { importPages } from '#modules/commons/importing/importing.ts'
import { findItem } from '#modules/commons/items.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { search } from '#modules/commons/search/searching.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import { shippedTemplates } from '#modules/commons/templates/shipped.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { answersOf, sourceOf } from '#modules/commons/writing/answers.ts'
import {
  createDocument,
  documentOfItem,
  findDocument,
  listDocuments,
  openDocument,
  plainTemplate,
  templateOfDocument,
} from '#modules/commons/writing/documents.ts'
import { missingAnswers, publishDocument, takeBack } from '#modules/commons/writing/publishing.ts'
import { type AnswerChange, saveAnswers } from '#modules/commons/writing/saving.ts'
import { forgetSteps } from '#modules/commons/writing/steps-job.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, anEntry, aPerson, somePages, type TestNetwork } from '../../../../test/factories.ts'

let database: TestDatabase
let network: TestNetwork
let author: Entry
let other: Entry
let stranger: Entry
let facilitator: Entry

beforeAll(async () => {
  database = await testDatabase()
  network = await aNetwork(database)
  const entry = async (role: 'member' | 'facilitator') =>
    anEntry(database, network, await aPerson(database, network, role), role)
  author = await entry('member')
  other = await entry('member')
  stranger = await entry('member')
  facilitator = await entry('facilitator')
})

afterAll(() => database.close())

const as = <T>(entry: Entry, work: Parameters<typeof inTenant<T>>[2]) =>
  inTenant(database.db, entry.tenant, work)

const save = (entry: Entry, id: string, ...changes: AnswerChange[]) =>
  as(entry, trx => saveAnswers(trx, entry, id, changes))

async function aPlan(title: string): Promise<string> {
  const id = await as(author, async trx => {
    const template = (await templatesOf(trx, network.id)).find(({ type }) => type === 'learningplan')
    if (!template) throw new Error('No template')
    return createDocument(trx, author, { template, language: 'fr', title })
  })
  await as(author, trx =>
    sql`insert into commons_author (network_id, document_id, person_id) values (${network.id}, ${id}, ${other.personId})`.execute(
      trx,
    ),
  )
  return id
}

const valuesOf = (id: string) =>
  as(author, async trx => {
    const document = await openDocument(trx, author, id, 'read')
    const { values } = await answersOf(trx, document, await templateOfDocument(trx, document))
    return Object.fromEntries([...values].map(([path, { value }]) => [path, value]))
  })

describe('who may', () => {
  test('a draft is its authors’ alone; what is shared is read by members and written by authors and facilitators', async () => {
    const id = await aPlan('Réservé')
    for (const entry of [stranger, facilitator])
      await expect(as(entry, trx => openDocument(trx, entry, id, 'read'))).rejects.toThrow('not-found')
    await save(author, id, { path: 'challenge-statement', value: 'Un défi', seen: 0 })
    await as(author, trx => publishDocument(trx, author, id, 'network'))
    await expect(as(stranger, trx => openDocument(trx, stranger, id, 'read'))).resolves.toMatchObject({
      state: 'network',
    })
    await expect(as(stranger, trx => openDocument(trx, stranger, id, 'write'))).rejects.toThrow('forbidden')
    await expect(as(facilitator, trx => openDocument(trx, facilitator, id, 'write'))).resolves.toBeTruthy()
  })

  test('a page without a title is shared with nobody, whatever its template asks', async () => {
    const known = { values: new Map(), pending: new Map() }
    const missing = (template: Template) =>
      missingAnswers(template, known, 'network').map(({ path, why }) => `${path} ${why}`)
    expect(missing(plainTemplate)).toEqual(['title required'])
    for (const template of shippedTemplates())
      expect(missing(template).filter(one => one === 'title required')).toHaveLength(1)
  })

  test('what someone writes is listed to them', async () => {
    const id = await aPlan('Ma liste')
    const mine = await as(author, trx => listDocuments(trx, network.id, author.personId ?? ''))
    expect(mine.documents.map(document => document.id)).toContain(id)
    const others = await as(stranger, trx => listDocuments(trx, network.id, stranger.personId ?? ''))
    expect(others.documents).toEqual([])
  })
})

describe('two authors', () => {
  test('never stand in each other’s way at different answers', async () => {
    const id = await aPlan('Deux')
    const first = await save(author, id, { path: 'background', value: 'Une histoire.', seen: 0 })
    const second = await save(other, id, { path: 'summary', value: 'En bref.', seen: 0 })
    expect([first.conflicts, second.conflicts]).toEqual([[], []])
    expect(await valuesOf(id)).toMatchObject({ background: 'Une histoire.', summary: 'En bref.' })
  })

  test('who change different words of one answer have both; the same words, and the second is asked', async () => {
    const id = await aPlan('Mots')
    const { revision } = await save(author, id, {
      path: 'background',
      value: 'Le bureau cherche des moyens.',
      seen: 0,
    })
    await save(author, id, {
      path: 'background',
      value: 'Le petit bureau cherche des moyens.',
      seen: revision,
    })
    const merged = await save(other, id, {
      path: 'background',
      value: 'Le bureau cherche de grands moyens.',
      seen: revision,
    })
    expect(merged.saved).toMatchObject([{ value: 'Le petit bureau cherche de grands moyens.', merged: true }])
    const conflict = await save(other, id, {
      path: 'background',
      value: 'Le grand bureau cherche des moyens.',
      seen: revision,
    })
    expect(conflict.conflicts).toMatchObject([{ theirs: 'Le petit bureau cherche de grands moyens.' }])
    expect((await valuesOf(id)).background).toBe('Le petit bureau cherche de grands moyens.')
  })

  test('are told of what was published meanwhile, too', async () => {
    const id = await aPlan('Publié entre-temps')
    const { revision } = await save(author, id, { path: 'challenge-statement', value: 'Un défi.', seen: 0 })
    await save(other, id, { path: 'challenge-statement', value: 'Un tout autre défi.', seen: revision })
    await as(author, trx => publishDocument(trx, author, id, 'network'))
    const late = await save(author, id, {
      path: 'challenge-statement',
      value: 'Un défi immense.',
      seen: revision,
    })
    expect([late.conflicts.length, late.saved[0]?.merged ?? false].some(Boolean)).toBe(true)
    expect((await valuesOf(id))['challenge-statement']).toContain('tout autre')
  })

  test('add to a list each', async () => {
    const id = await aPlan('Listes')
    const { revision } = await save(author, id, { path: 'themes', value: ['eau', 'forêt'], seen: 0 })
    await save(author, id, { path: 'themes', value: ['eau', 'forêt', 'énergie'], seen: revision })
    await save(other, id, { path: 'themes', value: ['forêt', 'mer'], seen: revision })
    expect((await valuesOf(id)).themes).toEqual(['forêt', 'énergie', 'mer'])
  })

  test('twenty at once, each at an answer of their own: all is there, in one order', async () => {
    const id = await aPlan('Vingt')
    const rows = Array.from({ length: 20 }, (_, index) => `r${String(index).padStart(12, '0')}`)
    await Promise.all(
      rows.map((row, index) =>
        save(index % 2 ? author : other, id, {
          path: `partners/${row}/name`,
          value: `Partenaire ${index}`,
          seen: 0,
        }),
      ),
    )
    await save(author, id, { path: 'partners', value: rows, seen: 1_000 })
    const values = await valuesOf(id)
    expect(rows.map(row => values[`partners/${row}/name`])).toEqual(
      rows.map((_, index) => `Partenaire ${index}`),
    )
    const { rows: log } = await as(author, trx =>
      sql<{
        revision: number
      }>`select revision from commons_change where document_id = ${id} order by revision`.execute(trx),
    )
    expect(log.map(({ revision }) => Number(revision))).toEqual(
      Array.from({ length: 21 }, (_, index) => index + 1),
    )
  })
})

describe('history', () => {
  test('a week later, what one person typed in one go is one change; what others wrote and what was published stays', async () => {
    const id = await aPlan('Au fil de la plume')
    for (const text of ['U', 'Un', 'Un d', 'Un défi'])
      await save(author, id, { path: 'challenge-statement', value: text, seen: 1_000 })
    await save(other, id, { path: 'challenge-statement', value: 'Un défi commun', seen: 1_000 })
    await as(author, trx => publishDocument(trx, author, id, 'network'))
    await save(other, id, { path: 'challenge-statement', value: 'Un défi commun.', seen: 1_000 })
    const steps = async () => {
      const { rows } = await as(author, trx =>
        sql<{ before: string | null; after: string }>`
          select before, after from commons_change where document_id = ${id}::uuid order by revision`.execute(
          trx,
        ),
      )
      return rows.map(({ before, after }) => [before, after])
    }
    expect(await steps()).toHaveLength(6)
    await forgetSteps(database.db, new Date())
    expect(await steps()).toHaveLength(6)
    await forgetSteps(database.db, new Date(Date.now() + 8 * 86_400_000))
    expect(await steps()).toEqual([
      [null, 'Un défi'],
      ['Un défi', 'Un défi commun'],
      ['Un défi commun', 'Un défi commun.'],
    ])
  })
})

describe('what is wrong', () => {
  test('is said by answer, and holds up no other', async () => {
    const id = await aPlan('Fautes')
    const { problems, saved } = await save(
      author,
      id,
      { path: 'nowhere', value: 'x', seen: 0 },
      { path: 'sdgs', value: [18], seen: 0 },
      { path: 'background', value: 'x'.repeat(500_000), seen: 0 },
      { path: 'partners', value: ['no row'], seen: 0 },
      { path: 'summary', value: 'Bien.', seen: 0 },
    )
    expect(problems.map(({ path, problem }) => [path, problem.code])).toEqual([
      ['nowhere', 'invalid'],
      ['sdgs', 'invalid'],
      ['background', 'text-too-long'],
      ['partners', 'no-such-row'],
    ])
    expect(saved).toMatchObject([{ path: 'summary', value: 'Bien.' }])
  })
})

describe('from draft to the commons and back', () => {
  test('a draft is nowhere; published it is found; taken back it is gone, and counted no more', async () => {
    const id = await aPlan('La traversée des zébulons')
    await save(
      author,
      id,
      { path: 'challenge-statement', value: 'Des zébulons partout', seen: 0 },
      { path: 'themes', value: ['zébulonie'], seen: 0 },
    )
    const found = async () =>
      (await as(author, trx => search(trx, network.id, { ...emptyQuery, q: 'zébulons' }))).total
    const counters = async () =>
      (
        await as(author, trx =>
          sql<{ facets: string; words: string }>`
            select (select coalesce(json_agg(json_build_array(kind, key, items, public_items) order by kind, key), '[]') from commons_facet
                where network_id = ${network.id} and (items <> 0 or public_items <> 0))::text as facets,
              (select coalesce(json_agg(json_build_array(word, pages, public_pages) order by word), '[]') from commons_word
                where network_id = ${network.id} and (pages <> 0 or public_pages <> 0))::text as words`.execute(
            trx,
          ),
        )
      ).rows[0]
    const before = await counters()
    expect(await found()).toBe(0)
    const { slug, version } = await as(author, trx => publishDocument(trx, author, id, 'public'))
    expect(version).toBe(1)
    expect(await found()).toBe(1)
    const item = await as(author, trx => findItem(trx, network.id, slug))
    expect(item).toMatchObject({ id, title: 'La traversée des zébulons', type: 'learningplan' })
    expect(item?.facets).toContain('theme:zebulony')
    await save(author, id, { path: 'summary', value: 'En bref.', seen: 100 })
    await as(author, trx => takeBack(trx, author, id))
    expect(await found()).toBe(0)
    expect(await counters()).toEqual(before)
    expect(await as(author, trx => findDocument(trx, network.id, id))).toMatchObject({
      state: 'draft',
      slug: null,
      pending: 1,
    })
    expect(await valuesOf(id)).toMatchObject({
      'challenge-statement': 'Des zébulons partout',
      summary: 'En bref.',
    })
    const again = await as(author, trx => publishDocument(trx, author, id, 'network'))
    expect(again.slug).toBe(slug)
    expect(await found()).toBe(1)
  })

  test('an imported page opens in its template; what is not edited stays byte for byte', async () => {
    const source = `# Plan importé\r\n\r\n[[type:learningplan]]\r\n[[year:2023]]\r\n\r\n## Partie inconnue\r\n\r\nTexte *à part*.\r\n\r\n## Challenge statement\r\n\r\n> Background: What is the history of your challenge? What is causing or driving it? Who is involved? How does the current situation look like? What undesired effects does it produce?\r\n\r\nUne histoire.\r\n`
    await somePages(database, network, { 'plan_importe.md': source })
    const found = await as(facilitator, trx => findItem(trx, network.id, 'plan-importe'))
    const id = await as(facilitator, trx => documentOfItem(trx, facilitator, found?.id ?? ''))
    const document = await as(facilitator, trx => openDocument(trx, facilitator, id, 'write'))
    const template = await as(facilitator, trx => templateOfDocument(trx, document))
    expect(template.type).toBe('learningplan')
    expect(await as(facilitator, trx => sourceOf(trx, document, template))).toBe(source)
    await save(facilitator, id, { path: 'background', value: 'Une autre histoire.', seen: 0 })
    expect(await as(facilitator, trx => sourceOf(trx, document, template))).toBe(
      source.replace('Une histoire.', 'Une autre histoire.'),
    )
    await as(facilitator, trx => publishDocument(trx, facilitator, id, 'public'))
    expect((await as(facilitator, trx => findItem(trx, network.id, 'plan-importe')))?.version).toBe(2)
  })

  test('an import brings back nothing older than what was written here, and writes over nothing', async () => {
    const page = (text: string) =>
      `# Une page à deux\n\n[[type:learningplan]]\n\n> Background: What is the history of your challenge? What is causing or driving it? Who is involved? How does the current situation look like? What undesired effects does it produce?\n\n${text}\n`
    const bring = async (source: string) => {
      const entries = async function* () {
        yield { name: 'page_a_deux.md', bytes: Buffer.from(source) }
      }
      const { importId, counts } = await importPages(database.db, network.inside, entries(), {
        origin: 'test',
        visibility: 'public',
      })
      const { rows } = await as(facilitator, trx =>
        sql<{
          code: string
        }>`select code from commons_problem where import_id = ${importId}::uuid and severity = 'refused'`.execute(
          trx,
        ),
      )
      return { ...counts, refusals: rows.map(({ code }) => code) }
    }
    await bring(page('Première.'))
    const item = () => as(facilitator, trx => findItem(trx, network.id, 'une-page-a-deux'))
    const id = await as(facilitator, async trx => documentOfItem(trx, facilitator, (await item())?.id ?? ''))
    await save(facilitator, id, { path: 'background', value: 'Deuxième, écrite ici.', seen: 0 })
    await as(facilitator, trx => publishDocument(trx, facilitator, id, 'public'))
    expect(await bring(page('Première.'))).toMatchObject({ unchanged: 1, changed: 0, refused: 0 })
    expect(await bring(page('Deuxième, écrite ici.'))).toMatchObject({ unchanged: 1, changed: 0, refused: 0 })
    expect(await bring(page('Troisième, écrite ailleurs.'))).toMatchObject({
      unchanged: 0,
      changed: 0,
      refused: 1,
      refusals: ['written-here'],
    })
    expect((await item())?.source).toBe(page('Deuxième, écrite ici.'))
  })

  test('of another network nothing is found', async () => {
    const id = await aPlan('Ailleurs')
    const elsewhere = await aNetwork(database)
    const person = await aPerson(database, elsewhere, 'administrator')
    const entry = await anEntry(database, elsewhere, person, 'administrator')
    await expect(as(entry, trx => openDocument(trx, entry, id, 'read'))).rejects.toThrow('not-found')
    await expect(as(entry, trx => findDocument(trx, network.id, id))).resolves.toBeNull()
  })
})
