import type { FormState } from '#http/form.ts'
import type { Preview } from '#modules/programmes/course/previewing.ts'
import { modeNames, weekdayIn, whyWords } from '#modules/programmes/course/views/names.ts'
import type { PlannedStep } from '#modules/programmes/planning/plan.ts'
import { minutesWords } from '#modules/programmes/templates/views/names.ts'
import { useFrame } from '#ui/frame.ts'

/** The whole plan, step by step, with days and hours to be corrected right there. */
export function PlanPreview({ preview, form }: { preview: Preview; form: FormState }) {
  const { i18n } = useFrame()
  const { t } = i18n
  const { plan, counts } = preview
  const steps = plan.capsules.flatMap(capsule => capsule.steps)
  const titles = new Map(
    plan.capsules.flatMap(({ title, steps }) =>
      steps.map(step => [step.id, `${title} – ${step.title}`] as const),
    ),
  )
  const moved = steps.filter(({ why }) => why.length > 0).length
  const announced = form.values.announce?.[0] !== 'later'
  return (
    <section class="preview plan" id="preview">
      <h2>{t('programme.plan')}</h2>
      <p>
        <strong>{preview.name}</strong>
      </p>
      <ul class="consequences">
        <li>{t('programme.plan.span', { from: i18n.day(plan.startsOn), until: i18n.day(plan.endsOn) })}</li>
        <li>{t('programme.plan.meetings', { count: counts.meetings })}</li>
        <li>
          {t('programme.plan.tasks', {
            count: counts.tasks,
            each: counts.organisationTasks,
            organisations: counts.organisations,
          })}
        </li>
        <li>
          {announced ? t('programme.plan.told', { count: counts.people }) : t('programme.plan.not-told')}
        </li>
        {announced && counts.unreached > 0 && (
          <li>{t('programme.plan.unreached', { count: counts.unreached })}</li>
        )}
        <li>{t('programme.plan.moved', { count: moved })}</li>
      </ul>
      <p class="buttons">
        {/* The first one is pressed by Enter in any field: it makes nothing. */}
        <button class="button quiet" type="submit" name="step" value="preview">
          {t('programme.preview-again')}
        </button>
        <button class="button" type="submit" name="step" value="make">
          {t('programme.make')}
        </button>
        <a class="button quiet" href="#choices">
          {t('programme.choices')}
        </a>
      </p>
      <Months steps={steps} titles={titles} />
      {plan.capsules.map(({ key, title, theme, steps }) => (
        <section key={key} class="capsule">
          <h3>{title}</h3>
          {theme && <p>{theme}</p>}
          <ol class="plan-steps">
            {steps.map(step => (
              <PlanStep key={step.key} step={step} titles={titles} form={form} />
            ))}
          </ol>
        </section>
      ))}
      <p class="buttons">
        <button class="button quiet" type="submit" name="step" value="preview">
          {t('programme.preview-again')}
        </button>
        <button class="button" type="submit" name="step" value="make">
          {t('programme.make')}
        </button>
      </p>
    </section>
  )
}

function PlanStep({
  step,
  titles,
  form,
}: {
  step: PlannedStep
  titles: ReadonlyMap<string, string>
  form: FormState
}) {
  const { i18n } = useFrame()
  const { t } = i18n
  const [day, time] = [`day.${step.key}`, `time.${step.key}`]
  const error = form.errors[day] ?? form.errors[time]
  const shown = form.values[`shown.${step.key}`]?.[0] ?? `${step.opensOn}/${step.dueOn}`
  const opens = `opens.${step.key}`
  const begun = form.values[`begun.${step.key}`]?.[0]
  const asked = form.values[`asked.${step.key}`]?.[0]
  return (
    <li
      id={`field-${day}`}
      data-wrong={error ? true : undefined}
      data-moved={step.why.length > 0 ? true : undefined}
    >
      <div>
        <strong>{step.title}</strong>
        <small>
          {t(modeNames[step.mode])} · {minutesWords(i18n.locale, step.minutes)}
        </small>
        <small>
          {step.mode === 'own_work'
            ? t('programme.when.window', { from: i18n.day(step.opensOn), until: i18n.day(step.dueOn) })
            : weekdayIn(i18n, step.dueOn)}
        </small>
        {step.why.map(why => (
          <small key={whyWords(i18n, why, titles)} class="why">
            {whyWords(i18n, why, titles)}
          </small>
        ))}
        {error && <p class="error">{error}</p>}
      </div>
      <div class="correct">
        <input type="hidden" name={`shown.${step.key}`} value={shown} />
        {asked && <input type="hidden" name={`asked.${step.key}`} value={asked} />}
        {begun && <input type="hidden" name={`begun.${step.key}`} value={begun} />}
        {step.mode === 'own_work' && (
          <label>
            <span class="visually-hidden">{step.title} – </span>
            {t('programme.first-day')}
            <input type="date" name={opens} value={form.values[opens]?.[0] ?? step.opensOn} required />
          </label>
        )}
        <label>
          <span class="visually-hidden">{step.title} – </span>
          {step.mode === 'own_work' ? t('programme.last-day') : t('programme.day-of')}
          <input type="date" name={day} value={form.values[day]?.[0] ?? step.dueOn} required />
        </label>
        {step.mode !== 'own_work' && (
          <label>
            <span class="visually-hidden">{step.title} – </span>
            {t('programme.hour')}
            <input type="time" name={time} value={form.values[time]?.[0] ?? step.beginsAt ?? ''} />
          </label>
        )}
      </div>
    </li>
  )
}

/** What falls into which month, at a glance. */
function Months({ steps, titles }: { steps: PlannedStep[]; titles: ReadonlyMap<string, string> }) {
  const { i18n } = useFrame()
  const months = new Map<string, PlannedStep[]>()
  for (const step of [...steps].sort((a, b) => (a.dueOn < b.dueOn ? -1 : 1)))
    months.set(step.dueOn.slice(0, 7), [...(months.get(step.dueOn.slice(0, 7)) ?? []), step])
  const named = new Intl.DateTimeFormat(i18n.locale, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  return (
    <details class="months">
      <summary>{i18n.t('programme.months')}</summary>
      <dl>
        {[...months].map(([month, those]) => (
          <div key={month}>
            <dt>{named.format(new Date(`${month}-01`))}</dt>
            {those.map(({ id, key, title, dueOn, mode }) => (
              <dd key={key}>
                <b>{Number(dueOn.slice(8))}</b> {titles.get(id) ?? title}{' '}
                <small>{i18n.t(modeNames[mode])}</small>
              </dd>
            ))}
          </div>
        ))}
      </dl>
    </details>
  )
}
