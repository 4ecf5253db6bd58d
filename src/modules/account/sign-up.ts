import { sql } from 'kysely'
import { readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { type FormState, formOf, readForm, withError } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import {
  attempt,
  authOf,
  evenly,
  hurryMail,
  letIn,
  limitMail,
  limitSignIn,
} from '#modules/account/entering.ts'
import { leading, safeNext } from '#modules/account/next.ts'
import { addressForm, signUpForm, verificationForm } from '#modules/account/schema.ts'
import { SignUpClosedPage, SignUpPage } from '#modules/account/views/sign-up-pages.tsx'
import { VerificationPage, VerificationSentPage } from '#modules/account/views/verification-pages.tsx'
import { findInvitation, findNetwork, publicNetworks } from '#modules/network/index.ts'
import { claimsOf } from '#platform/auth/auth.ts'
import { forgiveAddress } from '#platform/mail/index.ts'

/** Whether a stranger may make an account: where a network takes in whoever asks, or on the way from an invitation. */
export async function isSignUpOpen(c: AppContext, next: string | undefined): Promise<boolean> {
  const { db } = c.var.services
  const { rows } = await sql<{ open: boolean }>`select sign_up_is_open() as open`.execute(db)
  if (rows[0]?.open) return true
  const [, slug, token] = /^\/[a-z]{2}\/([a-z0-9-]+)\/invitation\/([\w-]+)$/.exec(next ?? '') ?? []
  const network = slug ? await findNetwork(db, slug) : null
  if (!network || !token) return false
  await limitAddress(c, 'sign-in')
  const inside = { networkId: network.id, audience: 'network' } as const
  const invitation = await readTenant(db, inside, trx => findInvitation(trx, network.id, token))
  return invitation?.state === 'waiting'
}

export async function showSignUp(c: AppContext): Promise<Response> {
  const { next, email } = c.req.query()
  if (!(await isSignUpOpen(c, next))) return closedPage(c, 200)
  return page(c, SignUpPage, { form: formOf({ next, email, locale: c.var.locale }) })
}

/** Makes an account, unless the address has one: then its owner is told by mail, and whoever asks sees no difference. */
export async function signUp(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, signUpForm)
  if (!(await isSignUpOpen(c, form.values.next?.[0]))) return closedPage(c, 403)
  if (!value) return page(c, SignUpPage, { form }, { status: 422 })
  await limitAddress(c, 'sign-up')
  await limitMail(c, value.email)
  const { name, email, password, locale } = value
  const callbackURL = safeNext(value.next) ?? ''
  const { api } = authOf(c)
  await evenly(
    (async () => {
      await api.signUpEmail({
        body: { name, email, password, locale, callbackURL },
        headers: c.req.raw.headers,
      })
      await api.sendVerificationEmail({ body: { email, callbackURL } })
    })(),
    // The library takes half a second for the message, and hashes the password either way.
    700,
  )
  await hurryMail(c)
  return c.redirect(href('verification', { locale: c.var.locale }, leading(value.next)), 303)
}

/** With the token of a mail: a form that brings it back. Without: that a mail was sent, and how to have it again. */
export function showVerification(c: AppContext): Response {
  const { token, next } = c.req.query()
  if (!token) return page(c, VerificationSentPage, { form: formOf({ next }) })
  return verificationPage(c, formOf({ token, next }))
}

/**
 * Proves an address by its token, with the password chosen for it: whoever signed up with the address of somebody else
 * is not let in by their click.
 */
export async function verify(c: AppContext): Promise<Response> {
  const { t } = c.var.i18n
  const { value, form } = await readForm(c, verificationForm)
  if (!value) return verificationPage(c, form, 422)
  const { token, password } = value
  const claims = claimsOf(token)
  if (!claims || claims.updateTo)
    return verificationPage(c, withError(form, '', t('account.verification.spent')), 422)
  const { email } = claims
  await limitSignIn(c, email)
  const { api } = authOf(c)
  const headers = c.req.raw.headers
  const known = await attempt(api.signInEmail({ body: { email, password }, headers, returnHeaders: true }))
  // Proven before: this is signing in, with all that it asks for.
  if (known.done) return letIn(c, known.done, value.next)
  if (known.code !== 'EMAIL_NOT_VERIFIED')
    return verificationPage(c, withError(form, 'password', t('account.verification.wrong')), 422)
  const proven = await attempt(api.verifyEmail({ query: { token }, headers: new Headers() }))
  if (proven.code !== null)
    return verificationPage(c, withError(form, '', t('account.verification.spent')), 422)
  await forgiveAddress(c.var.services.db, email)
  const entered = await api.signInEmail({ body: { email, password }, headers, returnHeaders: true })
  return letIn(c, entered, value.next)
}

export async function sendVerification(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, addressForm)
  if (!value) return page(c, VerificationSentPage, { form }, { status: 422 })
  await limitMail(c, value.email)
  // Without the session, so that it is answered alike whoever asks.
  await authOf(c).api.sendVerificationEmail({
    body: { email: value.email, callbackURL: safeNext(value.next) ?? '' },
  })
  await hurryMail(c)
  return c.redirect(href('verification', { locale: c.var.locale }, leading(value.next)), 303)
}

async function closedPage(c: AppContext, status: 200 | 403): Promise<Response> {
  const networks = await publicNetworks(c.var.services.db)
  return page(c, SignUpClosedPage, { networks, next: c.req.query('next') }, { status })
}

function verificationPage(c: AppContext, form: FormState, status: 200 | 422 = 200): Response {
  const email = claimsOf(form.values.token?.[0] ?? '')?.email ?? ''
  return page(c, VerificationPage, { form, email }, { status })
}
