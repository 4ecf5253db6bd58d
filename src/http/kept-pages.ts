import { createHmac } from 'node:crypto'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { type AppContext, originOf } from '#http/context.ts'

const cookieName = 'cordee.kept'
/** Whoever kept pages has signed out: browsers that do not empty themselves when told so are told again. */
const left = 'left'

/** Remembers in the browser on whose behalf pages are kept in it, in a way that names nobody. */
export function rememberKept(c: AppContext): void {
  setCookie(c, cookieName, keptFor(c), { ...options(c), maxAge: 400 * 86_400 })
}

/** What whoever is signed in is called by what their browser keeps; '' for a visitor. */
export function keptFor(c: AppContext): string {
  const { viewer } = c.var
  if (!viewer) return ''
  return createHmac('sha256', c.var.services.secret)
    .update(`kept-pages ${viewer.accountId}`)
    .digest('base64url')
    .slice(0, 22)
}

/** Whether what this browser keeps is not for whoever is signed in. */
export function keptByAnother(c: AppContext): boolean {
  const kept = getCookie(c, cookieName)
  if (kept === undefined) return false
  return kept === left || (c.var.viewer !== null && kept !== keptFor(c))
}

/** Once the browser was told to empty itself. */
export function settleKept(c: AppContext, signedOut: boolean): void {
  if (getCookie(c, cookieName) === undefined) return
  if (signedOut) setCookie(c, cookieName, left, { ...options(c), maxAge: 400 * 86_400 })
  else deleteCookie(c, cookieName, options(c))
}

function options(c: AppContext) {
  return { path: '/', httpOnly: true, sameSite: 'Lax', secure: originOf(c).startsWith('https:') } as const
}
