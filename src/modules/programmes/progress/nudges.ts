import { sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { type Entry, optionalId, Refusal } from '#modules/network/index.ts'
import { openProgramme } from '#modules/programmes/opening.ts'
import { type ForIt, peopleFor } from '#modules/programmes/progress/attention.ts'
import { recordChange } from '#platform/audit/record.ts'
import { queueMails } from '#platform/mail/index.ts'

const mostPeople = 200
/** Within so many days nobody is nudged twice unless it is said that they should be. */
export const quietDays = 3

export const nudgeForm = z.object({
  people: z
    .array(z.string().refine(isId, { error: 'form.error.choose' }))
    .min(1, { error: 'form.error.choose' })
    .max(mostPeople),
  message: z.string().trim().min(1).max(2_000),
  step: optionalId,
  /** Answers go to whoever sends it: their address is seen. */
  answers: z
    .string()
    .optional()
    .transform(sent => sent !== undefined),
  /** Also those who were nudged these days. */
  again: z
    .string()
    .optional()
    .transform(sent => sent !== undefined),
})

export type NudgeInput = z.output<typeof nudgeForm>

export interface Nudge {
  id: string
  person: string
  organisation: string | null
  message: string
  sentBy: string | null
  sentAt: Date
}

/**
 * A word by hand to those who need one. What they silenced of their work stays silent.
 * @returns how many were written to
 * @throws AppError; Refusal for whoever is not of the programme, cannot be written to, or had one a short while ago
 */
export async function nudge(
  trx: Trx,
  entry: Entry,
  programmeId: string,
  input: NudgeInput,
  linkOrigin: string,
): Promise<number> {
  const { network } = entry
  const { programme } = await openProgramme(trx, entry, programmeId, 'run')
  const asked = [...new Set(input.people)]
  // Of two who nudge the same people at once, the second sees what the first sent.
  await sql`select pg_advisory_xact_lock(hashtextextended(${programme.id}, 38))`.execute(trx)
  const known = new Map<string, ForIt & { organisationId: string }>()
  for (const [organisationId, people] of await peopleFor(trx, network.id, programme))
    for (const one of people) if (!known.has(one.id)) known.set(one.id, { ...one, organisationId })
  const chosen = asked.map(id => {
    const one = known.get(id)
    if (!one?.hasAccount) throw new Refusal({ field: 'people', message: 'form.error.choose' })
    return one
  })
  const recent = chosen.filter(({ lastNudge }) => lastNudge !== null && daysSince(lastNudge) < quietDays)
  if (recent.length > 0 && !input.again)
    throw new Refusal({
      field: 'again',
      message: 'nudge.error.recent',
      values: { names: recent.map(({ name }) => name).join(', '), days: quietDays },
    })
  const stepId = await stepOf(trx, network.id, programme.id, input.step)
  const sender = await senderOf(trx, entry)
  const person = sender?.name ?? network.name[network.locale] ?? network.slug
  const replyTo = input.answers ? (sender?.email ?? null) : null
  const addresses = await addressesOf(trx, network.id, asked)
  const here = { locale: network.locale, network: network.slug, programme: programme.id }
  const path = stepId === null ? href('programme', here) : href('programmeStep', { ...here, step: stepId })
  await queueMails(
    trx,
    network.id,
    addresses.map(({ accountId, email, name }) => ({
      to: { accountId, address: email, name, locale: network.locale },
      template: 'programme-nudge' as const,
      params: {
        ...{ person, programme: programme.name, message: input.message },
        ...{ answered: replyTo !== null, url: linkOrigin + path },
      },
      baseUrl: linkOrigin,
      replyTo,
      // A digest would say that there is a message, and not what it says.
      atOnce: true,
    })),
  )
  await trx
    .insertInto('programme_nudge')
    .values(
      chosen.map(({ id, organisationId }) => ({
        ...{ network_id: network.id, programme_id: programme.id, id: newId(), step_id: stepId },
        ...{
          organisation_id: organisationId,
          person_id: id,
          message: input.message,
          sent_by: entry.personId,
        },
      })),
    )
    .execute()
  await recordChange(trx, network.id, entry.actor, {
    action: 'programme.nudged',
    subject: { type: 'programme', id: programme.id },
    after: { people: asked, step_id: stepId },
  })
  return asked.length
}

/** The latest first, a hundred at most: for whoever runs the programme. */
export async function nudgesOf(trx: Trx, networkId: string, programmeId: string): Promise<Nudge[]> {
  const { rows } = await sql<Nudge>`
    select nudge.id, person.name as person, organisation.name as organisation, nudge.message,
      sender.name as "sentBy", nudge.sent_at as "sentAt"
    from programme_nudge nudge
    join person on person.network_id = nudge.network_id and person.id = nudge.person_id
    left join organisation on organisation.id = nudge.organisation_id
    left join person sender on sender.network_id = nudge.network_id and sender.id = nudge.sent_by
    where nudge.network_id = ${networkId}::uuid and nudge.programme_id = ${programmeId}::uuid
    order by nudge.sent_at desc, nudge.id desc limit 100`.execute(trx)
  return rows
}

/** Who nudges, as the network knows them; null for one of its keys. */
export async function senderOf(
  trx: Trx,
  { network, personId }: Entry,
): Promise<{ name: string; email: string | null } | null> {
  if (personId === null) return null
  const row = await trx
    .selectFrom('person')
    .select(['name', 'email'])
    .where('network_id', '=', network.id)
    .where('id', '=', personId)
    .executeTakeFirst()
  return row ?? null
}

function daysSince(moment: Date): number {
  return (Date.now() - moment.getTime()) / 86_400_000
}

async function stepOf(
  trx: Trx,
  networkId: string,
  programmeId: string,
  id: string | null,
): Promise<string | null> {
  if (id === null) return null
  const step = await trx
    .selectFrom('programme_step')
    .select('id')
    .where('network_id', '=', networkId)
    .where('programme_id', '=', programmeId)
    .where('id', '=', id)
    .where('dropped_at', 'is', null)
    .executeTakeFirst()
  if (!step) throw new AppError('not-found')
  return step.id
}

async function addressesOf(
  trx: Trx,
  networkId: string,
  people: readonly string[],
): Promise<{ accountId: string; name: string; email: string }[]> {
  const { rows } = await sql<{ accountId: string; name: string; email: string }>`
    select account_id as "accountId", name, email from person
    where network_id = ${networkId}::uuid and id = any (${people}::uuid[])
      and account_id is not null and email is not null
    order by id`.execute(trx)
  return rows
}
