import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { locales } from '#kernel/locale.ts'
import { json, networkParameter } from '#modules/commons/api-schema.ts'
import { writtenKinds } from '#modules/commons/facets.ts'
import { decide, longestLabel, undo } from '#modules/commons/families/decisions.ts'
import { familiesQueue } from '#modules/commons/families/families-job.ts'
import { listFamilies } from '#modules/commons/families/listing.ts'
import { findRule, pageOfRules, type RuleRecord } from '#modules/commons/families/rule-table.ts'
import { actions } from '#modules/commons/families/rules.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'

const tags = ['Commons']
const kind = z.enum(writtenKinds as [string, ...string[]])
const labels = z
  .partialRecord(z.enum(locales), z.string().max(longestLabel))
  .openapi({ example: { fr: 'Eau', en: 'Water' } })
const key = z.string().min(1).max(200)

const family = z
  .object({
    key: z.string(),
    label: z.string(),
    labels: labels.nullable(),
    items: z.number().int(),
    publicItems: z.number().int(),
    spellings: z.number().int(),
    hidden: z.boolean(),
  })
  .openapi('Family')

const rule = z
  .object({
    id: z.uuid(),
    number: z.number().int().openapi({ description: 'In the order in which they were taken' }),
    kind,
    action: z.enum(actions),
    key: z.string(),
    written: z.string().nullable(),
    into: z.string().nullable(),
    labels: labels.nullable(),
    hidden: z.boolean().nullable(),
    decidedAt: z.iso.datetime(),
    undoneAt: z.iso.datetime().nullable(),
  })
  .openapi('FamilyRule')

const draft = z
  .object({
    kind,
    action: z.enum(actions).openapi({
      description:
        '`merge` (key goes into `into`), `spelling` (`written` goes into `into`, or stands alone), `name` (`labels`), `parent` (`into`, or none), `hidden`',
    }),
    key: key.openapi({ description: 'Of the family, as `families` gives it', example: 'mapeo de solucion' }),
    written: z.string().max(500).optional(),
    into: key.nullable().optional(),
    labels: labels.optional(),
    hidden: z.boolean().optional(),
  })
  .openapi('FamilyDecision')

const getFamilies = apiRoute('commons:curate', {
  tags,
  method: 'get',
  path: '/networks/{network}/commons/families',
  summary: 'Families of tags of one kind, with how many items stand in them',
  request: {
    params: networkParameter,
    query: z.object({
      kind: kind.default('theme'),
      q: z.string().max(200).default(''),
      after: z.string().max(220).optional().openapi({ description: '`next` of the page before' }),
    }),
  },
  responses: {
    200: json(z.object({ families: z.array(family), next: z.string().nullable() }), 'Up to 50'),
    ...problemResponses(422),
  },
})

const getRules = apiRoute('commons:curate', {
  tags,
  method: 'get',
  path: '/networks/{network}/commons/family-rules',
  summary: 'What was decided about families, in order; without what was undone',
  request: {
    params: networkParameter,
    query: z.object({ after: z.coerce.number().int().min(0).default(0) }),
  },
  responses: {
    200: json(z.object({ rules: z.array(rule), next: z.number().int().nullable() }), 'Up to 500'),
    ...problemResponses(422),
  },
})

const postRules = apiRoute('commons:curate', {
  tags,
  method: 'post',
  path: '/networks/{network}/commons/family-rules',
  summary: 'Decide about families: merge, move a spelling, name, place, hide',
  description:
    'All in one transaction, each as if the ones before it held already. What concerns many items is filed in the background (`waiting`); a search finds them all meanwhile.',
  request: {
    params: networkParameter,
    body: {
      required: true,
      content: { 'application/json': { schema: z.object({ decisions: z.array(draft).min(1).max(500) }) } },
    },
  },
  responses: {
    200: json(
      z.object({
        taken: z.array(z.object({ id: z.uuid(), action: z.string(), key: z.string() })),
        refused: z.array(z.object({ index: z.number().int(), reason: z.string() })),
        waiting: z.boolean(),
      }),
      'What was decided; what would change nothing is in neither list',
    ),
    ...problemResponses(400, 422),
  },
})

const deleteRule = apiRoute('commons:curate', {
  tags,
  method: 'delete',
  path: '/networks/{network}/commons/family-rules/{decision}',
  summary: 'Take a decision back',
  request: { params: networkParameter.extend({ decision: z.string() }) },
  responses: { 200: json(z.object({ waiting: z.boolean() }), 'Taken back'), ...problemResponses(409) },
})

export function familiesApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(getFamilies, async c => {
    const { network, tenant } = entryOf(c)
    const { kind: asked, q, after = null } = c.req.valid('query')
    const found = await readTenant(c.var.services.db, tenant, trx =>
      listFamilies(trx, network.id, { kind: kindOf(asked), q, after }),
    )
    return c.json(found, 200)
  })

  api.openapi(getRules, async c => {
    const { network, tenant } = entryOf(c)
    const { after } = c.req.valid('query')
    const rules = await readTenant(c.var.services.db, tenant, trx => pageOfRules(trx, network.id, after, 501))
    const shown = rules.slice(0, 500)
    const next = rules.length > 500 ? (shown.at(-1)?.number ?? null) : null
    return c.json({ rules: shown.map(told), next }, 200)
  })

  api.openapi(postRules, async c => {
    const entry = entryOf(c)
    const { decisions } = c.req.valid('json')
    const drafts = decisions.map(({ into = null, kind: asked, ...given }) => ({
      ...given,
      kind: kindOf(asked),
      intoKey: into,
    }))
    const decided = await inTenant(c.var.services.db, entry.tenant, trx => decide(trx, entry, drafts))
    if (decided.waiting) await c.var.services.jobs.send(familiesQueue, { networkId: entry.network.id })
    return c.json(
      {
        taken: decided.taken.map(({ id, action, key: of }) => ({ id, action, key: of })),
        refused: decided.refused.map(({ index, refusal }) => ({ index, reason: refusal })),
        waiting: decided.waiting,
      },
      200,
    )
  })

  api.openapi(deleteRule, async c => {
    const entry = entryOf(c)
    const { network, tenant } = entry
    const id = c.req.param('decision')
    const { db, jobs } = c.var.services
    const found = isId(id) && (await readTenant(db, tenant, trx => findRule(trx, network.id, id)))
    if (!found) throw new AppError('not-found')
    const { refusal, waiting } = await inTenant(db, tenant, trx => undo(trx, entry, id))
    if (refusal) throw new AppError('conflict')
    if (waiting) await jobs.send(familiesQueue, { networkId: network.id })
    return c.json({ waiting }, 200)
  })
}

function kindOf(asked: string) {
  const found = writtenKinds.find(one => one === asked)
  if (!found) throw new AppError('invalid-input', { fields: [{ field: 'kind', message: 'field.facet' }] })
  return found
}

function told({ intoKey, decidedAt, undoneAt, ...record }: RuleRecord) {
  const { id, number, action, key: of, written, labels: names, hidden } = record
  return {
    id,
    number,
    kind: record.kind,
    action,
    key: of,
    written,
    into: intoKey,
    labels: names,
    hidden,
    decidedAt: decidedAt.toISOString(),
    undoneAt: undoneAt?.toISOString() ?? null,
  }
}
