import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { apiRoute, entryOf, inWords, Refusal } from '#modules/network/index.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { stepStates } from '#modules/programmes/progress/progress.ts'
import { figuresOf } from '#modules/programmes/report/figures.ts'
import { periodQuery } from '#modules/programmes/report/period.ts'
import {
  consents,
  leaveQuote,
  quoteInput,
  quotesOf,
  signatures,
  withdrawQuote,
} from '#modules/programmes/report/quotes.ts'
import { reportOf } from '#modules/programmes/report/report.ts'

const ofProgramme = z.object({ network: z.string(), programme: z.uuid() })
const tags = ['Programmes']
const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})

const share = z.object({ count: z.number().int(), of: z.number().int() })
const quoteSchema = z
  .object({
    id: z.uuid(),
    body: z.string(),
    consent: z.enum(consents),
    signedAs: z.enum(signatures),
    name: z.string().nullable(),
    organisation: z.string().nullable(),
    step: z.uuid().nullable(),
    own: z.boolean(),
  })
  .openapi('ProgrammeQuote')

const reportSchema = z
  .object({
    from: z.iso.date(),
    until: z.iso.date(),
    today: z.iso.date(),
    totals: z.object({
      organisations: z.number().int(),
      meetings: z.number().int(),
      presences: z.number().int(),
      completion: share,
      meetingMinutes: z.number().int(),
      declaredMinutes: z.number().int(),
      plannedMinutes: z.number().int(),
    }),
    ranBy: z.array(z.object({ name: z.string(), organisation: z.string().nullable(), role: z.string() })),
    organisations: z.array(
      z.object({
        id: z.uuid(),
        name: z.string(),
        kind: z.string().nullable(),
        sizeClass: z.string().nullable(),
        since: z.iso.date(),
        until: z.iso.date().nullable(),
        meetings: z.number().int(),
        meetingMinutes: z.number().int(),
        declaredMinutes: z.number().int(),
        plannedMinutes: z.number().int(),
        completion: share.nullable(),
      }),
    ),
    meetings: z.array(
      z.object({
        id: z.uuid(),
        step: z.uuid(),
        title: z.string(),
        startsAt: z.iso.datetime(),
        minutes: z.number().int(),
        invited: z.number().int(),
        people: z.number().int(),
        organisations: z.number().int(),
        presentMinutes: z.number().int(),
      }),
    ),
    steps: z.array(
      z.object({
        id: z.uuid(),
        title: z.string(),
        dueOn: z.iso.date(),
        completion: share,
        organisations: z.array(z.object({ id: z.uuid(), state: z.enum(stepStates) })),
      }),
    ),
    handedIn: z.array(
      z.object({
        title: z.string(),
        step: z.string(),
        organisation: z.string(),
        doneOn: z.iso.date(),
        url: z.string().nullable(),
        file: z.uuid().nullable(),
      }),
    ),
    quotes: z.array(
      z.object({ body: z.string(), name: z.string().nullable(), organisation: z.string().nullable() }),
    ),
    changes: z.array(z.object({ kind: z.string(), day: z.iso.date(), reason: z.string() })),
  })
  .openapi('ProgrammeReport')

const report = apiRoute('programmes:manage', {
  method: 'get',
  path: '/networks/{network}/programmes/{programme}/report',
  tags,
  summary: 'The report of a programme, for those who run it',
  description:
    'Days are by the clocks of the programme, both included; without any, the whole programme up to now.',
  request: {
    params: ofProgramme,
    query: z.object({ from: z.iso.date().optional(), until: z.iso.date().optional() }),
  },
  responses: { 200: json('The report', reportSchema), ...problemResponses(422) },
})

const quotes = apiRoute('programmes:take-part', {
  method: 'get',
  path: '/networks/{network}/programmes/{programme}/quotes',
  tags,
  summary: 'What people of the group said of a programme, in no order',
  description: 'Five hundred at most. What is signed by nobody says nothing of who wrote it.',
  request: { params: ofProgramme },
  responses: {
    200: json('Quotes', z.object({ quotes: z.array(quoteSchema) })),
    ...problemResponses(422),
  },
})

const leave = apiRoute('programmes:take-part', {
  method: 'post',
  path: '/networks/{network}/programmes/{programme}/quotes',
  tags,
  summary: 'Leaves a word, and says who may read it and how it is signed',
  request: {
    params: ofProgramme,
    body: { required: true, content: { 'application/json': { schema: quoteInput } } },
  },
  responses: { 201: json('Left', z.object({ id: z.uuid() })), ...problemResponses(422) },
})

const withdraw = apiRoute('programmes:take-part', {
  method: 'delete',
  path: '/networks/{network}/programmes/{programme}/quotes/{quote}',
  tags,
  summary: 'Takes back what one said; nothing of it stays',
  request: { params: ofProgramme.extend({ quote: z.uuid() }) },
  responses: { 204: { description: 'Taken back' }, ...problemResponses(422) },
})

export function reportApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(report, async c => {
    const { db, expectations } = c.var.services
    const entry = entryOf(c)
    const query = periodQuery.parse(c.req.valid('query'))
    const values = await readTenant(db, entry.tenant, trx =>
      reportOf(trx, expectations, entry, c.req.valid('param').programme, query),
    )
    return c.json(shown(values), 200)
  })

  api.openapi(quotes, async c => {
    const entry = entryOf(c)
    const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
      const { programme } = await openProgramme(trx, entry, c.req.valid('param').programme, 'take-part')
      return quotesOf(trx, entry, programme.id)
    })
    return c.json({ quotes: found.map(one => ({ ...one, step: one.step?.id ?? null })) }, 200)
  })

  api.openapi(leave, async c => {
    const { programme } = c.req.valid('param')
    const id = await writing(c, (trx, entry) => leaveQuote(trx, entry, programme, c.req.valid('json')))
    return c.json({ id }, 201)
  })

  api.openapi(withdraw, async c => {
    const { programme, quote } = c.req.valid('param')
    await writing(c, (trx, entry) => withdrawQuote(trx, entry, programme, quote))
    return c.body(null, 204)
  })
}

async function writing<T>(
  c: AppContext,
  work: (trx: Parameters<typeof leaveQuote>[0], entry: Parameters<typeof leaveQuote>[1]) => Promise<T>,
): Promise<T> {
  const entry = entryOf(c)
  try {
    return await inTenant(c.var.services.db, entry.tenant, trx => work(trx, entry))
  } catch (error) {
    throw error instanceof Refusal ? inWords(c.var.i18n, error) : error
  }
}

function shown(values: Awaited<ReturnType<typeof reportOf>>): z.input<typeof reportSchema> {
  const { totals, organisations, steps } = figuresOf(values)
  const { handedIn: _handedIn, quotes: _quotes, changes: _changes, ...counted } = totals
  return {
    from: values.period.from,
    until: values.period.until,
    today: values.today,
    totals: counted,
    ranBy: values.ranBy,
    organisations,
    meetings: values.meetings.map(({ stepId, startsAt, timeZone: _, ...meeting }) => ({
      ...meeting,
      step: stepId,
      startsAt: startsAt.toISOString(),
    })),
    steps: steps.map(({ step, completion, standings }) => ({
      id: step.id,
      title: step.title,
      dueOn: step.dueOn,
      completion,
      organisations: standings.map(({ organisationId, standing }) => ({
        id: organisationId,
        state: standing.state,
      })),
    })),
    handedIn: values.handedIn.map(({ id: _, file, ...one }) => ({ ...one, file: file?.id ?? null })),
    quotes: values.quotes.map(({ body, name, organisation }) => ({ body, name, organisation })),
    changes: values.changes,
  }
}
