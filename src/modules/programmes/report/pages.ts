import type { Hono } from 'hono'
import { readTenant } from '#db/tenant.ts'
import { contentDisposition } from '#http/content-disposition.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { AppError } from '#kernel/errors.ts'
import { letterheadOf, pdfResponse } from '#modules/meetings/index.ts'
import { entryOf, openPage } from '#modules/network/index.ts'
import { figuresOf } from '#modules/programmes/report/figures.ts'
import { periodQuery } from '#modules/programmes/report/period.ts'
import { openQuotePages } from '#modules/programmes/report/quote-pages.ts'
import { type ReportValues, reportOf } from '#modules/programmes/report/report.ts'
import { reportManuscript } from '#modules/programmes/report/report-manuscript.ts'
import { writeReportWorkbook } from '#modules/programmes/report/report-workbook.ts'
import { ReportPage } from '#modules/programmes/report/views/report-page.tsx'

export function openReportPages(app: Hono<AppEnv>): void {
  openPage(app, 'programmeReport', { GET: showReport })
  openPage(app, 'programmeReportExport', { GET: exportReport })
  openQuotePages(app)
}

async function showReport(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  const { values } = await read(c)
  return page(c, ReportPage, { network, values, figures: figuresOf(values) })
}

async function exportReport(c: AppContext): Promise<Response> {
  await limitAddress(c, 'export')
  const extension = /^report\.(pdf|xlsx)$/.exec(c.req.param('file') ?? '')?.[1]
  if (!extension) throw new AppError('not-found')
  const { i18n } = c.var
  const { values: found, letterhead } = await read(c)
  const values = fromElsewhere(found, c.var.services.linkOrigin)
  const figures = figuresOf(values)
  const name = `${values.group.slug}-${values.period.until}.${extension}`
  if (extension === 'pdf') return pdfResponse(c, reportManuscript(values, figures, letterhead, i18n), name)
  c.header('content-type', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
  c.header('content-disposition', contentDisposition('attachment', name))
  c.header('cache-control', 'no-store')
  c.header('x-stream', '1')
  return c.body(writeReportWorkbook(values, figures, i18n))
}

/** What leads to a page here leads there from a paper too. */
function fromElsewhere(values: ReportValues, origin: string): ReportValues {
  const handedIn = values.handedIn.map(one => ({
    ...one,
    url: one.url?.startsWith('/') ? origin + one.url : one.url,
  }))
  return { ...values, handedIn }
}

function read(c: AppContext) {
  const entry = entryOf(c)
  const { db, expectations } = c.var.services
  const query = periodQuery.parse({ from: c.req.query('from'), until: c.req.query('until') })
  return readTenant(db, entry.tenant, async trx => ({
    values: await reportOf(trx, expectations, entry, c.req.param('programme') ?? '', query),
    letterhead: await letterheadOf(trx, entry.network, c.var.i18n),
  }))
}
