import type { Hono } from 'hono'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext, AppEnv } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { rank } from '#http/policies.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import {
  type Affiliation,
  acceptedAffiliations,
  findAffiliation,
  waitingAffiliations,
} from '#modules/network/affiliations/affiliations.ts'
import {
  acceptAffiliation,
  declineAffiliation,
  endAffiliation,
  withdrawAffiliation,
} from '#modules/network/affiliations/answering.ts'
import { askAffiliation } from '#modules/network/affiliations/asking.ts'
import { federationOf } from '#modules/network/affiliations/numbers.ts'
import { postOffered, showOffered } from '#modules/network/affiliations/organisation-pages.ts'
import { ownOffers } from '#modules/network/affiliations/organisations.ts'
import { affiliationInput, endInput, sharingInput } from '#modules/network/affiliations/schema.ts'
import { changeSharing, sharingOf } from '#modules/network/affiliations/sharing.ts'
import { treesAround } from '#modules/network/affiliations/tree.ts'
import { AffiliationForm } from '#modules/network/affiliations/views/affiliation-form.tsx'
import { AffiliationPage } from '#modules/network/affiliations/views/affiliation-page.tsx'
import { AffiliationsPage } from '#modules/network/affiliations/views/affiliations-page.tsx'
import { FederationPage } from '#modules/network/affiliations/views/federation-page.tsx'
import { SharingPage } from '#modules/network/affiliations/views/sharing-page.tsx'
import { workingOf } from '#modules/network/affiliations/working.ts'
import { entryOf, openPage } from '#modules/network/door.ts'
import { dayOf } from '#modules/network/mandates.ts'
import { unlessRefused } from '#modules/network/refusal.ts'

export function openAffiliationPages(app: Hono<AppEnv>): void {
  openPage(app, 'affiliations', { GET: showAffiliations, POST: postAffiliation })
  openPage(app, 'newAffiliation', { GET: newAffiliation })
  openPage(app, 'affiliationSharing', { GET: showSharing, POST: postSharing })
  openPage(app, 'federation', { GET: showFederation })
  openPage(app, 'offeredOrganisations', { GET: showOffered, POST: postOffered })
  openPage(app, 'affiliation', { GET: showAffiliation })
  openPage(app, 'affiliationAcceptance', { POST: postAcceptance })
  openPage(app, 'affiliationRefusal', { POST: postRefusal })
  openPage(app, 'affiliationWithdrawal', { POST: postWithdrawal })
  openPage(app, 'affiliationEnd', { POST: postEnd })
}

/** Never kept for others: what of another network may be shown changes with that network. */
async function showAffiliations(c: AppContext): Promise<Response> {
  const { network, tenant, role } = entryOf(c)
  const { locale } = c.var
  const administers = role === 'administrator'
  const found = await readTenant(c.var.services.db, tenant, async trx => ({
    today: await dayOf(trx, network.id),
    trees: await treesAround(trx, network, locale),
    accepted: await acceptedAffiliations(trx, network.id),
    waiting: administers ? await waitingAffiliations(trx, network.id) : [],
    offers: administers || (role !== 'visitor' && (await ownOffers(trx))),
  }))
  return page(c, AffiliationsPage, {
    network,
    administers,
    facilitates: rank(role) >= rank('facilitator'),
    ...found,
  })
}

async function newAffiliation(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const today = await readTenant(c.var.services.db, tenant, trx => dayOf(trx, network.id))
  const form = formOf({ side: 'member', level: 'regional', kind: 'region', from: today })
  return page(c, AffiliationForm, { network, form })
}

async function postAffiliation(c: AppContext): Promise<Response> {
  const working = workingOf(c)
  const { network, tenant } = working
  const { value, form } = await readForm(c, affiliationInput)
  if (!value) return page(c, AffiliationForm, { network, form }, { status: 422 })
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx => askAffiliation(trx, working, value)),
  )
  if (result.form) return page(c, AffiliationForm, { network, form: result.form }, { status: 422 })
  return redirectDone(c, listAddress(c), 'affiliation-asked')
}

async function showAffiliation(c: AppContext): Promise<Response> {
  return affiliationPage(c, emptyForm)
}

async function postAcceptance(c: AppContext): Promise<Response> {
  const working = workingOf(c)
  const { id } = await affiliationOf(c)
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(c.var.services.db, working.tenant, trx => acceptAffiliation(trx, working, id)),
  )
  if (result.form) return affiliationPage(c, result.form)
  return redirectDone(c, listAddress(c), 'affiliation-accepted')
}

async function postRefusal(c: AppContext): Promise<Response> {
  const working = workingOf(c)
  const { id } = await affiliationOf(c)
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(c.var.services.db, working.tenant, trx => declineAffiliation(trx, working, id)),
  )
  if (result.form) return affiliationPage(c, result.form)
  return redirectDone(c, listAddress(c), 'affiliation-declined')
}

async function postWithdrawal(c: AppContext): Promise<Response> {
  const working = workingOf(c)
  const { id } = await affiliationOf(c)
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(c.var.services.db, working.tenant, trx => withdrawAffiliation(trx, working, id)),
  )
  if (result.form) return affiliationPage(c, result.form)
  return redirectDone(c, listAddress(c), 'affiliation-withdrawn')
}

async function postEnd(c: AppContext): Promise<Response> {
  const working = workingOf(c)
  const { id } = await affiliationOf(c)
  const { value, form } = await readForm(c, endInput)
  if (!value) return affiliationPage(c, form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, working.tenant, trx => endAffiliation(trx, working, id, value.until)),
  )
  if (result.form) return affiliationPage(c, result.form)
  return redirectDone(c, listAddress(c), 'affiliation-ended')
}

async function showSharing(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const sharing = await readTenant(c.var.services.db, tenant, trx => sharingOf(trx, network.id))
  return page(c, SharingPage, { network, form: formOf({ ...sharing }) })
}

async function postSharing(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { value, form } = await readForm(c, sharingInput, ['numbers'])
  if (!value) return page(c, SharingPage, { network, form }, { status: 422 })
  await inTenant(c.var.services.db, tenant, trx => changeSharing(trx, network.id, actor, value))
  return redirectDone(c, listAddress(c), 'affiliation-sharing-changed')
}

async function showFederation(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const federation = await readTenant(c.var.services.db, tenant, trx => federationOf(trx, c.var.locale))
  return page(c, FederationPage, { network, ...federation })
}

async function affiliationPage(c: AppContext, form: FormState): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const affiliation = await affiliationOf(c)
  const today = await readTenant(c.var.services.db, tenant, trx => dayOf(trx, network.id))
  const wrong = Object.keys(form.errors).length > 0
  const ending = wrong ? form : formOf({ until: affiliation.from > today ? affiliation.from : today })
  return page(c, AffiliationPage, { network, affiliation, today, ending }, { status: wrong ? 422 : 200 })
}

async function affiliationOf(c: AppContext): Promise<Affiliation> {
  const { network, tenant } = entryOf(c)
  const affiliation = await readTenant(c.var.services.db, tenant, trx =>
    findAffiliation(trx, network.id, c.req.param('affiliation') ?? ''),
  )
  if (!affiliation) throw new AppError('not-found')
  return affiliation
}

function listAddress(c: AppContext): string {
  return href('affiliations', { locale: c.var.locale, network: entryOf(c).network.slug })
}
