import type { Hono } from 'hono'
import { inTenant } from '#db/tenant.ts'
import { type AppContext, type AppEnv, clientAddress, originOf } from '#http/context.ts'
import { type Done, emptyForm, type FormState, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { feedResponse } from '#modules/commons/following/feed-response.ts'
import type { Follower } from '#modules/commons/following/following.ts'
import {
  changeFollowing,
  follow,
  listFollowings,
  stopFollowing,
} from '#modules/commons/following/followings.ts'
import { closeFeed, feedReader, look, openFeed } from '#modules/commons/following/looks.ts'
import { newsPageSize, readNews } from '#modules/commons/following/news.ts'
import { subjectInput, subjectOf, wishInput } from '#modules/commons/following/schema.ts'
import { FollowingPage } from '#modules/commons/following/views/following-page.tsx'
import { type Entry, entryOf, openPage } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'
import { readCadences } from '#platform/mail/index.ts'

export function openFollowingPages(app: Hono<AppEnv>): void {
  openPage(app, 'following', { GET: c => followingPage(c), POST: postFollowing })
  openPage(app, 'followingDetails', { POST: postDetails })
  openPage(app, 'followingRemoval', { POST: postRemoval })
  openPage(app, 'followingFeed', { POST: postFeed })
  openPage(app, 'followingFeedRemoval', { POST: postFeedRemoval })
  openPage(app, 'followingAtom', { GET: showFeed })
}

/** @throws AppError 'forbidden' for a key of the network itself, which is nobody's */
export function followerOf(c: AppContext, entry: Entry): Follower {
  const { personId, network, actor } = entry
  if (personId === null || actor.accountId === null) throw new AppError('forbidden')
  const baseUrl = c.var.services.linkOrigin
  return { networkId: network.id, personId, accountId: actor.accountId, baseUrl }
}

async function followingPage(
  c: AppContext,
  shown: { status?: 200 | 422; wrong?: { id: string | null; form: FormState }; token?: string } = {},
): Promise<Response> {
  const entry = entryOf(c)
  const { network } = entry
  const follower = followerOf(c, entry)
  const { personId, accountId } = follower
  const after = c.req.query('after') ?? null
  const read = await inTenant(c.var.services.db, entry.tenant, async trx => ({
    found: await readNews(trx, network.id, personId, after),
    followings: await listFollowings(trx, network.id, personId, c.var.locale),
    looked: await look(trx, follower),
    silenced: (await readCadences(trx, accountId)).following === 'never',
  }))
  const address = (token: string) =>
    originOf(c) + href('followingAtom', { locale: c.var.locale, network: network.slug, token })
  return page(
    c,
    FollowingPage,
    {
      network,
      news: read.found.news,
      next: read.found.next,
      first: after === null,
      followings: read.followings,
      seenUntil: read.looked?.seenUntil ?? new Date(),
      feedSince: read.looked?.feed.since ?? null,
      feedAddress: shown.token === undefined ? null : address(shown.token),
      silenced: read.silenced,
      wrong: shown.wrong ?? null,
    },
    { status: shown.status ?? 200 },
  )
}

async function postFollowing(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const follower = followerOf(c, entry)
  const { value, form } = await readForm(c, subjectInput)
  if (!value)
    return followingPage(c, { status: 422, wrong: { id: null, form: { ...form, errors: allAsOne(form) } } })
  try {
    const { id, created } = await inTenant(c.var.services.db, entry.tenant, trx =>
      follow(trx, follower, subjectOf(value)),
    )
    return redirectTo(c, id, created ? 'following-added' : 'following-known')
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid-input') throw error
    const [field] = error.fields
    const message = c.var.i18n.maybe(field?.message ?? '', c.var.i18n.t('form.error.invalid'), error.params)
    return followingPage(c, { status: 422, wrong: { id: null, form: withError(emptyForm, '', message) } })
  }
}

async function postDetails(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const follower = followerOf(c, entry)
  const id = idOf(c)
  const { value, form } = await readForm(c, wishInput)
  if (!value) return followingPage(c, { status: 422, wrong: { id, form } })
  const done = await inTenant(c.var.services.db, entry.tenant, trx =>
    changeFollowing(trx, follower, id, value),
  )
  if (!done) throw new AppError('not-found')
  return redirectTo(c, id, 'saved')
}

async function postRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { personId } = followerOf(c, entry)
  const done = await inTenant(c.var.services.db, entry.tenant, trx =>
    stopFollowing(trx, entry.network.id, personId, idOf(c)),
  )
  if (!done) throw new AppError('not-found')
  return redirectDone(c, here(c), 'following-stopped')
}

/** A new address, shown this once; the former one leads nowhere any more. */
async function postFeed(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const follower = followerOf(c, entry)
  const token = await inTenant(c.var.services.db, entry.tenant, async trx => {
    const made = await openFeed(trx, follower)
    await recordFeed(trx, entry, 'key.feed-made')
    return made
  })
  return followingPage(c, { token })
}

async function postFeedRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { personId } = followerOf(c, entry)
  await inTenant(c.var.services.db, entry.tenant, async trx => {
    await closeFeed(trx, entry.network.id, personId)
    await recordFeed(trx, entry, 'key.feed-revoked')
  })
  return redirectDone(c, here(c), 'feed-closed')
}

/** Whoever has the address reads what its person may read, for as long as they are at home in the network. */
async function showFeed(c: AppContext): Promise<Response> {
  const { db, rateLimits } = c.var.services
  const { network } = entryOf(c)
  const reader = await inTenant(db, { networkId: network.id, audience: 'network' }, trx =>
    feedReader(trx, network.id, c.req.param('token') ?? ''),
  )
  if (!reader) {
    await rateLimits.spend('token', clientAddress(c))
    throw new AppError('not-found')
  }
  const { news } = await inTenant(
    db,
    { networkId: network.id, audience: 'network', accountId: reader.accountId },
    trx => readNews(trx, network.id, reader.personId, null, newsPageSize * 2),
  )
  return feedResponse(c, network, news)
}

/** To one following among the others. */
function redirectTo(c: AppContext, id: string, done: Done): Response {
  return c.redirect(`${here(c)}?done=${done}#following-${id}`, 303)
}

function recordFeed(trx: Parameters<typeof recordChange>[0], entry: Entry, action: string): Promise<void> {
  const subject = { type: 'person', id: entry.personId ?? '' }
  return recordChange(trx, entry.network.id, entry.actor, { action, subject })
}

function here(c: AppContext): string {
  return href('following', { locale: c.var.locale, network: entryOf(c).network.slug })
}

function idOf(c: AppContext): string {
  const id = c.req.param('id') ?? ''
  if (!isId(id)) throw new AppError('not-found')
  return id
}

/** The button has no fields to mend. */
function allAsOne(form: FormState): Record<string, string> {
  return { '': Object.values(form.errors)[0] ?? '' }
}
