import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { json, networkParameter } from '#modules/commons/api-schema.ts'
import { receiveUpload } from '#modules/commons/importing/import-upload.ts'
import {
  findImport,
  type ImportState,
  listImports,
  listProblems,
} from '#modules/commons/importing/imports.ts'
import { problemMessage } from '#modules/commons/importing/problem-message.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'
import type { I18n } from '#platform/i18n/i18n.ts'

const importSchema = z
  .object({
    id: z.uuid(),
    origin: z.string(),
    state: z.enum(['waiting', 'running', 'interrupted', 'finished', 'failed']).openapi({
      description:
        '`interrupted`: whoever was at it is gone; what was sent here is taken up again by itself, anything else goes on where it was once it is sent again',
    }),
    read: z.number().int(),
    created: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    refused: z.number().int(),
    problems: z.number().int(),
    failure: z
      .object({
        code: z.string(),
        message: z.string(),
        detail: z.record(z.string(), z.union([z.string(), z.number()])),
      })
      .nullable(),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .openapi('Import')

const postImport = apiRoute('commons:write', {
  tags: ['Commons'],
  method: 'post',
  limit: 'import',
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
    ...problemResponses(400, 413, 415, 422),
  },
})

const getImport = apiRoute('commons:write', {
  tags: ['Commons'],
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
    ...problemResponses(422),
  },
})

const getImports = apiRoute('commons:write', {
  tags: ['Commons'],
  method: 'get',
  path: '/networks/{network}/commons/imports',
  summary: 'The latest imports',
  request: { params: networkParameter },
  responses: {
    200: json(z.object({ imports: z.array(importSchema) }), 'Up to 50 imports, the latest first'),
  },
})

export function importApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(postImport, async c => {
    const entry = entryOf(c)
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
    return c.json(told(found, c.var.i18n), 202)
  })

  api.openapi(getImports, async c => {
    const { network, tenant } = entryOf(c)
    const imports = await readTenant(c.var.services.db, tenant, trx => listImports(trx, network.id))
    return c.json({ imports: imports.map(found => told(found, c.var.i18n)) }, 200)
  })

  api.openapi(getImport, async c => {
    const { network, tenant } = entryOf(c)
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
      return c.json({ ...told(found, i18n), report, next }, 200)
    })
  })
}

/** Why it failed, in the reader's words as well. */
function told(found: ImportState, i18n: I18n) {
  const { failure } = found
  return {
    ...found,
    failure: failure && { ...failure, message: problemMessage(i18n, failure.code, failure.detail) },
  }
}
