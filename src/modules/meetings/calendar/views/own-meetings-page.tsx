import { href } from '#http/routes.ts'
import type { ListedMeeting } from '#modules/meetings/meetings.ts'
import { MeetingCard } from '#modules/meetings/views/meeting-card.tsx'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** One's own meetings, and the addresses at which a calendar reads them. */
export function OwnMeetingsPage(props: {
  network: Network
  past: boolean
  meetings: ListedMeeting[]
  next: string | null
  groups: { id: string; slug: string; name: string }[]
  /** When the address was made; null while there is none. */
  since: Date | null
  /** The token of a new address, this once. */
  token: string | null
}) {
  const { network, past, meetings } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const whens = [
    { label: t('meetings.coming'), on: !past, to: href('ownMeetings', here) },
    {
      label: t('meetings.past'),
      on: past,
      to: href('ownMeetings', here, new URLSearchParams({ when: 'past' })),
    },
  ]
  return (
    <NetworkLayout of={network} title={t('meetings.own')} noIndex>
      <div class="listing meetings">
        <p class="crumbs">
          <a href={href('meetings', here)}>{t('meetings.name')}</a>
        </p>
        <h1>{t('meetings.own')}</h1>
        <nav class="tags chosen" aria-label={t('list.filters')}>
          {whens.map(({ label, on, to }) => (
            <a key={label} class={on ? 'tag on' : 'tag'} href={to} aria-current={on ? 'true' : undefined}>
              {label}
            </a>
          ))}
        </nav>
        {meetings.length === 0 ? (
          <p>
            {t('meetings.own.none')} <a href={href('meetings', here)}>{t('meetings.own.find')}</a>
          </p>
        ) : (
          <ul class="meeting-list">
            {meetings.map(meeting => (
              <MeetingCard key={meeting.id} meeting={meeting} network={network} />
            ))}
          </ul>
        )}
        <MoreLink next={props.next} />
        <Addresses {...props} />
      </div>
    </NetworkLayout>
  )
}

function Addresses(props: Parameters<typeof OwnMeetingsPage>[0]) {
  const { network, groups, since, token } = props
  const { i18n, origin } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  const feeds = [
    { file: 'mine.ics', label: t('meetings.calendar.mine') },
    { file: 'network.ics', label: t('meetings.calendar.network') },
    ...groups.map(({ slug, name }) => ({ file: `group-${slug}.ics`, label: name })),
  ]
  return (
    <section id="calendar">
      <h2>{t('meetings.calendar')}</h2>
      <p>{t('meetings.calendar.lede')}</p>
      {token && (
        <div class="notice">
          <p>{t('meetings.calendar.once')}</p>
          <ul class="addresses">
            {feeds.map(({ file, label }) => {
              const address = origin + href('calendar', { ...here, token, file })
              return (
                <li key={file}>
                  <a href={address.replace(/^https?:/, 'webcal:')}>{label}</a>
                  <code>{address}</code>
                </li>
              )
            })}
          </ul>
        </div>
      )}
      {since && !token && <p>{t('meetings.calendar.since', { day: i18n.day(since, network.timeZone) })}</p>}
      <div class="actions">
        <ActionButton
          action={href('calendarAddress', here)}
          label={since ? t('meetings.calendar.renew') : t('meetings.calendar.make')}
        />
        {since && (
          <ActionButton
            action={href('calendarAddressRemoval', here)}
            label={t('meetings.calendar.close')}
            danger
          />
        )}
      </div>
    </section>
  )
}
