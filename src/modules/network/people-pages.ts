import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { entryOf } from '#modules/network/door.ts'
import { mandateRoles } from '#modules/network/fields.ts'
import { dayOf } from '#modules/network/mandates.ts'
import { findOrganisation } from '#modules/network/organisations/organisations.ts'
import {
  addPerson,
  changePerson,
  countPeople,
  everyone,
  findPerson,
  listPeople,
  type PeopleQuery,
  type Person,
  personInput,
  removePerson,
} from '#modules/network/people.ts'
import { factsOf, writePeople } from '#modules/network/people-export.ts'
import { unlessRefused } from '#modules/network/refusal.ts'
import { sectionsOf } from '#modules/network/sections.ts'
import { MembersPage } from '#modules/network/views/members-page.tsx'
import { PersonForm } from '#modules/network/views/person-form.tsx'
import { PersonPage } from '#modules/network/views/person-page.tsx'

export async function showMembers(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const query = peopleQuery(c)
  const found = await readTenant(c.var.services.db, tenant, async trx => ({
    ...(await listPeople(trx, network.id, query, { after: c.req.query('after') })),
    counts: await countPeople(trx, network.id, query),
    organisation: query.organisation ? await findOrganisation(trx, network.id, query.organisation) : null,
  }))
  return page(c, MembersPage, { network, manages: manages(c), query, ...found })
}

export async function exportMembers(c: AppContext): Promise<Response> {
  if (c.req.param('file') !== 'members.csv') throw new AppError('not-found')
  await limitAddress(c, 'export')
  const { network, tenant } = entryOf(c)
  const { db } = c.var.services
  const query = peopleQuery(c)
  c.header('content-type', 'text/csv; charset=utf-8')
  c.header('content-disposition', `attachment; filename="${network.slug}-members.csv"`)
  c.header('cache-control', 'no-store')
  c.header('x-stream', '1')
  const next = (after: string | undefined) =>
    readTenant(db, tenant, async trx => {
      const found = await listPeople(trx, network.id, query, { after, limit: 500 })
      return { ...found, organisations: await factsOf(trx, network.id, found.people) }
    })
  return c.body(writePeople(next, c.var.i18n, { addresses: manages(c) }))
}

export function newMember(c: AppContext): Response {
  return page(c, PersonForm, { network: entryOf(c).network, person: null, form: emptyForm })
}

export async function postMember(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { value, form } = await readForm(c, personInput)
  const again = (form: FormState) => page(c, PersonForm, { network, person: null, form }, { status: 422 })
  if (!value) return again(form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx => addPerson(trx, network.id, actor, value)),
  )
  if (result.form) return again(result.form)
  return redirectDone(c, personAddress(c, result.done), 'person-added')
}

export async function showPerson(c: AppContext): Promise<Response> {
  return answerPerson(c)
}

export async function showPersonDetails(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  const person = await personOf(c)
  const form = formOf({ name: person.name, email: person.email })
  return page(c, PersonForm, { network, person, form })
}

export async function postPersonDetails(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const person = await personOf(c)
  const { value, form } = await readForm(c, personInput)
  const again = (form: FormState) => page(c, PersonForm, { network, person, form }, { status: 422 })
  if (!value) return again(form)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx => changePerson(trx, network.id, actor, person.id, value)),
  )
  if (result.form) return again(result.form)
  return redirectDone(c, personAddress(c, person.id), 'person-changed')
}

export async function postPersonRemoval(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(c.var.services.db, tenant, trx =>
      removePerson(trx, network.id, actor, c.req.param('person') ?? ''),
    ),
  )
  if (result.form) return answerPerson(c, result.form.errors[''])
  return redirectDone(c, href('members', { locale: c.var.locale, network: network.slug }), 'person-removed')
}

/** @throws AppError 'not-found' */
export async function personOf(c: AppContext): Promise<Person> {
  const { network, tenant } = entryOf(c)
  const person = await readTenant(c.var.services.db, tenant, trx =>
    findPerson(trx, network.id, c.req.param('person') ?? ''),
  )
  if (!person) throw new AppError('not-found')
  return person
}

export function personAddress(c: AppContext, id: string): string {
  return href('person', { locale: c.var.locale, network: entryOf(c).network.slug, person: id })
}

async function answerPerson(c: AppContext, problem?: string): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const person = await personOf(c)
  const around = await readTenant(c.var.services.db, tenant, async trx => ({
    today: await dayOf(trx, network.id),
    ...(await sectionsOf(c, 'person', trx, person)),
  }))
  const props = { network, manages: manages(c), person, problem, ...around }
  return page(c, PersonPage, props, { status: problem === undefined ? 200 : 422 })
}

/** What is not understood counts as not chosen. */
function peopleQuery(c: AppContext): PeopleQuery {
  const organisation = c.req.query('organisation') ?? ''
  const byEmail = manages(c)
  return {
    ...everyone,
    q: (c.req.query('q') ?? '').slice(0, 200).trim(),
    role: mandateRoles.find(role => role === c.req.query('role')) ?? null,
    organisation: isId(organisation) ? organisation : null,
    // Who was only added, or is no longer there, is for those who manage members.
    without: byEmail && c.req.query('without') === 'mandate',
    byEmail,
  }
}

function manages(c: AppContext): boolean {
  return entryOf(c).role === 'administrator'
}
