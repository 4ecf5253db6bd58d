import { getCookie, setCookie } from 'hono/cookie'
import { type AppContext, originOf } from '#http/context.ts'

/**
 * Under which of several mandates someone acts. The browser remembers it, network by network; what it says counts only
 * where it is a mandate in force of whoever asks, and changes nothing of what they may do: for that all of theirs count.
 */
export function actingMandate<Mandate extends { id: string }>(
  c: AppContext,
  networkId: string,
  mandates: readonly Mandate[],
): Mandate | null {
  const chosen = mandates.length > 1 ? getCookie(c, cookieName(networkId)) : undefined
  return mandates.find(({ id }) => id === chosen) ?? mandates[0] ?? null
}

export function rememberMandate(c: AppContext, networkId: string, mandateId: string): void {
  setCookie(c, cookieName(networkId), mandateId, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: originOf(c).startsWith('https:'),
    maxAge: 180 * 86_400,
  })
}

function cookieName(networkId: string): string {
  return `cordee.mandate.${networkId}`
}
