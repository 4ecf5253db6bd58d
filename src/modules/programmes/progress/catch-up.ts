import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { ExpectationKind } from '#http/module.ts'
import { AppError } from '#kernel/errors.ts'
import type { Locale } from '#kernel/locale.ts'
import type { Entry } from '#modules/network/index.ts'
import type { OpenedProgramme } from '#modules/programmes/opening.ts'
import { type Capsule, type Expectation, type Step, stepsOf } from '#modules/programmes/programme.ts'
import { ownOrganisations } from '#modules/programmes/progress/acting.ts'
import { type Proposal, proposalsOf } from '#modules/programmes/progress/arrangements.ts'
import {
  isBehind,
  type OrganisationProgress,
  type StepProgress,
} from '#modules/programmes/progress/progress.ts'
import { type Kinds, progressOf } from '#modules/programmes/progress/progress-of.ts'

/** What an organisation has to make up for: step by step, the one first that was over first. */
export interface CatchUp {
  organisation: OrganisationProgress
  /** Whether the reader acts for it. */
  own: boolean
  path: CatchUpStep[]
  /** Waived with it, and done since: no longer in the path. */
  waived: { step: Step; reason: string }[]
  /** Of the whole path, of what still lacks. */
  minutes: number
}

export interface CatchUpStep {
  step: Step
  capsule: string
  progress: StepProgress
  /** What lacks: readings first, then documents and what else is done alone, meetings last. */
  lacking: LackingExpectation[]
  /** Of the step; null where there is none. */
  meeting: MissedMeeting | null
  proposal: Proposal | null
}

export interface MissedMeeting {
  id: string
  title: string
  startsAt: Date
  timeZone: string
  minutesPublished: boolean
}

export interface LackingExpectation extends Expectation {
  attendance: boolean
  /** Where it is done, but for the page of the step. */
  address: string | null
}

/** @throws AppError 'forbidden' for whoever neither acts for the organisation nor runs the programme; 'not-found' */
export async function catchUpOf(
  trx: Trx,
  entry: Entry,
  kinds: Kinds,
  locale: Locale,
  { programme, group, mayRun }: OpenedProgramme,
  capsules: readonly Capsule[],
  organisationId: string,
): Promise<CatchUp> {
  const networkId = entry.network.id
  const own = (await ownOrganisations(trx, entry, group.id)).some(({ id }) => id === organisationId)
  if (!own && !mayRun) throw new AppError('forbidden')
  const [progress] = await progressOf(trx, kinds, networkId, [programme.id])
  const organisation = progress?.organisations.find(({ id }) => id === organisationId)
  if (!organisation) throw new AppError('not-found')
  const meetings = await meetingsOf(trx, networkId, stepsOf([...capsules]))
  const proposals = await proposalsOf(trx, networkId, programme.id, organisationId)
  const path: CatchUpStep[] = []
  const waived: CatchUp['waived'] = []
  for (const capsule of capsules)
    for (const step of capsule.steps) {
      const stood = organisation.steps.find(({ stepId }) => stepId === step.id)
      if (stood?.state === 'waived') waived.push({ step, reason: stood.arrangement?.reason ?? '' })
      if (!stood || !toCatchUp(stood)) continue
      path.push({
        step,
        capsule: capsule.title,
        progress: stood,
        lacking: lackingOf(step, stood, kinds, { locale, network: entry.network.slug }),
        meeting: meetings.get(step.meetingId ?? '') ?? null,
        proposal: proposals.find(({ stepId }) => stepId === step.id) ?? null,
      })
    }
  path.sort((one, other) =>
    one.step.dueOn < other.step.dueOn ? -1 : Number(one.step.dueOn > other.step.dueOn),
  )
  return { organisation, own, path, waived, minutes: path.reduce((sum, { step }) => sum + step.minutes, 0) }
}

/** What one may still make up for: also what was over before the organisation came, which nobody holds against it. */
function toCatchUp(step: StepProgress): boolean {
  return isBehind(step) || (step.state === 'before' && step.expected > 0)
}

const order = ['reading', 'document']

function lackingOf(
  step: Step,
  { lacking }: StepProgress,
  kinds: Kinds,
  place: { locale: Locale; network: string },
): LackingExpectation[] {
  const rank = ({ kind, attendance }: LackingExpectation) =>
    attendance ? order.length + 1 : order.includes(kind) ? order.indexOf(kind) : order.length
  return step.expectations
    .filter(({ id }) => lacking.includes(id))
    .map(one => {
      const kind: ExpectationKind | undefined = kinds[one.kind]
      return {
        ...one,
        attendance: kind?.subject === 'meeting',
        address: kind?.address?.(place, { ...one, meetingId: step.meetingId }) ?? null,
      }
    })
    .sort((a, b) => rank(a) - rank(b))
}

async function meetingsOf(
  trx: Trx,
  networkId: string,
  steps: readonly Step[],
): Promise<Map<string, MissedMeeting>> {
  const ids = steps.map(({ meetingId }) => meetingId).filter(id => id !== null)
  const { rows } = await sql<MissedMeeting>`
    select id, title, starts_at as "startsAt", time_zone as "timeZone",
      minutes_published_at is not null as "minutesPublished"
    from meeting where network_id = ${networkId}::uuid and id = any (${ids}::uuid[])`.execute(trx)
  return new Map(rows.map(row => [row.id, row]))
}
