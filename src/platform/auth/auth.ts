import { passkey } from '@better-auth/passkey'
import { betterAuth } from 'better-auth'
import { genericOAuth, magicLink, twoFactor } from 'better-auth/plugins'
import { demonstrationSignIn } from '#platform/auth/demonstration.ts'
import type { Db } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { locales } from '#kernel/locale.ts'

/** A provider of identities by OpenID Connect. */
export interface OpenIdProvider {
  name: string
  /** Where `/.well-known/openid-configuration` is found. */
  issuer: string
  clientId: string
  clientSecret: string
}

/** What is sent to people so that they bring it back; a page of ours takes the token, none of the library's. */
export interface AuthMessage {
  template: 'verify-address' | 'magic-link' | 'reset-password' | 'address-changed' | 'address-in-use'
  accountId: string | null
  email: string
  name: string
  locale: string | null
  token: string
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

export type Auth = ReturnType<typeof openAuth>

/**
 * Accounts as the site is reached: cookies and passkeys are bound to an origin. Without a configured address there can
 * be several (localhost, 127.0.0.1, the machine's name); the last twenty are kept.
 */
export function openAuths(options: Omit<AuthOptions, 'origin'>): (origin: string) => Auth {
  const opened = new Map<string, Auth>()
  return origin => {
    const known = opened.get(origin)
    if (known) return known
    if (opened.size >= 20) opened.clear()
    const auth = openAuth({ ...options, origin })
    opened.set(origin, auth)
    return auth
  }
}

/**
 * Accounts, by better-auth: passwords (scrypt), links by mail, passkeys, one-time codes, OpenID Connect. Our pages call
 * its functions; of its own addresses only those of passkeys and of the OpenID callback are open (`authAddresses`).
 * Tables bear our names. How often one may try is counted by our own limits, which all processes share.
 */
export function openAuth({ db, secret, origin, openId, deliver }: AuthOptions) {
  const deliverTo = (user: Recipient, template: AuthMessage['template'], token: string) =>
    deliver({
      template,
      accountId: user.id,
      email: user.email,
      name: user.name,
      locale: user.locale ?? null,
      token,
    })
  return betterAuth({
    appName: 'Cordée',
    baseURL: origin,
    basePath: '/api/auth',
    secret,
    database: { db, type: 'postgres', transaction: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
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
      changeEmail: {
        enabled: true,
        sendChangeEmailConfirmation: ({ user, token }) =>
          deliverTo(user as Recipient, 'address-changed', token),
      },
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
      freshAge: day,
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
      accountLinking: { enabled: true, trustedProviders: [], allowDifferentEmails: true },
    },
    verification: {
      modelName: 'account_verification',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
      storeIdentifier: 'hashed',
    },
    emailAndPassword: {
      enabled: true,
      autoSignIn: true,
      minPasswordLength: shortestPassword,
      maxPasswordLength: longestPassword,
      resetPasswordTokenExpiresIn: 3_600,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: ({ user, token }) => deliverTo(user as Recipient, 'reset-password', token),
    },
    emailVerification: {
      sendOnSignUp: true,
      expiresIn: 2 * day,
      autoSignInAfterVerification: false,
      sendVerificationEmail: ({ user, token }) => deliverTo(user as Recipient, 'verify-address', token),
    },
    plugins: [
      demonstrationSignIn,
      magicLink({
        expiresIn: 900,
        disableSignUp: true,
        storeToken: 'hashed',
        sendMagicLink: ({ email, token }) =>
          deliver({ template: 'magic-link', accountId: null, email, name: '', locale: null, token }),
      }),
      twoFactor({
        issuer: 'Cordée',
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
      passkey({
        rpID: new URL(origin).hostname,
        rpName: 'Cordée',
        origin,
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
                },
              ],
            }),
          ]
        : []),
    ],
  })
}

/** The library's own addresses that are open: what a browser must do itself. All else goes through our pages. */
export const authAddresses = [
  '/passkey/generate-register-options',
  '/passkey/verify-registration',
  '/passkey/generate-authenticate-options',
  '/passkey/verify-authentication',
  `/oauth2/callback/${openIdProviderId}`,
  `/callback/${openIdProviderId}`,
] as const

interface Recipient {
  id: string
  email: string
  name: string
  locale?: string | null
}
