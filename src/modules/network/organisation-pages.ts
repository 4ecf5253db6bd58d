import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { entryOf } from '#modules/network/door.ts'
import { dayOf } from '#modules/network/mandates.ts'
import {
  addOrganisation,
  changeOrganisation,
  endMembership,
  findOrganisation,
  listOrganisations,
  type Organisation,
  organisationInput,
  resumeMembership,
} from '#modules/network/organisations.ts'
import { everyone, listPeople } from '#modules/network/people.ts'
import { unlessRefused } from '#modules/network/refusal.ts'
import { OrganisationForm } from '#modules/network/views/organisation-form.tsx'
import { OrganisationPage } from '#modules/network/views/organisation-page.tsx'
import { OrganisationsPage } from '#modules/network/views/organisations-page.tsx'

export async function showOrganisations(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const query = { q: (c.req.query('q') ?? '').slice(0, 200).trim(), former: c.req.query('former') === 'yes' }
  const found = await readTenant(c.var.services.db, tenant, trx =>
    listOrganisations(trx, network.id, query, { after: c.req.query('after') }),
  )
  return page(c, OrganisationsPage, { network, manages: manages(c), query, ...found })
}

export function newOrganisation(c: AppContext): Response {
  return page(c, OrganisationForm, { network: entryOf(c).network, organisation: null, form: emptyForm })
}

export async function postOrganisation(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { value, form } = await readForm(c, organisationInput)
  const again = (form: FormState) =>
    page(c, OrganisationForm, { network, organisation: null, form }, { status: 422 })
  if (!value) return again(form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx => addOrganisation(trx, network.id, actor, value)),
  )
  if (result.form) return again(result.form)
  return redirectDone(c, addressOf(c, result.done), 'organisation-added')
}

export async function showOrganisation(c: AppContext): Promise<Response> {
  return answer(c)
}

export async function showOrganisationDetails(c: AppContext): Promise<Response> {
  const organisation = await organisationOf(c)
  const { name, country, website } = organisation
  const props = { network: entryOf(c).network, organisation, form: formOf({ name, country, website }) }
  return page(c, OrganisationForm, props)
}

export async function postOrganisationDetails(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const organisation = await organisationOf(c)
  const { value, form } = await readForm(c, organisationInput)
  const again = (form: FormState) =>
    page(c, OrganisationForm, { network, organisation, form }, { status: 422 })
  if (!value) return again(form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx =>
      changeOrganisation(trx, network.id, actor, organisation.id, value),
    ),
  )
  if (result.form) return again(result.form)
  return redirectDone(c, addressOf(c, organisation.id), 'organisation-changed')
}

const endForm = z.object({ until: z.iso.date({ error: 'form.error.date' }) })

export async function postOrganisationEnd(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const organisation = await organisationOf(c)
  const { value, form } = await readForm(c, endForm)
  if (!value) return answer(c, form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx =>
      endMembership(trx, network.id, actor, organisation.id, value.until),
    ),
  )
  if (result.form) return answer(c, result.form)
  return redirectDone(c, addressOf(c, organisation.id), 'membership-ended')
}

export async function postOrganisationResumption(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const organisation = await organisationOf(c)
  await inTenant(c.var.services.db, tenant, trx => resumeMembership(trx, network.id, actor, organisation.id))
  return redirectDone(c, addressOf(c, organisation.id), 'membership-resumed')
}

async function answer(c: AppContext, ending?: FormState): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const organisation = await organisationOf(c)
  const found = await readTenant(c.var.services.db, tenant, async trx => ({
    ...(await listPeople(
      trx,
      network.id,
      { ...everyone, organisation: organisation.id },
      { after: c.req.query('after'), limit: 100 },
    )),
    today: await dayOf(trx, network.id),
  }))
  const props = {
    network,
    manages: manages(c),
    organisation,
    ...found,
    ending: ending ?? formOf({ until: found.today }),
  }
  return page(c, OrganisationPage, props, { status: ending ? 422 : 200 })
}

async function organisationOf(c: AppContext): Promise<Organisation> {
  const { network, tenant } = entryOf(c)
  const organisation = await readTenant(c.var.services.db, tenant, trx =>
    findOrganisation(trx, network.id, c.req.param('organisation') ?? ''),
  )
  if (!organisation) throw new AppError('not-found')
  return organisation
}

function addressOf(c: AppContext, id: string): string {
  return href('organisation', { locale: c.var.locale, network: entryOf(c).network.slug, organisation: id })
}

function manages(c: AppContext): boolean {
  return entryOf(c).role === 'administrator'
}
