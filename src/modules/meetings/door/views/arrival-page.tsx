import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { DoorMeeting } from '#modules/meetings/door/arriving.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Checkbox, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** On one's own phone, at the door: “I am here”. */
export function ArrivalPage(props: {
  network: Network
  meeting: DoorMeeting
  /** The last word of the address. */
  doorKey: string
  open: boolean
  hours: { from: Date; until: Date }
  form: FormState
  arrival: { name: string; again: boolean } | null
  signedIn: boolean
}) {
  const { network, meeting, open, hours, form, arrival, signedIn } = props
  const { t, locale, moment } = useFrame().i18n
  return (
    <NetworkLayout of={network} title={t('arrival.title', { meeting: meeting.title })} noIndex>
      <article class="arrival">
        <p class="crumbs">
          {moment(meeting.startsAt, meeting.timeZone)}
          {meeting.place && ` · ${meeting.place}`}
        </p>
        <h1>{meeting.title}</h1>
        {arrival ? (
          <p class="arrived" role="status">
            <span aria-hidden="true">✓</span>{' '}
            {t(arrival.again ? 'arrival.again' : 'arrival.done', { name: arrival.name })}
          </p>
        ) : !open ? (
          <p class="notice">
            {meeting.state === 'scheduled'
              ? t('arrival.closed', {
                  from: moment(hours.from, meeting.timeZone),
                  until: moment(hours.until, meeting.timeZone),
                })
              : t('arrival.over')}
          </p>
        ) : (
          <Form
            action={href('arrival', { locale, network: network.slug, token: props.doorKey })}
            submit={t('arrival.here')}
            state={form}
          >
            <TextField
              name="code"
              label={t('arrival.code')}
              hint={t('arrival.code.hint')}
              state={form}
              inputmode="numeric"
              autocomplete="off"
              maxLength={20}
              required
            />
            {signedIn && <Checkbox name="self" label={t('arrival.self')} state={form} />}
            <TextField
              name="who"
              label={t('arrival.who')}
              hint={t('arrival.who.hint')}
              state={form}
              maxLength={254}
              required={!signedIn}
              autocomplete="email"
            />
          </Form>
        )}
        {!arrival && <p class="other-way">{t('arrival.other-way')}</p>}
      </article>
    </NetworkLayout>
  )
}
