import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { queueDeliveries } from '#platform/webhooks/queue.ts'

export interface ChangeRecord {
  /** What was done, by what it was done to: 'settings.changed', 'member.invited'. */
  action: string
  /** By id: never a name or an address, which could not be erased. */
  subject: { type: string; id: string }
  /** Fields as they were; absent for what is new. Personal data only by id, and no secrets. */
  before?: Fields | undefined
  /** Fields as they are now; absent for what is gone. */
  after?: Fields | undefined
}

export type Fields = Record<string, unknown>

/**
 * Adds what was done to the audit log, and lets the webhooks that wait for it know, all in the transaction given, of
 * the network at work (`platformId` for the installation's own log). Of `before` and `after` the fields that differ
 * are kept; where both are given and none differs, nothing was done and nothing is recorded.
 *
 * To be called last: from here to the end of the transaction, others who record something in this network wait.
 * @throws Error for a field named like a secret; 'insufficient_privilege' by the database when the network is not the
 *   one at work, or the actor's account not the one at work
 */
export async function recordChange(
  trx: Trx,
  networkId: string,
  actor: Actor,
  change: ChangeRecord,
): Promise<void> {
  const { before, after } = difference(change.before, change.after)
  if (before && after && Object.keys(before).length === 0 && Object.keys(after).length === 0) return
  const { rows } = await sql<{ at: Date }>`
    select at from audit_append(
      ${networkId}, ${actor.accountId}, ${actor.mandateId}, ${actor.tokenId}, ${actor.origin},
      ${change.action}, ${change.subject.type}, ${change.subject.id}, ${text(before)}, ${text(after)}
    )`.execute(trx)
  const at = rows[0]?.at ?? new Date()
  await queueDeliveries(trx, networkId, { action: change.action, subject: change.subject, at })
}

/**
 * What differs between two states, as JSON would hold them. A state that is missing stays missing, and the other is
 * kept whole.
 * @throws Error for a field named like a secret, at any depth
 */
export function difference(
  before: Fields | undefined,
  after: Fields | undefined,
): { before: Fields | null; after: Fields | null } {
  const [was, is] = [settled(before), settled(after)]
  if (!was || !is) return { before: was, after: is }
  const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    name => !isDeepStrictEqual(own(was, name), own(is, name)),
  )
  return { before: only(was, changed), after: only(is, changed) }
}

/** As JSON has it: dates as text, nothing undefined, no half characters, which PostgreSQL refuses. */
function settled(fields: Fields | undefined): Fields | null {
  if (fields === undefined) return null
  return JSON.parse(
    JSON.stringify(fields, (name, value: unknown) => {
      if (/secret|password|token|hash/i.test(name))
        throw new Error(`A field named like a secret does not go into the audit log: ${name}`)
      return typeof value === 'string' ? value.toWellFormed() : value
    }),
  )
}

function only(fields: Fields, names: string[]): Fields {
  return Object.fromEntries(
    names.filter(name => Object.hasOwn(fields, name)).map(name => [name, fields[name]]),
  )
}

/** Not what every object has: a field may be called `__proto__` or `constructor`. */
function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

function text(fields: Fields | null): string | null {
  return fields && JSON.stringify(fields)
}
