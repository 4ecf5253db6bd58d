import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { apiRoute, entryOf, Refusal } from '#modules/network/index.ts'
import {
  choiceOf,
  findTemplate,
  type TemplateChoice,
  templateChoices,
} from '#modules/programmes/templates/catalogue.ts'
import { problemMessage } from '#modules/programmes/templates/problem.ts'
import { publishTemplate } from '#modules/programmes/templates/publishing.ts'
import { checkTemplate } from '#modules/programmes/templates/reading.ts'
import { templateJsonSchema } from '#modules/programmes/templates/schema.ts'
import type { Texts } from '#modules/programmes/templates/template.ts'

const ofNetwork = z.object({ network: z.string() })
const ofTemplate = ofNetwork.extend({ template: z.string() })
const texts = z.record(z.string(), z.string()).openapi({ description: 'By language: fr, en, es, pt' })

const summarySchema = z
  .object({
    key: z.string(),
    version: z.number().int(),
    name: texts,
    about: texts.optional(),
    duration: z.string().openapi({ description: 'ISO 8601', example: 'P19M' }),
    capsules: z.number().int(),
    steps: z.number().int(),
    shipped: z.boolean().openapi({ description: 'As it comes with the program' }),
  })
  .openapi('ProgrammeTemplateSummary')

/** Its own schema describes it whole; here it would stand in every client that is made from this document. */
const template = z
  .record(z.string(), z.unknown())
  .openapi('ProgrammeTemplate', { description: 'As `GET /schemas/programme-template` describes it' })

const listTemplates = apiRoute('programmes:read', {
  tags: ['Programmes'],
  method: 'get',
  path: '/networks/{network}/programme-templates',
  summary: 'The templates that programmes can be made of',
  request: { params: ofNetwork },
  responses: { 200: answer('The templates', z.object({ templates: z.array(summarySchema) })) },
})

const getTemplate = apiRoute('programmes:read', {
  tags: ['Programmes'],
  method: 'get',
  path: '/networks/{network}/programme-templates/{template}',
  summary: 'A programme template: its capsules and steps',
  request: {
    params: ofTemplate,
    query: z.object({
      version: z.coerce
        .number()
        .int()
        .positive()
        .optional()
        .openapi({ description: 'The one in use, where none is named' }),
    }),
  },
  responses: { 200: answer('The template', template), ...problemResponses(422) },
})

const putTemplate = apiRoute('programmes:manage', {
  tags: ['Programmes'],
  method: 'put',
  path: '/networks/{network}/programme-templates/{template}',
  summary: 'Publish a programme template, as the next version of its key',
  description:
    'Versions never change. The template is checked first: `errors` names every problem by its place. Programmes that were made keep the version they were made of.',
  request: {
    params: ofTemplate,
    query: z.object({
      base: z.coerce.number().int().min(0).optional().openapi({
        description: 'The version it was made from: refused when another is in use by now. 0: a new one',
      }),
    }),
    body: { required: true, content: { 'application/json': { schema: template } } },
  },
  responses: { 200: answer('In use', summarySchema), ...problemResponses(422) },
})

const getSchema = apiRoute('site:read', {
  tags: ['Programmes'],
  method: 'get',
  path: '/schemas/programme-template',
  summary: 'JSON Schema of a programme template',
  responses: { 200: answer('JSON Schema, draft 2020-12', z.record(z.string(), z.unknown())) },
})

export function templatesApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(listTemplates, async c => {
    const { network, tenant } = entryOf(c)
    const choices = await readTenant(c.var.services.db, tenant, trx => templateChoices(trx, network.id))
    return c.json({ templates: choices.map(summaryOf) }, 200)
  })

  api.openapi(getTemplate, async c => {
    const { network, tenant } = entryOf(c)
    const { template: key } = c.req.valid('param')
    const { version } = c.req.valid('query')
    const found = await readTenant(c.var.services.db, tenant, trx =>
      findTemplate(trx, network.id, key, version),
    )
    if (!found) throw new AppError('not-found')
    return c.json({ ...found }, 200)
  })

  api.openapi(putTemplate, async c => {
    const entry = entryOf(c)
    const { template: key } = c.req.valid('param')
    const { base } = c.req.valid('query')
    const reading = checkTemplate({ key, ...c.req.valid('json') }, c.var.services.expectations)
    if ('problems' in reading)
      throw new AppError('invalid-input', {
        fields: reading.problems.map(problem => ({
          field: problem.where,
          message: problemMessage(c.var.i18n, { ...problem, where: '' }),
        })),
      })
    const { template: given } = reading
    if (given.key !== key)
      throw new Refusal({ field: 'key', message: 'programmeTemplate.error.otherKey', values: { key } })
    const published = await inTenant(c.var.services.db, entry.tenant, trx =>
      publishTemplate(trx, entry, given, base),
    )
    return c.json(summaryOf(choiceOf(published)), 200)
  })

  api.openapi(getSchema, c => c.json(templateJsonSchema(), 200))
}

function summaryOf({ name, about, ...rest }: TemplateChoice): z.output<typeof summarySchema> {
  return { ...rest, name: plain(name), ...(about && { about: plain(about) }) }
}

function plain(given: Texts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([locale, text]) => (text === undefined ? [] : [[locale, text]])),
  )
}

function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}
