import { passkey } from '@better-auth/passkey'
import { betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { genericOAuth, magicLink, twoFactor } from 'better-auth/plugins'
import { z } from 'zod'
import type { Db } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { locales } from '#kernel/locale.ts'
import { demonstrationSignIn } from '#platform/auth/demonstration.ts'

/** A provider of identities by OpenID Connect. */
export interface OpenIdProvider {
  name: string
  /** Where `/.well-known/openid-configuration` is found. */
  issuer: string
  clientId: string
  clientSecret: string
}

/**
 * What happens to accounts, for whoever writes to people and keeps the log. A token is sent out to be brought back to
 * a page of ours: none of the library's own takes it. Without one, there is something to know and nothing to do.
 */
export interface AuthMessage {
  template:
    | 'verify-address'
    | 'verify-new-address'
    | 'magic-link'
    | 'reset-password'
    | 'password-changed'
    | 'address-in-use'
    | 'account-created'
  accountId: string
  email: string
  name: string
  locale: string | null
  /** In which its moments are told. */
  timeZone: string | undefined
  token: string
  /** Where to lead on afterwards, as it was asked for: to be checked before it is followed. */
  next: string | null
}

export interface AuthOptions {
  /** On connections of the door: only there can accounts be read (see migration 0004). */
  db: Db
  secret: string
  /** Where the site is reached: cookies and passkeys are bound to it. */
  origin: string
  openId: OpenIdProvider | undefined
  deliver(message: AuthMessage): Promise<void>
}

export const openIdProviderId = 'openid'
export const shortestPassword = 10
export const longestPassword = 128
const day = 86_400
/** How long what is sent out can be brought back, in seconds. */
export const validFor = { verification: 2 * day, magicLink: 900, passwordReset: 3_600 }
/** Seconds after signing in during which means of signing in may be changed. */
export const freshFor = day

export type Auth = ReturnType<typeof openAuth>

/** 'provider' also knows the provider of identities, which takes asking it: only for what is done with it. */
export type OpenedAuths = (origin: string, kind?: 'provider') => Auth

/**
 * Accounts as the site is reached: cookies and passkeys are bound to an origin. Without a configured address there can
 * be several (localhost, 127.0.0.1, the machine's name); the last twenty are kept.
 */
export function openAuths(options: Omit<AuthOptions, 'origin'>): OpenedAuths {
  const opened = new Map<string, Auth>()
  return (origin, kind) => {
    // A provider that is slow or away must not hold up those who come in without it.
    const openId = kind === 'provider' ? options.openId : undefined
    const key = `${origin} ${openId ? 'provider' : ''}`
    const known = opened.get(key)
    if (known) return known
    if (opened.size >= 20) opened.clear()
    const auth = openAuth({ ...options, openId, origin })
    opened.set(key, auth)
    if (openId) void forgetUnlessReached(auth, () => opened.delete(key))
    return auth
  }
}

/** The library asks the provider once and for all: one that was away then is to be asked again. */
async function forgetUnlessReached(auth: Auth, forget: () => void): Promise<void> {
  const reached = await auth.$context.then(
    context => context.socialProviders.some(provider => provider.id === openIdProviderId),
    () => false,
  )
  if (!reached) forget()
}

/**
 * Accounts, by better-auth: passwords (scrypt), links by mail, passkeys, one-time codes, OpenID Connect. Our pages call
 * its functions; of its own addresses only those of passkeys and of the OpenID callback are open (`authAddresses`).
 * Tables bear our names. How often one may try is counted by our own limits, which all processes share.
 */
export function openAuth({ db, secret, origin, openId, deliver }: AuthOptions) {
  const deliverTo = (user: Recipient, template: AuthMessage['template'], token = '', url = '') =>
    deliver({
      template,
      accountId: user.id,
      email: user.email,
      name: user.name,
      locale: user.locale ?? null,
      timeZone: user.timeZone ?? undefined,
      token,
      next: URL.parse(url)?.searchParams.get('callbackURL') ?? null,
    })
  return betterAuth({
    appName: 'Cordée',
    baseURL: origin,
    basePath: '/api/auth',
    secret,
    database: { db, type: 'postgres', transaction: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    // Its messages name addresses. What goes wrong reaches our own log by being thrown.
    logger: { disabled: true },
    onAPIError: { errorURL: `${origin}/api/auth/error` },
    trustedOrigins: [origin],
    advanced: {
      cookiePrefix: 'cordee',
      useSecureCookies: origin.startsWith('https:'),
      database: { generateId: () => newId(), validateSchema: false },
      ipAddress: { disableIpTracking: true },
      // Every request has passed `refuseCrossSite` before.
      disableCSRFCheck: true,
    },
    user: {
      modelName: 'account',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: {
        locale: { type: [...locales], required: false, defaultValue: 'fr' },
        timeZone: { type: 'string', required: false, defaultValue: 'Europe/Paris', fieldName: 'time_zone' },
        demonstration: { type: 'boolean', required: false, defaultValue: false, input: false },
      },
      // Confirmed at the new address; our page asks for the password before, and tells the old address after.
      changeEmail: { enabled: true },
      validateUserInfo: ({ user, source }) =>
        source.action === 'create-user' && source.method === 'oauth' && !user.emailVerified
          ? { error: 'account_not_linked' }
          : undefined,
    },
    databaseHooks: {
      user: { create: { after: user => deliverTo(user as Recipient, 'account-created') } },
    },
    session: {
      modelName: 'account_session',
      fields: {
        userId: 'account_id',
        expiresAt: 'expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
      },
      expiresIn: 30 * day,
      updateAge: day,
      freshAge: freshFor,
    },
    account: {
      modelName: 'account_identity',
      fields: {
        userId: 'account_id',
        accountId: 'subject',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      // An address the provider vouches for is no proof here: only one signed in may add a provider.
      accountLinking: {
        enabled: true,
        disableImplicitLinking: true,
        trustedProviders: [],
        allowDifferentEmails: true,
        // A link by mail always remains.
        allowUnlinkingAll: true,
      },
      // We never act in a person's name at their provider: who reads the database finds nothing to do so with.
      encryptOAuthTokens: true,
    },
    verification: {
      modelName: 'account_verification',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
      storeIdentifier: 'hashed',
    },
    emailAndPassword: {
      enabled: true,
      // Whoever signs up is told the same, known or not, and comes in once the address is theirs.
      autoSignIn: false,
      requireEmailVerification: true,
      minPasswordLength: shortestPassword,
      maxPasswordLength: longestPassword,
      resetPasswordTokenExpiresIn: validFor.passwordReset,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: ({ user, url, token }) => deliverTo(user as Recipient, 'reset-password', token, url),
      onExistingUserSignUp: async ({ user }) => {
        if (user.emailVerified) await deliverTo(user as Recipient, 'address-in-use')
      },
      async onPasswordReset({ user }) {
        // The link has come back from that address: it is theirs.
        if (!user.emailVerified)
          await db.updateTable('account').set({ email_verified: true }).where('id', '=', user.id).execute()
        // Nor is a device trusted any more, nor another link good: whoever had the password may have had those.
        await db.deleteFrom('account_verification').where('value', 'in', standingProofs(user)).execute()
        await deliverTo(user as Recipient, 'password-changed')
      },
    },
    emailVerification: {
      // Sent by our page, the same for addresses known and unknown.
      sendOnSignUp: false,
      expiresIn: validFor.verification,
      autoSignInAfterVerification: false,
      sendVerificationEmail: ({ user, url, token }) =>
        deliverTo(
          user as Recipient,
          claimsOf(token)?.updateTo ? 'verify-new-address' : 'verify-address',
          token,
          url,
        ),
    },
    plugins: [
      demonstrationSignIn,
      magicLink({
        expiresIn: validFor.magicLink,
        disableSignUp: true,
        storeToken: 'hashed',
        async sendMagicLink({ email, url, token }, context) {
          const found = await context?.context.internalAdapter.findUserByEmail(email)
          if (found) await deliverTo(found.user as Recipient, 'magic-link', token, url)
        },
      }),
      alsoByLink(
        twoFactor({
          issuer: 'Cordée',
          allowPasswordless: true,
          twoFactorTable: 'account_two_factor',
          schema: {
            user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
            twoFactor: {
              fields: {
                userId: 'account_id',
                backupCodes: 'backup_codes',
                failedVerificationCount: 'failed_verification_count',
                lockedUntil: 'locked_until',
              },
            },
          },
        }),
      ),
      passkey({
        rpID: new URL(origin).hostname,
        rpName: 'Cordée',
        origin,
        // It comes in place of password and second factor: the device must know its holder, by PIN or finger.
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        authentication: {
          async afterVerification({ verification }) {
            if (!verification.authenticationInfo.userVerified)
              throw new APIError('UNAUTHORIZED', { code: 'USER_NOT_VERIFIED' })
          },
        },
        schema: {
          passkey: {
            modelName: 'account_passkey',
            fields: {
              userId: 'account_id',
              publicKey: 'public_key',
              credentialID: 'credential_id',
              deviceType: 'device_type',
              backedUp: 'backed_up',
              createdAt: 'created_at',
            },
          },
        },
      }),
      ...(openId
        ? [
            genericOAuth({
              config: [
                {
                  providerId: openIdProviderId,
                  name: openId.name,
                  discoveryUrl: `${openId.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
                  clientId: openId.clientId,
                  clientSecret: openId.clientSecret,
                  scopes: ['openid', 'email', 'profile'],
                  pkce: true,
                  requireIdTokenVerification: true,
                  disableImplicitSignUp: true,
                },
              ],
            }),
          ]
        : []),
    ],
  })
}

/**
 * By what, in the table of what was sent out, an account's trusted devices, begun sign-ins and links are known: the id,
 * or for a link to sign in the address, as the library writes it.
 */
export function standingProofs({ id, email }: { id: string; email: string }): string[] {
  return [id, JSON.stringify({ email })]
}

/** The library's own addresses that are open, by method: what a browser must do itself. All else goes through our pages. */
export const authAddresses = {
  '/passkey/generate-register-options': 'GET',
  '/passkey/verify-registration': 'POST',
  '/passkey/generate-authenticate-options': 'GET',
  '/passkey/verify-authentication': 'POST',
  [`/callback/${openIdProviderId}`]: 'GET',
} as const

/** What a token of verification says of itself; whether that is true is found out when it is used. */
export function claimsOf(token: string): { email: string; updateTo?: string } | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return claimsSchema.parse(claims)
  } catch {
    return null
  }
}

const claimsSchema = z.object({ email: z.email(), updateTo: z.email().optional() })

/** Asks for the second factor after a link by mail as well: a mailbox that is read by others must not be enough. */
function alsoByLink<Plugin extends { hooks: { after: { matcher(context: HookContext): boolean }[] } }>(
  plugin: Plugin,
): Plugin {
  const after = plugin.hooks.after.map(hook => ({
    ...hook,
    matcher: (context: HookContext) => hook.matcher(context) || context.path === '/magic-link/verify',
  }))
  return { ...plugin, hooks: { ...plugin.hooks, after } }
}

type HookContext = Parameters<ReturnType<typeof twoFactor>['hooks']['after'][number]['matcher']>[0]

interface Recipient {
  id: string
  email: string
  name: string
  locale?: string | null
  timeZone?: string | null
}
