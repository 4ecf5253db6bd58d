import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { changeSeries, endSeries, extendSeries, foreseeChange } from '#modules/meetings/series/changing.ts'
import { type Occurrence, type Rhythm, repeats, repeatsBy } from '#modules/meetings/series/recurrence.ts'
import { registerForSeries, seriesRegistrationInput } from '#modules/meetings/series/registering.ts'
import { endInput, extensionInput, seriesChange, seriesInput } from '#modules/meetings/series/schema.ts'
import { createSeries, datesIn, datesOf, listSeries, openSeries } from '#modules/meetings/series/series.ts'
import { apiRoute, type Entry, entryOf, inWords, Refusal } from '#modules/network/index.ts'

const networkParam = z.object({ network: z.string() })
const seriesParam = networkParam.extend({ series: z.uuid() })
const tags = ['Series of meetings']
const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})

const rhythmSchema = z
  .object({
    startsOn: z.iso.date(),
    startsAt: z.string().openapi({ description: 'As the clocks of the place show it.', example: '18:00' }),
    minutes: z.number().int(),
    timeZone: z.string(),
    repeats: z.enum(repeats),
    every: z.number().int(),
    by: z.enum(repeatsBy),
    until: z.iso.date().nullable(),
    times: z.number().int().nullable(),
    skipped: z.array(z.iso.date()),
  })
  .openapi('SeriesRhythm')

const groupSchema = z.object({ id: z.uuid(), name: z.string(), slug: z.string() }).nullable()

const occurrenceSchema = z
  .object({
    date: z.iso.date(),
    startsAt: z.iso.datetime(),
    endsAt: z.iso.datetime(),
    shortened: z.boolean().openapi({ description: 'The last day of a month that has no such day.' }),
    shifted: z.boolean().openapi({ description: 'The clocks jump over that time on that day.' }),
  })
  .openapi('SeriesOccurrence')

const dateSchema = z
  .object({
    meeting: z.uuid(),
    date: z.iso.date().openapi({ description: 'The day the rhythm gave it.' }),
    title: z.string(),
    startsAt: z.iso.datetime(),
    endsAt: z.iso.datetime(),
    state: z.string(),
    own: z.array(z.string()).openapi({ description: 'What of it was changed on its own.' }),
  })
  .openapi('SeriesDate')

const lineSchema = z
  .object({
    id: z.uuid(),
    title: z.string(),
    group: groupSchema,
    rhythm: rhythmSchema,
    next: z.iso.datetime().nullable(),
    left: z.number().int(),
  })
  .openapi('SeriesLine')

const consequencesSchema = z
  .object({
    stay: z.number().int(),
    move: z.array(z.object({ meeting: z.uuid(), from: z.iso.date(), to: occurrenceSchema })),
    add: z.array(occurrenceSchema),
    cancel: z.array(z.object({ meeting: z.uuid(), date: z.iso.date() })),
    own: z
      .array(z.object({ meeting: z.uuid(), changed: z.array(z.string()) }))
      .openapi({ description: 'Changed on their own: they stay as they are unless `overwrite` is said.' }),
  })
  .openapi('SeriesConsequences')

const list = apiRoute('meetings:read', {
  method: 'get',
  path: '/networks/{network}/series',
  tags,
  summary: 'Series of which dates are to come',
  request: { params: networkParam, query: z.object({ after: z.uuid().optional() }) },
  responses: {
    200: json('Series', z.object({ series: z.array(lineSchema), next: z.uuid().nullable() })),
    ...problemResponses(422),
  },
})

const create = apiRoute('meetings:run', {
  method: 'post',
  path: '/networks/{network}/series',
  tags,
  summary: 'Makes all meetings of a series',
  description: 'With `preview`, none: the answer tells the dates there would be. A series has an end.',
  request: {
    params: networkParam,
    query: z.object({ preview: z.stringbool().default(false) }),
    body: body(seriesInput),
  },
  responses: {
    200: json('The dates', z.object({ dates: z.array(occurrenceSchema) })),
    201: json('Made', z.object({ id: z.uuid() })),
    ...problemResponses(422),
  },
})

const read = apiRoute('meetings:read', {
  method: 'get',
  path: '/networks/{network}/series/{series}',
  tags,
  summary: 'A series with all its dates',
  request: { params: seriesParam },
  responses: {
    200: json(
      'The series',
      z.object({
        id: z.uuid(),
        title: z.string(),
        group: groupSchema,
        rhythm: rhythmSchema,
        dates: z.array(dateSchema),
      }),
    ),
    ...problemResponses(422),
  },
})

const change = apiRoute('meetings:run', {
  method: 'post',
  path: '/networks/{network}/series/{series}/changes',
  tags,
  summary: 'Changes the dates to come, or those from `since` on',
  description: 'With `preview`, none: the answer tells what would become of each.',
  request: {
    params: seriesParam,
    query: z.object({ preview: z.stringbool().default(false) }),
    body: body(seriesChange),
  },
  responses: { 200: json('What became of them', consequencesSchema), ...problemResponses(422) },
})

const extend = apiRoute('meetings:run', {
  method: 'post',
  path: '/networks/{network}/series/{series}/extension',
  tags,
  summary: 'More dates in the same rhythm',
  request: { params: seriesParam, body: body(extensionInput) },
  responses: { 200: json('Added', z.object({ added: z.number().int() })), ...problemResponses(422) },
})

const end = apiRoute('meetings:run', {
  method: 'post',
  path: '/networks/{network}/series/{series}/end',
  tags,
  summary: 'Cancels all dates after a day',
  request: { params: seriesParam, body: body(endInput) },
  responses: { 200: json('Cancelled', z.object({ cancelled: z.number().int() })), ...problemResponses(422) },
})

const join = apiRoute('meetings:take-part', {
  method: 'post',
  path: '/networks/{network}/series/{series}/registration',
  tags,
  summary: 'Registers the person whose key it is for every open date',
  request: { params: seriesParam, body: body(seriesRegistrationInput) },
  responses: {
    200: json('For so many dates', z.object({ registered: z.number().int(), waiting: z.number().int() })),
    ...problemResponses(422),
  },
})

export function seriesApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(list, async c => {
    const entry = entryOf(c)
    const { after } = c.req.valid('query')
    const found = await readTenant(c.var.services.db, entry.tenant, trx => listSeries(trx, entry, { after }))
    const series = found.series.map(({ id, title, group, rhythm, next, left }) => ({
      ...{ id, title, group, left },
      rhythm: shownRhythm(rhythm),
      next: next?.toISOString() ?? null,
    }))
    return c.json({ series, next: found.next }, 200)
  })

  api.openapi(create, async c => {
    const input = c.req.valid('json')
    const { network } = entryOf(c)
    if (c.req.valid('query').preview) {
      const dates = await refusing(c, async () => datesIn(input, network.timeZone))
      return c.json({ dates: dates.map(shown) }, 200)
    }
    const id = await writing(c, (trx, entry) => createSeries(trx, entry, input, c.var.services.linkOrigin))
    return c.json({ id }, 201)
  })

  api.openapi(read, async c => {
    const entry = entryOf(c)
    const { series: id } = c.req.valid('param')
    const { series, dates } = await readTenant(c.var.services.db, entry.tenant, async trx => ({
      series: await openSeries(trx, entry, id, 'read'),
      dates: await datesOf(trx, entry, id),
    }))
    const { title, group, rhythm, mayRun } = series
    const listed = dates
      .filter(({ state }) => mayRun || state !== 'draft')
      .map(date => ({
        meeting: date.id,
        ...{ date: date.date, title: date.title, state: date.state },
        startsAt: date.startsAt.toISOString(),
        endsAt: date.endsAt.toISOString(),
        own: mayRun ? date.own : [],
      }))
    return c.json({ id, title, group, rhythm: shownRhythm(rhythm), dates: listed }, 200)
  })

  api.openapi(change, async c => {
    const input = c.req.valid('json')
    const { series: id } = c.req.valid('param')
    const { linkOrigin } = c.var.services
    const found = c.req.valid('query').preview
      ? await writing(c, (trx, entry) => foreseeChange(trx, entry, id, input))
      : await writing(c, (trx, entry) => changeSeries(trx, entry, id, input, linkOrigin))
    return c.json(
      {
        stay: found.stay.length,
        move: found.move.map(({ id, from, occurrence }) => ({ meeting: id, from, to: shown(occurrence) })),
        add: found.add.map(shown),
        cancel: found.cancel.map(({ id, date }) => ({ meeting: id, date })),
        own: found.own.map(({ id, own }) => ({ meeting: id, changed: own })),
      },
      200,
    )
  })

  api.openapi(extend, async c => {
    const { series: id } = c.req.valid('param')
    const { linkOrigin } = c.var.services
    const added = await writing(c, (trx, entry) =>
      extendSeries(trx, entry, id, c.req.valid('json'), linkOrigin),
    )
    return c.json({ added }, 200)
  })

  api.openapi(join, async c => {
    const { series: id } = c.req.valid('param')
    const done = await writing(c, (trx, entry) => registerForSeries(trx, entry, id, c.req.valid('json')))
    return c.json(done, 200)
  })

  api.openapi(end, async c => {
    const { series: id } = c.req.valid('param')
    const cancelled = await writing(c, (trx, entry) => endSeries(trx, entry, id, c.req.valid('json')))
    return c.json({ cancelled }, 200)
  })
}

function shown({ date, startsAt, endsAt, shortened, shifted }: Occurrence) {
  return { date, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString(), shortened, shifted }
}

function shownRhythm(rhythm: Rhythm) {
  return { ...rhythm, skipped: [...rhythm.skipped] }
}

type Work<T> = (trx: Parameters<Parameters<typeof inTenant>[2]>[0], entry: Entry) => Promise<T>

function writing<T>(c: AppContext, work: Work<T>): Promise<T> {
  const entry = entryOf(c)
  return refusing(c, () => inTenant(c.var.services.db, entry.tenant, trx => work(trx, entry)))
}

function refusing<T>(c: AppContext, work: () => Promise<T>): Promise<T> {
  return work().catch(error => {
    throw error instanceof Refusal ? inWords(c.var.i18n, error) : error
  })
}
