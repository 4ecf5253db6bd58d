import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { answerPoll, answersOf, optionsOf } from '#modules/meetings/polls/answers.ts'
import { bestDates, votes } from '#modules/meetings/polls/best-dates.ts'
import { cancelPoll, choiceInput, chooseDate } from '#modules/meetings/polls/choosing.ts'
import { createPoll, listPolls, openPoll } from '#modules/meetings/polls/polls.ts'
import { answerInput, pollInput, pollVisibilities } from '#modules/meetings/polls/schema.ts'
import { apiRoute, type Entry, entryOf, inWords, Refusal } from '#modules/network/index.ts'

const networkParam = z.object({ network: z.string() })
const pollParam = networkParam.extend({ poll: z.uuid() })
const tags = ['Date polls']
const states = ['open', 'closed', 'settled', 'cancelled'] as const
const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})

const lineSchema = z
  .object({
    id: z.uuid(),
    title: z.string(),
    group: z.object({ id: z.uuid(), name: z.string(), slug: z.string() }).nullable(),
    closesAt: z.iso.datetime(),
    state: z.enum(states),
    options: z.number().int(),
    answers: z.number().int(),
    answered: z.boolean().openapi({ description: 'By the person whose key it is.' }),
  })
  .openapi('DatePollLine')

const pollSchema = z
  .object({
    id: z.uuid(),
    title: z.string(),
    about: z.string().openapi({ description: 'Markdown.' }),
    group: z.object({ id: z.uuid(), name: z.string(), slug: z.string() }).nullable(),
    timeZone: z.string().openapi({ description: 'Of the place, as in the tz database.' }),
    minutes: z.number().int(),
    place: z.string(),
    visibility: z.enum(pollVisibilities),
    closesAt: z.iso.datetime(),
    state: z.enum(states),
    meeting: z.uuid().nullable(),
    options: z
      .array(
        z.object({
          id: z.uuid(),
          startsAt: z.iso.datetime(),
          endsAt: z.iso.datetime(),
          chosen: z.boolean(),
          standing: z
            .object({
              rank: z.number().int(),
              yes: z.number().int(),
              maybe: z.number().int(),
              no: z.number().int(),
              organisations: z.number().int(),
            })
            .nullable()
            .openapi({
              description: 'Where answers may be seen; most yes, then most maybe, then most organisations.',
            }),
        }),
      )
      .openapi({ description: 'By time.' }),
    answers: z.array(
      z.object({
        person: z.uuid().nullable(),
        name: z.string(),
        organisation: z.string().nullable(),
        remark: z.string(),
        votes: z.record(z.string(), z.enum(votes)).openapi({ description: 'By the id of an option.' }),
      }),
    ),
  })
  .openapi('DatePoll')

const list = apiRoute('meetings:take-part', {
  method: 'get',
  path: '/networks/{network}/date-polls',
  tags,
  summary: 'Polls that look for a date: the ones that close first at the head',
  request: {
    params: networkParam,
    query: z.object({ past: z.stringbool().default(false), after: z.uuid().optional() }),
  },
  responses: {
    200: json('Polls', z.object({ polls: z.array(lineSchema), next: z.uuid().nullable() })),
    ...problemResponses(422),
  },
})

const create = apiRoute('meetings:run', {
  method: 'post',
  path: '/networks/{network}/date-polls',
  tags,
  summary: 'Asks when people can meet',
  description: 'Those of the group are written to. Moments are in UTC or with an offset.',
  request: { params: networkParam, body: body(pollInput) },
  responses: { 201: json('Asked', z.object({ id: z.uuid() })), ...problemResponses(422) },
})

const read = apiRoute('meetings:take-part', {
  method: 'get',
  path: '/networks/{network}/date-polls/{poll}',
  tags,
  summary: 'A poll with its dates and the answers its reader may see',
  request: { params: pollParam },
  responses: { 200: json('The poll', pollSchema), ...problemResponses(422) },
})

const answer = apiRoute('meetings:take-part', {
  method: 'put',
  path: '/networks/{network}/date-polls/{poll}/answer',
  tags,
  summary: 'Answers for the person whose key it is, in the place of what they answered before',
  request: { params: pollParam, body: body(answerInput) },
  responses: { 204: { description: 'Answered' }, ...problemResponses(422) },
})

const choose = apiRoute('meetings:run', {
  method: 'post',
  path: '/networks/{network}/date-polls/{poll}/choice',
  tags,
  summary: 'Makes a meeting of one of the dates',
  description: 'Whoever said yes is registered, everyone else who was asked is told.',
  request: { params: pollParam, body: body(choiceInput) },
  responses: { 201: json('Scheduled', z.object({ meeting: z.uuid() })), ...problemResponses(422) },
})

const cancel = apiRoute('meetings:run', {
  method: 'post',
  path: '/networks/{network}/date-polls/{poll}/cancellation',
  tags,
  summary: 'Ends a poll without a date',
  request: { params: pollParam },
  responses: { 204: { description: 'Cancelled' }, ...problemResponses(422) },
})

export function pollApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(list, async c => {
    const entry = entryOf(c)
    const { past, after } = c.req.valid('query')
    const found = await reading(c, trx => listPolls(trx, entry, { past, after }))
    const polls = found.polls.map(poll => ({ ...poll, closesAt: poll.closesAt.toISOString() }))
    return c.json({ polls, next: found.next }, 200)
  })

  api.openapi(create, async c => {
    const input = c.req.valid('json')
    const id = await writing(c, (trx, entry) => createPoll(trx, entry, input, c.var.services.linkOrigin))
    return c.json({ id }, 201)
  })

  api.openapi(read, async c => {
    const entry = entryOf(c)
    const { network } = entry
    const { poll, options, answers } = await reading(c, async trx => {
      const poll = await openPoll(trx, entry, c.req.valid('param').poll, 'read')
      return {
        poll,
        options: await optionsOf(trx, network.id, poll),
        answers: await answersOf(trx, entry, poll.id),
      }
    })
    const open = poll.openAnswers || poll.mayRun
    const standings = new Map(bestDates(options, answers).standings.map(one => [one.id, one]))
    const { id, title, about, group, timeZone, minutes, place, visibility, state } = poll
    return c.json(
      {
        ...{ id, title, about, group, timeZone, minutes, place, visibility, state },
        closesAt: poll.closesAt.toISOString(),
        meeting: poll.meetingId,
        options: options.map(option => {
          const standing = open ? standings.get(option.id) : undefined
          return {
            ...option,
            startsAt: option.startsAt.toISOString(),
            endsAt: option.endsAt.toISOString(),
            standing: standing
              ? {
                  rank: standing.rank,
                  yes: standing.yes,
                  maybe: standing.maybe,
                  no: standing.no,
                  organisations: standing.organisations,
                }
              : null,
          }
        }),
        answers: answers
          .filter(({ own }) => open || own)
          .map(({ personId, name, organisation, remark, votes }) => ({
            person: personId,
            ...{ name, organisation, remark },
            votes: Object.fromEntries(votes),
          })),
      },
      200,
    )
  })

  api.openapi(answer, async c => {
    const input = c.req.valid('json')
    await writing(c, (trx, entry) => answerPoll(trx, entry, c.req.valid('param').poll, input))
    return c.body(null, 204)
  })

  api.openapi(choose, async c => {
    const input = c.req.valid('json')
    const { poll } = c.req.valid('param')
    const { linkOrigin } = c.var.services
    const meeting = await writing(c, (trx, entry) => chooseDate(trx, entry, poll, input, linkOrigin))
    return c.json({ meeting }, 201)
  })

  api.openapi(cancel, async c => {
    const { poll } = c.req.valid('param')
    await writing(c, (trx, entry) => cancelPoll(trx, entry, poll, c.var.services.linkOrigin))
    return c.body(null, 204)
  })
}

type Work<T> = (trx: Parameters<Parameters<typeof inTenant>[2]>[0], entry: Entry) => Promise<T>

function reading<T>(c: AppContext, work: Work<T>): Promise<T> {
  const entry = entryOf(c)
  return readTenant(c.var.services.db, entry.tenant, trx => work(trx, entry))
}

function writing<T>(c: AppContext, work: Work<T>): Promise<T> {
  const entry = entryOf(c)
  return inTenant(c.var.services.db, entry.tenant, trx => work(trx, entry)).catch(error => {
    throw error instanceof Refusal ? inWords(c.var.i18n, error) : error
  })
}
