import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { json, networkParameter } from '#modules/commons/api-schema.ts'
import { addComment, answerComment, type CommentProblem } from '#modules/commons/discussion/comments.ts'
import { decide } from '#modules/commons/discussion/deciding.ts'
import { openDiscussed } from '#modules/commons/discussion/discussed.ts'
import { answerInput, commentInput, decisionInput } from '#modules/commons/discussion/schema.ts'
import {
  findThread,
  listThreads,
  pageSize,
  type Thread,
  threadStates,
} from '#modules/commons/discussion/threads.ts'
import { apiRoute, type Entry, entryOf } from '#modules/network/index.ts'

const saidSchema = z.object({
  id: z.uuid(),
  person: z
    .object({ id: z.uuid().nullable(), name: z.string().nullable() })
    .openapi({ description: 'Without a name where the person has gone' }),
  body: z.string().openapi({ description: 'Markdown; empty where it was taken back' }),
  createdAt: z.iso.datetime(),
  editedAt: z.iso.datetime().nullable(),
  removed: z.boolean(),
})

const threadSchema = saidSchema
  .extend({
    path: z.string().nullable().openapi({ description: 'The answer it is about; null: the whole page' }),
    quote: z.string().openapi({ description: 'The passage it is about; empty: the whole answer' }),
    kind: z.enum(['comment', 'suggestion']),
    replacement: z.string().nullable().openapi({ description: 'What a suggestion would have instead' }),
    state: z.enum(threadStates),
    audience: z
      .enum(['network', 'writers'])
      .openapi({ description: '`writers`: said of what was not published, between those who write it' }),
    decidedAt: z.iso.datetime().nullable(),
    answers: z.array(saidSchema),
  })
  .openapi('Comment')

const tags = ['Comments']
const path = '/networks/{network}/documents/{id}/comments'
const ofDocument = networkParameter.extend({
  id: z.string().openapi({ description: 'Of the document, or of the item' }),
})
const ofComment = ofDocument.extend({
  comment: z.string().openapi({ description: 'Id of the first of a thread' }),
})
const made = z.object({ id: z.uuid() })

const list = apiRoute('commons:contribute', {
  tags,
  method: 'get',
  path,
  summary: 'What members said of a page',
  description: `Open threads first, then the latest first; pages of ${pageSize} by key: pass \`next\` as \`after\`.`,
  request: { params: ofDocument, query: z.object({ after: z.string().max(100).optional() }) },
  responses: {
    200: json(z.object({ comments: z.array(threadSchema), next: z.string().nullable() }), 'Threads'),
    ...problemResponses(422),
  },
})

const add = apiRoute('commons:contribute', {
  tags,
  method: 'post',
  path,
  limit: 'comment',
  summary: 'Say something of a page, or propose other words for a passage',
  description: 'Without `path`, the passage is looked for in every answer.',
  request: {
    params: ofDocument,
    body: {
      required: true,
      content: { 'application/json': { schema: commentInput.openapi('CommentInput') } },
    },
  },
  responses: { 201: json(made, 'Said'), ...problemResponses(400, 409, 413, 415, 422) },
})

const answer = apiRoute('commons:contribute', {
  tags,
  method: 'post',
  path: `${path}/{comment}/answers`,
  limit: 'comment',
  summary: 'Answer a thread',
  request: {
    params: ofComment,
    body: { required: true, content: { 'application/json': { schema: answerInput } } },
  },
  responses: { 201: json(made, 'Said'), ...problemResponses(400, 409, 413, 415, 422) },
})

const decision = apiRoute('commons:contribute', {
  tags,
  method: 'post',
  path: `${path}/{comment}/decision`,
  summary: 'Settle a thread, or accept or decline a suggestion',
  description:
    'Accepting replaces the passage in the answer. Where the passage is no longer there, nothing is done: 422.',
  request: {
    params: ofComment,
    body: { required: true, content: { 'application/json': { schema: decisionInput } } },
  },
  responses: { 200: json(threadSchema, 'The thread'), ...problemResponses(400, 409, 413, 415, 422) },
})

export function discussionApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(list, async c => {
    const entry = entryOf(c)
    const after = c.req.valid('query').after ?? null
    const { threads, next } = await readTenant(c.var.services.db, entry.tenant, async trx => {
      const discussed = await openDiscussed(trx, entry, c.req.param('id'))
      return listThreads(trx, entry.network.id, discussed.id, discussed.reader, { after })
    })
    return c.json({ comments: threads.map(shown), next }, 200)
  })

  api.openapi(add, async c => {
    const entry = entryOf(c)
    const input = c.req.valid('json')
    const { db, linkOrigin } = c.var.services
    const made = await inTenant(db, entry.tenant, trx =>
      addComment(trx, entry, c.req.param('id'), input, linkOrigin),
    )
    if (made.problem) throw refusal(c, made.problem)
    return c.json({ id: made.id }, 201)
  })

  api.openapi(answer, async c => {
    const entry = entryOf(c)
    const { body } = c.req.valid('json')
    const { db, linkOrigin } = c.var.services
    const made = await inTenant(db, entry.tenant, async trx => {
      const { discussed, thread } = await openThread(trx, c, entry)
      return answerComment(trx, entry, discussed, thread, body, linkOrigin)
    })
    if (made.problem) throw refusal(c, made.problem)
    return c.json({ id: made.id }, 201)
  })

  api.openapi(decision, async c => {
    const entry = entryOf(c)
    const { state } = c.req.valid('json')
    const { db, linkOrigin } = c.var.services
    const { problem, thread } = await inTenant(db, entry.tenant, async trx => {
      const { discussed, thread } = await openThread(trx, c, entry)
      const problem = await decide(trx, entry, discussed, thread, state, linkOrigin)
      return { problem, ...(await openThread(trx, c, entry)) }
    })
    if (problem) throw refusal(c, problem)
    return c.json(shown(thread), 200)
  })
}

async function openThread(trx: Trx, c: AppContext, entry: Entry) {
  const discussed = await openDiscussed(trx, entry, c.req.param('id') ?? '')
  const { reader } = discussed
  const thread = await findThread(trx, entry.network.id, discussed.id, reader, c.req.param('comment') ?? '')
  if (!thread) throw new AppError('not-found')
  return { discussed, thread }
}

function refusal(c: AppContext, { field, message }: CommentProblem): AppError {
  return new AppError('invalid-input', { fields: [{ field, message: c.var.i18n.t(message) }] })
}

function shown(thread: Thread) {
  return {
    ...said(thread),
    path: thread.path,
    quote: thread.selector.exact,
    kind: thread.kind,
    replacement: thread.replacement,
    state: thread.state,
    audience: thread.audience,
    decidedAt: thread.decidedAt?.toISOString() ?? null,
    answers: thread.answers.map(said),
  }
}

function said({
  id,
  personId,
  name,
  body,
  createdAt,
  editedAt,
  removed,
}: Thread | Thread['answers'][number]) {
  return {
    id,
    person: { id: personId, name },
    body,
    createdAt: createdAt.toISOString(),
    editedAt: editedAt?.toISOString() ?? null,
    removed,
  }
}
