import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { keepingAnAdministrator } from '#modules/network/mandates.ts'
import { findOrganisation } from '#modules/network/organisations/organisations.ts'
import { Refusal } from '#modules/network/refusal.ts'
import { recordChange } from '#platform/audit/record.ts'

/**
 * Ends a membership, and with it the mandates held for the organisation: the day given is the last of both.
 * @throws Refusal for a day before it began, or when the network would be left without an administrator
 */
export async function endMembership(
  trx: Trx,
  networkId: string,
  actor: Actor,
  id: string,
  lastDay: string,
): Promise<void> {
  const before = await findOrganisation(trx, networkId, id)
  if (!before) throw new AppError('not-found')
  if (lastDay < before.from) throw new Refusal({ field: 'until', message: 'mandate.error.order' })
  await keepingAnAdministrator(trx, networkId, async () => {
    await trx
      .updateTable('membership')
      .set({ valid_until: lastDay })
      .where('network_id', '=', networkId)
      .where('organisation_id', '=', id)
      .execute()
    const ended = await trx
      .updateTable('mandate')
      .set({ valid_until: lastDay })
      .where('network_id', '=', networkId)
      .where('organisation_id', '=', id)
      .where('valid_from', '<=', lastDay)
      .where(({ or, eb }) => or([eb('valid_until', 'is', null), eb('valid_until', '>', lastDay)]))
      .returning('id')
      .execute()
    // Those that would have begun later never do.
    const removed = await trx
      .deleteFrom('mandate')
      .where('network_id', '=', networkId)
      .where('organisation_id', '=', id)
      .where('valid_from', '>', lastDay)
      .returning('id')
      .execute()
    await announceChange(trx, networkId)
    await recordChange(trx, networkId, actor, {
      action: 'membership.ended',
      subject: { type: 'organisation', id },
      before: { valid_until: before.until },
      after: {
        valid_until: lastDay,
        mandates: ended.map(row => row.id),
        removed: removed.map(row => row.id),
      },
    })
  })
}

/** Takes back an end that was a mistake, or has come to nothing. Its mandates are to be given again. */
export async function resumeMembership(trx: Trx, networkId: string, actor: Actor, id: string): Promise<void> {
  const before = await findOrganisation(trx, networkId, id)
  if (!before) throw new AppError('not-found')
  await trx
    .updateTable('membership')
    .set({ valid_until: null })
    .where('network_id', '=', networkId)
    .where('organisation_id', '=', id)
    .execute()
  await announceChange(trx, networkId)
  await recordChange(trx, networkId, actor, {
    action: 'membership.resumed',
    subject: { type: 'organisation', id },
    before: { valid_until: before.until },
    after: { valid_until: null },
  })
}
