import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { MeetingCrumbs } from '#modules/meetings/door/views/meeting-crumbs.tsx'
import type { Meeting } from '#modules/meetings/meetings.ts'
import type { Registration } from '#modules/meetings/registrations/registrations.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Who comes and who waits: for those who run the meeting. */
export function RegistrationsPage(props: {
  network: Network
  meeting: Meeting
  registrations: Registration[]
  next: number | null
  people: string[]
  form: FormState
}) {
  const { network, meeting, registrations, people, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const names = new Map(registrations.map(({ id, name }) => [id, name]))
  const open = meeting.state === 'scheduled' && meeting.endsAt > new Date()
  return (
    <NetworkLayout of={network} title={t('meetings.registrations')} noIndex>
      <div class="listing">
        <MeetingCrumbs network={network} meeting={meeting} />
        <h1>{t('meetings.registrations')}</h1>
        <p>
          {meeting.capacity === null
            ? t('meetings.registered.count', { count: meeting.places.registered })
            : t('meetings.registered.of', { count: meeting.places.registered, capacity: meeting.capacity })}
          {meeting.places.waiting > 0 &&
            ` · ${t('meetings.waiting.count', { count: meeting.places.waiting })}`}
        </p>
        {registrations.length === 0 ? (
          <p>{t('meetings.registrations.none')}</p>
        ) : (
          <div class="scroll">
            <table class="registrations cards">
              <thead>
                <tr>
                  <th scope="col">{t('meetings.registrations.number')}</th>
                  <th scope="col">{t('meetings.registrations.who')}</th>
                  <th scope="col">{t('meetings.registrations.how')}</th>
                  <th scope="col">
                    <span class="visually-hidden">{t('meetings.change')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {registrations.map(one => (
                  <tr key={one.id} class={one.state}>
                    <td data-label={t('meetings.registrations.number')}>{one.number}</td>
                    <td>
                      {one.personId ? (
                        <a class="who" href={href('person', { ...here, person: one.personId })}>
                          {one.name}
                        </a>
                      ) : (
                        <strong>{one.name}</strong>
                      )}
                      <small class="address-line">
                        {[
                          one.organisation,
                          one.email,
                          one.guestOf && t('meetings.guest-of', { name: names.get(one.guestOf) ?? '' }),
                        ]
                          .filter(Boolean)
                          .join(' · ')}
                      </small>
                      {one.accessNeeds && (
                        <small class="needs">{t('meetings.needs', { needs: one.accessNeeds })}</small>
                      )}
                    </td>
                    <td>
                      {one.state === 'waiting' && <strong class="state">{t('meetings.waiting')}</strong>}{' '}
                      {meeting.hasVideo && t(`meetings.attends.${one.attends}`)}
                      {one.photoConsent === false && (
                        <small class="address-line">{t('meetings.photos.refused')}</small>
                      )}
                    </td>
                    <td>
                      {meeting.endsAt > new Date() && meeting.state !== 'cancelled' && (
                        <ActionButton
                          action={href('registrationRemoval', { ...here, registration: one.id })}
                          label={t('meetings.registration.remove')}
                          danger
                        />
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <MoreLink next={props.next === null ? null : String(props.next)} />
        {open && (
          <section>
            <h2>{t('meetings.registrations.add')}</h2>
            <Form
              action={href('meetingRegistrations', here)}
              state={form}
              submit={t('meetings.registrations.add.submit')}
            >
              <TextField
                name="person"
                label={t('meetings.registrations.person')}
                state={form}
                list={people}
                maxLength={400}
                autocomplete="off"
                required
              />
            </Form>
          </section>
        )}
      </div>
    </NetworkLayout>
  )
}
