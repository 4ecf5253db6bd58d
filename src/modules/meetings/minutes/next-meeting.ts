import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { localTime } from '#modules/meetings/local-time.ts'
import { listMeetings, type Meeting, openMeeting } from '#modules/meetings/meetings.ts'
import { scheduleMeeting } from '#modules/meetings/scheduling.ts'
import { meetingInput } from '#modules/meetings/schema.ts'
import { type Entry, optionalDay, optionalId, Refusal } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Either one that stands already, or a day and the time of this one, or another. */
export const nextInput = z.object({
  existing: optionalId,
  day: optionalDay,
  from: z
    .string()
    .trim()
    .regex(/^$|^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, { error: 'meetings.error.time' })
    .default('')
    .transform(typed => typed.slice(0, 5)),
})

/**
 * When one meets again: a draft with all that this one had, on another day, to be looked over and announced; or one that
 * is there already.
 * @returns the id of the meeting that follows
 */
export async function setNextMeeting(
  trx: Trx,
  entry: Entry,
  meeting: Meeting,
  input: z.output<typeof nextInput>,
  linkOrigin: string,
): Promise<string> {
  const id = input.existing ?? (await drafted(trx, entry, meeting, input, linkOrigin))
  if (id === meeting.id) throw new AppError('not-found')
  await openMeeting(trx, entry, id, 'read')
  await trx
    .updateTable('meeting')
    .set({ next_meeting_id: id })
    .where('network_id', '=', entry.network.id)
    .where('id', '=', meeting.id)
    .execute()
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'meeting.next-set',
    subject: { type: 'meeting', id: meeting.id },
    after: { next: id },
  })
  return id
}

/** Those that could be the next: of the group, or of the network where it has none, in the time to come. */
export async function nextChoices(
  trx: Trx,
  entry: Entry,
  meeting: Meeting,
): Promise<{ id: string; title: string; startsAt: Date; timeZone: string }[]> {
  const { meetings } = await listMeetings(trx, entry, {
    groupId: meeting.groupId ?? undefined,
    from: meeting.endsAt > new Date() ? meeting.endsAt : new Date(),
    standing: true,
    limit: 20,
  })
  return meetings
    .filter(({ id }) => id !== meeting.id)
    .map(({ id, title, startsAt, timeZone }) => ({ id, title, startsAt, timeZone }))
}

async function drafted(
  trx: Trx,
  entry: Entry,
  meeting: Meeting,
  { day, from }: z.output<typeof nextInput>,
  linkOrigin: string,
): Promise<string> {
  if (day === null) throw new Refusal({ field: 'day', message: 'form.error.required' })
  const start = from === '' ? localTime(meeting.startsAt, meeting.timeZone).time : from
  const minutes = Math.min(24 * 60 - 1, (meeting.endsAt.getTime() - meeting.startsAt.getTime()) / 60_000)
  const input = meetingInput.parse({
    title: meeting.title,
    groupId: meeting.groupId,
    about: meeting.about,
    language: meeting.language,
    day,
    from: start,
    to: later(start, minutes),
    timeZone: meeting.timeZone,
    place: meeting.place,
    address: meeting.address,
    latitude: meeting.latitude,
    longitude: meeting.longitude,
    videoUrl: meeting.videoUrl,
    hostOrganisationId: meeting.hostOrganisation?.id,
    hostPersonId: meeting.hostPerson?.id,
    visibility: meeting.visibility,
    capacity: meeting.capacity,
    guests: meeting.guests,
    photos: meeting.photos,
    state: 'draft',
  })
  return scheduleMeeting(trx, entry, input, linkOrigin)
}

/** On the clock, past midnight too. */
function later(time: string, minutes: number): string {
  const [hour, minute] = time.split(':').map(Number)
  const at = ((hour ?? 0) * 60 + (minute ?? 0) + Math.round(minutes)) % (24 * 60)
  return `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`
}
