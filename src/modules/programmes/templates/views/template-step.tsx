import type { TemplateStep } from '#modules/programmes/templates/template.ts'
import { minutesWords, modeNames, periodWords } from '#modules/programmes/templates/views/names.ts'
import { textIn } from '#modules/programmes/templates/words.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

/** @param props.titles of steps and capsules, by 'step/key' and 'capsule/key' */
export function TemplateStepItem(props: {
  step: TemplateStep
  month: number
  titles: ReadonlyMap<string, string>
}) {
  const { step, month, titles } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const facts = [
    t('programmeTemplate.months.one', { from: month }),
    t(modeNames[step.mode]),
    minutesWords(locale, step.minutes),
    ...(step.begins ? [t('programmeTemplate.step.begins', { time: step.begins })] : []),
    ...(isEmpty(step.window)
      ? []
      : [t('programmeTemplate.step.window', { period: periodWords(i18n, step.window) })]),
    ...(step.tutor === 'none' ? [] : [t(tutorNames[step.tutor])]),
  ]
  return (
    <li>
      <details>
        <summary>
          <strong>{textIn(step.title, locale)}</strong>
          <small>{facts.join(' · ')}</small>
        </summary>
        {step.aim && (
          <div
            class="prose"
            dangerouslySetInnerHTML={{
              __html: renderMarkdown(textIn(step.aim, locale), { headingShift: 3 }),
            }}
          />
        )}
        <After step={step} titles={titles} />
        {step.expects.length > 0 && (
          <>
            <h3>{t('programmeTemplate.step.expects')}</h3>
            <ul>
              {step.expects.map(({ title, optional }, at) => (
                <li key={`${at}/${textIn(title, locale)}`}>
                  {textIn(title, locale)}
                  {optional && <small> ({t('programmeTemplate.step.optional')})</small>}
                </li>
              ))}
            </ul>
          </>
        )}
        {step.tasks.length > 0 && (
          <>
            <h3>{t('programmeTemplate.step.tasks')}</h3>
            <ul>
              {step.tasks.map(({ title, before, after }, at) => (
                <li key={`${at}/${textIn(title, locale)}`}>
                  {textIn(title, locale)}
                  <small>
                    {' '}
                    (
                    {after === undefined
                      ? t('programmeTemplate.step.task.before', {
                          period: periodWords(i18n, before ?? 'P0D'),
                        })
                      : t('programmeTemplate.step.task.after', { period: periodWords(i18n, after) })}
                    )
                  </small>
                </li>
              ))}
            </ul>
          </>
        )}
      </details>
    </li>
  )
}

function After({ step, titles }: { step: TemplateStep; titles: ReadonlyMap<string, string> }) {
  const { i18n } = useFrame()
  if (step.after.length === 0) return null
  return (
    <ul class="after">
      {step.after.map(one => {
        const id = 'step' in one ? `step/${one.step}` : `capsule/${one.capsule}`
        const period = periodWords(i18n, one.gap)
        return (
          <li key={id}>{i18n.t('programmeTemplate.step.after', { period, title: titles.get(id) ?? '' })}</li>
        )
      })}
    </ul>
  )
}

function isEmpty(period: string): boolean {
  return !/[1-9]/.test(period)
}

const tutorNames = {
  facilitator: 'programmeTemplate.step.tutor.facilitator',
  coordinator: 'programmeTemplate.step.tutor.coordinator',
} as const
