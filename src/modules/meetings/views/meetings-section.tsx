import { href } from '#http/routes.ts'
import type { ListedMeeting } from '#modules/meetings/meetings.ts'
import { MeetingCard } from '#modules/meetings/views/meeting-card.tsx'
import { useFrame } from '#ui/frame.ts'

/** Some meetings on the page of something else. */
export function MeetingsSection(props: {
  network: { slug: string; timeZone: string }
  title: 'meetings.next' | 'meetings.name'
  meetings: ListedMeeting[]
  /** Of this group alone. */
  group?: string
  mayMake?: boolean
}) {
  const { network, title, meetings, group, mayMake } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const ofGroup = group ? new URLSearchParams({ group }) : undefined
  return (
    <section class="meetings" aria-labelledby="meetings-title">
      <h2 id="meetings-title">{t(title)}</h2>
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
