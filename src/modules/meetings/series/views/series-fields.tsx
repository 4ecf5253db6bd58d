import type { FormState } from '#http/form.ts'
import { audienceNames } from '#modules/meetings/polls/views/names.ts'
import { repeats, repeatsBy } from '#modules/meetings/series/recurrence.ts'
import { byNames, repeatNames } from '#modules/meetings/series/views/names.ts'
import type { Network } from '#modules/network/index.ts'
import { Checkbox, Choices, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface SeriesFieldsProps {
  network: Network
  groups: { id: string; name: string }[]
  ofNetwork: boolean
  /** To choose a host from, by name. */
  people: string[]
  organisations: string[]
  form: FormState
}

/** When a series is held: its first day, its rhythm, its end. */
export function RhythmFields({ form }: { form: FormState }) {
  const { t } = useFrame().i18n
  return (
    <fieldset class="group">
      <legend>{t('series.when')}</legend>
      <TextField name="startsOn" type="date" label={t('series.starts-on')} state={form} required />
      <div class="date-pair">
        <TimeField name="from" label={t('series.from')} form={form} />
        <TimeField name="to" label={t('series.to')} form={form} />
      </div>
      <div class="date-pair">
        <TextField
          name="every"
          type="number"
          inputmode="numeric"
          min={1}
          max={52}
          label={t('series.every')}
          state={form}
          required
        />
        <Select
          name="repeats"
          label={t('series.repeats')}
          state={form}
          choices={repeats.map(value => ({ value, label: t(repeatNames[value]) }))}
          required
        />
      </div>
      <Choices
        name="by"
        label={t('series.by')}
        hint={t('series.by.hint')}
        state={form}
        choices={repeatsBy.map(value => ({
          value,
          label: t(byNames[value].label),
          hint: t(byNames[value].hint),
        }))}
        required
      />
      <p>{t('series.end.hint')}</p>
      <div class="date-pair">
        <TextField name="until" type="date" label={t('series.until')} state={form} />
        <TextField
          name="times"
          type="number"
          inputmode="numeric"
          min={1}
          max={120}
          label={t('series.times')}
          state={form}
        />
      </div>
      <TextField
        name="timeZone"
        label={t('poll.zone')}
        hint={t('series.zone.hint')}
        state={form}
        list={Intl.supportedValuesOf('timeZone')}
        autocomplete="off"
        required
      />
    </fieldset>
  )
}

/** What all dates have in common. */
export function TermFields({ network, groups, ofNetwork, people, organisations, form }: SeriesFieldsProps) {
  const { t } = useFrame().i18n
  const audiences = [
    ...(groups.length > 0 ? (['group'] as const) : []),
    'network' as const,
    ...(network.visibility === 'public' ? (['public'] as const) : []),
  ]
  return (
    <>
      <TextField name="title" label={t('series.title')} state={form} maxLength={200} required />
      <Select
        name="groupId"
        label={t('poll.group')}
        state={form}
        choices={[
          ...(ofNetwork ? [{ value: '', label: t('poll.group.none') }] : []),
          ...groups.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <TextField name="place" label={t('poll.place')} state={form} maxLength={200} />
      <TextField name="address" label={t('series.address')} state={form} maxLength={500} />
      <TextField name="videoUrl" inputmode="url" label={t('poll.video')} state={form} maxLength={1000} />
      <Choices
        name="visibility"
        label={t('series.visibility')}
        state={form}
        choices={audiences.map(value => ({ value, label: t(audienceNames[value].label) }))}
        required
      />
      <details
        class="more-to-do"
        open={['about', 'capacity', 'guests', 'hostPerson', 'hostOrganisation'].some(
          name => form.errors[name],
        )}
      >
        <summary>{t('series.more')}</summary>
        <TextArea
          name="about"
          label={t('series.about')}
          hint={t('poll.about.hint')}
          state={form}
          rows={4}
          maxLength={20_000}
        />
        <TextField
          name="capacity"
          type="number"
          inputmode="numeric"
          min={1}
          label={t('poll.choose.capacity')}
          hint={t('poll.choose.capacity.hint')}
          state={form}
        />
        <TextField
          name="guests"
          type="number"
          inputmode="numeric"
          min={0}
          max={10}
          label={t('series.guests')}
          state={form}
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
          hint={t('series.host.hint')}
          state={form}
          list={people}
          maxLength={400}
          autocomplete="off"
        />
        <Checkbox name="photos" label={t('series.photos')} state={form} />
      </details>
      {['preparation', 'language', 'latitude', 'longitude'].map(name => (
        <input
          key={name}
          type="hidden"
          name={name}
          value={form.values[name]?.[0] ?? (name === 'language' ? network.locale : '')}
        />
      ))}
    </>
  )
}

function TimeField({ name, label, form }: { name: string; label: string; form: FormState }) {
  const error = form.errors[name]
  return (
    <div class="field" data-wrong={error ? true : undefined}>
      <label for={`field-${name}`}>{label}</label>
      {error && (
        <p class="error" id={`field-${name}-error`}>
          {error}
        </p>
      )}
      <input
        type="time"
        id={`field-${name}`}
        name={name}
        value={form.values[name]?.[0] ?? ''}
        required
        aria-describedby={error ? `field-${name}-error` : undefined}
        aria-invalid={error ? 'true' : undefined}
      />
    </div>
  )
}
