import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { StepAddition } from '#modules/programmes/course/adding-step.ts'
import type { ModeChange } from '#modules/programmes/course/changing-mode.ts'
import {
  CourseFrame,
  type CourseProps,
  MoveList,
  ReasonField,
  Revision,
  stepTitles,
} from '#modules/programmes/course/views/course-frame.tsx'
import { modeNames, whenWords, whyWords } from '#modules/programmes/course/views/names.ts'
import type { Why } from '#modules/programmes/planning/plan.ts'
import { modes, type Step } from '#modules/programmes/programme.ts'
import { minutesWords } from '#modules/programmes/templates/views/names.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { Choices, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Where it comes, what it is, when; first seen, then added. */
export function StepAddingPage(props: CourseProps & { found: StepAddition | null }) {
  const { network, programme, capsules, announced, form, found } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  return (
    <CourseFrame
      network={network}
      programme={programme}
      title={t('programme.add-step')}
      text={t('programme.add-step.text')}
    >
      <Form
        action={href('programmeSteps', { locale, network: network.slug, programme: programme.id })}
        state={form}
        submit={found ? t('programme.foresee-again') : t('programme.foresee')}
      >
        <Revision form={form} programme={programme} />
        {found && (
          <section class="preview" id="preview">
            <h2>{found.step.title}</h2>
            <ul>
              <li>{found.capsule.title}</li>
              <Held step={found.step} why={found.step.why} titles={stepTitles(capsules)} />
              {found.step.mode !== 'own_work' && <li>{t('programme.mode.meeting.planned')}</li>}
            </ul>
            <h3>{t('programme.move.proposed')}</h3>
            <MoveList moves={found.moves} capsules={capsules} added={[found.step]} />
            <p class="buttons">
              <button class="button" type="submit" name="step" value="add">
                {t('programme.add-step')}
              </button>
            </p>
          </section>
        )}
        <TextField name="title" label={t('programme.step.title')} state={form} maxLength={200} required />
        <Select
          name="after"
          label={t('programme.add-step.after')}
          state={form}
          choices={capsules.flatMap(({ id, title, steps }) => [
            { value: id, label: t('programme.add-step.first', { capsule: title }) },
            ...steps.map(step => ({ value: step.id, label: `${title} – ${step.title}` })),
          ])}
          required
        />
        <When form={form} />
        <TextArea name="aim" label={t('programme.aim')} state={form} rows={3} maxLength={10_000} />
        <ReasonField form={form} announced={announced} />
      </Form>
    </CourseFrame>
  )
}

/** Together on screen, together in one place, or each by themselves: first what comes of it, then so it is. */
export function ModePage(props: CourseProps & { step: Step; found: ModeChange | null }) {
  const { network, programme, capsules, announced, form, step, found } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, programme: programme.id, step: step.id }
  return (
    <CourseFrame
      network={network}
      programme={programme}
      title={t('programme.change-mode')}
      text={t('programme.change-mode.text', {
        step: stepTitles(capsules).get(step.id) ?? step.title,
        mode: t(modeNames[step.mode]).toLocaleLowerCase(locale),
        when: whenWords(i18n, step),
      })}
    >
      <Form
        action={href('programmeStepMode', here)}
        state={form}
        submit={found ? t('programme.foresee-again') : t('programme.foresee')}
      >
        <Revision form={form} programme={programme} />
        {found && (
          <section class="preview" id="preview">
            <h2>{t('programme.change-mode.found')}</h2>
            <ul>
              <Held step={found.step} why={found.why} titles={stepTitles(capsules)} />
              <li>{meetingWords(i18n, found)}</li>
              {found.expectation && <li>{t(presenceNames[found.expectation])}</li>}
            </ul>
            <h3>{t('programme.move.proposed')}</h3>
            <MoveList moves={found.moves} capsules={capsules} />
            <p class="buttons">
              <button class="button" type="submit" name="step" value="change">
                {t('programme.change-mode.submit')}
              </button>
            </p>
          </section>
        )}
        <When form={form} />
        <ReasonField form={form} announced={announced} />
      </Form>
    </CourseFrame>
  )
}

/** How it is done and when: what concerns meetings alone, or own work alone, says so. */
function When({ form }: { form: FormState }) {
  const { t } = useFrame().i18n
  return (
    <>
      <Choices
        name="mode"
        label={t('programme.step.mode')}
        state={form}
        choices={modes.map(value => ({ value, label: t(modeNames[value]) }))}
      />
      <TextField
        name="day"
        type="date"
        label={t('programme.step.day')}
        hint={t('programme.step.day.hint')}
        state={form}
        required
      />
      <TextField
        name="time"
        type="time"
        label={t('programme.step.time')}
        hint={t('programme.step.time.hint')}
        state={form}
      />
      <TextField
        name="opens"
        type="date"
        label={t('programme.step.opens')}
        hint={t('programme.step.opens.hint')}
        state={form}
      />
      <TextField
        name="minutes"
        type="number"
        inputmode="numeric"
        min={5}
        max={6000}
        label={t('programme.step.minutes')}
        state={form}
        required
      />
    </>
  )
}

function Held({
  step,
  why,
  titles,
}: {
  step: Pick<Step, 'mode' | 'opensOn' | 'dueOn' | 'beginsAt' | 'minutes'>
  why: readonly Why[]
  titles: ReadonlyMap<string, string>
}) {
  const { i18n } = useFrame()
  return (
    <>
      <li>
        {whenWords(i18n, step)} · {i18n.t(modeNames[step.mode])} · {minutesWords(i18n.locale, step.minutes)}
      </li>
      {why.map(one => (
        <li key={whyWords(i18n, one, titles)} class="why">
          {whyWords(i18n, one, titles)}
        </li>
      ))}
    </>
  )
}

function meetingWords({ t }: I18n, { meeting, registered }: ModeChange): string {
  if (meeting === 'planned') return t('programme.mode.meeting.planned')
  return t(
    meeting === 'called-off' ? 'programme.mode.meeting.called-off' : 'programme.mode.meeting.changed',
    {
      count: registered,
    },
  )
}

const presenceNames = {
  added: 'programme.mode.presence.added',
  removed: 'programme.mode.presence.removed',
} as const
