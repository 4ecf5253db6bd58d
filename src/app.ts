import { OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import { modules } from '#/modules.ts'
import { apiDocumentation } from '#http/api-documentation.ts'
import { serveAsset, serveWorker } from '#http/assets.ts'
import { limitBody } from '#http/body-limit.ts'
import type { AppEnv, Services } from '#http/context.ts'
import { deliver } from '#http/delivery.ts'
import { answerFailure } from '#http/failure.ts'
import { fieldErrors } from '#http/field-messages.ts'
import { health } from '#http/health.ts'
import { logRequests } from '#http/request-log.ts'
import { refuseCrossSite, securityHeaders } from '#http/security.ts'
import { recogniseViewer } from '#http/viewer.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { isLocale } from '#kernel/locale.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { negotiateLocale } from '#platform/i18n/negotiate.ts'

/** Puts the program together: what every request passes through, then the rooms of each module. */
export function createApp(services: Services): Hono<AppEnv> {
  const app = new Hono<AppEnv>()

  app.use(async (c, next) => {
    const requestId = newId()
    c.set('services', services)
    c.set('requestId', requestId)
    const inPath = c.req.path.slice(1, 3)
    const locale =
      isLocale(inPath) && /^\/..(\/|$)/.test(c.req.path)
        ? inPath
        : negotiateLocale(c.req.header('accept-language'))
    c.set('locale', locale)
    c.set('i18n', i18nFor(locale))
    await next()
    c.res.headers.set('x-request-id', requestId)
  })
  app.use(logRequests)
  app.use(deliver)
  app.use(securityHeaders)
  app.use(refuseCrossSite)
  app.use(recogniseViewer)
  app.use('/api/*', limitBody)
  app.onError((error, c) => answerFailure(error, c))
  app.notFound(c => {
    const methods = methodsAt(app, c.req.path)
    if (methods.length === 0) return answerFailure(new AppError('not-found'), c)
    const above = c.req.method === 'GET' && !methods.includes('GET') ? pageAbove(app, c.req.path) : null
    if (above) return c.redirect(above, 303)
    c.header('allow', methods.join(', '))
    return answerFailure(new AppError('method-not-allowed'), c)
  })

  app.route('/', health)
  app.get('/assets/:file', serveAsset)
  app.get('/worker.js', serveWorker)
  app.get('/robots.txt', c => c.text('User-agent: *\nDisallow: /api/\n'))
  app.get('/', c => {
    c.header('vary', 'accept-language')
    return c.redirect(`/${c.var.locale}`, 302)
  })
  // One address for one page: a slash at the end leads to the address without.
  app.get('*', async (c, next) => {
    const url = new URL(c.req.url)
    if (url.pathname.length > 1 && url.pathname.endsWith('/')) {
      // Never more than one slash in front: // would lead to another site.
      return c.redirect(url.pathname.replace(/\/+$/, '').replace(/^\/*/, '/') + url.search, 301)
    }
    await next()
  })

  const api = new OpenAPIHono<AppEnv>({
    defaultHook: (result, c) => {
      if (result.success) return
      // What was given comes along, though the type of a failure does not say so.
      const given = 'data' in result ? result.data : undefined
      throw new AppError('invalid-input', { fields: fieldErrors(c.var.i18n, result.error, given) })
    },
  })
  for (const module of modules) module.api?.(api)
  apiDocumentation(app, api)
  app.route('/api', api)
  for (const module of modules) module.pages?.(app)
  return app
}

/**
 * The page to which an address belongs that only takes a form: one gets there by reading on in another language what was
 * refused, or by the address as it was left in the bar.
 */
function pageAbove(app: Hono<AppEnv>, path: string): string | null {
  const words = path.split('/')
  if (!isLocale(words[1])) return null
  while (words.length > 3) {
    words.pop()
    const above = words.join('/')
    if (methodsAt(app, above).includes('GET')) return above
  }
  return null
}

/** What an address can be asked for by another method than the one that was tried. */
function methodsAt(app: Hono<AppEnv>, path: string): string[] {
  const inLanguage = isLocale(path.split('/')[1])
  const answers = (method: string) =>
    app.router
      .match(method, path)[0]
      .some(
        ([[, route]]) =>
          route.method === method &&
          !route.path.endsWith('*') &&
          (inLanguage || !route.path.startsWith('/:locale')),
      )
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(answers)
  return methods.includes('GET') ? ['GET', 'HEAD', ...methods.slice(1)] : methods
}
