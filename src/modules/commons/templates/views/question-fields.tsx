import type { FormState } from '#http/form.ts'
import type { Locale } from '#kernel/locale.ts'
import { conditionGroups } from '#modules/commons/templates/editing/condition-form.ts'
import { answerKinds, spareConditions, tagKeys } from '#modules/commons/templates/editing/part-form.ts'
import { type PartAddress, questionAt } from '#modules/commons/templates/editing/parts.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { KeyField } from '#modules/commons/templates/views/key-field.tsx'
import { PerLanguage } from '#modules/commons/templates/views/per-language.tsx'
import { conditionWords, kindNames } from '#modules/commons/templates/views/words.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { Checkbox, Choices, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface QuestionFieldsProps {
  state: FormState
  template: Template
  /** Of the question; of what a new one is put into. */
  address: PartAddress
  isNew: boolean
  inner: boolean
}

export function QuestionFields(props: QuestionFieldsProps) {
  const { state, inner } = props
  const { t } = useFrame().i18n
  const kind = state.values.kind?.[0] ?? 'rich'
  const kinds = answerKinds.filter(one => !(inner && one === 'group'))
  const names = ['ask', 'label', 'help', 'options', 'low', 'high', 'unit']
  return (
    <>
      <input type="hidden" name="shown" value={kind} />
      <PerLanguage state={state} names={names}>
        {(locale, isReaders) => <Words {...props} locale={locale} kind={kind} isReaders={isReaders} />}
      </PerLanguage>
      <Select
        name="kind"
        label={t('templates.field.kind')}
        hint={t('templates.field.kind.hint')}
        state={state}
        choices={kinds.map(value => ({ value, label: t(kindNames[value]) }))}
        required
      />
      <KindFields state={state} kind={kind} />
      <Select
        name="required"
        label={t('templates.field.required')}
        state={state}
        choices={[
          { value: '', label: t('templates.field.required.never') },
          { value: 'network', label: t('templates.field.required.network') },
          { value: 'public', label: t('templates.field.required.public') },
        ]}
      />
      <ConditionFields {...props} />
      <TextArea
        name="wordings"
        label={t('templates.field.wordings')}
        hint={t('templates.field.wordings.hint')}
        state={state}
        rows={3}
      />
      <KeyField state={state} isNew={props.isNew} />
    </>
  )
}

function Words(props: QuestionFieldsProps & { locale: Locale; kind: string; isReaders: boolean }) {
  const { state, locale, kind, inner, isReaders } = props
  const { t } = useFrame().i18n
  return (
    <>
      <TextArea
        name={`ask-${locale}`}
        label={t('templates.field.ask')}
        hint={isReaders && inner ? t('templates.field.ask.inner') : undefined}
        state={state}
        maxLength={2000}
        rows={2}
        required={isReaders && !inner}
      />
      <TextField name={`label-${locale}`} label={t('templates.field.label')} state={state} maxLength={200} />
      <TextArea
        name={`help-${locale}`}
        label={t('templates.field.help')}
        state={state}
        maxLength={3000}
        rows={2}
      />
      {(kind === 'choice' || kind === 'shares') && (
        <TextArea
          name={`options-${locale}`}
          label={t('templates.field.options')}
          hint={isReaders ? t('templates.field.options.hint') : t('templates.field.options.other')}
          state={state}
          rows={6}
        />
      )}
      {kind === 'scale' && (
        <>
          <TextField name={`low-${locale}`} label={t('templates.field.low')} state={state} maxLength={300} />
          <TextField
            name={`high-${locale}`}
            label={t('templates.field.high')}
            state={state}
            maxLength={300}
          />
        </>
      )}
      {kind === 'number' && (
        <TextField name={`unit-${locale}`} label={t('templates.field.unit')} state={state} maxLength={60} />
      )}
    </>
  )
}

const limitLabels: Partial<Record<string, MessageKey>> = {
  text: 'templates.field.most.text',
  rich: 'templates.field.most.text',
  files: 'templates.field.most.files',
  group: 'templates.field.most.group',
  number: 'templates.field.most.number',
}

/** What only one kind of answer needs: those of another come once that is chosen and saved. */
function KindFields({ state, kind }: { state: FormState; kind: string }) {
  const { t } = useFrame().i18n
  const limit = limitLabels[kind]
  return (
    <>
      {kind === 'choice' && <Checkbox name="many" label={t('templates.field.many')} state={state} />}
      {kind === 'tags' && (
        <Select
          name="meta"
          label={t('templates.field.meta')}
          state={state}
          choices={tagKeys.map(value => ({ value, label: t(`templates.meta.${value}`) }))}
          required
        />
      )}
      {kind === 'scale' && (
        <>
          <TextField name="from" type="number" label={t('templates.field.from')} state={state} required />
          <TextField name="to" type="number" label={t('templates.field.to')} state={state} required />
        </>
      )}
      {kind === 'number' && (
        <TextField name="least" inputmode="numeric" label={t('templates.field.least')} state={state} />
      )}
      {limit && <TextField name="most" inputmode="numeric" label={t(limit)} state={state} />}
    </>
  )
}

function ConditionFields({ state, template, address, isNew }: QuestionFieldsProps) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const chosen = (state.values.when ?? []).filter(value => value !== '')
  const selected = chosen.filter(value => value !== 'keep')
  // A new question stands in the list it is put into: what it may look at is what its neighbours may.
  const groups = conditionGroups(template, isNew ? [...address, '+'] : address, locale)
  const when = isNew ? undefined : questionAt(template, address)?.when
  const said = {
    answered: 'templates.condition.choice.answered',
    unanswered: 'templates.condition.choice.unanswered',
    is: 'templates.condition.choice.is',
    not: 'templates.condition.choice.is-not',
  } as const
  const error = state.errors.when
  return (
    <fieldset class="group" id="field-when">
      <legend>{t('templates.field.when')}</legend>
      <small class="hint">{t('templates.field.when.hint')}</small>
      {error && <p class="error">{error}</p>}
      {chosen.includes('keep') && when && (
        <label class="choice">
          <input type="checkbox" name="when" value="keep" checked />
          <span>{t('templates.field.when.keep', { condition: conditionWords(i18n, template, when) })}</span>
        </label>
      )}
      {Array.from({ length: selected.length + spareConditions }, (_, at) => {
        const value = selected[at]
        return (
          <select key={at} name="when" aria-label={t('templates.field.when.one', { number: at + 1 })}>
            <option value="">{t('templates.field.when.none')}</option>
            {groups.map(({ question, label, choices }) => (
              <optgroup key={question.key} label={label}>
                {choices.map(choice => (
                  <option key={choice.value} value={choice.value} selected={choice.value === value}>
                    {t(said[choice.how], { name: short(label), option: choice.option })}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        )
      })}
      <Choices
        name="how"
        label={t('templates.field.how')}
        state={state}
        choices={[
          { value: 'all', label: t('templates.field.how.all') },
          { value: 'any', label: t('templates.field.how.any') },
        ]}
      />
    </fieldset>
  )
}

function short(label: string): string {
  return label.length > 40 ? `${label.slice(0, 39)}…` : label
}
