import { inWords } from '#modules/commons/templates/questions.ts'
import type { Template, TemplateQuestion, TemplateSection } from '#modules/commons/templates/template.ts'
import { conditionWords, kindNames, optionsIn } from '#modules/commons/templates/views/words.ts'
import { useFrame } from '#ui/frame.ts'

/** A template as those who write by it will see it, without the fields. */
export function TemplateForm({ template }: { template: Template }) {
  const { t, locale } = useFrame().i18n
  const about = inWords(template.about, locale)
  return (
    <div class="template-form">
      {about !== '' && <p>{about}</p>}
      {template.sections.map(section => (
        <section key={section.key}>
          <h3>{inWords(section.heading, locale)}</h3>
          <SectionNature section={section} />
          <ol>
            {section.questions.map(question => (
              <Asked key={question.key} template={template} question={question} />
            ))}
          </ol>
          {section.questions.length === 0 && <p>{t('templates.section.empty')}</p>}
        </section>
      ))}
    </div>
  )
}

export function SectionNature({ section }: { section: TemplateSection }) {
  const { t } = useFrame().i18n
  const nature = [
    section.repeated ? t('templates.section.repeated') : '',
    section.closing ? t('templates.section.closing') : '',
  ].filter(Boolean)
  return nature.length === 0 ? null : <p class="nature">{nature.join(' · ')}</p>
}

function Asked({ template, question }: { template: Template; question: TemplateQuestion }) {
  const { locale } = useFrame().i18n
  const { answer } = question
  const ask = inWords(question.ask, locale)
  const label = inWords(question.label, locale)
  const help = inWords(question.help, locale)
  const options = optionsIn(answer)
  return (
    <li>
      <p class="asked">{ask || label || question.key}</p>
      {help !== '' && <p class="help">{help}</p>}
      <QuestionNature template={template} question={question} />
      {options.length > 0 && (
        <ul class="options">
          {options.map(option => (
            <li key={option.key}>{inWords(option.label, locale)}</li>
          ))}
        </ul>
      )}
      {answer.kind === 'group' && (
        <ol>
          {answer.questions.map(inner => (
            <Asked key={inner.key} template={template} question={inner} />
          ))}
        </ol>
      )}
    </li>
  )
}

/** How it is answered, when it is asked and when it is needed, on one line. */
export function QuestionNature({ template, question }: { template: Template; question: TemplateQuestion }) {
  const { i18n } = useFrame()
  const { t, number } = i18n
  const { answer, required, when } = question
  const several = answer.kind === 'choice' && answer.many
  const words = [
    several ? t('templates.kind.choices') : t(kindNames[answer.kind]),
    answer.kind === 'text' && answer.most
      ? t('templates.most-characters', { most: number(answer.most) })
      : '',
    required === 'network' ? t('templates.required.network') : '',
    required === 'public' ? t('templates.required.public') : '',
    when ? t('templates.asked-when', { condition: conditionWords(i18n, template, when) }) : '',
  ].filter(Boolean)
  return <p class="nature">{words.join(' · ')}</p>
}
