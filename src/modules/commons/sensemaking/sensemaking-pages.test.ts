import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant } from '#db/tenant.ts'
import { projectFolder } from '#kernel/project.ts'
import { decide, undo } from '#modules/commons/families/decisions.ts'
import { type TestApp, testApp } from '../../../../test/app.ts'
import {
  aNetwork,
  anEntry,
  aPage,
  aPerson,
  somePages,
  type TestNetwork,
  type TestPerson,
} from '../../../../test/factories.ts'

let site: TestApp
let network: TestNetwork
let member: TestPerson

const when = '> When might its effects be felt?\n\n- '
const stage = '> To what stage(s) in the learning cycle does your learning question relate?\n\n'
const insights = '> What are the five key insights you draw from this plan?\n\n'

beforeAll(async () => {
  site = await testApp()
  const { database } = site
  network = await aNetwork(database)
  member = await aPerson(database, network, 'member')
  await somePages(database, network, {
    'drones.md': aPage(
      'Drones des champs',
      { type: 'weaksignal', thematic_areas: ['eau', 'ville'], country: 'Togo' },
      `${when}Now`,
    ),
    'pluie.md': aPage('Pluie assurée', { type: 'weaksignal', thematic_areas: 'eau' }, `${when}In 3–10 years`),
    'both.md': aPage(
      'Plan des quartiers',
      { type: 'learningplan', country: 'Togo', year: '2022' },
      `${stage}- Sense\n- Explore\n\n## Learnings on your challenge\n\n${insights}Les **voisines** savent déjà.\n\n=cmd|' /C calc'!A0`,
    ),
    'grow.md': aPage('Plan des marchés', { type: 'learningplan', country: 'Ghana' }, `${stage}- Grow`),
    'essai.md': aPage(
      'Essai des bus',
      { type: 'experiment', country: 'Togo' },
      '> What surprised you?\n\nLe silence.',
    ),
  })
  await somePages(
    database,
    network,
    {
      'secret.md': aPage('Signal secret', { type: 'weaksignal', thematic_areas: 'eau' }, `${when}Now`),
      'plan-secret.md': aPage(
        'Plan secret',
        { type: 'learningplan' },
        `${stage}- Sense\n\n${insights}Une leçon secrète.`,
      ),
    },
    'network',
  )
})

afterAll(() => site.close())

async function read(path: string, cookie = ''): Promise<string> {
  const answer = await site.get(`/fr/${network.slug}${path}`, cookie ? { cookie } : {})
  expect(answer.status).toBe(200)
  return answer.text()
}

/** Text by cell: the row's heading, then each column. */
function rowsOf(html: string): string[][] {
  return [...html.matchAll(/<tr role="row">(.*?)<\/tr>/gs)].map(([, row]) =>
    [...(row ?? '').matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) =>
      (cell ?? '')
        .replace(/<[^>]+>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    ),
  )
}

test('signals stand by theme and time; the public sees what is public', async () => {
  expect(rowsOf(await read('/signals'))).toEqual([
    ['Thème', 'Maintenant', 'D’ici 1 à 3 ans', 'D’ici 3 à 10 ans', 'Dans plus de 10 ans'],
    ['eau 2', 'Drones des champs', '', 'Pluie assurée', ''],
    ['ville 1', 'Drones des champs', '', '', ''],
  ])
  expect(rowsOf(await read('/signals', member.cookie))[1]?.[1]).toContain('Signal secret')
  expect(rowsOf(await read('/signals?horizon=far'))).toHaveLength(2)
  expect(rowsOf(await read('/signals?country=TG&theme=ville'))[1]?.[1]).toBe('Drones des champs')
})

test('a board without signals leads to writing one', async () => {
  const empty = await aNetwork(site.database)
  const person = await aPerson(site.database, empty, 'member')
  const inside = await (await site.get(`/fr/${empty.slug}/signals`, { cookie: person.cookie })).text()
  expect(inside).toContain(`href="/fr/${empty.slug}/writing?template=weak-signal"`)
  const outside = await (await site.get(`/fr/${empty.slug}/signals`)).text()
  expect(outside).toContain('Aucun signal faible')
  expect(outside).not.toContain('/writing')
  expect(await read('/signals?q=introuvable')).toContain('Aucun signal ne répond')
})

test('the learning cycle: counted by stage, those in several shown so', async () => {
  const html = await read('/learning')
  const columns = [...html.matchAll(/<section class="stage (\w+)"[^>]*>(.*?)<\/section>/gs)].map(
    ([, name, text]) => [name, [...(text ?? '').matchAll(/>(Plan des [^<]+)</g)].map(([, title]) => title)],
  )
  expect(columns).toEqual([
    ['sense', ['Plan des quartiers']],
    ['explore', ['Plan des quartiers']],
    ['test', []],
    ['grow', ['Plan des marchés']],
  ])
  expect(html).toMatch(/aussi\s*: Explorer/)
  expect(html).toContain('2 pages disent leur étape.')
  expect(html).toContain('<svg')
  expect(await read('/learning', member.cookie)).toContain('Plan secret')
  expect(await read('/learning?country=GH')).not.toContain('Plan des quartiers')
  expect(await read('/learning?q=introuvable')).toContain('Aucune de ces pages')
})

test('a signal stands in the row of its own theme, and not again in that of the family above', async () => {
  const { database } = site
  const curator = await anEntry(database, network, await aPerson(database, network, 'facilitator'))
  const decided = await inTenant(database.db, network.inside, trx =>
    decide(trx, curator, [
      { kind: 'theme', action: 'name', key: 'ressource', labels: { fr: 'Ressources' } },
      { kind: 'theme', action: 'parent', key: 'eau', intoKey: 'ressource' },
    ]),
  )
  const rows = async (cookie?: string, query = '') =>
    [...(await read(`/signals${query}`, cookie)).matchAll(/<th scope="row"[^>]*>(.*?)<\/th>/gs)].map(
      ([, row]) => (row ?? '').replace(/<[^>]*>/g, '').replace(/\s+/g, ' '),
    )
  expect(await rows()).toEqual(['Ressources ›eau 2', 'ville 1'])
  expect(await rows(member.cookie)).toEqual(['Ressources ›eau 3', 'ville 1'])
  // Asked for, it has a row of its own, with all that stands under it.
  expect(await rows(undefined, '?theme=ressource')).toEqual(['Ressources 2'])
  for (const { id } of decided.taken)
    await inTenant(database.db, network.inside, trx => undo(trx, curator, id))
  expect(await rows()).toEqual(['eau 2', 'ville 1'])
})

test('a collection has its cycle; one that may not be read has none', async () => {
  const { database } = site
  await database.asOwner(
    `with made as (
       insert into commons_collection (network_id, id, slug, title, about, state, language)
       values ($1, gen_random_uuid(), 'mes-plans', 'Mes plans', '', 'network', 'fr') returning id
     )
     insert into commons_collection_entry (network_id, collection_id, item_id, position, note)
     select $1, made.id, item.id, 1, '' from made, commons_item item
     where item.network_id = $1 and item.file_name in ('grow.md', 'essai.md')`,
    [network.id],
  )
  const html = await read('/learning?collection=mes-plans', member.cookie)
  expect(html).toContain('Mes plans')
  expect(html).toContain('Plan des marchés')
  expect(html).not.toContain('Plan des quartiers')
  const learned = await read('/learning/insights?collection=mes-plans', member.cookie)
  expect(learned).toContain('Le silence.')
  expect(learned).not.toContain('voisines')
  const file = '/learning/insights/export/insights.csv?collection=mes-plans'
  const csv = await read(file, member.cookie)
  expect(csv).toContain('Le silence.')
  expect(csv).not.toContain('voisines')
  const collection = await read('/collections/mes-plans', member.cookie)
  for (const path of ['learning', 'learning/insights'])
    expect(collection).toContain(`/${network.slug}/${path}?collection=mes-plans"`)
  for (const path of ['/learning?collection=mes-plans', '/learning/insights?collection=mes-plans', file])
    expect((await site.get(`/fr/${network.slug}${path}`)).status).toBe(404)
})

test('what was learned: the passages with their plan, by question, and nothing of what is inside', async () => {
  const html = await read('/learning/insights')
  expect(html).toContain('Les <strong>voisines</strong> savent déjà.')
  expect(html).toContain('Plan des quartiers')
  expect(html).toContain('Le silence.')
  expect(html).not.toContain('secr')
  expect(await read('/learning/insights', member.cookie)).toContain('Une leçon secrète.')
  const one = await read('/learning/insights?question=learning-plan.key-insights')
  expect(one).toContain('voisines')
  expect(one).not.toContain('Le silence.')
  expect(await read('/learning/insights?type=experiment')).not.toContain('voisines')
  expect(await read('/learning/insights?country=GH')).toContain('Aucune de ces pages n’a encore de bilan')
})

test('the passages as CSV, harmless for spreadsheets', async () => {
  const answer = await site.get(`/fr/${network.slug}/learning/insights/export/insights.csv`)
  expect(answer.headers.get('content-type')).toContain('text/csv')
  const csv = await answer.text()
  expect(csv).toContain('learning-plan.key-insights')
  expect(csv).toContain('Les voisines savent déjà.')
  expect(csv).not.toMatch(/\n=cmd/)
  expect(csv).not.toContain('secr')
  expect((await site.get(`/fr/${network.slug}/learning/insights/export/other.csv`)).status).toBe(404)
  const chosen = await site.get(
    `/fr/${network.slug}/learning/insights/export/insights.csv?question=experiment.surprises`,
  )
  expect(await chosen.text()).not.toContain('voisines')
})

test('pages of a private network are nobody else’s', async () => {
  const hidden = await aNetwork(site.database, { visibility: 'private' })
  for (const path of ['signals', 'learning', 'learning/insights', 'learning/insights/export/insights.csv'])
    for (const headers of [{}, { cookie: member.cookie }])
      expect((await site.get(`/fr/${hidden.slug}/${path}`, headers as Record<string, string>)).status).toBe(
        404,
      )
})

const sample = join(projectFolder, '../shared/commons-sample')

test.skipIf(!existsSync(sample))(
  'insights are paged by key over real plans',
  { timeout: 60_000 },
  async () => {
    const { readdirSync } = await import('node:fs')
    const files = readdirSync(sample, { recursive: true, encoding: 'utf8' }).filter(name =>
      name.endsWith('.md'),
    )
    const plans = files
      .map(name => [name, readFileSync(join(sample, name), 'utf8')] as const)
      .filter(([, source]) => /\[\[type:learning ?plan/i.test(source))
      .slice(0, 45)
    const own = await aNetwork(site.database)
    await somePages(site.database, own, Object.fromEntries(plans))
    const seen = new Set<string>()
    let next: string | undefined = `/fr/${own.slug}/learning/insights`
    let pages = 0
    for (; next && pages < 5; pages++) {
      const html: string = await (await site.get(next)).text()
      for (const [, id] of html.matchAll(/<article class="passage">.*?commons\/([^"]+)"/gs))
        seen.add(id ?? '')
      next = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(pages).toBe(Math.ceil(plans.length / 20))
    expect(seen.size).toBeGreaterThan(5)
  },
)
