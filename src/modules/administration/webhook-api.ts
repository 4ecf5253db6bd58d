import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { announceWork } from '#db/changes.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { idParameter, json, limit, networkParameter, tag } from '#modules/administration/api-schema.ts'
import {
  deliverySchema,
  toldDelivery,
  toldWebhook,
  webhookSchema,
} from '#modules/administration/webhook-schema.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'
import { listDeliveries, redeliver, sendTest } from '#platform/webhooks/deliveries.ts'
import { webhookQueue } from '#platform/webhooks/queue.ts'
import { webhookInput } from '#platform/webhooks/schema.ts'
import {
  changeWebhook,
  createWebhook,
  findWebhook,
  listWebhooks,
  removeWebhook,
  renewSecret,
} from '#platform/webhooks/webhooks.ts'

const url = z.string().max(2_000).openapi({ example: 'https://example.org/cordee' })
const actions = z
  .array(z.string().max(100))
  .min(1)
  .max(50)
  .openapi({ description: '`*`, actions, or what actions begin with', example: ['person.', 'mandate.given'] })
const secret = z.string().openapi({ description: 'Signs the messages; never told again' })
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})
const nothing = (description: string) => ({ description })
const one = '/networks/{network}/webhooks/{id}' as const

const getWebhooks = apiRoute('webhooks:manage', {
  tags: tag,
  method: 'get',
  path: '/networks/{network}/webhooks',
  summary: 'The webhooks of the network',
  request: { params: networkParameter },
  responses: {
    200: json(z.object({ webhooks: z.array(webhookSchema) }), 'All of them'),
  },
})

const postWebhook = apiRoute('webhooks:manage', {
  tags: tag,
  method: 'post',
  path: '/networks/{network}/webhooks',
  summary: 'Make a webhook',
  request: { params: networkParameter, body: body(z.object({ url, actions })) },
  responses: {
    201: json(webhookSchema.extend({ secret }), 'Made, and switched on'),
    ...problemResponses(400, 422),
  },
})

const getWebhook = apiRoute('webhooks:manage', {
  tags: tag,
  method: 'get',
  path: one,
  summary: 'One webhook',
  request: { params: idParameter },
  responses: { 200: json(webhookSchema, 'The webhook') },
})

const patchWebhook = apiRoute('webhooks:manage', {
  tags: tag,
  method: 'patch',
  path: one,
  summary: 'Change a webhook, or switch it off or on',
  description: 'What is not named stays. What waits for a webhook that is switched off is not sent.',
  request: {
    params: idParameter,
    body: body(z.object({ url, actions, enabled: z.boolean() }).partial()),
  },
  responses: { 200: json(webhookSchema, 'As it is now'), ...problemResponses(400, 422) },
})

const deleteWebhook = apiRoute('webhooks:manage', {
  tags: tag,
  method: 'delete',
  path: one,
  summary: 'Remove a webhook, with its deliveries',
  request: { params: idParameter },
  responses: { 204: nothing('Gone') },
})

const postSecret = apiRoute('webhooks:manage', {
  tags: tag,
  method: 'post',
  path: `${one}/secret`,
  summary: 'Give a webhook another secret, at once',
  request: { params: idParameter },
  responses: { 200: json(z.object({ secret }), 'The new one') },
})

const postTest = apiRoute('webhooks:manage', {
  tags: tag,
  method: 'post',
  path: `${one}/test`,
  summary: 'Send a message that says nothing, to see whether it arrives',
  request: { params: idParameter },
  responses: {
    202: json(z.object({ delivery: z.uuid() }), 'On its way'),
  },
})

const getDeliveries = apiRoute('webhooks:manage', {
  tags: tag,
  method: 'get',
  path: `${one}/deliveries`,
  summary: 'What was sent to a webhook, newest first',
  request: {
    params: idParameter,
    query: z.object({
      after: z.string().max(100).optional().openapi({ description: '`next` of the page before' }),
      limit,
    }),
  },
  responses: {
    200: json(
      z.object({ deliveries: z.array(deliverySchema), next: z.string().nullable() }),
      'A page of deliveries',
    ),
    ...problemResponses(422),
  },
})

const postRedelivery = apiRoute('webhooks:manage', {
  tags: tag,
  method: 'post',
  path: `${one}/deliveries/{delivery}/redelivery`,
  summary: 'Send a message again, under the same id',
  request: { params: idParameter.extend({ delivery: z.string() }) },
  responses: { 202: nothing('On its way') },
})

export function webhookApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(getWebhooks, async c => {
    const { network, tenant } = entryOf(c)
    const webhooks = await readTenant(c.var.services.db, tenant, trx => listWebhooks(trx, network.id))
    return c.json({ webhooks: webhooks.map(toldWebhook) }, 200)
  })

  api.openapi(postWebhook, async c => {
    const { network, tenant, actor } = entryOf(c)
    const input = checked(inputOf(c), c.req.valid('json'))
    const { id, secret, webhook } = await inTenant(c.var.services.db, tenant, async trx => {
      const made = await createWebhook(trx, network.id, actor, input)
      return { ...made, webhook: await findWebhook(trx, network.id, made.id) }
    })
    c.header('location', `/api/networks/${network.slug}/webhooks/${id}`)
    c.header('cache-control', 'no-store')
    return c.json({ ...toldWebhook(webhook), secret }, 201)
  })

  api.openapi(getWebhook, async c => {
    const { network, tenant } = entryOf(c)
    const webhook = await readTenant(c.var.services.db, tenant, trx =>
      findWebhook(trx, network.id, c.req.param('id')),
    )
    return c.json(toldWebhook(webhook), 200)
  })

  api.openapi(patchWebhook, async c => {
    const { network, tenant, actor } = entryOf(c)
    const { enabled, ...given } = c.req.valid('json')
    const { url, actions } = checked(inputOf(c).partial(), given)
    const change = { ...(url !== undefined && { url }), ...(actions !== undefined && { actions }), enabled }
    const webhook = await inTenant(c.var.services.db, tenant, async trx => {
      await changeWebhook(trx, network.id, actor, c.req.param('id'), change)
      return findWebhook(trx, network.id, c.req.param('id'))
    })
    return c.json(toldWebhook(webhook), 200)
  })

  api.openapi(deleteWebhook, async c => {
    const { network, tenant, actor } = entryOf(c)
    await inTenant(c.var.services.db, tenant, trx => removeWebhook(trx, network.id, actor, c.req.param('id')))
    return c.body(null, 204)
  })

  api.openapi(postSecret, async c => {
    const { network, tenant, actor } = entryOf(c)
    const { secret } = await inTenant(c.var.services.db, tenant, trx =>
      renewSecret(trx, network.id, actor, c.req.param('id')),
    )
    c.header('cache-control', 'no-store')
    return c.json({ secret }, 200)
  })

  api.openapi(postTest, async c => {
    const { network, tenant } = entryOf(c)
    const delivery = await inTenant(c.var.services.db, tenant, trx =>
      sendTest(trx, network.id, c.req.param('id')),
    )
    return c.json({ delivery }, 202)
  })

  api.openapi(getDeliveries, async c => {
    const { network, tenant } = entryOf(c)
    const { after, limit } = c.req.valid('query')
    const { deliveries, next } = await readTenant(c.var.services.db, tenant, async trx => {
      const { id } = await findWebhook(trx, network.id, c.req.param('id'))
      return listDeliveries(trx, network.id, id, after ?? null, limit)
    })
    return c.json({ deliveries: deliveries.map(toldDelivery), next }, 200)
  })

  api.openapi(postRedelivery, async c => {
    const { network, tenant } = entryOf(c)
    await inTenant(c.var.services.db, tenant, async trx => {
      await redeliver(trx, network.id, c.req.param('delivery'))
      await announceWork(trx, webhookQueue)
    })
    return c.body(null, 202)
  })
}

function inputOf(c: Pick<AppContext, 'var'>) {
  return webhookInput(c.var.i18n, { allowPrivate: c.var.services.config.webhooksToPrivate })
}

/** By the schema that pages go by too: what is wrong is said in the reader's language. */
function checked<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  throw new AppError('invalid-input', {
    fields: parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })),
  })
}
