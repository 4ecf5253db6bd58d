import { newId } from '#kernel/ids.ts'
import type { Mode } from '#modules/programmes/programme.ts'
import type { TestDatabase } from '../../../test/database.ts'
import type { TestNetwork } from '../../../test/factories.ts'

export interface TestProgramme {
  id: string
  groupId: string
  capsules: { id: string; steps: TestStep[] }[]
}

export interface TestStep {
  id: string
  expectations: { id: string; kind: string }[]
}

interface GivenStep {
  mode?: Mode
  title?: string
  /** Days from the start. */
  opens?: number
  due?: number
  meetingId?: string
  minutes?: number
  expects?: { kind: string; title?: string; optional?: boolean }[]
}

/**
 * A programme as it would have been made, each step after the one before.
 * @param options.starts ISO day; ninety days ago where nothing is said
 */
export async function aProgramme(
  database: TestDatabase,
  network: TestNetwork,
  group: { id: string },
  options: {
    name?: string
    starts?: string
    state?: 'running' | 'ended'
    shared?: boolean
    capsules?: GivenStep[][]
  } = {},
): Promise<TestProgramme> {
  const id = newId()
  const starts = options.starts ?? dayFrom(new Date().toISOString().slice(0, 10), -90)
  const given = options.capsules ?? [[{ expects: [{ kind: 'reading' }] }]]
  const insert = (sql: string, ...values: unknown[]) => database.asOwner(sql, [network.id, id, ...values])
  await insert(
    `insert into programme (network_id, id, group_id, name, template_key, template_version, template, starts_on, ends_on,
       country, time_zone, state, shared)
     values ($1, $2, $3, $4, 'essai', 1, '{}', $5, $5::date + 600, 'FR', 'Europe/Paris', $6, $7)`,
    group.id,
    options.name ?? 'Parcours',
    starts,
    options.state ?? 'running',
    options.shared ?? false,
  )
  const capsules = []
  let before: string | null = null
  let position = 0
  for (const [c, steps] of given.entries()) {
    const capsuleId = newId()
    await insert(
      `insert into programme_capsule (network_id, programme_id, id, key, position, title) values ($1, $2, $3, $4, $5, $6)`,
      capsuleId,
      `capsule-${c + 1}`,
      c,
      `Capsule ${c + 1}`,
    )
    const made: TestStep[] = []
    for (const [s, step] of steps.entries()) {
      position += 1
      const stepId: string = newId()
      const opens = step.opens ?? (position - 1) * 30
      await insert(
        `insert into programme_step (network_id, programme_id, id, capsule_id, key, position, title, mode, opens_on, due_on,
           planned_on, minutes, meeting_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12)`,
        stepId,
        capsuleId,
        `etape-${position}`,
        s,
        step.title ?? `Étape ${position}`,
        step.mode ?? 'own_work',
        dayFrom(starts, opens),
        dayFrom(starts, step.due ?? opens + 20),
        step.minutes ?? 60,
        step.meetingId ?? null,
      )
      if (before)
        await insert(
          'insert into programme_dependency (network_id, programme_id, step_id, after_id) values ($1, $2, $3, $4)',
          stepId,
          before,
        )
      before = stepId
      const expectations = []
      for (const [e, expected] of (step.expects ?? []).entries()) {
        const expectationId = newId()
        await insert(
          `insert into programme_expectation (network_id, programme_id, id, step_id, position, kind, title, optional)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
          expectationId,
          stepId,
          e,
          expected.kind,
          expected.title ?? `Attendu ${e + 1}`,
          expected.optional ?? false,
        )
        expectations.push({ id: expectationId, kind: expected.kind })
      }
      made.push({ id: stepId, expectations })
    }
    capsules.push({ id: capsuleId, steps: made })
  }
  return { id, groupId: group.id, capsules }
}

/** @param day ISO */
export function dayFrom(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}
