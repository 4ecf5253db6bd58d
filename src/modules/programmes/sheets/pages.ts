import type { Hono } from 'hono'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone, withError } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { blocksOfMarkdown, letterheadOf, localTime, pdfResponse } from '#modules/meetings/index.ts'
import { entryOf, openPage } from '#modules/network/index.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { isSheetCode } from '#modules/programmes/sheets/sheet-code.ts'
import {
  enteredOf,
  enterSheets,
  mostTyped,
  sheetInput,
  typedExpectations,
} from '#modules/programmes/sheets/sheet-entry.ts'
import { sheetManuscript } from '#modules/programmes/sheets/sheet-manuscript.ts'
import { findSheet, openSheets } from '#modules/programmes/sheets/sheets.ts'
import { StepSheetEntryPage } from '#modules/programmes/sheets/views/sheet-entry-page.tsx'
import { StepSheetPage } from '#modules/programmes/sheets/views/sheet-page.tsx'

export function openSheetPages(app: Hono<AppEnv>): void {
  openPage(app, 'programmeSheet', { GET: showSheet })
  openPage(app, 'programmeSheetExport', { GET: exportSheet })
  openPage(app, 'programmeSheetEntry', { GET: showEntry, POST: postEntry })
}

async function showSheet(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const opened = await readTenant(c.var.services.db, entry.tenant, trx =>
    openSheets(trx, entry, c.var.services.expectations, at(c), c.req.query('organisation') ?? ''),
  )
  return page(c, StepSheetPage, { network: entry.network, opened })
}

async function exportSheet(c: AppContext): Promise<Response> {
  await limitAddress(c, 'export')
  if (c.req.param('file') !== 'sheet.pdf') throw new AppError('not-found')
  const entry = entryOf(c)
  const { i18n } = c.var
  const asked = c.req.query('organisation') ?? ''
  const { opened, letterhead } = await readTenant(c.var.services.db, entry.tenant, async trx => ({
    // All at once are printed from their page.
    opened: await openSheets(
      trx,
      entry,
      c.var.services.expectations,
      at(c),
      asked === 'all' ? 'group' : asked,
    ),
    letterhead: await letterheadOf(trx, entry.network, i18n),
  }))
  const [sheet] = opened.sheets
  if (!sheet) throw new AppError('not-found')
  const aim = blocksOfMarkdown(c, opened.step.aim)
  return pdfResponse(
    c,
    sheetManuscript(opened, sheet, aim, letterhead, i18n),
    `${entry.network.slug}-${sheet.code}.pdf`,
  )
}

async function showEntry(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const code = c.req.query('code')?.trim() ?? ''
  if (code === '') return answerEntry(c, emptyForm)
  const { programmeId } = at(c)
  const found = await readTenant(c.var.services.db, entry.tenant, trx =>
    findSheet(trx, entry, programmeId, code, isSheetCode),
  )
  if (!found) return answerEntry(c, withError(emptyForm, '', c.var.i18n.t('programme-sheet.error.code')))
  const query = new URLSearchParams(
    found.organisationId ? { organisation: found.organisationId } : { organisation: 'group' },
  )
  const here = { locale: c.var.locale, network: entry.network.slug, programme: programmeId }
  return c.redirect(href('programmeSheetEntry', { ...here, step: found.stepId }, query), 303)
}

async function postEntry(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, expectations: kinds } = c.var.services
  const { value, form } = await readForm(c, sheetInput, ['line', 'done'])
  if (!value) return answerEntry(c, form)
  const problems = await inTenant(db, entry.tenant, async trx => {
    const { programme } = await openProgramme(trx, entry, at(c).programmeId, 'run')
    const opened = await openSheets(trx, entry, kinds, at(c), 'group')
    const today = localTime(new Date(), programme.timeZone).day
    return enterSheets(trx, entry, opened, form.values, today)
  })
  if (problems.length > 0)
    return answerEntry(
      c,
      problems.reduce(
        (all, { field, message }) => withError(all, field, c.var.i18n.t(message)),
        form as FormState,
      ),
    )
  const { programmeId: programme, stepId: step } = at(c)
  const here = { locale: c.var.locale, network: entry.network.slug, programme, step }
  const query = value.organisation === 'group' ? new URLSearchParams({ organisation: 'group' }) : undefined
  return redirectDone(c, href('programmeSheetEntry', here, query), 'programme-sheet-entered')
}

async function answerEntry(c: AppContext, form: FormState): Promise<Response> {
  const entry = entryOf(c)
  const { db, expectations: kinds } = c.var.services
  const asked = form.values.organisation?.[0] ?? c.req.query('organisation') ?? ''
  const whole = asked === 'group'
  const after = c.req.query('after') ?? ''
  const found = await readTenant(db, entry.tenant, async trx => {
    await openProgramme(trx, entry, at(c).programmeId, 'run')
    const opened = await openSheets(trx, entry, kinds, at(c), asked || 'group')
    const { organisations } = opened
    const sent = form.values.line
    // After a refusal those come back that were typed; else one that was asked for, or those in their order.
    const rest = organisations.slice(organisations.findIndex(({ id }) => id === after) + 1)
    const lines = sent
      ? organisations.filter(({ id }) => sent.includes(id))
      : asked && !whole
        ? organisations.filter(({ id }) => id === asked)
        : rest.slice(0, mostTyped)
    return {
      opened,
      lines,
      whole,
      expectations: typedExpectations(opened.expectations),
      entered: await enteredOf(trx, entry.network.id, opened.programme.id, opened.step.id),
      next: !sent && (!asked || whole) && rest.length > mostTyped ? (lines.at(-1)?.id ?? null) : null,
    }
  })
  const status = Object.keys(form.errors).length > 0 ? 422 : 200
  return page(c, StepSheetEntryPage, { network: entry.network, form, ...found }, { status })
}

function at(c: AppContext): { programmeId: string; stepId: string } {
  return { programmeId: c.req.param('programme') ?? '', stepId: c.req.param('step') ?? '' }
}
