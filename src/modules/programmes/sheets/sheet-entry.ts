import { sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { isId, newId } from '#kernel/ids.ts'
import type { Entry } from '#modules/network/index.ts'
import { addOrganisationTasks } from '#modules/programmes/course/organisation-tasks.ts'
import type { Expectation } from '#modules/programmes/programme.ts'
import { mostMinutes } from '#modules/programmes/progress/fulfilments.ts'
import { finishTasks, tasksEntered, withoutTask } from '#modules/programmes/sheets/sheet-tasks.ts'
import type { OpenedSheets, SheetExpectation } from '#modules/programmes/sheets/sheets.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What one types in at once. */
export const mostTyped = 60

/** What was typed in from a sheet: said for an organisation, under nobody's name. */
export interface Entered {
  expectationId: string
  organisationId: string
  doneOn: string
  minutes: number | null
  note: string
  /** Said by people themselves or by a facilitator: shown, and not touched from here. */
  elsewhere: boolean
}

export interface SheetProblem {
  field: string
  message:
    | 'programme-sheet.error.minutes'
    | 'programme-sheet.error.day'
    | 'programme-sheet.error.ahead'
    | 'programme-sheet.error.note'
    | 'programme-sheet.error.unticked'
    | 'programme-sheet.error.no-task'
    | 'programme-sheet.error.none'
}

/** Fields of lines are named by organisation and expectation; they are looked at line by line. */
export const sheetInput = z.looseObject({
  line: z.array(z.string()).max(mostTyped),
  done: z.array(z.string()).max(mostTyped * 50),
  /** 'group': from the sheet of all together. */
  organisation: z.string().default(''),
})

/** What a sheet can say: the rest is seen where it is done, as at meetings. */
export function typedExpectations(expectations: readonly SheetExpectation[]): SheetExpectation[] {
  return expectations.filter(isTyped)
}

export function isTyped({ said }: Pick<SheetExpectation, 'said'>): boolean {
  return said === 'sheet' || said === 'task'
}

export async function enteredOf(
  trx: Trx,
  networkId: string,
  programmeId: string,
  stepId: string,
): Promise<Entered[]> {
  const { rows } = await sql<Entered>`
    select fulfilment.expectation_id as "expectationId", fulfilment.organisation_id as "organisationId",
      coalesce(max(fulfilment.done_on) filter (where ${ofSheet}), max(fulfilment.done_on)) as "doneOn",
      (max(fulfilment.minutes) filter (where ${ofSheet})) as minutes,
      coalesce(max(fulfilment.note) filter (where ${ofSheet}), '') as note,
      not bool_or(${ofSheet}) as elsewhere
    from programme_fulfilment fulfilment
    join programme_expectation expectation on expectation.network_id = fulfilment.network_id
      and expectation.programme_id = fulfilment.programme_id and expectation.id = fulfilment.expectation_id
    where fulfilment.network_id = ${networkId}::uuid and fulfilment.programme_id = ${programmeId}::uuid
      and expectation.step_id = ${stepId}::uuid and expectation.kind <> 'task'
    group by 1, 2 limit 20000`.execute(trx)
  return [...rows, ...(await tasksEntered(trx, networkId, programmeId, stepId))]
}

/**
 * Keeps what the sheets say: what is ticked is done; what was typed in before and is ticked no more is taken away. All or,
 * where a line cannot be read, nothing.
 * @param values the form, by field
 * @returns what cannot be read; that there was nothing to keep
 */
export async function enterSheets(
  trx: Trx,
  entry: Entry,
  { programme, step, organisations, expectations: all }: OpenedSheets,
  values: Record<string, string[]>,
  today: string,
): Promise<SheetProblem[]> {
  const networkId = entry.network.id
  const known = new Set(organisations.map(({ id }) => id))
  const lines = [...new Set(values.line ?? [])].filter(id => isId(id) && known.has(id)).slice(0, mostTyped)
  const expectations = typedExpectations(all)
  const { problems, rows } = readLines(values, lines, expectations, today)
  if (problems.length > 0) return problems
  const tasks = new Set(expectations.filter(({ said }) => said === 'task').map(({ id }) => id))
  const ticked = rows.filter(({ expectationId }) => tasks.has(expectationId))
  // Those of a step that opened within the hour are made now.
  if (ticked.length > 0) await addOrganisationTasks(trx, networkId, programme.id)
  const lacking = await withoutTask(trx, networkId, ticked)
  if (lacking.length > 0)
    // Said beside the box; on the sheet of all, at the end of its line.
    return lacking.flatMap(({ organisationId, expectationId }) =>
      [`minutes-${organisationId}-${expectationId}`, `minutes-${organisationId}`].map(
        (field): SheetProblem => ({ field, message: 'programme-sheet.error.no-task' }),
      ),
    )
  const given = JSON.stringify(rows.map(row => ({ ...row, id: newId() })))
  // One after the other, whoever types in the same step at the same time.
  await sql`select id from programme_step where network_id = ${networkId}::uuid and programme_id = ${programme.id}::uuid
    and id = ${step.id}::uuid for update`.execute(trx)
  const removed = await sql`
    delete from programme_fulfilment fulfilment
    where ${ofSheet} and fulfilment.network_id = ${networkId}::uuid and fulfilment.programme_id = ${programme.id}::uuid
      and fulfilment.expectation_id = any (${expectations.map(({ id }) => id)}::uuid[])
      and fulfilment.organisation_id = any (${lines}::uuid[])
      and not exists (
        select from jsonb_to_recordset(${given}::jsonb) as given ("expectationId" uuid, "organisationId" uuid)
        where given."expectationId" = fulfilment.expectation_id and given."organisationId" = fulfilment.organisation_id)
    returning id`.execute(trx)
  const recordset = sql`jsonb_to_recordset(${given}::jsonb) as given (id uuid, "expectationId" uuid, "organisationId" uuid,
    "doneOn" date, minutes integer, note text)`
  const changed = await sql`
    update programme_fulfilment fulfilment set done_on = given."doneOn", minutes = given.minutes, note = given.note
    from ${recordset}
    where ${ofSheet} and fulfilment.network_id = ${networkId}::uuid and fulfilment.programme_id = ${programme.id}::uuid
      and fulfilment.expectation_id = given."expectationId" and fulfilment.organisation_id = given."organisationId"
      and (fulfilment.done_on, fulfilment.minutes, fulfilment.note)
        is distinct from (given."doneOn", given.minutes, given.note)
    returning fulfilment.id`.execute(trx)
  const added = await sql`
    insert into programme_fulfilment (network_id, programme_id, id, expectation_id, organisation_id, done_on, minutes, note,
      entered_by, created_by)
    select ${networkId}::uuid, ${programme.id}::uuid, given.id, given."expectationId", given."organisationId",
      given."doneOn", given.minutes, given.note, 'sheet', ${entry.personId}::uuid
    from ${recordset}
    where not exists (
      select from programme_fulfilment fulfilment
      where ${ofSheet} and fulfilment.network_id = ${networkId}::uuid
        and fulfilment.programme_id = ${programme.id}::uuid
        and fulfilment.expectation_id = given."expectationId" and fulfilment.organisation_id = given."organisationId")
    returning id`.execute(trx)
  const finished = await finishTasks(trx, networkId, programme.timeZone, ticked)
  const counts = {
    added: added.rows.length,
    changed: Math.max(changed.rows.length, added.rows.length > 0 ? 0 : finished),
    removed: removed.rows.length,
  }
  if (counts.added + counts.changed + counts.removed === 0)
    return [{ field: '', message: 'programme-sheet.error.none' }]
  await recordChange(trx, networkId, entry.actor, {
    action: 'programme.sheet-entered',
    subject: { type: 'programme', id: programme.id },
    after: { step_id: step.id, ...counts },
  })
  return []
}

interface Line {
  expectationId: string
  organisationId: string
  doneOn: string
  minutes: number | null
  note: string
}

/**
 * What is wrong is said by line, all at once. On the sheet of the group there is a day for all, and a line says its minutes
 * for all that it ticks: they are kept with the first of it, so that they add up to the same.
 */
export function readLines(
  values: Record<string, string[]>,
  lines: readonly string[],
  expectations: readonly Pick<Expectation, 'id'>[],
  today: string,
): { problems: SheetProblem[]; rows: Line[] } {
  const one = (name: string) => values[name]?.[0]?.trim() ?? ''
  const done = new Set(values.done)
  const problems: SheetProblem[] = []
  const rows = lines.flatMap(organisationId => {
    const [day, note] = [`day-${organisationId}`, `note-${organisationId}`]
    const doneOn = one(day) || one('day') || today
    if (!z.iso.date().safeParse(doneOn).success || doneOn < '2000-01-01')
      problems.push({ field: day, message: 'programme-sheet.error.day' })
    else if (doneOn > today) problems.push({ field: day, message: 'programme-sheet.error.ahead' })
    if (one(note).length > 5000) problems.push({ field: note, message: 'programme-sheet.error.note' })
    // What was typed in before from its own sheet keeps its day on the sheet of all.
    const before = (expectationId: string) => {
      const known = one(`day-${organisationId}-${expectationId}`)
      return z.iso.date().safeParse(known).success && known <= today ? known : doneOn
    }
    const ofLine = `minutes-${organisationId}`
    const first = expectations.find(({ id }) => done.has(`${organisationId}:${id}`))
    if (!first && one(ofLine) !== '')
      problems.push({ field: ofLine, message: 'programme-sheet.error.unticked' })
    return expectations.flatMap(({ id: expectationId }): Line[] => {
      const field =
        first?.id === expectationId && one(ofLine) !== ''
          ? ofLine
          : `minutes-${organisationId}-${expectationId}`
      const typed = one(field)
      const minutes = typed === '' ? null : Number(typed)
      if (minutes !== null && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= mostMinutes))
        problems.push({ field, message: 'programme-sheet.error.minutes' })
      if (done.has(`${organisationId}:${expectationId}`))
        return [{ expectationId, organisationId, doneOn: before(expectationId), minutes, note: one(note) }]
      if (typed !== '') problems.push({ field, message: 'programme-sheet.error.unticked' })
      return []
    })
  })
  return { problems, rows }
}

/** Nobody's name is on it. */
const ofSheet = sql`(fulfilment.entered_by = 'sheet' and fulfilment.person_id is null)`
