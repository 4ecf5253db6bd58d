import { type AppContext, originOf } from '#http/context.ts'
import { emptyForm, readForm, redirectDone, withError } from '#http/form.ts'
import { page } from '#http/respond.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { deviceOf } from '#modules/account/device.ts'
import { attempt, authOf, deviceName, forward, hurryMail } from '#modules/account/entering.ts'
import { authMail, recordWaysIn } from '#modules/account/messages.ts'
import { changerOf, isFresh, meansOf, ownerOf, proofRefusal } from '#modules/account/own.ts'
import { passkeyForm, passwordForm } from '#modules/account/schema.ts'
import { leadToProvider, problemOf } from '#modules/account/sign-in.ts'
import { PasswordPage } from '#modules/account/views/password-page.tsx'
import { SecurityPage } from '#modules/account/views/security-page.tsx'
import { openIdProviderId, standingProofs } from '#platform/auth/auth.ts'
import { passwordWeakness } from '#platform/auth/passwords.ts'

export interface OpenSession {
  id: string
  device: string
  since: Date
  /** The one in which the page is looked at. */
  here: boolean
}

export async function showSecurity(c: AppContext): Promise<Response> {
  const owner = ownerOf(c)
  const { api } = authOf(c)
  const [means, passkeys, sessions, fresh] = await Promise.all([
    meansOf(c),
    api.listPasskeys({ headers: c.req.raw.headers }),
    sessionsOf(c),
    isFresh(c),
  ])
  return page(c, SecurityPage, {
    owner,
    ...means,
    fresh,
    passkeys: passkeys.map(({ id, name, createdAt }) => ({ id, name: name ?? '', createdAt })),
    sessions: sessions.map(({ token: _, ...session }) => session),
    openId: c.var.services.config.openId?.name ?? null,
    problem: problemOf(c),
  })
}

export async function showPassword(c: AppContext): Promise<Response> {
  return page(c, PasswordPage, { form: emptyForm, hasPassword: (await meansOf(c)).hasPassword })
}

/** The present one is asked for; all other sessions end, and a message says so. */
export async function changePassword(c: AppContext): Promise<Response> {
  const { t, locale } = c.var.i18n
  const owner = changerOf(c)
  const { hasPassword } = await meansOf(c)
  const { value, form } = await readForm(c, passwordForm)
  const again = (state: typeof form) => page(c, PasswordPage, { form: state, hasPassword }, { status: 422 })
  if (!value) return again(form)
  const weakness = passwordWeakness(value.password, owner.email)
  if (weakness) return again(withError(form, 'password', t(weakness)))
  const refusal = await proofRefusal(c, value.current)
  if (refusal) return again(withError(form, hasPassword ? 'current' : '', refusal))
  const { api } = authOf(c)
  const { headers } = c.req.raw
  if (hasPassword) {
    const changed = await api.changePassword({
      body: { currentPassword: value.current, newPassword: value.password, revokeOtherSessions: true },
      headers,
      returnHeaders: true,
    })
    forward(c, changed.headers)
  } else {
    await api.setPassword({ body: { newPassword: value.password }, headers })
    await api.revokeOtherSessions({ headers })
  }
  await forgetProofs(c)
  const { db, linkOrigin } = c.var.services
  await authMail(db, linkOrigin)({ ...owner, template: 'password-changed', token: '', next: null })
  await hurryMail(c)
  return redirectDone(c, href('accountSecurity', { locale }), 'password-changed')
}

export async function endSession(c: AppContext): Promise<Response> {
  const session = (await sessionsOf(c)).find(({ id }) => id === c.req.param('id'))
  if (!session) throw new AppError('not-found')
  await authOf(c).api.revokeSession({ body: { token: session.token }, headers: c.req.raw.headers })
  if (session.here) return c.redirect(href('home', { locale: c.var.locale }), 303)
  return done(c, 'session-ended')
}

export async function endOtherSessions(c: AppContext): Promise<Response> {
  await authOf(c).api.revokeOtherSessions({ headers: c.req.raw.headers })
  await forgetProofs(c)
  return done(c, 'sessions-ended')
}

/** Whoever was in elsewhere may have had a device trusted there, or a link sent: those are good no longer either. */
async function forgetProofs(c: AppContext): Promise<void> {
  const { accountId: id, email } = ownerOf(c)
  const { adapter } = await authOf(c).$context
  const where = [{ field: 'value', operator: 'in', value: standingProofs({ id, email }) }] as const
  await adapter.deleteMany({ model: 'verification', where: [...where] })
}

export async function renamePasskey(c: AppContext): Promise<Response> {
  changerOf(c)
  const { value } = await readForm(c, passkeyForm)
  if (!value) return done(c)
  await known(
    authOf(c).api.updatePasskey({
      body: { id: c.req.param('id') ?? '', name: value.name },
      headers: c.req.raw.headers,
    }),
  )
  return done(c, 'saved')
}

export async function removePasskey(c: AppContext): Promise<Response> {
  const owner = changerOf(c)
  await known(
    authOf(c).api.deletePasskey({ body: { id: c.req.param('id') ?? '' }, headers: c.req.raw.headers }),
  )
  await recordWaysIn(c.var.services, owner, 'passkey.removed')
  await hurryMail(c)
  return done(c, 'passkey-removed')
}

/** Leads to the provider of identities, and comes back with the account there linked to this one. */
export async function linkProvider(c: AppContext): Promise<Response> {
  const { locale, services } = c.var
  changerOf(c)
  const name = services.config.openId?.name
  if (!name) throw new AppError('not-found')
  const address = originOf(c) + href('accountSecurity', { locale })
  if (!(await isFresh(c))) return c.redirect(`${address}?error=fresh`, 303)
  const { done: linking } = await attempt(
    services.auth(originOf(c), 'provider').api.linkSocialAccount({
      body: {
        provider: openIdProviderId,
        callbackURL: `${href('accountSecurity', { locale })}?done=provider-linked`,
        errorCallbackURL: address,
        disableRedirect: true,
      },
      headers: c.req.raw.headers,
      returnHeaders: true,
    }),
  )
  if (!linking) return c.redirect(`${address}?error=away`, 303)
  forward(c, linking.headers)
  return leadToProvider(c, name, linking.response.url)
}

export async function unlinkProvider(c: AppContext): Promise<Response> {
  const owner = changerOf(c)
  const { done: unlinked, code } = await attempt(
    authOf(c).api.unlinkAccount({
      body: { accountId: c.req.param('id') ?? '' },
      headers: c.req.raw.headers,
    }),
  )
  if (code === 'SESSION_NOT_FRESH')
    return c.redirect(`${href('accountSecurity', { locale: c.var.locale })}?error=fresh`, 303)
  if (!unlinked) throw new AppError('not-found')
  await recordWaysIn(c.var.services, owner, 'provider.unlinked')
  await hurryMail(c)
  return done(c, 'provider-unlinked')
}

async function sessionsOf(c: AppContext): Promise<(OpenSession & { token: string })[]> {
  const owner = ownerOf(c)
  const { internalAdapter } = await authOf(c).$context
  const sessions = await internalAdapter.listSessions(owner.accountId, { onlyActiveSessions: true })
  return sessions
    .map(({ id, token, userAgent, createdAt }) => ({
      id,
      token,
      device: deviceName(deviceOf(userAgent), c.var.locale),
      since: createdAt,
      here: id === owner.sessionId,
    }))
    .sort((a, b) => Number(b.here) - Number(a.here) || b.since.getTime() - a.since.getTime())
}

/** What is not one's own is not there. */
async function known<T>(work: Promise<T>): Promise<T> {
  const { done: result } = await attempt(work)
  if (result === null) throw new AppError('not-found')
  return result
}

function done(c: AppContext, name?: Parameters<typeof redirectDone>[2]): Response {
  return redirectDone(c, href('accountSecurity', { locale: c.var.locale }), name)
}
