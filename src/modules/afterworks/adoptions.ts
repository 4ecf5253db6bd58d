import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { rank } from '#http/policies.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import type { AdoptionInput } from '#modules/afterworks/schema.ts'
import { openSeries, type Series } from '#modules/afterworks/series.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** A tool that an organisation took up, with what shows it. */
export interface Adoption {
  id: string
  organisation: string
  tool: string
  evidence: string
  on: string
  /** Whether the reader may take it back. */
  own: boolean
}

const mostShown = 200

export async function listAdoptions(trx: Trx, entry: Entry, series: Series): Promise<Adoption[]> {
  const acting = entry.mandates.flatMap(({ organisationId }) => organisationId ?? [])
  const runs = rank(entry.role) >= rank('facilitator')
  const { rows } = await sql<Adoption>`
    select adoption.id, organisation.name as organisation, adoption.tool, adoption.evidence, adoption.on_day as on,
      ${runs} or adoption.organisation_id = any(${acting}::uuid[]) as own
    from adoption join organisation on organisation.id = adoption.organisation_id
    where adoption.network_id = ${entry.network.id} and adoption.series_id = ${series.id}
    order by adoption.on_day desc, adoption.id desc limit ${mostShown}`.execute(trx)
  return rows
}

/** @throws Refusal for a tool it took up already; AppError 'forbidden' for an organisation one does not act for */
export async function adopt(trx: Trx, entry: Entry, slug: string, input: AdoptionInput): Promise<void> {
  const { network, personId } = entry
  if (!entry.mandates.some(({ organisationId }) => organisationId === input.organisationId))
    throw new AppError('forbidden')
  const series = await openSeries(trx, entry, slug)
  const id = newId()
  const { rows } = await sql<{ id: string }>`
    insert into adoption (network_id, series_id, id, organisation_id, tool, evidence, person_id)
    values (${network.id}, ${series.id}, ${id}, ${input.organisationId}, ${input.tool}, ${input.evidence}, ${personId})
    on conflict (network_id, series_id, organisation_id, tool) do nothing returning id`.execute(trx)
  if (rows.length === 0) throw new Refusal({ field: 'tool', message: 'afterworks.error.adopted' })
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'adoption.added',
    subject: { type: 'adoption', id },
    after: { organisation: input.organisationId },
  })
}

export async function removeAdoption(trx: Trx, entry: Entry, slug: string, id: string): Promise<void> {
  const { network } = entry
  const series = await openSeries(trx, entry, slug)
  const found = isId(id)
    ? await trx
        .selectFrom('adoption')
        .select(['organisation_id'])
        .where('network_id', '=', network.id)
        .where('series_id', '=', series.id)
        .where('id', '=', id)
        .executeTakeFirst()
    : undefined
  if (!found) throw new AppError('not-found')
  const acts = entry.mandates.some(({ organisationId }) => organisationId === found.organisation_id)
  if (!acts && rank(entry.role) < rank('facilitator')) throw new AppError('forbidden')
  await trx.deleteFrom('adoption').where('network_id', '=', network.id).where('id', '=', id).execute()
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'adoption.removed',
    subject: { type: 'adoption', id },
    before: { organisation: found.organisation_id },
  })
}
