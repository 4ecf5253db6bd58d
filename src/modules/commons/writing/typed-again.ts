import type { MiddlewareHandler } from 'hono'
import { z } from 'zod'
import type { AppContext, AppEnv } from '#http/context.ts'
import { readForm } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { readUploads } from '#http/uploads.ts'
import { TypedPage } from '#modules/commons/writing/views/typed-page.tsx'
import { mostText, typedIn } from '#modules/commons/writing/writing-form.ts'
import type { Fields } from '#ui/answer-fields.ts'

/**
 * Someone wrote for long, and their session ended before they sent the form, or the installation failed when they did:
 * what they typed comes back in a form that is sent again. Files are to be chosen anew.
 */
export const keepWhatWasTyped: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  const { status } = c.res
  // Of a private network those who are not signed in are told nothing: neither are they here.
  const ended = c.error !== undefined && !c.var.viewer && (status === 401 || status === 404)
  const fields = ended || status >= 500 ? (typedIn(c) ?? (await unread(c))) : null
  if (!fields || Object.keys(fields).length === 0) return
  c.res = page(
    c,
    TypedPage,
    { fields, ended },
    { status: status === 401 || status === 404 ? status : 503, localized: false },
  )
}

/** @returns null where there is nothing to give back: the page of the failure stands */
async function unread(c: AppContext): Promise<Fields | null> {
  try {
    if (!/^multipart\/form-data\b/i.test(c.req.header('content-type') ?? ''))
      return (await readForm(c, z.unknown())).form.values
    const limits = { files: 0, bytes: mostText, fields: 10_000, text: mostText }
    return (await readUploads(c, limits, async () => undefined)).all
  } catch {
    return null
  }
}
