import { sql } from 'kysely'
import { h } from 'preact'
import type { Trx } from '#db/database.ts'
import type { Section } from '#http/module.ts'
import { editionOf } from '#modules/afterworks/editions.ts'
import { inForce, personToMeet } from '#modules/afterworks/introductions.ts'
import { HomeSection, MeetingSection, PersonSection } from '#modules/afterworks/views/sections.tsx'

type Context = Parameters<Section>[0]

/** At the door: series that are about to lapse, who would like to meet the reader, what they are asked about. */
export const homeSection: Section = async context => {
  const { trx, network, person } = context
  if (person.personId === null || person.role === 'visitor') return null
  const lapsing = await lapsingSoon(trx, network, person.personId)
  const asked = await askedBy(trx, network.id, person.personId)
  const opinions = await toGive(trx, network.id, person.personId)
  if (lapsing.length + asked.length + opinions.length === 0) return null
  return { content: h(HomeSection, { network: network.slug, lapsing, asked, opinions }), scripts: [] }
}

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

export interface LapsingSeries {
  slug: string
  name: string
  confirmBy: string
}

/** A fortnight before: those that the reader has wanted before, and that nobody's word carries on yet. */
async function lapsingSoon(
  trx: Trx,
  network: Context['network'],
  personId: string,
): Promise<LapsingSeries[]> {
  const { rows } = await sql<LapsingSeries>`
    select series.slug, series.name, series.confirm_by as "confirmBy" from afterwork_series series
    where series.network_id = ${network.id} and series.state = 'active'
      and series.confirm_by <= (now() at time zone ${network.timeZone})::date + 14
      and exists (
        select from afterwork_confirmation before
        where before.network_id = series.network_id and before.series_id = series.id
          and before.person_id = ${personId}::uuid
      )
      and series.confirmations > (
        select count(*) from afterwork_confirmation said
        where said.network_id = series.network_id and said.series_id = series.id and said.cycle = series.confirm_by
      )
      and not exists (
        select from afterwork_edition edition
        join meeting on meeting.network_id = edition.network_id and meeting.id = edition.meeting_id
        where edition.network_id = series.network_id and edition.series_id = series.id
          and meeting.state = 'scheduled' and meeting.starts_at > now()
      )
    order by series.confirm_by, series.id limit 5`.execute(trx)
  return rows
}

export interface AskedBy {
  id: string
  name: string
  organisation: string | null
}

async function askedBy(trx: Trx, networkId: string, personId: string): Promise<AskedBy[]> {
  const { rows } = await sql<AskedBy>`
    select introduction.id, person.name, organisation.name as organisation
    from introduction
    join person on person.network_id = introduction.network_id and person.id = introduction.asker_id
    left join organisation on organisation.id = introduction.asker_organisation_id
    where introduction.network_id = ${networkId} and introduction.asked_id = ${personId}::uuid
      and introduction.state = 'asked'
    order by introduction.id limit 5`.execute(trx)
  return rows
}

export interface OpinionToGive {
  meetingId: string
  title: string
}

/** Of the last fortnight. */
async function toGive(trx: Trx, networkId: string, personId: string): Promise<OpinionToGive[]> {
  const { rows } = await sql<OpinionToGive>`
    select meeting.id as "meetingId", meeting.title
    from registration
    join meeting on meeting.network_id = registration.network_id and meeting.id = registration.meeting_id
    join afterwork_edition edition on edition.network_id = meeting.network_id and edition.meeting_id = meeting.id
    where registration.network_id = ${networkId} and registration.person_id = ${personId}::uuid
      and registration.present and registration.state <> 'withdrawn'
      and meeting.state in ('scheduled', 'held') and meeting.ends_at between now() - interval '15 days' and now()
      and not exists (
        select from satisfaction
        where satisfaction.network_id = registration.network_id and satisfaction.meeting_id = registration.meeting_id
          and satisfaction.registration_id = registration.id
      )
    order by meeting.ends_at desc, meeting.id limit 3`.execute(trx)
  return rows
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
