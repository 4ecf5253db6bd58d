import { sql } from 'kysely'
import type { z } from 'zod'
import type { Trx } from '#db/database.ts'
import type { ExpectationKind } from '#http/module.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { changeCourse } from '#modules/programmes/course/changing.ts'
import { addOrganisationTasks } from '#modules/programmes/course/organisation-tasks.ts'
import type { expectationForm } from '#modules/programmes/course/schema.ts'
import { stepsOf } from '#modules/programmes/programme.ts'

export type Kinds = Record<string, ExpectationKind>

/** @throws AppError 'not-found'; Refusal for a kind or settings that no module knows */
export async function addExpectation(
  trx: Trx,
  entry: Entry,
  kinds: Kinds,
  programmeId: string,
  stepId: string,
  input: z.output<typeof expectationForm>,
  linkOrigin: string,
): Promise<number> {
  const { revision, kind, title, optional } = input
  const networkId = entry.network.id
  const settings = settingsOf(kinds, input)
  const intent = { programmeId, revision, kind: 'changed' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ capsules }) => {
    const step = stepsOf(capsules).find(({ id }) => id === stepId)
    if (!step) throw new AppError('not-found')
    if (kinds[kind]?.subject === 'meeting' && step.meetingId === null)
      throw new Refusal({ field: 'kind', message: 'programme.error.no-meeting' })
    await trx
      .insertInto('programme_expectation')
      .values({
        network_id: networkId,
        programme_id: programmeId,
        id: newId(),
        step_id: stepId,
        position: step.expectations.length,
        kind,
        title,
        settings: JSON.stringify(settings),
        optional,
      })
      .execute()
    if (kind === 'task') await addOrganisationTasks(trx, networkId, programmeId)
  })
}

/** Nobody has done it yet: it was a mistake. @throws AppError 'not-found'; Refusal where somebody has */
export async function removeExpectation(
  trx: Trx,
  entry: Entry,
  kinds: Kinds,
  programmeId: string,
  stepId: string,
  expectationId: string,
  revision: number,
  linkOrigin: string,
): Promise<number> {
  const intent = { programmeId, revision, kind: 'changed' } as const
  return changeCourse(trx, entry, intent, linkOrigin, async ({ capsules }) => {
    const step = stepsOf(capsules).find(({ id }) => id === stepId)
    const expectation = step?.expectations.find(({ id }) => id === expectationId)
    if (!step || !expectation) throw new AppError('not-found')
    const subject = kinds[expectation.kind]?.subject === 'meeting' ? step.meetingId : expectationId
    if (subject !== null && (await isFulfilled(trx, kinds[expectation.kind], subject, expectationId)))
      throw new Refusal({ field: '', message: 'programme.error.fulfilled' })
    await sql`
      delete from task where network_id = ${entry.network.id}::uuid and origin_id = ${expectationId}::uuid`.execute(
      trx,
    )
    await trx
      .deleteFrom('programme_expectation')
      .where('network_id', '=', entry.network.id)
      .where('programme_id', '=', programmeId)
      .where('id', '=', expectationId)
      .execute()
  })
}

/** Whether anybody has done it: seen by its module, or said. */
export async function isFulfilled(
  trx: Trx,
  kind: ExpectationKind | undefined,
  subject: string,
  expectationId: string,
): Promise<boolean> {
  const { rows: said } =
    await sql`select from programme_said(array[${expectationId}]::uuid[]) limit 1`.execute(trx)
  if (said.length > 0 || !kind) return said.length > 0
  const { rows } = await sql`select from ${sql.id(kind.source)}(array[${subject}]::uuid[]) limit 1`.execute(
    trx,
  )
  return rows.length > 0
}

/** What a form says of one: addresses with their words line by line, or a text. */
function settingsOf(
  kinds: Kinds,
  { kind, details }: z.output<typeof expectationForm>,
): Record<string, unknown> {
  const known = kinds[kind]
  if (!known) throw new Refusal({ field: 'kind', message: 'form.error.choose' })
  const lines = details.split('\n').flatMap(line => line.trim() || [])
  const said: Record<string, Record<string, unknown>> = {
    reading: {
      links: lines.flatMap(line => {
        const [url] = /https?:\/\/\S+/i.exec(line) ?? []
        return url === undefined ? [] : [{ title: line.replace(url, '').trim() || url, url }]
      }),
      parts: lines.filter(line => !/https?:\/\//i.test(line)),
    },
    document: { help: details },
    task: { details },
  }
  const parsed = known.settings.safeParse(said[kind] ?? {})
  if (!parsed.success) throw new Refusal({ field: 'details', message: 'form.error.invalid' })
  return parsed.data
}
