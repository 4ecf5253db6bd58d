import { href } from '#http/routes.ts'
import type { OpenedMeeting } from '#modules/meetings/meetings.ts'
import { closedBy } from '#modules/meetings/registrations/closing.ts'
import type { Network } from '#modules/network/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Whether the reader comes, and what they can do about it: never a dead end without a reason. */
export function RegistrationPanel({
  network,
  opened,
  inside,
}: {
  network: Network
  opened: OpenedMeeting
  /** At home in the network. */
  inside: boolean
}) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { meeting, registration } = opened
  const here = { locale, network: network.slug, meeting: meeting.id }
  const now = new Date()
  if (meeting.state === 'draft' || meeting.state === 'cancelled') return null
  if (meeting.state === 'held' || meeting.endsAt <= now) return null
  if (registration) return <Own network={network} opened={opened} registration={registration} />
  const closes = meeting.registrationUntil ?? meeting.startsAt
  if (closes <= now) return <p class="notice">{t('meetings.error.closed')}</p>
  const full = meeting.places.left === 0 && !(meeting.hasVideo && (meeting.place || meeting.address))
  // Where nothing has to be chosen, one press is enough.
  const simple = inside && !meeting.photos && !(meeting.hasVideo && (meeting.place || meeting.address))
  const label = full ? t('meetings.registration.wait') : t('meetings.registration.come')
  const visits = !inside && meeting.visibility === 'public'
  if (!inside && !visits) return null
  return (
    <section class="coming" aria-labelledby="coming">
      <h2 id="coming">{full ? t('meetings.full') : t('meetings.registration.question')}</h2>
      {full && <p>{t('meetings.full.lede')}</p>}
      <div class="buttons">
        {simple ? (
          <>
            <form method="post" action={href('meetingRegistration', here)}>
              <button class="button" type="submit">
                {label}
              </button>
            </form>
            <a class="button quiet" href={href('meetingRegistration', here)}>
              {meeting.guests > 0
                ? t('meetings.registration.details.guests')
                : t('meetings.registration.details')}
            </a>
          </>
        ) : (
          <a class="button" href={href(visits ? 'visit' : 'meetingRegistration', here)}>
            {label}
          </a>
        )}
      </div>
      {meeting.registrationUntil && (
        <p>
          <small>
            {t('meetings.registration.until', {
              moment: i18n.moment(new Date(closes.getTime() - 60_000), meeting.timeZone),
            })}
          </small>
        </p>
      )}
    </section>
  )
}

/** Of whoever comes or waits: what they can still do, and who of theirs has no place yet. */
function Own({
  network,
  opened,
  registration,
}: {
  network: Network
  opened: OpenedMeeting
  registration: NonNullable<OpenedMeeting['registration']>
}) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { meeting, mayRun } = opened
  const here = { locale, network: network.slug, meeting: meeting.id }
  const { state, present, waitingGuests } = registration
  const mayChange = closedBy(meeting, mayRun) === null
  return (
    <section class="coming" aria-labelledby="coming">
      <h2 id="coming">{state === 'registered' ? t('meetings.you.come') : t('meetings.you.wait')}</h2>
      {state === 'waiting' && <p>{t('meetings.you.wait.next')}</p>}
      {waitingGuests.length > 0 && (
        <p>{t('meetings.you.guests-wait', { guests: i18n.list(waitingGuests) })}</p>
      )}
      {present && <p>{t('meetings.you.present')}</p>}
      {(mayChange || !present) && (
        <div class="actions">
          {mayChange && <a href={href('meetingRegistration', here)}>{t('meetings.registration.change')}</a>}
          {!present && (
            <ActionButton
              action={href('meetingRegistrationRemoval', here)}
              label={t('meetings.registration.withdraw')}
              danger
            />
          )}
        </div>
      )}
    </section>
  )
}
