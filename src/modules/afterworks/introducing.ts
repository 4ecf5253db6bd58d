import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { type IntroductionState, inForce, openIntroduction } from '#modules/afterworks/introductions.ts'
import { actingFor } from '#modules/afterworks/proposals.ts'
import { type IntroductionInput, type Stage, type StepInput, stages } from '#modules/afterworks/schema.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What somebody may have asked in a day, or have waiting for an answer. */
const mostAsked = 20

/**
 * "I would like to meet": the other is asked, and nobody else hears of it. Asked by the other already, it is an agreement.
 * @throws Refusal for oneself, for somebody without a place in the network, for whoever said no before,
 * or where one asked too many
 */
export async function askToMeet(
  trx: Trx,
  entry: Entry,
  input: IntroductionInput,
): Promise<{ id: string; agreed: boolean; known: 'crossed' | 'asked' | null }> {
  const { network, personId } = entry
  if (personId === null) throw new AppError('forbidden')
  if (input.personId === personId)
    throw new Refusal({ field: 'personId', message: 'introductions.error.oneself' })
  // Both at once, from either side, find one another.
  await sql`select pg_advisory_xact_lock(hashtextextended(
    ${[network.id, ...[personId, input.personId].sort()].join()}, 4207050))`.execute(trx)
  const { rows: known } = await sql<{ id: string; state: string; asked_id: string }>`
    select id, state, asked_id from introduction
    where network_id = ${network.id} and state in ('asked', 'agreed')
      and least(asker_id, asked_id) = least(${personId}::uuid, ${input.personId}::uuid)
      and greatest(asker_id, asked_id) = greatest(${personId}::uuid, ${input.personId}::uuid)`.execute(trx)
  const [before] = known
  if (before) {
    const crossed = before.state === 'asked' && before.asked_id === personId
    if (crossed) await answerIntroduction(trx, entry, before.id, true)
    return {
      id: before.id,
      agreed: crossed || before.state === 'agreed',
      known: crossed ? 'crossed' : 'asked',
    }
  }
  const { rows } = await sql<Asked>`
    select
      (select organisation_id from mandate
        where network_id = person.network_id and person_id = person.id and organisation_id is not null
          and ${inForce} order by created_at, id limit 1) as organisation_id,
      (select count(*)::integer from introduction
        where network_id = person.network_id and asker_id = ${personId}::uuid
          and (state = 'asked' or created_at > now() - interval '1 day')) as asked,
      exists (
        select from introduction
        where network_id = person.network_id and asker_id = ${personId}::uuid and asked_id = person.id
          and state = 'declined'
      ) as declined,
      (select count(distinct person_id) = 2 from registration
        where network_id = person.network_id and meeting_id = ${input.meetingId}::uuid
          and person_id in (${personId}::uuid, person.id) and state = 'registered' and present is not false) as met
    from person join network on network.id = person.network_id
    where person.network_id = ${network.id} and person.id = ${input.personId} and person.account_id is not null
      and person.erased_at is null
      and exists (
        select from mandate where network_id = person.network_id and person_id = person.id and ${inForce}
      )`.execute(trx)
  const [other] = rows
  if (!other) throw new Refusal({ field: 'personId', message: 'introductions.error.unknown' })
  if (other.declined) throw new Refusal({ field: '', message: 'introductions.error.declined' })
  if (other.asked >= mostAsked)
    throw new Refusal({ field: '', message: 'introductions.error.too-many', values: { most: mostAsked } })
  const id = newId()
  await trx
    .insertInto('introduction')
    .values({
      network_id: network.id,
      id,
      // Only where both of them were: it counts among what came of the meeting.
      meeting_id: other.met ? input.meetingId : null,
      asker_id: personId,
      asker_organisation_id: actingFor(entry),
      asked_id: input.personId,
      asked_organisation_id: other.organisation_id,
      message: input.message,
    })
    .execute()
  await recordChange(trx, network.id, entry.actor, {
    action: 'introduction.asked',
    subject: { type: 'introduction', id },
  })
  return { id, agreed: false, known: null }
}

/** Of the one who is asked, and of what was asked before. */
interface Asked {
  organisation_id: string | null
  /** Waiting for an answer, or asked since yesterday: of anybody. */
  asked: number
  declined: boolean
  met: boolean
}

/** Yes or no by the one who was asked. A no is not explained. @throws Refusal once it was answered */
export async function answerIntroduction(trx: Trx, entry: Entry, id: string, agreed: boolean): Promise<void> {
  const { side } = await openIntroduction(trx, entry, id)
  if (side !== 'asked') throw new AppError('forbidden')
  await move(trx, entry, id, 'asked', agreed ? 'agreed' : 'declined')
  if (agreed) await addStep(trx, entry, id, 'introduction', '')
}

/** Taken back by the one who asked, before it was answered. */
export async function withdrawIntroduction(trx: Trx, entry: Entry, id: string): Promise<void> {
  const { side } = await openIntroduction(trx, entry, id)
  if (side !== 'asker') throw new AppError('forbidden')
  await move(trx, entry, id, 'asked', 'withdrawn')
}

/**
 * To another stage, by either of the two: forward, or back where it was said too early. A synergy has a title, a joint project
 * names the local authority it serves as well.
 */
export async function stepIntroduction(trx: Trx, entry: Entry, id: string, input: StepInput): Promise<void> {
  const { network } = entry
  const { introduction, side } = await openIntroduction(trx, entry, id)
  if (side === null) throw new AppError('forbidden')
  if (introduction.state !== 'agreed')
    throw new Refusal({ field: '', message: 'introductions.error.not-agreed' })
  const reached = input.stage === 'closed' ? -1 : stages.indexOf(input.stage)
  const reasons = [
    ...(reached >= stages.indexOf('synergy') && input.title === ''
      ? [{ field: 'title', message: 'form.error.required' } as const]
      : []),
    ...(input.stage === 'joint_project' && input.localAuthority === ''
      ? [{ field: 'localAuthority', message: 'form.error.required' } as const]
      : []),
  ]
  if (reasons.length > 0) throw new Refusal(...reasons)
  if (input.stage === 'closed') await move(trx, entry, id, 'agreed', 'closed')
  else
    await trx
      .updateTable('introduction')
      .set({
        stage: input.stage,
        title: input.title,
        description: input.description,
        local_authority: input.localAuthority,
      })
      .where('network_id', '=', network.id)
      .where('id', '=', id)
      .where('state', '=', 'agreed')
      .execute()
  await addStep(trx, entry, id, input.stage, input.note)
  await recordChange(trx, network.id, entry.actor, {
    action: 'introduction.stepped',
    subject: { type: 'introduction', id },
    before: { stage: introduction.stage },
    after: { stage: input.stage },
  })
}

const recorded = {
  agreed: 'introduction.agreed',
  declined: 'introduction.declined',
  withdrawn: 'introduction.withdrawn',
  closed: 'introduction.closed',
} as const

async function move(
  trx: Trx,
  { network, actor }: Entry,
  id: string,
  from: IntroductionState,
  to: keyof typeof recorded,
): Promise<void> {
  const done = await trx
    .updateTable('introduction')
    .set({ state: to })
    .where('network_id', '=', network.id)
    .where('id', '=', id)
    .where('state', '=', from)
    .returning('id')
    .executeTakeFirst()
  if (!done) throw new Refusal({ field: '', message: 'introductions.error.answered' })
  await recordChange(trx, network.id, actor, {
    action: recorded[to],
    subject: { type: 'introduction', id },
  })
}

async function addStep(
  trx: Trx,
  { network, personId }: Entry,
  id: string,
  stage: Stage | 'closed',
  note: string,
) {
  await trx
    .insertInto('introduction_step')
    .values({ network_id: network.id, introduction_id: id, id: newId(), stage, note, person_id: personId })
    .execute()
}
