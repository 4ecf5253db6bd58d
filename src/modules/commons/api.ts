import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import { type AppEnv, originOf } from '#http/context.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { locales } from '#kernel/locale.ts'
import { json, networkParameter } from '#modules/commons/api-schema.ts'
import { collectionsApi } from '#modules/commons/collections/collection-api.ts'
import { discussionApi } from '#modules/commons/discussion/discussion-api.ts'
import { exportResponse } from '#modules/commons/exports/export-response.ts'
import { facetKinds, itemTypes, splitFacet } from '#modules/commons/facets.ts'
import { familiesApi } from '#modules/commons/families/api.ts'
import { followingApi } from '#modules/commons/following/following-api.ts'
import { importApi } from '#modules/commons/importing/import-api.ts'
import { findItem, readItem } from '#modules/commons/items.ts'
import { linksApi } from '#modules/commons/links/link-api.ts'
import { publicationApi } from '#modules/commons/publication/api.ts'
import { countFacets } from '#modules/commons/search/facet-counts.ts'
import { placesIn, readBox } from '#modules/commons/search/places.ts'
import { readWholeQuery, sorts } from '#modules/commons/search/query.ts'
import { pageSize, search } from '#modules/commons/search/searching.ts'
import { templatesApi } from '#modules/commons/templates/template-api.ts'
import { translationsApi } from '#modules/commons/translations/api.ts'
import { writingApi } from '#modules/commons/writing/writing-api.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'

const many = z.union([z.string(), z.array(z.string())]).optional()

const queryParameters = z.object({
  q: z.string().max(300).optional().openapi({
    description:
      'Words; quotes, `or` and `-` as on the web. Accents, case, inflection and a typing error are forgiven.',
    example: 'énergie solaire',
  }),
  type: many.openapi({ description: `Any of: ${itemTypes.join(', ')}. Repeat a parameter for "any of".` }),
  country: many.openapi({ description: 'ISO 3166-1 alpha-2', example: 'CI' }),
  sdg: many.openapi({ description: 'Number of a Sustainable Development Goal, 1 to 17' }),
  theme: many.openapi({ description: 'Key of a family of themes, as `facets` gives it' }),
  method: many,
  datasource: many,
  year: many,
  language: many.openapi({ description: 'ISO 639-1' }),
  stage: many.openapi({ description: 'sense, explore, test or grow' }),
  horizon: many.openapi({ description: 'Of weak signals: now, near, far or beyond' }),
  principle: many,
  tactic: many,
  tool: many,
  skill: many,
  sort: z.enum(sorts).optional(),
})

const itemSummary = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    title: z.string(),
    type: z.string().nullable(),
    summary: z.string(),
    language: z.string().nullable(),
    year: z.number().int().nullable(),
    countries: z.array(z.string()).openapi({ description: 'ISO 3166-1 alpha-2' }),
    sdgs: z.array(z.number().int()),
    updatedAt: z.iso.datetime(),
    url: z.url(),
  })
  .openapi('ItemSummary')

const item = itemSummary
  .extend({
    fileName: z.string(),
    version: z.number().int(),
    place: z.object({ lat: z.number(), lng: z.number() }).nullable(),
    years: z.array(z.number().int()),
    stages: z.array(z.string()),
    tags: z.array(z.object({ kind: z.string(), written: z.string(), family: z.string() })),
    source: z.string().openapi({ description: 'The page in Markdown, byte for byte' }),
  })
  .openapi('Item')

const tags = ['Commons']
const file = z.string().openapi({ format: 'binary' })

const listItems = apiRoute('commons:read', {
  tags,
  method: 'get',
  path: '/networks/{network}/commons/items',
  summary: 'Search the commons',
  description: `Pages of ${pageSize} where \`limit\` does not say otherwise, by key: pass \`next\` as \`after\` for the following page.`,
  request: {
    params: networkParameter,
    query: queryParameters.extend({
      after: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(pageSize),
    }),
  },
  responses: {
    200: json(
      z.object({
        total: z.number().int(),
        corrected: z
          .string()
          .nullable()
          .openapi({ description: 'What was searched instead, when what was typed finds nothing' }),
        items: z.array(itemSummary),
        next: z.string().nullable(),
      }),
      'What is found',
    ),
    ...problemResponses(422),
  },
})

const listFacets = apiRoute('commons:read', {
  tags,
  method: 'get',
  path: '/networks/{network}/commons/facets',
  summary: 'Values to narrow a search by, with their counts',
  request: {
    params: networkParameter,
    query: queryParameters.extend({ most: z.coerce.number().int().min(1).max(500).default(50) }),
  },
  responses: {
    200: json(
      z.object({
        facets: z.partialRecord(
          z.enum(facetKinds),
          z.array(
            z.object({
              key: z.string(),
              label: z.string(),
              count: z.number().int(),
              labels: z
                .partialRecord(z.enum(locales), z.string())
                .nullable()
                .openapi({ description: 'What a curator called it, by language' }),
            }),
          ),
        ),
      }),
      'Counts by kind',
    ),
    ...problemResponses(422),
  },
})

const getItem = apiRoute('commons:read', {
  tags,
  method: 'get',
  path: '/networks/{network}/commons/items/{slug}',
  summary: 'One item, with its source',
  request: { params: networkParameter.extend({ slug: z.string() }) },
  responses: { 200: json(item, 'The item') },
})

const getPlaces = apiRoute('commons:read', {
  tags,
  method: 'get',
  path: '/networks/{network}/commons/places',
  summary: 'What is found, as points within a box',
  request: {
    params: networkParameter,
    query: queryParameters.extend({
      bbox: z.string().max(200).optional().openapi({
        description: 'west,south,east,north in degrees; west is greater than east across the antimeridian',
        example: '-9,4,-2,11',
      }),
    }),
  },
  responses: {
    200: {
      description: 'GeoJSON (RFC 7946); `more` is true when there were more points than are given',
      content: {
        'application/geo+json': {
          schema: z.object({
            type: z.literal('FeatureCollection'),
            more: z.boolean(),
            features: z.array(z.looseObject({})),
          }),
        },
      },
    },
    ...problemResponses(422),
  },
})

const getExport = apiRoute('commons:read', {
  tags,
  method: 'get',
  path: '/networks/{network}/commons/export/{file}',
  limit: 'export',
  summary: 'Everything found, as a file',
  description:
    '`commons.zip` (the Markdown pages), `.json`, `.csv`, `.xlsx`, `.geojson` or `.atom`. Streams.',
  request: {
    params: networkParameter.extend({
      file: z.string().regex(/^commons\.(zip|json|csv|xlsx|geojson|atom)$/),
    }),
    query: queryParameters,
  },
  responses: {
    200: {
      description: 'The file',
      content: {
        'application/zip': { schema: file },
        'application/json': { schema: z.object({ items: z.array(z.looseObject({})) }) },
        'text/csv': { schema: file },
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { schema: file },
        'application/geo+json': { schema: z.looseObject({ type: z.literal('FeatureCollection') }) },
        'application/atom+xml': { schema: file },
      },
    },
    ...problemResponses(422),
  },
})

export function commonsApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(listItems, async c => {
    const { network, tenant } = entryOf(c)
    const query = readWholeQuery(new URL(c.req.url).searchParams, ['limit'])
    const { limit } = c.req.valid('query')
    const result = await readTenant(c.var.services.db, tenant, trx => search(trx, network.id, query, limit))
    const items = result.hits.map(hit => ({
      ...summaryOf(hit),
      url: originOf(c) + href('item', { locale: network.locale, network: network.slug, slug: hit.slug }),
    }))
    return c.json({ total: result.total, corrected: result.corrected, items, next: result.next }, 200)
  })

  api.openapi(listFacets, async c => {
    const { network, tenant } = entryOf(c)
    const query = readWholeQuery(new URL(c.req.url).searchParams, ['most'])
    const { most } = c.req.valid('query')
    const counts = await readTenant(c.var.services.db, tenant, trx =>
      countFacets(trx, network.id, query, facetKinds, most),
    )
    return c.json({ facets: Object.fromEntries(counts) }, 200)
  })

  api.openapi(getItem, async c => {
    const { network, tenant } = entryOf(c)
    const found = await readTenant(c.var.services.db, tenant, trx =>
      findItem(trx, network.id, c.req.param('slug')),
    )
    if (!found) throw new AppError('not-found')
    const { facts } = readItem(found)
    const year = facts.years.length > 0 ? Math.max(...facts.years) : null
    return c.json(
      {
        ...summaryOf({ ...found, year }),
        url: originOf(c) + href('item', { locale: network.locale, network: network.slug, slug: found.slug }),
        fileName: found.fileName,
        version: found.version,
        place: facts.place,
        years: facts.years,
        stages: facts.stages,
        tags: facts.tags,
        source: found.source,
      },
      200,
    )
  })

  api.openapi(getPlaces, async c => {
    const { network, tenant } = entryOf(c)
    const query = readWholeQuery(new URL(c.req.url).searchParams, ['bbox'])
    const box = readBox(c.req.valid('query').bbox)
    const { places, more } = await readTenant(c.var.services.db, tenant, trx =>
      placesIn(trx, network.id, query, box),
    )
    const features = places.map(({ id, slug, title, type, latitude, longitude }) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [longitude, latitude] },
      properties: { id, slug, title, type },
    }))
    return c.json({ type: 'FeatureCollection' as const, more, features }, 200, {
      'content-type': 'application/geo+json',
    })
  })

  api.openapi(getExport, async c => {
    const entry = entryOf(c)
    const query = readWholeQuery(new URL(c.req.url).searchParams)
    return exportResponse(c, { ...entry, query, extension: c.req.param('file').split('.')[1] ?? '' })
  })

  importApi(api)
  writingApi(api)
  discussionApi(api)
  familiesApi(api)
  translationsApi(api)
  collectionsApi(api)
  linksApi(api)
  publicationApi(api)
  followingApi(api)
  templatesApi(api)
}

function summaryOf(found: {
  id: string
  slug: string
  title: string
  type: string | null
  summary: string
  language: string | null
  year: number | null
  facets: string[]
  updatedAt: Date
}) {
  const { id, slug, title, type, summary, language, year } = found
  const facets = found.facets.map(splitFacet)
  return {
    id,
    slug,
    title,
    type,
    summary,
    language,
    year,
    countries: facets.filter(({ kind }) => kind === 'country').map(({ key }) => key),
    sdgs: facets.filter(({ kind }) => kind === 'sdg').map(({ key }) => Number(key)),
    updatedAt: found.updatedAt.toISOString(),
  }
}
