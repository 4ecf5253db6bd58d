import type { MiddlewareHandler } from 'hono'
import { z } from 'zod'
import type { AppEnv } from '#http/context.ts'
import { readForm } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { readUploads } from '#http/uploads.ts'
import { AppError } from '#kernel/errors.ts'
import { SessionEndPage } from '#modules/commons/writing/views/session-end-page.tsx'
import { mostText } from '#modules/commons/writing/writing-form.ts'
import type { Fields } from '#ui/answer-fields.ts'

/**
 * Someone wrote for long, and their session ended before they sent the form: what they typed comes back in a form that they
 * send again once they have signed in beside. Files are to be chosen anew.
 */
export const keepWhatWasTyped: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  const { error } = c
  // Of a private network those who are not signed in are told nothing: neither are they here.
  if (!(error instanceof AppError) || c.var.viewer || (error.status !== 401 && error.status !== 404)) return
  let fields: Fields
  try {
    if (/^multipart\/form-data\b/i.test(c.req.header('content-type') ?? '')) {
      const limits = { files: 0, bytes: mostText, fields: 10_000, text: mostText }
      fields = (await readUploads(c, limits, async () => undefined)).all
    } else fields = (await readForm(c, z.unknown())).form.values
  } catch {
    // Nothing to give back: the page of the failure stands.
    return
  }
  if (Object.keys(fields).length === 0) return
  c.res = page(c, SessionEndPage, { fields }, { status: error.status === 404 ? 404 : 401, localized: false })
}
