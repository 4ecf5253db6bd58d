import type { MeetingState, MeetingVisibility } from '#modules/meetings/schema.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

export const stateNames: Record<MeetingState, MessageKey> = {
  draft: 'meetings.state.draft',
  scheduled: 'meetings.state.scheduled',
  cancelled: 'meetings.state.cancelled',
  held: 'meetings.state.held',
}

export const visibilityNames: Record<MeetingVisibility, MessageKey> = {
  group: 'meetings.visibility.group',
  network: 'meetings.visibility.network',
  public: 'meetings.visibility.public',
}
