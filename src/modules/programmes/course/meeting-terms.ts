import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import type { Group } from '#modules/groups/index.ts'
import { localTime, type Meeting, type MeetingInput, meetingInput } from '#modules/meetings/index.ts'
import { addDays, daysBetween } from '#modules/programmes/planning/days.ts'
import type { Programme } from '#modules/programmes/programme.ts'

/** What all meetings of a programme begin with. */
export const meetingTerms = z.object({
  place: z.string().trim().max(200).default(''),
  address: z.string().trim().max(500).default(''),
  videoUrl: z.url().max(1000).nullable().default(null),
  /** Announced at once, or drafts until somebody announces them. */
  state: z.enum(['draft', 'scheduled']).default('scheduled'),
})
export type MeetingTerms = z.output<typeof meetingTerms>

/** A step that is a meeting, as its row has it. */
export interface MeetingStep {
  title: string
  aim: string
  mode: 'video' | 'in_person'
  dueOn: string
  minutes: number
  beginsAt: string | null
}

/** Where the template and whoever makes the programme say nothing. */
export const usualHour = '09:30'

export async function termsOf(trx: Trx, networkId: string, programmeId: string): Promise<MeetingTerms> {
  const row = await trx
    .selectFrom('programme')
    .select('meeting_terms')
    .where('network_id', '=', networkId)
    .where('id', '=', programmeId)
    .executeTakeFirst()
  return meetingTerms.parse(row?.meeting_terms ?? {})
}

/** Whether the group heard that it begins: until then its meetings are drafts. */
export async function isAnnounced(trx: Trx, networkId: string, programmeId: string): Promise<boolean> {
  return (await termsOf(trx, networkId, programmeId)).state === 'scheduled'
}

/** What a meeting of a step says when it is made. */
export function newMeeting(
  programme: Pick<Programme, 'timeZone' | 'language'>,
  group: Pick<Group, 'id' | 'visibility'>,
  terms: MeetingTerms,
  capsule: string,
  step: MeetingStep,
): MeetingInput {
  const onScreen = step.mode === 'video'
  return meetingInput.parse({
    title: meetingTitle(capsule, step.title),
    groupId: group.id,
    about: step.aim,
    language: programme.language,
    ...hoursOf(step),
    timeZone: programme.timeZone,
    pass: 'first',
    place: onScreen ? '' : terms.place,
    address: onScreen ? '' : terms.address,
    videoUrl: onScreen ? terms.videoUrl : null,
    visibility: group.visibility,
    state: terms.state,
  })
}

/** In calendars it stands alone: the step by itself would not say of what. */
export function meetingTitle(capsule: string, step: string): string {
  return [...`${capsule} – ${step}`].slice(0, 200).join('')
}

/** The same meeting, on the day and at the hour that its step has now. */
export function movedMeeting(meeting: Meeting, step: MeetingStep, title: string): MeetingInput {
  const was = localTime(meeting.startsAt, meeting.timeZone).day
  const { registrationUntil } = meeting
  // The moment after the last day on which one can register: as far from the meeting as it was.
  const closes =
    registrationUntil === null
      ? null
      : addDays(
          step.dueOn,
          daysBetween(was, localTime(new Date(registrationUntil.getTime() - 1), meeting.timeZone).day),
        )
  return {
    title,
    groupId: meeting.groupId,
    about: meeting.about,
    preparation: meeting.preparation,
    language: meeting.language,
    ...hoursOf(step),
    timeZone: meeting.timeZone,
    pass: 'first',
    place: meeting.place,
    address: meeting.address,
    latitude: meeting.latitude,
    longitude: meeting.longitude,
    videoUrl: meeting.videoUrl,
    hostOrganisationId: meeting.hostOrganisation?.id ?? null,
    hostPersonId: meeting.hostPerson?.id ?? null,
    visibility: meeting.visibility,
    capacity: meeting.capacity,
    guests: meeting.guests,
    photos: meeting.photos,
    registrationUntil: closes,
    state: meeting.state === 'draft' ? 'draft' : 'scheduled',
  }
}

/** The same meeting on screen, or in one place: as all meetings of the programme where it says nothing itself. */
export function elsewhere(
  meeting: MeetingInput,
  mode: MeetingStep['mode'],
  terms: MeetingTerms,
): MeetingInput {
  if (mode === 'video')
    return {
      ...meeting,
      ...{ place: '', address: '', latitude: null, longitude: null },
      videoUrl: meeting.videoUrl ?? terms.videoUrl,
    }
  return {
    ...meeting,
    place: meeting.place || terms.place,
    address: meeting.address || terms.address,
    videoUrl: null,
  }
}

/** Where the meeting is on another day or at another hour than its step says; null where it is not. */
export function differingTime(
  meeting: { startsAt: Date; timeZone: string },
  step: { dueOn: string; beginsAt: string | null },
): { day: string; time: string } | null {
  const { day, time } = localTime(meeting.startsAt, meeting.timeZone)
  return day === step.dueOn && time === (step.beginsAt ?? usualHour) ? null : { day, time }
}

function hoursOf(step: MeetingStep): Pick<MeetingInput, 'day' | 'from' | 'to' | 'untilDay'> {
  const from = step.beginsAt ?? usualHour
  const ends = Temporal.PlainDateTime.from(`${step.dueOn}T${from}`).add({ minutes: step.minutes })
  return {
    day: step.dueOn,
    from,
    to: ends.toPlainTime().toString({ smallestUnit: 'minute' }),
    untilDay: ends.toPlainDate().toString(),
  }
}
