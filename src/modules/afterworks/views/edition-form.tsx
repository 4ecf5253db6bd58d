import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Proposal } from '#modules/afterworks/proposals.ts'
import type { Series } from '#modules/afterworks/series.ts'
import { proposalKindNames } from '#modules/afterworks/views/names.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Choices, Form, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Filled in with what most want: whoever runs the series says the last word. */
export function EditionForm(props: {
  network: Network
  series: Series
  proposals: Proposal[]
  form: FormState
}) {
  const { network, series, form: state } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, series: series.slug }
  return (
    <NetworkLayout of={network} title={t('afterworks.edition.new')} noIndex>
      <div class="afterworks">
        <p class="crumbs">
          <a href={href('afterworkSeries', here)}>{series.name}</a>
        </p>
        <h1>{t('afterworks.edition.new')}</h1>
        <p class="lede">{t('afterworks.edition.lede')}</p>
        <Form
          action={href('afterworkEditions', here)}
          state={state}
          submit={t('afterworks.edition.schedule')}
        >
          <TextField
            name="theme"
            label={t('afterworks.field.theme')}
            state={state}
            maxLength={200}
            required
          />
          <TextArea name="about" label={t('afterworks.field.about')} state={state} rows={5} />
          <TextField name="day" label={t('meetings.form.day')} type="date" state={state} required />
          <TextField name="from" label={t('meetings.form.from')} type="time" state={state} required />
          <TextField name="to" label={t('meetings.form.to')} type="time" state={state} required />
          <TextField name="place" label={t('meetings.form.place')} state={state} maxLength={200} />
          <TextField name="address" label={t('meetings.form.address')} state={state} maxLength={500} />
          <TextField name="videoUrl" label={t('meetings.form.video')} state={state} inputmode="url" />
          <TextField
            name="capacity"
            label={t('meetings.form.capacity')}
            state={state}
            type="number"
            min={1}
          />
          {props.proposals.length > 0 && (
            <Choices
              name="chosen"
              label={t('afterworks.edition.chosen')}
              hint={t('afterworks.edition.chosen.hint')}
              state={state}
              several
              choices={props.proposals.map(proposal => ({
                value: proposal.id,
                label: proposal.startsAt ? i18n.moment(proposal.startsAt, network.timeZone) : proposal.text,
                hint: `${t(proposalKindNames[proposal.kind])} · ${t('afterworks.votes', { count: proposal.votes })}`,
              }))}
            />
          )}
        </Form>
      </div>
    </NetworkLayout>
  )
}
