import { emptyForm, type FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { FORM_TYPES } from '#modules/commons/format/page.ts'
import type { TemplateDraft } from '#modules/commons/templates/editing/drafts.ts'
import { inWords } from '#modules/commons/templates/questions.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Checkbox, Form, Select, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** A template in the list: in use, being changed, or both. */
export interface ListedTemplate {
  template: Template
  /** False for one that was only begun. */
  inUse: boolean
  /** As it came with the program. */
  shipped: boolean
  draft: boolean
}

export function TemplatesPage(props: {
  network: Network
  templates: ListedTemplate[]
  manages: boolean
  adding: FormState
  sending: FormState
  /** What a file would replace: somebody is at work on it. */
  standing: TemplateDraft | null
}) {
  const { network, templates, manages } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  // What is wrong is seen without looking for it.
  const begunWrong = Object.keys(props.adding.errors).length > 0
  return (
    <NetworkLayout of={network} title={t('templates.name')} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('commons', here)}>{t('commons.name')}</a>
        </p>
        <h1>{t('templates.name')}</h1>
        <p class="lede">{t('templates.intro')}</p>
        <FileProblems state={props.sending} />
        {props.standing && <Standing network={network} draft={props.standing} />}
      </div>
      {manages && begunWrong && <Adding network={network} state={props.adding} />}
      <ul class="plain-list">
        {templates.map(listed => (
          <Listed key={listed.template.key} network={network} listed={listed} manages={manages} />
        ))}
      </ul>
      {manages && !begunWrong && <Adding network={network} state={props.adding} />}
      {manages && <Sending network={network} standing={props.standing} />}
    </NetworkLayout>
  )
}

function Listed(props: { network: Network; listed: ListedTemplate; manages: boolean }) {
  const { template, inUse, shipped, draft } = props.listed
  const { t, locale } = useFrame().i18n
  const here = { locale, network: props.network.slug, template: template.key }
  const questions = template.sections.reduce((sum, section) => sum + section.questions.length, 0)
  const words = [
    inUse ? t('templates.version', { version: template.version }) : t('templates.not-in-use'),
    shipped ? t('templates.shipped') : '',
    t('templates.questions', { count: questions }),
    draft ? t('templates.being-changed') : '',
  ].filter(Boolean)
  const address = inUse ? href('template', here) : href('templateDraft', here)
  return (
    <li>
      <a href={address}>{inWords(template.name, locale)}</a>
      <small>{words.join(' · ')}</small>
      <small>{inWords(template.about, locale)}</small>
    </li>
  )
}

function Adding({ network, state }: { network: Network; state: FormState }) {
  const { t, locale } = useFrame().i18n
  const choices = [
    { value: '', label: t('templates.new.choose') },
    ...[...FORM_TYPES].map(type => ({ value: type, label: t(typeNames[type as keyof typeof typeNames]) })),
  ]
  return (
    <section id="new">
      <h2>{t('templates.new')}</h2>
      <p>{t('templates.new.text')}</p>
      <Form
        action={href('templates', { locale, network: network.slug })}
        state={state}
        submit={t('templates.new.submit')}
      >
        <TextField name="name" label={t('templates.field.name')} state={state} maxLength={200} required />
        <Select
          name="type"
          label={t('templates.field.type')}
          hint={t('templates.field.type.hint')}
          state={state}
          choices={choices}
          required
        />
      </Form>
    </section>
  )
}

/** The types of pages that are forms, by what they are called everywhere. */
export const typeNames = {
  learningplan: 'commons.type.learningplan',
  solution: 'commons.type.solution',
  experiment: 'commons.type.experiment',
  weaksignal: 'commons.type.weaksignal',
} as const

function Sending({ network, standing }: { network: Network; standing: TemplateDraft | null }) {
  const { t, locale } = useFrame().i18n
  return (
    <section id="definition">
      <h2>{t('templates.upload')}</h2>
      <p>{t('templates.upload.text')}</p>
      <Form
        action={href('templateDefinitions', { locale, network: network.slug })}
        submit={t('templates.upload.submit')}
        multipart
      >
        <div class="field">
          <label for="field-definition">{t('templates.upload.file')}</label>
          <input id="field-definition" type="file" name="definition" accept=".yaml,.yml,.json" required />
        </div>
        {standing && <Checkbox name="replace" label={t('templates.upload.replace')} state={emptyForm} />}
      </Form>
    </section>
  )
}

/** Nobody's work goes because of a file: they are told whose it is, and choose. */
function Standing({ network, draft }: { network: Network; draft: TemplateDraft }) {
  const { t, locale, moment } = useFrame().i18n
  const here = { locale, network: network.slug, template: draft.template.key }
  return (
    <div class="problems" role="alert" tabIndex={-1}>
      <p>
        {t('templates.draft-since', {
          moment: moment(draft.updatedAt, network.timeZone),
          by: draft.by ?? t('templates.somebody'),
        })}{' '}
        <a href={href('templateDraft', here)}>{t('templates.draft-continue')}</a>
      </p>
      <p>
        <a href="#definition">{t('templates.upload.replace.text')}</a>
      </p>
    </div>
  )
}

/** What is wrong with the file that was sent: several things, each a line. */
function FileProblems({ state }: { state: FormState }) {
  const { t } = useFrame().i18n
  const problems = Object.values(state.errors).flatMap(text => text.split('\n'))
  if (problems.length === 0) return null
  return (
    <div class="problems" role="alert" tabIndex={-1}>
      <p>{t('templates.upload.problems', { count: problems.length })}</p>
      <ul>
        {problems.map(message => (
          <li key={message}>{message}</li>
        ))}
      </ul>
    </div>
  )
}
