import type { Hono } from 'hono'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { entryOf, openPage, unlessRefused } from '#modules/network/index.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import {
  changeQuote,
  isSmall,
  leaveQuote,
  ownQuotes,
  quoteInput,
  quotesOf,
  quoteTerms,
  withdrawQuote,
} from '#modules/programmes/report/quotes.ts'
import { QuotesPage } from '#modules/programmes/report/views/quotes-page.tsx'

export function openQuotePages(app: Hono<AppEnv>): void {
  openPage(app, 'programmeQuotes', { GET: c => answer(c, emptyForm), POST: postQuote })
  openPage(app, 'programmeQuote', { POST: postTerms })
  openPage(app, 'programmeQuoteRemoval', { POST: postRemoval })
}

async function answer(c: AppContext, form: FormState): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const programmeId = c.req.param('programme') ?? ''
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const own = await ownQuotes(trx, entry, programmeId)
    const opened = await openProgramme(trx, entry, programmeId, 'read').catch(error => {
      // Of a group that one has left, one finds one's own words still.
      if (error instanceof AppError && error.code === 'not-found' && own.length > 0) return null
      throw error
    })
    const inside = opened?.mayTakePart === true
    return {
      programme: opened?.programme ?? null,
      quotes: opened && inside ? await quotesOf(trx, entry, opened.programme.id) : own,
      own,
      small: opened ? await isSmall(trx, network, opened.programme.groupId) : false,
      mayWrite: inside && entry.personId !== null,
    }
  })
  const status = Object.keys(form.errors).length > 0 ? 422 : 200
  return page(c, QuotesPage, { network, programmeId, form, ...found }, { status })
}

async function postQuote(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const programmeId = c.req.param('programme') ?? ''
  const { value, form } = await readForm(c, quoteInput)
  if (!value) return answer(c, form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => leaveQuote(trx, entry, programmeId, value)),
  )
  if (result.form) return answer(c, result.form)
  return redirectDone(c, addressOf(c), 'programme-quote-left')
}

async function postTerms(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, quoteTerms)
  if (!value) return answer(c, form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx =>
      changeQuote(trx, entry, c.req.param('programme') ?? '', c.req.param('quote') ?? '', value),
    ),
  )
  if (result.form) return answer(c, result.form)
  return redirectDone(c, addressOf(c), 'programme-quote-changed')
}

async function postRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const programmeId = c.req.param('programme') ?? ''
  const left = await inTenant(c.var.services.db, entry.tenant, async trx => {
    await withdrawQuote(trx, entry, programmeId, c.req.param('quote') ?? '')
    return openProgramme(trx, entry, programmeId, 'read').then(
      () => false,
      () => true,
    )
  })
  // Whoever has left the group has no page here any more, once their last word is gone.
  const { locale } = c.var
  const address = left ? href('network', { locale, network: entry.network.slug }) : addressOf(c)
  return redirectDone(c, address, 'programme-quote-withdrawn')
}

function addressOf(c: AppContext): string {
  const { network } = entryOf(c)
  const programme = c.req.param('programme') ?? ''
  return href('programmeQuotes', { locale: c.var.locale, network: network.slug, programme })
}
