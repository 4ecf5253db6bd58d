import type { Hono } from 'hono'
import { type AppContext, type AppEnv, originOf } from '#http/context.ts'
import { limitAddress } from '#http/rate-limit.ts'
import { problem } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isLocale } from '#kernel/locale.ts'
import { authOf, cookiesOf, enter, forward, hurryMail } from '#modules/account/entering.ts'
import { recordWaysIn } from '#modules/account/messages.ts'
import { landing, newcomerPath } from '#modules/account/next.ts'
import { authAddresses } from '#platform/auth/auth.ts'
import type { WaysInChange } from '#platform/mail/index.ts'

/** The few of the library's own addresses that a browser itself has to reach; all others do not exist. */
export function mountAuth(app: Hono<AppEnv>): void {
  app.all('/api/auth/*', async c => {
    const path = c.req.path.slice('/api/auth'.length)
    const { method } = c.req
    if (authAddresses[path as keyof typeof authAddresses] !== method) throw new AppError('not-found')
    await limitAddress(c, 'sign-in')
    const answer = await (path.startsWith('/passkey/') ? passkey(c, path) : comeBack(c))
    answer.headers.set('cache-control', 'no-store')
    return answer
  })
}

async function passkey(c: AppContext, path: string): Promise<Response> {
  const auth = authOf(c)
  if (path.includes('regist')) {
    const session = await auth.api.getSession({ headers: c.req.raw.headers })
    // As an invented person anyone can sign in: nobody is to make them their own.
    if (session?.user.demonstration) return problem(c, new AppError('forbidden'))
  }
  const answer = await auth.handler(c.req.raw)
  if (!answer.ok || !path.includes('/verify-')) return answer
  // What the library answers would hand the session's token to scripts.
  if (path === '/passkey/verify-authentication') {
    await enter(c, answer.headers)
    return c.json({ done: true })
  }
  forward(c, answer.headers)
  await tell(c, 'passkey.added')
  return c.json({ done: true })
}

/** Back from the provider of identities: signed in, linked, or refused with a reason that our own page explains. */
async function comeBack(c: AppContext): Promise<Response> {
  const answer = await c.var.services.auth(originOf(c), 'provider').handler(c.req.raw)
  const leads = answer.headers.get('location')
  const to = leads === null ? null : URL.parse(leads, originOf(c))
  const error = to?.searchParams.get('error')
  if (!to || to.origin !== originOf(c) || to.pathname === '/api/auth/error') {
    forward(c, answer.headers)
    const query = new URLSearchParams({ error: error ?? 'provider' })
    return c.redirect(href('signIn', { locale: c.var.locale }, query), 303)
  }
  if (answer.headers.getSetCookie().some(cookie => /session_token=[^;]/.test(cookie))) {
    await enter(c, answer.headers)
    if (to.pathname === newcomerPath) return await welcome(c, answer.headers, to.searchParams)
  } else {
    forward(c, answer.headers)
  }
  if (to.searchParams.get('done') === 'provider-linked') await tell(c, 'provider.linked')
  return c.redirect(to.pathname + to.search, 303)
}

async function tell(c: AppContext, change: WaysInChange): Promise<void> {
  const session = await authOf(c).api.getSession({ headers: c.req.raw.headers })
  if (!session) return
  const { id, email, name, locale, timeZone } = session.user
  const account = { accountId: id, email, name, locale: locale ?? null, timeZone: timeZone ?? undefined }
  await recordWaysIn(c.var.services, account, change)
  await hurryMail(c)
}

/** Someone's first time here: they get the language of the page from which they set out. */
async function welcome(c: AppContext, answered: Headers, asked: URLSearchParams): Promise<Response> {
  const { locale } = c.var
  const chosen = asked.get('locale')
  const headers = new Headers({ cookie: cookiesOf(answered) })
  if (isLocale(chosen)) await authOf(c).api.updateUser({ body: { locale: chosen }, headers })
  return c.redirect(landing(asked.get('next'), isLocale(chosen) ? chosen : locale), 303)
}
