import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'

/** Who reads or writes, and in which network: what row-level security goes by. */
export interface Tenant {
  networkId: string
  /** 'network' for those at work inside it, 'public' for everyone else. */
  audience: 'public' | 'network'
  accountId?: string
}

/** One transaction in the tenant's name: all that `work` does is kept, or nothing. */
export async function inTenant<T>(db: Db, tenant: Tenant, work: (trx: Trx) => Promise<T>): Promise<T> {
  return transact(db, `begin; ${settings(tenant)}`, work)
}

/** One consistent, read-only view of the tenant's data. */
export async function readTenant<T>(db: Db, tenant: Tenant, work: (trx: Trx) => Promise<T>): Promise<T> {
  return transact(db, `begin isolation level repeatable read, read only; ${settings(tenant)}`, work)
}

/**
 * Goes on in another tenant's name, in the same transaction: for work that writes to people of several networks and is kept
 * whole or not at all. What follows sees that tenant's data and no other.
 */
export async function changeTenant(trx: Trx, tenant: Tenant): Promise<void> {
  await sql.raw(settings(tenant)).execute(trx)
}

/**
 * The settings are literals, not parameters: a parameterised set_config does not reach the workers of a distributed
 * database. Hence the checks. One simple query opens the transaction and names the tenant in one round trip.
 */
function settings(tenant: Tenant): string {
  for (const id of [tenant.networkId, tenant.accountId]) {
    if (id !== undefined && !isId(id)) throw new AppError('internal', { cause: new Error('Not an id') })
  }
  const audience = tenant.audience === 'network' ? 'network' : 'public'
  return (
    `set local app.network_id = '${tenant.networkId}'; set local app.audience = '${audience}'; ` +
    `set local app.account_id = '${tenant.accountId ?? ''}'`
  )
}

function transact<T>(db: Db, opening: string, work: (trx: Trx) => Promise<T>): Promise<T> {
  return db.connection().execute(async connection => {
    const trx = connection as Trx
    await sql.raw(opening).execute(trx)
    try {
      const result = await work(trx)
      await sql.raw('commit').execute(trx)
      return result
    } catch (error) {
      await sql.raw('rollback').execute(trx)
      throw error
    }
  })
}
