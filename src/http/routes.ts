import type { Locale } from '#kernel/locale.ts'

/**
 * Every address of the site, in one table: the router is built from it and so is every link. A test walks the one
 * against the other. The language comes first and stays; the network follows.
 */
export const routes = {
  home: '/:locale',
  network: '/:locale/:network',
  administration: '/:locale/:network/administration',
  actingMandate: '/:locale/:network/acting-mandate',
  theme: '/:locale/:network/theme.css',
  logo: '/:locale/:network/logo',
  settings: '/:locale/:network/settings',
  settingsVisibility: '/:locale/:network/settings/visibility',
  settingsLogo: '/:locale/:network/settings/logo',
  settingsLogoRemoval: '/:locale/:network/settings/logo/removal',
  join: '/:locale/:network/join',
  joinRequests: '/:locale/:network/join-requests',
  joinRequest: '/:locale/:network/join-requests/:request',
  joinRequestAcceptance: '/:locale/:network/join-requests/:request/acceptance',
  joinRequestRefusal: '/:locale/:network/join-requests/:request/refusal',
  invitations: '/:locale/:network/invitations',
  newInvitation: '/:locale/:network/invitations/new',
  invitationSending: '/:locale/:network/invitations/:invitation/sending',
  invitationRevocation: '/:locale/:network/invitations/:invitation/revocation',
  invitation: '/:locale/:network/invitation/:token',
  invitationAccount: '/:locale/:network/invitation/:token/account',
  members: '/:locale/:network/members',
  newMember: '/:locale/:network/members/new',
  membersExport: '/:locale/:network/members/export/:file',
  person: '/:locale/:network/members/:person',
  personDetails: '/:locale/:network/members/:person/details',
  personRemoval: '/:locale/:network/members/:person/removal',
  mandates: '/:locale/:network/members/:person/mandates',
  mandate: '/:locale/:network/members/:person/mandates/:mandate',
  mandateEnd: '/:locale/:network/members/:person/mandates/:mandate/end',
  mandateRemoval: '/:locale/:network/members/:person/mandates/:mandate/removal',
  organisations: '/:locale/:network/organisations',
  newOrganisation: '/:locale/:network/organisations/new',
  organisation: '/:locale/:network/organisations/:organisation',
  organisationDetails: '/:locale/:network/organisations/:organisation/details',
  organisationEnd: '/:locale/:network/organisations/:organisation/end',
  organisationResumption: '/:locale/:network/organisations/:organisation/resumption',
  audit: '/:locale/:network/audit',
  auditExport: '/:locale/:network/audit/export/:file',
  keys: '/:locale/:network/keys',
  keyRevocation: '/:locale/:network/keys/:id/revocation',
  jobs: '/:locale/:network/jobs',
  job: '/:locale/:network/jobs/:id',
  jobRetry: '/:locale/:network/jobs/:id/retry',
  jobCancellation: '/:locale/:network/jobs/:id/cancellation',
  mail: '/:locale/:network/mail',
  mailTest: '/:locale/:network/mail/test-message',
  mailMessage: '/:locale/:network/mail/:id',
  mailHtml: '/:locale/:network/mail/:id/message.html',
  mailRetry: '/:locale/:network/mail/:id/retry',
  mailCancellation: '/:locale/:network/mail/:id/cancellation',
  webhooks: '/:locale/:network/webhooks',
  webhook: '/:locale/:network/webhooks/:id',
  webhookSuspension: '/:locale/:network/webhooks/:id/suspension',
  webhookResumption: '/:locale/:network/webhooks/:id/resumption',
  webhookSecret: '/:locale/:network/webhooks/:id/secret',
  webhookRemoval: '/:locale/:network/webhooks/:id/removal',
  webhookTest: '/:locale/:network/webhooks/:id/test-message',
  webhookRedelivery: '/:locale/:network/webhooks/:id/deliveries/:delivery/redelivery',
  commons: '/:locale/:network/commons',
  commonsMap: '/:locale/:network/commons/map',
  commonsExport: '/:locale/:network/commons/export/:file',
  commonsPlaces: '/:locale/:network/commons/places.geojson',
  item: '/:locale/:network/commons/:slug',
  itemSource: '/:locale/:network/commons/:slug/source.md',
  itemVersions: '/:locale/:network/commons/:slug/versions',
  itemVersion: '/:locale/:network/commons/:slug/versions/:number',
  demonstration: '/:locale/demonstration',
  start: '/:locale/start',
  platform: '/:locale/platform',
  platformNetworks: '/:locale/platform/networks',
  platformAudit: '/:locale/platform/audit',
  platformAuditExport: '/:locale/platform/audit/export/:file',
  platformHealth: '/:locale/platform/health',
  platformJobs: '/:locale/platform/jobs',
  platformJob: '/:locale/platform/jobs/:id',
  platformJobRetry: '/:locale/platform/jobs/:id/retry',
  platformJobCancellation: '/:locale/platform/jobs/:id/cancellation',
  platformMail: '/:locale/platform/mail',
  platformMailTest: '/:locale/platform/mail/test-message',
  platformMailMessage: '/:locale/platform/mail/:id',
  platformMailHtml: '/:locale/platform/mail/:id/message.html',
  platformMailRetry: '/:locale/platform/mail/:id/retry',
  platformMailCancellation: '/:locale/platform/mail/:id/cancellation',
  accessibility: '/:locale/about/accessibility',
  retention: '/:locale/about/retention',
  account: '/:locale/account',
  accountAddress: '/:locale/account/address',
  accountAddressConfirmation: '/:locale/account/address/confirmation',
  accountArchive: '/:locale/account/data/archive.json',
  accountData: '/:locale/account/data',
  accountErasure: '/:locale/account/erasure',
  accountMail: '/:locale/account/mail',
  accountPasskey: '/:locale/account/security/passkeys/:id',
  accountPasskeyRemoval: '/:locale/account/security/passkeys/:id/removal',
  accountPassword: '/:locale/account/security/password',
  accountProvider: '/:locale/account/security/provider',
  accountProviderRemoval: '/:locale/account/security/provider/:id/removal',
  accountSecurity: '/:locale/account/security',
  accountSession: '/:locale/account/security/sessions/:id/removal',
  accountSessions: '/:locale/account/security/sessions/removal',
  magicLink: '/:locale/account/link',
  magicLinkToken: '/:locale/account/link/:token',
  mailSilence: '/:locale/mail/silence/:token',
  passwordReset: '/:locale/account/password-reset',
  passwordResetToken: '/:locale/account/password-reset/:token',
  recoveryCodes: '/:locale/account/security/recovery-codes',
  secondFactor: '/:locale/account/security/second-factor',
  secondFactorConfirmation: '/:locale/account/security/second-factor/confirmation',
  secondFactorRemoval: '/:locale/account/security/second-factor/removal',
  signIn: '/:locale/account/sign-in',
  signInCode: '/:locale/account/sign-in/code',
  signInProvider: '/:locale/account/sign-in/provider',
  signOut: '/:locale/account/sign-out',
  signUp: '/:locale/account/sign-up',
  verification: '/:locale/account/verification',
  verificationMessage: '/:locale/account/verification/message',
} as const

export type RouteName = keyof typeof routes

type Parameter<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Parameter<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

export type RouteParams<Name extends RouteName> = {
  [Key in Parameter<(typeof routes)[Name]>]: Key extends 'locale' ? Locale : string | number
}

/** The address of a route, with its parameters encoded. */
export function href<Name extends RouteName>(
  name: Name,
  params: RouteParams<Name>,
  query?: URLSearchParams,
): string {
  const values = params as Record<string, string | number>
  const path = routes[name].replace(/:([a-z]+)/gi, (_, key: string) =>
    encodeURIComponent(String(values[key])),
  )
  const search = query?.toString()
  return search ? `${path}?${search}` : path
}
