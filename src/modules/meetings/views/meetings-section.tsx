import { href } from '#http/routes.ts'
import type { ListedMeeting } from '#modules/meetings/meetings.ts'
import type { Awaited } from '#modules/meetings/sections.ts'
import { MeetingCard } from '#modules/meetings/views/meeting-card.tsx'
import { useFrame } from '#ui/frame.ts'

/** Some meetings on the page of something else, and what of them waits for the reader. */
export function MeetingsSection(props: {
  network: { slug: string; timeZone: string }
  title: 'meetings.next' | 'meetings.name'
  meetings: ListedMeeting[]
  awaited?: Awaited[]
  /** Of this group alone. */
  group?: string
  mayMake?: boolean
}) {
  const { network, title, meetings, awaited = [], group, mayMake } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const ofGroup = group ? new URLSearchParams({ group }) : undefined
  return (
    <section class="meetings" aria-labelledby="meetings-title">
      <h2 id="meetings-title">{t(title)}</h2>
      {awaited.length > 0 && (
        <ul class="plain-list awaited">
          {awaited.map(({ meetingId, title, what, count }) => (
            <li key={`${meetingId} ${what}`}>
              <a href={href('meeting', { ...here, meeting: meetingId })}>
                {what === 'host'
                  ? t('meetings.awaited.host')
                  : t('meetings.awaited.contributions', { count })}
              </a>
              <small>{title}</small>
            </li>
          ))}
        </ul>
      )}
      {meetings.length > 0 && (
        <ul class="meeting-list">
          {meetings.map(meeting => (
            <MeetingCard
              key={meeting.id}
              meeting={group ? { ...meeting, group: null } : meeting}
              network={network}
            />
          ))}
        </ul>
      )}
      {(meetings.length > 0 || mayMake) && (
        <div class="actions">
          {meetings.length > 0 && <a href={href('meetings', here, ofGroup)}>{t('meetings.all')}</a>}
          {mayMake && <a href={href('newMeeting', here, ofGroup)}>{t('meetings.new')}</a>}
        </div>
      )}
    </section>
  )
}
