import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import { type AppEnv, originOf } from '#http/context.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { json, networkParameter } from '#modules/commons/api-schema.ts'
import { findItem } from '#modules/commons/items.ts'
import { addLink, linkKinds, linksOf, removeLink } from '#modules/commons/links/links.ts'
import { linkInput } from '#modules/commons/links/schema.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'

const linkSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(linkKinds),
    direction: z
      .enum(['out', 'in'])
      .openapi({ description: 'Said of this item ("builds on"), or of the other ("is built on by")' }),
    other: z.object({
      id: z.uuid(),
      slug: z.string(),
      title: z.string(),
      type: z.string().nullable(),
      language: z.string().nullable(),
      year: z.number().int().nullable(),
      url: z.url(),
    }),
    note: z.string(),
    createdAt: z.iso.datetime(),
  })
  .openapi('Link')

const tags = ['Links']
const ofItem = networkParameter.extend({ slug: z.string().openapi({ description: 'Of the item' }) })
const path = '/networks/{network}/commons/items/{slug}/links'

const list = apiRoute('commons:read', {
  tags,
  method: 'get',
  path,
  summary: 'What an item is to others, and they to it',
  description: 'Links whose both ends whoever asks may read; at most 400.',
  request: { params: ofItem },
  responses: { 200: json(z.object({ links: z.array(linkSchema) }), 'Its links, by kind') },
})

const add = apiRoute('commons:contribute', {
  tags,
  method: 'post',
  path,
  summary: 'Say what an item is to another',
  description: 'A circle of items that build on each other is refused, with the chain that would close.',
  request: {
    params: ofItem,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: linkInput.extend({ to: z.string().min(1).max(200) }).openapi('LinkInput'),
        },
      },
    },
  },
  responses: { 201: json(z.object({ id: z.uuid() }), 'Linked'), ...problemResponses(400, 415, 422) },
})

const remove = apiRoute('commons:contribute', {
  tags,
  method: 'delete',
  path: `${path}/{link}`,
  summary: 'Take a link away',
  description: 'For whoever made it, for facilitators, and for keys of the network itself.',
  request: { params: ofItem.extend({ link: z.string() }) },
  responses: { 204: { description: 'It is gone' } },
})

export function linksApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(list, async c => {
    const { network, tenant } = entryOf(c)
    const links = await readTenant(c.var.services.db, tenant, async trx => {
      const item = await findItem(trx, network.id, c.req.param('slug'))
      if (!item) throw new AppError('not-found')
      return linksOf(trx, network.id, item.id)
    })
    const here = { locale: network.locale, network: network.slug }
    const told = links.map(({ id, kind, direction, other, note, createdAt }) => ({
      ...{ id, kind, direction, note },
      other: { ...other, url: originOf(c) + href('item', { ...here, slug: other.slug }) },
      createdAt: createdAt.toISOString(),
    }))
    return c.json({ links: told }, 200)
  })

  api.openapi(add, async c => {
    const entry = entryOf(c)
    const { to, ...input } = c.req.valid('json')
    const made = await inTenant(c.var.services.db, entry.tenant, trx =>
      addLink(trx, entry, c.req.param('slug'), to, input),
    )
    return c.json(made, 201)
  })

  api.openapi(remove, async c => {
    const entry = entryOf(c)
    await inTenant(c.var.services.db, entry.tenant, trx =>
      removeLink(trx, entry, c.req.param('slug'), c.req.param('link')),
    )
    return c.body(null, 204)
  })
}
