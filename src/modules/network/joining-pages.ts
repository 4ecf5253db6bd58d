import { inTenant, readTenant, type Tenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { entryOf } from '#modules/network/door.ts'
import {
  acceptRequest,
  declineRequest,
  findRequest,
  joinForm,
  joinOpenly,
  joinTerms,
  mayJoin,
  requestToJoin,
  waitingRequests,
  waitingSince,
} from '#modules/network/join-requests.ts'
import type { Network } from '#modules/network/networks.ts'
import { organisationChoices } from '#modules/network/organisations/organisations.ts'
import { refuseInvented } from '#modules/network/people.ts'
import { unlessRefused } from '#modules/network/refusal.ts'
import { JoinPage } from '#modules/network/views/join-page.tsx'
import { JoinRequestPage } from '#modules/network/views/join-request-page.tsx'
import { JoinRequestsPage } from '#modules/network/views/join-requests-page.tsx'

export async function showJoin(c: AppContext): Promise<Response> {
  const { network, role } = entryOf(c)
  if (role !== 'visitor')
    return c.redirect(href('network', { locale: c.var.locale, network: network.slug }), 303)
  return answerJoin(c, emptyForm)
}

export async function postJoin(c: AppContext): Promise<Response> {
  const { role } = entryOf(c)
  const network = asEntered(c)
  const { viewer } = c.var
  if (!viewer) throw new AppError('unauthenticated')
  refuseInvented(viewer, network)
  const door = href('network', { locale: c.var.locale, network: network.slug })
  if (role !== 'visitor') return c.redirect(door, 303)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, joinForm)
  if (!value) return answerJoin(c, form)
  const { accountId, name, email, emailVerified } = viewer
  const account = { accountId, name, email, emailVerified }
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant<unknown>(db, inside(c), trx =>
      network.signUp === 'open'
        ? joinOpenly(trx, network, account, linkOrigin)
        : requestToJoin(trx, network, account, value, linkOrigin),
    ),
  )
  if (result.form) return answerJoin(c, result.form)
  if (network.signUp === 'open') return redirectDone(c, door, 'joined')
  return redirectDone(c, href('join', { locale: c.var.locale, network: network.slug }), 'join-requested')
}

export async function showJoinRequests(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const requests = await readTenant(c.var.services.db, tenant, trx => waitingRequests(trx, network.id))
  return page(c, JoinRequestsPage, { network, requests })
}

export async function showJoinRequest(c: AppContext): Promise<Response> {
  return answerRequest(c, formOf({ role: 'member' }), 200)
}

export async function postJoinAcceptance(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, joinTerms)
  if (!value) return answerRequest(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, tenant, trx => acceptRequest(trx, network, actor, requestId(c), value, linkOrigin)),
  )
  if (result.form) return answerRequest(c, result.form, 422)
  const person = { locale: c.var.locale, network: network.slug, person: result.done }
  return redirectDone(c, href('person', person), 'join-accepted')
}

export async function postJoinRefusal(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(db, tenant, trx => declineRequest(trx, network, actor, requestId(c), linkOrigin)),
  )
  if (result.form) return answerRequest(c, result.form, 422)
  return redirectDone(
    c,
    href('joinRequests', { locale: c.var.locale, network: network.slug }),
    'join-declined',
  )
}

async function answerJoin(c: AppContext, form: FormState): Promise<Response> {
  const network = asEntered(c)
  const { viewer } = c.var
  const since = viewer
    ? await readTenant(c.var.services.db, inside(c), trx => waitingSince(trx, network.id, viewer.accountId))
    : null
  const fitting = viewer !== null && (network.signUp !== 'open' || mayJoin(network, viewer.email))
  const props = { network, viewer, since, fitting, form }
  return page(c, JoinPage, props, { status: Object.keys(form.errors).length > 0 ? 422 : 200 })
}

async function answerRequest(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const found = await readTenant(c.var.services.db, tenant, async trx => ({
    request: await findRequest(trx, network.id, requestId(c)),
    organisations: await organisationChoices(trx, network.id),
  }))
  if (!found.request) throw new AppError('not-found')
  return page(c, JoinRequestPage, { network, ...found, request: found.request, form }, { status })
}

/**
 * The network by the rule that holds for those who would come in. Where no mail leaves, links are read in the outbox and
 * prove no address: a network that is open to some domains then looks at each who asks.
 */
function asEntered(c: AppContext): Network {
  const { network } = entryOf(c)
  const unproved = c.var.services.config.smtp === null && network.signUpDomains.length > 0
  return unproved && network.signUp === 'open' ? { ...network, signUp: 'request' } : network
}

/** Of someone who is outside still. */
function inside(c: AppContext): Tenant {
  const { network, actor } = entryOf(c)
  return {
    networkId: network.id,
    audience: 'network',
    ...(actor.accountId !== null && { accountId: actor.accountId }),
  }
}

function requestId(c: AppContext): string {
  return c.req.param('request') ?? ''
}
