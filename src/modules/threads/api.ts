import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'
import { say } from '#modules/threads/messages.ts'
import { type OpenedThread, openThread } from '#modules/threads/opening.ts'
import { type Message, pageSize, readMessages } from '#modules/threads/reading.ts'
import { messageInput } from '#modules/threads/schema.ts'

const messageSchema = z
  .object({
    id: z.uuid(),
    person: z
      .object({ id: z.uuid().nullable(), name: z.string().nullable() })
      .openapi({ description: 'Without a name where the person has gone' }),
    body: z.string().openapi({ description: 'Markdown; empty where it was taken back' }),
    answers: z.uuid().nullable().openapi({ description: 'The message it answers' }),
    origin: z.enum(['page', 'api', 'mail', 'command']),
    called: z.array(z.string()).openapi({ description: 'Names of those it calls' }),
    files: z.array(z.object({ id: z.uuid(), name: z.string(), bytes: z.number().int() })),
    createdAt: z.iso.datetime(),
    editedAt: z.iso.datetime().nullable(),
    removed: z.boolean(),
  })
  .openapi('ThreadMessage')

const threadSchema = z
  .object({
    title: z.string(),
    closed: z.boolean(),
    mayWrite: z.boolean(),
    messages: z.array(messageSchema),
    earlier: z.uuid().nullable().openapi({ description: 'Pass as `before` for the page before' }),
  })
  .openapi('Thread')

const newMessage = messageInput
  .omit({ files: true })
  .extend({ answers: z.uuid().nullable().default(null) })
  .openapi('ThreadMessageInput')

const params = z.object({
  network: z.string(),
  type: z.string().openapi({ description: 'What it is about: `group`, `meeting`…' }),
  subject: z.string().openapi({ description: 'Its id' }),
})
const path = '/networks/{network}/threads/{type}/{subject}'
const tags = ['Threads']

const read = apiRoute('threads:write', {
  tags,
  method: 'get',
  path,
  summary: 'What is said about something, to whoever may read that',
  description: `The latest last; pages of ${pageSize}.`,
  request: { params, query: z.object({ before: z.uuid().optional() }) },
  responses: {
    200: { description: 'The thread', content: { 'application/json': { schema: threadSchema } } },
    ...problemResponses(422),
  },
})

const add = apiRoute('threads:write', {
  tags,
  method: 'post',
  path: `${path}/messages`,
  limit: 'comment',
  summary: 'Say something',
  description: '`called`: ids of people who hear of it at once, beside those named with an @ in the text.',
  request: { params, body: { required: true, content: { 'application/json': { schema: newMessage } } } },
  responses: {
    201: {
      description: 'Said',
      content: { 'application/json': { schema: z.object({ id: z.uuid() }) } },
    },
    ...problemResponses(400, 409, 413, 415, 422),
  },
})

export function threadsApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(read, async c => {
    const entry = entryOf(c)
    const { before } = c.req.valid('query')
    const { thread, page } = await readTenant(c.var.services.db, entry.tenant, async trx => {
      const thread = await openThread(trx, c.var.services.threadSubjects, entry, subjectOf(c))
      return { thread, page: await readMessages(trx, entry.network.id, thread.id, { before }) }
    })
    return c.json({ ...described(thread), messages: page.messages.map(shown), earlier: page.earlier }, 200)
  })

  api.openapi(add, async c => {
    const entry = entryOf(c)
    const { answers, ...input } = c.req.valid('json')
    const { db, linkOrigin, threadSubjects } = c.var.services
    const said = await inTenant(db, entry.tenant, async trx => {
      const thread = await openThread(trx, threadSubjects, entry, subjectOf(c))
      const saying = { parentId: answers, linkOrigin }
      return say(trx, threadSubjects, entry, thread, { ...input, files: [] }, saying)
    })
    if (said.problem) {
      const { field, message } = said.problem
      throw new AppError('invalid-input', { fields: [{ field, message }] })
    }
    return c.json({ id: said.id ?? '' }, 201)
  })
}

function subjectOf(c: AppContext): { type: string; id: string } {
  return { type: c.req.param('type') ?? '', id: c.req.param('subject') ?? '' }
}

function described({ found, closedAt }: OpenedThread) {
  return { title: found.title, closed: closedAt !== null, mayWrite: found.mayWrite && closedAt === null }
}

function shown(message: Message) {
  return {
    id: message.id,
    person: { id: message.personId, name: message.name },
    body: message.body,
    answers: message.answers?.id ?? null,
    origin: message.origin,
    called: message.called,
    files: message.files.map(({ id, name, bytes }) => ({ id, name, bytes })),
    createdAt: message.createdAt.toISOString(),
    editedAt: message.editedAt?.toISOString() ?? null,
    removed: message.removedAt !== null,
  }
}
