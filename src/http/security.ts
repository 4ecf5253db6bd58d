import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { access } from '#http/access.ts'
import { type AppContext, type AppEnv, originOf } from '#http/context.ts'
import { keptByAnother, settleKept } from '#http/kept-pages.ts'
import { type Policy, policies } from '#http/policies.ts'
import { type RouteName, routes } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'

/** No inline script, no inline style, nothing from elsewhere but pictures that pages point to. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' https:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  const headers = c.res.headers
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', contentSecurityPolicy)
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', carriesSecret(c) ? 'same-origin' : 'strict-origin-when-cross-origin')
  headers.set('cross-origin-opener-policy', 'same-origin')
  if (!headers.has('cross-origin-resource-policy')) headers.set('cross-origin-resource-policy', 'same-origin')
  headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()')
  if (c.var.services.config.baseUrl?.startsWith('https:')) {
    headers.set('strict-transport-security', 'max-age=31536000; includeSubDomains')
  }
  const cookies = headers.getSetCookie()
  const kept = headers.get('cache-control')
  if ((kept === null || kept === 'no-cache') && (isOwn(c) || cookies.length > 0))
    headers.set('cache-control', `private, ${forVisitors.has(routePath(c)) ? 'no-cache' : 'no-store'}`)
  // Signed out: whoever sits down at the same desk next finds nothing of it in the browser, by its button back either.
  const ends = endsSession(cookies)
  if (ends) headers.set('clear-site-data', '"cache", "storage"')
  // Somebody else signed in, on a phone on which pages were kept.
  else if (keptByAnother(c)) headers.set('clear-site-data', '"storage"')
  if (ends || keptByAnother(c)) settleKept(c, ends)
}

/**
 * A page of another site must not write in the visitor's name. Browsers say where a request comes from
 * (Sec-Fetch-Site, Origin); programs that send neither carry a key of their own and no cookie.
 */
export const refuseCrossSite: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (!['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)) {
    const site = c.req.header('sec-fetch-site')
    const origin = c.req.header('origin')
    const foreign =
      site !== undefined
        ? site !== 'same-origin' && site !== 'none'
        : origin !== undefined && origin !== originOf(c)
    // What says nothing of where it comes from and yet carries a cookie is neither.
    const unsaid = site === undefined && origin === undefined && c.req.header('cookie') !== undefined
    if (foreign || unsaid) throw new AppError('cross-site')
  }
  await next()
}

/** The answer is for whoever asked: someone signed in, or a programme with a key. */
function isOwn(c: AppContext): boolean {
  return Boolean(c.var.viewer) || c.req.header('authorization') !== undefined
}

/**
 * Pages that visitors read as well: of their reader they hold little more than the name. A browser may keep its copy of
 * them if it asks each time whether it is still good; of all others it keeps none.
 */
const forVisitors = new Set<string>(
  (Object.keys(routes) as RouteName[])
    .filter(name => {
      const { GET: policy } = access[name] as { GET?: Policy }
      return policy && policies[policy].least === 'visitor' && policies[policy].of !== 'link'
    })
    .map(name => routes[name]),
)

/**
 * Whether whoever knows the address can do something with it: no other site is to be told. Not 'no-referrer': with it
 * browsers send forms of the page as from nowhere (`Origin: null`), like those of a stranger.
 */
function carriesSecret(c: AppContext): boolean {
  return (
    /\/:token(?:\/|$)/.test(routePath(c)) ||
    c.req.query('token') !== undefined ||
    c.req.query('code') !== undefined
  )
}

function endsSession(cookies: string[]): boolean {
  const values = cookies.map(line => /^(?:__(?:Secure|Host)-)?cordee\.session_token=([^;]*)/.exec(line)?.[1])
  return values.includes('') && !values.some(Boolean)
}
