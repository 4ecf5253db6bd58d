import type { Hono } from 'hono'
import type { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { inTenant, readTenant } from '#db/tenant.ts'
import { contentDisposition } from '#http/content-disposition.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { type Done, type FormState, readForm, redirectDone } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { type Entry, entryOf, openPage, unlessRefused } from '#modules/network/index.ts'
import { type OpenedProgramme, openProgramme } from '#modules/programmes/opening.ts'
import { type Capsule, structureOf } from '#modules/programmes/programme.ts'
import { ownOrganisations } from '#modules/programmes/progress/acting.ts'
import {
  arrange,
  arrangementForm,
  endArrangement,
  endProposal,
  proposalForm,
  proposalsOf,
  propose,
  removalForm,
} from '#modules/programmes/progress/arrangements.ts'
import { type Call, callsFor, needsCall, peopleFor } from '#modules/programmes/progress/attention.ts'
import { catchUpOf } from '#modules/programmes/progress/catch-up.ts'
import { compare } from '#modules/programmes/progress/comparison.ts'
import { contactsOf } from '#modules/programmes/progress/contacts.ts'
import {
  postFulfilment,
  postFulfilmentRemoval,
  showFulfilment,
} from '#modules/programmes/progress/fulfilment-pages.ts'
import { postNudges, showNudges } from '#modules/programmes/progress/nudge-pages.ts'
import type { Progress } from '#modules/programmes/progress/progress.ts'
import {
  comparisonSheet,
  progressSheet,
  type SheetFormat,
  sheetFormats,
  writeSheet,
} from '#modules/programmes/progress/progress-export.ts'
import { type Kinds, progressOf } from '#modules/programmes/progress/progress-of.ts'
import { ropeFrom } from '#modules/programmes/progress/rope-section.ts'
import { share, sharingForm } from '#modules/programmes/progress/sharing.ts'
import { ordered, tableFilters, tableOrders } from '#modules/programmes/progress/table-order.ts'
import { CatchUpPage } from '#modules/programmes/progress/views/catch-up-page.tsx'
import { ComparisonPage } from '#modules/programmes/progress/views/comparison-page.tsx'
import { ProgressPage } from '#modules/programmes/progress/views/progress-page.tsx'

/** To be opened before the page of one programme, whose name would take the place of the comparison. */
export function openProgressPages(app: Hono<AppEnv>): void {
  openPage(app, 'programmeComparison', { GET: showComparison })
  openPage(app, 'programmeComparisonExport', { GET: exportComparison })
  openPage(app, 'programmeProgress', { GET: showProgress })
  openPage(app, 'programmeProgressExport', { GET: exportProgress })
  openPage(app, 'programmeFulfilments', { GET: showFulfilment, POST: postFulfilment })
  openPage(app, 'programmeFulfilmentRemoval', { POST: postFulfilmentRemoval })
  openPage(app, 'programmeCatchUp', { GET: showCatchUp })
  openPage(app, 'programmeArrangements', { POST: postArrangement })
  openPage(app, 'programmeArrangementRemoval', { POST: postArrangementRemoval })
  openPage(app, 'programmeProposals', { POST: postProposal })
  openPage(app, 'programmeProposalRemoval', { POST: postProposalRemoval })
  openPage(app, 'programmeNudges', { GET: showNudges, POST: postNudges })
  openPage(app, 'programmeSharing', { POST: postSharing })
}

async function showProgress(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, expectations: kinds } = c.var.services
  const order = tableOrders.find(one => one === c.req.query('order')) ?? 'call'
  const filter = tableFilters.find(one => one === c.req.query('show')) ?? 'all'
  const found = await readTenant(db, entry.tenant, async trx => {
    const opened = await openProgramme(trx, entry, programmeId(c), 'read')
    const { programme, group, mayTakePart, mayRun } = opened
    const { progress, capsules } = await known(trx, kinds, entry, opened)
    const own = (await ownOrganisations(trx, entry, group.id)).map(({ id }) => id)
    const rope =
      progress.steps.length === 0
        ? null
        : ropeFrom(progress, capsules, own, mayTakePart || mayRun || own.length > 0)
    if (!mayRun) return { programme, group, capsules, rope, running: null }
    const calls = callsFor(progress, await peopleFor(trx, entry.network.id, programme))
    const running = {
      ...{ calls, rows: ordered(calls, order, filter), order, filter },
      proposals: await proposalsOf(trx, entry.network.id, programme.id),
      contacts: await contactsOf(
        trx,
        entry.network,
        calls.filter(needsCall).map(({ organisation }) => organisation.id),
      ),
    }
    return { programme, group, capsules, rope, running }
  })
  return page(c, ProgressPage, { network: entry.network, ...found })
}

async function exportProgress(c: AppContext): Promise<Response> {
  const format = formatOf(c, 'progress')
  await limitAddress(c, 'export')
  const entry = entryOf(c)
  const { db, expectations: kinds } = c.var.services
  const { calls, capsules } = await readTenant(db, entry.tenant, async trx => {
    const opened = await openProgramme(trx, entry, programmeId(c), 'read')
    if (!opened.mayRun) throw new AppError('forbidden')
    const { progress, capsules } = await known(trx, kinds, entry, opened)
    const people = await peopleFor(trx, entry.network.id, opened.programme)
    return { calls: callsFor(progress, people) satisfies Call[], capsules }
  })
  return sheet(
    c,
    writeSheet(progressSheet(calls, capsules, c.var.i18n), format),
    `progress.${format}`,
    format,
  )
}

async function showCatchUp(c: AppContext): Promise<Response> {
  return answerCatchUp(c, c.req.param('organisation') ?? '', null, 200)
}

async function postArrangement(c: AppContext): Promise<Response> {
  return write(c, arrangementForm, 'catch-up-arranged', (trx, entry, input) =>
    arrange(trx, entry, programmeId(c), input).then(() => input.organisation),
  )
}

async function postProposal(c: AppContext): Promise<Response> {
  return write(c, proposalForm, 'catch-up-proposed', (trx, entry, input) =>
    propose(trx, entry, programmeId(c), input).then(({ organisationId }) => organisationId),
  )
}

async function postArrangementRemoval(c: AppContext): Promise<Response> {
  return write(c, removalForm, 'catch-up-ended', (trx, entry, of) =>
    endArrangement(trx, entry, programmeId(c), of).then(() => of.organisation),
  )
}

async function postProposalRemoval(c: AppContext): Promise<Response> {
  return write(c, removalForm, 'catch-up-proposal-ended', (trx, entry, of) =>
    endProposal(trx, entry, programmeId(c), of).then(() => of.organisation),
  )
}

async function postSharing(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, expectations: kinds } = c.var.services
  const { value } = await readForm(c, sharingForm)
  if (!value) throw new AppError('bad-request')
  const shared = value.shared === 'yes'
  await inTenant(db, entry.tenant, trx => share(trx, entry, kinds, programmeId(c), shared))
  const here = { locale: c.var.locale, network: entry.network.slug, programme: programmeId(c) }
  return redirectDone(c, href('programmeProgress', here), shared ? 'programme-shared' : 'programme-unshared')
}

async function showComparison(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, expectations: kinds } = c.var.services
  const comparison = await readTenant(db, entry.tenant, trx => compare(trx, kinds, entry, c.var.locale))
  return page(c, ComparisonPage, { network: entry.network, comparison })
}

async function exportComparison(c: AppContext): Promise<Response> {
  const format = formatOf(c, 'comparison')
  await limitAddress(c, 'export')
  const entry = entryOf(c)
  const { db, expectations: kinds } = c.var.services
  const comparison = await readTenant(db, entry.tenant, trx => compare(trx, kinds, entry, c.var.locale))
  const name =
    entry.network.name[c.var.locale] ?? entry.network.name[entry.network.locale] ?? entry.network.slug
  const written = writeSheet(comparisonSheet(comparison, name, c.var.i18n), format)
  return sheet(c, written, `${entry.network.slug}-comparison.${format}`, format)
}

/** Steps and who did what: what each of these pages begins with. */
async function known(
  trx: Trx,
  kinds: Kinds,
  entry: Entry,
  { programme }: OpenedProgramme,
): Promise<{ progress: Progress; capsules: Capsule[] }> {
  const [progress] = await progressOf(trx, kinds, entry.network.id, [programme.id])
  if (!progress) throw new AppError('not-found')
  return { progress, capsules: await structureOf(trx, entry.network.id, programme.id) }
}

/** A form of the page that shows what an organisation catches up with: it comes back there. */
async function write<Schema extends z.ZodType>(
  c: AppContext,
  schema: Schema,
  done: Done,
  work: (trx: Trx, entry: Entry, input: z.output<Schema>) => Promise<string>,
): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, schema)
  const organisation = form.values.organisation?.[0] ?? ''
  if (!value) return answerCatchUp(c, organisation, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx => work(trx, entry, value)),
  )
  if (result.form) return answerCatchUp(c, organisation, result.form, 422)
  const here = { locale: c.var.locale, network: entry.network.slug, programme: programmeId(c) }
  return redirectDone(c, href('programmeCatchUp', { ...here, organisation: result.done }), done)
}

async function answerCatchUp(
  c: AppContext,
  organisationId: string,
  form: FormState | null,
  status: 200 | 422,
): Promise<Response> {
  const entry = entryOf(c)
  const { db, expectations: kinds } = c.var.services
  const found = await readTenant(db, entry.tenant, async trx => {
    const opened = await openProgramme(trx, entry, programmeId(c), 'read')
    const capsules = await structureOf(trx, entry.network.id, opened.programme.id)
    const catchUp = await catchUpOf(trx, entry, kinds, c.var.locale, opened, capsules, organisationId)
    return { programme: opened.programme, mayRun: opened.mayRun, catchUp }
  })
  return page(c, CatchUpPage, { network: entry.network, ...found, form }, { status })
}

function formatOf(c: AppContext, name: string): SheetFormat {
  const file = c.req.param('file')
  const format = (Object.keys(sheetFormats) as SheetFormat[]).find(one => file === `${name}.${one}`)
  if (!format) throw new AppError('not-found')
  return format
}

function sheet(c: AppContext, body: ReadableStream<Uint8Array>, name: string, format: SheetFormat): Response {
  c.header('content-type', sheetFormats[format])
  c.header('content-disposition', contentDisposition('attachment', name))
  c.header('cache-control', 'no-store')
  c.header('x-stream', '1')
  return c.body(body)
}

function programmeId(c: AppContext): string {
  return c.req.param('programme') ?? ''
}
