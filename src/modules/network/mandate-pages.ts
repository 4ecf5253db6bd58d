import { z } from 'zod'
import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { entryOf, standingOf } from '#modules/network/door.ts'
import {
  changeMandate,
  dayOf,
  endMandate,
  giveMandate,
  type Mandate,
  mandateInput,
  removeMandate,
} from '#modules/network/mandates.ts'
import { organisationChoices } from '#modules/network/organisations/organisations.ts'
import type { Person } from '#modules/network/people.ts'
import { personAddress, personOf } from '#modules/network/people-pages.ts'
import { unlessRefused } from '#modules/network/refusal.ts'
import { MandatePage } from '#modules/network/views/mandate-page.tsx'

export async function newMandate(c: AppContext): Promise<Response> {
  const person = await personOf(c)
  return answer(c, person, null, { form: formOf({ role: 'member', from: await today(c) }) })
}

export async function postMandate(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const person = await personOf(c)
  const { value, form } = await readForm(c, mandateInput)
  if (!value) return answer(c, person, null, { form, status: 422 })
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx => giveMandate(trx, network.id, actor, person.id, value)),
  )
  if (result.form) return answer(c, person, null, { form: result.form, status: 422 })
  return redirectDone(c, personAddress(c, person.id), 'mandate-given')
}

export async function showMandate(c: AppContext): Promise<Response> {
  const { person, mandate } = await mandateOf(c)
  return answer(c, person, mandate, {})
}

export async function postMandateChange(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { person, mandate } = await mandateOf(c)
  const { value, form } = await readForm(c, mandateInput)
  if (!value) return answer(c, person, mandate, { form, status: 422 })
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx => changeMandate(trx, network.id, actor, mandate.id, value)),
  )
  if (result.form) return answer(c, person, mandate, { form: result.form, status: 422 })
  return redirectDone(c, personAddress(c, person.id), 'mandate-changed')
}

const endForm = z.object({
  'last-day': z.union([z.literal('now'), z.iso.date()], { error: 'form.error.date' }),
})

export async function postMandateEnd(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { person, mandate } = await mandateOf(c)
  const { value, form } = await readForm(c, endForm)
  if (!value) return answer(c, person, mandate, { ending: form, status: 422 })
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx =>
      endMandate(trx, network.id, actor, mandate.id, value['last-day']),
    ),
  )
  if (result.form) {
    const { until, ...errors } = result.form.errors
    const ending = { values: form.values, errors: until ? { ...errors, 'last-day': until } : errors }
    return answer(c, person, mandate, { ending, status: 422 })
  }
  return redirectDone(c, await afterEnding(c, person.id), 'mandate-ended')
}

export async function postMandateRemoval(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { person, mandate } = await mandateOf(c)
  const result = await unlessRefused(c.var.i18n, { values: {}, errors: {} }, () =>
    inTenant(c.var.services.db, tenant, trx => removeMandate(trx, network.id, actor, mandate.id)),
  )
  if (result.form) return answer(c, person, mandate, { ending: result.form, status: 422 })
  return redirectDone(c, await afterEnding(c, person.id), 'mandate-removed')
}

/** Whoever hands over has closed the page of the person to themselves, and perhaps the network. */
async function afterEnding(c: AppContext, personId: string): Promise<string> {
  const { network, actor, personId: own } = entryOf(c)
  if (personId !== own || actor.accountId === null) return personAddress(c, personId)
  const standing = await standingOf(c.var.services.db, actor.accountId, network.id)
  if (standing?.role === 'administrator') return personAddress(c, personId)
  const { locale } = c.var
  return standing || network.visibility === 'public'
    ? href('network', { locale, network: network.slug })
    : href('home', { locale })
}

async function mandateOf(c: AppContext): Promise<{ person: Person; mandate: Mandate }> {
  const person = await personOf(c)
  const mandate = person.mandates.find(({ id }) => id === c.req.param('mandate'))
  if (!mandate) throw new AppError('not-found')
  return { person, mandate }
}

async function answer(
  c: AppContext,
  person: Person,
  mandate: Mandate | null,
  { form, ending, status = 200 }: { form?: FormState; ending?: FormState; status?: 200 | 422 },
): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const organisations = await readTenant(c.var.services.db, tenant, trx =>
    organisationChoices(trx, network.id),
  )
  // One whose membership is over is still the mandate's own.
  if (mandate?.organisationId && !organisations.some(({ id }) => id === mandate.organisationId))
    organisations.unshift({ id: mandate.organisationId, name: mandate.organisation ?? '' })
  const known = mandate && { ...mandate, organisation: mandate.organisationId }
  const filled = form ?? formOf(known ? asFields(known) : {})
  const props = {
    network,
    person,
    mandate,
    organisations,
    form: filled,
    ending: ending ?? formOf({ 'last-day': await today(c) }),
  }
  return page(c, MandatePage, props, { status })
}

function asFields({ role, organisation, title, from, until }: Mandate): Record<string, string | null> {
  return { role, organisation, title, from, until }
}

function today(c: AppContext): Promise<string> {
  const { network, tenant } = entryOf(c)
  return readTenant(c.var.services.db, tenant, trx => dayOf(trx, network.id))
}
