import { inTenant, readTenant, type Tenant } from '#db/tenant.ts'
import { type AppContext, originOf } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { acceptInvitation, findInvitation } from '#modules/network/answering.ts'
import { entryOf } from '#modules/network/door.ts'
import {
  type Invitation,
  type Inviting,
  invitationForm,
  invitationStates,
  invite,
  listInvitations,
  revokeInvitation,
  sendAgain,
  usualDays,
} from '#modules/network/invitations.ts'
import { readAddresses } from '#modules/network/invited-addresses.ts'
import { newAccountForm } from '#modules/network/new-account.ts'
import { organisationOfAddresses } from '#modules/network/organisations/by-address.ts'
import { type OrganisationName, organisationChoices } from '#modules/network/organisations/organisations.ts'
import { type Arrival, refuseInvented } from '#modules/network/people.ts'
import { unlessRefused } from '#modules/network/refusal.ts'
import { sectionsOf } from '#modules/network/sections.ts'
import { InvitationForm } from '#modules/network/views/invitation-form.tsx'
import { ClosedInvitationPage, InvitationPage } from '#modules/network/views/invitation-page.tsx'
import { InvitationsPage } from '#modules/network/views/invitations-page.tsx'
import { passwordWeakness } from '#platform/auth/passwords.ts'
import { signUpProven } from '#platform/auth/proven.ts'
import { isNobodys, sendQueue } from '#platform/mail/index.ts'

export async function showInvitations(c: AppContext): Promise<Response> {
  return answerList(c)
}

export async function newInvitation(c: AppContext): Promise<Response> {
  const { network } = entryOf(c)
  const addresses = c.req.query('address')?.slice(0, 500) ?? ''
  const proposed = await proposedFor(c, addresses)
  const form = formOf({
    addresses,
    role: 'member',
    organisation: proposed?.id ?? '',
    locale: network.locale,
    days: String(usualDays),
  })
  return answerForm(c, form, 200, proposed)
}

export async function postInvitations(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const { value, form } = await readForm(c, invitationForm)
  if (!value) return answerForm(c, form, 422)
  const { addresses, ...terms } = value
  const proposed =
    terms.organisation === null && form.values.proposed === undefined ? await proposedFor(c, addresses) : null
  if (proposed) {
    const values = { ...form.values, organisation: [proposed.id] }
    return answerForm(c, { values, errors: {} }, 200, proposed)
  }
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, tenant, trx => invite(trx, network, invitingOf(c), terms, addresses)),
  )
  if (result.form) return answerForm(c, result.form, 422)
  await hurryMail(c)
  return redirectDone(
    c,
    listAddress(c),
    c.var.services.config.smtp ? 'invitations-sent' : 'invitations-ready',
  )
}

export async function postInvitationSending(c: AppContext): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(c.var.services.db, tenant, trx => sendAgain(trx, network, invitingOf(c), idOf(c))),
  )
  if (result.form) return answerList(c, result.form.errors[''])
  await hurryMail(c)
  return redirectDone(
    c,
    listAddress(c),
    c.var.services.config.smtp ? 'invitation-sent-again' : 'invitation-ready-again',
  )
}

/** Now rather than within the minute: whoever invites looks whether it has left, or for its link in the outbox. */
async function hurryMail(c: AppContext): Promise<void> {
  const { jobs, log } = c.var.services
  await jobs.send(sendQueue, {}).catch(error => log.warn({ err: error }, 'mail waits for its minute'))
}

export async function postInvitationRevocation(c: AppContext): Promise<Response> {
  const { network, tenant, actor } = entryOf(c)
  const result = await unlessRefused(c.var.i18n, emptyForm, () =>
    inTenant(c.var.services.db, tenant, trx => revokeInvitation(trx, network.id, actor, idOf(c))),
  )
  if (result.form) return answerList(c, result.form.errors[''])
  return redirectDone(c, listAddress(c), 'invitation-revoked')
}

export async function showInvitation(c: AppContext): Promise<Response> {
  const invitation = await openInvitation(c)
  return answerInvitation(c, invitation, formOf({ name: invitation.name }), 200)
}

/** Takes it up with the account that is signed in. */
export async function postAcceptance(c: AppContext): Promise<Response> {
  const { viewer } = c.var
  const invitation = await openInvitation(c)
  if (invitation.state !== 'waiting') return answerInvitation(c, invitation, emptyForm, 200)
  if (!viewer) throw new AppError('unauthenticated')
  refuseInvented(viewer, entryOf(c).network)
  return accept(c, viewer)
}

/** Takes it up with a new account: the link came to this address, hence it is proved. */
export async function postInvitationAccount(c: AppContext): Promise<Response> {
  const invitation = await openInvitation(c)
  if (invitation.state !== 'waiting' || c.var.viewer) return answerInvitation(c, invitation, emptyForm, 200)
  const { value, form } = await readForm(c, newAccountForm(invitation.email))
  if (!value) return answerInvitation(c, invitation, form, 422)
  const weakness = passwordWeakness(value.password, invitation.email)
  if (weakness)
    return answerInvitation(c, invitation, withError(form, 'password', c.var.i18n.t(weakness)), 422)
  const { network } = entryOf(c)
  // What the demonstration sends can be read by anyone: there the link proves no address that may be somebody's.
  if (network.demonstration && !isNobodys(invitation.email)) {
    const errors = { '': c.var.i18n.t('invitation.error.demonstration') }
    return answerInvitation(c, invitation, { values: form.values, errors }, 422)
  }
  const auth = c.var.services.auth(originOf(c))
  const account = { ...value, email: invitation.email, locale: c.var.locale, timeZone: network.timeZone }
  const made = await signUpProven(auth, account, c.req.raw.headers)
  if (!made) {
    const errors = { '': c.var.i18n.t('invitation.error.known') }
    return answerInvitation(c, invitation, { values: form.values, errors }, 422)
  }
  for (const cookie of made.cookies) c.header('set-cookie', cookie, { append: true })
  return accept(c, { ...account, accountId: made.accountId, emailVerified: true })
}

async function accept(c: AppContext, { accountId, name, email, emailVerified }: Arrival): Promise<Response> {
  const { network } = entryOf(c)
  const account = { accountId, name, email, emailVerified }
  const { db, arriving } = c.var.services
  const door = href('network', { locale: c.var.locale, network: network.slug })
  const leads = await inTenant(db, { ...inside(c), accountId }, async trx => {
    const taken = await acceptInvitation(trx, network.id, account, tokenOf(c))
    if (!taken) return null
    const { id: invitationId, actor, personId, organisationId } = taken
    const arrival = { network, actor, personId, organisationId, invitationId, locale: c.var.locale }
    let address: string | null = null
    for (const arrive of arriving) address = (await arrive(trx, arrival)) ?? address
    return address ?? door
  })
  // Someone else was faster, or it was revoked in between.
  if (leads === null) return answerInvitation(c, await openInvitation(c), emptyForm, 200)
  return redirectDone(c, leads, 'joined')
}

/** @throws AppError 'not-found', as for any address that leads nowhere */
async function openInvitation(c: AppContext): Promise<Invitation> {
  c.header('cache-control', 'no-store')
  const { network } = entryOf(c)
  const invitation = await readTenant(c.var.services.db, inside(c), trx =>
    findInvitation(trx, network.id, tokenOf(c)),
  )
  if (!invitation) throw new AppError('not-found')
  return invitation
}

async function answerInvitation(
  c: AppContext,
  invitation: Invitation,
  form: FormState,
  status: 200 | 422,
): Promise<Response> {
  const { network } = entryOf(c)
  if (invitation.state !== 'waiting')
    return page(c, ClosedInvitationPage, { network, invitation }, { status: 404 })
  const { children } = await readTenant(c.var.services.db, inside(c), trx =>
    sectionsOf(c, 'invitation', trx, invitation),
  )
  const props = { network, invitation, children, token: tokenOf(c), viewer: c.var.viewer, form }
  return page(c, InvitationPage, props, { status })
}

/** Whoever holds the link reads what it is about, though they are at home elsewhere. */
function inside(c: AppContext): Tenant {
  const { network, actor } = entryOf(c)
  return {
    networkId: network.id,
    audience: 'network',
    ...(actor.accountId !== null && { accountId: actor.accountId }),
  }
}

function invitingOf(c: AppContext): Inviting {
  return {
    actor: entryOf(c).actor,
    inviter: c.var.viewer?.name ?? '',
    linkOrigin: c.var.services.linkOrigin,
  }
}

async function answerList(c: AppContext, problem?: string): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const state = invitationStates.find(name => name === c.req.query('state'))
  const found = await readTenant(c.var.services.db, tenant, trx =>
    listInvitations(trx, network.id, { state, after: c.req.query('after') }),
  )
  return page(
    c,
    InvitationsPage,
    { network, state, problem, outbox: c.var.services.config.smtp === null, ...found },
    { status: problem === undefined ? 200 : 422 },
  )
}

/** The organisation whose addresses these are, where they can be read and are all of one. */
async function proposedFor(c: AppContext, addresses: string): Promise<OrganisationName | null> {
  const { network, tenant } = entryOf(c)
  const { lines, problems } = readAddresses(addresses)
  if (lines.length === 0 || problems.length > 0) return null
  const emails = lines.map(({ email }) => email)
  return readTenant(c.var.services.db, tenant, trx => organisationOfAddresses(trx, network.id, emails))
}

async function answerForm(
  c: AppContext,
  form: FormState,
  status: 200 | 422,
  proposed: OrganisationName | null = null,
): Promise<Response> {
  const { network, tenant } = entryOf(c)
  const organisations = await readTenant(c.var.services.db, tenant, trx =>
    organisationChoices(trx, network.id),
  )
  return page(c, InvitationForm, { network, organisations, proposed, form }, { status })
}

function listAddress(c: AppContext): string {
  return href('invitations', { locale: c.var.locale, network: entryOf(c).network.slug })
}

function idOf(c: AppContext): string {
  return c.req.param('invitation') ?? ''
}

function tokenOf(c: AppContext): string {
  return c.req.param('token') ?? ''
}
