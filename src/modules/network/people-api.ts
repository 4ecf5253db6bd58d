import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppEnv } from '#http/context.ts'
import { apiRoute } from '#modules/network/api-route.ts'
import { entryOf } from '#modules/network/door.ts'
import { mandateRoles } from '#modules/network/fields.ts'
import { invitationInput, invite } from '#modules/network/invitations.ts'
import { everyone, listPeople } from '#modules/network/people.ts'
import { inWords, Refusal } from '#modules/network/refusal.ts'

const networkParam = z.object({ network: z.string() })
const limit = z.coerce.number().int().min(1).max(200).default(50)
const after = z.uuid().optional().openapi({ description: 'The `next` of the answer before.' })
const next = z.uuid().nullable().openapi({ description: 'To be given as `after`; null on the last page.' })

const memberSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    email: z.string().nullable().optional().openapi({ description: 'For keys that may `members:manage`.' }),
    mandates: z
      .array(
        z.object({
          id: z.uuid(),
          role: z.enum(mandateRoles),
          title: z.string(),
          organisation: z.object({ id: z.uuid(), name: z.string() }).nullable(),
        }),
      )
      .openapi({ description: 'In force today, the weightiest first.' }),
  })
  .openapi('Member')

const members = apiRoute('members:read', {
  method: 'get',
  path: '/networks/{network}/members',
  tags: ['People'],
  summary: 'Those who hold a mandate today, by name',
  request: {
    params: networkParam,
    query: z.object({
      q: z.string().max(200).default(''),
      role: z.enum(mandateRoles).optional(),
      organisation: z.uuid().optional(),
      after,
      limit,
    }),
  },
  responses: {
    200: {
      description: 'Members',
      content: { 'application/json': { schema: z.object({ members: z.array(memberSchema), next }) } },
    },
    ...problemResponses(422),
  },
})

const invitations = apiRoute('members:manage', {
  method: 'post',
  path: '/networks/{network}/invitations',
  tags: ['People'],
  summary: 'Invites people by mail, all of them or none',
  description: 'Who comes in by the link holds the mandate from that day on.',
  request: {
    params: networkParam,
    body: { required: true, content: { 'application/json': { schema: invitationInput } } },
  },
  responses: {
    201: {
      description: 'Invited',
      content: {
        'application/json': {
          schema: z.object({
            invitations: z.array(z.object({ id: z.uuid(), email: z.string(), expiresAt: z.iso.datetime() })),
          }),
        },
      },
    },
    ...problemResponses(422),
  },
})

export function peopleApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(members, async c => {
    const entry = entryOf(c)
    const { network, tenant } = entry
    const { q, role: wanted, organisation, after, limit } = c.req.valid('query')
    // A key may be for reading alone, whoever's it is; a personal one can do no more than its person.
    const { scopes, actor, role } = entry
    const manages =
      scopes?.includes('members:manage') === true && (actor.accountId === null || role === 'administrator')
    const query = {
      ...everyone,
      q,
      role: wanted ?? null,
      organisation: organisation ?? null,
      byEmail: manages,
    }
    const found = await readTenant(c.var.services.db, tenant, trx =>
      listPeople(trx, network.id, query, { after, limit }),
    )
    const members = found.people.map(({ id, name, email, mandates }) => ({
      id,
      name,
      ...(manages && { email }),
      mandates: mandates.map(({ organisationId, organisation, ...mandate }) => ({
        ...mandate,
        organisation: organisationId ? { id: organisationId, name: organisation ?? '' } : null,
      })),
    }))
    return c.json({ members, next: found.next }, 200)
  })

  api.openapi(invitations, async c => {
    const { network, tenant, actor } = entryOf(c)
    const { emails, ...terms } = c.req.valid('json')
    const { db, linkOrigin } = c.var.services
    const inviting = { actor, inviter: null, linkOrigin }
    const invited = await inTenant(db, tenant, trx =>
      invite(trx, network, inviting, terms, emails.join('\n')),
    ).catch(error => {
      throw error instanceof Refusal ? inWords(c.var.i18n, error) : error
    })
    const answer = invited.map(({ id, email, expiresAt }) => ({
      id,
      email,
      expiresAt: expiresAt.toISOString(),
    }))
    return c.json({ invitations: answer }, 201)
  })
}
