import { sql } from 'kysely'
import { h } from 'preact'
import type { Section } from '#http/module.ts'
import { type ListedMeeting, listFor } from '#modules/meetings/meetings.ts'
import type { Reader } from '#modules/meetings/reading-rights.ts'
import { MeetingsSection } from '#modules/meetings/views/meetings-section.tsx'

type SectionContext = Parameters<Section>[0]

const few = 4

/** At the door of a network: what comes next. */
export const homeSection: Section = async ({ trx, network, person }) => {
  const reader = readerIn({ network, person })
  const from = new Date()
  const { meetings } = await listFor(trx, reader, { from, standing: true, limit: few, kept: true })
  if (meetings.length === 0) return null
  return { content: h(MeetingsSection, { network, title: 'meetings.next', meetings }), scripts: [] }
}

/** Of a group: what comes next, and what was last. */
export const groupSection: Section = async context => {
  const { trx, network, subject, person } = context
  const { rows } = await sql<{ slug: string; runs: boolean }>`
    select slug, exists (
      select from group_member member
      where member.network_id = ${network.id} and member.group_id = network_group.id
        and member.person_id = ${person.personId}::uuid and member.role in ('facilitator', 'coordinator')
        and (now() at time zone ${network.timeZone})::date
          between member.valid_from and coalesce(member.valid_until, 'infinity')
    ) as runs
    from network_group where network_id = ${network.id} and id = ${subject.id} and archived_at is null`.execute(
    trx,
  )
  const [group] = rows
  const meetings = await around(context, { groupId: subject.id })
  const runs = group && (group.runs || person.role === 'facilitator' || person.role === 'administrator')
  if (meetings.length === 0 && !runs) return null
  const content = h(MeetingsSection, {
    network,
    title: 'meetings.name',
    meetings,
    ...(group && { group: group.slug }),
    mayMake: runs === true,
  })
  return { content, scripts: [] }
}

/** Of an organisation: those it receives, or comes to. */
export const organisationSection: Section = async context => {
  const meetings = await around(context, { organisationId: context.subject.id })
  if (meetings.length === 0) return null
  const { network } = context
  return { content: h(MeetingsSection, { network, title: 'meetings.name', meetings }), scripts: [] }
}

/** Of a person: those they come to, as far as the reader knows of them. */
export const personSection: Section = async context => {
  const meetings = await around(context, { ofPerson: context.subject.id })
  if (meetings.length === 0) return null
  const { network } = context
  return { content: h(MeetingsSection, { network, title: 'meetings.name', meetings }), scripts: [] }
}

async function around(
  { trx, network, person }: SectionContext,
  of: { groupId?: string; organisationId?: string; ofPerson?: string },
): Promise<ListedMeeting[]> {
  const reader = readerIn({ network, person })
  const now = new Date()
  const coming = await listFor(trx, reader, { ...of, from: now, limit: few })
  const past = await listFor(trx, reader, { ...of, until: now, latestFirst: true, limit: 2 })
  const known = new Set(coming.meetings.map(({ id }) => id))
  return [...coming.meetings, ...past.meetings.filter(({ id }) => !known.has(id))]
}

function readerIn({ network, person }: Pick<SectionContext, 'network' | 'person'>): Reader {
  return { networkId: network.id, timeZone: network.timeZone, ...person }
}
