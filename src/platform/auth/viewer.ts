import { defaultLocale, isLocale, type Locale } from '#kernel/locale.ts'
import type { Auth } from '#platform/auth/auth.ts'

/** Who is signed in. */
export interface Viewer {
  accountId: string
  sessionId: string
  name: string
  email: string
  emailVerified: boolean
  locale: Locale
  timeZone: string
  twoFactor: boolean
  demonstration: boolean
}

/** Whether a request says it comes from someone signed in; whether it is true is for `viewerOf` to find out. */
export function claimsSession(headers: Headers): boolean {
  return /(?:^|;\s*)(?:__Secure-)?cordee\.session_token=/.test(headers.get('cookie') ?? '')
}

/** @returns who is signed in, if anyone, and the cookies to send back when the session was prolonged */
export async function viewerOf(
  auth: () => Auth,
  headers: Headers,
): Promise<{ viewer: Viewer | null; cookies: string[] }> {
  if (!claimsSession(headers)) return { viewer: null, cookies: [] }
  const { response, headers: answered } = await auth().api.getSession({ headers, returnHeaders: true })
  const cookies = answered.getSetCookie()
  if (!response) return { viewer: null, cookies }
  const { user, session } = response
  return {
    viewer: {
      accountId: user.id,
      sessionId: session.id,
      name: user.name,
      email: user.email,
      emailVerified: user.emailVerified,
      locale: isLocale(user.locale) ? user.locale : defaultLocale,
      timeZone: user.timeZone ?? 'Europe/Paris',
      twoFactor: user.twoFactorEnabled === true,
      demonstration: user.demonstration === true,
    },
    cookies,
  }
}
