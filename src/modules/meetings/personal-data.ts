import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** What meetings hold about somebody in a network: where they were to come, what they said for it, what they made and proposed. */
export async function meetingsData(
  trx: Trx,
  networkId: string,
  accountId: string,
): Promise<Record<string, unknown>> {
  const of = sql`network_id = ${networkId} and account_id = ${accountId}`
  const registrations = await sql`
    select meeting.title, meeting.starts_at as "startsAt", registration.state, registration.attends,
      organisation.name as organisation, registration.access_needs as "accessNeeds",
      registration.photo_consent as "photoConsent", registration.present, registration.arrived_at as "arrivedAt",
      registration.created_at as "createdAt", registration.withdrawn_at as "withdrawnAt",
      array(select guest.name from registration guest
        where guest.network_id = registration.network_id and guest.meeting_id = registration.meeting_id
          and guest.guest_of = registration.id order by guest.number) as guests
    from registration
    join meeting on meeting.network_id = registration.network_id and meeting.id = registration.meeting_id
    left join organisation on organisation.id = registration.organisation_id
    where registration.network_id = ${networkId}
      and registration.person_id in (select id from person where ${of})
    order by meeting.starts_at, registration.id limit 10000`.execute(trx)
  const made = await sql`
    select title, starts_at as "startsAt", state, host_person_id in (select id from person where ${of}) as host
    from meeting
    where network_id = ${networkId}
      and (created_by in (select id from person where ${of}) or host_person_id in (select id from person where ${of}))
    order by starts_at, id limit 10000`.execute(trx)
  const contributions = await sql`
    select meeting.title as meeting, agenda_item.title, agenda_item.details, agenda_item.state
    from agenda_item
    join meeting on meeting.network_id = agenda_item.network_id and meeting.id = agenda_item.meeting_id
    where agenda_item.network_id = ${networkId}
      and agenda_item.proposed_by in (select id from person where ${of})
    order by meeting.starts_at, agenda_item.id limit 10000`.execute(trx)
  const invitations = await sql`
    select meeting.title, meeting.starts_at as "startsAt", meeting_invitation.invited_at as "invitedAt"
    from meeting_invitation
    join meeting on meeting.network_id = meeting_invitation.network_id and meeting.id = meeting_invitation.meeting_id
    where meeting_invitation.network_id = ${networkId}
      and meeting_invitation.person_id in (select id from person where ${of})
    order by meeting_invitation.invited_at, meeting.id limit 10000`.execute(trx)
  const series = await sql`
    select meeting_series.terms ->> 'title' as title, series_registration.attends, series_registration.guests,
      series_registration.access_needs as "accessNeeds", series_registration.photo_consent as "photoConsent",
      series_registration.since
    from series_registration
    join meeting_series on meeting_series.network_id = series_registration.network_id
      and meeting_series.id = series_registration.series_id
    where series_registration.network_id = ${networkId}
      and series_registration.person_id in (select id from person where ${of})
    order by series_registration.since limit 10000`.execute(trx)
  return {
    meetingInvitations: invitations.rows,
    seriesRegistrations: series.rows,
    meetingRegistrations: registrations.rows,
    meetingsMadeOrHosted: made.rows,
    meetingContributions: contributions.rows,
  }
}
