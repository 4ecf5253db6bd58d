import type { Done } from '#http/form.ts'
import type { ThreadState } from '#modules/commons/discussion/threads.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

/** How a thread stands. */
export const stateNames = {
  open: 'discussion.state.open',
  resolved: 'discussion.state.resolved',
  accepted: 'discussion.state.accepted',
  declined: 'discussion.state.declined',
} as const satisfies Record<ThreadState, MessageKey>

/** What brings it there. */
export const decisionNames = {
  open: 'discussion.decide.open',
  resolved: 'discussion.decide.resolved',
  accepted: 'discussion.decide.accepted',
  declined: 'discussion.decide.declined',
} as const satisfies Record<ThreadState, MessageKey>

/** By whom and when; of an open thread nothing was decided. */
export const decidedBy = {
  resolved: 'discussion.decided.resolved',
  accepted: 'discussion.decided.accepted',
  declined: 'discussion.decided.declined',
} as const satisfies Record<Exclude<ThreadState, 'open'>, MessageKey>

export const decided = {
  open: 'comment-open',
  resolved: 'comment-resolved',
  accepted: 'comment-accepted',
  declined: 'comment-declined',
} as const satisfies Record<ThreadState, Done>
