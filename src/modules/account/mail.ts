import { readTenant } from '#db/tenant.ts'
import type { AppContext } from '#http/context.ts'
import { formOf, readForm, redirectDone } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { platformId } from '#kernel/ids.ts'
import { authOf } from '#modules/account/entering.ts'
import { asAccount } from '#modules/account/messages.ts'
import { ownerOf } from '#modules/account/own.ts'
import { mailForm } from '#modules/account/schema.ts'
import { MailPage, SilencePage } from '#modules/account/views/mail-pages.tsx'
import {
  readCadences,
  readUnsubscribe,
  setCadences,
  silence,
  type Unsubscribe,
  usualCadence,
} from '#platform/mail/index.ts'

export async function showMail(c: AppContext): Promise<Response> {
  const { accountId } = ownerOf(c)
  const tenant = { networkId: platformId, audience: 'network', accountId } as const
  const cadences = await readTenant(c.var.services.db, tenant, trx => readCadences(trx, accountId))
  const chosen = Object.entries(cadences).map(([kind, cadence]) => [kind, cadence ?? usualCadence(kind)])
  return page(c, MailPage, { form: formOf(Object.fromEntries(chosen)) })
}

export async function saveMail(c: AppContext): Promise<Response> {
  const { accountId } = ownerOf(c)
  const { value, form } = await readForm(c, mailForm)
  if (!value) return page(c, MailPage, { form }, { status: 422 })
  await asAccount(c.var.services.db, accountId, trx => setCadences(trx, accountId, value))
  return redirectDone(c, href('accountMail', { locale: c.var.locale }), 'saved')
}

export async function showSilence(c: AppContext): Promise<Response> {
  const { kinds } = await silenced(c)
  return page(c, SilencePage, { kinds, done: false })
}

/** At once, for whoever holds the mail: by its button, or by the programme that shows it (RFC 8058). */
export async function silenceMail(c: AppContext): Promise<Response> {
  const wish = await silenced(c)
  await silence(c.var.services.db, wish).catch(error => {
    // The account has been erased since: nothing more will come.
    if ((error as { code?: string }).code !== '23503') throw error
  })
  return page(c, SilencePage, { kinds: wish.kinds, done: true })
}

async function silenced(c: AppContext): Promise<Unsubscribe> {
  const { secret } = await authOf(c).$context
  const wish = readUnsubscribe(secret, c.req.param('token') ?? '')
  if (!wish) throw new AppError('not-found')
  return wish
}
