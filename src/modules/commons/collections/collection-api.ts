import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import { type AppContext, type AppEnv, originOf } from '#http/context.ts'
import { href } from '#http/routes.ts'
import { json, networkParameter } from '#modules/commons/api-schema.ts'
import type { Move } from '#modules/commons/collections/arrangement.ts'
import {
  type CollectedItem,
  type Collection,
  changeCollection,
  collectionEntries,
  collectionStates,
  createCollection,
  listCollections,
  openCollection,
  removeCollection,
} from '#modules/commons/collections/collections.ts'
import { addEntry, moveEntry, noteEntry, removeEntry } from '#modules/commons/collections/entries.ts'
import { refusal } from '#modules/commons/collections/refusal.ts'
import { collectionInput, entryInput, noteField, text } from '#modules/commons/collections/schema.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'

const collectionSummary = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    title: z.string(),
    about: z.string().openapi({ description: 'Markdown' }),
    state: z
      .enum(collectionStates)
      .openapi({ description: 'Who reads it: its keepers, the network, everyone' }),
    language: z.string().openapi({ description: 'ISO 639-1, in which its keepers write' }),
    updatedAt: z.iso.datetime(),
    url: z.url(),
  })
  .openapi('CollectionSummary')

const collectedItem = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    title: z.string(),
    type: z.string().nullable(),
    summary: z.string(),
    language: z.string().nullable(),
    year: z.number().int().nullable(),
    url: z.url(),
  })
  .openapi('CollectedItem')

const collectionSchema = collectionSummary
  .extend({
    entries: z.array(
      z.object({
        item: collectedItem,
        section: z.string().nullable().openapi({ description: 'The heading under which it stands' }),
        note: z.string().openapi({ description: 'Markdown' }),
        addedAt: z.iso.datetime(),
      }),
    ),
  })
  .openapi('Collection')

/** Said whole: who would leave `state` out must not have a shared collection made private. */
const changedCollection = collectionInput
  .extend({ about: collectionInput.shape.about.removeDefault(), state: z.enum(collectionStates) })
  .openapi('CollectionChange')

const tags = ['Collections']
const ofCollection = networkParameter.extend({
  collection: z.string().openapi({ description: 'The last word of its address' }),
})
const ofEntry = ofCollection.extend({ slug: z.string().openapi({ description: 'Of the item' }) })
const path = '/networks/{network}/commons/collections'

const list = apiRoute('commons:read', {
  tags,
  method: 'get',
  path,
  summary: 'The collections of a network',
  description: 'The latest changed first, by key: pass `next` as `after` for the following page.',
  request: {
    params: networkParameter,
    query: z.object({
      q: z.string().max(200).default('').openapi({ description: 'Words of the title' }),
      after: z.uuid().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(30),
    }),
  },
  responses: {
    200: json(
      z.object({
        collections: z.array(collectionSummary.extend({ entries: z.number().int() })),
        next: z.uuid().nullable(),
      }),
      'Those that whoever asks may read',
    ),
    ...problemResponses(422),
  },
})

const create = apiRoute('commons:contribute', {
  tags,
  method: 'post',
  path,
  summary: 'Make a collection',
  description: 'Whoever makes it keeps it. What a key of the network itself makes cannot be private.',
  request: {
    params: networkParameter,
    body: {
      required: true,
      content: { 'application/json': { schema: collectionInput.openapi('CollectionInput') } },
    },
  },
  responses: { 201: json(collectionSummary, 'Made'), ...problemResponses(400, 415, 422) },
})

const get = apiRoute('commons:read', {
  tags,
  method: 'get',
  path: `${path}/{collection}`,
  summary: 'A collection, with what it gathers',
  description: 'At most 500 entries, in the order of its keepers; only items that whoever asks may read.',
  request: { params: ofCollection },
  responses: { 200: json(collectionSchema, 'The collection') },
})

const change = apiRoute('commons:contribute', {
  tags,
  method: 'put',
  path: `${path}/{collection}`,
  summary: 'Change what a collection is called, what it says of itself and who reads it',
  description: 'Its address stays, and so does what it gathers.',
  request: {
    params: ofCollection,
    body: { required: true, content: { 'application/json': { schema: changedCollection } } },
  },
  responses: { 200: json(collectionSummary, 'Changed'), ...problemResponses(400, 415, 422) },
})

const remove = apiRoute('commons:contribute', {
  tags,
  method: 'delete',
  path: `${path}/{collection}`,
  summary: 'Delete a collection',
  description: 'With its order and its notes; the items it gathered stay.',
  request: { params: ofCollection },
  responses: { 204: { description: 'It is gone' } },
})

const add = apiRoute('commons:contribute', {
  tags,
  method: 'post',
  path: `${path}/{collection}/entries`,
  summary: 'Add an item to a collection',
  description: 'At the end of its section; a section that is not there yet is made, at the end.',
  request: {
    params: ofCollection,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: entryInput.extend({ item: z.string().min(1).max(200) }).openapi('CollectionEntryInput'),
        },
      },
    },
  },
  responses: { 201: json(collectedItem, 'Added'), ...problemResponses(400, 415, 422) },
})

const move = apiRoute('commons:contribute', {
  tags,
  method: 'patch',
  path: `${path}/{collection}/entries/{slug}`,
  summary: 'Move an entry of a collection, or say something else of it',
  description:
    'A `note`, or one of: `before` or `after` another item (by slug), or to the end of a `section` (null: the front).',
  request: {
    params: ofEntry,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .object({
              before: z.string().max(200).optional(),
              after: z.string().max(200).optional(),
              section: text().trim().min(1).max(200).nullable().optional(),
              note: noteField.removeDefault().optional().openapi({ description: 'Markdown' }),
            })
            .openapi('CollectionMove'),
        },
      },
    },
  },
  responses: { 204: { description: 'Done' }, ...problemResponses(400, 415, 422) },
})

const drop = apiRoute('commons:contribute', {
  tags,
  method: 'delete',
  path: `${path}/{collection}/entries/{slug}`,
  summary: 'Take an item out of a collection',
  request: { params: ofEntry },
  responses: { 204: { description: 'It is out' } },
})

export function collectionsApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(list, async c => {
    const { network, tenant, personId } = entryOf(c)
    const { q, after, limit } = c.req.valid('query')
    const { collections, next } = await readTenant(c.var.services.db, tenant, trx =>
      listCollections(trx, network.id, { q, personId, own: false }, { after, limit }),
    )
    const told = collections.map(one => ({ ...summaryOf(c, one), entries: one.entries }))
    return c.json({ collections: told, next }, 200)
  })

  api.openapi(create, async c => {
    const entry = entryOf(c)
    const input = c.req.valid('json')
    const made = await inTenant(c.var.services.db, entry.tenant, async trx => {
      const { slug } = await createCollection(trx, entry, input)
      return openCollection(trx, entry, slug, 'read')
    })
    return c.json(summaryOf(c, made), 201)
  })

  api.openapi(add, async c => {
    const entry = entryOf(c)
    const { item, ...input } = c.req.valid('json')
    const added = await inTenant(c.var.services.db, entry.tenant, trx =>
      addEntry(trx, entry, c.req.param('collection'), item, input),
    )
    return c.json(itemOf(c, added), 201)
  })

  api.openapi(move, async c => {
    const entry = entryOf(c)
    const { note, ...given } = c.req.valid('json')
    const to = moveOf(given)
    if (note === undefined && to === null) throw refusal('before', 'form.error.required')
    const [collection, slug] = [c.req.param('collection'), c.req.param('slug')]
    await inTenant(c.var.services.db, entry.tenant, async trx => {
      if (note !== undefined) await noteEntry(trx, entry, collection, slug, note)
      if (to) await moveEntry(trx, entry, collection, slug, to)
    })
    return c.body(null, 204)
  })

  api.openapi(drop, async c => {
    const entry = entryOf(c)
    await inTenant(c.var.services.db, entry.tenant, trx =>
      removeEntry(trx, entry, c.req.param('collection'), c.req.param('slug')),
    )
    return c.body(null, 204)
  })

  api.openapi(get, async c => {
    const entry = entryOf(c)
    const { collection, entries } = await readTenant(c.var.services.db, entry.tenant, async trx => {
      const { id } = await openCollection(trx, entry, c.req.param('collection'), 'read')
      return collectionEntries(trx, entry.network.id, id)
    })
    const told = entries.map(({ item, section, note, addedAt }) => ({
      item: itemOf(c, item),
      ...{ section, note, addedAt: addedAt.toISOString() },
    }))
    return c.json({ ...summaryOf(c, collection), entries: told }, 200)
  })

  api.openapi(change, async c => {
    const entry = entryOf(c)
    const [slug, input] = [c.req.param('collection'), c.req.valid('json')]
    const changed = await inTenant(c.var.services.db, entry.tenant, async trx => {
      await changeCollection(trx, entry, slug, input)
      return openCollection(trx, entry, slug, 'read')
    })
    return c.json(summaryOf(c, changed), 200)
  })

  api.openapi(remove, async c => {
    const entry = entryOf(c)
    await inTenant(c.var.services.db, entry.tenant, trx =>
      removeCollection(trx, entry, c.req.param('collection')),
    )
    return c.body(null, 204)
  })
}

function moveOf(given: {
  before?: string | undefined
  after?: string | undefined
  section?: string | null | undefined
}): Move | null {
  if (given.before) return { before: given.before }
  if (given.after) return { after: given.after }
  if (given.section !== undefined) return { section: given.section }
  return null
}

function summaryOf(c: AppContext, collection: Collection) {
  const { id, slug, title, about, state, language, updatedAt } = collection
  const { network } = entryOf(c)
  const address = href('collection', { locale: network.locale, network: network.slug, collection: slug })
  return {
    ...{ id, slug, title, about, state, language },
    updatedAt: updatedAt.toISOString(),
    url: originOf(c) + address,
  }
}

function itemOf(c: AppContext, { id, slug, title, type, summary, language, year }: CollectedItem) {
  const { network } = entryOf(c)
  const url = originOf(c) + href('item', { locale: network.locale, network: network.slug, slug })
  return { id, slug, title, type, summary, language, year, url }
}
