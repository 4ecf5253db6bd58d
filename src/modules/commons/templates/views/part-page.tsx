import type { ComponentChildren } from 'preact'
import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { TemplateDraft } from '#modules/commons/templates/editing/drafts.ts'
import {
  type PartAddress,
  questionAt,
  sectionAt,
  writePartAddress,
} from '#modules/commons/templates/editing/parts.ts'
import { inWords } from '#modules/commons/templates/questions.ts'
import { KeyField } from '#modules/commons/templates/views/key-field.tsx'
import { PerLanguage } from '#modules/commons/templates/views/per-language.tsx'
import { QuestionFields } from '#modules/commons/templates/views/question-fields.tsx'
import { questionName } from '#modules/commons/templates/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Checkbox, Form, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface PartPageProps {
  network: Network
  draft: TemplateDraft
  /** Of what is edited; of what a new part is put into. */
  address: PartAddress
  isNew: 'section' | 'question' | null
  form: FormState
}

/** One section or question of a template, all that can be said of it. */
export function PartPage(props: PartPageProps) {
  const { network, draft, address, isNew, form } = props
  const { t, locale } = useFrame().i18n
  const { template } = draft
  const here = { locale, network: network.slug, template: template.key }
  const title = titleOf(props, t, locale)
  const action = href('templatePart', { ...here, part: writePartAddress(address) })
  const what = isNew ?? (address.length === 0 ? 'frame' : address.length === 1 ? 'section' : 'question')
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('templates', here)}>{t('templates.name')}</a>
          {' › '}
          <a href={href('templateDraft', here)}>
            {t('templates.draft.title', { name: inWords(template.name, locale) })}
          </a>
        </p>
        <h1>{title}</h1>
        <Form
          action={isNew ? `${action}?new=${isNew}` : action}
          state={form}
          submit={isNew ? t('templates.part.add') : t('form.save')}
        >
          <input type="hidden" name="seen" value={String(draft.revision)} />
          {what === 'frame' && <FrameFields state={form} />}
          {what === 'section' && <SectionFields state={form} isNew={isNew !== null} />}
          {what === 'question' && (
            <QuestionFields
              state={form}
              template={template}
              address={address}
              isNew={isNew !== null}
              inner={isNew ? address.length === 2 : address.length === 3}
            />
          )}
        </Form>
      </div>
    </NetworkLayout>
  )
}

function titleOf(
  { draft, address, isNew }: PartPageProps,
  t: ReturnType<typeof useFrame>['i18n']['t'],
  locale: string,
): string {
  if (isNew === 'section') return t('templates.section.add')
  if (isNew) return t(address.length === 2 ? 'templates.question.add-inner' : 'templates.question.add')
  const question = address.length > 1 ? questionAt(draft.template, address) : undefined
  if (question) return questionName(question, locale)
  const section = sectionAt(draft.template, address)
  return section ? inWords(section.heading, locale) || section.key : t('templates.draft.frame')
}

function FrameFields({ state }: { state: FormState }) {
  const { t } = useFrame().i18n
  return (
    <PerLanguage state={state} names={['name', 'about']}>
      {(locale, isReaders) => (
        <>
          <TextField
            name={`name-${locale}`}
            label={t('templates.field.name')}
            state={state}
            maxLength={200}
            required={isReaders}
          />
          <TextArea
            name={`about-${locale}`}
            label={t('templates.field.about')}
            state={state}
            maxLength={1000}
            rows={3}
          />
        </>
      )}
    </PerLanguage>
  )
}

function SectionFields({ state, isNew }: { state: FormState; isNew: boolean }): ComponentChildren {
  const { t } = useFrame().i18n
  return (
    <>
      <PerLanguage state={state} names={['heading']}>
        {(locale, isReaders) => (
          <TextField
            name={`heading-${locale}`}
            label={t('templates.field.heading')}
            state={state}
            maxLength={300}
            required={isReaders}
          />
        )}
      </PerLanguage>
      <Checkbox
        name="repeated"
        label={t('templates.field.repeated')}
        hint={t('templates.field.repeated.hint')}
        state={state}
      />
      <Checkbox
        name="closing"
        label={t('templates.field.closing')}
        hint={t('templates.field.closing.hint')}
        state={state}
      />
      <TextArea
        name="spellings"
        label={t('templates.field.spellings')}
        hint={t('templates.field.spellings.hint')}
        state={state}
        rows={3}
      />
      <KeyField state={state} isNew={isNew} />
    </>
  )
}
