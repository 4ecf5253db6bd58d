import { sql } from 'kysely'
import { inTenant } from '#db/tenant.ts'
import { platformId } from '#kernel/ids.ts'
import type { DigestContext } from '#modules/waiting/digest/digest-job.ts'
import { digestsFor, type Reader } from '#modules/waiting/digest/writing.ts'
import { type Content, mailBeforehand, nextDigest } from '#platform/mail/index.ts'

export interface DigestBeforehand {
  /** What it would say now; null where it would not come, for want of anything new. */
  mail: Content | null
  cadence: 'daily' | 'weekly' | 'never'
  /** When it comes next; null for whoever does not want it. */
  comesAt: Date | null
  timeZone: string
}

/** What the digest of an account would say now: by the steps that write it, each of them taken back. */
export async function digestBeforehand(
  context: DigestContext,
  accountId: string,
  now = new Date(),
): Promise<DigestBeforehand | null> {
  return inTenant(context.db, { networkId: platformId, audience: 'network', accountId }, async trx => {
    const { rows } = await sql<Reader & { cadence: DigestBeforehand['cadence'] }>`
      select * from waiting_digest_reader()`.execute(trx)
    const [reader] = rows
    if (!reader) return null
    const { cadence, time_zone: timeZone } = reader
    await sql`savepoint untold`.execute(trx)
    const [digest] = await digestsFor(trx, context, rows, now)
    await sql`rollback to savepoint untold`.execute(trx)
    return {
      mail: digest ? await mailBeforehand(trx, { ...digest, networkId: platformId }, context.secret) : null,
      cadence,
      comesAt: cadence === 'never' ? null : nextDigest(now, cadence, timeZone),
      timeZone,
    }
  })
}
