import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import {
  recordConsent,
  renewConsent,
  settleConsent,
  withdrawConsent,
} from '#modules/commons/consents/consents.ts'
import { lookAfterConsents } from '#modules/commons/consents/expiry-job.ts'
import { openDiscussed } from '#modules/commons/discussion/discussed.ts'
import { importPages } from '#modules/commons/importing/importing.ts'
import { findItem } from '#modules/commons/items.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import { answersOf } from '#modules/commons/writing/answers.ts'
import {
  createDocument,
  documentOfItem,
  openDocument,
  templateOfDocument,
} from '#modules/commons/writing/documents.ts'
import { eraseDocument, publishDocument, takeBack } from '#modules/commons/writing/publishing.ts'
import { acceptReview } from '#modules/commons/writing/review/reviews.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import { shareDocument } from '#modules/commons/writing/sharing.ts'
import { whole } from '#modules/commons/writing/writing.fixture.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { aNetwork, anEntry, aPage, aPerson, type TestNetwork } from '../../../../test/factories.ts'

/** What two do at once, and what comes back of what was taken back. */

let database: TestDatabase
let network: TestNetwork
let author: Entry
let facilitator: Entry

beforeAll(async () => {
  database = await testDatabase()
  network = await aNetwork(database)
  author = await anEntry(database, network, await aPerson(database, network, 'member'))
  const person = await aPerson(database, network, 'facilitator')
  facilitator = await anEntry(database, network, person, 'facilitator')
})

afterAll(() => database.close())

const as = <T>(entry: Entry, work: Parameters<typeof inTenant<T>>[2]) =>
  inTenant(database.db, entry.tenant, work)

const write = (id: string, answers: Record<string, unknown>) =>
  as(author, trx =>
    saveAnswers(
      trx,
      author,
      id,
      Object.entries(answers).map(([path, value]) => ({ path, value, seen: 1_000 })),
    ),
  )

async function aPlan(title: string): Promise<string> {
  const id = await as(author, async trx => {
    const template = (await templatesOf(trx, network.id)).find(({ type }) => type === 'learningplan')
    if (!template) throw new Error('No template')
    return createDocument(trx, author, { template, language: 'fr', title })
  })
  await write(id, whole)
  return id
}

const answerOf = (id: string, path: string) =>
  as(author, async trx => {
    const document = await openDocument(trx, author, id, 'write')
    const { values } = await answersOf(trx, document, await templateOfDocument(trx, document))
    return values.get(path)?.value
  })

/** Holds a transaction open until somebody waits for it. */
async function meanwhile<T>(work: Parameters<typeof inTenant>[2], other: () => Promise<T>): Promise<T> {
  let waiting: Promise<{ done: T } | { failed: unknown }> | undefined
  await as(author, async trx => {
    await work(trx)
    waiting = other().then(
      done => ({ done }),
      failed => ({ failed }),
    )
    let over = false
    void waiting.then(() => {
      over = true
    })
    while (!over) {
      const blocked = await database.asOwner(
        `select from pg_locks lock join pg_stat_activity activity on activity.pid = lock.pid
         where not lock.granted and activity.datname = current_database()`,
      )
      if (blocked.length > 0) break
      await setTimeout(10)
    }
  })
  const outcome = await waiting
  if (outcome && 'done' in outcome) return outcome.done
  throw outcome?.failed
}

describe('a page that is shared', () => {
  test('twice at once is shared once, and what is written after is kept', async () => {
    const id = await aPlan('Deux clics')
    const slugs = await Promise.all(
      [0, 1].map(() => as(author, trx => publishDocument(trx, author, id, 'network'))),
    )
    expect(slugs).toEqual([
      { slug: 'deux-clics', version: 1 },
      { slug: 'deux-clics', version: 1 },
    ])
    const names = await database.asOwner(
      `select item.file_name as item, document.file_name as document, facet.items
       from commons_item item
       join commons_document document on document.network_id = item.network_id and document.id = item.id
       join commons_facet facet on facet.network_id = item.network_id and facet.kind = 'theme' and facet.key = 'water'
       where item.id = $1`,
      [id],
    )
    expect(names).toEqual([{ item: 'deux-clics.md', document: 'deux-clics.md', items: 1 }])
    await write(id, { 'challenge-statement': 'Une suite.' })
    await as(author, trx => publishDocument(trx, author, id, 'network'))
    expect(await as(author, trx => findItem(trx, network.id, 'deux-clics'))).toMatchObject({
      version: 2,
      source: expect.stringContaining('Une suite.'),
    })
  })

  test('anew after it was taken back is read as it is now', async () => {
    const id = await aPlan('Reprise')
    await write(id, { 'challenge-statement': 'Aya Kouassi raconte.' })
    await as(author, trx => publishDocument(trx, author, id, 'network'))
    expect(await answerOf(id, 'challenge-statement')).toBe('Aya Kouassi raconte.')
    await as(author, trx => takeBack(trx, author, id, 'withdrawn'))
    await write(id, { 'challenge-statement': 'Quelqu’un raconte.' })
    await as(author, trx => publishDocument(trx, author, id, 'network'))
    expect(await answerOf(id, 'challenge-statement')).toBe('Quelqu’un raconte.')
  })

  test('while it is being erased stays', async () => {
    const id = await aPlan('Effacée ?')
    const erasing = meanwhile(
      trx => publishDocument(trx, author, id, 'network'),
      () => as(author, trx => eraseDocument(trx, author, id)),
    )
    await expect(erasing).rejects.toThrow('conflict')
  })

  test('while it is taken back stays taken back', async () => {
    const id = await aPlan('Retirée entre-temps')
    await as(author, trx => publishDocument(trx, author, id, 'network'))
    const sharing = meanwhile(
      trx => takeBack(trx, author, id, 'withdrawn'),
      () => as(facilitator, trx => publishDocument(trx, facilitator, id, 'network')),
    )
    await expect(sharing).rejects.toThrow('conflict')
  })

  test('is shared as its reviewer read it, not as somebody writes it in that moment', async () => {
    const id = await aPlan('Relue')
    await as(author, trx => shareDocument(trx, author, id, 'public', 'https://example.org'))
    const { revision } = await as(author, trx => openDocument(trx, author, id, 'write'))
    const accepting = meanwhile(
      trx =>
        saveAnswers(trx, author, id, [
          { path: 'background', value: 'Que personne n’a relu.', seen: revision },
        ]),
      () => as(facilitator, trx => acceptReview(trx, facilitator, id, revision, 'https://example.org')),
    )
    await expect(accepting).rejects.toThrow('conflict')
    expect(await as(author, trx => findItem(trx, network.id, 'relue'))).toBeNull()
  })
})

describe('a consent', () => {
  const input = { about: 'Aya Kouassi', scope: 'Son récit', proof: null, givenOn: '2026-01-10' }
  const origin = 'https://example.org'

  test('that is taken back while the page is being shared takes it out', async () => {
    const id = await aPlan('Partagée et retirée')
    const consent = await as(author, trx =>
      recordConsent(trx, author, id, { ...input, validUntil: null }, origin),
    )
    await meanwhile(
      trx => publishDocument(trx, author, id, 'public'),
      () => as(author, trx => withdrawConsent(trx, author, id, consent)),
    )
    expect(await as(author, trx => findItem(trx, network.id, 'partagee-et-retiree'))).toBeNull()
  })

  test('that is carried on while it runs out goes on', async () => {
    const id = await aPlan('Prolongée')
    await as(author, trx => publishDocument(trx, author, id, 'public'))
    const consent = await as(author, trx =>
      recordConsent(trx, author, id, { ...input, validUntil: '2026-06-30' }, origin),
    )
    await meanwhile(
      trx => renewConsent(trx, author, id, consent, '2030-01-01'),
      () => lookAfterConsents(database.db, new Date('2026-07-02T12:00:00Z')),
    )
    expect(await as(author, trx => openDocument(trx, author, id, 'write'))).toMatchObject({ state: 'public' })
  })

  test('of a page without authors is settled by those who run the network, and an import brings back nothing before', async () => {
    const bring = async () => {
      const entries = async function* () {
        yield {
          name: 'sans_auteur.md',
          bytes: Buffer.from(aPage('Sans auteur', { type: 'blog' }, 'Aya Kouassi raconte ses journées.')),
        }
      }
      const { counts } = await importPages(database.db, network.inside, entries(), {
        origin: 'test',
        visibility: 'public',
      })
      return counts
    }
    await bring()
    const item = await as(facilitator, trx => findItem(trx, network.id, 'sans-auteur'))
    const id = await as(facilitator, trx => documentOfItem(trx, facilitator, item?.id ?? ''))
    const consent = await as(facilitator, trx =>
      recordConsent(trx, facilitator, id, { ...input, validUntil: null }, origin),
    )
    await as(facilitator, trx => withdrawConsent(trx, facilitator, id, consent))
    await expect(as(author, trx => openDocument(trx, author, id, 'read'))).rejects.toThrow('not-found')
    expect(await bring()).toMatchObject({ created: 0, refused: 1 })
    await as(facilitator, trx => settleConsent(trx, facilitator, id, consent))
    expect(await bring()).toMatchObject({ created: 0, refused: 1 })
    const { rows } = await as(author, trx =>
      sql`select from commons_item where network_id = ${network.id} and title = 'Sans auteur'`.execute(trx),
    )
    expect(rows).toEqual([])
    await as(facilitator, trx => publishDocument(trx, facilitator, id, 'public'))
    expect(await as(author, trx => findItem(trx, network.id, 'sans-auteur'))).toMatchObject({ id })
  })
})

test('a title that was written and not published is for those who write alone', async () => {
  const id = await aPlan('Titre publié')
  await as(author, trx => publishDocument(trx, author, id, 'network'))
  await write(id, { title: 'Titre de demain' })
  const reader = await anEntry(database, network, await aPerson(database, network, 'member'))
  expect((await as(reader, trx => openDiscussed(trx, reader, id))).title).toBe('Titre publié')
})

test('answers not yet published are not heaped up without end', async () => {
  const id = await aPlan('Sans fin')
  const rows = (from: number) =>
    Object.fromEntries(
      Array.from({ length: 2_000 }, (_, index) => [
        `partners/r${String(from + index).padStart(12, '0')}/name`,
        'Une voisine',
      ]),
    )
  for (let from = 0; from < 8_000; from += 2_000) expect((await write(id, rows(from))).problems).toEqual([])
  const { problems, saved } = await write(id, rows(8_000))
  expect(saved.length + problems.length).toBe(2_000)
  expect(problems[0]?.problem).toEqual({ code: 'too-many', params: { most: 10_000 } })
  // What is there already can be written anew.
  expect((await write(id, { 'challenge-statement': 'Encore.' })).problems).toEqual([])
})
