import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Has a network know the person by the name their account now gives itself. */
export async function renamePerson(trx: Trx, networkId: string, actor: Actor, name: string): Promise<void> {
  const renamed = await trx
    .updateTable('person')
    .set({ name })
    .where('network_id', '=', networkId)
    .where('account_id', '=', actor.accountId)
    .where('name', '<>', name)
    .returning('id')
    .executeTakeFirst()
  if (!renamed) return
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, actor, {
    action: 'person.changed',
    subject: { type: 'person', id: renamed.id },
    after: { fields: ['name'] },
  })
}

/**
 * The address of an account has changed: who wrote to the old one writes to the new one. Where someone else of the
 * network has it already, the person is left without.
 */
export async function readdressPerson(
  trx: Trx,
  networkId: string,
  actor: Actor,
  email: string,
): Promise<void> {
  const changed = await trx
    .updateTable('person')
    .set({
      email: sql<string | null>`case when exists (
        select from person other where other.network_id = ${networkId} and other.email = ${email}
          and other.account_id is distinct from ${actor.accountId}::uuid
      ) then null else ${email} end`,
    })
    .where('network_id', '=', networkId)
    .where('account_id', '=', actor.accountId)
    .where('email', 'is distinct from', email)
    .returning('id')
    .executeTakeFirst()
  if (!changed) return
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, actor, {
    action: 'person.changed',
    subject: { type: 'person', id: changed.id },
    after: { fields: ['email'] },
  })
}
