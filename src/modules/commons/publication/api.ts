import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { json, networkParameter } from '#modules/commons/api-schema.ts'
import { bookletFormats, bookletResponse, mostChapters } from '#modules/commons/publication/booklet-export.ts'
import {
  mediaTypes,
  type Refused,
  refusalMessages,
  retrySeconds,
} from '#modules/commons/publication/document-response.ts'
import { itemResponse } from '#modules/commons/publication/item-export.ts'
import { apiRoute } from '#modules/network/index.ts'

const answer = z
  .union([
    z.string(),
    z.number(),
    z.array(z.union([z.string(), z.number(), z.looseObject({})])),
    z.looseObject({}),
  ])
  .openapi({
    description: 'As the kind of the question has it; `{ "written": … }` where the page answers otherwise',
  })

const itemDocumentSchema = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    url: z.url(),
    fileName: z.string(),
    version: z.number().int(),
    updatedAt: z.iso.datetime(),
    title: z.string(),
    type: z.string().nullable(),
    language: z.string().nullable().openapi({ description: 'ISO 639-1' }),
    summary: z.string(),
    licence: z.string().nullable(),
    facts: z.object({
      years: z.array(z.number().int()),
      date: z.string().nullable(),
      countries: z.array(
        z.object({
          code: z.string().nullable().openapi({ description: 'ISO 3166-1 alpha-2' }),
          written: z.string(),
        }),
      ),
      sdgs: z.array(z.number().int()),
      stages: z.array(z.string()),
      place: z.object({ lat: z.number(), lng: z.number() }).nullable(),
      tags: z.array(z.object({ kind: z.string(), written: z.string(), family: z.string() })),
      source: z.string().nullable().openapi({ description: 'Where it was first published' }),
    }),
    template: z.object({ key: z.string(), version: z.number().int() }).nullable().openapi({
      description: 'By whose questions the answers were read; null where no template is of this type',
    }),
    answers: z.array(
      z.object({
        path: z.string().openapi({ example: 'partners/2/name' }),
        section: z.string().nullable(),
        question: z.string().nullable(),
        value: answer,
      }),
    ),
    versions: z.array(
      z.object({
        number: z.number().int(),
        title: z.string(),
        createdAt: z.iso.datetime(),
        bytes: z.number().int(),
      }),
    ),
    source: z.string().openapi({ description: 'The page in Markdown, byte for byte' }),
  })
  .openapi('ItemDocument')

const binary = z.string().openapi({ format: 'binary' })

const getDocument = apiRoute('commons:read', {
  tags: ['Commons'],
  method: 'get',
  path: '/networks/{network}/commons/items/{slug}/document',
  limit: 'export',
  summary: 'One item whole, as a file',
  description:
    'Typeset as PDF, as DOCX, as JSON with its facts, answers and versions, or as its Markdown, byte for byte. ' +
    'PDF and DOCX have an `ETag`. 503 with `Retry-After` while too many are being typeset; 422 for a page too long to be.',
  request: {
    params: networkParameter.extend({ slug: z.string() }),
    query: z.object({ format: z.enum(['pdf', 'docx', 'json', 'md']).default('json') }),
  },
  responses: {
    200: {
      ...json(itemDocumentSchema, 'The item'),
      content: {
        'application/json': { schema: itemDocumentSchema },
        [mediaTypes.pdf]: { schema: binary },
        [mediaTypes.docx]: { schema: binary },
        'text/markdown': { schema: z.string() },
      },
    },
    ...problemResponses(422, 503),
  },
})

const getBooklet = apiRoute('commons:read', {
  tags: ['Commons'],
  method: 'get',
  path: '/networks/{network}/commons/collections/{collection}/booklet',
  limit: 'export',
  summary: 'A collection as a book',
  description:
    `With its notes, a chapter a page and its sources. Whole pages for at most ${mostChapters} of them; summaries for any ` +
    'number. `ETag`, 422 and 503 as for one item.',
  request: {
    params: networkParameter.extend({ collection: z.string() }),
    query: z.object({
      format: z.enum(bookletFormats).default('pdf'),
      chapters: z.enum(['whole', 'summary']).default('whole'),
    }),
  },
  responses: {
    200: {
      description: 'The book',
      content: { [mediaTypes.pdf]: { schema: binary }, [mediaTypes.docx]: { schema: binary } },
    },
    ...problemResponses(422, 503),
  },
})

export function publicationApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(getDocument, async c => {
    const { format } = c.req.valid('query')
    const answer = await itemResponse(c, c.req.param('slug'), format)
    if (answer instanceof Response) return answer as never
    throw refusal(answer.refused)
  })

  api.openapi(getBooklet, async c => {
    const { format, chapters } = c.req.valid('query')
    const answer = await bookletResponse(c, c.req.param('collection'), format, chapters)
    if (answer instanceof Response) return answer as never
    throw refusal(answer.refused)
  })
}

/** Programs are told in the same words as people. */
function refusal(refused: Refused): AppError {
  const fields = [{ field: 'format', message: refusalMessages[refused].title }]
  if (refused === 'busy') return new AppError('unavailable', { params: { seconds: retrySeconds }, fields })
  return new AppError('invalid-input', { fields })
}
