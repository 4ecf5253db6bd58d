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
  /** Not held for a digest, for someone who is called by name; what they silenced stays silent. */
  atOnce?: boolean
  now?: Date
  /** Where it is known beforehand: what was gathered into it names it. */
  id?: string
  /** The address of somebody who agreed to be answered there; null as if it were left out. */
  replyTo?: string | null
}

/**
 * Writes a message in the caller's transaction: it is sent if that is kept, and only then. What the recipient silenced
 * is kept as such; what they want in a digest is held for it.
 * @returns its id
 * @throws AppError 'invalid-input' for an address that cannot be written to, or answered to; ZodError for params that are not the template's
 */
export async function queueMail<Name extends TemplateName>(trx: Trx, mail: MailInput<Name>): Promise<string> {
  const [id] = await writeMails(trx, mail.networkId, [mail])
  if (id === undefined) throw new AppError('internal')
  return id
}

/**
 * Writes to many at once, all of one network: the same as each by itself, in as few queries as for one.
 * @returns their ids, in the order given
 */
export async function queueMails(trx: Trx, networkId: string, mails: AnyMail[]): Promise<string[]> {
  return writeMails(trx, networkId, mails)
}

type SomeMail = Omit<MailInput<TemplateName>, 'networkId'>
/** Each with the params of its own template. */
type AnyMail = { [Name in TemplateName]: Omit<MailInput<Name>, 'networkId'> }[TemplateName]

async function writeMails(trx: Trx, networkId: string, mails: SomeMail[]): Promise<string[]> {
  if (mails.length === 0) return []
  const written = mails.map(asWritten)
  const wishes = await wishesOf(trx, written)
  const zone = written.some(mail => mail.to.timeZone === undefined) ? await timeZoneOf(trx, networkId) : 'UTC'
  const rows = written.map((mail, index) => {
    const { to, kind, now, secrets } = mail
    const wish = wishes[index] ?? null
    const stands = wish === 'never' || wish === 'bounced'
    const cadence = mail.atOnce && !stands ? 'now' : (wish ?? mail.batch ?? 'now')
    const { state, dueAt } = fate(mail, cadence, zone)
    const silent = state === 'silenced'
    return {
      network_id: networkId,
      id: mail.id ?? newId(now.getTime()),
      account_id: to.accountId,
      address: to.address,
      name: oneLine(to.name),
      locale: to.locale,
      time_zone: to.timeZone ?? null,
      kind,
      template: mail.template,
      params: JSON.stringify(Object.fromEntries(mail.params)),
      secrets: secrets.length > 0 && !silent ? JSON.stringify(Object.fromEntries(secrets)) : null,
      base_url: new URL(mail.baseUrl).origin,
      reply_to: mail.replyTo,
      state,
      error: silent ? (wish === 'bounced' ? 'bounced' : 'silenced') : null,
      due_at: dueAt,
      created_at: now,
    }
  })
  // So many values as one statement can have, and no more.
  for (let from = 0; from < rows.length; from += 1_000)
    await trx
      .insertInto('mail_message')
      .values(rows.slice(from, from + 1_000))
      .execute()
  if (rows.some(({ state }) => state === 'waiting')) await announceWork(trx, sendQueue)
  return rows.map(({ id }) => id)
}

interface WrittenMail {
  to: Recipient
  template: TemplateName
  kind: Kind
  params: [string, unknown][]
  secrets: [string, unknown][]
  baseUrl: string
  batch: 'daily' | 'weekly' | undefined
  atOnce: boolean
  now: Date
  id: string | undefined
  replyTo: string | null
}

function asWritten(mail: SomeMail): WrittenMail {
  const { to, replyTo = null } = mail
  // A header is made of it.
  if (!isAddress(to.address) || (replyTo !== null && !isAddress(replyTo))) {
    const message = i18nFor(to.locale).t('mail.address.invalid')
    throw new AppError('invalid-input', { fields: [{ field: 'address', message }] })
  }
  const template = templateOf(mail.template)
  const given = template.params.parse(mail.params) as Record<string, unknown>
  refuseForeignLink(given.url, mail.baseUrl)
  const isSecret = ([name]: [string, unknown]) => template.secrets.includes(name)
  return {
    to,
    template: mail.template,
    kind: template.kind,
    params: Object.entries(given).filter(entry => !isSecret(entry)),
    secrets: Object.entries(given).filter(isSecret),
    baseUrl: mail.baseUrl,
    batch: mail.batch,
    atOnce: mail.atOnce ?? false,
    now: mail.now ?? new Date(),
    id: mail.id,
    replyTo,
  }
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

/** The same of many at once. */
async function wishesOf(trx: Trx, mails: WrittenMail[]): Promise<(Cadence | 'bounced' | null)[]> {
  const asked = mails.map(({ to, kind }, place) => ({
    place,
    account: to.accountId,
    hash: addressHash(to.address).toString('hex'),
    kind,
  }))
  const { rows } = await sql<{ wish: Cadence | 'bounced' | null }>`
    select case when kind = 'security' then 'now' else mail_wish(account, decode(hash, 'hex'), kind) end as wish
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked (place integer, account uuid, hash text, kind text)
    order by place`.execute(trx)
  return rows.map(({ wish }) => wish)
}

function fate(
  { to, kind, now }: WrittenMail,
  cadence: Cadence | 'bounced',
  networkZone: string,
): { state: 'waiting' | 'held' | 'silenced'; dueAt: Date } {
  if (cadence === 'never' || cadence === 'bounced') return { state: 'silenced', dueAt: now }
  // A digest is an account's: whoever has none is written to at once.
  const digest = to.accountId !== null && isSilenceable(kind)
  if (cadence === 'now' || !digest) return { state: 'waiting', dueAt: now }
  return { state: 'held', dueAt: nextDigest(now, cadence, to.timeZone ?? networkZone) }
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
