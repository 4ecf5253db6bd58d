import { sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { type Entry, optionalDay, optionalId, Refusal } from '#modules/network/index.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { takingPart } from '#modules/programmes/progress/acting.ts'
import { actingFor, openForWork, todayOf } from '#modules/programmes/progress/fulfilments.ts'
import { recordChange } from '#platform/audit/record.ts'

const step = z.string().refine(isId, { error: 'form.error.choose' })
const reason = z.string().trim().max(1_000).default('')

/** What whoever runs a programme agrees on with an organisation about a step. */
export const arrangementForm = z.object({
  step,
  organisation: z.string().refine(isId, { error: 'form.error.choose' }),
  kind: z.enum(['later', 'waived']),
  due: optionalDay,
  reason,
})

/** What an organisation would like. */
export const proposalForm = z.object({ step, organisation: optionalId, due: optionalDay, reason })

/** Which arrangement, or which proposal. */
export const removalForm = z.object({ step, organisation: z.string().refine(isId) })

export interface Proposal {
  stepId: string
  organisation: { id: string; name: string }
  dueOn: string
  reason: string
  proposedBy: string | null
}

/** In the place of an earlier one, and the answer to what the organisation proposed. @throws AppError; Refusal */
export async function arrange(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  input: z.output<typeof arrangementForm>,
): Promise<void> {
  const networkId = entry.network.id
  const { programme, group } = await openProgramme(trx, entry, programmeId, 'run')
  await refuseForeignStep(trx, networkId, programme.id, input.step)
  if (!(await takingPart(trx, networkId, group.id)).some(({ id }) => id === input.organisation))
    throw new Refusal({ field: 'organisation', message: 'form.error.choose' })
  const later = input.kind === 'later'
  if (later) await refusePastDay(trx, programme.timeZone, input.due)
  else if (input.reason === '') throw new Refusal({ field: 'reason', message: 'form.error.required' })
  const values = {
    kind: input.kind,
    due_on: later ? input.due : null,
    reason: input.reason,
    made_by: entry.personId,
    made_at: sql<Date>`now()`,
  }
  await trx
    .insertInto('programme_arrangement')
    .values({
      ...{ network_id: networkId, programme_id: programme.id, step_id: input.step },
      ...{ organisation_id: input.organisation, ...values },
    })
    .onConflict(conflict =>
      conflict.columns(['network_id', 'programme_id', 'step_id', 'organisation_id']).doUpdateSet(values),
    )
    .execute()
  await forgetProposal(trx, networkId, { programmeId: programme.id, ...input })
  await recordChange(trx, networkId, entry.actor, {
    action: 'programme.arranged',
    subject: { type: 'programme', id: programme.id },
    after: {
      step_id: input.step,
      organisation_id: input.organisation,
      kind: input.kind,
      due_on: values.due_on,
    },
  })
}

/** The step is as for everyone again. */
export async function endArrangement(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  of: z.output<typeof removalForm>,
): Promise<void> {
  const networkId = entry.network.id
  const { programme } = await openProgramme(trx, entry, programmeId, 'run')
  const { numDeletedRows } = await trx
    .deleteFrom('programme_arrangement')
    .where('network_id', '=', networkId)
    .where('programme_id', '=', programme.id)
    .where('step_id', '=', of.step)
    .where('organisation_id', '=', of.organisation)
    .executeTakeFirst()
  if (!numDeletedRows) throw new AppError('not-found')
  await recordChange(trx, networkId, entry.actor, {
    action: 'programme.arrangement-ended',
    subject: { type: 'programme', id: programme.id },
    before: { step_id: of.step, organisation_id: of.organisation },
  })
}

/** By whoever acts for the organisation; said again, it is changed. @throws AppError; Refusal */
export async function propose(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  input: z.output<typeof proposalForm>,
): Promise<{ organisationId: string }> {
  const networkId = entry.network.id
  const opened = await openForWork(trx, entry, programmeId)
  const { programme } = opened
  await refuseForeignStep(trx, networkId, programme.id, input.step)
  const { organisationId, own } = await actingFor(trx, entry, opened, input.organisation)
  // Whoever runs it agrees, and asks nobody.
  if (!own) throw new AppError('forbidden')
  const due = await refusePastDay(trx, programme.timeZone, input.due)
  const values = {
    due_on: due,
    reason: input.reason,
    proposed_by: entry.personId,
    proposed_at: sql<Date>`now()`,
  }
  await trx
    .insertInto('programme_proposal')
    .values({
      ...{ network_id: networkId, programme_id: programme.id, step_id: input.step },
      ...{ organisation_id: organisationId, ...values },
    })
    .onConflict(conflict =>
      conflict.columns(['network_id', 'programme_id', 'step_id', 'organisation_id']).doUpdateSet(values),
    )
    .execute()
  await recordChange(trx, networkId, entry.actor, {
    action: 'programme.catch-up-proposed',
    subject: { type: 'programme', id: programme.id },
    after: { step_id: input.step, organisation_id: organisationId, due_on: input.due },
  })
  return { organisationId }
}

/** Taken back by the organisation, or declined by whoever runs the programme: the step stays as it was. */
export async function endProposal(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  of: z.output<typeof removalForm>,
): Promise<void> {
  const networkId = entry.network.id
  const opened = await openForWork(trx, entry, programmeId)
  const { programme } = opened
  await actingFor(trx, entry, opened, of.organisation)
  if (!(await forgetProposal(trx, networkId, { programmeId: programme.id, ...of })))
    throw new AppError('not-found')
  await recordChange(trx, networkId, entry.actor, {
    action: 'programme.catch-up-proposal-ended',
    subject: { type: 'programme', id: programme.id },
    before: { step_id: of.step, organisation_id: of.organisation },
  })
}

/** What waits for an answer, of one organisation or of all; the first first. */
export async function proposalsOf(
  trx: Trx,
  networkId: string,
  programmeId: string,
  organisationId: string | null = null,
): Promise<Proposal[]> {
  const { rows } = await sql<Proposal>`
    select proposal.step_id as "stepId", proposal.due_on as "dueOn", proposal.reason, person.name as "proposedBy",
      jsonb_build_object('id', organisation.id, 'name', organisation.name) as organisation
    from programme_proposal proposal
    join organisation on organisation.id = proposal.organisation_id
    left join person on person.network_id = proposal.network_id and person.id = proposal.proposed_by
    where proposal.network_id = ${networkId}::uuid and proposal.programme_id = ${programmeId}::uuid
      and (${organisationId}::uuid is null or proposal.organisation_id = ${organisationId}::uuid)
    order by proposal.proposed_at, proposal.step_id, proposal.organisation_id limit 500`.execute(trx)
  return rows
}

async function forgetProposal(
  trx: Trx,
  networkId: string,
  of: { programmeId: string; step: string; organisation: string },
): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('programme_proposal')
    .where('network_id', '=', networkId)
    .where('programme_id', '=', of.programmeId)
    .where('step_id', '=', of.step)
    .where('organisation_id', '=', of.organisation)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

async function refuseForeignStep(
  trx: Trx,
  networkId: string,
  programmeId: string,
  id: string,
): Promise<void> {
  const found = await trx
    .selectFrom('programme_step')
    .select('id')
    .where('network_id', '=', networkId)
    .where('programme_id', '=', programmeId)
    .where('id', '=', id)
    .where('dropped_at', 'is', null)
    .executeTakeFirst()
  if (!found) throw new Refusal({ field: 'step', message: 'form.error.choose' })
}

async function refusePastDay(trx: Trx, timeZone: string, due: string | null): Promise<string> {
  if (due === null) throw new Refusal({ field: 'due', message: 'form.error.required' })
  if (due < (await todayOf(trx, timeZone)))
    throw new Refusal({ field: 'due', message: 'progress.error.past' })
  return due
}
