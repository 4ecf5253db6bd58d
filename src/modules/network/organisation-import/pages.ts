import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import { contentDisposition } from '#http/content-disposition.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone, withError } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href, type RouteName } from '#http/routes.ts'
import { readUploads } from '#http/uploads.ts'
import { AppError } from '#kernel/errors.ts'
import { takeOrganisation } from '#modules/network/affiliations/organisations.ts'
import { workingOf } from '#modules/network/affiliations/working.ts'
import { entryOf, openPage } from '#modules/network/door.ts'
import { resemblingAffiliated } from '#modules/network/organisation-import/affiliated.ts'
import {
  changeImport,
  findImport,
  listImports,
  type OrganisationImport,
} from '#modules/network/organisation-import/imports.ts'
import { countUninvited, inviteContacts } from '#modules/network/organisation-import/inviting.ts'
import { importProgress } from '#modules/network/organisation-import/job.ts'
import {
  countLines,
  decideAll,
  decideLines,
  type LineView,
  lineViews,
  listLines,
} from '#modules/network/organisation-import/keeping.ts'
import { chosenMapping } from '#modules/network/organisation-import/mapping-form.ts'
import { modelCsv, modelWorkbook } from '#modules/network/organisation-import/model.ts'
import { writeReport } from '#modules/network/organisation-import/report.ts'
import {
  discard,
  readAgain,
  startCarryingOut,
  startChecking,
  takeFile,
} from '#modules/network/organisation-import/starting.ts'
import { undoImport } from '#modules/network/organisation-import/undoing.ts'
import { ImportPage } from '#modules/network/organisation-import/views/import-page.tsx'
import { ImportsPage } from '#modules/network/organisation-import/views/imports-page.tsx'
import { MappingPage } from '#modules/network/organisation-import/views/mapping-page.tsx'
import { failureSaid } from '#modules/network/organisation-import/words-said.ts'
import { engagementWords } from '#modules/network/organisations/engagement.ts'
import { unlessRefused } from '#modules/network/refusal.ts'
import { FileError, fileProblem } from '#platform/files/problem.ts'
import { SheetError, sheetLimits } from '#platform/spreadsheets/sheet.ts'

/** What surrounds the file in a form. */
const formBytes = 2 ** 20

export function openOrganisationImportPages(app: Hono<AppEnv>): void {
  openPage(app, 'organisationImports', { GET: showImports, POST: postImports })
  openPage(app, 'organisationImportModel', { GET: showModel })
  openPage(app, 'organisationImport', { GET: showImport })
  openPage(app, 'organisationImportColumns', { GET: showColumns, POST: postColumns })
  openPage(app, 'organisationImportDecisions', { POST: postDecisions })
  openPage(app, 'organisationImportExecution', { POST: postExecution })
  openPage(app, 'organisationImportTaking', { POST: postTaking })
  openPage(app, 'organisationImportUndoing', { POST: postUndoing })
  openPage(app, 'organisationImportRemoval', { POST: postRemoval })
  openPage(app, 'organisationImportReport', { GET: showReport })
}

export function showImports(c: AppContext): Promise<Response> {
  return importsPage(c, emptyForm, 200)
}

async function importsPage(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const imports = await readTenant(c.var.services.db, tenant, trx => listImports(trx, network.id))
  return page(c, ImportsPage, { network, form, imports }, { status })
}

async function postImports(c: AppContext): Promise<Response> {
  await limitAddress(c, 'import')
  const entry = entryOf(c)
  const { i18n, services } = c.var
  // Those that nobody went on with: they may speak of people.
  await discard(services, entry, null)
  let id: string | null = null
  let problem: string | null = null
  await readUploads(c, { files: 1, bytes: sheetLimits.fileBytes + formBytes }, async ({ name, content }) => {
    try {
      id = await takeFile(services, entry, { name, content })
    } catch (error) {
      if (error instanceof SheetError) problem = failureSaid(error, i18n)
      else if (error instanceof FileError) problem = fileProblem(i18n, error)
      else throw error
    }
  }).catch(error => {
    if (!(error instanceof AppError) || error.code !== 'too-large') throw error
    problem = failureSaid(new SheetError('too-large', { megabytes: sheetLimits.fileBytes / 2 ** 20 }), i18n)
  })
  if (id === null)
    return importsPage(c, withError(emptyForm, 'file', problem ?? i18n.t('form.error.required')), 422)
  return c.redirect(addressOf(c, 'organisationImport', id), 303)
}

function showModel(c: AppContext): Response {
  const { i18n } = c.var
  const extension = /^model\.(csv|xlsx)$/.exec(c.req.param('file') ?? '')?.[1]
  if (!extension) throw new AppError('not-found')
  const name = `${i18n.t('organisation-import.model.name')}.${extension}`
  const headers = { 'content-disposition': contentDisposition('attachment', name) }
  if (extension === 'csv')
    return c.body(modelCsv(i18n), 200, { ...headers, 'content-type': 'text/csv; charset=utf-8' })
  return c.body(modelWorkbook(i18n), 200, {
    ...headers,
    'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  })
}

async function showImport(c: AppContext): Promise<Response> {
  const one = await importOf(c)
  return one.state === 'mapping' ? mappingPage(c, one, emptyForm, 200) : answer(c, one, emptyForm, 200)
}

/** To change what was said of the columns before it was imported. */
async function showColumns(c: AppContext): Promise<Response> {
  const one = await importOf(c)
  if (!['mapping', 'checked', 'failed'].includes(one.state))
    return c.redirect(addressOf(c, 'organisationImport', one.id), 303)
  return mappingPage(c, one, emptyForm, 200)
}

async function mappingPage(
  c: AppContext,
  one: OrganisationImport,
  form: FormState,
  status: 200 | 422,
): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const words = await readTenant(c.var.services.db, tenant, trx => engagementWords(trx, network.id))
  return page(c, MappingPage, { network, one, form, words }, { status })
}

async function postColumns(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { services, i18n } = c.var
  const one = await importOf(c)
  const { value, form } = await readForm(c, z.record(z.string(), z.string()))
  const chosen = chosenMapping(one, value ?? {})
  const result = await unlessRefused(i18n, form, async () => {
    if ('sheet' in chosen) return readAgain(services, entry, one, chosen)
    const before = new Set(one.preview.values.map(({ field, written }) => `${field} ${written}`))
    const again = await readAgain(services, entry, one, chosen)
    // Words of a column that was not known to hold any: they are shown before anything is made of them.
    const unseen = again.preview.values.some(
      ({ field, written, meaning }) => meaning === null && !before.has(`${field} ${written}`),
    )
    if (unseen) return again
    await startChecking(services, entry, one.id)
    return null
  }).catch(error => {
    if (!(error instanceof SheetError)) throw error
    return { done: null, form: withError(form, '', failureSaid(error, i18n)) }
  })
  if (result.form) return mappingPage(c, await importOf(c), result.form, 422)
  if (result.done) return redirectDone(c, addressOf(c, 'organisationImportColumns', one.id))
  return c.redirect(addressOf(c, 'organisationImport', one.id), 303)
}

const decisionForm = z.record(z.string(), z.string())

async function postDecisions(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const one = await importOf(c)
  const { value } = await readForm(c, decisionForm)
  const given = value ?? {}
  const view = viewOf(given.view)
  const all = /^(new|complete|overwrite|leave):(undecided|proposed)$/.exec(given.all ?? '')
  const decisions = Object.entries(given).flatMap(([name, text]) => {
    const position = /^line\.(\d{1,9})$/.exec(name)?.[1]
    const choice = /^(?:(new)|(complete|overwrite|leave):(\d))$/.exec(text)
    if (position === undefined || !choice) return []
    const decision = (choice[1] ?? choice[2]) as 'new' | 'complete' | 'overwrite' | 'leave'
    return [{ position: Number(position), decision, proposal: Number(choice[3] ?? 0) }]
  })
  await inTenant(c.var.services.db, tenant, async trx => {
    const found = await findImport(trx, network.id, one.id, true)
    if (found.state !== 'checked') return
    await decideLines(trx, network.id, one.id, decisions)
    if (all) await decideAll(trx, network.id, one.id, all[1] as 'new', all[2] as 'undecided')
    const counts = { ...(await countLines(trx, network.id, one.id)), passed: found.counts.passed }
    await changeImport(trx, network.id, one.id, { counts })
  })
  const query = new URLSearchParams({ view })
  return redirectDone(c, addressOf(c, 'organisationImport', one.id, query), 'organisation-import-decided')
}

const executionForm = z.object({ invite: z.string().optional() })

async function postExecution(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { services, i18n, viewer } = c.var
  const one = await importOf(c)
  const { value, form } = await readForm(c, executionForm)
  // Who may not invite people, does not by importing them either.
  const invites = value?.invite === 'on' && entry.role === 'administrator'
  const inviting = invites
    ? {
        locale: entry.network.locale,
        linkOrigin: services.linkOrigin,
        inviter: viewer?.name ?? i18n.t('invitation.inviter-unnamed'),
      }
    : null
  if (one.state === 'done' && inviting) {
    await inTenant(services.db, entry.tenant, trx =>
      inviteContacts(trx, entry.network, entry.actor, inviting, one.id),
    )
    return redirectDone(c, addressOf(c, 'organisationImport', one.id), 'invitations-sent')
  }
  const result = await unlessRefused(i18n, form, () => startCarryingOut(services, entry, one.id, inviting))
  if (result.form) return answer(c, await importOf(c), result.form, 422)
  return c.redirect(addressOf(c, 'organisationImport', one.id), 303)
}

const takingForm = z.object({ organisation: z.string().max(60) })

/** An organisation of an affiliated network becomes one of this network's; then the file is compared anew. */
async function postTaking(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { services, i18n } = c.var
  const one = await importOf(c)
  const { value, form } = await readForm(c, takingForm)
  const options = { insteadOf: null, ownMandates: entry.role !== 'administrator' }
  const result = await unlessRefused(i18n, form, () =>
    inTenant(services.db, entry.tenant, trx =>
      takeOrganisation(trx, workingOf(c), value?.organisation ?? '', options),
    ),
  )
  if (result.form) return answer(c, one, result.form, 422)
  if (one.state === 'checked') await startChecking(services, entry, one.id)
  return redirectDone(c, addressOf(c, 'organisationImport', one.id), 'organisation-taken-over')
}

async function postUndoing(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { i18n, services } = c.var
  const one = await importOf(c)
  const result = await unlessRefused(i18n, emptyForm, () =>
    inTenant(services.db, tenant, trx => undoImport(trx, network.id, actor, one.id)),
  )
  if (result.form) return answer(c, one, result.form, 422)
  return redirectDone(c, addressOf(c, 'organisationImport', one.id), 'organisation-import-undone')
}

async function postRemoval(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const one = await importOf(c)
  await discard(c.var.services, entry, one.id)
  const address = href('organisationImports', { locale: c.var.locale, network: entry.network.slug })
  return redirectDone(c, address, 'organisation-import-removed')
}

async function showReport(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const one = await importOf(c)
  const { i18n, services } = c.var
  const name = `${i18n.t('organisation-import.report.name')} ${one.name.replace(/\.\w+$/, '')}.csv`
  const next = (after: number) =>
    readTenant(services.db, tenant, trx => listLines(trx, network.id, one.id, 'all', { after, limit: 500 }))
  return c.body(writeReport(next, i18n), 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': contentDisposition('attachment', name),
  })
}

async function answer(
  c: AppContext,
  one: OrganisationImport,
  form: FormState,
  status: 200 | 422,
): Promise<Response> {
  const { network, tenant, role } = entryOf(c)
  const view = c.req.query('view')
    ? viewOf(c.req.query('view'))
    : one.counts.undecided > 0
      ? 'undecided'
      : 'all'
  const after = /^\d{1,9}$/.test(c.req.query('after') ?? '') ? Number(c.req.query('after')) : -1
  const found = await readTenant(c.var.services.db, tenant, async trx => ({
    ...(await listLines(trx, network.id, one.id, view, { after })),
    contacts: one.state === 'done' ? await countUninvited(trx, network.id, one.id) : null,
    affiliated: one.state === 'checked' ? await resemblingAffiliated(trx, network.id, one.id) : [],
  }))
  const moving = one.state === 'checking' || one.state === 'importing'
  const progress = moving ? await importProgress(c.var.services.db, network.id, one.id) : null
  const props = { network, one, form, view, ...found, progress, mayInvite: role === 'administrator' }
  return page(c, ImportPage, props, { status })
}

function importOf(c: AppContext): Promise<OrganisationImport> {
  const { network, tenant } = entryOf(c)
  return readTenant(c.var.services.db, tenant, trx => findImport(trx, network.id, c.req.param('id') ?? ''))
}

function viewOf(text: string | undefined): LineView {
  return lineViews.find(view => view === text) ?? 'all'
}

function addressOf(
  c: AppContext,
  name: Extract<RouteName, 'organisationImport' | 'organisationImportColumns'>,
  id: string,
  query?: URLSearchParams,
): string {
  return href(name, { locale: c.var.locale, network: entryOf(c).network.slug, id }, query)
}
