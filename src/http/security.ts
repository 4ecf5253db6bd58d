import type { MiddlewareHandler } from 'hono'
import { type AppEnv, originOf } from '#http/context.ts'
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
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  const headers = c.res.headers
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', contentSecurityPolicy)
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'strict-origin-when-cross-origin')
  headers.set('cross-origin-opener-policy', 'same-origin')
  if (!headers.has('cross-origin-resource-policy')) headers.set('cross-origin-resource-policy', 'same-origin')
  headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()')
  if (c.var.services.config.baseUrl?.startsWith('https:')) {
    headers.set('strict-transport-security', 'max-age=31536000; includeSubDomains')
  }
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
