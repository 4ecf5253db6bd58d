import { href } from '#http/routes.ts'
import { codeMinutes } from '#modules/meetings/door/door-code.ts'
import { MeetingCrumbs } from '#modules/meetings/door/views/meeting-crumbs.tsx'
import { QrCode } from '#modules/meetings/door/views/qr-code.tsx'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** In seconds: the code on the screen is never older than this. */
const refreshSeconds = 60

/** On a screen at the door, where the code takes its turns; or on paper, where those at the door say it. */
export function PosterPage(props: {
  network: Network
  meeting: Meeting
  code: string
  address: string
  hours: { from: Date; until: Date }
  /** Whether its reader wants no page that renews itself. */
  still: boolean
}) {
  const { network, meeting, code, address, hours, still } = props
  const { t, locale, moment } = useFrame().i18n
  const here = href('meetingPoster', { locale, network: network.slug, meeting: meeting.id })
  const spaced = `${code.slice(0, 3)} ${code.slice(3)}`
  return (
    <NetworkLayout
      of={network}
      title={t('poster.title', { meeting: meeting.title })}
      noIndex
      refresh={still ? undefined : refreshSeconds}
    >
      <article class="poster">
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{t('poster.heading')}</h1>
        <p class="lede">{meeting.title}</p>
        <div class="poster-code no-print">
          <QrCode text={`${address}?code=${code}`} label={t('poster.qr')} />
          <p>{t('poster.code')}</p>
          <p class="poster-digits">{spaced}</p>
          <p>
            <small>
              {t('poster.turns', { minutes: codeMinutes })}{' '}
              {still ? (
                <a href={here}>{t('poster.renew')}</a>
              ) : (
                <>
                  {t('poster.renewed')} <a href={`${here}?still=1`}>{t('jobs.stop-refreshing')}</a>
                </>
              )}
            </small>
          </p>
        </div>
        <div class="poster-code only-print">
          <QrCode text={address} label={t('poster.qr')} />
          <p>{t('poster.print')}</p>
        </div>
        <p>
          <small>
            {t('poster.hours', {
              from: moment(hours.from, meeting.timeZone),
              until: moment(hours.until, meeting.timeZone),
            })}
          </small>
        </p>
      </article>
    </NetworkLayout>
  )
}
