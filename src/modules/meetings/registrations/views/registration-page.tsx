import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { MeetingCrumbs } from '#modules/meetings/door/views/meeting-crumbs.tsx'
import type { OpenedMeeting } from '#modules/meetings/meetings.ts'
import { ComingFields } from '#modules/meetings/registrations/views/coming-fields.tsx'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form, Select, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** One's own registration. */
export function RegistrationPage(props: {
  network: Network
  opened: OpenedMeeting
  /** For which one may come. */
  organisations: { id: string; name: string }[]
  form: FormState
}) {
  const { network, opened, organisations, form } = props
  const { meeting, registration } = opened
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const title = registration ? t('meetings.registration.change') : t('meetings.registration.title')
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <article>
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{title}</h1>
        {meeting.places.left === 0 && !registration && <p class="notice">{t('meetings.full.lede')}</p>}
        <Form
          action={href('meetingRegistration', here)}
          state={form}
          submit={registration ? t('form.save') : t('meetings.registration.come')}
        >
          {organisations.length > 1 && (
            <Select
              name="organisationId"
              label={t('meetings.registration.for')}
              state={form}
              choices={organisations.map(({ id, name }) => ({ value: id, label: name }))}
              required
            />
          )}
          <ComingFields meeting={meeting} form={form} />
        </Form>
      </article>
    </NetworkLayout>
  )
}

/** Somebody who has no account asks for a place. */
export function VisitPage(props: {
  network: Network
  opened: OpenedMeeting
  form: FormState
  sent: boolean
}) {
  const { network, opened, form, sent } = props
  const { meeting } = opened
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  return (
    <NetworkLayout of={network} title={t('meetings.registration.title')} noIndex>
      <article>
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{sent ? t('meetings.visit.sent') : t('meetings.registration.title')}</h1>
        {sent ? (
          <p class="lede">{t('meetings.visit.sent.lede')}</p>
        ) : (
          <>
            {meeting.places.left === 0 && <p class="notice">{t('meetings.full.lede')}</p>}
            <p>
              {t('meetings.visit.member')}{' '}
              <a href={href('signIn', { locale })}>{t('meetings.visit.sign-in')}</a>
            </p>
            <Form action={href('visit', here)} state={form} submit={t('meetings.visit.submit')}>
              <TextField
                name="name"
                label={t('meetings.visit.name')}
                state={form}
                maxLength={200}
                autocomplete="name"
                required
              />
              <TextField
                name="email"
                label={t('meetings.visit.email')}
                state={form}
                type="email"
                maxLength={254}
                autocomplete="email"
                hint={t('meetings.visit.email.hint')}
                required
              />
              <TextField
                name="organisationName"
                label={t('meetings.visit.organisation')}
                state={form}
                maxLength={200}
                autocomplete="organization"
              />
              <ComingFields meeting={meeting} form={form} />
            </Form>
          </>
        )}
      </article>
    </NetworkLayout>
  )
}
