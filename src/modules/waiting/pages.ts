import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { entryOf } from '#modules/network/index.ts'
import { digestBeforehand } from '#modules/waiting/digest/beforehand.ts'
import { mostUsefulFirst } from '#modules/waiting/order.ts'
import { readSilencing, setSilencedKinds, silencedKinds, silenceKind } from '#modules/waiting/silences.ts'
import { DigestPage } from '#modules/waiting/views/digest-page.tsx'
import { SilencePage } from '#modules/waiting/views/silence-page.tsx'
import { WaitingPage } from '#modules/waiting/views/waiting-page.tsx'
import { kindsOf, waitingFor } from '#modules/waiting/waiting.ts'
import { acts } from '#modules/waiting/words.ts'

const actQuery = z.enum(acts).optional().catch(undefined)

/** All that waits for whoever asks, the most useful first. */
export async function showWaiting(c: AppContext): Promise<Response> {
  const { network, tenant, personId } = entryOf(c)
  const { db, waiting: sources } = c.var.services
  const now = new Date()
  const { accountId } = tenant
  const { rows, silent } = await readTenant(db, tenant, async trx => ({
    rows: await waitingFor(trx, sources, personId === null ? [] : [personId], now),
    silent: accountId === undefined ? [] : await silencedKinds(trx, accountId),
  }))
  const seen = mostUsefulFirst(
    rows.filter(({ silenced }) => !silenced),
    now,
  )
  return page(c, WaitingPage, {
    network,
    sources,
    rows: seen,
    silencedRows: rows.length - seen.length,
    silent,
    act: actQuery.parse(c.req.query('act')),
    now,
  })
}

/** What the next digest would say now, to whoever reads it here: it is theirs alone, and nothing counts as told. */
export async function showDigest(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const { accountId } = tenant
  const digest = accountId === undefined ? null : await digestBeforehand(c.var.services, accountId)
  if (!digest) throw new AppError('not-found')
  return page(c, DigestPage, { network, digest })
}

/** Which kinds one does not want to see: those that were ticked, and no others. */
export async function postSilences(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const { db, waiting: sources } = c.var.services
  const { accountId } = tenant
  const known = kindsOf(sources)
  const form = z.object({ kinds: z.array(z.string().max(60)).max(200) })
  const { value } = await readForm(c, form, ['kinds'])
  if (!value || accountId === undefined) throw new AppError('bad-request')
  const kinds = value.kinds.filter(kind => Object.hasOwn(known, kind))
  await inTenant(db, tenant, trx => setSilencedKinds(trx, accountId, kinds))
  return redirectDone(c, href('waiting', { locale: c.var.locale, network: network.slug }), 'saved')
}

/** Where the links at the foot of a digest lead: for whoever holds the mail, without signing in. */
export function showSilence(c: AppContext): Response {
  return page(c, SilencePage, { kind: silencing(c).kind, done: null })
}

export async function postSilence(c: AppContext): Promise<Response> {
  const wanted = silencing(c)
  const { value } = await readForm(c, z.object({ again: z.string().optional() }))
  const silent = value?.again === undefined
  await silenceKind(c.var.services.db, wanted, silent)
  const done = silent ? ('silent' as const) : ('heard' as const)
  return page(c, SilencePage, { kind: wanted.kind, done })
}

function silencing(c: AppContext) {
  const { secret, waiting } = c.var.services
  const wanted = readSilencing(secret, c.req.param('token') ?? '')
  if (!wanted || !Object.hasOwn(kindsOf(waiting), wanted.kind)) throw new AppError('not-found')
  return wanted
}
