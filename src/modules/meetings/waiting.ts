import type { WaitingKind, WaitingSource } from '#http/module.ts'
import { href } from '#http/routes.ts'

const ofMeeting: WaitingKind['address'] = (place, { subjectId }) =>
  href('meeting', { ...place, meeting: subjectId })
const ofPoll: WaitingKind['address'] = (place, { subjectId }) =>
  href('datePoll', { ...place, poll: subjectId })

/** Before meetings, of those who come, receive or run them; and after. */
export const meetingsWaiting: WaitingSource = {
  source: 'meetings_waiting',
  kinds: {
    meeting_host: { act: 'confirm', weight: 3, address: ofMeeting },
    contribution: { act: 'answer', weight: 3, address: ofMeeting },
    date_poll: { act: 'answer', weight: 3, address: ofPoll },
    date_choice: { act: 'finish', weight: 3, address: ofPoll },
    minutes: {
      act: 'finish',
      weight: 2,
      address: (place, { subjectId }) => href('meetingMinutes', { ...place, meeting: subjectId }),
    },
    preparation: { act: 'prepare', weight: 2, address: ofMeeting },
    registration: {
      act: 'confirm',
      weight: 2,
      address: (place, { subjectId }) => href('meetingRegistration', { ...place, meeting: subjectId }),
    },
  },
}
