import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { reading, writing } from '#modules/afterworks/api.ts'
import { introductionSchema } from '#modules/afterworks/api-schema.ts'
import { answerIntroduction, askToMeet, stepIntroduction } from '#modules/afterworks/introducing.ts'
import {
  agreedIntroductions,
  type Introduction,
  listIntroductions,
  openIntroduction,
  type Party,
} from '#modules/afterworks/introductions.ts'
import { introductionInput, stages, stepInput } from '#modules/afterworks/schema.ts'
import { tellAgreed, tellAsked } from '#modules/afterworks/telling.ts'
import { apiRoute } from '#modules/network/index.ts'

const ofNetwork = z.object({ network: z.string() })
const ofOne = ofNetwork.extend({ introduction: z.uuid() })
const tags = ['Introductions']
const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})
const paging = z.object({
  after: z.uuid().optional().openapi({ description: 'The `next` of the answer before.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
const page = z.object({ introductions: z.array(introductionSchema), next: z.uuid().nullable() })

const own = apiRoute('afterworks:take-part', {
  method: 'get',
  path: '/networks/{network}/introductions',
  tags,
  summary: 'Introductions of the person whose key it is, the latest first',
  description: 'What waits for their answer stands in `waiting`, on the first page.',
  request: { params: ofNetwork, query: paging },
  responses: {
    200: json('Introductions', page.extend({ waiting: z.array(introductionSchema) })),
    ...problemResponses(422),
  },
})

const agreed = apiRoute('afterworks:run', {
  method: 'get',
  path: '/networks/{network}/introductions/agreed',
  tags,
  summary: 'Introductions of the network that both people agreed to, the latest first',
  request: { params: ofNetwork, query: paging.extend({ stage: z.enum(stages).optional() }) },
  responses: { 200: json('Introductions', page), ...problemResponses(422) },
})

const ask = apiRoute('afterworks:take-part', {
  method: 'post',
  path: '/networks/{network}/introductions',
  tags,
  summary: 'Asks to meet somebody; who is asked already by them agrees',
  request: { params: ofNetwork, body: body(introductionInput) },
  responses: { 201: json('Asked', introductionSchema), ...problemResponses(422) },
})

const one = apiRoute('afterworks:take-part', {
  method: 'get',
  path: '/networks/{network}/introductions/{introduction}',
  tags,
  summary: 'An introduction, for the two it is between; once they agreed, for those who run the network',
  request: { params: ofOne },
  responses: { 200: json('The introduction', introductionSchema), ...problemResponses(422) },
})

const answer = apiRoute('afterworks:take-part', {
  method: 'put',
  path: '/networks/{network}/introductions/{introduction}/answer',
  tags,
  summary: 'Says yes or no, by the one who was asked',
  request: { params: ofOne, body: body(z.object({ agreed: z.boolean() })) },
  responses: { 200: json('The introduction', introductionSchema), ...problemResponses(422) },
})

const step = apiRoute('afterworks:take-part', {
  method: 'post',
  path: '/networks/{network}/introductions/{introduction}/steps',
  tags,
  summary: 'Says how far the two are; a synergy has a title, a joint project a local authority as well',
  request: { params: ofOne, body: body(stepInput) },
  responses: { 200: json('The introduction', introductionSchema), ...problemResponses(422) },
})

export function introductionsApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(own, async c => {
    const found = await reading(c, (trx, entry) => listIntroductions(trx, entry, c.req.valid('query')))
    const { waiting, introductions, next } = found
    return c.json({ waiting: waiting.map(shown), introductions: introductions.map(shown), next }, 200)
  })

  api.openapi(agreed, async c => {
    const found = await reading(c, (trx, entry) => agreedIntroductions(trx, entry, c.req.valid('query')))
    return c.json({ introductions: found.introductions.map(shown), next: found.next }, 200)
  })

  api.openapi(ask, async c => {
    const input = c.req.valid('json')
    const { linkOrigin } = c.var.services
    const opened = await writing(c, async (trx, entry) => {
      const { id, known } = await askToMeet(trx, entry, input)
      if (!known) await tellAsked(trx, entry, id, linkOrigin)
      else if (known === 'crossed') await tellAgreed(trx, entry, id, linkOrigin)
      return openIntroduction(trx, entry, id)
    })
    return c.json(shown(opened.introduction), 201)
  })

  api.openapi(one, async c => {
    const { introduction: id } = c.req.valid('param')
    const { introduction } = await reading(c, (trx, entry) => openIntroduction(trx, entry, id))
    return c.json(shown(introduction), 200)
  })

  api.openapi(answer, async c => {
    const { introduction: id } = c.req.valid('param')
    const { agreed } = c.req.valid('json')
    const opened = await writing(c, async (trx, entry) => {
      await answerIntroduction(trx, entry, id, agreed)
      if (agreed) await tellAgreed(trx, entry, id, c.var.services.linkOrigin)
      return openIntroduction(trx, entry, id)
    })
    return c.json(shown(opened.introduction), 200)
  })

  api.openapi(step, async c => {
    const { introduction: id } = c.req.valid('param')
    const opened = await writing(c, async (trx, entry) => {
      await stepIntroduction(trx, entry, id, c.req.valid('json'))
      return openIntroduction(trx, entry, id)
    })
    return c.json(shown(opened.introduction), 200)
  })
}

function shown(introduction: Introduction) {
  const { id, state, stage, title, description, localAuthority, meetingId, createdAt } = introduction
  return {
    id,
    state,
    stage,
    asker: partyOf(introduction.asker),
    asked: partyOf(introduction.asked),
    title,
    description,
    localAuthority,
    meeting: meetingId,
    createdAt: createdAt.toISOString(),
  }
}

function partyOf({ personId, name, organisation }: Party) {
  return { person: personId, name, organisation }
}
