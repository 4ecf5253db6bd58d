import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import type { Finding } from '#db/examination.ts'
import { readTenant } from '#db/tenant.ts'
import { platformId } from '#kernel/ids.ts'

/**
 * 'altered': the entry is not what its hash was taken over. 'unlinked': it is not chained to the one before it.
 * 'missing': it is not there, though a later one is. 'head': the chain does not end where its head says.
 */
export type BreakReason = 'altered' | 'unlinked' | 'missing' | 'head'

export interface BrokenLink {
  networkId: string
  seq: number
  reason: BreakReason
}

const batchEntries = 5_000
const batchNetworks = 500

/**
 * Follows the chain of one network, or of all and the installation's own, from its first entry to its head. The
 * database computes; of each batch one row comes here.
 * @param db as the application or as the owner
 * @returns the first link that does not hold, null when all do
 */
export async function verifyChain(db: Db, networkId: string | 'all'): Promise<BrokenLink | null> {
  if (networkId !== 'all') return verifyOne(db, networkId)
  for await (const id of everyNetwork(db)) {
    const broken = await verifyOne(db, id)
    if (broken) return broken
  }
  return null
}

/** What `cordee doctor` has to say of the audit log. */
export async function examineAudit({ db }: { db: Db }): Promise<Finding[]> {
  const broken = await verifyChain(db, 'all')
  const detail = broken && `${broken.networkId} ${broken.seq} ${broken.reason}`
  return [{ check: 'audit', holds: !broken, ...(detail && { detail }) }]
}

async function* everyNetwork(db: Db): AsyncGenerator<string> {
  yield platformId
  for (let last = platformId; ; ) {
    const rows = await db
      .selectFrom('network')
      .select('id')
      .where('id', '>', last)
      .orderBy('id')
      .limit(batchNetworks)
      .execute()
    for (const { id } of rows) yield id
    const end = rows.at(-1)
    if (!end) return
    last = end.id
  }
}

/** In one snapshot: what is added meanwhile is neither seen nor waited for. */
function verifyOne(db: Db, networkId: string): Promise<BrokenLink | null> {
  return readTenant(db, { networkId, audience: 'network' }, async trx => {
    const head = await trx
      .selectFrom('audit_head')
      .select(['seq', 'hash'])
      .where('network_id', '=', networkId)
      .executeTakeFirst()
    let end: Link = { seq: 0, hash: Buffer.alloc(32) }
    for (;;) {
      const batch = await verifyBatch(trx, networkId, end)
      if (batch.broken) return { networkId, ...batch.broken }
      if (!batch.end) break
      end = batch.end
    }
    if (!head && end.seq === 0) return null
    if (head && Number(head.seq) === end.seq && head.hash.equals(end.hash)) return null
    // The entry that is missing at the end, or the last that the head does not know.
    return { networkId, seq: head && Number(head.seq) > end.seq ? end.seq + 1 : end.seq, reason: 'head' }
  })
}

interface Link {
  seq: number
  hash: Buffer
}

/** The links after the one given, up to the first that is broken, or to the end of the batch. */
async function verifyBatch(
  trx: Trx,
  networkId: string,
  previous: Link,
): Promise<{ broken: { seq: number; reason: BreakReason } | null; end: Link | null }> {
  const { rows } = await sql<{
    place: number
    seq: number
    hash: Buffer
    reason: BreakReason | null
  }>`
    with entry as (
      select seq, hash, previous_hash, audit_hash(e) = hash as sound
      from audit_entry e
      where network_id = ${networkId} and seq > ${previous.seq} order by seq limit ${batchEntries}
    ), chained as (
      select seq, hash, sound, ${previous.seq}::bigint + row_number() over (order by seq) as place,
        previous_hash = lag(hash, 1, ${previous.hash}::bytea) over (order by seq) as linked
      from entry
    ), judged as (
      select place, seq, hash,
        case when seq <> place then 'missing' when not sound then 'altered' when not linked then 'unlinked' end as reason
      from chained
    )
    (select * from judged where reason is not null order by seq limit 1)
    union all
    (select place, seq, hash, null from judged order by seq desc limit 1)`.execute(trx)
  const broken = rows.find(row => row.reason !== null)
  const end = rows.find(row => row.reason === null)
  return {
    broken: broken?.reason ? { seq: broken.place, reason: broken.reason } : null,
    end: end ? { seq: end.seq, hash: end.hash } : null,
  }
}
