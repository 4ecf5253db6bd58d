import { inTenant, readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import {
  findCandidates,
  invitationsOf,
  inviteToGroup,
  invitingInput,
  proposedOrganisation,
  revokeGroupInvitation,
} from '#modules/groups/inviting.ts'
import {
  decideRequest,
  decisionInput,
  findRequest,
  joinGroup,
  joinInput,
  requestsOf,
  withdrawRequest,
} from '#modules/groups/joining.ts'
import { openGroup } from '#modules/groups/opening.ts'
import { answerInput, answerInvitation, findOwnInvitation } from '#modules/groups/own-invitations.ts'
import { groupPage, slugOf } from '#modules/groups/pages.ts'
import { searched } from '#modules/groups/people-pages.ts'
import { runsAll } from '#modules/groups/seeing.ts'
import { InvitingPage } from '#modules/groups/views/inviting-page.tsx'
import {
  JoiningPage,
  OwnInvitationPage,
  RequestPage,
  RequestsPage,
} from '#modules/groups/views/joining-page.tsx'
import { type Entry, entryOf, unlessRefused } from '#modules/network/index.ts'

export async function showJoining(c: AppContext): Promise<Response> {
  return answerJoining(c, comingFor(entryOf(c)), 200)
}

export async function postJoining(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, joinInput)
  if (!value) return answerJoining(c, form, 422)
  const answers = Array.from({ length: 10 }, (_, index) => form.values[`answer.${index}`]?.[0] ?? '')
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx =>
      joinGroup(trx, entry, slugOf(c), { organisation: value.organisation, answers }, linkOrigin),
    ),
  )
  if (result.form) return answerJoining(c, result.form, 422)
  const { group, state } = result.done
  return redirectDone(c, groupPage(c, group.slug), state === 'joined' ? 'group-joined' : 'group-asked')
}

export async function postJoiningWithdrawal(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const group = await inTenant(c.var.services.db, entry.tenant, trx => withdrawRequest(trx, entry, slugOf(c)))
  return redirectDone(c, groupPage(c, group.slug), 'group-request-withdrawn')
}

export async function showGroupRequests(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, trx => requestsOf(trx, entry, slugOf(c)))
  return page(c, RequestsPage, { network: entry.network, ...found })
}

export async function showGroupRequest(c: AppContext): Promise<Response> {
  return answerRequest(c, emptyForm, 200)
}

export async function postGroupRequest(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, decisionInput)
  if (!value) return answerRequest(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx =>
      decideRequest(trx, entry, slugOf(c), c.req.param('demand') ?? '', value, linkOrigin),
    ),
  )
  if (result.form) return answerRequest(c, result.form, 422)
  const here = { locale: c.var.locale, network: entry.network.slug, group: result.done.slug }
  return redirectDone(c, href('groupRequests', here), 'group-request-decided')
}

export async function showGroupInvitations(c: AppContext): Promise<Response> {
  return answerInviting(c, emptyForm, 200)
}

export async function postGroupInvitation(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { db, linkOrigin } = c.var.services
  const { value, form } = await readForm(c, invitingInput)
  if (!value) return answerInviting(c, form, 422)
  // Asked once: the form that comes back says for which organisation, or for none.
  const proposed =
    form.values.organisation === undefined
      ? await readTenant(db, entry.tenant, trx => proposedOrganisation(trx, entry, value.email))
      : null
  if (proposed) return answerInviting(c, form, 200, proposed)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(db, entry.tenant, trx => inviteToGroup(trx, entry, slugOf(c), value, linkOrigin)),
  )
  if (result.form) return answerInviting(c, result.form, 422)
  return redirectDone(c, invitationsAddress(c), 'group-invited')
}

export async function postGroupInvitationRevocation(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  await inTenant(c.var.services.db, entry.tenant, trx =>
    revokeGroupInvitation(trx, entry, slugOf(c), c.req.param('groupInvitation') ?? ''),
  )
  return redirectDone(c, invitationsAddress(c), 'group-invitation-revoked')
}

export async function showOwnInvitation(c: AppContext): Promise<Response> {
  return answerOwnInvitation(c, comingFor(entryOf(c)), 200)
}

export async function postOwnInvitation(c: AppContext): Promise<Response> {
  const entry = entryOf(c)
  const { value, form } = await readForm(c, answerInput)
  if (!value) return answerOwnInvitation(c, form, 422)
  const result = await unlessRefused(c.var.i18n, form, () =>
    inTenant(c.var.services.db, entry.tenant, trx =>
      answerInvitation(trx, entry, slugOf(c), c.req.param('groupInvitation') ?? '', value),
    ),
  )
  if (result.form) return answerOwnInvitation(c, result.form, 422)
  if (value.answer === 'accepted') return redirectDone(c, groupPage(c, result.done.slug), 'group-joined')
  const door = href('network', { locale: c.var.locale, network: entry.network.slug })
  return redirectDone(c, door, 'group-invitation-declined')
}

async function answerJoining(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const opened = await readTenant(c.var.services.db, entry.tenant, trx =>
    openGroup(trx, entry, slugOf(c), 'read'),
  )
  const { group, role } = opened
  // Nothing to be asked: the page of the group says how one comes in.
  if (role !== null || group.joining === 'invitation' || group.archivedAt !== null)
    return c.redirect(groupPage(c, group.slug), 303)
  const props = { network: entry.network, opened, organisations: organisationsOf(entry), form }
  return page(c, JoiningPage, props, { status })
}

async function answerRequest(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const found = await readTenant(c.var.services.db, entry.tenant, trx =>
    findRequest(trx, entry, slugOf(c), c.req.param('demand') ?? ''),
  )
  return page(c, RequestPage, { network: entry.network, ...found, form }, { status })
}

async function answerInviting(
  c: AppContext,
  form: FormState,
  status: 200 | 422,
  proposed: { id: string; name: string } | null = null,
): Promise<Response> {
  const entry = entryOf(c)
  const q = searched(c)
  const found = await readTenant(c.var.services.db, entry.tenant, async trx => {
    const invitations = await invitationsOf(trx, entry, slugOf(c))
    const { id } = invitations.opened.group
    return { ...invitations, candidates: await findCandidates(trx, entry.network.id, id, q) }
  })
  const props = { network: entry.network, q, ...found, outsiders: runsAll(entry), proposed, form }
  return page(c, InvitingPage, props, { status })
}

async function answerOwnInvitation(c: AppContext, form: FormState, status: 200 | 422): Promise<Response> {
  const entry = entryOf(c)
  const invitation = await readTenant(c.var.services.db, entry.tenant, trx =>
    findOwnInvitation(trx, entry, slugOf(c), c.req.param('groupInvitation') ?? ''),
  )
  const props = { network: entry.network, invitation, organisations: organisationsOf(entry), form }
  return page(c, OwnInvitationPage, props, { status })
}

/** Those whose mandate one holds, the one under which one acts first. */
function organisationsOf({ mandates, actor }: Entry): { id: string; name: string }[] {
  const acting = mandates.find(({ id }) => id === actor.mandateId)
  const known = new Map<string, string>()
  for (const { organisationId, organisation } of [...(acting ? [acting] : []), ...mandates])
    if (organisationId !== null) known.set(organisationId, organisation ?? '')
  return [...known].map(([id, name]) => ({ id, name }))
}

function comingFor(entry: Entry): FormState {
  return formOf({ organisation: organisationsOf(entry)[0]?.id ?? '' })
}

function invitationsAddress(c: AppContext): string {
  return href('groupInvitations', {
    locale: c.var.locale,
    network: entryOf(c).network.slug,
    group: slugOf(c),
  })
}
