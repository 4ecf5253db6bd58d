import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import {
  countedSchema,
  oneSeriesSchema,
  proposalSchema,
  seriesSchema,
} from '#modules/afterworks/api-schema.ts'
import { countedIn, counterNames, countersOf } from '#modules/afterworks/counters.ts'
import { editionInput, editionsOf, scheduleEdition } from '#modules/afterworks/editions.ts'
import { actingFor, listProposals, propose, vote } from '#modules/afterworks/proposals.ts'
import { proposalInput, seriesInput } from '#modules/afterworks/schema.ts'
import { addSeries, confirmNext, listSeries, openSeries, type Series } from '#modules/afterworks/series.ts'
import { apiRoute, type Entry, entryOf, inWords, Refusal } from '#modules/network/index.ts'

const ofNetwork = z.object({ network: z.string() })
const ofSeries = ofNetwork.extend({
  series: z.string().openapi({ description: 'The last word of its address.' }),
})
const tags = ['Afterworks']
const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})

const list = apiRoute('afterworks:read', {
  method: 'get',
  path: '/networks/{network}/afterworks',
  tags,
  summary: 'Series of afterworks that the reader may know of, the living first',
  request: { params: ofNetwork },
  responses: { 200: json('Series', z.object({ series: z.array(seriesSchema) })) },
})

const add = apiRoute('afterworks:run', {
  method: 'post',
  path: '/networks/{network}/afterworks',
  tags,
  summary: 'Creates a series',
  request: { params: ofNetwork, body: body(seriesInput) },
  responses: { 201: json('Created', z.object({ slug: z.string() })), ...problemResponses(422) },
})

const one = apiRoute('afterworks:read', {
  method: 'get',
  path: '/networks/{network}/afterworks/{series}',
  tags,
  summary: 'A series with its editions and its counters, in distinct organisations',
  request: { params: ofSeries },
  responses: { 200: json('The series', oneSeriesSchema) },
})

const counted = apiRoute('afterworks:take-part', {
  method: 'get',
  path: '/networks/{network}/afterworks/{series}/counted/{counter}',
  tags,
  summary: 'What a counter counted, organisation by organisation: as many as it says',
  request: {
    params: ofSeries.extend({ counter: z.enum(counterNames) }),
    query: z.object({
      after: z.string().max(300).optional().openapi({ description: 'The `next` of the answer before.' }),
      limit: z.coerce.number().int().min(1).max(200).default(100),
    }),
  },
  responses: {
    200: json(
      'Organisations',
      z.object({ organisations: z.array(countedSchema), next: z.string().nullable() }),
    ),
    ...problemResponses(422),
  },
})

const confirm = apiRoute('afterworks:take-part', {
  method: 'post',
  path: '/networks/{network}/afterworks/{series}/confirmations',
  tags,
  summary: 'Says that an organisation wants the next edition: once in each cycle',
  request: {
    params: ofSeries,
    body: body(
      z.object({
        organisation: z.uuid().optional().openapi({
          description: 'One that the person of the key acts for; the first of them unless it is said.',
        }),
      }),
    ),
  },
  responses: { 200: json('The series', seriesSchema), ...problemResponses(422) },
})

const proposals = apiRoute('afterworks:take-part', {
  method: 'get',
  path: '/networks/{network}/afterworks/{series}/proposals',
  tags,
  summary: 'Themes, places and dates that are proposed for the next edition, the most wanted first',
  request: { params: ofSeries },
  responses: { 200: json('Proposals', z.object({ proposals: z.array(proposalSchema) })) },
})

const addProposal = apiRoute('afterworks:take-part', {
  method: 'post',
  path: '/networks/{network}/afterworks/{series}/proposals',
  tags,
  summary: 'Proposes a theme, a place or a date, and votes for it',
  request: { params: ofSeries, body: body(proposalInput) },
  responses: { 201: json('Proposed', z.object({ id: z.uuid() })), ...problemResponses(422) },
})

const setVote = apiRoute('afterworks:take-part', {
  method: 'put',
  path: '/networks/{network}/afterworks/{series}/proposals/{proposal}/vote',
  tags,
  summary: 'Votes for a proposal, or no longer',
  request: { params: ofSeries.extend({ proposal: z.uuid() }), body: body(z.object({ wanted: z.boolean() })) },
  responses: { 204: { description: 'Said' }, ...problemResponses(422) },
})

const addEdition = apiRoute('afterworks:run', {
  method: 'post',
  path: '/networks/{network}/afterworks/{series}/editions',
  tags,
  summary: 'Announces the next edition: a meeting',
  request: { params: ofSeries, body: body(editionInput) },
  responses: { 201: json('Announced', z.object({ meeting: z.uuid() })), ...problemResponses(422) },
})

export function seriesApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(list, async c => {
    const found = await reading(c, (trx, entry) => listSeries(trx, entry))
    return c.json({ series: found.map(series => shown(series, entryOf(c))) }, 200)
  })

  api.openapi(add, async c => {
    const input = c.req.valid('json')
    const slug = await writing(c, (trx, entry) => addSeries(trx, entry, input, c.var.services.linkOrigin))
    return c.json({ slug }, 201)
  })

  api.openapi(one, async c => {
    const found = await reading(c, async (trx, entry) => {
      const series = await openSeries(trx, entry, c.req.valid('param').series)
      return {
        series,
        counters: await countersOf(trx, series),
        editions: await editionsOf(trx, entry, series),
      }
    })
    const { about, awareTarget, adoptedTarget, countedFrom: since } = found.series
    const editions = found.editions.map(
      ({ meetingId: meeting, number, theme, startsAt, endsAt, timeZone, place, state }) => ({
        ...{ meeting, number, theme, timeZone, place, state: state as 'scheduled' | 'cancelled' | 'held' },
        startsAt: startsAt.toISOString(),
        endsAt: endsAt.toISOString(),
      }),
    )
    const counters = { ...found.counters, awareTarget, adoptedTarget, since }
    return c.json({ ...shown(found.series, entryOf(c)), about, counters, editions }, 200)
  })

  api.openapi(counted, async c => {
    const { series, counter } = c.req.valid('param')
    const found = await reading(c, async (trx, entry) =>
      countedIn(trx, await openSeries(trx, entry, series), counter, c.req.valid('query')),
    )
    const organisations = found.organisations.map(({ id, name, times, first }) => ({
      organisation: id,
      ...{ name, times, first },
    }))
    return c.json({ organisations, next: found.next }, 200)
  })

  api.openapi(confirm, async c => {
    const { series } = c.req.valid('param')
    const found = await writing(c, (trx, entry) => {
      const organisation = c.req.valid('json').organisation ?? actingFor(entry)
      if (organisation === null) throw new AppError('forbidden')
      return confirmNext(trx, entry, series, organisation)
    })
    return c.json(shown(found, entryOf(c)), 200)
  })

  api.openapi(proposals, async c => {
    const found = await reading(c, async (trx, entry) =>
      listProposals(trx, entry, await openSeries(trx, entry, c.req.valid('param').series)),
    )
    const open = found.map(({ id, kind, text, details, startsAt, organisation, votes, mine }) => ({
      ...{ id, kind, text, details, organisation, votes, mine },
      startsAt: startsAt?.toISOString() ?? null,
    }))
    return c.json({ proposals: open }, 200)
  })

  api.openapi(addProposal, async c => {
    const input = c.req.valid('json')
    const id = await writing(c, (trx, entry) => propose(trx, entry, c.req.valid('param').series, input))
    return c.json({ id }, 201)
  })

  api.openapi(setVote, async c => {
    const { series, proposal } = c.req.valid('param')
    await writing(c, (trx, entry) => vote(trx, entry, series, proposal, c.req.valid('json').wanted))
    return c.body(null, 204)
  })

  api.openapi(addEdition, async c => {
    const input = c.req.valid('json')
    const { linkOrigin } = c.var.services
    const meeting = await writing(c, (trx, entry) =>
      scheduleEdition(trx, entry, c.req.valid('param').series, input, linkOrigin),
    )
    return c.json({ meeting }, 201)
  })
}

type Work<T> = (trx: Trx, entry: Entry) => Promise<T>

export function reading<T>(c: AppContext, work: Work<T>): Promise<T> {
  const entry = entryOf(c)
  return readTenant(c.var.services.db, entry.tenant, trx => work(trx, entry))
}

export function writing<T>(c: AppContext, work: Work<T>): Promise<T> {
  const entry = entryOf(c)
  return inTenant(c.var.services.db, entry.tenant, trx => work(trx, entry)).catch(error => {
    throw error instanceof Refusal ? inWords(c.var.i18n, error) : error
  })
}

function shown(series: Series, { role }: Entry) {
  const { id, slug, name, summary, town, rhythm, visibility, state, confirmBy, confirmations } = series
  const confirmed = role === 'visitor' ? null : series.confirmed
  return {
    id,
    slug,
    name,
    summary,
    town,
    rhythm,
    visibility,
    state,
    confirmBy,
    confirmations,
    confirmed,
  }
}
