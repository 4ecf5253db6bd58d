import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { ExpectationKind, JobContext } from '#http/module.ts'
import { href } from '#http/routes.ts'
import { toldIn } from '#modules/programmes/course/telling.ts'
import { asProgramme } from '#modules/programmes/opening.ts'
import { stepName, stepsOf, structureOf } from '#modules/programmes/programme.ts'
import { progressOf } from '#modules/programmes/progress/progress-of.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import { queueMails } from '#platform/mail/index.ts'

type Kinds = Record<string, ExpectationKind>

const batch = 100

/** Reminds those whose organisation has not done what a step expects, as long before its last day as the step says. */
export function programmeRemindersJob({ db, expectations, linkOrigin }: JobContext): Job<never> {
  return {
    queue: 'programmes.reminders',
    expireSeconds: 1800,
    retries: 2,
    schedule: '22 * * * *',
    run: (_payload, signal) => remindOfSteps(db, expectations, linkOrigin, new Date(), signal),
  }
}

/** Each step in a transaction of its own: whoever else does it at the same time, everyone is reminded once. */
export async function remindOfSteps(
  db: Db,
  kinds: Kinds,
  linkOrigin: string,
  now: Date,
  signal?: AbortSignal,
): Promise<void> {
  // One that cannot be done holds up no other; that it could not is said at the end.
  const failed = new Map<string, unknown>()
  for (;;) {
    const { rows } = await sql<Due>`
      select network_id as "networkId", programme_id as "programmeId", step_id as "stepId", days
      from programmes_to_remind_of(${now}, ${batch}::integer)`.execute(db)
    for (const due of rows) {
      if (signal?.aborted) return
      const name = `${due.networkId} ${due.stepId} ${due.days}`
      if (failed.has(name)) continue
      await inTenant(db, { networkId: due.networkId, audience: 'network' }, trx =>
        remindOfStep(trx, kinds, due, linkOrigin, now),
      ).catch(error => failed.set(name, error))
    }
    if (rows.length < batch || failed.size >= batch) break
  }
  for (const error of failed.values()) throw error
}

interface Due {
  networkId: string
  programmeId: string
  stepId: string
  days: number
}

async function remindOfStep(trx: Trx, kinds: Kinds, due: Due, linkOrigin: string, now: Date): Promise<void> {
  const { networkId, programmeId, stepId, days } = due
  // What is said now is said for every distance that is past as well.
  const { rows: claimed } = await sql`
    insert into programme_reminder (network_id, programme_id, step_id, days)
    values (${networkId}::uuid, ${programmeId}::uuid, ${stepId}::uuid, ${days})
    on conflict do nothing returning days`.execute(trx)
  if (claimed.length === 0) return
  const row = await trx
    .selectFrom('programme')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('id', '=', programmeId)
    .where('state', '=', 'running')
    .executeTakeFirst()
  if (!row) return
  const programme = asProgramme(row)
  const capsules = await structureOf(trx, networkId, programmeId)
  const step = stepsOf(capsules).find(({ id }) => id === stepId)
  if (!step) return
  // Meetings remind of themselves.
  const expected = step.expectations.filter(
    ({ kind, optional }) => !optional && kinds[kind]?.subject === 'expectation',
  )
  if (expected.length === 0) return
  const [progress] = await progressOf(trx, kinds, networkId, [programmeId], now)
  const lacking = new Map(
    (progress?.organisations ?? []).flatMap(organisation => {
      const found = organisation.steps.find(one => one.stepId === stepId)
      const titles = expected.filter(({ id }) => found?.lacking.includes(id)).map(({ title }) => title)
      return titles.length === 0 || found?.state === 'waived' ? [] : [[organisation.id, titles] as const]
    }),
  )
  if (lacking.size === 0) return
  const { slug } = await trx
    .selectFrom('network')
    .select('slug')
    .where('id', '=', networkId)
    .executeTakeFirstOrThrow()
  const people = await toldIn(trx, networkId, programme.groupId)
  await queueMails(
    trx,
    networkId,
    people.flatMap(({ personId: _, organisationId, ...to }) => {
      const titles = organisationId === null ? undefined : lacking.get(organisationId)
      if (!titles) return []
      const here = { locale: to.locale, network: slug, programme: programmeId, step: stepId }
      return [
        {
          to,
          template: 'programme-reminder' as const,
          params: {
            programme: programme.name,
            step: stepName(capsules, step),
            due: step.dueOn,
            expected: titles
              .map(title => `- ${title}`)
              .join('\n')
              .slice(0, 2_000),
            url: linkOrigin + href('programmeStep', here),
          },
          baseUrl: linkOrigin,
          now,
        },
      ]
    }),
  )
}
