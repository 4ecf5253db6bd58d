import { sql } from 'kysely'
import { announceWork } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import type { Locale } from '#kernel/locale.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { addressHash, isAddress, oneLine } from '#platform/mail/address.ts'
import { type Cadence, isSilenceable, type Kind, nextDigest } from '#platform/mail/cadence.ts'
import { templateOf } from '#platform/mail/content.ts'
import { sendQueue } from '#platform/mail/queues.ts'
import type { ParamsOf, TemplateName } from '#platform/mail/templates.ts'

export interface Recipient {
  /** Null for someone who has no account, or none any more. */
  accountId: string | null
  address: string
  /** May be empty. */
  name: string
  locale: Locale
  /** Of moments and digests; the network's where it is not known. */
  timeZone?: string
}

export interface MailInput<Name extends TemplateName> {
  /** The tenant of the transaction: a network, or `platformId` for what the installation writes. */
  networkId: string
  to: Recipient
  template: Name
  params: ParamsOf<Name>
  /** Where the links lead, as `https://cordee.example`. */
  baseUrl: string
  /** How often, for those who have not chosen: at once, unless this says otherwise. */
  batch?: 'daily' | 'weekly'
  now?: Date
}

/**
 * Writes a message in the caller's transaction: it is sent if that is kept, and only then. What the recipient silenced
 * is kept as such; what they want in a digest is held for it.
 * @returns its id
 * @throws AppError 'invalid-input' for an address that cannot be written to; ZodError for params that are not the template's
 */
export async function queueMail<Name extends TemplateName>(trx: Trx, mail: MailInput<Name>): Promise<string> {
  const { to, networkId } = mail
  const now = mail.now ?? new Date()
  if (!isAddress(to.address)) {
    const message = i18nFor(to.locale).t('mail.address.invalid')
    throw new AppError('invalid-input', { fields: [{ field: 'address', message }] })
  }
  const template = templateOf(mail.template)
  const given = template.params.parse(mail.params) as Record<string, unknown>
  refuseForeignLink(given.url, mail.baseUrl)
  const wish = await wishOf(trx, to, template.kind)
  const cadence = wish ?? mail.batch ?? 'now'
  const { state, dueAt } = await fate(trx, mail, cadence, now)
  const silent = state === 'silenced'
  const secrets = Object.entries(given).filter(([name]) => template.secrets.includes(name))
  const params = Object.entries(given).filter(([name]) => !template.secrets.includes(name))
  const id = newId(now.getTime())
  await trx
    .insertInto('mail_message')
    .values({
      network_id: networkId,
      id,
      account_id: to.accountId,
      address: to.address,
      name: oneLine(to.name),
      locale: to.locale,
      time_zone: to.timeZone ?? null,
      kind: template.kind,
      template: mail.template,
      params: JSON.stringify(Object.fromEntries(params)),
      secrets: secrets.length > 0 && !silent ? JSON.stringify(Object.fromEntries(secrets)) : null,
      base_url: new URL(mail.baseUrl).origin,
      state,
      error: silent ? (wish === 'bounced' ? 'bounced' : 'silenced') : null,
      due_at: dueAt,
      created_at: now,
    })
    .execute()
  if (state === 'waiting') await announceWork(trx, sendQueue)
  return id
}

/** What stands against a kind of mail to someone, or governs it; null when they said nothing. */
export async function wishOf(
  trx: Trx,
  to: { accountId: string | null; address: string },
  kind: Kind,
): Promise<Cadence | 'bounced' | null> {
  if (kind === 'security') return 'now'
  const { rows } = await sql<{ wish: Cadence | 'bounced' | null }>`
    select mail_wish(${to.accountId}, ${addressHash(to.address)}, ${kind}) as wish`.execute(trx)
  return rows[0]?.wish ?? null
}

async function fate<Name extends TemplateName>(
  trx: Trx,
  mail: MailInput<Name>,
  cadence: Cadence | 'bounced',
  now: Date,
): Promise<{ state: 'waiting' | 'held' | 'silenced'; dueAt: Date }> {
  if (cadence === 'never' || cadence === 'bounced') return { state: 'silenced', dueAt: now }
  // A digest is an account's: whoever has none is written to at once.
  const digest = mail.to.accountId !== null && isSilenceable(templateOf(mail.template).kind)
  if (cadence === 'now' || !digest) return { state: 'waiting', dueAt: now }
  const timeZone = mail.to.timeZone ?? (await timeZoneOf(trx, mail.networkId))
  return { state: 'held', dueAt: nextDigest(now, cadence, timeZone) }
}

async function timeZoneOf(trx: Trx, networkId: string): Promise<string> {
  const network = await trx
    .selectFrom('network')
    .select('time_zone')
    .where('id', '=', networkId)
    .executeTakeFirst()
  return network?.time_zone ?? 'UTC'
}

/** A message in a network's name must not lead elsewhere. */
function refuseForeignLink(url: unknown, baseUrl: string): void {
  if (typeof url === 'string' && new URL(url).origin !== new URL(baseUrl).origin) {
    throw new AppError('internal', { cause: new Error('A link of a mail leads to another site') })
  }
}
