import type { Hono } from 'hono'
import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { type Done, emptyForm, type FormState, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import {
  listConsents,
  openConsent,
  recordConsent,
  renewConsent,
  settleConsent,
  withdrawConsent,
} from '#modules/commons/consents/consents.ts'
import { ConsentEndPage } from '#modules/commons/consents/views/consent-end-page.tsx'
import { ConsentsPage } from '#modules/commons/consents/views/consents-page.tsx'
import { openDocument } from '#modules/commons/writing/documents.ts'
import { entryOf, openPage } from '#modules/network/index.ts'

/** What the people a page speaks of have agreed to. */
export function openConsentPages(app: Hono<AppEnv>): void {
  openPage(app, 'writingConsents', { GET: c => consentsPage(c, emptyForm, 200), POST: postConsent })
  openPage(app, 'writingConsentRenewal', { POST: postRenewal })
  openPage(app, 'writingConsentWithdrawal', { GET: showWithdrawal, POST: postWithdrawal })
  openPage(app, 'writingConsentSettlement', { POST: postSettlement })
}

const day = z.iso.date({ error: 'form.error.invalid' })
const lastDay = z
  .literal('')
  .transform(() => null)
  .or(day)

export const consentForm = z
  .object({
    about: z.string().trim().min(1).max(200),
    scope: z.string().trim().min(1).max(1000),
    proof: z
      .string()
      .trim()
      .max(500)
      .default('')
      .transform(text => text || null),
    givenOn: day,
    validUntil: lastDay.default(null),
  })
  .refine(({ givenOn, validUntil }) => validUntil === null || validUntil >= givenOn, {
    path: ['validUntil'],
    error: 'consents.error.before',
  })

async function postConsent(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, consentForm)
  if (!value) return consentsPage(c, form, 422)
  try {
    await inTenant(db, entry.tenant, trx => recordConsent(trx, entry, documentId(c), value, linkOrigin))
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error
    return consentsPage(c, withError(form, '', c.var.i18n.t('consents.error.most')), 422)
  }
  return back(c, 'consent-recorded')
}

async function postRenewal(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, z.object({ validUntil: lastDay.default(null) }))
  if (!value) return consentsPage(c, form, 422)
  await inTenant(c.var.services.db, entry.tenant, trx =>
    renewConsent(trx, entry, documentId(c), consentId(c), value.validUntil),
  )
  return back(c, 'consent-renewed')
}

async function showWithdrawal(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => ({
    document: await openDocument(trx, entry, documentId(c), 'write'),
    consent: await openConsent(trx, entry, documentId(c), consentId(c)),
  }))
  return page(c, ConsentEndPage, { network: entry.network, ...found })
}

async function postWithdrawal(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await inTenant(c.var.services.db, entry.tenant, trx =>
    withdrawConsent(trx, entry, documentId(c), consentId(c)),
  )
  const { locale } = c.var
  const here = { locale, network: entry.network.slug }
  // A facilitator may write only in what is shared: the page is its authors' alone now.
  const stays = await readTenant(c.var.services.db, entry.tenant, trx =>
    openDocument(trx, entry, documentId(c), 'write').catch(() => null),
  )
  return stays ? back(c, 'consent-withdrawn') : redirectDone(c, href('commons', here), 'consent-withdrawn')
}

async function postSettlement(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await inTenant(c.var.services.db, entry.tenant, trx =>
    settleConsent(trx, entry, documentId(c), consentId(c)),
  )
  return back(c, 'consent-settled')
}

async function consentsPage(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const document = await openDocument(trx, entry, documentId(c), 'write')
    return { document, consents: await listConsents(trx, document.networkId, document.id) }
  })
  return page(c, ConsentsPage, { network: entry.network, form, ...found }, { status })
}

function back(c: AppContext, done: Done): Response {
  const here = { locale: c.var.locale, network: entryOf(c).network.slug, document: documentId(c) }
  return redirectDone(c, href('writingConsents', here), done)
}

function documentId(c: AppContext): string {
  return c.req.param('document') ?? ''
}

function consentId(c: AppContext): string {
  return c.req.param('consent') ?? ''
}
