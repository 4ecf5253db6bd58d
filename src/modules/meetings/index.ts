export { type AgendaItem, agendaOf } from '#modules/meetings/agenda/agenda.ts'
export { attendanceExpectation } from '#modules/meetings/attendance/attendance-expectation.ts'
export {
  blocksOfMarkdown,
  cell,
  type Letterhead,
  letterheadOf,
  paragraph,
  pdfResponse,
} from '#modules/meetings/attendance/pdf-response.ts'
export { durationOf } from '#modules/meetings/door/sheet.ts'
export { localTime, momentOf } from '#modules/meetings/local-time.ts'
export {
  type ListedMeeting,
  listMeetings,
  type Meeting,
  type MeetingsQuery,
  type Need,
  type OpenedMeeting,
  openMeeting,
} from '#modules/meetings/meetings.ts'
export {
  type Registration,
  type RegistrationInput,
  register,
  registrationInput,
  registrationsOf,
  withdraw,
} from '#modules/meetings/registrations/registrations.ts'
export {
  announceMeeting,
  cancelMeeting,
  changeMeeting,
  concludeMeeting,
  reinstateMeeting,
  removeDraft,
  scheduleMeeting,
  scheduleMeetings,
} from '#modules/meetings/scheduling.ts'
export { type MeetingFields, type MeetingInput, meetingInput } from '#modules/meetings/schema.ts'
export { MeetingCard } from '#modules/meetings/views/meeting-card.tsx'
