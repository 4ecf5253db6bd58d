import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { licences } from '#modules/commons/licences/licences.ts'
import { LicencePage } from '#modules/commons/licences/views/licence-page.tsx'
import { licencePath } from '#modules/commons/templates/questions.ts'
import { answersOf } from '#modules/commons/writing/answers.ts'
import { openDocument, templateOfDocument } from '#modules/commons/writing/documents.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import { entryOf, openPage } from '#modules/network/index.ts'

/** Under which licence a page may be used: an answer like the others, that every page can have. */
export function openLicencePages(app: Hono<AppEnv>): void {
  openPage(app, 'writingLicence', { GET: c => licencePage(c, emptyForm, 200), POST: postLicence })
}

const licenceForm = z.object({
  licence: z.string().trim().max(100),
  other: z.string().trim().max(100).default(''),
})

async function postLicence(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, licenceForm)
  if (!value) return licencePage(c, form, 422)
  const chosen = value.licence === 'other' ? value.other : value.licence
  await inTenant(c.var.services.db, entry.tenant, trx =>
    saveAnswers(trx, entry, documentId(c), [
      { path: licencePath, value: chosen === '' ? null : [chosen], seen: Number.MAX_SAFE_INTEGER },
    ]),
  )
  const here = { locale: c.var.locale, network: entry.network.slug, document: documentId(c) }
  return redirectDone(c, href('writingPublication', here), 'licence-chosen')
}

async function licencePage(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const document = await openDocument(trx, entry, documentId(c), 'write')
    const { values } = await answersOf(trx, document, await templateOfDocument(trx, document))
    const value = values.get(licencePath)?.value
    return { document, licence: Array.isArray(value) ? String(value[0]) : '' }
  })
  const { document, licence } = found
  const known = licence === '' || licences.some(({ key }) => key === licence)
  const now = formOf({ licence: known ? licence : 'other', other: known ? '' : licence })
  return page(
    c,
    LicencePage,
    { network: entry.network, document, form: status === 200 ? now : form },
    { status },
  )
}

function documentId(c: AppContext): string {
  return c.req.param('document') ?? ''
}
