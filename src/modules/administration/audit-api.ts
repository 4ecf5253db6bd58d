import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { json, limit, networkParameter, tag } from '#modules/administration/api-schema.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'
import { listChanges } from '#platform/audit/changes.ts'

const changeSchema = z
  .object({
    seq: z.number().int().openapi({ description: 'Place in the chain of the network: 1, 2, 3 …' }),
    at: z.iso.datetime(),
    actor: z.object({
      accountId: z.uuid().nullable(),
      mandateId: z.uuid().nullable(),
      tokenId: z.uuid().nullable(),
      origin: z.enum(['page', 'api', 'command', 'job', 'mail']),
    }),
    action: z.string().openapi({ example: 'person.added' }),
    subject: z.object({ type: z.string(), id: z.string() }),
    before: z.record(z.string(), z.unknown()).nullable(),
    after: z.record(z.string(), z.unknown()).nullable(),
    previousHash: z.string().openapi({ description: 'SHA-256 of the entry before, in hexadecimal' }),
    hash: z.string(),
  })
  .openapi('Change')

const getAudit = apiRoute('audit:read', {
  tags: tag,
  method: 'get',
  path: '/networks/{network}/audit',
  summary: 'What was done in the network, newest first',
  request: {
    params: networkParameter,
    query: z.object({
      action: z
        .string()
        .regex(/^[a-z0-9.-]{1,100}$/)
        .optional()
        .openapi({ description: 'An action, or what actions begin with', example: 'person.' }),
      account: z.uuid().optional().openapi({ description: 'Whose doing' }),
      from: z.iso.datetime({ offset: true }).optional().openapi({ description: 'From this moment on' }),
      to: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Before this moment' }),
      after: z.coerce
        .number()
        .int()
        .positive()
        .optional()
        .openapi({ description: '`next` of the page before' }),
      limit,
    }),
  },
  responses: {
    200: json(
      z.object({ changes: z.array(changeSchema), next: z.number().int().nullable() }),
      'A page of the log',
    ),
    ...problemResponses(422),
  },
})

export function auditApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(getAudit, async c => {
    const { network, tenant } = entryOf(c)
    const { account, from, to, limit, ...query } = c.req.valid('query')
    const filter = {
      ...query,
      accountId: account,
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
    }
    const { changes, next } = await readTenant(c.var.services.db, tenant, trx =>
      listChanges(trx, network.id, filter, limit),
    )
    return c.json({ changes: changes.map(change => ({ ...change, at: change.at.toISOString() })), next }, 200)
  })
}
