import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { isId } from '#kernel/ids.ts'
import { groupChoices, openGroup } from '#modules/groups/index.ts'
import { type Meeting, openMeeting } from '#modules/meetings/meetings.ts'
import { readerOf, runsAll } from '#modules/meetings/reading-rights.ts'
import { tellInvited } from '#modules/meetings/telling/telling-invited.ts'
import { type Entry, optionalId, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

const mostChosen = 500

export const meetingInvitingInput = z.object({
  /** Whose people; without it, of a meeting of a group, that one. */
  group: optionalId,
  /** Those of them who were chosen; null: all. */
  people: z
    .array(z.string().refine(isId, { error: 'form.error.choose' }))
    .max(mostChosen)
    .nullable()
    .default(null),
  /** Said to them, in plain text. */
  message: z.string().trim().max(1_000).default(''),
})
export type MeetingInviting = z.output<typeof meetingInvitingInput>

/** How it stands with the people of a group and a meeting. */
export interface InvitingState {
  people: number
  /** Who come, wait, or withdrew: nobody asks them any more. */
  answered: number
  /** Who were invited and have not answered. */
  invited: number
  /** Who cannot sign in, and so could not answer. */
  unreachable: number
  /** Who would be invited now. */
  left: number
}

/**
 * Proposes a meeting by mail to the people of a group, or to those chosen of them: to each once, and to nobody who comes,
 * waits or withdrew already.
 * @returns how many were written to
 * @throws AppError 'forbidden'; Refusal when nobody can register any more
 */
export async function inviteToMeeting(
  trx: Trx,
  entry: Entry,
  meetingId: string,
  { group, people, message }: MeetingInviting,
): Promise<number> {
  const { network, personId } = entry
  const { meeting } = await openMeeting(trx, entry, meetingId, 'run')
  refuseClosed(meeting)
  const groupId = await groupFor(trx, entry, meeting, group)
  const { rows } = await sql<{ person_id: string }>`
    insert into meeting_invitation (network_id, meeting_id, person_id, invited_by)
    select ${network.id}::uuid, ${meeting.id}::uuid, found.id, ${personId}::uuid
    from (${peopleOf(network, meeting.id, groupId)}) found
    where ${isLeft} and ${people === null ? sql`true` : sql`found.id = any(${people}::uuid[])`}
      and found.id is distinct from ${personId}::uuid
    on conflict do nothing
    returning person_id`.execute(trx)
  if (rows.length === 0) return 0
  await tellInvited(
    trx,
    entry,
    meeting.id,
    rows.map(row => row.person_id),
    message,
  )
  await recordChange(trx, network.id, entry.actor, {
    action: 'meeting.invited',
    subject: { type: 'meeting', id: meeting.id },
    after: { group_id: groupId, people: rows.length },
  })
  return rows.length
}

export async function invitingState(
  trx: Trx,
  entry: Entry,
  meeting: Meeting,
  groupId: string,
): Promise<InvitingState> {
  const { rows } = await sql<InvitingState>`
    select count(*)::integer as people, count(*) filter (where found.answered)::integer as answered,
      count(*) filter (where found.invited and not found.answered)::integer as invited,
      count(*) filter (where not found.reachable)::integer as unreachable,
      count(*) filter (where ${isLeft} and found.id is distinct from ${entry.personId}::uuid)::integer as left
    from (${peopleOf(entry.network, meeting.id, groupId)}) found`.execute(trx)
  return rows[0] ?? { people: 0, answered: 0, invited: 0, unreachable: 0, left: 0 }
}

/** The groups that may be invited: the meeting's own, and where others see it, those its reader may speak for. */
export async function invitableGroups(
  trx: Trx,
  entry: Entry,
  meeting: Meeting,
): Promise<{ id: string; name: string }[]> {
  const own = meeting.group ? [meeting.group] : []
  if (meeting.visibility === 'group') return own
  const others = (await groupChoices(trx, entry)).filter(({ id }) => id !== meeting.groupId)
  return [...own, ...others]
}

/** Those who would be invited, by name and words of it: a hundred at most. */
export async function invitablePeople(
  trx: Trx,
  entry: Entry,
  meeting: Meeting,
  groupId: string,
  q: string,
): Promise<{ id: string; name: string; organisation: string | null }[]> {
  const { rows } = await sql<{ id: string; name: string; organisation: string | null }>`
    select found.id, found.name, organisation.name as organisation
    from (${peopleOf(entry.network, meeting.id, groupId)}) found
    left join organisation on organisation.id = found.organisation_id
    where ${isLeft} and found.id is distinct from ${entry.personId}::uuid
      and strpos(unaccent(lower(found.name)), unaccent(lower(${q.trim()}))) > 0
    order by found.name collate name_order, found.id limit 100`.execute(trx)
  return rows
}

/**
 * The group itself, unless another is said: those too may be invited, where they would see the meeting.
 * @throws AppError 'not-found' for a group the reader does not know of; Refusal where none was said, or it may not be
 */
export async function groupFor(
  trx: Trx,
  entry: Entry,
  meeting: Meeting,
  chosen: string | null,
): Promise<string> {
  if (meeting.groupId !== null && (chosen === null || chosen === meeting.groupId)) return meeting.groupId
  if (chosen === null) throw new Refusal({ field: 'group', message: 'form.error.choose' })
  if (meeting.visibility === 'group')
    throw new Refusal({ field: 'group', message: 'meeting-invite.error.closed' })
  // Whoever runs all meetings invites any group they know of; others those they run.
  const { group } = await openGroup(trx, entry, chosen, runsAll(readerOf(entry)) ? 'read' : 'run')
  return group.id
}

function refuseClosed(meeting: Meeting): void {
  if (meeting.state === 'draft') throw new Refusal({ field: '', message: 'meetings.error.draft' })
  if (meeting.state === 'cancelled') throw new Refusal({ field: '', message: 'meetings.error.cancelled' })
  if ((meeting.registrationUntil ?? meeting.startsAt) <= new Date())
    throw new Refusal({ field: '', message: 'meetings.error.closed' })
}

/** Who is in a group today, each with how it stands between them and a meeting. */
function peopleOf(
  network: { id: string; timeZone: string },
  meetingId: string,
  groupId: string,
): RawBuilder<unknown> {
  const today = sql`(now() at time zone ${network.timeZone})::date`
  return sql`
    select person.id, person.name, member.organisation_id,
      person.account_id is not null and person.email is not null as reachable,
      exists (
        select from registration
        where registration.network_id = person.network_id and registration.meeting_id = ${meetingId}::uuid
          and registration.person_id = person.id
      ) as answered,
      exists (
        select from meeting_invitation
        where meeting_invitation.network_id = person.network_id and meeting_invitation.meeting_id = ${meetingId}::uuid
          and meeting_invitation.person_id = person.id
      ) as invited
    from group_member member
    join person on person.network_id = member.network_id and person.id = member.person_id and person.erased_at is null
    where member.network_id = ${network.id}::uuid and member.group_id = ${groupId}::uuid
      and ${today} between member.valid_from and coalesce(member.valid_until, 'infinity')
      and person.id in (
        select mandate.person_id from mandate
        where mandate.network_id = ${network.id}::uuid
          and ${today} between mandate.valid_from and coalesce(mandate.valid_until, 'infinity'))`
}

const isLeft = sql`found.reachable and not found.answered and not found.invited`
