import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { adopt, listAdoptions, removeAdoption } from '#modules/afterworks/adoptions.ts'
import { writeCounted } from '#modules/afterworks/counted-export.ts'
import { type Counter, countedIn, counterNames, countersOf } from '#modules/afterworks/counters.ts'
import { editionInput, editionsOf, scheduleEdition } from '#modules/afterworks/editions.ts'
import { decline, listProposals, propose, vote } from '#modules/afterworks/proposals.ts'
import { adoptionInput, proposalInput, seriesInput } from '#modules/afterworks/schema.ts'
import {
  addSeries,
  changeSeries,
  confirmedBy,
  confirmNext,
  endSeries,
  listSeries,
  openSeries,
  type Series,
} from '#modules/afterworks/series.ts'
import { CountedPage } from '#modules/afterworks/views/counted-page.tsx'
import { EditionForm } from '#modules/afterworks/views/edition-form.tsx'
import { SeriesForm } from '#modules/afterworks/views/series-form.tsx'
import { SeriesListPage } from '#modules/afterworks/views/series-list-page.tsx'
import { SeriesPage } from '#modules/afterworks/views/series-page.tsx'
import { localTime } from '#modules/meetings/index.ts'
import { entryOf, openPage, unlessRefused } from '#modules/network/index.ts'

export function openSeriesPages(app: Hono<AppEnv>): void {
  openPage(app, 'afterworks', { GET: showSeriesList, POST: postSeries })
  openPage(app, 'newAfterworkSeries', { GET: c => answerSeriesForm(c, null, newSeriesForm()) })
  openPage(app, 'afterworkSeries', { GET: c => answerSeries(c) })
  openPage(app, 'afterworkSeriesDetails', { GET: showDetails, POST: postDetails })
  openPage(app, 'afterworkConfirmations', { POST: postConfirmation })
  openPage(app, 'afterworkProposals', { POST: postProposal })
  openPage(app, 'afterworkVotes', { POST: postVote })
  openPage(app, 'afterworkProposalRemoval', { POST: postProposalRemoval })
  openPage(app, 'afterworkEditions', { GET: showEditionForm, POST: postEdition })
  openPage(app, 'afterworkAdoptions', { POST: postAdoption })
  openPage(app, 'afterworkAdoptionRemoval', { POST: postAdoptionRemoval })
  openPage(app, 'afterworkEnd', { POST: postEnd })
  openPage(app, 'afterworkCounted', { GET: showCounted })
  openPage(app, 'afterworkCountedExport', { GET: exportCounted })
}

async function showSeriesList(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  c.set('shared', { networkId: network.id })
  const series = await readTenant(c.var.services.db, tenant, trx => listSeries(trx, entry))
  return page(c, SeriesListPage, { network, series })
}

/** @param forms those sent, with what is wrong with them, by which they are */
async function answerSeries(
  c: AppContext,
  forms: { proposal?: FormState; adoption?: FormState; problem?: string } = {},
): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant, mandates } = entry
  const sent = Object.keys(forms).length > 0
  if (!sent) c.set('shared', { networkId: network.id })
  const slug = c.req.param('series') ?? ''
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const series = await openSeries(trx, entry, slug)
    const inside = entry.role !== 'visitor'
    return {
      series,
      wanting: inside ? await confirmedBy(trx, entry, series) : [],
      editions: await editionsOf(trx, entry, series),
      counters: await countersOf(trx, series),
      proposals: inside ? await listProposals(trx, entry, series) : [],
      adoptions: inside ? await listAdoptions(trx, entry, series) : [],
    }
  })
  const organisations = mandates.flatMap(({ organisationId, organisation }) =>
    organisationId && organisation ? [{ id: organisationId, name: organisation }] : [],
  )
  const acting = [...new Map(organisations.map(one => [one.id, one])).values()]
  return page(c, SeriesPage, { network, ...found, acting, forms }, { status: sent ? 422 : 200 })
}

function newSeriesForm(): FormState {
  const today = new Date().toISOString().slice(0, 10)
  return formOf({ rhythm: 'monthly', visibility: 'public', confirmations: '1', countedFrom: today })
}

function answerSeriesForm(
  c: AppContext,
  series: Series | null,
  form: FormState,
  status: 200 | 422 = 200,
): Response | Promise<Response> {
  return page(c, SeriesForm, { network: entryOf(c).network, series, form }, { status })
}

async function postSeries(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, seriesInput)
  if (!value) return answerSeriesForm(c, null, form, 422)
  const { db, linkOrigin } = c.var.services
  const slug = await inTenant(db, entry.tenant, trx => addSeries(trx, entry, value, linkOrigin))
  return redirectDone(c, addressOf(c, slug), 'afterwork-series-added')
}

async function showDetails(c: AppContext): Promise<Response> {
  const series = await seriesOf(c)
  const { aware, adopted } = { aware: series.awareTarget, adopted: series.adoptedTarget }
  return answerSeriesForm(
    c,
    series,
    formOf({
      name: series.name,
      summary: series.summary,
      about: series.about,
      town: series.town,
      rhythm: series.rhythm,
      visibility: series.visibility,
      confirmBy: series.confirmBy,
      confirmations: String(series.confirmations),
      awareTarget: aware === null ? null : String(aware),
      adoptedTarget: adopted === null ? null : String(adopted),
      countedFrom: series.countedFrom,
    }),
  )
}

async function postDetails(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const series = await seriesOf(c)
  const { value, form } = await readForm(c, seriesInput)
  if (!value) return answerSeriesForm(c, series, form, 422)
  await inTenant(c.var.services.db, entry.tenant, trx => changeSeries(trx, entry, series.slug, value))
  return redirectDone(c, addressOf(c, series.slug), 'afterwork-series-changed')
}

const confirmation = z.object({ organisationId: z.string() })

async function postConfirmation(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const slug = c.req.param('series') ?? ''
  const { value, form } = await readForm(c, confirmation)
  if (!value) throw new AppError('bad-request')
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => confirmNext(trx, entry, slug, value.organisationId)),
  )
  if (result.form) return answerSeries(c, { problem: result.form.errors[''] ?? '' })
  return redirectDone(c, addressOf(c, slug), 'afterwork-confirmed')
}

async function postProposal(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const slug = c.req.param('series') ?? ''
  const { value, form } = await readForm(c, proposalInput)
  if (!value) return answerSeries(c, { proposal: form })
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => propose(trx, entry, slug, value)),
  )
  if (result.form) return answerSeries(c, { proposal: result.form })
  return redirectDone(c, `${addressOf(c, slug)}`, 'afterwork-proposed')
}

const voteForm = z.object({ wanted: z.enum(['yes', 'no']) })

async function postVote(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const slug = c.req.param('series') ?? ''
  const { value, form } = await readForm(c, voteForm)
  if (!value) throw new AppError('bad-request')
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx =>
      vote(trx, entry, slug, c.req.param('proposal') ?? '', value.wanted === 'yes'),
    ),
  )
  if (result.form) return answerSeries(c, { problem: result.form.errors[''] ?? '' })
  return c.redirect(`${addressOf(c, slug)}#proposals`, 303)
}

async function postProposalRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const slug = c.req.param('series') ?? ''
  await inTenant(c.var.services.db, entry.tenant, trx =>
    decline(trx, entry, slug, c.req.param('proposal') ?? ''),
  )
  return redirectDone(c, addressOf(c, slug), 'afterwork-proposal-removed')
}

/** Filled in with what most want, where it was proposed. */
async function showEditionForm(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  const { series, proposals } = await withProposals(c)
  const first = (kind: string) => proposals.find(one => one.kind === kind)
  const [theme, place, date] = [first('theme'), first('place'), first('date')]
  const at = date?.startsAt ? localTime(date.startsAt, network.timeZone) : null
  const chosen = [theme, place, date].flatMap(one => one?.id ?? [])
  const form = formOf({
    theme: theme?.text,
    about: theme?.details,
    place: place?.text,
    day: at?.day,
    from: at?.time ?? '18:00',
    to: at ? addHours(at.time, 2) : '20:00',
    chosen,
  })
  return page(c, EditionForm, { network, series, proposals, form })
}

async function postEdition(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { series, proposals } = await withProposals(c)
  const { value, form } = await readForm(c, editionInput, ['chosen'])
  const again = (form: FormState) =>
    page(c, EditionForm, { network: entry.network, series, proposals, form }, { status: 422 })
  if (!value) return again(form)
  const { db, linkOrigin } = c.var.services
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx => scheduleEdition(trx, entry, series.slug, value, linkOrigin)),
  )
  if (result.form) return again(result.form)
  const { locale } = c.var
  const meeting = href('meeting', { locale, network: entry.network.slug, meeting: result.done })
  return redirectDone(c, meeting, 'afterwork-edition-scheduled')
}

async function postAdoption(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const slug = c.req.param('series') ?? ''
  const { value, form } = await readForm(c, adoptionInput)
  if (!value) return answerSeries(c, { adoption: form })
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => adopt(trx, entry, slug, value)),
  )
  if (result.form) return answerSeries(c, { adoption: result.form })
  return redirectDone(c, addressOf(c, slug), 'afterwork-adopted')
}

async function postAdoptionRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const slug = c.req.param('series') ?? ''
  await inTenant(c.var.services.db, entry.tenant, trx =>
    removeAdoption(trx, entry, slug, c.req.param('adoption') ?? ''),
  )
  return redirectDone(c, addressOf(c, slug), 'afterwork-adoption-removed')
}

async function postEnd(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const slug = c.req.param('series') ?? ''
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(c.var.services.db, entry.tenant, trx => endSeries(trx, entry, slug)),
  )
  if (result.form) return answerSeries(c, { problem: result.form.errors[''] ?? '' })
  return redirectDone(c, addressOf(c, slug), 'afterwork-series-ended')
}

/** What a counter counted, for members: the public has the numbers. */
async function showCounted(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const counter = counterIn(c)
  const after = c.req.query('after') ?? null
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const series = await openSeries(trx, entry, c.req.param('series') ?? '')
    const counters = await countersOf(trx, series)
    return { series, counter, counters, ...(await countedIn(trx, series, counter, { after })) }
  })
  return page(c, CountedPage, { network, ...found })
}

async function exportCounted(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db } = c.var.services
  const counter = counterIn(c)
  if (c.req.param('file') !== `${counter}.csv`) throw new AppError('not-found')
  await limitAddress(c, 'export')
  const series = await seriesOf(c)
  const body = writeCounted(
    after => readTenant(db, entry.tenant, trx => countedIn(trx, series, counter, { after, limit: 500 })),
    counter,
    c.var.i18n,
  )
  c.header('content-type', 'text/csv; charset=utf-8')
  c.header('content-disposition', `attachment; filename="${series.slug}-${counter}.csv"`)
  c.header('cache-control', 'no-store')
  c.header('x-stream', '1')
  return c.body(body)
}

function counterIn(c: AppContext): Counter {
  const counter = counterNames.find(one => one === c.req.param('counter'))
  if (!counter) throw new AppError('not-found')
  return counter
}

async function withProposals(c: AppContext) {
  const entry = entryOf(c)
  return readTenant(c.var.services.db, entry.tenant, async trx => {
    const series = await openSeries(trx, entry, c.req.param('series') ?? '')
    return { series, proposals: await listProposals(trx, entry, series) }
  })
}

function seriesOf(c: AppContext): Promise<Series> {
  const entry = entryOf(c)
  return readTenant(c.var.services.db, entry.tenant, trx =>
    openSeries(trx, entry, c.req.param('series') ?? ''),
  )
}

function addressOf(c: AppContext, series: string): string {
  return href('afterworkSeries', { locale: c.var.locale, network: entryOf(c).network.slug, series })
}

function addHours(time: string, hours: number): string {
  const [hour = '0', minute = '00'] = time.split(':')
  return `${String((Number(hour) + hours) % 24).padStart(2, '0')}:${minute}`
}
