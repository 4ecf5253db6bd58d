import { z } from 'zod'
import { nameField } from '#modules/network/fields.ts'
import { longestPassword, shortestPassword } from '#platform/auth/auth.ts'
import { passwordWeakness } from '#platform/auth/passwords.ts'

/** All that is asked of someone who comes by an invitation: its link has told their address. */
export function newAccountForm(email: string) {
  return z.object({
    name: nameField,
    password: z
      .string()
      .min(shortestPassword)
      .max(longestPassword)
      .superRefine((password, context) => {
        const weakness = passwordWeakness(password, email)
        if (weakness) context.addIssue({ code: 'custom', message: weakness })
      }),
  })
}
