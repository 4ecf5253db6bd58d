import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Series } from '#modules/afterworks/series.ts'
import { rhythmNames } from '#modules/afterworks/views/names.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton, Choices, Form, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export function SeriesForm(props: { network: Network; series: Series | null; form: FormState }) {
  const { network, series, form: state } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const title = series ? t('afterworks.change', { name: series.name }) : t('afterworks.new')
  const action = series
    ? href('afterworkSeriesDetails', { ...here, series: series.slug })
    : href('afterworks', here)
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <div class="afterworks">
        <p class="crumbs">
          <a href={href('afterworks', here)}>{t('afterworks.name')}</a>
        </p>
        <h1>{title}</h1>
        <Form action={action} state={state} submit={t(series ? 'form.save' : 'afterworks.found')}>
          <TextField name="name" label={t('afterworks.field.name')} state={state} maxLength={200} required />
          <TextField name="summary" label={t('afterworks.field.summary')} state={state} maxLength={1000} />
          <TextArea name="about" label={t('afterworks.field.about')} state={state} rows={6} />
          <TextField name="town" label={t('afterworks.field.town')} state={state} maxLength={200} />
          <Choices
            name="rhythm"
            label={t('afterworks.field.rhythm')}
            state={state}
            choices={(['monthly', 'quarterly'] as const).map(value => ({
              value,
              label: t(rhythmNames[value]),
            }))}
            required
          />
          <Choices
            name="visibility"
            label={t('afterworks.field.visibility')}
            state={state}
            choices={[
              { value: 'public', label: t('afterworks.visibility.public') },
              { value: 'network', label: t('afterworks.visibility.network') },
            ]}
            required
          />
          <TextField
            name="confirmBy"
            label={t('afterworks.field.confirm-by')}
            hint={t('afterworks.hint.confirm-by')}
            type="date"
            state={state}
            required
          />
          <TextField
            name="confirmations"
            label={t('afterworks.field.confirmations')}
            type="number"
            min={1}
            max={50}
            state={state}
            required
          />
          <TextField
            name="awareTarget"
            label={t('afterworks.field.aware-target')}
            hint={t('afterworks.hint.aware-target')}
            type="number"
            min={1}
            state={state}
          />
          <TextField
            name="adoptedTarget"
            label={t('afterworks.field.adopted-target')}
            hint={t('afterworks.hint.adopted-target')}
            type="number"
            min={1}
            state={state}
          />
          <TextField
            name="countedFrom"
            label={t('afterworks.field.counted-from')}
            type="date"
            state={state}
            required
          />
        </Form>
        {series && series.state !== 'ended' && (
          <p>
            <ActionButton
              action={href('afterworkEnd', { ...here, series: series.slug })}
              label={t('afterworks.end')}
              danger
            />
          </p>
        )}
      </div>
    </NetworkLayout>
  )
}
