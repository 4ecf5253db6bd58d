import type { Trx } from '#db/database.ts'
import { readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { exportResponse } from '#modules/commons/exports/export-response.ts'
import { type FacetKind, facetKinds, facetOf } from '#modules/commons/facets.ts'
import { currentQuery } from '#modules/commons/families/aliases.ts'
import { subjectOfSearch } from '#modules/commons/following/following.ts'
import { followingOf } from '#modules/commons/following/followings.ts'
import { surroundingsOf } from '#modules/commons/item-surroundings.ts'
import { findItem, type Item, itemsByFacet, listVersions, readItem } from '#modules/commons/items.ts'
import { partsOf } from '#modules/commons/parts.ts'
import { calledIn, countFacets, type FacetCount, listFacet } from '#modules/commons/search/facet-counts.ts'
import { neighboursOf } from '#modules/commons/search/neighbours.ts'
import { clusters, placesIn, readBox } from '#modules/commons/search/places.ts'
import { type CommonsQuery, isWhole, readQuery } from '#modules/commons/search/query.ts'
import { countLocated, search } from '#modules/commons/search/searching.ts'
import { type AllValues, mostCounted } from '#modules/commons/views/facet-panel.tsx'
import { ItemPage } from '#modules/commons/views/item-page.tsx'
import { ListPage } from '#modules/commons/views/list-page.tsx'
import { MapPage } from '#modules/commons/views/map-page.tsx'
import { VersionsPage } from '#modules/commons/views/versions-page.tsx'
import { typeName } from '#modules/commons/views/words.ts'
import { entryOf, type Network } from '#modules/network/index.ts'

/** The facets of the panel; principles, tactics, tools and skills are reached from the items that have them. */
const panelKinds = facetKinds.slice(0, 9)

export async function showList(c: AppContext): Promise<Response> {
  const asked = queryOf(c)
  if (!isWhole(asked)) await limitAddress(c, 'search')
  return withNetwork(c, async (trx, network) => {
    const query = await currentQuery(trx, network.id, asked)
    const result = await search(trx, network.id, query)
    const searched = result.corrected === null ? query : { ...query, q: result.corrected }
    const counts = result.unsearchable
      ? new Map()
      : await countFacets(trx, network.id, searched, panelKinds, mostCounted)
    const all = await allValues(c, trx, network.id, searched, counts)
    const { personId } = entryOf(c)
    return page(c, ListPage, {
      network,
      query,
      result,
      counts: inReadersWords(c, counts),
      all,
      labels: await labelsOf(c, trx, network.id, query),
      following:
        personId === null || isWhole(searched)
          ? null
          : await followingOf(trx, { networkId: network.id, personId }, subjectOfSearch(searched)),
    })
  })
}

export async function showMap(c: AppContext): Promise<Response> {
  const asked = queryOf(c)
  if (!isWhole(asked)) await limitAddress(c, 'search')
  return withNetwork(c, async (trx, network) => {
    const query = await currentQuery(trx, network.id, asked)
    const found = await search(trx, network.id, { ...query, after: null, sort: 'recent' }, 1)
    const searched = found.corrected === null ? query : { ...query, q: found.corrected }
    const counts = await countFacets(trx, network.id, searched, panelKinds, mostCounted)
    const countries = counts.get('country') ?? []
    const chosen = query.facets.country ?? []
    const places = chosen.length === 1 ? await clusters(trx, network.id, searched, 0.5) : []
    const all = await allValues(c, trx, network.id, searched, counts)
    return page(c, MapPage, {
      network,
      query: searched,
      total: found.total,
      located: await countLocated(
        trx,
        network.id,
        searched,
        countries.map(one => one.key),
      ),
      countries,
      clusters: places,
      counts: inReadersWords(c, counts),
      all,
      labels: await labelsOf(c, trx, network.id, query),
    })
  })
}

export async function showItem(c: AppContext): Promise<Response> {
  return withNetwork(c, async (trx, network) =>
    itemPage(c, trx, network, await required(trx, network, c), false),
  )
}

export async function showVersion(c: AppContext): Promise<Response> {
  return withNetwork(c, async (trx, network) => {
    const number = Number(c.req.param('number'))
    if (!Number.isInteger(number) || number < 1 || number > 2 ** 31 - 1) throw new AppError('not-found')
    const current = await required(trx, network, c)
    const item = number === current.version ? current : await findItem(trx, network.id, current.slug, number)
    if (!item) throw new AppError('not-found')
    return itemPage(c, trx, network, item, number !== current.version)
  })
}

export async function showVersions(c: AppContext): Promise<Response> {
  return withNetwork(c, async (trx, network) => {
    const item = await required(trx, network, c)
    return page(c, VersionsPage, { network, item, versions: await listVersions(trx, network.id, item.id) })
  })
}

/** The page as it came, byte for byte. */
export async function showSource(c: AppContext): Promise<Response> {
  return withNetwork(c, async (trx, network) => {
    const item = await required(trx, network, c)
    return c.body(item.source, 200, { 'content-type': 'text/plain; charset=utf-8' })
  })
}

export async function showExport(c: AppContext): Promise<Response> {
  await limitAddress(c, 'export')
  const query = queryOf(c)
  const { network, tenant } = entryOf(c)
  const extension = /^commons\.([a-z]+)$/.exec(c.req.param('file') ?? '')?.[1]
  if (!extension) throw new AppError('not-found')
  return exportResponse(c, { network, tenant, query, extension })
}

/** Points for the interactive map: GeoJSON (RFC 7946) of what lies in the box. */
export async function showPlaces(c: AppContext): Promise<Response> {
  const query = queryOf(c)
  await limitAddress(c, 'api')
  const box = readBox(c.req.query('bbox'))
  const { i18n } = c.var
  return withNetwork(c, async (trx, network) => {
    const { places, more } = await placesIn(trx, network.id, query, box)
    const features = places.map(({ id, slug, title, type, latitude, longitude }) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [longitude, latitude] },
      properties: {
        id,
        title,
        type: typeName(i18n, type),
        href: href('item', { locale: i18n.locale, network: network.slug, slug }),
      },
    }))
    return c.body(JSON.stringify({ type: 'FeatureCollection', more, features }), 200, {
      'content-type': 'application/geo+json',
    })
  })
}

/** Reads as whoever was let in; of what the public gets, lets the answer be kept for every visitor. */
async function withNetwork(
  c: AppContext,
  work: (trx: Trx, network: Network) => Promise<Response>,
): Promise<Response> {
  const { db } = c.var.services
  const { network, tenant } = entryOf(c)
  c.set('shared', { networkId: network.id })
  return readTenant(db, tenant, trx => work(trx, network))
}

async function itemPage(
  c: AppContext,
  trx: Trx,
  network: Network,
  item: Item,
  past: boolean,
): Promise<Response> {
  const { page: whole, facts } = readItem(item)
  const parts = partsOf(whole)
  const part = Number(c.req.query('part') ?? 1)
  const body = parts[part - 1]
  if (!body) throw new AppError('not-found')
  const versions = await listVersions(trx, network.id, item.id)
  const families = await itemsByFacet(trx, network.id, [
    ...item.facets,
    ...facts.tags.map(tag => facetOf(tag.kind, tag.family)),
  ])
  const neighbours = past ? [] : await neighboursOf(trx, network.id, item)
  const around = past ? null : await surroundingsOf(trx, entryOf(c), item)
  return page(c, ItemPage, {
    network,
    item,
    page: body,
    part: { number: part, of: parts.length },
    facts,
    families,
    neighbours,
    around,
    versions,
    past,
  })
}

async function required(trx: Trx, network: Network, c: AppContext): Promise<Item> {
  const item = await findItem(trx, network.id, c.req.param('slug') ?? '')
  if (!item) throw new AppError('not-found')
  return item
}

/** Families by the names that the curator gave them in the reader's language. */
function inReadersWords(c: AppContext, counts: Map<FacetKind, FacetCount[]>): Map<FacetKind, FacetCount[]> {
  return new Map([...counts].map(([kind, values]) => [kind, calledIn(c.var.locale, values)]))
}

function queryOf(c: AppContext): CommonsQuery {
  return readQuery(new URL(c.req.url).searchParams)
}

/**
 * The kind of which the reader wants to see every value, a matter of the page and not of the search; puts into `counts`
 * the values of that page where they are too many for one.
 */
async function allValues(
  c: AppContext,
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
  counts: Map<FacetKind, FacetCount[]>,
): Promise<AllValues | null> {
  const kind = panelKinds.find(one => one === c.req.query('all'))
  if (!kind) return null
  const given = c.req.query('beyond') ?? ''
  // NUL cannot be stored, so no value has it.
  const after = given === '' || given.includes('\0') ? null : given
  if (after === null && (counts.get(kind)?.length ?? 0) < mostCounted)
    return { kind, first: true, next: null }
  const { values, next } = await listFacet(trx, networkId, query, kind, after, mostCounted)
  counts.set(kind, values)
  return { kind, first: after === null, next }
}

/** What the families chosen are called. */
async function labelsOf(
  c: AppContext,
  trx: Trx,
  networkId: string,
  query: CommonsQuery,
): Promise<Map<string, string>> {
  const facets = facetKinds.flatMap(kind => (query.facets[kind] ?? []).map(key => facetOf(kind, key)))
  if (facets.length === 0) return new Map()
  const known = await itemsByFacet(trx, networkId, facets, c.var.locale)
  return new Map([...known].map(([facet, { label }]) => [facet, label]))
}
