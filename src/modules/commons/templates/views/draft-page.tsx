import { href } from '#http/routes.ts'
import { questionsOf } from '#modules/commons/templates/conditions.ts'
import type { DefinitionProblem } from '#modules/commons/templates/definition-problem.ts'
import type { TemplateDraft } from '#modules/commons/templates/editing/drafts.ts'
import {
  type PartAddress,
  questionAt,
  sectionAt,
  writePartAddress,
} from '#modules/commons/templates/editing/parts.ts'
import { inWords } from '#modules/commons/templates/questions.ts'
import type { Template, TemplateQuestion, TemplateSection } from '#modules/commons/templates/template.ts'
import { DraftProblems } from '#modules/commons/templates/views/draft-problems.tsx'
import { QuestionNature, SectionNature } from '#modules/commons/templates/views/template-form.tsx'
import { questionName } from '#modules/commons/templates/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface DraftPageProps {
  network: Network
  draft: TemplateDraft
  problems: DefinitionProblem[]
}

/** A template being changed: its sections and questions in order, each with what can be done to it. */
export function DraftPage(props: DraftPageProps) {
  const { network, draft, problems } = props
  const { template } = draft
  const { t, locale, moment } = useFrame().i18n
  const here = { locale, network: network.slug, template: template.key }
  const name = inWords(template.name, locale)
  return (
    <NetworkLayout of={network} title={t('templates.draft.title', { name })} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('templates', here)}>{t('templates.name')}</a>
          {draft.base > 0 && (
            <>
              {' › '}
              <a href={href('template', here)}>{name}</a>
            </>
          )}
        </p>
        <h1>{t('templates.draft.title', { name })}</h1>
        <p class="lede">
          {draft.base > 0
            ? t('templates.draft.base', { version: draft.base })
            : t('templates.draft.base-none')}{' '}
          {t('templates.draft.changed', {
            moment: moment(draft.updatedAt, network.timeZone),
            by: draft.by ?? t('templates.somebody'),
          })}
        </p>
        <p class="buttons">
          <a class="button" href={href('templatePublication', here)}>
            {t('templates.draft.publication')}
          </a>
          <a class="button quiet" href={partAddress(props, [])}>
            {t('templates.draft.frame')}
          </a>
          <a
            href={href(
              'templateExport',
              { ...here, file: 'template.yaml' },
              new URLSearchParams({ version: 'draft' }),
            )}
          >
            {t('templates.draft.download')}
          </a>
        </p>
      </div>
      <DraftProblems template={template} problems={problems} network={network} />
      {template.sections.map(section => (
        <Section key={section.key} {...props} section={section} />
      ))}
      <p class="buttons">
        <a class="button quiet" href={`${partAddress(props, [])}?new=section`}>
          {t('templates.section.add')}
        </a>
      </p>
      <section>
        <h2>{t('templates.draft.discard')}</h2>
        <p>{t('templates.draft.discard.text')}</p>
        <ActionButton
          action={href('templateDraft', here)}
          label={t('templates.draft.discard')}
          fields={{ act: 'discard' }}
          danger
        />
      </section>
    </NetworkLayout>
  )
}

function Section(props: DraftPageProps & { section: TemplateSection }) {
  const { section, draft } = props
  const { t, locale } = useFrame().i18n
  const { sections } = draft.template
  const name = inWords(section.heading, locale) || section.key
  return (
    <section class="template-part" id={section.key}>
      <h2>{name}</h2>
      <SectionNature section={section} />
      <Acts
        {...props}
        address={[section.key]}
        name={name}
        first={sections[0] === section}
        last={sections.at(-1) === section}
      />
      <ol>
        {section.questions.map((question, at) => (
          <Question
            key={question.key}
            {...props}
            question={question}
            address={[section.key, question.key]}
            first={at === 0}
            last={at === section.questions.length - 1}
          />
        ))}
      </ol>
      <p>
        <a href={`${partAddress(props, [section.key])}?new=question`}>{t('templates.question.add')}</a>
      </p>
    </section>
  )
}

function Question(
  props: DraftPageProps & { question: TemplateQuestion; address: PartAddress; first: boolean; last: boolean },
) {
  const { question, address, draft } = props
  const { t, locale } = useFrame().i18n
  const { answer } = question
  const name = questionName(question, locale)
  const ask = inWords(question.ask, locale)
  return (
    <li id={address.join('.')}>
      <p class="asked">
        <a href={partAddress(props, address)}>{name}</a>
      </p>
      {ask !== '' && ask !== name && <p class="help">{ask}</p>}
      <QuestionNature template={draft.template} question={question} />
      <Acts {...props} name={name} />
      {answer.kind === 'group' && (
        <>
          <ol>
            {answer.questions.map((inner, at) => (
              <Question
                key={inner.key}
                {...props}
                question={inner}
                address={[...address, inner.key]}
                first={at === 0}
                last={at === answer.questions.length - 1}
              />
            ))}
          </ol>
          <p>
            <a href={`${partAddress(props, address)}?new=question`}>{t('templates.question.add-inner')}</a>
          </p>
        </>
      )}
    </li>
  )
}

/** What can be done to a part, for those who see the page and those who hear it. */
function Acts(props: DraftPageProps & { address: PartAddress; name: string; first: boolean; last: boolean }) {
  const { t } = useFrame().i18n
  const { name, address } = props
  return (
    <div class="acts">
      {address.length === 1 && (
        <a href={partAddress(props, address)} aria-label={t('templates.edit.of', { name })}>
          {t('templates.edit')}
        </a>
      )}
      {!props.first && <Act {...props} act="up" label="templates.up" aria="templates.up.of" />}
      {!props.last && <Act {...props} act="down" label="templates.down" aria="templates.down.of" />}
      <Removal {...props} />
    </div>
  )
}

/** Nothing brings a part back but beginning anew: what goes with it is said first. */
function Removal(props: DraftPageProps & { address: PartAddress; name: string }) {
  const { t } = useFrame().i18n
  const { draft, address, name } = props
  const count = questionsBelow(draft.template, address)
  return (
    <details>
      <summary class="danger" aria-label={t('templates.remove.of', { name })}>
        {t('templates.remove')}
      </summary>
      <p>{t('templates.remove.text', { name, count })}</p>
      <Act {...props} act="remove" label="templates.remove.do" aria="templates.remove.of" danger />
    </details>
  )
}

function questionsBelow(template: Template, address: PartAddress): number {
  const question = questionAt(template, address)
  if (question) return question.answer.kind === 'group' ? question.answer.questions.length : 0
  const section = sectionAt(template, address)
  return section ? questionsOf({ ...template, sections: [section] }).length : 0
}

function Act(
  props: DraftPageProps & {
    address: PartAddress
    name: string
    act: 'up' | 'down' | 'remove'
    label: 'templates.up' | 'templates.down' | 'templates.remove.do'
    aria: 'templates.up.of' | 'templates.down.of' | 'templates.remove.of'
    danger?: boolean
  },
) {
  const { t, locale } = useFrame().i18n
  const { draft, network } = props
  const fields = { act: props.act, part: writePartAddress(props.address) }
  return (
    <form
      method="post"
      action={href('templateDraft', { locale, network: network.slug, template: draft.template.key })}
      class="inline"
    >
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button
        type="submit"
        class={props.danger ? 'quiet danger' : 'quiet'}
        aria-label={t(props.aria, { name: props.name })}
      >
        {t(props.label)}
      </button>
    </form>
  )
}

function partAddress({ network, draft }: DraftPageProps, address: PartAddress): string {
  const { locale } = useFrame().i18n
  return href('templatePart', {
    locale,
    network: network.slug,
    template: draft.template.key,
    part: writePartAddress(address),
  })
}
