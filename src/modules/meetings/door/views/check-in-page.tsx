import { href } from '#http/routes.ts'
import { QrCode } from '#modules/meetings/door/views/qr-code.tsx'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** Somebody's code: to be shown at the door, or to be read there. */
export function CheckInPage(props: {
  network: Network
  meeting: Meeting
  held: { registrationId: string; state: string; present: boolean | null; name: string }
  /** Whether the reader stands at the door. */
  runs: boolean
  address: string
}) {
  const { network, meeting, held, runs, address } = props
  const { t, locale, moment } = useFrame().i18n
  const here = { locale, network: network.slug }
  const code = address.slice(address.lastIndexOf('/') + 1)
  return (
    <NetworkLayout of={network} title={t('check-in.title')} noIndex>
      <article class="check-in">
        <p class="crumbs">
          {meeting.title} · {moment(meeting.startsAt, meeting.timeZone)}
        </p>
        {runs ? (
          <>
            <h1>{held.name}</h1>
            {held.state === 'withdrawn' ? (
              <p class="notice">{t('check-in.withdrawn')}</p>
            ) : held.present ? (
              <p class="arrived" role="status">
                <span aria-hidden="true">✓</span> {t('check-in.there')}
              </p>
            ) : (
              <>
                {held.state === 'waiting' && <p class="notice">{t('check-in.waiting')}</p>}
                <form method="post" action={href('checkIn', { ...here, token: code })}>
                  <button type="submit" class="button wide">
                    {t('door.present')}
                  </button>
                </form>
              </>
            )}
            <p class="other-way">
              <a href={href('meetingDoor', { ...here, meeting: meeting.id })}>{t('check-in.list')}</a>
            </p>
          </>
        ) : (
          <>
            <h1>{t('check-in.show')}</h1>
            <p class="lede">{held.name}</p>
            <QrCode text={address} label={t('check-in.qr')} />
            {held.present && (
              <p class="arrived" role="status">
                <span aria-hidden="true">✓</span> {t('check-in.seen')}
              </p>
            )}
          </>
        )}
      </article>
    </NetworkLayout>
  )
}
