import type { Hono } from 'hono'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { editionOf } from '#modules/afterworks/editions.ts'
import { opinionsOf, ownOpinion, satisfactionOf, sayOpinion } from '#modules/afterworks/satisfaction.ts'
import { satisfactionInput } from '#modules/afterworks/schema.ts'
import { SatisfactionPage } from '#modules/afterworks/views/satisfaction-page.tsx'
import { openMeeting } from '#modules/meetings/index.ts'
import { entryOf, openPage, unlessRefused } from '#modules/network/index.ts'

export function openSatisfactionPages(app: Hono<AppEnv>): void {
  openPage(app, 'satisfaction', { GET: c => answer(c), POST: postOpinion })
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
  const said = found.own.opinion
  const state =
    form ??
    formOf(
      said
        ? {
            rating: String(said.rating),
            again: said.again === null ? null : said.again ? 'yes' : 'no',
            liked: said.liked,
            better: said.better,
          }
        : {},
    )
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
