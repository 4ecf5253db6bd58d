import type { FormState } from '#http/form.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import { Choices, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** How somebody comes: in person or by video, with whom, with which needs. Only what the meeting makes a question of. */
export function ComingFields({ meeting, form }: { meeting: Meeting; form: FormState }) {
  const { t } = useFrame().i18n
  const hybrid = meeting.hasVideo && (meeting.place !== '' || meeting.address !== '')
  return (
    <>
      {hybrid && (
        <Choices
          name="attends"
          label={t('meetings.attends')}
          state={form}
          required
          choices={[
            { value: 'place', label: t('meetings.attends.place') },
            { value: 'video', label: t('meetings.attends.video') },
          ]}
        />
      )}
      {meeting.guests > 0 && <GuestFields most={meeting.guests} form={form} />}
      <TextArea
        name="accessNeeds"
        label={t('meetings.access-needs')}
        state={form}
        rows={2}
        maxLength={1000}
        hint={t('meetings.access-needs.hint')}
      />
      {meeting.photos && (
        <Choices
          name="photoConsent"
          label={t('meetings.photos.question')}
          state={form}
          required
          choices={[
            { value: 'yes', label: t('meetings.photos.yes') },
            { value: 'no', label: t('meetings.photos.no') },
          ]}
        />
      )}
    </>
  )
}

/** Those somebody brings, by name. */
export function GuestFields({ most, form }: { most: number; form: FormState }) {
  const { t } = useFrame().i18n
  const guests = form.values.guests ?? []
  return (
    <fieldset class="field" id="field-guests" data-wrong={form.errors.guests ? true : undefined}>
      <legend>{t('meetings.guests', { count: most })}</legend>
      <small class="hint">{t('meetings.guests.hint')}</small>
      {form.errors.guests && <p class="error">{form.errors.guests}</p>}
      {Array.from({ length: most }, (_, index) => (
        <input
          key={index}
          type="text"
          name="guests"
          value={guests[index] ?? ''}
          aria-label={t('meetings.guest', { number: index + 1 })}
          maxLength={200}
          autocomplete="off"
        />
      ))}
    </fieldset>
  )
}
