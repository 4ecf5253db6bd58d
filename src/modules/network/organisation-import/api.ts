import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { apiRoute } from '#modules/network/api-route.ts'
import { type Entry, entryOf } from '#modules/network/door.ts'
import {
  changeImport,
  findImport,
  listImports,
  type OrganisationImport,
} from '#modules/network/organisation-import/imports.ts'
import { countLines, decideAll, listLines } from '#modules/network/organisation-import/keeping.ts'
import {
  readAgain,
  startCarryingOut,
  startChecking,
  takeFile,
} from '#modules/network/organisation-import/starting.ts'
import { undoImport } from '#modules/network/organisation-import/undoing.ts'
import { columnFields } from '#modules/network/organisation-import/words.ts'
import {
  failureSaid,
  outcomeName,
  problemSaid,
  proposalSaid,
} from '#modules/network/organisation-import/words-said.ts'
import { inWords, Refusal } from '#modules/network/refusal.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { SheetError, sheetLimits } from '#platform/spreadsheets/sheet.ts'

const fieldName = z.enum(columnFields)
const networkParam = z.object({ network: z.string() })
const importParams = networkParam.extend({ id: z.string() })
const decision = z.enum(['new', 'complete', 'overwrite', 'leave'])

const importSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    state: z.enum(['mapping', 'checking', 'checked', 'importing', 'done', 'undone', 'failed']).openapi({
      description: '`mapping`: no column was found to name organisations; say which one does.',
    }),
    columns: z
      .array(z.object({ heading: z.string(), field: fieldName.nullable() }))
      .openapi({ description: 'What each column of the file was taken for; null: left out.' }),
    counts: z.record(z.string(), z.number().int()),
    failure: z.object({ code: z.string(), message: z.string() }).nullable(),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .openapi('OrganisationImport')

const answered = (description: string) => ({
  description,
  content: { 'application/json': { schema: importSchema } },
})

const post = apiRoute('organisations:manage', {
  method: 'post',
  limit: 'import',
  path: '/networks/{network}/organisations/imports',
  tags: ['Organisations'],
  summary: 'Compares a list of organisations with the network',
  description:
    'CSV, XLSX, XLS or ODS. Nothing is imported before `execution`; what would be done stands in the lines of the import.',
  request: {
    params: networkParam,
    query: z.object({ name: z.string().min(1).max(200).openapi({ example: 'adherents.xlsx' }) }),
    body: {
      required: true,
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
  responses: { 202: answered('Taken in'), ...problemResponses(400, 413, 422) },
})

const list = apiRoute('organisations:manage', {
  method: 'get',
  path: '/networks/{network}/organisations/imports',
  tags: ['Organisations'],
  summary: 'The latest imports of organisations',
  request: { params: networkParam },
  responses: {
    200: {
      description: 'Up to 50, the latest first',
      content: { 'application/json': { schema: z.object({ imports: z.array(importSchema) }) } },
    },
  },
})

const get = apiRoute('organisations:manage', {
  method: 'get',
  path: '/networks/{network}/organisations/imports/{id}',
  tags: ['Organisations'],
  summary: 'An import, line by line',
  request: {
    params: importParams,
    query: z.object({ after: z.coerce.number().int().min(-1).default(-1) }),
  },
  responses: {
    200: {
      description: 'The import with up to 500 lines',
      content: {
        'application/json': {
          schema: importSchema.extend({
            lines: z.array(
              z.object({
                position: z.number().int(),
                line: z.number().int(),
                name: z.string(),
                outcome: z
                  .string()
                  .openapi({ description: 'What would become of it; after it is done, what did.' }),
                organisation: z.uuid().nullable(),
                problems: z.array(z.object({ code: z.string(), message: z.string() })),
                proposals: z.array(
                  z.object({ organisation: z.uuid().nullable(), certain: z.boolean(), message: z.string() }),
                ),
              }),
            ),
            next: z.number().int().nullable(),
          }),
        },
      },
    },
    ...problemResponses(422),
  },
})

const columns = apiRoute('organisations:manage', {
  method: 'post',
  path: '/networks/{network}/organisations/imports/{id}/columns',
  tags: ['Organisations'],
  summary: 'Says what the columns are, and compares again',
  request: {
    params: importParams,
    body: {
      required: true,
      content: {
        'application/json': { schema: z.object({ fields: z.array(fieldName.nullable()).min(1).max(200) }) },
      },
    },
  },
  responses: { 200: answered('Compared, or being compared'), ...problemResponses(422) },
})

const execution = apiRoute('organisations:manage', {
  method: 'post',
  path: '/networks/{network}/organisations/imports/{id}/execution',
  tags: ['Organisations'],
  summary: 'Imports what was compared, all of it or nothing',
  request: {
    params: importParams,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({
            undecided: decision.optional().openapi({
              description:
                'What to do with lines that may be an organisation of the network; without, those are refused.',
            }),
          }),
        },
      },
    },
  },
  responses: { 200: answered('Imported, or being imported'), ...problemResponses(422) },
})

const undoing = apiRoute('organisations:manage', {
  method: 'post',
  path: '/networks/{network}/organisations/imports/{id}/undoing',
  tags: ['Organisations'],
  summary: 'Takes an import back, while nothing was built upon it',
  request: { params: importParams },
  responses: { 200: answered('Taken back'), ...problemResponses(422) },
})

export function organisationImportApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(post, async c => {
    const entry = entryOf(c)
    const { services } = c.var
    const body = c.req.raw.body
    if (!body) throw new AppError('bad-request')
    const content = body as unknown as AsyncIterable<Uint8Array>
    const id = await saying(c, () => takeFile(services, entry, { name: c.req.valid('query').name, content }))
    const one = await readTenant(services.db, entry.tenant, trx => findImport(trx, entry.network.id, id))
    if (one.reading.columns.includes('name')) await saying(c, () => startChecking(services, entry, id))
    c.header('location', `/api/networks/${entry.network.slug}/organisations/imports/${id}`)
    return c.json(await shown(c, entry, id), 202)
  })

  api.openapi(list, async c => {
    const { network, tenant } = entryOf(c)
    const imports = await readTenant(c.var.services.db, tenant, trx => listImports(trx, network.id))
    return c.json({ imports: imports.map(one => told(one, c.var.i18n)) }, 200)
  })

  api.openapi(get, async c => {
    const { network, tenant } = entryOf(c)
    const { i18n, services } = c.var
    const { after } = c.req.valid('query')
    return readTenant(services.db, tenant, async trx => {
      const one = await findImport(trx, network.id, c.req.param('id'))
      const { lines, next } = await listLines(trx, network.id, one.id, 'all', { after, limit: 500 })
      const report = lines.map(line => ({
        position: line.position,
        line: line.line,
        name: line.name,
        outcome: outcomeName(line),
        organisation: line.outcome === null ? line.sameAs : line.organisationId,
        problems: line.problems.map(problem => ({ code: problem.code, message: problemSaid(problem, i18n) })),
        proposals: line.proposals.map(({ organisation, certain, ...proposal }) => ({
          organisation,
          certain,
          message: proposalSaid({ organisation, certain, ...proposal }, i18n),
        })),
      }))
      return c.json({ ...told(one, i18n), lines: report, next }, 200)
    })
  })

  api.openapi(columns, async c => {
    const entry = entryOf(c)
    const { services } = c.var
    const { fields } = c.req.valid('json')
    const one = await found(c, entry)
    await saying(c, async () => {
      const chosen = {
        columns: one.preview.headings.map((_, column) => fields[column] ?? null),
        words: one.reading.words,
      }
      await readAgain(services, entry, one, chosen)
      await startChecking(services, entry, one.id)
    })
    return c.json(await shown(c, entry, one.id), 200)
  })

  api.openapi(execution, async c => {
    const entry = entryOf(c)
    const { network, tenant } = entry
    const { services } = c.var
    const { undecided } = c.req.valid('json')
    const one = await found(c, entry)
    await saying(c, async () => {
      if (undecided && one.state === 'checked')
        await inTenant(services.db, tenant, async trx => {
          await decideAll(trx, network.id, one.id, undecided, 'undecided')
          const counts = { ...(await countLines(trx, network.id, one.id)), passed: one.counts.passed }
          await changeImport(trx, network.id, one.id, { counts })
        })
      await startCarryingOut(services, entry, one.id, null)
    })
    return c.json(await shown(c, entry, one.id), 200)
  })

  api.openapi(undoing, async c => {
    const entry = entryOf(c)
    const { network, tenant, actor } = entry
    const one = await found(c, entry)
    await saying(c, () =>
      inTenant(c.var.services.db, tenant, trx => undoImport(trx, network.id, actor, one.id)),
    )
    return c.json(await shown(c, entry, one.id), 200)
  })
}

/** What the file or the domain refuses, in the words of whoever asks. */
async function saying<T>(c: AppContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refusal) throw inWords(c.var.i18n, error)
    if (!(error instanceof SheetError)) throw error
    if (error.code === 'too-large')
      throw new AppError('too-large', { params: { megabytes: sheetLimits.fileBytes / 2 ** 20 } })
    throw new AppError('invalid-input', {
      fields: [{ field: 'file', message: failureSaid(error, c.var.i18n) }],
    })
  }
}

function found(c: AppContext, { network, tenant }: Entry): Promise<OrganisationImport> {
  return readTenant(c.var.services.db, tenant, trx => findImport(trx, network.id, c.req.param('id') ?? ''))
}

async function shown(c: AppContext, { network, tenant }: Entry, id: string) {
  const one = await readTenant(c.var.services.db, tenant, trx => findImport(trx, network.id, id))
  return told(one, c.var.i18n)
}

function told(one: OrganisationImport, i18n: I18n) {
  return {
    id: one.id,
    name: one.name,
    state: one.state,
    columns: one.preview.headings.map((heading, column) => ({
      heading,
      field: one.reading.columns[column] ?? null,
    })),
    counts: { ...one.counts },
    failure: one.failure && { code: one.failure.code, message: failureSaid(one.failure, i18n) },
    createdAt: one.createdAt.toISOString(),
    finishedAt: one.finishedAt?.toISOString() ?? null,
  }
}
