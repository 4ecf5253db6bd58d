import type { Locale } from '#kernel/locale.ts'
import type { Auth } from '#platform/auth/auth.ts'

/**
 * Makes an account for someone who has shown that the address is theirs, having brought back what was sent to it, and
 * signs them in.
 * @returns null where the address has an account already
 */
export async function signUpProven(
  auth: Auth,
  account: { name: string; email: string; password: string; locale: Locale; timeZone: string },
  headers: Headers,
): Promise<{ accountId: string; cookies: string[] } | null> {
  const { email, password } = account
  const { internalAdapter } = await auth.$context
  if (await internalAdapter.findUserByEmail(email.toLowerCase())) return null
  const { user } = await auth.api.signUpEmail({ body: account, headers })
  await internalAdapter.updateUser(user.id, { emailVerified: true })
  const entered = await auth.api.signInEmail({ body: { email, password }, headers, returnHeaders: true })
  return { accountId: user.id, cookies: entered.headers.getSetCookie() }
}
