import { type FunctionComponent, h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { type AppContext, originOf } from '#http/context.ts'
import type { AppError, FieldError } from '#kernel/errors.ts'
import { FrameContext } from '#ui/frame.ts'

/** Renders a view as the whole answer. */
export function page<Props extends object>(
  c: AppContext,
  view: FunctionComponent<Props>,
  props: Props,
  options: {
    status?: 200 | 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503
    localized?: boolean
  } = {},
): Response {
  const url = new URL(c.req.url)
  const frame = {
    i18n: c.var.i18n,
    assets: c.var.services.assets,
    origin: originOf(c),
    path: url.pathname + url.search,
    localized: options.localized ?? true,
    viewer: c.var.viewer,
    place: c.var.place,
  }
  c.header('content-language', frame.i18n.locale)
  if (!frame.localized) c.header('vary', 'accept-language', { append: true })
  const markup = renderToString(h(FrameContext.Provider, { value: frame }, h(view, props)))
  return c.html(`<!doctype html>${markup}`, options.status ?? 200)
}

/** What the domain finds wrong it names by the key of a message. */
export function fieldsSaid(c: AppContext, { fields, params }: AppError): FieldError[] {
  return fields.map(({ field, message }) => ({ field, message: c.var.i18n.maybe(message, message, params) }))
}

/** A document with an address of its own: JSON as a program reads it, or a problem by RFC 9457. */
export function problem(c: AppContext, error: AppError): Response {
  const { t, maybe } = c.var.i18n
  const errors = fieldsSaid(c, error)
  const refusedByRole = error.code === 'forbidden' && !('scope' in error.params)
  const body = {
    type: `${originOf(c)}/api#${error.code}`,
    title: t(`error.${error.code}.title`),
    status: error.status,
    detail: refusedByRole
      ? t('failure.forbidden.text')
      : maybe(`error.${error.code}.text`, t(`error.${error.code}.title`), error.params),
    code: error.code,
    instance: `urn:uuid:${c.var.requestId}`,
    ...(errors.length > 0 && { errors }),
  }
  c.header('content-language', c.var.locale)
  return c.body(JSON.stringify(body), error.status, { 'content-type': 'application/problem+json' })
}
