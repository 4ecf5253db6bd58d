import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone, withError } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { attempt, authOf, evenly, hurryMail, limitMail } from '#modules/account/entering.ts'
import { leading, safeNext } from '#modules/account/next.ts'
import { addressForm, resetForm } from '#modules/account/schema.ts'
import { ResetPage, ResetSentPage, ResetTokenPage } from '#modules/account/views/reset-pages.tsx'
import { passwordWeakness } from '#platform/auth/passwords.ts'

export function showReset(c: AppContext): Response {
  if (c.req.query('sent') !== undefined) return page(c, ResetSentPage, {})
  return page(c, ResetPage, { form: formOf({ next: c.req.query('next') }) })
}

/** Sends a link to choose a new password, where there is an account; and says the same where there is none. */
export async function sendReset(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, addressForm)
  if (!value) return page(c, ResetPage, { form }, { status: 422 })
  await limitMail(c, value.email)
  const redirectTo = safeNext(value.next) ?? ''
  await evenly(authOf(c).api.requestPasswordReset({ body: { email: value.email, redirectTo } }))
  await hurryMail(c)
  return c.redirect(href('passwordReset', { locale: c.var.locale }, new URLSearchParams({ sent: '' })), 303)
}

export async function showResetToken(c: AppContext): Promise<Response> {
  const email = await addressOf(c)
  return tokenPage(c, email === null, emptyForm, email === null ? 422 : 200)
}

/** The new password, once: the token is spent by it, and every session of the account ends. */
export async function reset(c: AppContext): Promise<Response> {
  const { t, locale } = c.var.i18n
  await limitAddress(c, 'code')
  const email = await addressOf(c)
  if (email === null) return tokenPage(c, true, emptyForm, 422)
  const { value, form } = await readForm(c, resetForm)
  if (!value) return tokenPage(c, false, form, 422)
  const weakness = passwordWeakness(value.password, email)
  if (weakness) return tokenPage(c, false, withError(form, 'password', t(weakness)), 422)
  const { code } = await attempt(
    authOf(c).api.resetPassword({ body: { newPassword: value.password, token: tokenOf(c) } }),
  )
  if (code !== null) return tokenPage(c, true, emptyForm, 422)
  await hurryMail(c)
  return redirectDone(c, href('signIn', { locale }, leading(c.req.query('next'))), 'password-changed')
}

/** Whose password it is; null for a token that is none, is spent or too old. */
async function addressOf(c: AppContext): Promise<string | null> {
  const { internalAdapter } = await authOf(c).$context
  const found = await internalAdapter.findVerificationValue(`reset-password:${tokenOf(c)}`)
  if (!found || found.expiresAt < new Date()) return null
  return (await internalAdapter.findUserById(found.value))?.email ?? null
}

function tokenPage(c: AppContext, spent: boolean, form: FormState, status: 200 | 422): Response {
  return page(c, ResetTokenPage, { form, spent }, { status })
}

function tokenOf(c: AppContext): string {
  return (c.req.param('token') ?? '').slice(0, 200)
}
