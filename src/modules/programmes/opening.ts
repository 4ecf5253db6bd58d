import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import type { Locale } from '#kernel/locale.ts'
import { type Group, openGroup, type Reader } from '#modules/groups/index.ts'
import { Refusal } from '#modules/network/index.ts'
import type { Closure, Programme, ProgrammeState } from '#modules/programmes/programme.ts'

export type Need = 'read' | 'take-part' | 'run'

/** A programme as someone finds it: whoever may read, take part in or run its group may do so here. */
export interface OpenedProgramme {
  programme: Programme
  group: Group
  mayTakePart: boolean
  mayRun: boolean
}

/**
 * Visitors never come here, not even where the group is public: who has done what is between those at work.
 * @throws AppError 'not-found' for one that is not there, was undone, or is of a group this reader may not know of;
 *   'forbidden' for what they may not do; Refusal for what nobody does once it has ended
 */
export async function openProgramme(
  trx: Trx,
  reader: Reader,
  id: string,
  need: Need,
): Promise<OpenedProgramme> {
  if (!isId(id) || reader.role === 'visitor') throw new AppError('not-found')
  const row = await trx
    .selectFrom('programme')
    .selectAll()
    .where('network_id', '=', reader.network.id)
    .where('id', '=', id)
    .where('state', '<>', 'undone')
    .executeTakeFirst()
  if (!row) throw new AppError('not-found')
  const { group, mayTakePart, mayRun } = await openGroup(trx, reader, row.group_id, need)
  if (need === 'run' && row.state === 'ended')
    throw new Refusal({ field: '', message: 'programme.error.ended' })
  return { programme: asProgramme(row), group, mayTakePart, mayRun }
}

export function asProgramme(row: {
  id: string
  group_id: string
  name: string
  about: string
  language: string
  template_key: string
  template_version: number
  starts_on: string
  ends_on: string
  country: string | null
  subdivision: string | null
  time_zone: string
  closures: unknown
  state: string
  paused_on: string | null
  shared: boolean
  revision: number
}): Programme {
  return {
    id: row.id,
    groupId: row.group_id,
    name: row.name,
    about: row.about,
    language: row.language as Locale,
    templateKey: row.template_key,
    templateVersion: row.template_version,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    country: row.country,
    subdivision: row.subdivision,
    timeZone: row.time_zone,
    closures: row.closures as Closure[],
    state: row.state as ProgrammeState,
    pausedOn: row.paused_on,
    shared: row.shared,
    revision: row.revision,
  }
}
