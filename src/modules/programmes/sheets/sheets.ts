import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import type { Entry } from '#modules/network/index.ts'
import { type OpenedProgramme, openProgramme } from '#modules/programmes/opening.ts'
import { type Capsule, type Expectation, type Step, structureOf } from '#modules/programmes/programme.ts'
import { type Named, ownOrganisations, takingPart } from '#modules/programmes/progress/acting.ts'
import type { Kinds } from '#modules/programmes/progress/progress-of.ts'
import { sheetCode } from '#modules/programmes/sheets/sheet-code.ts'

/** On one page: beyond, sheets are printed organisation by organisation. */
export const mostSheets = 100

/** A step as it is printed, for an organisation or for the whole group. */
export interface Sheet {
  /** Null: of the whole group. */
  organisation: Named | null
  code: string
}

export interface SheetMeeting {
  id: string
  title: string
  startsAt: Date
  endsAt: Date
  timeZone: string
  place: string
  address: string
}

export interface OpenedSheets extends OpenedProgramme {
  capsule: Capsule
  step: Step
  meeting: SheetMeeting | null
  /** For which there may be a sheet: all for those who run it, one's own for all others. */
  organisations: Named[]
  /** Those asked for. */
  sheets: Sheet[]
  expectations: SheetExpectation[]
}

/** What a step expects, and how it comes back: ticked on a sheet, or said where it is done. */
export interface SheetExpectation extends Expectation {
  said: 'sheet' | 'meeting' | 'task' | 'elsewhere'
}

/**
 * @param asked an organisation; 'all' of them; 'group' for the sheet of all together; else one's own, or that of the group
 * @throws AppError 'not-found' for a step that is not there and for an organisation one does not act for
 */
export async function openSheets(
  trx: Trx,
  entry: Entry,
  kinds: Kinds,
  at: { programmeId: string; stepId: string },
  asked: string,
): Promise<OpenedSheets> {
  const opened = await openProgramme(trx, entry, at.programmeId, 'take-part')
  const { programme, group, mayRun } = opened
  const capsules = await structureOf(trx, entry.network.id, programme.id)
  const capsule = capsules.find(({ steps }) => steps.some(({ id }) => id === at.stepId))
  const step = capsule?.steps.find(({ id }) => id === at.stepId)
  if (!capsule || !step) throw new AppError('not-found')
  const own = await ownOrganisations(trx, entry, group.id)
  const organisations = mayRun ? await takingPart(trx, entry.network.id, group.id) : own
  const chosen =
    asked === 'all'
      ? organisations.slice(0, mostSheets)
      : asked === 'group'
        ? []
        : asked === ''
          ? own.slice(0, 1)
          : organisations.filter(({ id }) => id === asked)
  if (chosen.length === 0 && !['', 'all', 'group'].includes(asked)) throw new AppError('not-found')
  const whole: Sheet[] =
    chosen.length === 0 || asked === 'all' ? [{ organisation: null, code: sheetCode(step.id, null) }] : []
  return {
    ...opened,
    capsule,
    step,
    organisations,
    expectations: step.expectations.map(one => ({ ...one, said: whereSaid(kinds, one) })),
    meeting: await meetingOf(trx, entry.network.id, step),
    sheets: [
      ...whole,
      ...chosen.map(organisation => ({ organisation, code: sheetCode(step.id, organisation.id) })),
    ],
  }
}

/** Where a sheet is typed in, by what stands at its head; null for one that is not of this programme. */
export async function findSheet(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  code: string,
  matches: (typed: string, code: string) => boolean,
): Promise<{ stepId: string; organisationId: string | null } | null> {
  const { programme, group } = await openProgramme(trx, entry, programmeId, 'run')
  const capsules = await structureOf(trx, entry.network.id, programme.id)
  const organisations = await takingPart(trx, entry.network.id, group.id)
  for (const { id: stepId } of capsules.flatMap(({ steps }) => steps))
    for (const organisationId of [null, ...organisations.map(({ id }) => id)])
      if (matches(code, sheetCode(stepId, organisationId))) return { stepId, organisationId }
  return null
}

function whereSaid(kinds: Kinds, { kind }: Expectation): SheetExpectation['said'] {
  const known = kinds[kind]
  if (known?.said) return 'sheet'
  if (known?.subject === 'meeting') return 'meeting'
  return kind === 'task' ? 'task' : 'elsewhere'
}

async function meetingOf(trx: Trx, networkId: string, { meetingId }: Step): Promise<SheetMeeting | null> {
  if (meetingId === null) return null
  const { rows } = await sql<SheetMeeting>`
    select id, title, starts_at as "startsAt", ends_at as "endsAt", time_zone as "timeZone", place, address
    from meeting
    where network_id = ${networkId}::uuid and id = ${meetingId}::uuid and state in ('scheduled', 'held')`.execute(
    trx,
  )
  return rows[0] ?? null
}
