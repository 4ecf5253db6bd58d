import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { openSeries } from '#modules/meetings/series/series.ts'
import { tellHostConfirmed } from '#modules/meetings/series/telling.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/**
 * Whoever is asked to receive dates of a series says yes to all of those that are to come; those who run it are told once.
 * To some of them alone, or no, is said on their pages.
 * @returns to how many
 */
export async function confirmHosting(trx: Trx, entry: Entry, seriesId: string): Promise<number> {
  const { network, personId } = entry
  const series = await openSeries(trx, entry, seriesId, 'read')
  if (personId === null) throw new AppError('forbidden', { params: { scope: 'meetings:take-part' } })
  const { rows } = await sql<{ id: string }>`
    update meeting set host_state = 'confirmed', updated_at = now()
    where network_id = ${network.id}::uuid and series_id = ${series.id}::uuid and state = 'scheduled'
      and ends_at > now() and host_person_id = ${personId}::uuid and host_state = 'asked'
    returning id`.execute(trx)
  if (rows.length === 0) return 0
  await tellHostConfirmed(
    trx,
    entry,
    series,
    rows.map(({ id }) => id),
  )
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'series.host-confirmed',
    subject: { type: 'series', id: series.id },
    after: { person: personId, dates: rows.length },
  })
  return rows.length
}
