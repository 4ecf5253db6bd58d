import type { Trx } from '#db/database.ts'
import type { OpenedProgramme } from '#modules/programmes/opening.ts'
import { type Capsule, currentStep, type Step, stepsOf } from '#modules/programmes/programme.ts'
import { ownOrganisations } from '#modules/programmes/progress/acting.ts'
import {
  isBehind,
  isUpToDate,
  type OrganisationProgress,
  type Progress,
} from '#modules/programmes/progress/progress.ts'
import { type Kinds, progressOf } from '#modules/programmes/progress/progress-of.ts'

/** The climb of a programme, and where each organisation is on it: what `Rope` (views/rope.tsx) draws. */
export interface RopeSection {
  programmeId: string
  /** In their order; `steps`: how many each has. */
  capsules: { title: string; steps: number; done: number; of: number }[]
  /** Its place among all steps; null where all are over, or the programme has ended. */
  next: { index: number; step: Step; open: boolean } | null
  /** It stands still: no day of what comes next is sure. */
  paused: boolean
  knots: Knot[]
  /** How many organisations have nothing to make up for. */
  upToDate: number
}

export interface Knot {
  /** Null where the reader is not of the group: nobody is named outside. */
  organisation: { id: string; name: string } | null
  /** How many steps lie behind it, whether done, waived or over before it came. */
  settled: number
  /** Has something to make up for. */
  behind: boolean
  /** The reader acts for it. */
  own: boolean
  /** Steps done, steps to make up for, and those that were over before it came, by capsule. */
  capsules: { done: number; of: number; behind: number; before: number }[]
}

/** For the page of a programme, which has opened it. */
export async function ropeSection(
  trx: Trx,
  kinds: Kinds,
  reader: { network: { id: string }; personId: string | null },
  opened: OpenedProgramme,
  capsules: readonly Capsule[],
): Promise<RopeSection | null> {
  const { programme, group, mayTakePart, mayRun } = opened
  const [progress] = await progressOf(trx, kinds, reader.network.id, [programme.id])
  if (!progress || progress.steps.length === 0) return null
  const own = await ownOrganisations(trx, reader, group.id)
  const named = mayTakePart || mayRun || own.length > 0
  return ropeFrom(
    progress,
    capsules,
    own.map(({ id }) => id),
    named,
  )
}

export function ropeFrom(
  progress: Progress,
  capsules: readonly Capsule[],
  own: readonly string[],
  named: boolean,
): RopeSection {
  const step = progress.state === 'ended' ? null : (currentStep(capsules, progress.today)?.step ?? null)
  const index = step ? stepsOf([...capsules]).indexOf(step) : -1
  const perCapsule = (organisation: OrganisationProgress) =>
    capsules.map(({ steps }) => {
      const all = organisation.steps.filter(({ stepId }) => steps.some(({ id }) => id === stepId))
      const stood = all.filter(({ state }) => state !== 'before')
      return {
        done: stood.filter(({ state }) => state === 'done').length,
        of: stood.length,
        behind: stood.filter(isBehind).length,
        before: all.length - stood.length,
      }
    })
  const knots = progress.organisations.map(organisation => ({
    organisation: named ? { id: organisation.id, name: organisation.name } : null,
    settled: organisation.steps.filter(({ state }) => ['done', 'waived', 'before'].includes(state)).length,
    behind: !isUpToDate(organisation),
    own: own.includes(organisation.id),
    capsules: perCapsule(organisation),
  }))
  return {
    programmeId: progress.programmeId,
    capsules: capsules.map(({ title, steps }, place) => ({
      title,
      steps: steps.length,
      done: knots.reduce((sum, { capsules }) => sum + (capsules[place]?.done ?? 0), 0),
      of: knots.reduce((sum, { capsules }) => sum + (capsules[place]?.of ?? 0), 0),
    })),
    next: step ? { index, step, open: step.opensOn <= progress.today } : null,
    paused: progress.state === 'paused',
    knots,
    upToDate: knots.filter(({ behind }) => !behind).length,
  }
}
