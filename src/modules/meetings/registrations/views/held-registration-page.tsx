import type { ComponentChildren } from 'preact'
import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { QrCode } from '#modules/meetings/door/views/qr-code.tsx'
import { whereOf } from '#modules/meetings/meeting-words.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { closedBy } from '#modules/meetings/registrations/closing.ts'
import { ComingFields } from '#modules/meetings/registrations/views/coming-fields.tsx'
import type { HeldRegistration } from '#modules/meetings/registrations/visitors.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What whoever holds the link of a registration sees and does. */
export function HeldRegistrationPage(props: {
  network: Network
  meeting: Meeting
  registration: HeldRegistration
  token: string
  problem?: string | undefined
  /** What they said, to be changed. */
  form: FormState
  /** What else there is of it, once it has been. */
  children?: ComponentChildren
}) {
  const { network, meeting, registration, token, problem } = props
  const { i18n, origin } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, token }
  const cancelled = meeting.state === 'cancelled'
  const over = meeting.state === 'held' || meeting.endsAt <= new Date()
  const titles = {
    registered: 'meetings.you.come',
    waiting: 'meetings.you.wait',
    withdrawn: 'meetings.you.withdrew',
  } as const
  return (
    <NetworkLayout of={network} title={t('meetings.held.title')} noIndex>
      <article class="meeting">
        <p class="kicker">{registration.name}</p>
        <h1>{meeting.title}</h1>
        {problem && (
          <div class="problems" role="alert">
            <p>{problem}</p>
          </div>
        )}
        <p class="lede">
          {i18n.period(meeting.startsAt, meeting.endsAt, meeting.timeZone)} ({i18n.zone(meeting.timeZone)})
        </p>
        <p>{t('mail.meeting.where', { where: whereOf(i18n, meeting) })}</p>
        {meeting.videoUrl && (
          <p>
            <a href={meeting.videoUrl}>{t('meetings.video-link')}</a>
          </p>
        )}
        {cancelled ? (
          <p class="notice">{meeting.cancellation || t('meetings.state.cancelled')}</p>
        ) : (
          <section class="coming" aria-labelledby="coming">
            <h2 id="coming">
              {t(
                over && registration.state !== 'withdrawn' ? 'meetings.you.over' : titles[registration.state],
              )}
            </h2>
            {registration.state === 'waiting' && !over && (
              <p>{t('meetings.you.turn', { turn: registration.turn })}</p>
            )}
            {registration.guests.length > 0 && (
              <ul>
                {registration.guests.map(guest => (
                  <li key={guest.name}>
                    {guest.name} {guest.state === 'waiting' && <small>{t('meetings.waiting')}</small>}
                  </li>
                ))}
              </ul>
            )}
            {registration.state === 'registered' && registration.attends === 'place' && !over && (
              <div class="check-in">
                <p>{t('check-in.show')}</p>
                <QrCode
                  text={origin + href('checkIn', { locale, network: network.slug, token: registration.code })}
                  label={t('check-in.qr')}
                />
              </div>
            )}
            {registration.present && !over && <p>{t('meetings.you.present')}</p>}
            {registration.state !== 'withdrawn' && !over && !registration.present && (
              <div class="actions">
                <ActionButton
                  action={href('ownRegistrationRemoval', here)}
                  label={t('meetings.registration.withdraw')}
                  danger
                />
              </div>
            )}
            {registration.state !== 'withdrawn' && closedBy(meeting) === null && <Change {...props} />}
          </section>
        )}
        {props.children}
        {meeting.visibility === 'public' && (
          <p>
            <a href={href('meeting', { locale, network: network.slug, meeting: meeting.id })}>
              {t('mail.meeting.button')}
            </a>
          </p>
        )}
      </article>
    </NetworkLayout>
  )
}

function Change({ network, meeting, registration, token, form }: Parameters<typeof HeldRegistrationPage>[0]) {
  const { t, locale } = useFrame().i18n
  return (
    <details class="more-to-do" open={Object.keys(form.errors).length > 0}>
      <summary>{t('meetings.registration.change')}</summary>
      <Form
        action={href('ownRegistration', { locale, network: network.slug, token })}
        state={form}
        submit={t('form.save')}
      >
        {!registration.ofPerson && (
          <TextField
            name="name"
            label={t('meetings.visit.name')}
            state={form}
            maxLength={200}
            autocomplete="name"
            required
          />
        )}
        <ComingFields meeting={meeting} form={form} />
      </Form>
    </details>
  )
}

/** A button, and nothing more: programmes that look into mails follow links, and would use this one up. */
export function ConfirmationPage(props: {
  network: Network
  /** Null: the link leads nowhere, or no longer. */
  meeting: Meeting | null
  token: string
  problem?: string | undefined
}) {
  const { network, meeting, token, problem } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  return (
    <NetworkLayout of={network} title={t('meetings.confirm.title')} noIndex>
      <article>
        <h1>{meeting ? meeting.title : t('meetings.confirm.gone')}</h1>
        {problem && (
          <div class="problems" role="alert">
            <p>{problem}</p>
          </div>
        )}
        {meeting ? (
          <>
            <p class="lede">{i18n.period(meeting.startsAt, meeting.endsAt, meeting.timeZone)}</p>
            <form
              class="form"
              method="post"
              action={href('registrationConfirmation', { locale, network: network.slug, token })}
            >
              <p class="buttons">
                <button class="button" type="submit">
                  {t('mail.meeting-confirmation.button')}
                </button>
              </p>
            </form>
          </>
        ) : (
          <p>{t('meetings.confirm.gone.lede')}</p>
        )}
      </article>
    </NetworkLayout>
  )
}
