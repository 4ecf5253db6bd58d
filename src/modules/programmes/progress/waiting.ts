import type { WaitingSource } from '#http/module.ts'
import { href } from '#http/routes.ts'

/** Of steps, meetings and catch-ups for those who take part; of proposals and of who is late for those who run programmes. */
export const programmesWaiting: WaitingSource = {
  source: 'programmes_waiting',
  kinds: {
    programme_step: {
      act: 'finish',
      weight: 2,
      address: (place, { subjectId, slug }) =>
        href('programmeStep', { ...place, programme: slug ?? '', step: subjectId }),
    },
    programme_catch_up: {
      act: 'finish',
      weight: 2,
      address: (place, { subjectId, slug }) =>
        href('programmeStep', { ...place, programme: slug ?? '', step: subjectId }),
    },
    programme_meeting: {
      act: 'answer',
      weight: 2,
      address: (place, { subjectId }) => href('meeting', { ...place, meeting: subjectId }),
    },
    programme_proposal: {
      act: 'answer',
      weight: 3,
      address: (place, { subjectId }) => href('programmeProgress', { ...place, programme: subjectId }),
    },
    programme_late: {
      act: 'finish',
      weight: 2,
      address: (place, { subjectId }) => href('programmeProgress', { ...place, programme: subjectId }),
    },
  },
}
