import type { WaitingSource } from '#http/module.ts'
import { href } from '#http/routes.ts'

/** What one has to do in groups, who wants to come into those one runs, and into which one is invited. */
export const groupsWaiting: WaitingSource = {
  source: 'groups_waiting',
  kinds: {
    task: {
      act: 'finish',
      weight: 2,
      address: (place, { subjectId }) => href('task', { ...place, task: subjectId }),
    },
    group_request: {
      act: 'answer',
      weight: 3,
      address: (place, { slug }) => href('groupRequests', { ...place, group: slug ?? '' }),
    },
    group_invitation: {
      act: 'answer',
      weight: 3,
      address: (place, { subjectId, slug }) =>
        href('groupInvitation', { ...place, group: slug ?? '', groupInvitation: subjectId }),
    },
  },
}
