import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import type { Entry } from '#modules/network/index.ts'
import type { OpenedProgramme } from '#modules/programmes/opening.ts'
import type { Expectation, Step } from '#modules/programmes/programme.ts'
import { type Named, ownOrganisations, takingPart } from '#modules/programmes/progress/acting.ts'
import { type Fulfilment, fulfilmentsOf } from '#modules/programmes/progress/fulfilments.ts'
import type { StepProgress } from '#modules/programmes/progress/progress.ts'
import { type Kinds, progressOf } from '#modules/programmes/progress/progress-of.ts'

/** What a step expects, who did it, and where one says so: what `Fulfilments` (views/fulfilments.tsx) shows. */
export interface FulfilmentSection {
  programmeId: string
  stepId: string
  expectations: ShownExpectation[]
  /** Organisations the reader acts for, and how each stands with the step. */
  own: { organisation: Named; progress: StepProgress | null }[]
  /** All that take part, for whoever runs the programme. */
  others: Named[]
  /** Whether anything can be said still. */
  open: boolean
}

export interface ShownExpectation extends Expectation {
  /** Whether organisations say themselves that it is done. */
  said: boolean
  attendance: boolean
  /** By how many of the organisations that take part it is fulfilled. */
  count: number
  of: number
  /** Of one's own organisations that have it done, by id. */
  done: string[]
  /** What was said: by one's own organisations; by all, for whoever runs the programme. */
  fulfilments: Fulfilment[]
  /** Where it is done, but for this page: of each of one's own organisations. */
  places: { organisationId: string | null; address: string; title: string }[]
}

/** For the page of a step, which has opened its programme. */
export async function fulfilmentSection(
  trx: Trx,
  kinds: Kinds,
  entry: Entry,
  opened: OpenedProgramme,
  step: Step,
  locale: Locale,
): Promise<FulfilmentSection> {
  const networkId = entry.network.id
  const { programme, group, mayTakePart, mayRun } = opened
  const [progress] = await progressOf(trx, kinds, networkId, [programme.id])
  const own = await ownOrganisations(trx, entry, group.id)
  const organisations = own.map(({ id }) => id)
  const said =
    organisations.length === 0 && !mayRun
      ? []
      : await fulfilmentsOf(trx, networkId, programme.id, {
          stepId: step.id,
          ...(!mayRun && { organisations }),
        })
  const tasks = await tasksFor(trx, networkId, step, organisations)
  const here = { locale, network: entry.network.slug }
  const stood = (organisationId: string) =>
    progress?.organisations
      .find(({ id }) => id === organisationId)
      ?.steps.find(one => one.stepId === step.id) ?? null
  return {
    programmeId: programme.id,
    stepId: step.id,
    own: own.map(organisation => ({ organisation, progress: stood(organisation.id) })),
    others: mayRun ? await takingPart(trx, networkId, group.id) : [],
    open: mayTakePart && programme.state !== 'ended',
    expectations: step.expectations.map(expectation => {
      const kind = kinds[expectation.kind]
      const address = kind?.address?.(here, { ...expectation, meetingId: step.meetingId }) ?? null
      const fulfilled = progress?.fulfilledBy.get(expectation.id)
      return {
        ...expectation,
        said: kind?.said ?? false,
        attendance: kind?.subject === 'meeting',
        count: fulfilled?.size ?? 0,
        of: progress?.organisations.length ?? 0,
        done: organisations.filter(id => fulfilled?.has(id)),
        fulfilments: said.filter(({ expectationId }) => expectationId === expectation.id),
        places: [
          ...(address === null ? [] : [{ organisationId: null, address, title: expectation.title }]),
          ...tasks
            .filter(({ expectationId }) => expectationId === expectation.id)
            .map(({ id, title, organisationId }) => ({
              ...{ organisationId, title, address: href('task', { ...here, task: id }) },
            })),
        ],
      }
    }),
  }
}

/** The tasks that stand for what the step expects of these organisations. */
async function tasksFor(
  trx: Trx,
  networkId: string,
  step: Step,
  organisations: readonly string[],
): Promise<{ id: string; title: string; expectationId: string; organisationId: string }[]> {
  if (organisations.length === 0) return []
  const { rows } = await sql<{ id: string; title: string; expectationId: string; organisationId: string }>`
    select id, title, origin_id as "expectationId", organisation_id as "organisationId" from task
    where network_id = ${networkId}::uuid and origin_id = any (${step.expectations.map(({ id }) => id)}::uuid[])
      and organisation_id = any (${organisations}::uuid[]) and state <> 'dropped'
    order by id`.execute(trx)
  return rows
}
