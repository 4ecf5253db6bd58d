import { sql } from 'kysely'
import { h } from 'preact'
import type { Trx } from '#db/database.ts'
import type { Section } from '#http/module.ts'
import { editionOf } from '#modules/afterworks/editions.ts'
import { inForce, personToMeet } from '#modules/afterworks/introductions.ts'
import { OpinionLink } from '#modules/afterworks/views/own-opinion-page.tsx'
import { MeetingSection, PersonSection } from '#modules/afterworks/views/sections.tsx'

/** Of a person: "I would like to meet", or how far one is with them. */
export const personSection: Section = async ({ trx, network, subject, person }) => {
  const { personId, role } = person
  if (personId === null || role === 'visitor' || subject.id === personId) return null
  const { rows } = await sql<{ id: string; agreed: boolean }>`
    select id, state = 'agreed' as agreed from introduction
    where network_id = ${network.id} and state in ('asked', 'agreed')
      and least(asker_id, asked_id) = least(${personId}::uuid, ${subject.id}::uuid)
      and greatest(asker_id, asked_id) = greatest(${personId}::uuid, ${subject.id}::uuid)`.execute(trx)
  const known = rows[0] ?? null
  if (!known && !(await personToMeet(trx, { network, personId }, subject.id))) return null
  return { content: h(PersonSection, { network: network.slug, person: subject.id, known }), scripts: [] }
}

/** Of a meeting: of which series it is an edition; once it has been, for those who came, what follows. */
export const meetingSection: Section = async ({ trx, network, subject, person }) => {
  const edition = await editionOf(trx, network.id, subject.id)
  if (!edition) return null
  const { personId, role } = person
  const inside = personId !== null && role !== 'visitor'
  const came = inside && (await hasCome(trx, network.id, subject.id, personId))
  const met = came ? await othersAt(trx, network.id, subject.id, personId) : []
  const content = h(MeetingSection, {
    network: network.slug,
    meeting: subject.id,
    edition,
    inside,
    came,
    met,
  })
  return { content, scripts: [] }
}

/** Of a registration, for whoever holds its link: once they came to an afterwork, what they thought of it. */
export const registrationSection: Section = async ({ trx, network, subject }) => {
  const { rows } = await sql<{ token: string }>`
    select registration.token from registration
    join meeting on meeting.network_id = registration.network_id and meeting.id = registration.meeting_id
    join afterwork_edition on afterwork_edition.network_id = meeting.network_id
      and afterwork_edition.meeting_id = meeting.id
    where registration.network_id = ${network.id} and registration.id = ${subject.id}::uuid
      and registration.present and registration.state <> 'withdrawn' and registration.token is not null
      and meeting.ends_at <= now()`.execute(trx)
  const [row] = rows
  return row ? { content: h(OpinionLink, { network: network.slug, token: row.token }), scripts: [] } : null
}

async function hasCome(trx: Trx, networkId: string, meetingId: string, personId: string): Promise<boolean> {
  const { rows } = await sql`
    select from registration
    join meeting on meeting.network_id = registration.network_id and meeting.id = registration.meeting_id
    where registration.network_id = ${networkId} and registration.meeting_id = ${meetingId}
      and registration.person_id = ${personId}::uuid and registration.present and registration.state <> 'withdrawn'
      and meeting.state in ('scheduled', 'held') and meeting.ends_at <= now()`.execute(trx)
  return rows.length > 0
}

export interface OtherAt {
  personId: string
  name: string
  organisation: string | null
}

/** Who else came and can be asked. */
async function othersAt(
  trx: Trx,
  networkId: string,
  meetingId: string,
  personId: string,
): Promise<OtherAt[]> {
  const { rows } = await sql<OtherAt>`
    select person.id as "personId", person.name, organisation.name as organisation
    from registration
    join network on network.id = registration.network_id
    join person on person.network_id = registration.network_id and person.id = registration.person_id
    left join organisation on organisation.id = registration.organisation_id
    where registration.network_id = ${networkId} and registration.meeting_id = ${meetingId}
      and registration.present and registration.state <> 'withdrawn' and person.id <> ${personId}::uuid
      and person.account_id is not null and person.erased_at is null
      and exists (
        select from mandate
        where mandate.network_id = person.network_id and mandate.person_id = person.id and ${inForce}
      )
      and not exists (
        select from introduction
        where introduction.network_id = person.network_id and introduction.state in ('asked', 'agreed')
          and least(asker_id, asked_id) = least(${personId}::uuid, person.id)
          and greatest(asker_id, asked_id) = greatest(${personId}::uuid, person.id)
      )
    order by person.name collate name_order, person.id limit 100`.execute(trx)
  return rows
}
