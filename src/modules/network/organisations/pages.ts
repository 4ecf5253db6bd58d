import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { entryOf } from '#modules/network/door.ts'
import { dayOf } from '#modules/network/mandates.ts'
import { inLanguage, networksOf } from '#modules/network/networks.ts'
import {
  addOrganisation,
  changeOrganisation,
  managesOrganisations,
  tendsOrganisation,
} from '#modules/network/organisations/changing.ts'
import {
  countOrganisations,
  listOrganisations,
  readDirectoryQuery,
} from '#modules/network/organisations/directory.ts'
import { engagementWords } from '#modules/network/organisations/engagement.ts'
import { writeOrganisationsCsv, writeOrganisationsWorkbook } from '#modules/network/organisations/export.ts'
import {
  filledForm,
  inPageNames,
  listFields,
  organisationForm,
  readOrganisationForm,
} from '#modules/network/organisations/form.ts'
import type { OrganisationInput } from '#modules/network/organisations/input.ts'
import { endMembership, resumeMembership } from '#modules/network/organisations/memberships.ts'
import {
  familyOf,
  findOrganisation,
  type Organisation,
  organisationChoices,
  organisationNamed,
  otherNetworksOf,
} from '#modules/network/organisations/organisations.ts'
import { readShowcase, writesShowcase } from '#modules/network/organisations/showcases.ts'
import { OrganisationForm } from '#modules/network/organisations/views/organisation-form.tsx'
import { OrganisationPage } from '#modules/network/organisations/views/organisation-page.tsx'
import { OrganisationsPage } from '#modules/network/organisations/views/organisations-page.tsx'
import { everyone, listPeople } from '#modules/network/people.ts'
import { unlessRefused } from '#modules/network/refusal.ts'
import { sectionsOf } from '#modules/network/sections.ts'

export async function showOrganisations(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { network, tenant } = entry
  const { db, organisationGroups } = c.var.services
  const query = readDirectoryQuery(new URL(c.req.url).searchParams)
  const belonging = organisationGroups?.belonging(entry) ?? null
  const found = await readTenant(db, tenant, async trx => {
    const counts = await countOrganisations(trx, network.id, query, belonging)
    const groups = [...counts.facets.group.map(({ value }) => value), ...(query.group ? [query.group] : [])]
    return {
      ...(await listOrganisations(trx, network.id, query, { after: c.req.query('after'), belonging })),
      counts,
      groups: (await organisationGroups?.names(trx, entry, groups)) ?? new Map<string, string>(),
      words: await engagementWords(trx, network.id),
    }
  })
  return page(c, OrganisationsPage, { network, manages: manages(c), query, ...found })
}

export async function exportOrganisations(c: AppContext): Promise<Response> {
  const [, format] = /^organisations\.(csv|xlsx)$/.exec(c.req.param('file') ?? '') ?? []
  if (!format) throw new AppError('not-found')
  await limitAddress(c, 'export')
  const entry = entryOf(c)
  const { network, tenant } = entry
  const { db, organisationGroups } = c.var.services
  const { i18n } = c.var
  const belonging = organisationGroups?.belonging(entry) ?? null
  const query = readDirectoryQuery(new URL(c.req.url).searchParams)
  const words = await readTenant(db, tenant, trx => engagementWords(trx, network.id))
  const next = (after: string | undefined) =>
    readTenant(db, tenant, trx => listOrganisations(trx, network.id, query, { after, limit: 500, belonging }))
  const context = { i18n, words, locale: network.locale }
  const type = format === 'csv' ? 'text/csv; charset=utf-8' : workbookType
  c.header('content-type', type)
  c.header('content-disposition', `attachment; filename="${network.slug}-organisations.${format}"`)
  c.header('cache-control', 'no-store')
  c.header('x-stream', '1')
  if (format === 'csv') return c.body(writeOrganisationsCsv(next, context))
  return c.body(writeOrganisationsWorkbook(i18n.t('organisations.name'), next, context))
}

const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export async function newOrganisation(c: AppContext): Promise<Response> {
  return answerForm(c, null, emptyForm)
}

export async function postOrganisation(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const read = await readOrganisation(c, null)
  if (!read.value) return answerForm(c, null, read.form, 422)
  const { value, form } = read
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx => addOrganisation(trx, network.id, actor, value)),
  )
  if (result.form) return answerForm(c, null, inPageNames(result.form), 422)
  return redirectDone(c, addressOf(c, result.done), 'organisation-added')
}

export async function showOrganisation(c: AppContext): Promise<Response> {
  return answer(c)
}

export async function showOrganisationDetails(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const organisation = await tendedOrganisation(c)
  const { parent } = await readTenant(c.var.services.db, tenant, trx =>
    familyOf(trx, network.id, organisation),
  )
  return answerForm(c, organisation, filledForm(organisation, parent, c.var.locale))
}

export async function postOrganisationDetails(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const organisation = await tendedOrganisation(c)
  const read = await readOrganisation(c, organisation)
  if (!read.value) return answerForm(c, organisation, read.form, 422)
  const { value, form } = read
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx =>
      changeOrganisation(trx, network.id, actor, organisation.id, value),
    ),
  )
  if (result.form) return answerForm(c, organisation, inPageNames(result.form), 422)
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
  const entry = entryOf(c)
  const { network, tenant } = entry
  const organisation = await organisationOf(c)
  const writes = writesShowcase(entry, organisation.id)
  const found = await readTenant(c.var.services.db, tenant, async trx => ({
    ...(await listPeople(
      trx,
      network.id,
      { ...everyone, organisation: organisation.id },
      { after: c.req.query('after'), limit: 100 },
    )),
    ...(await familyOf(trx, network.id, organisation)),
    today: await dayOf(trx, network.id),
    words: await engagementWords(trx, network.id),
    showcase: await readShowcase(trx, network.id, organisation.id, { whole: writes }),
    sections: await sectionsOf(c, 'organisation', trx, organisation),
  }))
  const props = {
    network,
    manages: entry.role === 'administrator',
    tends: tendsOrganisation(entry, organisation.id),
    writes,
    organisation,
    ...found,
    ending: ending ?? formOf({ until: found.today }),
  }
  return page(c, OrganisationPage, props, { status: ending ? 422 : 200 })
}

async function answerForm(
  c: AppContext,
  organisation: Organisation | null,
  form: FormState,
  status: 200 | 422 = 200,
): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const { db } = c.var.services
  const around = await readTenant(db, tenant, async trx => ({
    words: await engagementWords(trx, network.id),
    // A field can offer so many and no more; a name that is not offered is found all the same.
    choices: await organisationChoices(trx, network.id, 300),
    others: organisation ? await otherNetworksOf(trx, network.id, organisation.id) : [],
  }))
  const { locale, viewer } = c.var
  const own = viewer && around.others.length > 0 ? await networksOf(db, viewer.accountId) : []
  const elsewhere = own
    .filter(({ network: { id } }) => around.others.includes(id))
    .map(({ network: one }) => inLanguage(one.name, locale, one.locale).text)
  const props = { network, organisation, manages: manages(c), form, elsewhere, ...around }
  return page(c, OrganisationForm, props, { status })
}

/** What was typed; who is not entrusted with engagement and reference leaves them as they are. */
async function readOrganisation(
  c: AppContext,
  organisation: Organisation | null,
): Promise<{ value: OrganisationInput; form: FormState } | { value: null; form: FormState }> {
  const { network, tenant } = entryOf(c)
  const { value: typed, form } = await readForm(c, organisationForm, listFields)
  if (!typed) return { value: null, form }
  const named = typed.parent.trim()
  const parent = named
    ? await readTenant(c.var.services.db, tenant, trx => organisationNamed(trx, network.id, named))
    : null
  const kept = manages(c)
    ? null
    : { engagement: organisation?.engagement ?? null, reference: organisation?.reference ?? null }
  const { value, errors } = readOrganisationForm(typed, c.var.i18n, {
    parentId: named ? parent?.id : null,
    kept,
  })
  return value ? { value, form } : { value: null, form: { values: form.values, errors } }
}

async function organisationOf(c: AppContext): Promise<Organisation> {
  const { network, tenant } = entryOf(c)
  const organisation = await readTenant(c.var.services.db, tenant, trx =>
    findOrganisation(trx, network.id, c.req.param('organisation') ?? ''),
  )
  if (!organisation) throw new AppError('not-found')
  return organisation
}

async function tendedOrganisation(c: AppContext): Promise<Organisation> {
  const organisation = await organisationOf(c)
  if (!tendsOrganisation(entryOf(c), organisation.id)) throw new AppError('forbidden')
  return organisation
}

function addressOf(c: AppContext, id: string): string {
  return href('organisation', { locale: c.var.locale, network: entryOf(c).network.slug, organisation: id })
}

function manages(c: AppContext): boolean {
  return managesOrganisations(entryOf(c))
}
