import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { answersIn, aPlan, publish, write } from '#modules/commons/discussion/discussion.fixture.ts'
import { readStates } from '#modules/commons/history/reading-states.ts'
import { planRestoration, restore } from '#modules/commons/history/restoration.ts'
import { byPlace } from '#modules/commons/history/states.ts'
import type { Template, Value } from '#modules/commons/templates/template.ts'
import {
  addAuthor,
  type CommonsDocument,
  documentOfItem,
  openDocument,
  templateOfDocument,
} from '#modules/commons/writing/documents.ts'
import { takeBack } from '#modules/commons/writing/publishing.ts'
import type { Entry } from '#modules/network/index.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import { aNetwork, anEntry, aPerson, somePages, type TestNetwork } from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let author: Entry

beforeAll(async () => {
  site = await testApp()
  network = await aNetwork(site.database, { slug: 'ici' })
  author = await anEntry(site.database, network, await aPerson(site.database, network, 'member'))
}, 60_000)

afterAll(() => site.close())

const challenge = 'challenge-statement'
const [a, b, c] = ['raaaaaaaaaaaa', 'rbbbbbbbbbbbb', 'rcccccccccccc']
const first = {
  [challenge]: 'Premier',
  background: 'Fond',
  sdgs: [7, 13],
  partners: [a, b],
  [`partners/${a}/name`]: 'La coopérative',
  [`partners/${b}/name`]: 'La mairie',
}

const inside = <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(site.database.db, author.tenant, work)
const lived = new Map<string, Record<string, Value>>()
/** Keeps what the page then says, to be found again. */
async function put(id: string, answers: Record<string, unknown>): Promise<number> {
  const revision = await write(site.database, author, id, answers)
  lived.set(`${id} ${revision}`, await answersNow(id))
  return revision
}
const share = (id: string) => publish(site.database, author, id, 'network')
const takeOut = (id: string) => inside(trx => takeBack(trx, author, id, 'withdrawn'))

async function onDocument<T>(
  id: string,
  work: (trx: Parameters<typeof readStates>[0], document: CommonsDocument, template: Template) => Promise<T>,
): Promise<T> {
  return inside(async trx => {
    const document = await openDocument(trx, author, id, 'write')
    return work(trx, document, await templateOfDocument(trx, document))
  })
}

const plain = (template: Template, state: ReadonlyMap<string, Value>) =>
  Object.fromEntries([...byPlace(template, state)].sort(([one], [other]) => (one < other ? -1 : 1)))

/** At every revision until one: what is shown, and what bringing it back would make of the page. */
function moments(id: string, until: number) {
  return onDocument(id, async (trx, document, template) => {
    const all: Record<string, Value>[] = []
    for (let revision = 0; revision <= until; revision++) {
      const { from } = await readStates(trx, document, template, [revision, document.revision])
      all.push(plain(template, from))
      // Two older moments, side by side.
      const { to } = await readStates(trx, document, template, [0, revision])
      expect(plain(template, to)).toEqual(plain(template, from))
    }
    return all
  })
}

async function restored(id: string, revision: number) {
  await onDocument(id, (trx, document, template) =>
    restore(trx, author, document, template, { revision, path: null, seen: document.revision }),
  )
  return answersNow(id)
}

async function answersNow(id: string): Promise<Record<string, Value>> {
  const answers = new Map(Object.entries(await answersIn(site.database, author, id)))
  return onDocument(id, async (_, __, template) => plain(template, answers as Map<string, Value>))
}

/** A page that came by import, with answers that were never written here; and one who writes in it. */
async function anImportedPage(title: string): Promise<string> {
  const model = await aPlan(site.database, author, `Modèle ${title}`)
  await put(model, { ...first, place: { lat: 7.69, lng: -5.03 } })
  await share(model)
  const { rows } = await inside(trx =>
    sql<{ source: string }>`select source from commons_version where item_id = ${model}::uuid`.execute(trx),
  )
  const source = (rows[0]?.source ?? '').replace(/^# .*$/m, `# ${title}`)
  await somePages(site.database, network, { [`${title}.md`]: source }, 'network')
  return inside(async trx => {
    const found = await sql<{ id: string }>`select id from commons_item where title = ${title}`.execute(trx)
    const id = await documentOfItem(trx, author, found.rows[0]?.id ?? '')
    await addAuthor(trx, network.id, id, author.personId ?? '')
    return id
  })
}

/** What is written in a page and published, over and over. @returns the last revision */
async function life(id: string, rows: [string, string]): Promise<number> {
  await put(id, { [challenge]: 'Second', [`partners/${rows[1]}/name`]: 'Une autre mairie' })
  await share(id)
  await put(id, { title: 'Autrement', background: null })
  await put(id, { partners: ['2', '1', c], [`partners/${c}/name`]: 'L’école' })
  await share(id)
  await put(id, { partners: ['1', '3'], 'partners/2/name': null, 'partners/3/name': 'Le lycée' })
  return put(id, { summary: 'Résumé', [challenge]: 'Troisième' })
}

describe('a page that was taken out and shared again', () => {
  test.each(['begun here', 'imported'])('shows its history as before: %s', async kind => {
    const isImported = kind === 'imported'
    const id = await (isImported ? anImportedPage('Venue') : aPlan(site.database, author, 'Née ici'))
    if (!isImported) await put(id, first)
    const last = await life(id, isImported ? ['1', '2'] : [a, b])
    await share(id)
    const before = await moments(id, last)
    expect(before[0]).toHaveProperty('title', isImported ? 'Venue' : 'Née ici')
    if (isImported) expect(before[0]).toMatchObject({ background: 'Fond', 'partners/2/name': 'La mairie' })
    for (const [revision, answers] of before.entries())
      expect(answers).toEqual(lived.get(`${id} ${revision}`) ?? answers)
    await takeOut(id)
    expect(await moments(id, last)).toEqual(before)
    await share(id)
    expect(await moments(id, last)).toEqual(before)
    // Out and in once more, with something written in between.
    await takeOut(id)
    await put(id, { summary: 'Pendant ce temps' })
    expect(await moments(id, last)).toEqual(before)
    await share(id)
    await put(id, { summary: 'Depuis' })
    expect(await moments(id, last)).toEqual(before)
    for (const revision of [0, 2, last - 3, last])
      expect(await restored(id, revision)).toEqual(before[revision])
  })

  test('is not emptied by bringing back an older moment', async () => {
    const id = await anImportedPage('Reprise')
    await put(id, { [challenge]: 'Second' })
    const now = await put(id, { summary: 'Résumé' })
    await share(id)
    await takeOut(id)
    await share(id)
    const { differences } = await onDocument(id, (trx, document, template) =>
      planRestoration(trx, document, template, { revision: now - 1, path: null }),
    )
    expect(differences).toEqual([{ path: 'summary', before: null, after: 'Résumé' }])
  })

  test('a row that was emptied, and one that was never filled in, keep the others in their places', async () => {
    const id = await anImportedPage('Rangées')
    await put(id, { 'partners/1/name': null })
    const last = await put(id, { [challenge]: 'Second' })
    await share(id)
    await put(id, { partners: ['2', a, b], [`partners/${b}/name`]: 'L’école' })
    await share(id)
    const before = await moments(id, last)
    await takeOut(id)
    await share(id)
    const after = await moments(id, last)
    expect(after[0]).toEqual(before[0])
    expect(after[0]).toMatchObject({ partners: ['1', '2'], 'partners/1/name': 'La coopérative' })
    expect(after[last]).toMatchObject({ [challenge]: 'Second', 'partners/2/name': 'La mairie' })
  })
})
