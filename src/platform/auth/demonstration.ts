import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { z } from 'zod'

/** Signs in as a person invented for the demonstration, as whom anyone may: no one else is to be had this way. */
export const demonstrationSignIn = {
  id: 'demonstration',
  endpoints: {
    signInDemonstration: createAuthEndpoint(
      '/sign-in/demonstration',
      { method: 'POST', body: z.object({ accountId: z.uuid() }) },
      async ctx => {
        const user = await ctx.context.internalAdapter.findUserById(ctx.body.accountId)
        if (!user || (user as { demonstration?: unknown }).demonstration !== true)
          throw new APIError('NOT_FOUND')
        const session = await ctx.context.internalAdapter.createSession(user.id)
        await setSessionCookie(ctx, { session, user })
        return ctx.json({ accountId: user.id })
      },
    ),
  },
} satisfies BetterAuthPlugin
