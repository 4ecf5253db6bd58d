import type { Trx } from '#db/database.ts'
import type { OpenedProgramme } from '#modules/programmes/opening.ts'
import type { Capsule } from '#modules/programmes/programme.ts'
import { ownOrganisations } from '#modules/programmes/progress/acting.ts'
import { toCatchUp } from '#modules/programmes/progress/catch-up.ts'
import type { OrganisationProgress, Progress } from '#modules/programmes/progress/progress.ts'
import { type Kinds, progressOf } from '#modules/programmes/progress/progress-of.ts'

/** The climb of a programme, and where each organisation is on it: what `Rope` (views/rope.tsx) draws. */
export interface RopeSection {
  programmeId: string
  /** In their order; `steps`: how many each has. */
  capsules: { title: string; steps: number; done: number; of: number }[]
  /** The first step whose day is not over; its place among all. */
  next: { index: number; stepId: string; title: string; dueOn: string } | null
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
  /** Steps done, and steps to make up for, by capsule. */
  capsules: { done: number; of: number; behind: number }[]
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
  const all = capsules.flatMap(({ steps }) => steps)
  const index = all.findIndex(({ dueOn }) => dueOn >= progress.today)
  const next = all[index]
  const perCapsule = (organisation: OrganisationProgress) =>
    capsules.map(({ steps }) => {
      const stood = organisation.steps.filter(({ stepId }) => steps.some(({ id }) => id === stepId))
      return {
        done: stood.filter(({ state }) => state === 'done').length,
        of: stood.length,
        behind: stood.filter(toCatchUp).length,
      }
    })
  const knots = progress.organisations.map(organisation => ({
    organisation: named ? { id: organisation.id, name: organisation.name } : null,
    settled: organisation.steps.filter(({ state }) => ['done', 'waived', 'before'].includes(state)).length,
    behind: organisation.steps.some(toCatchUp),
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
    next: next ? { index, stepId: next.id, title: next.title, dueOn: next.dueOn } : null,
    knots,
    upToDate: knots.filter(({ behind }) => !behind).length,
  }
}
