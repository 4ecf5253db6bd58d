import type { AppContext } from '#http/context.ts'
import { emptyForm, type FormState, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { attempt, authOf, forward, hurryMail } from '#modules/account/entering.ts'
import { recordWaysIn } from '#modules/account/messages.ts'
import { changerOf, meansOf, ownerOf, proofRefusal } from '#modules/account/own.ts'
import { codesForm, secondFactorCodeForm, secondFactorForm } from '#modules/account/schema.ts'
import {
  RecoveryCodesPage,
  SecondFactorPage,
  SecondFactorSetUpPage,
} from '#modules/account/views/second-factor-pages.tsx'
import type { WaysInChange } from '#platform/mail/index.ts'

export function showSecondFactor(c: AppContext): Promise<Response> {
  return statePage(c, emptyForm)
}

/** Makes a secret for an app; it counts once a code has shown that the app has it. */
export async function setUpSecondFactor(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, secondFactorForm)
  const refusal = await proofRefusal(c, value?.password ?? '')
  if (refusal) return statePage(c, withError(form, 'password', refusal), 422)
  const { done } = await attempt(
    authOf(c).api.enableTwoFactor({
      body: { method: 'totp', ...(value?.password && { password: value.password }) },
      headers: c.req.raw.headers,
    }),
  )
  if (done?.method !== 'totp') return redirectDone(c, href('secondFactor', { locale: c.var.locale }))
  return page(c, SecondFactorSetUpPage, { form: emptyForm, uri: done.totpURI })
}

export async function confirmSecondFactor(c: AppContext): Promise<Response> {
  const { t } = c.var.i18n
  const owner = changerOf(c)
  const { value, form } = await readForm(c, secondFactorCodeForm)
  const uri = form.values.uri?.[0] ?? ''
  if (!value) {
    if (form.errors.uri) return redirectDone(c, href('secondFactor', { locale: c.var.locale }))
    return page(c, SecondFactorSetUpPage, { form, uri }, { status: 422 })
  }
  await c.var.services.rateLimits.spend('code', owner.accountId)
  const { api } = authOf(c)
  const { done } = await attempt(
    api.verifyTOTP({ body: { code: value.code }, headers: c.req.raw.headers, returnHeaders: true }),
  )
  if (!done) {
    const wrong = withError(form, 'code', t('account.code.wrong'))
    return page(c, SecondFactorSetUpPage, { form: wrong, uri }, { status: 422 })
  }
  forward(c, done.headers)
  await record(c, 'two-factor.on')
  const { backupCodes } = await api.viewBackupCodes({ body: { userId: owner.accountId } })
  return page(c, RecoveryCodesPage, { codes: backupCodes, first: true })
}

/** New ones, shown once; those before are worth nothing any more. */
export async function renewRecoveryCodes(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, codesForm)
  const refusal = await proofRefusal(c, value?.codesPassword ?? '')
  if (refusal) return statePage(c, withError(form, 'codesPassword', refusal), 422)
  const { done } = await attempt(
    authOf(c).api.generateBackupCodes({
      body: { ...(value?.codesPassword && { password: value.codesPassword }) },
      headers: c.req.raw.headers,
    }),
  )
  if (!done) return redirectDone(c, href('secondFactor', { locale: c.var.locale }))
  await record(c, 'two-factor.codes-renewed')
  return page(c, RecoveryCodesPage, { codes: done.backupCodes, first: false })
}

export async function removeSecondFactor(c: AppContext): Promise<Response> {
  const { value, form } = await readForm(c, secondFactorForm)
  const refusal = await proofRefusal(c, value?.password ?? '')
  if (refusal) return statePage(c, withError(form, 'password', refusal), 422)
  const { headers } = await authOf(c).api.disableTwoFactor({
    body: { ...(value?.password && { password: value.password }) },
    headers: c.req.raw.headers,
    returnHeaders: true,
  })
  forward(c, headers)
  await record(c, 'two-factor.off')
  return redirectDone(c, href('accountSecurity', { locale: c.var.locale }), 'two-factor-off')
}

async function record(c: AppContext, change: WaysInChange): Promise<void> {
  await recordWaysIn(c.var.services, ownerOf(c), change)
  await hurryMail(c)
}

async function statePage(c: AppContext, form: FormState, status: 200 | 422 = 200): Promise<Response> {
  const owner = ownerOf(c)
  const { hasPassword } = await meansOf(c)
  return page(c, SecondFactorPage, { form, hasPassword, on: owner.twoFactor }, { status })
}
