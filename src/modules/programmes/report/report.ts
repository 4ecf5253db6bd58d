import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { type Group, openGroup } from '#modules/groups/index.ts'
import { localTime } from '#modules/meetings/index.ts'
import type { Entry } from '#modules/network/index.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { type Capsule, type Programme, structureOf } from '#modules/programmes/programme.ts'
import type { Progress } from '#modules/programmes/progress/progress.ts'
import { type Kinds, progressOf } from '#modules/programmes/progress/progress-of.ts'
import { type Period, type PeriodQuery, periodOf } from '#modules/programmes/report/period.ts'
import { type Quote, quotesForReport } from '#modules/programmes/report/quotes.ts'
import {
  type CourseChange,
  changesIn,
  type Declared,
  declaredIn,
  type HandedIn,
  type HeldMeeting,
  handedInIn,
  heldIn,
  organisationsIn,
  type Participation,
  type Presence,
  peopleWhoRan,
  presencesIn,
  type RanBy,
} from '#modules/programmes/report/sources.ts'

/** All that a report is made of, as it was found; the figures are worked out of it (`figures.ts`). */
export interface ReportValues {
  programme: Programme
  group: Group
  period: Period
  today: string
  capsules: Capsule[]
  /** As it stands today: what is done late is done. */
  progress: Progress | null
  ranBy: RanBy[]
  organisations: Participation[]
  meetings: HeldMeeting[]
  presences: Presence[]
  declared: Declared[]
  handedIn: HandedIn[]
  quotes: Quote[]
  changes: CourseChange[]
}

/**
 * What happened in a programme, for whoever pays for it: in a fixed number of statements.
 * @throws AppError 'forbidden' for those who do not run it
 */
export async function reportOf(
  trx: Trx,
  kinds: Kinds,
  entry: Entry,
  programmeId: string,
  query: PeriodQuery,
): Promise<ReportValues> {
  const { programme, group } = await openForReport(trx, entry, programmeId)
  const { network } = entry
  const today = localTime(new Date(), programme.timeZone).day
  const period = periodOf(programme, query, today)
  const [progress = null] = await progressOf(trx, kinds, network.id, [programme.id])
  return {
    programme,
    group,
    period,
    today,
    progress,
    capsules: await structureOf(trx, network.id, programme.id),
    ranBy: await peopleWhoRan(trx, network.id, programme, period),
    organisations: await organisationsIn(trx, network.id, programme, period),
    meetings: await heldIn(trx, network.id, programme, period),
    presences: await presencesIn(trx, network.id, programme, period),
    declared: await declaredIn(trx, network.id, programme.id, period),
    handedIn: await handedInIn(trx, network.id, programme.id, period),
    quotes: await quotesForReport(trx, network.id, programme.id),
    changes: await changesIn(trx, network.id, programme, period),
  }
}

/** Of a programme that has ended and of a group that was archived as well: reports are written when all is over. */
async function openForReport(trx: Trx, entry: Entry, programmeId: string) {
  const { programme, group, mayRun } = await openProgramme(trx, entry, programmeId, 'read')
  if (!mayRun) {
    const { mayReopen } = await openGroup(trx, entry, group.id, 'read')
    if (!mayReopen) throw new AppError('forbidden')
  }
  return { programme, group }
}
