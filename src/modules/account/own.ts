import type { AppContext } from '#http/context.ts'
import { AppError } from '#kernel/errors.ts'
import { attempt, authOf } from '#modules/account/entering.ts'
import { freshFor } from '#platform/auth/auth.ts'
import type { Viewer } from '#platform/auth/viewer.ts'

/** Whose account it is: behind 'account:own' there is someone. */
export function ownerOf(c: AppContext): Viewer {
  if (!c.var.viewer) throw new AppError('unauthenticated')
  return c.var.viewer
}

/**
 * The owner, of an account that may be changed. As an invented person anyone can sign in: nobody is to make them their
 * own.
 * @throws AppError 'forbidden'
 */
export function changerOf(c: AppContext): Viewer {
  const owner = ownerOf(c)
  if (owner.demonstration) throw new AppError('forbidden')
  return owner
}

/** How an account can be entered. */
export interface Means {
  hasPassword: boolean
  /** Accounts at the provider of identities, by the id of the link. */
  links: { id: string; createdAt: Date }[]
}

export async function meansOf(c: AppContext): Promise<Means> {
  const identities = await authOf(c).api.listUserAccounts({ headers: c.req.raw.headers })
  return {
    hasPassword: identities.some(({ providerId }) => providerId === 'credential'),
    links: identities
      .filter(({ providerId }) => providerId !== 'credential')
      .map(({ id, createdAt }) => ({ id, createdAt })),
  }
}

/** Whether the session is young enough to change the means of signing in. */
export async function isFresh(c: AppContext): Promise<boolean> {
  const session = await authOf(c).api.getSession({ headers: c.req.raw.headers })
  return session !== null && Date.now() - new Date(session.session.createdAt).getTime() < freshFor * 1000
}

/**
 * Makes sure that it is the owner who sits at the open session: by the password, or where there is none by having
 * signed in lately.
 * @returns null when it is, else what to say
 * @throws AppError 'forbidden' for an invented person, 'too-many-requests'
 */
export async function proofRefusal(c: AppContext, password: string): Promise<string | null> {
  const { t } = c.var.i18n
  const owner = changerOf(c)
  if (!(await meansOf(c)).hasPassword) return (await isFresh(c)) ? null : t('account.problem.fresh')
  await c.var.services.rateLimits.spend('code', owner.accountId)
  if (password === '') return t('form.error.required')
  const { code } = await attempt(
    authOf(c).api.verifyPassword({ body: { password }, headers: c.req.raw.headers }),
  )
  return code === null ? null : t('account.password.wrong')
}
