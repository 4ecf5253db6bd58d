import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { ExpectationKind, JobContext } from '#http/module.ts'
import { href } from '#http/routes.ts'
import { toldIn } from '#modules/programmes/course/telling.ts'
import { asProgramme } from '#modules/programmes/opening.ts'
import { type Step, stepName, stepsOf, structureOf } from '#modules/programmes/programme.ts'
import type { Progress } from '#modules/programmes/progress/progress.ts'
import { progressOf } from '#modules/programmes/progress/progress-of.ts'
import { type I18n, i18nFor } from '#platform/i18n/i18n.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import { queueMails } from '#platform/mail/index.ts'

type Kinds = Record<string, ExpectationKind>

const batch = 500

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

/** Each programme in a transaction of its own: whoever else does it at the same time, everyone is reminded once. */
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
    const { rows } = await sql<DueStep>`
      select network_id as "networkId", programme_id as "programmeId", step_id as "stepId", days
      from programmes_to_remind_of(${now}, ${batch}::integer)`.execute(db)
    const programmes = [...Map.groupBy(rows, ({ networkId, programmeId }) => `${networkId} ${programmeId}`)]
    // The last one may have more than what was read: it is read again, whole.
    if (rows.length === batch && programmes.length > 1) programmes.pop()
    let tried = 0
    for (const [name, due] of programmes) {
      if (signal?.aborted) return
      const [first] = due
      if (!first || failed.has(name)) continue
      tried++
      await inTenant(db, { networkId: first.networkId, audience: 'network' }, trx =>
        remindOfProgramme(trx, kinds, { ...first, due }, linkOrigin, now),
      ).catch(error => failed.set(name, error))
    }
    if (rows.length < batch || tried === 0) break
  }
  for (const error of failed.values()) throw error
}

interface DueStep {
  networkId: string
  programmeId: string
  stepId: string
  days: number
}

/** One mail to each of those concerned, of all that is due: what is nearest first. */
async function remindOfProgramme(
  trx: Trx,
  kinds: Kinds,
  { networkId, programmeId, due }: { networkId: string; programmeId: string; due: DueStep[] },
  linkOrigin: string,
  now: Date,
): Promise<void> {
  const claimed = await claim(trx, networkId, programmeId, due)
  if (claimed.size === 0) return
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
  const steps = stepsOf(capsules)
    .filter(({ id }) => claimed.has(id))
    .toSorted((one, other) => (one.dueOn === other.dueOn ? 0 : one.dueOn < other.dueOn ? -1 : 1))
  const [progress] = await progressOf(trx, kinds, networkId, [programmeId], now)
  const lacking = steps.flatMap(step => {
    const of = lackingOf(kinds, step, progress)
    return of.size === 0 ? [] : [{ step, name: stepName(capsules, step), of }]
  })
  if (lacking.length === 0) return
  const { slug } = await trx
    .selectFrom('network')
    .select('slug')
    .where('id', '=', networkId)
    .executeTakeFirstOrThrow()
  const people = await toldIn(trx, networkId, programme.groupId)
  const acting = await actingIn(
    trx,
    programme.groupId,
    people.map(({ personId }) => personId),
  )
  await queueMails(
    trx,
    networkId,
    people.flatMap(({ personId, organisationId: _, ...to }) => {
      const own = acting.get(personId) ?? []
      const waiting = lacking.flatMap(({ step, name, of }) => {
        const titles = [...new Set(own.flatMap(organisation => of.get(organisation) ?? []))]
        return titles.length === 0 ? [] : [{ step, name, titles }]
      })
      const [nearest, ...others] = waiting
      if (!nearest) return []
      const here = { locale: to.locale, network: slug, programme: programmeId, step: nearest.step.id }
      return [
        {
          to,
          template: 'programme-reminder' as const,
          params: {
            programme: programme.name,
            step: nearest.name,
            due: nearest.step.dueOn,
            expected: expectedIn(i18nFor(to.locale), nearest.titles, others),
            url: linkOrigin + href('programmeStep', here),
          },
          baseUrl: linkOrigin,
          now,
        },
      ]
    }),
  )
}

/** What is said now is said for every distance that is past as well. @returns ids of the steps that nobody else has claimed */
async function claim(
  trx: Trx,
  networkId: string,
  programmeId: string,
  due: readonly DueStep[],
): Promise<Set<string>> {
  const { rows } = await sql<{ stepId: string }>`
    insert into programme_reminder (network_id, programme_id, step_id, days)
    select ${networkId}::uuid, ${programmeId}::uuid, step, days
    from unnest(${due.map(({ stepId }) => stepId)}::uuid[], ${due.map(({ days }) => days)}::integer[]) as due (step, days)
    order by step
    on conflict do nothing returning step_id as "stepId"`.execute(trx)
  return new Set(rows.map(({ stepId }) => stepId))
}

/** What organisations have still to do of a step, by organisation. Meetings remind of themselves. */
function lackingOf(kinds: Kinds, step: Step, progress: Progress | undefined): Map<string, string[]> {
  const expected = step.expectations.filter(
    ({ kind, optional }) => !optional && kinds[kind]?.subject === 'expectation',
  )
  return new Map(
    (progress?.organisations ?? []).flatMap(organisation => {
      const found = organisation.steps.find(({ stepId }) => stepId === step.id)
      const titles = expected.filter(({ id }) => found?.lacking.includes(id)).map(({ title }) => title)
      return titles.length === 0 || found?.state === 'waived' ? [] : [[organisation.id, titles] as const]
    }),
  )
}

/** For which organisations these people act in a group, by person. */
async function actingIn(
  trx: Trx,
  groupId: string,
  people: readonly string[],
): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ personId: string; organisations: string[] }>`
    select person_id as "personId", array_agg(organisation_id::text) as organisations
    from programme_acting(${people}::uuid[], array[${groupId}]::uuid[]) group by person_id`.execute(trx)
  return new Map(rows.map(({ personId, organisations }) => [personId, organisations]))
}

/** Lists in Markdown: of the nearest step its things, of the others one line each. */
function expectedIn(
  i18n: I18n,
  titles: readonly string[],
  others: readonly { step: Step; name: string; titles: readonly string[] }[],
): string {
  const { t, day, list } = i18n
  const lines = titles.map(title => `- ${title}`)
  if (others.length > 0)
    lines.push(
      ...['', t('mail.programme-reminder.then'), ''],
      ...others.map(
        ({ step, name, titles: things }) =>
          `- ${t('mail.programme-reminder.one', { step: name, day: day(step.dueOn), things: list([...things]) })}`,
      ),
    )
  return lines.slice(0, mostLines).join('\n')
}

const mostLines = 60
