import type { Hono } from 'hono'
import { inTenant, readTenant, type Tenant } from '#db/tenant.ts'
import { type AppContext, type AppEnv, clientAddress } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { editionOf } from '#modules/afterworks/editions.ts'
import {
  opinionBy,
  opinionsOf,
  ownOpinion,
  satisfactionOf,
  sayOpinion,
  sayOpinionBy,
} from '#modules/afterworks/satisfaction.ts'
import { type SatisfactionInput, satisfactionInput } from '#modules/afterworks/schema.ts'
import { OwnOpinionPage } from '#modules/afterworks/views/own-opinion-page.tsx'
import { SatisfactionPage } from '#modules/afterworks/views/satisfaction-page.tsx'
import { openMeeting } from '#modules/meetings/index.ts'
import { entryOf, openPage, unlessRefused } from '#modules/network/index.ts'

export function openSatisfactionPages(app: Hono<AppEnv>): void {
  openPage(app, 'satisfaction', { GET: c => answer(c), POST: postOpinion })
  openPage(app, 'ownOpinion', { GET: c => answerBy(c), POST: postOpinionBy })
}

async function answer(c: AppContext, form?: FormState): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const id = c.req.param('meeting') ?? ''
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const { meeting, mayRun } = await openMeeting(trx, entry, id, 'read')
    return {
      meeting,
      series: await editionOf(trx, network.id, id),
      sums: await satisfactionOf(trx, network.id, id),
      own: await ownOpinion(trx, entry, id),
      opinions: mayRun ? await opinionsOf(trx, entry, id) : null,
    }
  })
  const state = form ?? asForm(found.own.opinion)
  return page(c, SatisfactionPage, { network, ...found, form: state }, { status: form ? 422 : 200 })
}

async function postOpinion(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const meeting = c.req.param('meeting') ?? ''
  const { value, form } = await readForm(c, satisfactionInput)
  if (!value) return answer(c, form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => sayOpinion(trx, entry, meeting, value)),
  )
  if (result.form) return answer(c, result.form)
  const address = href('satisfaction', { locale: c.var.locale, network: entry.network.slug, meeting })
  return redirectDone(c, address, 'satisfaction-said')
}

/** Whoever holds the link of a registration says it there: a visitor has no account. */
async function answerBy(c: AppContext, form?: FormState): Promise<Response> {
  const { network } = entryOf(c)
  const token = c.req.param('token') ?? ''
  const found = await readTenant(c.var.services.db, holderOf(network.id), trx =>
    opinionBy(trx, network.id, token),
  ).catch(async error => {
    if (error instanceof AppError && error.code === 'not-found')
      await c.var.services.rateLimits.spend('token', clientAddress(c))
    throw error
  })
  c.header('referrer-policy', 'no-referrer')
  c.header('cache-control', 'private, no-store')
  const props = { network, token, own: found, title: found.title, form: form ?? asForm(found.opinion) }
  return page(c, OwnOpinionPage, props, { status: form ? 422 : 200 })
}

async function postOpinionBy(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  const token = c.req.param('token') ?? ''
  const { value, form } = await readForm(c, satisfactionInput)
  if (!value) return answerBy(c, form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, holderOf(network.id), trx => sayOpinionBy(trx, network.id, token, value)),
  )
  if (result.form) return answerBy(c, result.form)
  const address = href('ownOpinion', { locale: c.var.locale, network: network.slug, token })
  return redirectDone(c, address, 'satisfaction-said')
}

function holderOf(networkId: string): Tenant {
  return { networkId, audience: 'network' }
}

function asForm(said: SatisfactionInput | null): FormState {
  if (said === null) return formOf({})
  const { rating, again, liked, better } = said
  return formOf({
    rating: String(rating),
    again: again === null ? null : again ? 'yes' : 'no',
    liked,
    better,
  })
}
