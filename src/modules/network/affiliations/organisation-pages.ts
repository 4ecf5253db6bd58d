import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { offeredOrganisations, takeOrganisation } from '#modules/network/affiliations/organisations.ts'
import { sharingOf } from '#modules/network/affiliations/sharing.ts'
import { OfferedPage } from '#modules/network/affiliations/views/offered-page.tsx'
import { workingOf } from '#modules/network/affiliations/working.ts'
import { entryOf } from '#modules/network/door.ts'
import { optionalId } from '#modules/network/fields.ts'
import { unlessRefused } from '#modules/network/refusal.ts'

export async function showOffered(c: AppContext): Promise<Response> {
  return offeredPage(c)
}

const takingForm = z.object({ organisation: z.string().max(60), 'instead-of': optionalId })

export async function postOffered(c: AppContext): Promise<Response> {
  const working = workingOf(c)
  const { network, tenant } = working
  const { value, form } = await readForm(c, takingForm)
  if (!value) return offeredPage(c, c.var.i18n.t('affiliations.organisations.gone'))
  const options = { insteadOf: value['instead-of'], ownMandates: !administers(c) }
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx => takeOrganisation(trx, working, value.organisation, options)),
  )
  if (result.form) return offeredPage(c, result.form.errors[''])
  const { locale } = c.var
  return redirectDone(
    c,
    href('organisation', { locale, network: network.slug, organisation: value.organisation }),
    'organisation-taken-over',
  )
}

async function offeredPage(c: AppContext, problem?: string): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const q = (c.req.query('q') ?? '').slice(0, 200).trim()
  const after = c.req.query('after')
  const ownMandates = !administers(c)
  const found = await readTenant(c.var.services.db, tenant, async trx => ({
    sharing: (await sharingOf(trx, network.id)).organisations,
    alike: after ? [] : (await offeredOrganisations(trx, { q, ownMandates, alike: true })).organisations,
    // Whoever does not administer the network adds nothing to it: they can say that two are the same.
    ...(ownMandates
      ? { organisations: [], next: null }
      : await offeredOrganisations(trx, { q, ownMandates, alike: false }, after)),
  }))
  const props = { network, administers: !ownMandates, q, problem, ...found }
  return page(c, OfferedPage, props, { status: problem === undefined ? 200 : 422 })
}

function administers(c: AppContext): boolean {
  return entryOf(c).role === 'administrator'
}
