import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { getCookie, setCookie } from 'hono/cookie'
import { type AppContext, originOf } from '#http/context.ts'

const cookieName = 'cordee.known'

/**
 * Remembers in the browser that the account of this address was opened in it. It lets nobody in; but attempts from here
 * are then counted apart, so that strangers who try an account too often shut themselves out, and not its owner
 * (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
 */
export function rememberBrowser(c: AppContext, email: string): void {
  const chance = randomBytes(12).toString('base64url')
  setCookie(c, cookieName, `${chance}.${mark(c, chance, email).toString('base64url')}`, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: originOf(c).startsWith('https:'),
    maxAge: 180 * 86_400,
  })
}

/** @returns by what attempts from here are counted; null in a browser in which the account was not opened */
export function knownBrowser(c: AppContext, email: string): string | null {
  const [chance = '', given = ''] = (getCookie(c, cookieName) ?? '').split('.')
  const own = mark(c, chance, email)
  const shown = Buffer.from(given, 'base64url')
  return shown.length === own.length && timingSafeEqual(shown, own) ? chance : null
}

function mark(c: AppContext, chance: string, email: string): Buffer {
  return createHmac('sha256', c.var.services.secret).update(`known-browser ${chance} ${email}`).digest()
}
