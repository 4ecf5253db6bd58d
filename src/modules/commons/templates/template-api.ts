import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { json, networkParameter } from '#modules/commons/api-schema.ts'
import { saveTemplate, templateOf, templatesOf } from '#modules/commons/templates/catalogue.ts'
import { checkDefinition } from '#modules/commons/templates/definition.ts'
import { definitionJsonSchema } from '#modules/commons/templates/definition-json-schema.ts'
import { definitionProblemMessage } from '#modules/commons/templates/definition-problem.ts'
import { isShipped } from '#modules/commons/templates/shipped.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'

const texts = z.record(z.string(), z.string()).openapi({ description: 'By language: fr, en, es, pt' })

const summarySchema = z
  .object({
    key: z.string(),
    version: z.number().int(),
    type: z.string().openapi({ description: 'Of its pages', example: 'learningplan' }),
    name: texts,
    about: texts.optional(),
    shipped: z.boolean().openapi({ description: 'As it comes with the program' }),
  })
  .openapi('TemplateSummary')

/** Its own schema describes it whole; here it would stand in every client that is made from this document. */
const definition = z
  .record(z.string(), z.unknown())
  .openapi('TemplateDefinition', { description: 'As `GET /schemas/template` describes it' })

const listTemplates = apiRoute('commons:contribute', {
  tags: ['Templates'],
  method: 'get',
  path: '/networks/{network}/templates',
  summary: 'The templates in use: what kinds of pages ask',
  request: { params: networkParameter },
  responses: { 200: json(z.object({ templates: z.array(summarySchema) }), 'The templates') },
})

const getTemplate = apiRoute('commons:contribute', {
  tags: ['Templates'],
  method: 'get',
  path: '/networks/{network}/templates/{template}',
  summary: 'The definition of a template',
  request: {
    params: networkParameter.extend({ template: z.string() }),
    query: z.object({
      version: z.coerce
        .number()
        .int()
        .positive()
        .optional()
        .openapi({ description: 'The one in use, where none is named' }),
    }),
  },
  responses: { 200: json(definition, 'The definition'), ...problemResponses(422) },
})

const putTemplate = apiRoute('templates:manage', {
  tags: ['Templates'],
  method: 'put',
  path: '/networks/{network}/templates/{template}',
  summary: 'Put a definition into use, as the next version of its template',
  description:
    'Versions are never edited. The definition is checked first: `errors` names every problem by its place. Questions that pages answer go only with `confirmed=true`; these pages keep their answers.',
  request: {
    params: networkParameter.extend({ template: z.string() }),
    query: z.object({
      base: z.coerce.number().int().min(0).optional().openapi({
        description: 'The version it was made from: refused when another is in use by now. 0: a new one',
      }),
      confirmed: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: 'Whether questions that have answers may go' }),
    }),
    body: { required: true, content: { 'application/json': { schema: definition } } },
  },
  responses: { 200: json(summarySchema, 'In use'), ...problemResponses(422) },
})

const getSchema = apiRoute('site:read', {
  tags: ['Templates'],
  method: 'get',
  path: '/schemas/template',
  summary: 'JSON Schema of the definition of a template',
  responses: { 200: json(z.record(z.string(), z.unknown()), 'JSON Schema, draft 2020-12') },
})

export function templatesApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(listTemplates, async c => {
    const { network, tenant } = entryOf(c)
    const templates = await readTenant(c.var.services.db, tenant, trx => templatesOf(trx, network.id))
    return c.json({ templates: templates.map(summaryOf) }, 200)
  })

  api.openapi(getTemplate, async c => {
    const { network, tenant } = entryOf(c)
    const { template: key } = c.req.valid('param')
    const { version } = c.req.valid('query')
    const found = await readTenant(c.var.services.db, tenant, trx =>
      templateOf(trx, network.id, key, version),
    )
    if (!found) throw new AppError('not-found')
    return c.json({ ...found }, 200)
  })

  api.openapi(putTemplate, async c => {
    const entry = entryOf(c)
    const { template: key } = c.req.valid('param')
    const { base, confirmed } = c.req.valid('query')
    const reading = checkDefinition({ key, ...c.req.valid('json') })
    if ('problems' in reading) {
      const fields = reading.problems.map(problem => ({
        field: problem.where,
        message: definitionProblemMessage(c.var.i18n, { ...problem, where: '' }),
      }))
      throw new AppError('invalid-input', { fields })
    }
    if (reading.template.key !== key)
      throw new AppError('invalid-input', {
        fields: [{ field: 'key', message: 'templates.error.other-key' }],
        params: { key },
      })
    const saved = await inTenant(c.var.services.db, entry.tenant, trx =>
      saveTemplate(trx, entry, reading.template, { base, confirmed: confirmed === 'true' }),
    )
    return c.json(summaryOf(saved), 200)
  })

  api.openapi(getSchema, c => c.json(definitionJsonSchema(), 200))
}

function summaryOf(template: Template): z.output<typeof summarySchema> {
  const { key, version, type, name, about } = template
  return {
    key,
    version,
    type,
    name: plain(name),
    ...(about && { about: plain(about) }),
    shipped: isShipped(template),
  }
}

function plain(given: Template['name']): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter(([, text]) => text !== undefined))
}
