import { href } from '#http/routes.ts'
import { modeNames, whenWords } from '#modules/programmes/course/views/names.ts'
import type { OpenedProgramme } from '#modules/programmes/opening.ts'
import type { Capsule, Step } from '#modules/programmes/programme.ts'
import { useFrame } from '#ui/frame.ts'

/** All capsules and steps as a path to be read from its beginning to its end. */
export function StepPath(props: {
  network: { slug: string }
  opened: OpenedProgramme
  capsules: Capsule[]
  today: string
}) {
  const { network, opened, capsules, today } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { programme, mayRun } = opened
  const here = { locale, network: network.slug, programme: programme.id }
  // The one in which the group is; the others open with a touch, and on paper.
  const current = capsules.find(({ steps }) => steps.some(({ dueOn }) => dueOn >= today))?.id
  const spanOf = (steps: Step[]) => {
    const from = steps.map(({ opensOn }) => opensOn).sort()[0] ?? ''
    const until =
      steps
        .map(({ dueOn }) => dueOn)
        .sort()
        .at(-1) ?? ''
    if (from === until) return i18n.day(from)
    return t('programme.when.window', { from: i18n.day(from), until: i18n.day(until) })
  }
  const editable = mayRun && programme.state !== 'ended'
  return (
    <section class="path" aria-labelledby="path-title">
      <h2 id="path-title">{t('programme.path')}</h2>
      <ol class="capsules">
        {capsules
          .filter(({ steps }) => steps.length > 0)
          .map(({ id, title, theme, steps }) => (
            <li key={id}>
              <details open={id === current}>
                <summary>
                  <h3>{title}</h3>
                  <small>{spanOf(steps)}</small>
                </summary>
                {theme && <p class="theme">{theme}</p>}
                <ol class="path-steps">
                  {steps.map(step => (
                    <li key={step.id} data-time={timeOf(step, today)}>
                      <a class="who" href={href('programmeStep', { ...here, step: step.id })}>
                        {step.title}
                      </a>
                      <small>
                        {whenWords(i18n, step)} · {t(modeNames[step.mode])}
                        {timeOf(step, today) === 'over' && ` · ${t('programme.over')}`}
                      </small>
                    </li>
                  ))}
                </ol>
                {editable && (
                  <p class="no-print">
                    <a href={href('programmeCapsule', { ...here, capsule: id })}>
                      {t('programme.capsule.change')}
                      <span class="visually-hidden"> – {title}</span>
                    </a>
                  </p>
                )}
              </details>
            </li>
          ))}
      </ol>
    </section>
  )
}

function timeOf({ opensOn, dueOn }: Step, today: string): 'over' | 'now' | 'ahead' {
  if (dueOn < today) return 'over'
  return opensOn <= today ? 'now' : 'ahead'
}
