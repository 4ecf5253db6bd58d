import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import { href } from '#http/routes.ts'
import type { Actor } from '#kernel/actor.ts'
import { platformId } from '#kernel/ids.ts'
import { defaultLocale, isLocale, type Locale } from '#kernel/locale.ts'
import { leading } from '#modules/account/next.ts'
import { recordChange } from '#platform/audit/record.ts'
import { type AuthMessage, validFor } from '#platform/auth/auth.ts'
import { queueMail, type Recipient, type WaysInChange } from '#platform/mail/index.ts'

/** How what accounts have to tell people reaches them: by mail, in their language, with links to our own pages. */
export function authMail(db: Db, linkOrigin: string): (message: AuthMessage) => Promise<void> {
  return message =>
    asAccount(db, message.accountId, async trx => {
      await writeMail(trx, linkOrigin, message)
      const action = recorded[message.template]
      if (action) await recordAccount(trx, message.accountId, action)
    })
}

/** One transaction of the installation itself, in the name of an account: for its mail and the log. */
export function asAccount<T>(db: Db, accountId: string, work: (trx: Trx) => Promise<T>): Promise<T> {
  return inTenant(db, { networkId: platformId, audience: 'network', accountId }, work)
}

/** Notes what an account did to itself. To be called last in its transaction. */
export function recordAccount(trx: Trx, accountId: string, action: string): Promise<void> {
  return recordChange(trx, platformId, actorOf(accountId), {
    action,
    subject: { type: 'account', id: accountId },
  })
}

/** Notes that somebody comes in by other means from now on, and tells them: they may not have been the one who did it. */
export function recordWaysIn(
  { db, linkOrigin }: { db: Db; linkOrigin: string },
  account: Parameters<typeof recipientOf>[0],
  change: WaysInChange,
): Promise<void> {
  return asAccount(db, account.accountId, async trx => {
    const to = recipientOf(account)
    const url = linkOrigin + href('accountSecurity', { locale: to.locale })
    await queueMail(trx, {
      networkId: platformId,
      to,
      baseUrl: linkOrigin,
      template: 'ways-in-changed',
      params: { at: new Date().toISOString(), change, url },
    })
    await recordAccount(trx, account.accountId, change)
  })
}

export function recipientOf(account: {
  accountId: string
  email: string
  name: string
  locale: string | null
  timeZone?: string | undefined
}): Recipient & { locale: Locale } {
  const { accountId, email: address, name, locale, timeZone } = account
  return {
    accountId,
    address,
    name,
    locale: isLocale(locale) ? locale : defaultLocale,
    ...(timeZone && { timeZone }),
  }
}

const recorded: Partial<Record<AuthMessage['template'], string>> = {
  'account-created': 'account.created',
  'password-changed': 'password.changed',
}

async function writeMail(trx: Trx, linkOrigin: string, message: AuthMessage): Promise<void> {
  const to = recipientOf(message)
  const { locale } = to
  const { token } = message
  const common = { networkId: platformId, to, baseUrl: linkOrigin }
  const next = leading(message.next)
  switch (message.template) {
    case 'verify-address': {
      const url =
        linkOrigin + href('verification', { locale }, new URLSearchParams([['token', token], ...next]))
      await queueMail(trx, {
        ...common,
        template: 'verify-address',
        params: { url, ...until(validFor.verification) },
      })
      return
    }
    case 'verify-new-address': {
      const url = linkOrigin + href('accountAddressConfirmation', { locale }, new URLSearchParams({ token }))
      await queueMail(trx, {
        ...common,
        template: 'verify-address',
        params: { url, ...until(validFor.verification) },
      })
      return
    }
    case 'magic-link': {
      const url = linkOrigin + href('magicLinkToken', { locale, token }, next)
      await queueMail(trx, {
        ...common,
        template: 'magic-link',
        params: { url, ...until(validFor.magicLink) },
      })
      return
    }
    case 'reset-password': {
      const url = linkOrigin + href('passwordResetToken', { locale, token }, next)
      await queueMail(trx, {
        ...common,
        template: 'reset-password',
        params: { url, ...until(validFor.passwordReset) },
      })
      return
    }
    case 'password-changed': {
      const url = linkOrigin + href('accountSecurity', { locale })
      const params = { at: new Date().toISOString(), url }
      await queueMail(trx, { ...common, template: 'password-changed', params })
      return
    }
    case 'address-in-use': {
      const url = linkOrigin + href('signIn', { locale })
      await queueMail(trx, { ...common, template: 'address-in-use', params: { url } })
      return
    }
    case 'account-created':
      return
  }
}

function until(seconds: number): { expiresAt: string } {
  return { expiresAt: new Date(Date.now() + seconds * 1000).toISOString() }
}

function actorOf(accountId: string): Actor {
  return { accountId, mandateId: null, tokenId: null, origin: 'page' }
}
