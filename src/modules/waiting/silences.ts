import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import { href } from '#http/routes.ts'
import { isId, platformId } from '#kernel/ids.ts'
import type { Locale } from '#kernel/locale.ts'

/** What an account does not want to see among what waits. The tenant names the account. */
export async function silencedKinds(trx: Trx, accountId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('waiting_silence')
    .select('kind')
    .where('account_id', '=', accountId)
    .orderBy('kind')
    .execute()
  return rows.map(({ kind }) => kind)
}

/** These and no others, in all networks of the account. */
export async function setSilencedKinds(trx: Trx, accountId: string, kinds: readonly string[]): Promise<void> {
  await trx
    .deleteFrom('waiting_silence')
    .where('account_id', '=', accountId)
    .$if(kinds.length > 0, rows => rows.where('kind', 'not in', [...kinds]))
    .execute()
  if (kinds.length === 0) return
  await trx
    .insertInto('waiting_silence')
    .values(kinds.map(kind => ({ account_id: accountId, kind })))
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

/** A kind that one account silences, by a link that needs no signing in. */
export interface Silencing {
  accountId: string
  kind: string
}

export function silencingPath(secret: string, locale: Locale, { accountId, kind }: Silencing): string {
  const body = `${accountId}.${kind}`
  return href('waitingSilence', { locale, token: `${body}.${signature(secret, body)}` })
}

/** @returns null for a token that is not ours */
export function readSilencing(secret: string, token: string): Silencing | null {
  const [, accountId = '', kind = '', given] = /^([0-9a-f-]{36})\.([a-z_]+)\.([\w-]{43})$/.exec(token) ?? []
  if (given === undefined || !isId(accountId)) return null
  const expected = Buffer.from(signature(secret, `${accountId}.${kind}`))
  return timingSafeEqual(expected, Buffer.from(given)) ? { accountId, kind } : null
}

/** Of an account that has been erased since, there is nothing to silence. */
export async function silenceKind(db: Db, { accountId, kind }: Silencing, silent: boolean): Promise<void> {
  await inTenant(db, { networkId: platformId, audience: 'public', accountId }, async trx => {
    const known = await silencedKinds(trx, accountId)
    const others = known.filter(one => one !== kind)
    await setSilencedKinds(trx, accountId, silent ? [...others, kind] : others)
  }).catch(error => {
    if ((error as { code?: string }).code !== '23503') throw error
  })
}

function signature(secret: string, body: string): string {
  // The purpose is part of what is signed: the same secret signs other links.
  return createHmac('sha256', secret).update(`waiting.silence\n${body}`).digest('base64url')
}
