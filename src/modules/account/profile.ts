import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import type { Actor } from '#kernel/actor.ts'
import { platformId } from '#kernel/ids.ts'
import { attempt, authOf, forward, hurryMail, limitMail } from '#modules/account/entering.ts'
import { asAccount, recipientOf, recordAccount } from '#modules/account/messages.ts'
import { changerOf, meansOf, ownerOf, proofRefusal } from '#modules/account/own.ts'
import { confirmationForm, newAddressForm, profileForm } from '#modules/account/schema.ts'
import { AddressPage } from '#modules/account/views/address-page.tsx'
import { ProfilePage } from '#modules/account/views/profile-page.tsx'
import { readdressPerson, renamePerson } from '#modules/network/index.ts'
import { claimsOf } from '#platform/auth/auth.ts'
import { forgiveAddress, queueMail } from '#platform/mail/index.ts'

export function showProfile(c: AppContext): Promise<Response> {
  return profilePage(c, {})
}

export async function saveProfile(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, profileForm)
  if (!value) return profilePage(c, { profile: form }, 422)
  const owner = changerOf(c)
  const { headers } = await authOf(c).api.updateUser({
    body: value,
    headers: c.req.raw.headers,
    returnHeaders: true,
  })
  forward(c, headers)
  const { db } = c.var.services
  if (value.name !== owner.name)
    await inEachNetwork(db, owner.accountId, (trx, id, actor) => renamePerson(trx, id, actor, value.name))
  return redirectDone(c, href('account', { locale: value.locale }), 'saved')
}

/** Each network keeps its own persons, behind its own door: one after the other. */
async function inEachNetwork(
  db: Db,
  accountId: string,
  change: (trx: Trx, networkId: string, actor: Actor) => Promise<void>,
): Promise<void> {
  const actor: Actor = { accountId, mandateId: null, tokenId: null, origin: 'page' }
  const { rows } = await asAccount(db, accountId, trx =>
    sql<{ id: string }>`select account_networks() as id`.execute(trx),
  )
  for (const { id } of rows) {
    await inTenant(db, { networkId: id, audience: 'network', accountId }, trx => change(trx, id, actor))
  }
}

/** Writes to the new address: it is the account's once it is confirmed from there. */
export async function askForAddress(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, newAddressForm)
  if (!value) return profilePage(c, { address: form }, 422)
  const refusal = await proofRefusal(c, value.password)
  if (refusal) return profilePage(c, { address: withError(form, 'password', refusal) }, 422)
  const owner = changerOf(c)
  if (value.email === owner.email) {
    const same = withError(form, 'email', c.var.i18n.t('account.address.same'))
    return profilePage(c, { address: same }, 422)
  }
  await limitMail(c, value.email)
  // Said to be done for an address that has an account as well: whose it is, is nobody's business.
  await authOf(c).api.changeEmail({ body: { newEmail: value.email }, headers: c.req.raw.headers })
  await hurryMail(c)
  return redirectDone(c, href('account', { locale: c.var.locale }), 'address-asked')
}

export function showAddressConfirmation(c: AppContext): Response {
  return addressPage(c, formOf({ token: c.req.query('token') }))
}

/** With the token from the new address, and the session of the account: neither is enough alone. */
export async function confirmAddress(c: AppContext): Promise<Response> {
  const { t, locale } = c.var.i18n
  const owner = changerOf(c)
  const { value, form } = await readForm(c, confirmationForm)
  const claims = value && claimsOf(value.token)
  if (!value || !claims?.updateTo) return addressPage(c, form, t('account.verification.spent'))
  const { token } = value
  const { db, linkOrigin } = c.var.services
  const { internalAdapter } = await authOf(c).$context
  if (claims.email !== owner.email || (await internalAdapter.findUserByEmail(claims.updateTo)))
    return addressPage(c, form, t('account.verification.spent'))
  const { done } = await attempt(
    authOf(c).api.verifyEmail({ query: { token }, headers: c.req.raw.headers, returnHeaders: true }),
  )
  if (!done) return addressPage(c, form, t('account.verification.spent'))
  forward(c, done.headers)
  await asAccount(db, owner.accountId, async trx => {
    await forgiveAddress(trx, claims.updateTo ?? '')
    await queueMail(trx, {
      networkId: platformId,
      to: recipientOf(owner),
      baseUrl: linkOrigin,
      template: 'address-changed',
      params: { at: new Date().toISOString() },
    })
    await recordAccount(trx, owner.accountId, 'account.address-changed')
  })
  await inEachNetwork(db, owner.accountId, (trx, id, actor) =>
    readdressPerson(trx, id, actor, claims.updateTo ?? ''),
  )
  await hurryMail(c)
  return redirectDone(c, href('account', { locale }), 'address-changed')
}

async function profilePage(
  c: AppContext,
  forms: { profile?: FormState; address?: FormState },
  status: 200 | 422 = 200,
): Promise<Response> {
  const owner = ownerOf(c)
  const { name, locale, timeZone } = owner
  const { hasPassword } = await meansOf(c)
  const { profile = formOf({ name, locale, timeZone }), address = emptyForm } = forms
  return page(c, ProfilePage, { owner, hasPassword, profile, address }, { status })
}

function addressPage(c: AppContext, form: FormState, problem?: string): Response {
  const claims = claimsOf(form.values.token?.[0] ?? '')
  const state = problem ? withError(form, '', problem) : form
  return page(
    c,
    AddressPage,
    { form: state, email: claims?.updateTo ?? null },
    { status: problem ? 422 : 200 },
  )
}
