import { z } from 'zod'
import type { ExpectationKind } from '#http/module.ts'
import { href } from '#http/routes.ts'

/** To be there, for one's organisation: seen at the door of the step's meeting. */
export const attendanceExpectation: ExpectationKind = {
  settings: z.strictObject({}),
  subject: 'meeting',
  source: 'meetings_attended',
  said: false,
  address: (place, { meetingId }) =>
    meetingId === null ? null : href('meeting', { ...place, meeting: meetingId }),
}
