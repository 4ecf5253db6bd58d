import { sql } from 'kysely'
import { z } from 'zod'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { cycleAfter } from '#modules/afterworks/cycles.ts'
import { choose } from '#modules/afterworks/proposals.ts'
import { openSeries, reviveSeries, type Series } from '#modules/afterworks/series.ts'
import { meetingInput, scheduleMeeting } from '#modules/meetings/index.ts'
import { type Entry, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What a new edition needs; all else is changed on the page of its meeting. Times are those of the network's clocks. */
export const editionInput = meetingInput
  .pick({
    day: true,
    from: true,
    to: true,
    place: true,
    address: true,
    videoUrl: true,
    capacity: true,
    guests: true,
    hostOrganisationId: true,
  })
  .extend({
    theme: z.string().trim().min(1).max(200),
    about: z.string().trim().max(20_000).default(''),
    /** Proposals it takes up. */
    chosen: z.array(z.string()).max(3).default([]),
  })
export type EditionInput = z.output<typeof editionInput>

export interface Edition {
  meetingId: string
  number: number
  theme: string
  startsAt: Date
  endsAt: Date
  timeZone: string
  place: string
  state: string
  /** Who came, once it was held. */
  present: number
}

/** @returns the id of its meeting @throws Refusal where the series has ended */
export async function scheduleEdition(
  trx: Trx,
  entry: Entry,
  slug: string,
  input: EditionInput,
  linkOrigin: string,
): Promise<string> {
  const { network } = entry
  const series = await openSeries(trx, entry, slug)
  if (series.state === 'ended') throw new Refusal({ field: '', message: 'afterworks.error.ended' })
  // Editions are numbered without gaps: two at once take turns.
  await sql`
    select from afterwork_series where network_id = ${network.id} and id = ${series.id} for update`.execute(
    trx,
  )
  const { theme, chosen, ...meeting } = input
  const meetingId = await scheduleMeeting(
    trx,
    entry,
    meetingInput.parse({
      ...meeting,
      title: `${series.name} · ${theme}`.slice(0, 200),
      language: network.locale,
      visibility: series.visibility,
      registrationUntil: null,
      groupId: null,
    }),
    linkOrigin,
  )
  const { rows } = await sql<{ number: number }>`
    insert into afterwork_edition (network_id, series_id, meeting_id, number, theme)
    select ${network.id}, ${series.id}, ${meetingId}, coalesce(max(number), 0) + 1, ${theme}
    from afterwork_edition where network_id = ${network.id} and series_id = ${series.id}
    returning number`.execute(trx)
  await choose(trx, entry, series, chosen)
  // A date for the next one is all that a lapsed series lacked.
  if (series.state === 'lapsed')
    await reviveSeries(trx, network.id, series.id, cycleAfter(input.day, series.rhythm))
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, entry.actor, {
    action: 'afterwork-edition.scheduled',
    subject: { type: 'meeting', id: meetingId },
    after: { series: series.id, number: rows[0]?.number ?? null },
  })
  return meetingId
}

/** The latest first; drafts are those of their makers. */
export async function editionsOf(trx: Trx, entry: Entry, series: Series, limit = 60): Promise<Edition[]> {
  const { rows } = await sql<Edition>`
    select edition.meeting_id as "meetingId", edition.number, edition.theme, meeting.starts_at as "startsAt",
      meeting.ends_at as "endsAt", meeting.time_zone as "timeZone", meeting.place, meeting.state,
      (
        select count(*)::integer from registration
        where registration.network_id = edition.network_id and registration.meeting_id = edition.meeting_id
          and registration.present
      ) as present
    from afterwork_edition edition
    join meeting on meeting.network_id = edition.network_id and meeting.id = edition.meeting_id
    where edition.network_id = ${entry.network.id} and edition.series_id = ${series.id} and meeting.state <> 'draft'
      and meeting.visibility <> 'group'
    order by edition.number desc limit ${limit}`.execute(trx)
  return rows
}

/** Of which series a meeting is an edition; null for any other meeting. */
export async function editionOf(
  trx: Trx,
  networkId: string,
  meetingId: string,
): Promise<{ slug: string; name: string; number: number; theme: string } | null> {
  const { rows } = await sql<{ slug: string; name: string; number: number; theme: string }>`
    select series.slug, series.name, edition.number, edition.theme
    from afterwork_edition edition
    join afterwork_series series on series.network_id = edition.network_id and series.id = edition.series_id
    where edition.network_id = ${networkId} and edition.meeting_id = ${meetingId}`.execute(trx)
  return rows[0] ?? null
}
