import { sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { keepGroupFiles } from '#modules/groups/index.ts'
import { type Entry, optionalDay, optionalId, Refusal } from '#modules/network/index.ts'
import { type OpenedProgramme, openProgramme } from '#modules/programmes/opening.ts'
import { ownOrganisations, takingPart } from '#modules/programmes/progress/acting.ts'
import type { Kinds } from '#modules/programmes/progress/progress-of.ts'
import { recordChange } from '#platform/audit/record.ts'
import { removeFile, type StoredFile } from '#platform/files/files.ts'

/** More than a hundred hours for one reading is a slip of the hand. */
export const mostMinutes = 6_000

/** What an organisation says that it did. */
export const fulfilmentInput = z.object({
  expectation: z.string().refine(isId, { error: 'form.error.choose' }),
  /** The only one that one acts for, where nothing is said. */
  organisation: optionalId,
  /** Today, where nothing is said. */
  done: optionalDay,
  minutes: z
    .union([z.literal('').transform(() => null), z.coerce.number().int().min(1).max(mostMinutes)])
    .nullish()
    .transform(minutes => minutes ?? null),
  note: z.string().trim().max(5_000).default(''),
  /** Of the web, or of a page here. */
  url: z
    .string()
    .trim()
    .max(1_000)
    .nullish()
    .transform(text => text || null)
    .refine(text => text === null || isAddress(text), { error: 'form.error.url' }),
})

export type FulfilmentInput = z.output<typeof fulfilmentInput>

export interface Fulfilment {
  id: string
  expectationId: string
  organisation: { id: string; name: string }
  /** Null once they are forgotten, or where somebody else entered it. */
  person: { id: string; name: string } | null
  /** ISO day. */
  doneOn: string
  minutes: number | null
  note: string
  file: { id: string; name: string } | null
  url: string | null
  enteredBy: 'own' | 'facilitator' | 'sheet' | 'phone'
}

/**
 * Says that an organisation did what a step expects. Whoever acts for it says so for themselves; whoever runs the
 * programme enters it for any organisation. Said again, it is changed, and counted once.
 * @param file kept as the group's, for its people alone; it takes the place of the one handed in before
 * @throws AppError 'not-found', 'forbidden'; Refusal
 */
export async function fulfil(
  trx: Trx,
  entry: Entry,
  kinds: Kinds,
  at: { programmeId: string; stepId: string },
  input: FulfilmentInput,
  file: StoredFile | null = null,
): Promise<string> {
  const networkId = entry.network.id
  const opened = await openForWork(trx, entry, at.programmeId)
  const { programme, group } = opened
  const expectation = await lockExpectation(trx, networkId, at, input.expectation)
  const { organisationId, own } = await actingFor(trx, entry, opened, input.organisation)
  await refuseWhatIsSeenElsewhere(
    trx,
    networkId,
    kinds,
    { ...at, ...expectation, organisationId },
    opened.mayRun,
  )
  const today = await todayOf(trx, programme.timeZone)
  const doneOn = input.done ?? today
  if (doneOn > today) throw new Refusal({ field: 'done', message: 'progress.error.ahead' })
  const personId = own ? entry.personId : null
  const before = await trx
    .selectFrom('programme_fulfilment')
    .select(['id', 'file_id', 'url'])
    .where('network_id', '=', networkId)
    .where('programme_id', '=', programme.id)
    .where('expectation_id', '=', input.expectation)
    .where('organisation_id', '=', organisationId)
    .where('person_id', personId === null ? 'is' : '=', personId)
    .orderBy('id')
    .executeTakeFirst()
  const fileId = file?.id ?? before?.file_id ?? null
  if (expectation.kind === 'document' && fileId === null && input.url === null)
    throw new Refusal({ field: 'file', message: 'progress.error.document' })
  if (file) await keepGroupFiles(trx, entry, group, [file], 'group')
  const values = {
    done_on: doneOn,
    minutes: input.minutes,
    note: input.note,
    file_id: fileId,
    url: input.url,
  }
  const id = before?.id ?? newId()
  if (before)
    await trx
      .updateTable('programme_fulfilment')
      .set(values)
      .where('network_id', '=', networkId)
      .where('programme_id', '=', programme.id)
      .where('id', '=', id)
      .execute()
  else
    await trx
      .insertInto('programme_fulfilment')
      .values({
        ...{ network_id: networkId, programme_id: programme.id, id, expectation_id: input.expectation },
        ...{ organisation_id: organisationId, person_id: personId, created_by: entry.personId, ...values },
        entered_by: own ? 'own' : 'facilitator',
      })
      .execute()
  // From storage it goes with the next cleaning.
  if (file && before?.file_id) await dropHandedIn(trx, entry, before.file_id)
  await recordChange(trx, networkId, entry.actor, {
    action: 'programme.fulfilled',
    subject: { type: 'programme', id: programme.id },
    after: {
      fulfilment_id: id,
      expectation_id: input.expectation,
      organisation_id: organisationId,
      done_on: doneOn,
      changed: before !== undefined,
    },
  })
  return id
}

/**
 * What somebody said for their organisation is taken back by them; whoever runs the programme takes back any of it. The file
 * goes with it.
 * @returns the keys to remove from storage once the transaction is kept, by removeBytes()
 */
export async function takeBack(
  trx: Trx,
  entry: Entry,
  at: { programmeId: string; stepId: string },
  fulfilmentId: string,
): Promise<string[]> {
  const networkId = entry.network.id
  const { programme, group, mayRun } = await openForWork(trx, entry, at.programmeId)
  const row = isId(fulfilmentId) && isId(at.stepId) ? await find() : undefined
  if (!row) throw new AppError('not-found')
  if (!mayRun) {
    const own = await ownOrganisations(trx, entry, group.id)
    if (!own.some(({ id }) => id === row.organisation_id)) throw forbidden()
  }
  await trx
    .deleteFrom('programme_fulfilment')
    .where('network_id', '=', networkId)
    .where('programme_id', '=', programme.id)
    .where('id', '=', fulfilmentId)
    .execute()
  await recordChange(trx, networkId, entry.actor, {
    action: 'programme.fulfilment-taken-back',
    subject: { type: 'programme', id: programme.id },
    before: {
      fulfilment_id: fulfilmentId,
      expectation_id: row.expectation_id,
      organisation_id: row.organisation_id,
    },
  })
  return row.file_id === null ? [] : dropHandedIn(trx, entry, row.file_id)

  function find() {
    return trx
      .selectFrom('programme_fulfilment')
      .innerJoin('programme_expectation', join =>
        join
          .onRef('programme_expectation.network_id', '=', 'programme_fulfilment.network_id')
          .onRef('programme_expectation.programme_id', '=', 'programme_fulfilment.programme_id')
          .onRef('programme_expectation.id', '=', 'programme_fulfilment.expectation_id'),
      )
      .select([
        'programme_fulfilment.organisation_id',
        'programme_fulfilment.expectation_id',
        'programme_fulfilment.file_id',
      ])
      .where('programme_fulfilment.network_id', '=', networkId)
      .where('programme_fulfilment.programme_id', '=', programme.id)
      .where('programme_fulfilment.id', '=', fulfilmentId)
      .where('programme_expectation.step_id', '=', at.stepId)
      .executeTakeFirst()
  }
}

/** A file that came with what was said, unless something else shows it. @returns the keys to remove from storage */
async function dropHandedIn(trx: Trx, { network, actor }: Entry, fileId: string): Promise<string[]> {
  const { rows } = await sql<{ visibility: string }>`
    select visibility from file
    where network_id = ${network.id}::uuid and id = ${fileId}::uuid and visibility = 'group'
      and not exists (
        select from programme_fulfilment other where other.network_id = file.network_id and other.file_id = file.id)
      and not exists (select from deliverable where deliverable.network_id = file.network_id and deliverable.file_id = file.id)
    for update`.execute(trx)
  if (rows.length === 0) return []
  const keys = await removeFile(trx, network.id, fileId)
  await recordChange(trx, network.id, actor, {
    action: 'file.removed',
    subject: { type: 'file', id: fileId },
    before: { visibility: 'group' },
  })
  return keys
}

/** The one that somebody said for an organisation, or that was entered in nobody's name; null where there is none. */
export async function fulfilmentOf(
  trx: Trx,
  { network, personId }: Entry,
  of: { programmeId: string; expectationId: string; organisationId: string },
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from programme_fulfilment
    where network_id = ${network.id}::uuid and programme_id = ${of.programmeId}::uuid
      and expectation_id = ${of.expectationId}::uuid and organisation_id = ${of.organisationId}::uuid
      and (person_id = ${personId}::uuid or person_id is null)
    order by person_id is null, id limit 1`.execute(trx)
  return rows[0]?.id ?? null
}

/** What was said of the steps of a programme: of some organisations, or of all; the first first, two thousand at most. */
export async function fulfilmentsOf(
  trx: Trx,
  networkId: string,
  programmeId: string,
  of: { stepId?: string; organisations?: readonly string[] },
): Promise<Fulfilment[]> {
  const { rows } = await sql<Fulfilment>`
    select one.id, one.expectation_id as "expectationId",
      jsonb_build_object('id', organisation.id, 'name', organisation.name) as organisation,
      case when person.id is not null then jsonb_build_object('id', person.id, 'name', person.name) end as person,
      one.done_on as "doneOn", one.minutes, one.note, one.url, one.entered_by as "enteredBy",
      case when file.id is not null then jsonb_build_object('id', file.id, 'name', file.name) end as file
    from programme_fulfilment one
    join programme_expectation expectation on expectation.network_id = one.network_id
      and expectation.programme_id = one.programme_id and expectation.id = one.expectation_id
    join organisation on organisation.id = one.organisation_id
    left join person on person.network_id = one.network_id and person.id = one.person_id
    left join file on file.network_id = one.network_id and file.id = one.file_id
    where one.network_id = ${networkId}::uuid and one.programme_id = ${programmeId}::uuid
      and (${of.stepId ?? null}::uuid is null or expectation.step_id = ${of.stepId ?? null}::uuid)
      and (${of.organisations ?? null}::uuid[] is null or one.organisation_id = any (${of.organisations ?? null}::uuid[]))
    order by organisation.name collate name_order, one.done_on, one.id limit 2000`.execute(trx)
  return rows
}

/** @throws AppError; Refusal for one that has ended: what was done of it stands */
export async function openForWork(trx: Trx, entry: Entry, id: string): Promise<OpenedProgramme> {
  const opened = await openProgramme(trx, entry, id, 'take-part')
  if (opened.programme.state === 'ended') throw new Refusal({ field: '', message: 'programme.error.ended' })
  return opened
}

/** Today by the clocks of a zone. */
export async function todayOf(trx: Trx, timeZone: string): Promise<string> {
  const { rows } = await sql<{
    today: string
  }>`select (now() at time zone ${timeZone})::date as today`.execute(trx)
  return rows[0]?.today ?? ''
}

/**
 * Whom one speaks for: an organisation of one's own, else one of the group, by whoever runs it.
 * @throws AppError 'forbidden'; Refusal where it has to be said which
 */
export async function actingFor(
  trx: Trx,
  entry: Entry,
  { group, mayRun }: OpenedProgramme,
  asked: string | null,
): Promise<{ organisationId: string; own: boolean }> {
  const own = await ownOrganisations(trx, entry, group.id)
  const [only, ...others] = own
  if (asked === null) {
    if (only && others.length === 0) return { organisationId: only.id, own: true }
    if (only || mayRun) throw new Refusal({ field: 'organisation', message: 'form.error.choose' })
    throw forbidden()
  }
  if (own.some(({ id }) => id === asked)) return { organisationId: asked, own: true }
  if (!mayRun) throw forbidden()
  const all = await takingPart(trx, entry.network.id, group.id)
  if (!all.some(({ id }) => id === asked))
    throw new Refusal({ field: 'organisation', message: 'form.error.choose' })
  return { organisationId: asked, own: false }
}

function forbidden(): AppError {
  return new AppError('forbidden')
}

/**
 * Under a lock: of two who say the same at once, the second changes what the first said; a programme that is being undone at
 * this moment is no more.
 */
async function lockExpectation(
  trx: Trx,
  networkId: string,
  { programmeId, stepId }: { programmeId: string; stepId: string },
  id: string,
): Promise<{ kind: string }> {
  const { rows } = isId(stepId)
    ? await sql<{ kind: string }>`
        select expectation.kind from programme_expectation expectation
        join programme_step step on step.network_id = expectation.network_id
          and step.programme_id = expectation.programme_id and step.id = expectation.step_id
        join programme on programme.network_id = expectation.network_id and programme.id = expectation.programme_id
          and programme.state <> 'undone'
        where expectation.network_id = ${networkId}::uuid and expectation.programme_id = ${programmeId}::uuid
          and expectation.id = ${id}::uuid and step.id = ${stepId}::uuid and step.dropped_at is null
        for update of expectation for share of programme`.execute(trx)
    : { rows: [] }
  const [row] = rows
  if (!row) throw new AppError('not-found')
  return row
}

/** A task is done where tasks are; of a meeting that was missed, one says so once it was agreed to catch up. */
async function refuseWhatIsSeenElsewhere(
  trx: Trx,
  networkId: string,
  kinds: Kinds,
  of: { programmeId: string; stepId: string; kind: string; organisationId: string },
  mayRun: boolean,
): Promise<void> {
  const kind = kinds[of.kind]
  if (kind?.said) return
  if (kind?.subject === 'meeting') {
    if (mayRun) return
    const agreed = await trx
      .selectFrom('programme_arrangement')
      .select('kind')
      .where('network_id', '=', networkId)
      .where('programme_id', '=', of.programmeId)
      .where('step_id', '=', of.stepId)
      .where('organisation_id', '=', of.organisationId)
      .where('kind', '=', 'later')
      .executeTakeFirst()
    if (agreed) return
  }
  throw new Refusal({ field: 'expectation', message: 'progress.error.elsewhere' })
}

/** Of the web, or of a page of this site. */
function isAddress(text: string): boolean {
  if (/^\/(?!\/)/.test(text)) return URL.canParse(text, 'https://cordee.invalid')
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
