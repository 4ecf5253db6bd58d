import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { inTenant, readTenant } from '#db/tenant.ts'
import { problemResponses } from '#http/api-documentation.ts'
import { type AppEnv, originOf } from '#http/context.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { json, networkParameter } from '#modules/commons/api-schema.ts'
import {
  type Followed,
  type Following,
  followingKinds,
  longestName,
} from '#modules/commons/following/following.ts'
import {
  changeFollowing,
  follow,
  listFollowings,
  stopFollowing,
} from '#modules/commons/following/followings.ts'
import { newsPageSize, readNews } from '#modules/commons/following/news.ts'
import { followerOf } from '#modules/commons/following/pages.ts'
import { subjectInput, subjectOf } from '#modules/commons/following/schema.ts'
import { followingName } from '#modules/commons/following/views/following-words.ts'
import { writeQuery } from '#modules/commons/search/query.ts'
import { apiRoute, entryOf } from '#modules/network/index.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { cadences } from '#platform/mail/index.ts'

const cadence = z.enum(cadences).openapi({
  description: 'When mail says so: at once, in the morning, on Monday morning, or never (the feed alone)',
})
const name = z.string().trim().min(1).max(longestName).nullable()

const followingSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(followingKinds),
    name: z.string().openapi({ description: 'As one called it, else as what it leads to is called' }),
    query: z
      .string()
      .nullable()
      .openapi({ description: 'Of a search, as `items` takes it: `q=solaire&country=TG`' }),
    theme: z.string().nullable(),
    person: z.uuid().nullable(),
    item: z.uuid().nullable(),
    cadence,
    createdAt: z.iso.datetime(),
  })
  .openapi('Following')

const newsSchema = z
  .object({
    item: z.uuid(),
    version: z.number().int(),
    title: z.string(),
    type: z.string().nullable(),
    url: z.url(),
    at: z.iso.datetime(),
    followings: z.array(z.uuid()).openapi({ description: 'Those that it matches' }),
  })
  .openapi('News')

const tags = ['Following']
const one = networkParameter.extend({ id: z.uuid() })

const getFollowings = apiRoute('commons:contribute', {
  tags,
  method: 'get',
  path: '/networks/{network}/commons/followings',
  summary: 'What one follows',
  description: 'By a personal key: a key of the network itself is nobody, and follows nothing.',
  request: { params: networkParameter },
  responses: {
    200: json(z.object({ followings: z.array(followingSchema) }), 'All of it, the latest first'),
  },
})

const postFollowing = apiRoute('commons:contribute', {
  tags,
  method: 'post',
  path: '/networks/{network}/commons/followings',
  summary: 'Follow a search, a theme, an author or an item',
  description: 'From now on. What is followed already stays as it is.',
  request: {
    params: networkParameter,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({
            subject: subjectInput.openapi('FollowingSubject'),
            name: name.optional(),
            cadence: cadence.optional(),
          }),
        },
      },
    },
  },
  responses: {
    200: json(z.object({ id: z.uuid() }), 'Followed already'),
    201: json(z.object({ id: z.uuid() }), 'Followed from now on'),
    ...problemResponses(400, 422),
  },
})

const putFollowing = apiRoute('commons:contribute', {
  tags,
  method: 'put',
  path: '/networks/{network}/commons/followings/{id}',
  summary: 'Change what a following is called, and when mail tells of it',
  request: {
    params: one,
    body: { required: true, content: { 'application/json': { schema: z.object({ name, cadence }) } } },
  },
  responses: { 204: { description: 'Changed' }, ...problemResponses(400, 422) },
})

const deleteFollowing = apiRoute('commons:contribute', {
  tags,
  method: 'delete',
  path: '/networks/{network}/commons/followings/{id}',
  summary: 'Stop following',
  request: { params: one },
  responses: { 204: { description: 'Stopped; what matched is forgotten' }, ...problemResponses(422) },
})

const getNews = apiRoute('commons:contribute', {
  tags,
  method: 'get',
  path: '/networks/{network}/commons/news',
  summary: 'What is new in what one follows',
  description: `Pages of ${newsPageSize}, the latest first: pass \`next\` as \`after\` for the following page.`,
  request: { params: networkParameter, query: z.object({ after: z.string().max(100).optional() }) },
  responses: {
    200: json(z.object({ news: z.array(newsSchema), next: z.string().nullable() }), 'What is new'),
    ...problemResponses(422),
  },
})

export function followingApi(api: OpenAPIHono<AppEnv>): void {
  api.openapi(getFollowings, async c => {
    const entry = entryOf(c)
    const { networkId, personId } = followerOf(c, entry)
    const followings = await readTenant(c.var.services.db, entry.tenant, trx =>
      listFollowings(trx, networkId, personId, c.var.i18n.locale),
    )
    return c.json({ followings: followings.map(following => asJson(c.var.i18n, following)) }, 200)
  })

  api.openapi(postFollowing, async c => {
    const entry = entryOf(c)
    const follower = followerOf(c, entry)
    const { subject, ...wish } = c.req.valid('json')
    const { id, created } = await inTenant(c.var.services.db, entry.tenant, trx =>
      follow(trx, follower, subjectOf(subject), {
        ...(wish.name !== undefined && { name: wish.name }),
        ...(wish.cadence && { cadence: wish.cadence }),
      }),
    )
    return created ? c.json({ id }, 201) : c.json({ id }, 200)
  })

  api.openapi(putFollowing, async c => {
    const entry = entryOf(c)
    const follower = followerOf(c, entry)
    const done = await inTenant(c.var.services.db, entry.tenant, trx =>
      changeFollowing(trx, follower, c.req.valid('param').id, c.req.valid('json')),
    )
    if (!done) throw new AppError('not-found')
    return c.body(null, 204)
  })

  api.openapi(deleteFollowing, async c => {
    const entry = entryOf(c)
    const { networkId, personId } = followerOf(c, entry)
    const done = await inTenant(c.var.services.db, entry.tenant, trx =>
      stopFollowing(trx, networkId, personId, c.req.valid('param').id),
    )
    if (!done) throw new AppError('not-found')
    return c.body(null, 204)
  })

  api.openapi(getNews, async c => {
    const entry = entryOf(c)
    const { network } = entry
    const { personId } = followerOf(c, entry)
    const { news, next } = await readTenant(c.var.services.db, entry.tenant, trx =>
      readNews(trx, network.id, personId, c.req.valid('query').after ?? null),
    )
    const here = { locale: network.locale, network: network.slug }
    return c.json(
      {
        news: news.map(({ itemId, slug, title, type, version, at, followings }) => ({
          item: itemId,
          version,
          title,
          type,
          url: originOf(c) + href('item', { ...here, slug }),
          at: at.toISOString(),
          followings,
        })),
        next,
      },
      200,
    )
  })
}

function asJson(i18n: I18n, following: Following): z.infer<typeof followingSchema> {
  const { id, cadence, createdAt, followed } = following
  return {
    id,
    kind: followed.kind,
    name: followingName(i18n, following),
    ...{ query: null, theme: null, person: null, item: null },
    ...subjectFields(followed),
    cadence,
    createdAt: createdAt.toISOString(),
  }
}

function subjectFields(
  followed: Followed,
): { query: string } | { theme: string } | { person: string } | { item: string } {
  switch (followed.kind) {
    case 'search':
      return { query: writeQuery(followed.query).toString() }
    case 'theme':
      return { theme: followed.key }
    case 'author':
      return { person: followed.personId }
    case 'item':
      return { item: followed.itemId }
  }
}
