import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { apiRoute } from '#modules/network/api-route.ts'
import { entryOf } from '#modules/network/door.ts'
import { addOrganisation, changeOrganisation } from '#modules/network/organisations/changing.ts'
import { listOrganisations, wholeDirectory } from '#modules/network/organisations/directory.ts'
import { identifierSchemes } from '#modules/network/organisations/identifiers.ts'
import {
  type OrganisationInput,
  organisationInput,
  organisationKinds,
  sizeClasses,
} from '#modules/network/organisations/input.ts'
import { findOrganisation, type Organisation } from '#modules/network/organisations/organisations.ts'
import { inWords, Refusal } from '#modules/network/refusal.ts'

const networkParam = z.object({ network: z.string() })
const organisationParam = z.object({ network: z.string(), organisation: z.uuid() })

const organisationSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    country: z.string().nullable().openapi({ description: 'ISO 3166-1 alpha-2.' }),
    website: z.string().nullable(),
    kind: z.enum(organisationKinds).nullable(),
    sizeClass: z
      .enum(sizeClasses)
      .nullable()
      .openapi({ description: 'By persons employed: up to 9, 49, 249, beyond (2003/361/EC).' }),
    sector: z
      .string()
      .nullable()
      .openapi({ description: 'ISIC Rev. 4 as `isic4:C20`, NAF rév. 2 as `naf2:20.42Z`.' }),
    parentId: z.uuid().nullable().openapi({ description: 'Where that is a member of this network.' }),
    address: z.string(),
    town: z.string(),
    region: z.string(),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    identifiers: z.array(z.object({ scheme: z.enum(identifierSchemes), value: z.string() })),
    engagement: z.number().int().nullable().openapi({ description: 'In this network, 1 to 5.' }),
    reference: z.string().nullable().openapi({ description: 'How the network’s own lists call it.' }),
    from: z.iso.date(),
    until: z.iso.date().nullable(),
    people: z.number().int(),
    changedAt: z.iso.datetime().nullable(),
  })
  .openapi('Organisation')

const answered = (description: string) => ({
  description,
  content: { 'application/json': { schema: organisationSchema } },
})

const list = apiRoute('members:read', {
  method: 'get',
  path: '/networks/{network}/organisations',
  tags: ['People'],
  summary: 'The organisations that are members, by name',
  request: {
    params: networkParam,
    query: z.object({
      q: z.string().max(200).default(''),
      kind: z.enum(organisationKinds).optional(),
      size: z.enum(sizeClasses).optional(),
      division: z
        .string()
        .regex(/^(?:\d{2}|[A-U])$/)
        .optional()
        .openapi({ description: 'Of ISIC Rev. 4: two digits, or the letter of a section.' }),
      country: z.string().length(2).optional(),
      region: z.string().max(200).optional(),
      engagement: z.coerce.number().int().min(1).max(5).optional(),
      group: z.uuid().optional().openapi({ description: 'In which they are today' }),
      former: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: 'Those whose membership is over.' }),
      after: z.uuid().optional().openapi({ description: 'The `next` of the answer before.' }),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: {
    200: {
      description: 'Organisations',
      content: {
        'application/json': {
          schema: z.object({
            organisations: z.array(organisationSchema),
            next: z
              .uuid()
              .nullable()
              .openapi({ description: 'To be given as `after`; null on the last page.' }),
          }),
        },
      },
    },
    ...problemResponses(422),
  },
})

const one = apiRoute('members:read', {
  method: 'get',
  path: '/networks/{network}/organisations/{organisation}',
  tags: ['People'],
  summary: 'One organisation',
  request: { params: organisationParam },
  responses: { 200: answered('The organisation'), ...problemResponses(422) },
})

const add = apiRoute('organisations:manage', {
  method: 'post',
  path: '/networks/{network}/organisations',
  tags: ['People'],
  summary: 'Adds an organisation',
  description: 'Only the name has to be said. Of a name that the network has, nothing is added (422).',
  request: {
    params: networkParam,
    body: { required: true, content: { 'application/json': { schema: organisationInput } } },
  },
  responses: { 201: answered('Added'), ...problemResponses(422) },
})

const change = apiRoute('organisations:manage', {
  method: 'patch',
  path: '/networks/{network}/organisations/{organisation}',
  tags: ['People'],
  summary: 'Changes an organisation',
  description:
    'What is not sent stays. All but `engagement` and `reference` is the same in every network of the organisation.',
  request: {
    params: organisationParam,
    body: {
      required: true,
      content: { 'application/json': { schema: z.object(organisationInput.shape).partial() } },
    },
  },
  responses: { 200: answered('As it is now'), ...problemResponses(422) },
})

export function organisationsApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(list, async c => {
    const entry = entryOf(c)
    const { network, tenant } = entry
    const { q, kind, size, division, country, region, engagement, group, former, after, limit } =
      c.req.valid('query')
    const query = {
      ...wholeDirectory,
      q,
      former: former === 'true',
      kind: kind ?? null,
      size: size ?? null,
      division: division ?? null,
      country: country ?? null,
      region: region ?? null,
      engagement: engagement ?? null,
      group: group ?? null,
    }
    const { db, organisationGroups } = c.var.services
    const belonging = organisationGroups?.belonging(entry) ?? null
    const found = await readTenant(db, tenant, trx =>
      listOrganisations(trx, network.id, query, { after, limit, belonging }),
    )
    return c.json({ organisations: found.organisations.map(asAnswered), next: found.next }, 200)
  })

  api.openapi(one, async c => c.json(asAnswered(await read(c, c.req.valid('param').organisation)), 200))

  api.openapi(add, async c => {
    const { network, tenant, actor } = entryOf(c)
    const input = c.req.valid('json')
    const id = await inTenant(c.var.services.db, tenant, trx =>
      addOrganisation(trx, network.id, actor, input),
    ).catch(said(c))
    return c.json(asAnswered(await read(c, id)), 201)
  })

  api.openapi(change, async c => {
    const { network, tenant, actor } = entryOf(c)
    const id = c.req.valid('param').organisation
    const before = await read(c, id)
    // Fields that were not sent are read as empty ones: only those that were sent count.
    const sent = Object.keys(await c.req.json<Record<string, unknown>>())
    const given = Object.entries(c.req.valid('json')).filter(([field]) => sent.includes(field))
    const input = { ...before, ...Object.fromEntries(given) } as OrganisationInput
    if ((input.latitude === null) !== (input.longitude === null))
      throw inWords(c.var.i18n, new Refusal({ field: 'latitude', message: 'organisation.error.coordinates' }))
    await inTenant(c.var.services.db, tenant, trx =>
      changeOrganisation(trx, network.id, actor, id, input),
    ).catch(said(c))
    return c.json(asAnswered(await read(c, id)), 200)
  })
}

/** @throws AppError 'not-found' */
async function read(c: AppContext, id: string): Promise<Organisation> {
  const { network, tenant } = entryOf(c)
  const found = await readTenant(c.var.services.db, tenant, trx => findOrganisation(trx, network.id, id))
  if (!found) throw new AppError('not-found')
  return found
}

function said(c: AppContext) {
  return (error: unknown): never => {
    throw error instanceof Refusal ? inWords(c.var.i18n, error) : error
  }
}

function asAnswered(organisation: Organisation) {
  return { ...organisation, changedAt: organisation.changedAt?.toISOString() ?? null }
}
