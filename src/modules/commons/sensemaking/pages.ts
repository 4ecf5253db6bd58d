import type { Hono } from 'hono'
import type { Trx } from '#db/database.ts'
import { readTenant } from '#db/tenant.ts'
import { type AppContext, type AppEnv, originOf } from '#http/context.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import {
  type CollectedItem,
  collectionEntries,
  openCollection,
} from '#modules/commons/collections/collections.ts'
import { exportItems, type Reading, readRecords } from '#modules/commons/exports/exporting.ts'
import { type FacetKind, facetKinds, facetOf } from '#modules/commons/facets.ts'
import { currentQuery, parentsOf } from '#modules/commons/families/aliases.ts'
import { itemsByFacet } from '#modules/commons/items.ts'
import { calledIn, countFacets, type FacetCount } from '#modules/commons/search/facet-counts.ts'
import { type CommonsQuery, isWhole, readQuery } from '#modules/commons/search/query.ts'
import { search } from '#modules/commons/search/searching.ts'
import { boardOf, themesIn } from '#modules/commons/sensemaking/board.ts'
import {
  insightQuestions,
  insightsAmong,
  insightTypes,
  isTelling,
  narrowed,
  readInsights,
} from '#modules/commons/sensemaking/insights.ts'
import { writeInsights } from '#modules/commons/sensemaking/insights-export.ts'
import { readPortfolio, staged } from '#modules/commons/sensemaking/portfolio.ts'
import { InsightsPage } from '#modules/commons/sensemaking/views/insights-page.tsx'
import { LearningPage } from '#modules/commons/sensemaking/views/learning-page.tsx'
import { SignalsPage } from '#modules/commons/sensemaking/views/signals-page.tsx'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import { type Entry, entryOf, openPage } from '#modules/network/index.ts'

export function openSensemakingPages(app: Hono<AppEnv>): void {
  openPage(app, 'signals', { GET: showSignals })
  openPage(app, 'learning', { GET: showLearning })
  openPage(app, 'learningInsights', { GET: showInsights })
  openPage(app, 'learningInsightsExport', { GET: showInsightsExport })
}

/** On one board; the rest on the next. */
const boardSignals = 150

/** Of each facet so many values are offered: enough to narrow by, without leading away from the page. */
const mostValues = 12

const signalKinds: FacetKind[] = ['horizon', 'theme', 'country', 'sdg', 'year', 'language']
const learningKinds: FacetKind[] = ['stage', 'theme', 'country', 'sdg', 'year', 'language']
const insightKinds: FacetKind[] = ['type', 'theme', 'country', 'sdg', 'method', 'year', 'language']

/** Weak signals by theme and time: one search, laid out. */
async function showSignals(c: AppContext): Promise<Response> {
  return reading(c, async (trx, entry) => {
    const { network } = entry
    const query = await queryOf(c, trx, network.id, ['type', 'stage'])
    const signals: CommonsQuery = {
      ...query,
      sort: 'recent',
      facets: { ...query.facets, type: ['weaksignal'] },
    }
    const found = await search(trx, network.id, signals, boardSignals)
    const searched = { ...signals, q: found.corrected ?? signals.q }
    const parents = await parentsOf(trx, 'theme', themesIn(found.hits))
    const board = boardOf(found.hits, parents, query.facets.theme)
    const themes = board.rows.flatMap(({ theme, above }) => [theme, above].filter(one => one !== null))
    return page(c, SignalsPage, {
      network,
      query,
      corrected: found.corrected,
      total: found.total,
      shown: found.hits.length,
      next: found.next,
      board,
      counts: await countsOf(c, trx, network.id, searched, signalKinds),
      labels: await labelsOf(
        c,
        trx,
        network.id,
        query,
        themes.map(theme => facetOf('theme', theme)),
      ),
    })
  })
}

/** Where what is found, or what a collection holds, stands in the learning cycle. */
async function showLearning(c: AppContext): Promise<Response> {
  return reading(c, async (trx, entry) => {
    const { network } = entry
    const query = { ...(await queryOf(c, trx, network.id)), after: null }
    const collection = await gatheredIn(c, trx, entry)
    const ids = collection?.items.map(({ id }) => id) ?? null
    return page(c, LearningPage, {
      network,
      query,
      collection: collection && { ...collection, telling: collection.items.some(isTelling) },
      portfolio: await readPortfolio(trx, network.id, query, ids),
      counts: collection ? new Map() : await countsOf(c, trx, network.id, staged(query), learningKinds),
      labels: await labelsOf(c, trx, network.id, query),
    })
  })
}

/** What was learned: the passages of twenty pages at a time. */
async function showInsights(c: AppContext): Promise<Response> {
  return reading(c, async (trx, entry) => {
    const { network } = entry
    const query = await queryOf(c, trx, network.id)
    const questions = await insightQuestions(trx, network.id)
    const chosen = chosenOf(c, questions)
    const gathered = await gatheredIn(c, trx, entry)
    const { total, learned, next, corrected } = gathered
      ? await insightsAmong(trx, network.id, gathered.items, { chosen, after: query.after })
      : await readInsights(trx, network.id, query, chosen)
    const searched = { ...query, q: corrected ?? query.q }
    return page(c, InsightsPage, {
      network,
      query,
      collection: gathered,
      corrected,
      questions,
      chosen,
      total,
      learned,
      next,
      counts: gathered
        ? new Map()
        : onlyTelling(await countsOf(c, trx, network.id, narrowed(searched), insightKinds)),
      labels: await labelsOf(c, trx, network.id, query),
    })
  })
}

async function showInsightsExport(c: AppContext): Promise<Response> {
  await limitAddress(c, 'export')
  if (c.req.param('file') !== 'insights.csv') throw new AppError('not-found')
  const { network, tenant } = entryOf(c)
  const { db } = c.var.services
  const { locale } = c.var
  const read: Reading = work => readTenant(db, tenant, work)
  const { query, templates, questions, gathered } = await read(async trx => ({
    query: await queryOf(c, trx, network.id),
    templates: await templatesOf(trx, network.id),
    questions: await insightQuestions(trx, network.id),
    gathered: await gatheredIn(c, trx, entryOf(c)),
  }))
  const urlOf = (slug: string) => originOf(c) + href('item', { locale, network: network.slug, slug })
  const items = gathered
    ? readRecords(read, network.id, gathered.items.filter(isTelling), { urlOf })
    : exportItems(read, network.id, narrowed(query), { urlOf })
  c.header('content-type', 'text/csv; charset=utf-8')
  c.header('cache-control', 'no-cache')
  c.header('x-stream', '1')
  c.header('content-disposition', `attachment; filename="${network.slug}-insights.csv"`)
  return c.body(writeInsights(items, { templates, questions, chosen: chosenOf(c, questions), locale }))
}

/**
 * What the collection of the address holds, as far as its reader may read it; null where the address names none.
 * @throws AppError 'not-found'
 */
async function gatheredIn(c: AppContext, trx: Trx, entry: Entry): Promise<Gathered | null> {
  const slug = c.req.query('collection')
  if (!slug) return null
  const { id, title, language } = await openCollection(trx, entry, slug, 'read')
  const { entries } = await collectionEntries(trx, entry.network.id, id)
  return { slug, title, language, items: entries.map(({ item }) => item) }
}

interface Gathered {
  slug: string
  title: string
  language: string
  items: CollectedItem[]
}

/** Reads as whoever was let in; what the public gets may be kept for every visitor. */
async function reading(
  c: AppContext,
  work: (trx: Trx, entry: Entry) => Promise<Response>,
): Promise<Response> {
  const entry = entryOf(c)
  if (!isWhole(readQuery(new URL(c.req.url).searchParams))) await limitAddress(c, 'search')
  // What a member sees of a collection is theirs.
  if (!c.req.query('collection')) c.set('shared', { networkId: entry.network.id })
  return readTenant(c.var.services.db, entry.tenant, trx => work(trx, entry))
}

/** @param without kinds that the page itself decides on */
async function queryOf(
  c: AppContext,
  trx: Trx,
  networkId: string,
  without: readonly FacetKind[] = [],
): Promise<CommonsQuery> {
  const query = await currentQuery(trx, networkId, readQuery(new URL(c.req.url).searchParams))
  const facets = Object.fromEntries(
    Object.entries(query.facets).filter(([kind]) => !without.includes(kind as FacetKind)),
  )
  return { ...query, facets }
}

/** Questions named in the address, those that there are. */
function chosenOf(c: AppContext, questions: readonly { key: string }[]): string[] {
  const asked = new URL(c.req.url).searchParams.getAll('question')
  return questions.map(({ key }) => key).filter(key => asked.includes(key))
}

async function countsOf(
  c: AppContext,
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  kinds: FacetKind[],
): Promise<Map<FacetKind, FacetCount[]>> {
  const counts = await countFacets(trx, networkId, query, kinds, mostValues)
  return new Map([...counts].map(([kind, values]) => [kind, calledIn(c.var.locale, values)]))
}

/** Other types of page have nothing to choose here. */
function onlyTelling(counts: Map<FacetKind, FacetCount[]>): Map<FacetKind, FacetCount[]> {
  const telling = (counts.get('type') ?? []).filter(({ key }) => insightTypes.some(type => type === key))
  return counts.has('type') ? new Map([...counts, ['type', telling]]) : counts
}

async function labelsOf(
  c: AppContext,
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  others: string[] = [],
): Promise<Map<string, string>> {
  const chosen = facetKinds.flatMap(kind => (query.facets[kind] ?? []).map(key => facetOf(kind, key)))
  const facets = [...chosen, ...others]
  if (facets.length === 0) return new Map()
  const known = await itemsByFacet(trx, networkId, facets, c.var.locale)
  return new Map([...known].map(([facet, { label }]) => [facet, label]))
}
