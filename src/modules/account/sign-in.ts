import { type AppContext, originOf } from '#http/context.ts'
import { emptyForm, type FormState, formOf, readForm, redirectDone, withError } from '#http/form.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import {
  attempt,
  authOf,
  cookiesOf,
  enter,
  evenly,
  forward,
  hurryMail,
  letIn,
  limitMail,
  limitSignIn,
} from '#modules/account/entering.ts'
import { landing, leading, newcomerPath, safeNext } from '#modules/account/next.ts'
import { addressForm, codeForm, nextForm, signInForm } from '#modules/account/schema.ts'
import { isSignUpOpen } from '#modules/account/sign-up.ts'
import { CodePage } from '#modules/account/views/code-page.tsx'
import { LinkSentPage, LinkTokenPage, MagicLinkPage } from '#modules/account/views/magic-link-pages.tsx'
import { ProviderPage } from '#modules/account/views/provider-page.tsx'
import { SignInPage } from '#modules/account/views/sign-in-page.tsx'
import { openIdProviderId } from '#platform/auth/auth.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

/** What a failed sign-in by the provider of identities, or a session that is too old, has to say here. */
const problems: Record<string, MessageKey> = {
  account_not_linked: 'account.problem.not-linked',
  signup_disabled: 'account.problem.no-account',
  access_denied: 'account.problem.denied',
  state_mismatch: 'account.problem.lost',
  state_not_found: 'account.problem.lost',
  please_restart_the_process: 'account.problem.lost',
  away: 'account.problem.away',
  fresh: 'account.problem.fresh',
  code: 'account.problem.code',
}

export function showSignIn(c: AppContext): Response {
  return signInPage(c, formOf({ next: c.req.query('next') }))
}

/** By address and password. Unknown address, wrong password, no password at all: all the same. */
export async function signIn(c: AppContext): Promise<Response> {
  const { t } = c.var.i18n
  const { value, form } = await readForm(c, signInForm)
  if (!value) return signInPage(c, form, 422)
  const { email, password } = value
  await limitSignIn(c, email)
  const { done, code } = await attempt(
    authOf(c).api.signInEmail({ body: { email, password }, headers: c.req.raw.headers, returnHeaders: true }),
  )
  if (code === 'EMAIL_NOT_VERIFIED')
    return c.redirect(href('verification', { locale: c.var.locale }, leading(value.next)), 303)
  if (!done) return signInPage(c, withError(form, '', t('account.sign-in.wrong')), 422)
  return letIn(c, done, value.next)
}

export async function signOut(c: AppContext): Promise<Response> {
  const { value } = await readForm(c, nextForm)
  const { headers } = await authOf(c).api.signOut({ headers: c.req.raw.headers, returnHeaders: true })
  forward(c, headers)
  const next = safeNext(value?.next)
  return next ? c.redirect(next, 303) : redirectDone(c, href('home', { locale: c.var.locale }), 'signed-out')
}

export function showCode(c: AppContext): Response {
  return page(c, CodePage, { form: formOf({ next: c.req.query('next') }) })
}

/** The second factor: six figures from an app, or a recovery code. */
export async function sendCode(c: AppContext): Promise<Response> {
  const { t, locale } = c.var.i18n
  const { value, form } = await readForm(c, codeForm)
  if (!value) return page(c, CodePage, { form }, { status: 422 })
  await limitAddress(c, 'code')
  const { api } = authOf(c)
  const call = {
    body: { code: value.code, trustDevice: value.trust !== undefined },
    headers: c.req.raw.headers,
    returnHeaders: true as const,
  }
  const { done, code } = await attempt(
    /^\d{6}$/.test(value.code) ? api.verifyTOTP(call) : api.verifyBackupCode(call),
  )
  if (done && (await isUsedFirst(c, done.response.user.id, value.code))) {
    const entered = await enter(c, done.headers)
    return c.redirect(landing(value.next, entered.locale), 303)
  }
  if (done) await revoke(c, done.headers)
  if (code === 'ACCOUNT_TEMPORARILY_LOCKED')
    return page(c, CodePage, { form: withError(form, 'code', t('account.code.locked')) }, { status: 429 })
  if (code === 'INVALID_CODE' || code === 'INVALID_BACKUP_CODE')
    return page(c, CodePage, { form: withError(form, 'code', t('account.code.wrong')) }, { status: 422 })
  // The password was shown too long ago, or too many codes were wrong: from the beginning.
  const query = leading(value.next)
  query.set('error', 'code')
  return c.redirect(href('signIn', { locale }, query), 303)
}

export function showMagicLink(c: AppContext): Response {
  const next = c.req.query('next')
  if (c.req.query('sent') !== undefined) return page(c, LinkSentPage, {})
  return page(c, MagicLinkPage, { form: formOf({ next }) })
}

/** Sends a link that signs in, where there is an account; and says the same where there is none. */
export async function sendMagicLink(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, addressForm)
  if (!value) return page(c, MagicLinkPage, { form }, { status: 422 })
  await limitMail(c, value.email)
  await evenly(
    authOf(c).api.signInMagicLink({
      body: { email: value.email, callbackURL: safeNext(value.next) ?? '' },
      headers: c.req.raw.headers,
    }),
  )
  await hurryMail(c)
  return c.redirect(href('magicLink', { locale: c.var.locale }, new URLSearchParams({ sent: '' })), 303)
}

/** A button, and nothing more: programmes that look into mails follow links, and would use this one up. */
export function showMagicLinkToken(c: AppContext): Response {
  return page(c, LinkTokenPage, {
    form: formOf({ next: c.req.query('next') }),
    token: tokenOf(c),
    spent: false,
  })
}

export async function signInByLink(c: AppContext): Promise<Response> {
  const { value } = await readForm(c, nextForm)
  await limitAddress(c, 'sign-in')
  const { done } = await attempt(
    authOf(c).api.magicLinkVerify({
      query: { token: tokenOf(c) },
      headers: c.req.raw.headers,
      returnHeaders: true,
    }),
  )
  if (!done) return page(c, LinkTokenPage, { form: emptyForm, token: '', spent: true }, { status: 422 })
  return letIn(c, done, value?.next)
}

/** Leads to the provider of identities, by a page of our own: our policy lets no form lead to another site. */
export async function signInByProvider(c: AppContext): Promise<Response> {
  const { locale, services } = c.var
  const { value } = await readForm(c, nextForm)
  const name = services.config.openId?.name
  const signInAddress = href('signIn', { locale }, leading(value?.next))
  if (!name) return c.redirect(signInAddress, 303)
  await limitAddress(c, 'sign-in')
  const { done, code } = await attempt(
    services.auth(originOf(c), 'provider').api.signInSocial({
      body: {
        provider: openIdProviderId,
        callbackURL: landing(value?.next, locale),
        newUserCallbackURL: `${newcomerPath}?${new URLSearchParams([['locale', locale], ...leading(value?.next)])}`,
        errorCallbackURL: originOf(c) + signInAddress,
        requestSignUp: await isSignUpOpen(c, value?.next),
        disableRedirect: true,
      },
      headers: c.req.raw.headers,
      returnHeaders: true,
    }),
  )
  if (!done?.response.url) {
    services.log.warn({ code }, 'the provider of identities is away')
    const form = withError(formOf({ next: value?.next }), '', c.var.i18n.t('account.problem.away', { name }))
    return signInPage(c, form, 503)
  }
  forward(c, done.headers)
  return leadToProvider(c, name, done.response.url)
}

export function leadToProvider(c: AppContext, name: string, url: string): Response {
  c.header('refresh', `0; url=${url}`)
  return page(c, ProviderPage, { name, url })
}

/**
 * Whether a code lets someone in for the first time: whoever read it over a shoulder comes too late. Codes of apps are
 * good for a minute and a half; recovery codes are struck off by the library.
 */
async function isUsedFirst(c: AppContext, accountId: string, code: string): Promise<boolean> {
  const { internalAdapter } = await authOf(c).$context
  return internalAdapter.reserveVerificationValue({
    identifier: `used-code-${accountId}-${code}`,
    value: accountId,
    expiresAt: new Date(Date.now() + 90_000),
  })
}

/** Ends a session that was opened and is not handed out. */
async function revoke(c: AppContext, answered: Headers): Promise<void> {
  await authOf(c).api.signOut({ headers: new Headers({ cookie: cookiesOf(answered) }) })
}

/** What the address of the page says went wrong before. */
export function problemOf(c: AppContext): string | null {
  const code = c.req.query('error')
  if (code === undefined) return null
  return c.var.i18n.t(problems[code] ?? 'account.problem.provider', {
    name: c.var.services.config.openId?.name ?? '',
  })
}

function signInPage(c: AppContext, form: FormState, status: 200 | 422 | 503 = 200): Response {
  const openId = c.var.services.config.openId?.name ?? null
  return page(c, SignInPage, { form, openId, problem: problemOf(c) }, { status })
}

function tokenOf(c: AppContext): string {
  return (c.req.param('token') ?? '').slice(0, 200)
}
