import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { readTenant } from '#db/tenant.ts'
import type { AppEnv } from '#http/context.ts'
import { acceptedAffiliations } from '#modules/network/affiliations/affiliations.ts'
import { federationOf } from '#modules/network/affiliations/numbers.ts'
import { kinds, levels, sides } from '#modules/network/affiliations/schema.ts'
import { apiRoute } from '#modules/network/api-route.ts'
import { entryOf } from '#modules/network/door.ts'

const networkParam = z.object({ network: z.string() })

const networkSchema = z
  .object({ slug: z.string(), name: z.record(z.string(), z.string()) })
  .openapi('AffiliatedNetwork')

const affiliationSchema = z
  .object({
    id: z.uuid(),
    side: z
      .enum(sides)
      .openapi({ description: '`member`: this network belongs to the other; `parent`: the other to it.' }),
    network: networkSchema,
    kind: z.enum(kinds),
    level: z.enum(levels).openapi({ description: 'On which the one that belongs works.' }),
    mandate: z.string(),
    from: z.iso.date(),
    until: z.iso.date().nullable().openapi({ description: 'The last day; null for no end.' }),
  })
  .openapi('Affiliation')

const affiliations = apiRoute('commons:read', {
  method: 'get',
  path: '/networks/{network}/affiliations',
  tags: ['Networks'],
  summary: 'The networks this one belongs to, and those that belong to it, past ones included',
  description: 'Those outside see it where both networks are public. At most 500, the latest first.',
  request: { params: networkParam },
  responses: {
    200: {
      description: 'Affiliations',
      content: { 'application/json': { schema: z.object({ affiliations: z.array(affiliationSchema) }) } },
    },
  },
})

const count = z.number().int().nullable()
const numbers = apiRoute('organisations:manage', {
  method: 'get',
  path: '/networks/{network}/federation',
  tags: ['Networks'],
  summary: 'The networks that belong to this one today, in numbers',
  description: 'Of each what it shares; null what it does not.',
  request: { params: networkParam },
  responses: {
    200: {
      description: 'Numbers',
      content: {
        'application/json': {
          schema: z.object({
            distinctOrganisations: z
              .number()
              .int()
              .openapi({ description: 'Of all that share their number of organisations, each once.' }),
            networks: z.array(
              z
                .object({
                  network: networkSchema,
                  organisations: count,
                  people: count,
                  groups: count,
                  meetings: count,
                })
                .openapi('AffiliatedNumbers'),
            ),
          }),
        },
      },
    },
  },
})

export function affiliationsApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(affiliations, async c => {
    const { network, tenant } = entryOf(c)
    const accepted = await readTenant(c.var.services.db, tenant, trx => acceptedAffiliations(trx, network.id))
    const answer = accepted.flatMap(({ id, side, other, kind, level, mandate, from, until }) =>
      other ? [{ id, side, network: named(other), kind, level, mandate, from, until }] : [],
    )
    return c.json({ affiliations: answer }, 200)
  })

  api.openapi(numbers, async c => {
    const { tenant } = entryOf(c)
    const { networks, distinctOrganisations } = await readTenant(c.var.services.db, tenant, trx =>
      federationOf(trx, c.var.locale),
    )
    const answer = networks.map(({ network, ...counts }) => ({ network: named(network), ...counts }))
    return c.json({ distinctOrganisations, networks: answer }, 200)
  })
}

function named({ slug, name }: { slug: string; name: Partial<Record<string, string>> }) {
  const texts = Object.entries(name).flatMap(([locale, text]) => (text ? [[locale, text] as const] : []))
  return { slug, name: Object.fromEntries(texts) }
}
