import { z } from 'zod'
import { locales } from '#kernel/locale.ts'
import { isTimeZone } from '#kernel/time-zone.ts'
import { longestPassword, shortestPassword } from '#platform/auth/auth.ts'
import { passwordWeakness } from '#platform/auth/passwords.ts'
import { cadences, cadencesOf, type SilenceableKind, silenceable } from '#platform/mail/index.ts'

const email = z.string().trim().toLowerCase().pipe(z.email().max(254))
const name = z.string().trim().min(1).max(200)
const locale = z.enum(locales)
/** As it was typed: one of an older rule must still let its owner in. */
const password = z.string().min(1).max(longestPassword)
const newPassword = z.string().min(shortestPassword).max(longestPassword)
/** Whoever has no password leaves it empty, and has signed in lately instead. */
const proof = z.string().max(longestPassword).default('')
const next = z.string().default('')
/** Six figures, or a recovery code; with the spaces that people put in. */
const code = z
  .string()
  .transform(text => text.replace(/\s/g, ''))
  .pipe(z.string().min(1).max(40))

export const signInForm = z.object({ email, password, next })
export const addressForm = z.object({ email, next })
export const nextForm = z.object({ next })
export const codeForm = z.object({ code, trust: z.string().optional(), next })
export const signUpForm = z
  .object({ name, email, password: newPassword, locale, next })
  .superRefine(refuseWeak)
export const verificationForm = z.object({ token: z.string().max(4000), password, next })
export const confirmationForm = z.object({ token: z.string().max(4000) })
export const resetForm = z.object({ password: newPassword })
export const profileForm = z.object({
  name,
  locale,
  timeZone: z.string().refine(isTimeZone, { error: 'form.error.time-zone' }),
})
export const newAddressForm = z.object({ email, password: proof })
export const passwordForm = z.object({ current: proof, password: newPassword })
export const secondFactorForm = z.object({ password: proof })
export const secondFactorCodeForm = z.object({
  code,
  uri: z
    .string()
    .regex(/^otpauth:\/\/totp\//)
    .max(500),
})
export const codesForm = z.object({ codesPassword: proof })
export const erasureForm = z.object({ password: proof, sure: z.string({ error: 'form.error.required' }) })
export const passkeyForm = z.object({ name: z.string().trim().min(1).max(80) })
const cadence = z.enum(cadences)
/** One wish for each kind of mail there is. */
export const mailForm = z.object(
  Object.fromEntries(silenceable.map(kind => [kind, cadence.extract([...cadencesOf(kind)])])) as Record<
    SilenceableKind,
    typeof cadence
  >,
)

function refuseWeak(
  given: { email: string; password: string },
  context: { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void },
): void {
  const weakness = passwordWeakness(given.password, given.email)
  if (weakness) context.addIssue({ code: 'custom', path: ['password'], message: weakness })
}
