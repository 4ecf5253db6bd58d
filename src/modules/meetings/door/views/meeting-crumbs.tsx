import { href } from '#http/routes.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import type { Network } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** Back to the meeting, and which it is. */
export function MeetingCrumbs({
  network,
  meeting,
}: {
  network: Network
  meeting: Pick<Meeting, 'id' | 'title' | 'startsAt' | 'timeZone'>
}) {
  const { i18n } = useFrame()
  const { locale, moment } = i18n
  return (
    <p class="crumbs">
      <a href={href('meeting', { locale, network: network.slug, meeting: meeting.id })}>{meeting.title}</a>
      {' · '}
      {moment(meeting.startsAt, meeting.timeZone)}
    </p>
  )
}
