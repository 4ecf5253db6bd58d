import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { platformId } from '#kernel/ids.ts'
import { defaultLocale, isLocale } from '#kernel/locale.ts'
import { authOf, forward, hurryMail } from '#modules/account/entering.ts'
import { asAccount, recipientOf, recordAccount } from '#modules/account/messages.ts'
import { changerOf, meansOf, ownerOf, proofRefusal } from '#modules/account/own.ts'
import { erasureForm } from '#modules/account/schema.ts'
import { ErasurePage } from '#modules/account/views/erasure-page.tsx'
import { inLanguage, type Network } from '#modules/network/index.ts'
import type { Viewer } from '#platform/auth/viewer.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { forgetMailOf, queueMail } from '#platform/mail/index.ts'

/** A network that would be left without anyone to administer it. */
export interface SoleAdministration {
  slug: string
  name: Network['name']
  locale: Network['locale']
}

export function showErasure(c: AppContext): Promise<Response> {
  return erasurePage(c, emptyForm)
}

export async function erase(c: AppContext): Promise<Response> {
  const { t, locale } = c.var.i18n
  const owner = changerOf(c)
  const { value, form } = await readForm(c, erasureForm)
  if (!value) return erasurePage(c, form, 422)
  const refusal = await proofRefusal(c, value.password)
  if (refusal) return erasurePage(c, withError(form, 'password', refusal), 422)
  const { db, linkOrigin } = c.var.services
  // Between the look at the page and now, the other administrators may have gone.
  if (!(await eraseAccount(db, owner, linkOrigin)))
    return erasurePage(c, withError(form, '', t('account.erasure.last')), 409)
  const { headers } = await authOf(c).api.signOut({ headers: c.req.raw.headers, returnHeaders: true })
  forward(c, headers)
  await hurryMail(c)
  return redirectDone(c, href('home', { locale }), 'account-erased')
}

/**
 * Erases an account, all at once: what is the person's own goes, what they did for their networks stays under a word
 * in place of their name. A message says so.
 * @returns false where a network would be left without an administrator: then nothing was done
 */
export function eraseAccount(db: Db, owner: Viewer, linkOrigin: string): Promise<boolean> {
  const { accountId } = owner
  return asAccount(db, accountId, async trx => {
    if ((await soleAdministrations(trx)).length > 0) return false
    await forgetMailOf(trx, accountId)
    await sql`select account_erase(${i18nFor(owner.locale).t('account.erased-person')})`.execute(trx)
    await queueMail(trx, {
      networkId: platformId,
      to: { ...recipientOf(owner), accountId: null, name: '' },
      baseUrl: linkOrigin,
      template: 'account-erased',
      params: { at: new Date().toISOString() },
    })
    await recordAccount(trx, accountId, 'account.erased')
    return true
  }).catch(error => {
    // The other administrators went at this very moment.
    if ((error as { code?: string }).code === '23001') return false
    throw error
  })
}

async function soleAdministrations(trx: Trx): Promise<SoleAdministration[]> {
  const { rows } = await sql<{ slug: string; name: Network['name']; locale: string }>`
    select slug, name, locale from account_sole_administrations()`.execute(trx)
  return rows.map(row => ({ ...row, locale: isLocale(row.locale) ? row.locale : defaultLocale }))
}

async function erasurePage(c: AppContext, form: FormState, status: 200 | 409 | 422 = 200): Promise<Response> {
  const owner = ownerOf(c)
  const { locale } = c.var
  const [{ hasPassword }, sole] = await Promise.all([
    meansOf(c),
    asAccount(c.var.services.db, owner.accountId, soleAdministrations),
  ])
  const last = sole.map(network => ({
    slug: network.slug,
    name: inLanguage(network.name, locale, network.locale),
  }))
  return page(c, ErasurePage, { form, hasPassword, last, demonstration: owner.demonstration }, { status })
}
