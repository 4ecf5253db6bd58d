import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone, withError } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { letterheadOf, pdfResponse } from '#modules/meetings/attendance/pdf-response.ts'
import { sheetManuscript } from '#modules/meetings/door/sheet.ts'
import { enterSheet, registeredPeople, sheetInput, sheetLines } from '#modules/meetings/door/sheet-entry.ts'
import { SheetEntryPage } from '#modules/meetings/door/views/sheet-entry-page.tsx'
import { SheetPage } from '#modules/meetings/door/views/sheet-page.tsx'
import { organisationNames } from '#modules/meetings/door/walk-in-choices.ts'
import { openMeeting } from '#modules/meetings/meetings.ts'
import { entryOf } from '#modules/network/index.ts'

export async function showSheet(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
    return { meeting, people: await sheetLines(trx, network.id, meeting) }
  })
  return page(c, SheetPage, { network, ...found })
}

/** `sheet.pdf` to be signed by hand; `attendance.pdf` who was there, once they were. */
export async function exportSheet(c: AppContext): Promise<Response> {
  await limitAddress(c, 'export')
  const file = (['sheet.pdf', 'attendance.pdf'] as const).find(name => name === c.req.param('file'))
  if (!file) throw new AppError('not-found')
  const entry = entryOf(c)
  const { network, tenant } = entry
  const { i18n } = c.var
  const manuscript = await readTenant(c.var.services.db, tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
    const letterhead = await letterheadOf(trx, network, i18n)
    if (file === 'attendance.pdf')
      return sheetManuscript(
        meeting,
        await registeredPeople(trx, network.id, meeting.id),
        letterhead,
        i18n,
        'attended',
      )
    return sheetManuscript(meeting, await sheetLines(trx, network.id, meeting), letterhead, i18n)
  })
  return pdfResponse(c, manuscript, `${network.slug}-${manuscript.date}-${file}`)
}

export async function showSheetEntry(c: AppContext): Promise<Response> {
  return answerEntry(c, emptyForm, 200)
}

export async function postSheetEntry(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, sheetInput, ['signed', 'line'])
  if (!value) return answerEntry(c, form, 422)
  const problems = await inTenant(c.var.services.db, entry.tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
    return enterSheet(trx, entry, meeting, form.values)
  })
  if (problems.length > 0) {
    const wrong = problems.reduce(
      (form, { field, message }) => withError(form, field, c.var.i18n.t(message)),
      form as FormState,
    )
    return answerEntry(c, wrong, 422)
  }
  const meeting = c.req.param('meeting') ?? ''
  const address = href('meetingDoor', { locale: c.var.locale, network: entry.network.slug, meeting })
  return redirectDone(c, address, 'sheet-entered')
}

async function answerEntry(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const found = await readTenant(c.var.services.db, tenant, async trx => {
    const { meeting } = await openMeeting(trx, entry, c.req.param('meeting') ?? '', 'run')
    return {
      meeting,
      people: await sheetLines(trx, network.id, meeting),
      organisations: await organisationNames(trx, network.id),
    }
  })
  return page(c, SheetEntryPage, { network, form, ...found }, { status })
}
