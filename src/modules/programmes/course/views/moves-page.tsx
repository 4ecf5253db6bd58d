import { href } from '#http/routes.ts'
import type { ProposedMoves } from '#modules/programmes/course/moving.ts'
import {
  CourseFrame,
  type CourseProps,
  MoveWords,
  ReasonField,
  Revision,
  stepChoices,
  stepTitles,
} from '#modules/programmes/course/views/course-frame.tsx'
import { stepsOf } from '#modules/programmes/programme.ts'
import { Form, Select, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** First what is to move, then all that moves along, each with a box. */
export function MovesPage(props: CourseProps & { today: string; proposed: ProposedMoves | null }) {
  const { network, programme, capsules, form, today, proposed } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programme.id }
  const ahead = capsules.filter(({ steps }) => steps.some(({ dueOn }) => dueOn >= today))
  return (
    <CourseFrame
      network={network}
      programme={programme}
      title={t('programme.move')}
      text={t('programme.move.text')}
    >
      {proposed && <Proposed {...props} proposed={proposed} />}
      {!proposed && Object.keys(form.errors).length > 0 && (
        <div class="problems" role="alert" tabIndex={-1}>
          <ul>
            {Object.entries(form.errors).map(([name, message]) => (
              <li key={name}>
                <a href={`#field-${name}`}>{message}</a>
              </li>
            ))}
          </ul>
        </div>
      )}
      <form class="form" method="get" action={href('programmeMoves', here)}>
        <h2>{t('programme.move.step')}</h2>
        <Select
          name="step"
          label={t('programme.step')}
          state={form}
          choices={stepChoices(capsules, today)}
          required
        />
        <div class="date-pair">
          <TextField name="day" type="date" label={t('programme.move.day')} state={form} required />
          <TextField name="time" type="time" label={t('programme.hour')} state={form} />
        </div>
        <p class="buttons">
          <button type="submit" class={proposed ? 'button quiet' : 'button'}>
            {t('programme.foresee')}
          </button>
        </p>
      </form>
      <form class="form" method="get" action={href('programmeMoves', here)}>
        <h2>{t('programme.move.capsule')}</h2>
        <Select
          name="capsule"
          label={t('programme.capsule')}
          state={form}
          choices={ahead.map(({ id, title }) => ({ value: id, label: title }))}
          required
        />
        <TextField
          name="weeks"
          type="number"
          inputmode="numeric"
          min={-52}
          max={52}
          label={t('programme.move.weeks')}
          hint={t('programme.move.weeks.hint')}
          state={form}
          required
        />
        <p class="buttons">
          <button type="submit" class="button quiet">
            {t('programme.foresee')}
          </button>
        </p>
      </form>
    </CourseFrame>
  )
}

function Proposed({
  network,
  programme,
  capsules,
  announced,
  form,
  proposed,
}: CourseProps & { today: string; proposed: ProposedMoves }) {
  const { t, locale } = useFrame().i18n
  const steps = new Map(stepsOf(capsules).map(step => [step.id, step]))
  const titles = stepTitles(capsules)
  if (proposed.moves.length === 0) return <p class="notice">{t('programme.nothing-moves')}</p>
  const meetings = proposed.moves.filter(({ stepId }) => steps.get(stepId)?.meetingId).length
  return (
    <section class="preview" id="preview">
      <h2>{t('programme.move.proposed')}</h2>
      <Form
        action={href('programmeMoves', { locale, network: network.slug, programme: programme.id })}
        state={form}
        submit={t('programme.move.submit')}
      >
        <Revision form={form} programme={programme} />
        <ul class="move-list" id="field-move">
          {proposed.moves.map(move => (
            <li key={move.stepId} id={`field-day.${move.stepId}`}>
              <label class="choice">
                <input type="checkbox" name="move" value={move.stepId} checked />
                <span>
                  {titles.get(move.stepId)}
                  <MoveWords move={move} titles={titles} />
                  {!move.asked && <small>{t('programme.move.follows')}</small>}
                </span>
              </label>
              <input type="hidden" name={`opens.${move.stepId}`} value={move.opensOn} />
              <input type="hidden" name={`day.${move.stepId}`} value={move.dueOn} />
              <input
                type="hidden"
                name={`time.${move.stepId}`}
                value={move.asked ? (proposed.beginsAt ?? '') : ''}
              />
            </li>
          ))}
        </ul>
        {announced && meetings > 0 && <p>{t('programme.move.told', { count: meetings })}</p>}
        <ReasonField form={form} announced={announced} />
      </Form>
    </section>
  )
}
