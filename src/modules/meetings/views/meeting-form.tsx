import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { timeZones } from '#kernel/time-zone.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Checkbox, Choices, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface MeetingFormProps {
  network: Network
  /** Null for a new one. */
  meeting: { id: string; title: string; state: string } | null
  /** Those of which one may make a meeting; and whether one may make one of the network itself. */
  groups: { id: string; name: string }[]
  ofNetwork: boolean
  people: string[]
  organisations: string[]
  form: FormState
}

export function MeetingForm(props: MeetingFormProps) {
  const { network, meeting, groups, ofNetwork, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const title = meeting ? t('meetings.form.change') : t('meetings.form.new')
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('meetings', here)}>{t('meetings.name')}</a>
          {meeting && (
            <>
              {' › '}
              <a href={href('meeting', { ...here, meeting: meeting.id })}>{meeting.title}</a>
            </>
          )}
        </p>
        <h1>{title}</h1>
        {meeting?.state === 'scheduled' && <p class="lede">{t('meetings.form.change.lede')}</p>}
        <Form
          action={meeting ? href('meetingDetails', { ...here, meeting: meeting.id }) : href('meetings', here)}
          state={form}
          submit={meeting ? t('form.save') : t('meetings.form.submit')}
        >
          {form.values.copy?.[0] && <input type="hidden" name="copy" value={form.values.copy[0]} />}
          <TextField name="title" label={t('meetings.form.title')} state={form} maxLength={200} required />
          {groups.length > 0 && (
            <Select
              name="groupId"
              label={t('meetings.form.group')}
              state={form}
              choices={[
                ...(ofNetwork ? [{ value: '', label: t('meetings.form.whole-network') }] : []),
                ...groups.map(({ id, name }) => ({ value: id, label: name })),
              ]}
              // With the whole network among the choices, leaving it there is an answer.
              required={!ofNetwork}
            />
          )}
          <When {...props} />
          <Where {...props} />
          <fieldset class="group">
            <legend>{t('meetings.form.what')}</legend>
            <TextArea
              name="about"
              label={t('meetings.form.about')}
              state={form}
              rows={5}
              maxLength={20_000}
              hint={t('meetings.form.markdown')}
            />
            <TextArea
              name="preparation"
              label={t('meetings.form.preparation')}
              state={form}
              rows={3}
              maxLength={20_000}
              hint={t('meetings.form.preparation.hint')}
            />
            {network.languages.length > 1 && (
              <Select
                name="language"
                label={t('meetings.form.language')}
                state={form}
                choices={network.languages.map(value => ({ value, label: useName(value) }))}
                required
              />
            )}
          </fieldset>
          <Who {...props} />
          {meeting?.state !== 'scheduled' && meeting?.state !== 'held' && (
            <Choices
              name="state"
              label={t('meetings.form.state')}
              state={form}
              required
              choices={[
                {
                  value: 'scheduled',
                  label: t('meetings.form.scheduled'),
                  hint: t('meetings.form.scheduled.hint'),
                },
                { value: 'draft', label: t('meetings.form.draft'), hint: t('meetings.form.draft.hint') },
              ]}
            />
          )}
        </Form>
      </div>
    </NetworkLayout>
  )
}

function When({ form, network }: MeetingFormProps) {
  const { t } = useFrame().i18n
  const zone = form.values.timeZone?.[0] || network.timeZone
  const unusual = zone !== network.timeZone || Boolean(form.values.untilDay?.[0])
  const asksPass = Boolean(form.errors.pass || form.values.pass?.[0])
  return (
    <fieldset class="group">
      <legend>{t('meetings.when')}</legend>
      <TextField name="day" label={t('meetings.form.day')} state={form} type="date" required />
      <div class="abreast">
        <TextField name="from" label={t('meetings.form.from')} state={form} type="time" required />
        <TextField name="to" label={t('meetings.form.to')} state={form} type="time" required />
      </div>
      {asksPass && (
        <Choices
          name="pass"
          label={t('meetings.form.pass')}
          state={form}
          required
          choices={[
            { value: 'first', label: t('meetings.form.pass.first') },
            { value: 'second', label: t('meetings.form.pass.second') },
          ]}
        />
      )}
      <details class="more-to-do" open={unusual || Boolean(form.errors.timeZone || form.errors.untilDay)}>
        <summary>{t('meetings.form.elsewhere')}</summary>
        <TextField
          name="timeZone"
          label={t('meetings.form.zone')}
          state={form}
          list={timeZones()}
          maxLength={60}
          hint={t('meetings.form.zone.hint', { zone: network.timeZone })}
        />
        <TextField
          name="untilDay"
          label={t('meetings.form.until-day')}
          state={form}
          type="date"
          hint={t('meetings.form.until-day.hint')}
        />
      </details>
    </fieldset>
  )
}

function Where({ form, organisations, people }: MeetingFormProps) {
  const { t } = useFrame().i18n
  return (
    <fieldset class="group">
      <legend>{t('meetings.where')}</legend>
      <TextField
        name="place"
        label={t('meetings.form.place')}
        state={form}
        maxLength={200}
        hint={t('meetings.form.place.hint')}
      />
      <TextField
        name="address"
        label={t('meetings.form.address')}
        state={form}
        maxLength={500}
        autocomplete="off"
      />
      <details
        class="more-to-do"
        open={Boolean(form.values.coordinates?.[0]) || form.errors.coordinates !== undefined}
      >
        <summary>{t('meetings.form.on-map')}</summary>
        <TextField
          name="coordinates"
          label={t('organisation.coordinates')}
          state={form}
          maxLength={60}
          inputmode="text"
          autocomplete="off"
          hint={t('meetings.form.coordinates.hint')}
        />
      </details>
      <TextField
        name="videoUrl"
        label={t('meetings.form.video')}
        state={form}
        inputmode="url"
        maxLength={1000}
        hint={t('meetings.form.video.hint')}
      />
      <TextField
        name="hostOrganisation"
        label={t('meetings.form.host-organisation')}
        state={form}
        list={organisations}
        maxLength={200}
        autocomplete="off"
      />
      <TextField
        name="hostPerson"
        label={t('meetings.form.host-person')}
        state={form}
        list={people}
        maxLength={400}
        autocomplete="off"
        hint={t('meetings.form.host-person.hint')}
      />
    </fieldset>
  )
}

function Who({ form, network }: MeetingFormProps) {
  const { t } = useFrame().i18n
  return (
    <fieldset class="group">
      <legend>{t('meetings.form.who')}</legend>
      <Choices
        name="visibility"
        label={t('meetings.form.visibility')}
        state={form}
        required
        choices={[
          { value: 'group', label: t('meetings.visibility.group') },
          { value: 'network', label: t('meetings.visibility.network') },
          ...(network.visibility === 'public'
            ? [
                {
                  value: 'public',
                  label: t('meetings.visibility.public'),
                  hint: t('meetings.form.public.hint'),
                },
              ]
            : []),
        ]}
      />
      <div class="abreast">
        <TextField
          name="capacity"
          label={t('meetings.form.capacity')}
          state={form}
          type="number"
          inputmode="numeric"
          min={1}
          max={100_000}
        />
        <TextField
          name="guests"
          label={t('meetings.form.guests')}
          state={form}
          type="number"
          inputmode="numeric"
          min={0}
          max={10}
        />
        <TextField name="registrationUntil" label={t('meetings.form.deadline')} state={form} type="date" />
      </div>
      <Checkbox name="photos" label={t('meetings.form.photos')} state={form} />
    </fieldset>
  )
}

function useName(code: string): string {
  return useFrame().i18n.language(code)
}

export function CancellationPage(props: {
  network: Network
  meeting: { id: string; title: string; places: { registered: number; waiting: number } }
  form: FormState
}) {
  const { network, meeting, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, meeting: meeting.id }
  const count = meeting.places.registered + meeting.places.waiting
  return (
    <NetworkLayout of={network} title={t('meetings.cancel')} noIndex>
      <article>
        <p class="crumbs">
          <a href={href('meetings', here)}>{t('meetings.name')}</a>
          {' › '}
          <a href={href('meeting', here)}>{meeting.title}</a>
        </p>
        <h1>{t('meetings.cancel')}</h1>
        <p class="lede">{t('meetings.cancel.lede', { count })}</p>
        <Form
          action={href('meetingCancellation', here)}
          state={form}
          submit={t('meetings.cancel.submit')}
          danger
        >
          <TextArea
            name="words"
            label={t('meetings.cancel.words')}
            state={form}
            rows={3}
            maxLength={2000}
            hint={t('meetings.cancel.words.hint')}
          />
        </Form>
      </article>
    </NetworkLayout>
  )
}
