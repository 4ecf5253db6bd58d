import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { Programme, Step } from '#modules/programmes/programme.ts'
import type { Named } from '#modules/programmes/progress/acting.ts'
import type { ShownExpectation } from '#modules/programmes/progress/fulfilment-section.ts'
import { mostMinutes } from '#modules/programmes/progress/fulfilments.ts'
import { Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Where one says, with what one wants to say of it, that what a step expects is done. */
export function FulfilmentPage(props: {
  network: Network
  programme: Programme
  step: Step
  expectation: ShownExpectation
  organisations: Named[]
  form: FormState
}) {
  const { network, programme, step, expectation, organisations, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programme.id, step: step.id }
  const [only, ...others] = organisations
  return (
    <NetworkLayout of={network} title={`${expectation.title} – ${programme.name}`} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('programme', here)}>{programme.name}</a>
          {' › '}
          <a href={href('programmeStep', here)}>{step.title}</a>
        </p>
        <h1>{expectation.title}</h1>
        <Form
          action={href('programmeFulfilments', here)}
          state={form}
          submit={t('fulfilment.submit')}
          multipart
        >
          <input type="hidden" name="expectation" value={expectation.id} />
          {others.length === 0 ? (
            <>
              <p>{t('fulfilment.for', { organisation: only?.name ?? '' })}</p>
              <input type="hidden" name="organisation" value={only?.id} />
            </>
          ) : (
            <Select
              name="organisation"
              label={t('progress.organisation')}
              state={form}
              required
              choices={[
                { value: '', label: t('fulfilment.choose') },
                ...organisations.map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
          )}
          {expectation.kind === 'document' && (
            <>
              <FileField form={form} />
              <TextField
                name="url"
                label={t('fulfilment.url')}
                hint={t('fulfilment.url.hint')}
                maxLength={1000}
                state={form}
              />
            </>
          )}
          <TextField
            name="done"
            type="date"
            label={t('fulfilment.done')}
            hint={t('fulfilment.done.hint')}
            state={form}
          />
          <TextField
            name="minutes"
            type="number"
            inputmode="numeric"
            min={1}
            max={mostMinutes}
            label={t('fulfilment.minutes')}
            state={form}
          />
          <TextArea
            name="note"
            label={expectation.attendance ? t('fulfilment.note.caught-up') : t('fulfilment.note')}
            rows={4}
            maxLength={5000}
            state={form}
          />
        </Form>
      </div>
    </NetworkLayout>
  )
}

function FileField({ form }: { form: FormState }) {
  const { t } = useFrame().i18n
  const wrong = form.errors.file
  return (
    <div class="field" data-wrong={wrong ? true : undefined}>
      <label for="field-file">
        {t('fulfilment.file')} <small>{t('form.optional')}</small>
      </label>
      <small class="hint" id="field-file-hint">
        {t('fulfilment.file.hint')}
      </small>
      {wrong && (
        <p class="error" id="field-file-error">
          {wrong}
        </p>
      )}
      <input
        id="field-file"
        name="file"
        type="file"
        aria-describedby={wrong ? 'field-file-hint field-file-error' : 'field-file-hint'}
      />
    </div>
  )
}
