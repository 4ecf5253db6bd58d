import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { isBehind, type OrganisationProgress, type Progress } from '#modules/programmes/progress/progress.ts'

/** Why somebody should call an organisation; the gravest first. */
export type Reason =
  /** Nobody is there for it any more. */
  | { why: 'nobody' }
  /** It was at none of the last meetings held: two at least. */
  | { why: 'absent'; count: number }
  /** Steps that are late or missed, by id, in their order. */
  | { why: 'late'; steps: string[] }
  /** None of its people has an account yet. */
  | { why: 'never-signed-in' }
  /** It came late, and has begun to catch up with nothing. */
  | { why: 'not-begun'; steps: string[] }

export interface ForIt {
  id: string
  name: string
  /** Who has none cannot sign in, and is told nothing by mail. */
  hasAccount: boolean
  lastNudge: Date | null
}

/** An organisation as whoever runs a programme looks at it. */
export interface Call {
  organisation: OrganisationProgress
  reasons: Reason[]
  /** Who is there for it, by name. */
  people: ForIt[]
  lastNudge: Date | null
}

/** Those to call first, the one with the gravest reasons before others; then those that need none, by name. */
export function callsFor(progress: Progress, people: ReadonlyMap<string, ForIt[]>): Call[] {
  const calls = progress.organisations.map(organisation => {
    const own = people.get(organisation.id) ?? []
    const nudges = own.map(({ lastNudge }) => lastNudge).filter(at => at !== null)
    const lastNudge = nudges.sort((a, b) => b.getTime() - a.getTime())[0] ?? null
    return { organisation, reasons: reasonsOf(organisation, own), people: own, lastNudge }
  })
  return calls.sort((a, b) => weightOf(b.reasons) - weightOf(a.reasons))
}

/** That nobody of it can sign in yet asks for an invitation, not for a call. */
export function needsCall({ reasons }: Pick<Call, 'reasons'>): boolean {
  return reasons.some(({ why }) => why !== 'never-signed-in')
}

export function needsInvitation(call: Pick<Call, 'reasons'>): boolean {
  return call.reasons.length > 0 && !needsCall(call)
}

export function reasonsOf(organisation: OrganisationProgress, people: readonly ForIt[]): Reason[] {
  const { steps } = organisation
  const reasons: Reason[] = []
  if (people.length === 0) reasons.push({ why: 'nobody' })
  const absences = absentInARow(organisation)
  if (absences >= 2) reasons.push({ why: 'absent', count: absences })
  // What it was agreed to catch up with is no reason to call.
  const late = steps.filter(step => isBehind(step) && step.state !== 'catching-up')
  if (late.length > 0) reasons.push({ why: 'late', steps: late.map(({ stepId }) => stepId) })
  if (people.length > 0 && !people.some(({ hasAccount }) => hasAccount))
    reasons.push({ why: 'never-signed-in' })
  const before = steps.filter(({ state, expected }) => state === 'before' && expected > 0)
  const begun = steps.some(
    ({ state, fulfilled, arrangement }) =>
      (state === 'before' && fulfilled > 0) || arrangement?.kind === 'later' || state === 'done',
  )
  if (before.length > 0 && !begun)
    reasons.push({ why: 'not-begun', steps: before.map(({ stepId }) => stepId) })
  return reasons
}

/** How many of the last meetings held, one after the other, it was not at. */
function absentInARow({ steps }: OrganisationProgress): number {
  const held = steps.filter(({ present }) => present !== null)
  const last = held.findLastIndex(({ present }) => (present ?? 0) > 0)
  return held.length - 1 - last
}

function weightOf(reasons: readonly Reason[]): number {
  return reasons.reduce((sum, reason) => {
    if (reason.why === 'nobody') return sum + 100
    if (reason.why === 'absent') return sum + 30 + reason.count
    if (reason.why === 'late') return sum + 20 + reason.steps.length
    return sum + 10
  }, 0)
}

/** Who is in a group for which of its organisations, by organisation; with when they were last nudged about a programme. */
export async function peopleFor(
  trx: Trx,
  networkId: string,
  programme: { id: string; groupId: string },
): Promise<Map<string, ForIt[]>> {
  const { rows } = await sql<ForIt & { organisationId: string }>`
    select acting.organisation_id as "organisationId", person.id, person.name,
      person.account_id is not null and person.email is not null as "hasAccount", nudged.at as "lastNudge"
    from programme_acting(array(
      select person_id from group_member where network_id = ${networkId}::uuid and group_id = ${programme.groupId}::uuid
    ), array[${programme.groupId}]::uuid[]) acting
    join person on person.network_id = ${networkId}::uuid and person.id = acting.person_id and person.erased_at is null
    left join (
      select person_id, max(sent_at) as at from programme_nudge
      where network_id = ${networkId}::uuid and programme_id = ${programme.id}::uuid group by 1
    ) nudged on nudged.person_id = person.id
    where exists (
      select from mandate join network on network.id = mandate.network_id
      where mandate.network_id = ${networkId}::uuid and mandate.person_id = person.id
        and (now() at time zone network.time_zone)::date
          between mandate.valid_from and coalesce(mandate.valid_until, 'infinity'))
    order by person.name collate name_order, person.id limit 5000`.execute(trx)
  const people = new Map<string, ForIt[]>()
  for (const { organisationId, ...one } of rows) {
    const known = people.get(organisationId)
    if (known) known.push(one)
    else people.set(organisationId, [one])
  }
  return people
}
