import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { audienceNames } from '#modules/meetings/polls/views/names.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { Checkbox, Choices, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export const durations = [30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 480]

/** A poll is written on one page: what it is about, and its dates in rows. */
export function PollFormPage(props: {
  network: Network
  groups: { id: string; name: string }[]
  /** Whether polls of no group can be made, by those who run the network. */
  ofNetwork: boolean
  form: FormState
}) {
  const { network, groups, form } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  const audiences = [
    ...(groups.length > 0 ? (['group'] as const) : []),
    'network' as const,
    ...(network.visibility === 'public' ? (['public'] as const) : []),
  ]
  return (
    <NetworkLayout of={network} title={t('polls.new')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('datePolls', here)}>{t('polls.name')}</a>
        </p>
        <h1>{t('polls.new')}</h1>
      </header>
      <Form action={href('datePolls', here)} state={form} submit={t('polls.submit')}>
        <TextField name="title" label={t('poll.title')} state={form} maxLength={200} required />
        <Select
          name="groupId"
          label={t('poll.group')}
          hint={t('poll.group.hint')}
          state={form}
          choices={[
            ...(props.ofNetwork ? [{ value: '', label: t('poll.group.none') }] : []),
            ...groups.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <DateRows state={form} />
        <Select
          name="minutes"
          label={t('poll.minutes')}
          state={form}
          choices={durations.map(minutes => ({
            value: String(minutes),
            label: durationWords(i18n, minutes),
          }))}
          required
        />
        <TextField
          name="timeZone"
          label={t('poll.zone')}
          hint={t('poll.zone.hint')}
          state={form}
          list={Intl.supportedValuesOf('timeZone')}
          autocomplete="off"
          required
        />
        <TextField
          name="closesOn"
          type="date"
          label={t('poll.closes-on')}
          hint={t('poll.closes-on.hint')}
          state={form}
          required
        />
        <Choices
          name="visibility"
          label={t('poll.visibility')}
          state={form}
          choices={audiences.map(value => ({
            value,
            label: t(audienceNames[value].label),
            hint: t(audienceNames[value].hint),
          }))}
          required
        />
        <Checkbox
          name="openAnswers"
          label={t('poll.open-answers')}
          hint={t('poll.open-answers.hint')}
          state={form}
        />
        <Checkbox name="remind" label={t('poll.remind')} hint={t('poll.remind.hint')} state={form} />
        <details class="more-to-do" open={['place', 'videoUrl', 'about'].some(name => form.errors[name])}>
          <summary>{t('poll.more')}</summary>
          <TextField name="place" label={t('poll.place')} state={form} maxLength={200} />
          <TextField name="videoUrl" inputmode="url" label={t('poll.video')} state={form} maxLength={1000} />
          <TextArea
            name="about"
            label={t('poll.about')}
            hint={t('poll.about.hint')}
            state={form}
            rows={4}
            maxLength={5000}
          />
        </details>
      </Form>
    </NetworkLayout>
  )
}

/** Rows of a day and a time. More of them by a button, which gives the form back as it was typed. */
export function DateRows({ state }: { state: FormState }) {
  const { t } = useFrame().i18n
  const days = state.values.day ?? []
  const times = state.values.time ?? []
  const count = Math.max(5, days.length)
  const error = state.errors.day
  return (
    <fieldset class="field date-rows" id="field-day" data-wrong={error ? true : undefined}>
      <legend>{t('poll.dates')}</legend>
      <small class="hint" id="field-day-hint">
        {t('poll.dates.hint')}
      </small>
      {error && (
        <p class="error" id="field-day-error">
          {error}
        </p>
      )}
      <ol>
        {Array.from({ length: count }, (_, index) => (
          <li key={index}>
            <label>
              <span class="visually-hidden">{t('poll.date.day', { row: index + 1 })}</span>
              <input type="date" name="day" value={days[index] ?? ''} aria-describedby="field-day-hint" />
            </label>
            <label>
              <span class="visually-hidden">{t('poll.date.time', { row: index + 1 })}</span>
              <input type="time" name="time" value={times[index] ?? ''} />
            </label>
          </li>
        ))}
      </ol>
      {count < 30 && (
        <button class="button quiet" type="submit" name="step" value="rows" formnovalidate>
          {t('poll.more-rows')}
        </button>
      )}
    </fieldset>
  )
}

export function durationWords({ locale }: Pick<I18n, 'locale'>, minutes: number): string {
  const said = (value: number, unit: 'hour' | 'minute') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  return [hours > 0 && said(hours, 'hour'), rest > 0 && said(rest, 'minute')].filter(Boolean).join(' ')
}
