import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import { type AppContext, type AppEnv, originOf } from '#http/context.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { locales } from '#kernel/locale.ts'
import { json, networkParameter } from '#modules/commons/api-schema.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import { answersOf, sourceOf } from '#modules/commons/writing/answers.ts'
import {
  type CommonsDocument,
  createDocument,
  listDocuments,
  openDocument,
  templateOfDocument,
} from '#modules/commons/writing/documents.ts'
import { spendLetter } from '#modules/commons/writing/letters.ts'
import { mostChanges, saveAnswers } from '#modules/commons/writing/saving.ts'
import { shareDocument } from '#modules/commons/writing/sharing.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'

const tags = ['Commons']

const documentSchema = z
  .object({
    id: z.uuid(),
    template: z.object({ key: z.string(), version: z.number().int() }),
    state: z.enum(['draft', 'network', 'public', 'withdrawn']).openapi({
      description: 'With whom it is shared: drafts, and what was taken back, are their authors’ alone',
    }),
    title: z.string(),
    language: z.enum(locales),
    revision: z.number().int().openapi({ description: 'Grows with every answer' }),
    pending: z.number().int().openapi({ description: 'Answers written and not yet shared' }),
    version: z.number().int().openapi({ description: 'Of its item; 0 before there is one' }),
    slug: z.string().nullable().openapi({ description: 'Of its item' }),
    authors: z.array(z.object({ personId: z.uuid(), name: z.string() })),
    writtenAt: z.iso.datetime(),
    url: z.url().openapi({ description: 'Where people write in it' }),
  })
  .openapi('Document')

const value = z.unknown().openapi({
  description:
    'By the kind of the question: text; number; list of keys, words or numbers; `{ shares }`; `{ lat, lng }`; list of `{ name, address }`; `{ written }` for words that the kind does not know; null for no answer',
})

const problemSchema = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})

const savedSchema = z
  .object({
    revision: z.number().int(),
    saved: z.array(z.object({ path: z.string(), value, revision: z.number().int(), merged: z.boolean() })),
    conflicts: z.array(
      z.object({
        path: z.string(),
        theirs: value,
        by: z.string().nullable(),
        revision: z.number().int(),
        yours: value,
      }),
    ),
    problems: z.array(z.object({ path: z.string(), problem: problemSchema })),
  })
  .openapi('SavedAnswers')

const documentParameter = networkParameter.extend({ id: z.string() })
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { 'application/json': { schema } } },
})

const getDocuments = apiRoute('commons:contribute', {
  tags,
  method: 'get',
  path: '/networks/{network}/documents',
  summary: 'The pages you write, the latest first',
  request: { params: networkParameter, query: z.object({ after: z.string().max(100).optional() }) },
  responses: {
    200: json(
      z.object({ documents: z.array(documentSchema), next: z.string().nullable() }),
      'Pages of 30: pass `next` as `after` for the following ones',
    ),
    ...problemResponses(422),
  },
})

const postDocument = apiRoute('commons:contribute', {
  tags,
  method: 'post',
  path: '/networks/{network}/documents',
  summary: 'Begin a page',
  request: {
    params: networkParameter,
    ...body(
      z.object({
        template: z.string().max(100).openapi({ example: 'learning-plan' }),
        language: z.enum(locales),
        title: z.string().trim().min(1).max(500),
      }),
    ),
  },
  responses: { 201: json(documentSchema, 'The page, a draft'), ...problemResponses(400, 422) },
})

const getDocument = apiRoute('commons:contribute', {
  tags,
  method: 'get',
  path: '/networks/{network}/documents/{id}',
  summary: 'A page being written, with its answers',
  request: { params: documentParameter },
  responses: {
    200: json(
      documentSchema.extend({
        answers: z.array(z.object({ path: z.string(), value, revision: z.number().int() })),
        source: z.string().openapi({ description: 'The page in Markdown, as it would be shared now' }),
      }),
      'The page',
    ),
    ...problemResponses(422),
  },
})

const postAnswers = apiRoute('commons:contribute', {
  tags,
  method: 'post',
  path: '/networks/{network}/documents/{id}/answers',
  summary: 'Write answers',
  description:
    'Other answers never stand in each other’s way. One that somebody else changed since `seen` is put together where that is safe, else it is among `conflicts` and stays theirs.',
  request: {
    params: documentParameter,
    ...body(
      z.object({
        changes: z
          .array(
            z.object({
              path: z.string().min(1).max(300).openapi({ example: 'partners/1/name' }),
              value,
              seen: z
                .number()
                .int()
                .min(0)
                .openapi({ description: 'Revision of the document when you last saw this answer' }),
            }),
          )
          .max(mostChanges),
      }),
    ),
  },
  responses: { 200: json(savedSchema, 'What was kept, and what was not'), ...problemResponses(400, 422) },
})

const postPublication = apiRoute('commons:contribute', {
  tags,
  method: 'post',
  path: '/networks/{network}/documents/{id}/publication',
  summary: 'Share a page as it is written',
  description:
    'Where the network looks at pages first, it is asked to: `asked`. What has to be answered first is said in `errors`, by path.',
  request: { params: documentParameter, ...body(z.object({ visibility: z.enum(['network', 'public']) })) },
  responses: {
    200: json(
      documentSchema.extend({ outcome: z.enum(['shared', 'asked']) }),
      'The page, shared or waiting for its review',
    ),
    ...problemResponses(400, 422),
  },
})

export function writingApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(getDocuments, async c => {
    const { network, tenant, personId } = entryOf(c)
    const { after } = c.req.valid('query')
    const { documents, more } = await readTenant(c.var.services.db, tenant, async trx =>
      personId === null
        ? { documents: [], more: false }
        : listDocuments(trx, network.id, personId, { after: positionOf(after) }),
    )
    const last = more ? documents.at(-1) : undefined
    const next = last ? `${last.writtenAt.toISOString()}_${last.id}` : null
    return c.json({ documents: documents.map(document => told(c, document)), next }, 200)
  })

  api.openapi(postDocument, async c => {
    const entry = entryOf(c)
    const { template: key, language, title } = c.req.valid('json')
    const document = await inTenant(c.var.services.db, entry.tenant, async trx => {
      const template = (await templatesOf(trx, entry.network.id)).find(one => one.key === key)
      if (!template)
        throw new AppError('invalid-input', { fields: [{ field: 'template', message: 'form.error.choose' }] })
      const id = await createDocument(trx, entry, { template, language, title })
      return openDocument(trx, entry, id, 'write')
    })
    return c.json(told(c, document), 201)
  })

  api.openapi(getDocument, async c => {
    const entry = entryOf(c)
    const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
      const document = await openDocument(trx, entry, idOf(c), 'write')
      const template = await templateOfDocument(trx, document)
      const { values } = await answersOf(trx, document, template)
      return {
        ...told(c, document),
        answers: [...values].map(([path, { value, revision }]) => ({ path, value, revision })),
        source: await sourceOf(trx, document, template),
      }
    })
    return c.json(found, 200)
  })

  api.openapi(postAnswers, async c => {
    const entry = entryOf(c)
    const { changes } = c.req.valid('json')
    const saved = await inTenant(c.var.services.db, entry.tenant, trx =>
      saveAnswers(trx, entry, idOf(c), changes),
    )
    return c.json(saved, 200)
  })

  api.openapi(postPublication, async c => {
    const entry = entryOf(c)
    const { db, linkOrigin } = c.var.services
    const { visibility } = c.req.valid('json')
    const found = await inTenant(db, entry.tenant, async trx => {
      const outcome = await shareDocument(trx, entry, idOf(c), visibility, linkOrigin)
      if (outcome === 'asked') await spendLetter(c, entry)
      return { ...told(c, await openDocument(trx, entry, idOf(c), 'write')), outcome }
    })
    return c.json(found, 200)
  })
}

function told(c: AppContext, document: CommonsDocument) {
  const { network } = entryOf(c)
  const { id, template, state, title, language, revision, pending, version, slug, authors } = document
  return {
    id,
    template,
    state,
    title,
    language,
    revision,
    pending: Number(pending),
    version,
    slug,
    authors,
    writtenAt: document.writtenAt.toISOString(),
    url: originOf(c) + href('writingPage', { locale: network.locale, network: network.slug, document: id }),
  }
}

function idOf(c: AppContext): string {
  const id = c.req.param('id') ?? ''
  if (!isId(id)) throw new AppError('not-found')
  return id
}

function positionOf(after: string | undefined): { writtenAt: Date; id: string } | null {
  if (after === undefined) return null
  const [time = '', id = ''] = after.split('_')
  const writtenAt = new Date(time)
  if (Number.isNaN(writtenAt.getTime()) || !isId(id)) throw new AppError('not-found')
  return { writtenAt, id }
}
