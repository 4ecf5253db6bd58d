import { setTimeout } from 'node:timers/promises'
import { isAPIError } from 'better-auth/api'
import { type AppContext, originOf } from '#http/context.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { platformId } from '#kernel/ids.ts'
import { isLocale, type Locale } from '#kernel/locale.ts'
import { deviceKey, deviceOf } from '#modules/account/device.ts'
import { knownBrowser, rememberBrowser } from '#modules/account/known-browser.ts'
import { asAccount, recipientOf, recordAccount } from '#modules/account/messages.ts'
import { landing, leading } from '#modules/account/next.ts'
import type { Auth } from '#platform/auth/auth.ts'
import { sessionToken } from '#platform/auth/viewer.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { queueMail, sendQueue } from '#platform/mail/index.ts'

export function authOf(c: AppContext): Auth {
  return c.var.services.auth(originOf(c))
}

/**
 * What the library of accounts answers, or the code of its refusal; 'FOUND' where it would lead to a page of its own.
 * Whatever else goes wrong is thrown.
 */
export async function attempt<T>(
  work: Promise<T>,
): Promise<{ done: T; code: null } | { done: null; code: string }> {
  try {
    return { done: await work, code: null }
  } catch (error) {
    if (!isAPIError(error) || error.status === 'INTERNAL_SERVER_ERROR') throw error
    return { done: null, code: String(error.body?.code ?? error.status) }
  }
}

/** Sends on the cookies of an answer of the library. */
export function forward(c: AppContext, answered: Headers): void {
  for (const cookie of answered.getSetCookie()) c.header('set-cookie', cookie, { append: true })
}

/** The cookies of an answer of the library, as the browser will send them. */
export function cookiesOf(answered: Headers): string {
  return answered
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ')
}

/**
 * Brings in whoever the library let in: the session that was there before ends, and a device that the account does not
 * know is told to its owner.
 * @returns who it is, with their language
 */
export async function enter(
  c: AppContext,
  answered: Headers,
): Promise<{ accountId: string; locale: Locale }> {
  const auth = authOf(c)
  const given = c.req.raw.headers
  const known = sessionToken(given.get('cookie') ?? '', originOf(c), c.var.services.secret)
  if (known !== null) await auth.api.signOut({ headers: given })
  forward(c, answered)
  const found = await auth.api.getSession({ headers: new Headers({ cookie: cookiesOf(answered) }) })
  if (!found) throw new AppError('unauthenticated')
  const { user } = found
  const account = { ...user, accountId: user.id, locale: user.locale ?? null }
  await noteDevice(c, account, given.get('user-agent'))
  rememberBrowser(c, user.email)
  return { accountId: user.id, locale: isLocale(user.locale) ? user.locale : c.var.locale }
}

/** Leads on whoever the library let in by a first factor: in, or to the second. */
export async function letIn(
  c: AppContext,
  { response, headers }: { response: object; headers: Headers },
  next: string | undefined,
): Promise<Response> {
  if ('twoFactorRedirect' in response) {
    forward(c, headers)
    return c.redirect(href('signInCode', { locale: c.var.locale }, leading(next)), 303)
  }
  const { locale } = await enter(c, headers)
  return c.redirect(landing(next, locale), 303)
}

/** Answers no sooner than this, whatever there was to do: the time must not tell whether there is an account. */
export async function evenly<T>(work: Promise<T>, milliseconds = 250): Promise<T> {
  const [result] = await Promise.allSettled([work, setTimeout(milliseconds)])
  if (result.status === 'rejected') throw result.reason
  return result.value
}

/**
 * Counts an attempt at an account, which may or may not exist.
 * @throws AppError 'too-many-requests'; the first time, it is noted in the log
 */
export async function limitSignIn(c: AppContext, email: string): Promise<void> {
  const { rateLimits } = c.var.services
  await limitAddress(c, 'sign-in')
  const known = knownBrowser(c, email)
  if (known !== null) return rateLimits.spend('sign-in-known', known)
  try {
    await rateLimits.spend('sign-in-account', email)
  } catch (refusal) {
    await evenly(noteLock(c, email))
    throw refusal
  }
}

/** Counts a message that is sent to an address for whoever asks. @throws AppError 'too-many-requests' */
export async function limitMail(c: AppContext, email: string): Promise<void> {
  await limitAddress(c, 'mail')
  const { rateLimits } = c.var.services
  const known = knownBrowser(c, email)
  await (known === null ? rateLimits.spend('mail-account', email) : rateLimits.spend('mail-known', known))
}

/** Has the mail sent now rather than within the minute: somebody waits for it. */
export async function hurryMail(c: AppContext): Promise<void> {
  const { jobs, log } = c.var.services
  await jobs.send(sendQueue, {}).catch(error => log.warn({ err: error }, 'mail waits for its minute'))
}

async function noteLock(c: AppContext, email: string): Promise<void> {
  const { rateLimits, db } = c.var.services
  const first = await rateLimits.spend('sign-in-noted', email).then(
    () => true,
    () => false,
  )
  if (!first) return
  const { internalAdapter } = await authOf(c).$context
  const found = await internalAdapter.findUserByEmail(email)
  if (found) await asAccount(db, found.user.id, trx => recordAccount(trx, found.user.id, 'account.locked'))
}

async function noteDevice(
  c: AppContext,
  account: { accountId: string; email: string; name: string; locale: string | null },
  userAgent: string | null,
): Promise<void> {
  const { db, linkOrigin } = c.var.services
  const { accountId } = account
  const device = deviceOf(userAgent)
  const key = deviceKey(device)
  const told = await asAccount(db, accountId, async trx => {
    const known = await trx
      .selectFrom('account_device')
      .select('device')
      .where('account_id', '=', accountId)
      .execute()
    if (known.some(row => row.device === key)) return false
    await trx
      .insertInto('account_device')
      .values({ account_id: accountId, device: key })
      .onConflict(conflict => conflict.doNothing())
      .execute()
    // The device of the first time is the one the account was made on.
    if (known.length === 0) return false
    const to = recipientOf(account)
    await queueMail(trx, {
      networkId: platformId,
      to,
      baseUrl: linkOrigin,
      template: 'sign-in-new-device',
      params: {
        at: new Date().toISOString(),
        device: deviceName(device, to.locale),
        url: linkOrigin + href('accountSecurity', { locale: to.locale }),
      },
    })
    return true
  })
  if (told) await hurryMail(c)
}

/** In few words, in the reader's language. */
export function deviceName({ browser, system }: ReturnType<typeof deviceOf>, locale: Locale): string {
  const { t } = i18nFor(locale)
  if (browser && system) return t('account.device', { browser, system })
  return browser ?? system ?? t('account.device.unknown')
}
