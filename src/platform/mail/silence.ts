import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import { isId, platformId } from '#kernel/ids.ts'
import { addressHash } from '#platform/mail/address.ts'
import {
  type Cadence,
  isCadence,
  isSilenceable,
  type SilenceableKind,
  silenceable,
} from '#platform/mail/cadence.ts'

/** Who refuses which kinds of mail: an account, or the holder of an address without one. */
export interface Unsubscribe {
  accountId: string | null
  /** SHA-256 of the address, in hexadecimal; null where there is an account. */
  address: string | null
  kinds: SilenceableKind[]
}

/** How often an account wants each kind of mail; null where it has not said. The tenant names the account. */
export async function readCadences(
  trx: Trx,
  accountId: string,
): Promise<Record<SilenceableKind, Cadence | null>> {
  const rows = await trx
    .selectFrom('mail_preference')
    .select(['kind', 'cadence'])
    .where('account_id', '=', accountId)
    .execute()
  const found = new Map(rows.map(row => [row.kind, isCadence(row.cadence) ? row.cadence : null]))
  return Object.fromEntries(silenceable.map(kind => [kind, found.get(kind) ?? null])) as Record<
    SilenceableKind,
    Cadence | null
  >
}

/** What is already held for a digest still goes with it, unless the kind is silenced. */
export async function setCadences(
  trx: Trx,
  accountId: string,
  wishes: Partial<Record<SilenceableKind, Cadence>>,
): Promise<void> {
  const rows = Object.entries(wishes).map(([kind, cadence]) => ({ account_id: accountId, kind, cadence }))
  if (rows.length === 0) return
  await trx
    .insertInto('mail_preference')
    .values(rows)
    .onConflict(conflict =>
      conflict.columns(['account_id', 'kind']).doUpdateSet(row => ({ cadence: row.ref('excluded.cadence') })),
    )
    .execute()
}

/** Where a mail of these kinds is turned off: a page on GET; at once on POST, as RFC 8058 has it. Without end. */
export function silencePath(
  secret: string | Buffer,
  to: { accountId: string | null; address: string; locale: string },
  kinds: readonly SilenceableKind[],
): string {
  const who = to.accountId ? `a.${to.accountId}` : `h.${addressHash(to.address).toString('hex')}`
  const body = `${who}.${[...kinds].sort().join('-')}`
  return `/${to.locale}/mail/silence/${body}.${signature(secret, body)}`
}

/** @returns null for a token that is not ours */
export function readUnsubscribe(secret: string | Buffer, token: string): Unsubscribe | null {
  const [, body, given] = /^([ah]\.[0-9a-f-]+\.[a-z-]+)\.([\w-]{43})$/.exec(token) ?? []
  if (body === undefined || given === undefined) return null
  const expected = Buffer.from(signature(secret, body))
  if (!timingSafeEqual(expected, Buffer.from(given))) return null
  const [form, who = '', names = ''] = body.split('.')
  const kinds = names.split('-').filter(isSilenceable)
  if (form === 'h') return { accountId: null, address: who, kinds }
  return isId(who) ? { accountId: who, address: null, kinds } : null
}

/** Turns the kinds of a token off. Whoever holds the mail may do so, without signing in; done again, it changes nothing. */
export async function silence(db: Db, { accountId, address, kinds }: Unsubscribe): Promise<void> {
  if (accountId) {
    const wishes = Object.fromEntries(kinds.map(kind => [kind, 'never' as const]))
    await inTenant(db, { networkId: platformId, audience: 'public', accountId }, trx =>
      setCadences(trx, accountId, wishes),
    )
  } else if (address && kinds.length > 0) {
    const hash = Buffer.from(address, 'hex')
    await db
      .insertInto('mail_silence')
      .values(kinds.map(kind => ({ address_hash: hash, kind })))
      .onConflict(conflict => conflict.doNothing())
      .execute()
  }
}

/** To be called when an address is verified: mail may go there again, whatever a server said before. */
export async function forgiveAddress(trx: Trx, address: string): Promise<void> {
  await trx.deleteFrom('mail_bounce').where('address_hash', '=', addressHash(address)).execute()
}

function signature(secret: string | Buffer, body: string): string {
  // The purpose is part of what is signed: the same secret may sign other things.
  return createHmac('sha256', secret).update(`mail.silence\n${body}`).digest('base64url')
}
