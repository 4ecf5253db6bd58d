import type { Meeting } from '#modules/meetings/meetings.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

/** Why registration is closed, or what was said can no longer be changed; null while it is open. */
export function closedBy(
  meeting: Pick<Meeting, 'startsAt' | 'endsAt' | 'registrationUntil'> & { state: string },
  mayRun = false,
  now = new Date(),
): MessageKey | null {
  if (meeting.state === 'cancelled') return 'meetings.error.cancelled'
  if (meeting.state === 'draft') return 'meetings.error.draft'
  if (meeting.state === 'held' || meeting.endsAt <= now) return 'meetings.error.over'
  if (!mayRun && (meeting.registrationUntil ?? meeting.startsAt) <= now) return 'meetings.error.closed'
  return null
}
