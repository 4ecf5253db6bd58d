import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import { type AppEnv, originOf } from '#http/context.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { exportResponse } from '#modules/commons/export-response.ts'
import { countFacets } from '#modules/commons/facet-counts.ts'
import { facetKinds, itemTypes, splitFacet } from '#modules/commons/facets.ts'
import { receiveUpload } from '#modules/commons/import-upload.ts'
import { findImport, listImports, listProblems } from '#modules/commons/imports.ts'
import { findItem, readItem } from '#modules/commons/items.ts'
import { placesIn, readBox } from '#modules/commons/places.ts'
import { problemMessage } from '#modules/commons/problem-message.ts'
import { readQuery, sorts } from '#modules/commons/query.ts'
import { search } from '#modules/commons/searching.ts'
import { enterByApi } from '#modules/network/index.ts'

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
  principle: many,
  tactic: many,
  tool: many,
  skill: many,
  sort: z.enum(sorts).optional(),
})

const networkParameter = z.object({
  network: z.string().openapi({ description: 'Slug of the network', example: 'fil-commun' }),
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

const importSchema = z
  .object({
    id: z.uuid(),
    origin: z.string(),
    state: z.enum(['waiting', 'running', 'finished', 'failed']),
    read: z.number().int(),
    created: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    refused: z.number().int(),
    problems: z.number().int(),
    failure: z
      .object({ code: z.string(), detail: z.record(z.string(), z.union([z.string(), z.number()])) })
      .nullable(),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .openapi('Import')

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const base = { tags: ['Commons'], security: [{}, { token: [] }] as Record<string, string[]>[] }

const listItems = createRoute({
  ...base,
  method: 'get',
  path: '/networks/{network}/commons/items',
  summary: 'Search the commons',
  description: 'Pages of 20, by key: pass `next` as `after` for the following page.',
  request: {
    params: networkParameter,
    query: queryParameters.extend({
      after: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
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
    ...problemResponses(401, 403, 404, 422, 429),
  },
})

const listFacets = createRoute({
  ...base,
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
          z.array(z.object({ key: z.string(), label: z.string(), count: z.number().int() })),
        ),
      }),
      'Counts by kind',
    ),
    ...problemResponses(401, 403, 404, 422, 429),
  },
})

const getItem = createRoute({
  ...base,
  method: 'get',
  path: '/networks/{network}/commons/items/{slug}',
  summary: 'One item, with its source',
  request: { params: networkParameter.extend({ slug: z.string() }) },
  responses: { 200: json(item, 'The item'), ...problemResponses(401, 403, 404, 429) },
})

const getPlaces = createRoute({
  ...base,
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
    ...problemResponses(401, 403, 404, 422, 429),
  },
})

const getExport = createRoute({
  ...base,
  method: 'get',
  path: '/networks/{network}/commons/export/{file}',
  summary: 'Everything found, as a file',
  description:
    '`commons.zip` (the Markdown pages), `.json`, `.csv`, `.xlsx`, `.geojson` or `.atom`. Streams.',
  request: {
    params: networkParameter.extend({
      file: z.string().regex(/^commons\.(zip|json|csv|xlsx|geojson|atom)$/),
    }),
    query: queryParameters,
  },
  responses: { 200: { description: 'The file' }, ...problemResponses(401, 403, 404, 422, 429) },
})

const postImport = createRoute({
  tags: ['Commons'],
  security: [{ token: ['commons:write'] }],
  method: 'post',
  path: '/networks/{network}/commons/imports',
  summary: 'Import pages: one Markdown page or a zip of them',
  description:
    'Imported in the background: follow the address in `Location`. Sent again, nothing changes; a changed page becomes a new version.',
  request: {
    params: networkParameter,
    query: z.object({
      name: z.string().min(1).max(200).openapi({
        description: 'File name, by which a page is known from one import to the next',
        example: 'plans.zip',
      }),
      visibility: z
        .enum(['public', 'network'])
        .optional()
        .openapi({ description: 'Who may read; by default as the network itself' }),
    }),
    body: {
      required: true,
      content: {
        'application/zip': { schema: z.string().openapi({ format: 'binary' }) },
        'text/markdown': { schema: z.string() },
      },
    },
  },
  responses: {
    202: {
      ...json(importSchema, 'Taken in'),
      headers: { location: { schema: { type: 'string' }, description: 'Where to follow it' } },
    },
    ...problemResponses(401, 403, 404, 413, 415, 422, 429),
  },
})

const getImport = createRoute({
  tags: ['Commons'],
  security: [{ token: ['commons:write'] }],
  method: 'get',
  path: '/networks/{network}/commons/imports/{id}',
  summary: 'How far an import is, and what it could not understand',
  request: {
    params: networkParameter.extend({ id: z.string() }),
    query: z.object({ after: z.coerce.number().int().min(-1).default(-1) }),
  },
  responses: {
    200: json(
      importSchema.extend({
        report: z.array(
          z.object({
            position: z.number().int(),
            fileName: z.string(),
            line: z.number().int().nullable(),
            severity: z.enum(['refused', 'warning', 'note']),
            code: z.string(),
            message: z.string(),
          }),
        ),
        next: z.number().int().nullable(),
      }),
      'The import, with up to 500 lines of its report',
    ),
    ...problemResponses(401, 403, 404, 429),
  },
})

const getImports = createRoute({
  tags: ['Commons'],
  security: [{ token: ['commons:write'] }],
  method: 'get',
  path: '/networks/{network}/commons/imports',
  summary: 'The latest imports',
  request: { params: networkParameter },
  responses: {
    200: json(z.object({ imports: z.array(importSchema) }), 'Up to 50 imports, the latest first'),
    ...problemResponses(401, 403, 404, 429),
  },
})

export function commonsApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(listItems, async c => {
    await limitAddress(c, 'api')
    const { network, tenant } = await enterByApi(c, c.req.param('network'), 'commons:read')
    const query = readQuery(new URL(c.req.url).searchParams)
    const { limit } = c.req.valid('query')
    const result = await readTenant(c.var.services.db, tenant, trx => search(trx, network.id, query, limit))
    const items = result.hits.map(hit => ({
      ...summaryOf(hit),
      url: originOf(c) + href('item', { locale: network.locale, network: network.slug, slug: hit.slug }),
    }))
    return c.json({ total: result.total, corrected: result.corrected, items, next: result.next }, 200)
  })

  api.openapi(listFacets, async c => {
    await limitAddress(c, 'api')
    const { network, tenant } = await enterByApi(c, c.req.param('network'), 'commons:read')
    const query = readQuery(new URL(c.req.url).searchParams)
    const { most } = c.req.valid('query')
    const counts = await readTenant(c.var.services.db, tenant, trx =>
      countFacets(trx, network.id, query, facetKinds, most),
    )
    return c.json({ facets: Object.fromEntries(counts) }, 200)
  })

  api.openapi(getItem, async c => {
    await limitAddress(c, 'api')
    const { network, tenant } = await enterByApi(c, c.req.param('network'), 'commons:read')
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
    await limitAddress(c, 'api')
    const { network, tenant } = await enterByApi(c, c.req.param('network'), 'commons:read')
    const query = readQuery(new URL(c.req.url).searchParams)
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
    await limitAddress(c, 'export')
    const entry = await enterByApi(c, c.req.param('network'), 'commons:read')
    const query = readQuery(new URL(c.req.url).searchParams)
    return exportResponse(c, { ...entry, query, extension: c.req.param('file').split('.')[1] ?? '' })
  })

  importRoutes(api)
}

function importRoutes(api: OpenAPIHono<AppEnv>): void {
  api.openapi(postImport, async c => {
    await limitAddress(c, 'import')
    const entry = await enterByApi(c, c.req.param('network'), 'commons:write')
    const { name, visibility } = c.req.valid('query')
    const id = await receiveUpload(c, entry, {
      name,
      visibility: visibility ?? (entry.network.visibility === 'public' ? 'public' : 'network'),
    })
    const found = await readTenant(c.var.services.db, entry.tenant, trx =>
      findImport(trx, entry.network.id, id),
    )
    if (!found) throw new AppError('internal')
    c.header('location', `/api/networks/${entry.network.slug}/commons/imports/${id}`)
    return c.json(found, 202)
  })

  api.openapi(getImports, async c => {
    await limitAddress(c, 'api')
    const { network, tenant } = await enterByApi(c, c.req.param('network'), 'commons:write')
    return c.json(
      { imports: await readTenant(c.var.services.db, tenant, trx => listImports(trx, network.id)) },
      200,
    )
  })

  api.openapi(getImport, async c => {
    await limitAddress(c, 'api')
    const { network, tenant } = await enterByApi(c, c.req.param('network'), 'commons:write')
    const id = c.req.param('id')
    if (!isId(id)) throw new AppError('not-found')
    const { after } = c.req.valid('query')
    const { i18n } = c.var
    return readTenant(c.var.services.db, tenant, async trx => {
      const found = await findImport(trx, network.id, id)
      if (!found) throw new AppError('not-found')
      const { problems, next } = await listProblems(trx, network.id, id, after)
      const report = problems.map(({ detail, ...problem }) => ({
        ...problem,
        message: problemMessage(i18n, problem.code, detail),
      }))
      return c.json({ ...found, report, next }, 200)
    })
  })
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
