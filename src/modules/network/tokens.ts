import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Scope } from '#http/policies.ts'
import { isId, newId } from '#kernel/ids.ts'

export interface Token {
  id: string
  /** Whose own it is: it can do no more than that person. null: the network's. */
  accountId: string | null
  name: string
  scopes: string[]
  expiresAt: Date
  lastUsedAt: Date | null
}

/** Recognisable in a log or a repository by whoever looks for leaked keys. */
const prefix = 'cordee_'

/** Makes a key for the programmes of others. The secret is given back once and never again. */
export async function issueToken(
  trx: Trx,
  networkId: string,
  input: { name: string; scopes: Scope[]; days: number; accountId?: string },
): Promise<{ id: string; secret: string; expiresAt: Date }> {
  const id = newId()
  const secret = prefix + randomBytes(24).toString('base64url')
  const expiresAt = new Date(Date.now() + input.days * 86_400_000)
  await trx
    .insertInto('api_token')
    .values({
      network_id: networkId,
      id,
      name: input.name,
      secret_hash: hash(secret),
      scopes: input.scopes,
      expires_at: expiresAt,
      account_id: input.accountId ?? null,
    })
    .execute()
  return { id, secret, expiresAt }
}

/** @returns the token of this secret, if it lives; its use is noted by the day */
export async function recogniseToken(trx: Trx, networkId: string, secret: string): Promise<Token | null> {
  if (!secret.startsWith(prefix)) return null
  const row = await trx
    .selectFrom('api_token')
    .select(['id', 'account_id', 'name', 'scopes', 'expires_at', 'last_used_at'])
    .where('network_id', '=', networkId)
    .where('secret_hash', '=', hash(secret))
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst()
  if (!row) return null
  if (!row.last_used_at || Date.now() - row.last_used_at.getTime() > 86_400_000) {
    await trx
      .updateTable('api_token')
      .set({ last_used_at: sql`now()` })
      .where('network_id', '=', networkId)
      .where('id', '=', row.id)
      .execute()
  }
  return asToken(row)
}

/** Those of the network; of one account alone where that is given. */
export async function listTokens(trx: Trx, networkId: string, accountId?: string): Promise<Token[]> {
  const rows = await trx
    .selectFrom('api_token')
    .select(['id', 'account_id', 'name', 'scopes', 'expires_at', 'last_used_at'])
    .where('network_id', '=', networkId)
    .$if(accountId !== undefined, query => query.where('account_id', '=', accountId ?? null))
    .orderBy('created_at')
    .limit(500)
    .execute()
  return rows.map(asToken)
}

/** @returns whether there was such a token */
export async function revokeToken(
  trx: Trx,
  networkId: string,
  id: string,
  accountId?: string,
): Promise<boolean> {
  if (!isId(id)) return false
  const result = await trx
    .deleteFrom('api_token')
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .$if(accountId !== undefined, query => query.where('account_id', '=', accountId ?? null))
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

function asToken(row: {
  id: string
  account_id: string | null
  name: string
  scopes: string[]
  expires_at: Date
  last_used_at: Date | null
}): Token {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    scopes: row.scopes,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }
}

/** The secret is 192 bits of chance: a fast hash hides it as well as a slow one. */
function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
