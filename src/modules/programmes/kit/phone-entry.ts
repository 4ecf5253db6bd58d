import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import type { Entry } from '#modules/network/index.ts'
import { dayField } from '#modules/programmes/day-field.ts'
import { markOf, type Said } from '#modules/programmes/kit/kit.ts'
import { actingFor, fulfil, fulfilmentInput, openForWork } from '#modules/programmes/progress/fulfilments.ts'
import type { Kinds } from '#modules/programmes/progress/progress-of.ts'

/** As it was typed without a connection: the day is said, and what there was when the kit was packed. */
export const phoneInput = fulfilmentInput.extend({
  step: z.string().refine(isId, { error: 'form.error.choose' }),
  done: dayField,
  seen: z.string().max(40).default(''),
  /** For whom the kit was packed. */
  owner: z.string().max(40).default(''),
})
export type PhoneInput = z.output<typeof phoneInput>

/**
 * Says what was typed on a phone, as if it had been said at once. Sent twice it is kept once. Where the same was said
 * otherwise meanwhile, on another device, that stays, and is given back.
 */
export async function fulfilFromPhone(
  trx: Trx,
  entry: Entry,
  kinds: Kinds,
  programmeId: string,
  input: PhoneInput,
): Promise<{ outcome: 'done' } | { outcome: 'conflict'; known: Said; seen: string }> {
  const opened = await openForWork(trx, entry, programmeId)
  const { organisationId, own } = await actingFor(trx, entry, opened, input.organisation)
  const known = await saidBefore(trx, entry, programmeId, input.expectation, organisationId, own)
  const { done: doneOn, minutes, note, url } = input
  if (known && markOf(known) === markOf({ doneOn, minutes, note, url })) return { outcome: 'done' }
  if (known && markOf(known) !== input.seen) return { outcome: 'conflict', known, seen: markOf(known) }
  const id = await fulfil(
    trx,
    entry,
    kinds,
    { programmeId, stepId: input.step },
    { ...input, organisation: organisationId },
  )
  await trx
    .updateTable('programme_fulfilment')
    .set({ entered_by: 'phone' })
    .where('network_id', '=', entry.network.id)
    .where('programme_id', '=', programmeId)
    .where('id', '=', id)
    .execute()
  return { outcome: 'done' }
}

/** Under a lock: what comes from the phone twice at once comes one after the other. */
async function saidBefore(
  trx: Trx,
  { network, personId }: Entry,
  programmeId: string,
  expectationId: string,
  organisationId: string,
  own: boolean,
): Promise<Said | null> {
  const row = await trx
    .selectFrom('programme_fulfilment')
    .select(['done_on as doneOn', 'minutes', 'note', 'url'])
    .where('network_id', '=', network.id)
    .where('programme_id', '=', programmeId)
    .where('expectation_id', '=', expectationId)
    .where('organisation_id', '=', organisationId)
    .where('person_id', own && personId !== null ? '=' : 'is', own ? personId : null)
    .orderBy('id')
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}
