import { href } from '#http/routes.ts'
import type { CapsuleAddition } from '#modules/programmes/course/adding-capsule.ts'
import {
  CourseFrame,
  type CourseProps,
  MoveList,
  ReasonField,
  Revision,
  stepTitles,
} from '#modules/programmes/course/views/course-frame.tsx'
import { modeNames, whenWords, whyWords } from '#modules/programmes/course/views/names.ts'
import type { ProposedMove } from '#modules/programmes/planning/plan.ts'
import type { Shortening } from '#modules/programmes/planning/shortening.ts'
import { modes, stepName, stepsOf } from '#modules/programmes/programme.ts'
import { Choices, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What is left out is ticked, step by step or whole capsules; or a last day is said. */
export function ShorteningPage(props: CourseProps & { today: string; found: Shortening | null }) {
  const { network, programme, capsules, announced, form, today, found } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const ticked = form.values.left ?? []
  const dropped = new Set(found?.dropped)
  const error = form.errors.left
  return (
    <CourseFrame
      network={network}
      programme={programme}
      title={t('programme.shorten')}
      text={t('programme.shorten.text')}
    >
      <Form
        action={href('programmeShortening', { locale, network: network.slug, programme: programme.id })}
        state={form}
        submit={found ? t('programme.foresee-again') : t('programme.foresee')}
      >
        <Revision form={form} programme={programme} />
        {found && (
          <section class="preview" id="preview">
            <h2>{t('programme.shorten.found', { count: found.dropped.length })}</h2>
            <ul>
              {stepsOf(capsules)
                .filter(({ id }) => dropped.has(id))
                .map(step => (
                  <li key={step.id}>
                    {stepName(capsules, step)} <small>{whenWords(i18n, step)}</small>
                  </li>
                ))}
            </ul>
            <p>
              {found.endsOn && t('programme.shorten.ends', { day: i18n.day(found.endsOn) })}{' '}
              {announced && t('programme.shorten.told')}
            </p>
            <p class="buttons">
              <button class="button" type="submit" name="step" value="shorten">
                {t('programme.shorten.submit')}
              </button>
            </p>
          </section>
        )}
        <fieldset class="field" id="field-left" data-wrong={error ? true : undefined}>
          <legend>{t('programme.shorten.left')}</legend>
          {error && <p class="error">{error}</p>}
          {capsules
            .filter(({ steps }) => steps.some(({ dueOn }) => dueOn >= today))
            .map(capsule => (
              <div key={capsule.id} class="nested-choices">
                <label class="choice">
                  <input
                    type="checkbox"
                    name="left"
                    value={capsule.id}
                    checked={ticked.includes(capsule.id)}
                  />
                  <span>
                    <b>{capsule.title}</b>
                    <small>{t('programme.shorten.whole')}</small>
                  </span>
                </label>
                {capsule.steps
                  .filter(({ dueOn }) => dueOn >= today)
                  .map(step => (
                    <label key={step.id} class="choice">
                      <input type="checkbox" name="left" value={step.id} checked={ticked.includes(step.id)} />
                      <span>
                        {step.title}
                        <small>{whenWords(i18n, step)}</small>
                      </span>
                    </label>
                  ))}
              </div>
            ))}
        </fieldset>
        <TextField
          name="endsOn"
          type="date"
          label={t('programme.shorten.ends-on')}
          hint={t('programme.shorten.ends-on.hint')}
          state={form}
        />
        <ReasonField form={form} announced={announced} />
      </Form>
    </CourseFrame>
  )
}

/** Each capsule with the place that it is to have. */
export function OrderPage(props: CourseProps & { moves: ProposedMove[] | null }) {
  const { network, programme, capsules, announced, form, moves } = props
  const { t, locale } = useFrame().i18n
  const error = form.errors.capsule ?? form.errors.place
  const ids = form.values.capsule ?? []
  return (
    <CourseFrame
      network={network}
      programme={programme}
      title={t('programme.reorder')}
      text={t('programme.reorder.text')}
    >
      <Form
        action={href('programmeOrder', { locale, network: network.slug, programme: programme.id })}
        state={form}
        submit={moves ? t('programme.foresee-again') : t('programme.foresee')}
      >
        <Revision form={form} programme={programme} />
        {moves && (
          <section class="preview" id="preview">
            <h2>{t('programme.move.proposed')}</h2>
            <MoveList moves={moves} capsules={capsules} />
            <p class="buttons">
              <button class="button" type="submit" name="step" value="reorder">
                {t('programme.reorder.submit')}
              </button>
            </p>
          </section>
        )}
        <fieldset class="field" id="field-capsule" data-wrong={error ? true : undefined}>
          <legend>{t('programme.reorder.places')}</legend>
          {error && <p class="error">{error}</p>}
          <ol class="places">
            {capsules.map(({ id, title }, index) => (
              <li key={id}>
                <label>
                  <input
                    type="number"
                    name="place"
                    min={1}
                    max={999}
                    required
                    value={form.values.place?.[ids.indexOf(id)] ?? String(index + 1)}
                  />
                  <span>{title}</span>
                </label>
                <input type="hidden" name="capsule" value={id} />
              </li>
            ))}
          </ol>
        </fieldset>
        <ReasonField form={form} announced={announced} />
      </Form>
    </CourseFrame>
  )
}

export function CapsuleAddingPage(
  props: CourseProps & { sources: { key: string; title: string }[]; found: CapsuleAddition | null },
) {
  const { network, programme, capsules, announced, form, sources, found } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const titles = new Map([
    ...stepTitles(capsules),
    ...(found?.capsule.steps ?? []).map(({ id, title }) => [id, title] as const),
  ])
  return (
    <CourseFrame
      network={network}
      programme={programme}
      title={t('programme.add-capsule')}
      text={t('programme.add-capsule.text')}
    >
      <Form
        action={href('programmeCapsules', { locale, network: network.slug, programme: programme.id })}
        state={form}
        submit={found ? t('programme.foresee-again') : t('programme.foresee')}
      >
        <Revision form={form} programme={programme} />
        {found && (
          <section class="preview" id="preview">
            <h2>{found.capsule.title}</h2>
            <ul>
              {found.capsule.steps.map(step => (
                <li key={step.key}>
                  {step.title}{' '}
                  <small>
                    {whenWords(i18n, step)} · {t(modeNames[step.mode])}
                  </small>
                  {step.why.map(why => (
                    <small key={whyWords(i18n, why, titles)} class="why">
                      {' '}
                      {whyWords(i18n, why, titles)}
                    </small>
                  ))}
                </li>
              ))}
            </ul>
            <h3>{t('programme.move.proposed')}</h3>
            <MoveList moves={found.moves} capsules={capsules} added={found.capsule.steps} />
            <p class="buttons">
              <button class="button" type="submit" name="step" value="add">
                {t('programme.add-capsule')}
              </button>
            </p>
          </section>
        )}
        <Select
          name="source"
          label={t('programme.add-capsule.source')}
          state={form}
          choices={[
            ...sources.map(({ key, title }) => ({ value: key, label: title })),
            { value: '', label: t('programme.add-capsule.plain') },
          ]}
        />
        <TextField
          name="title"
          label={t('programme.capsule.title')}
          hint={t('programme.add-capsule.title.hint')}
          state={form}
          maxLength={200}
        />
        <TextField name="theme" label={t('programme.capsule.theme')} state={form} maxLength={300} />
        <TextArea name="aim" label={t('programme.aim')} state={form} rows={3} maxLength={10_000} />
        <Choices
          name="mode"
          label={t('programme.add-capsule.mode')}
          state={form}
          choices={modes.map(value => ({ value, label: t(modeNames[value]) }))}
        />
        <Select
          name="after"
          label={t('programme.add-capsule.after')}
          state={form}
          choices={capsules.map(({ id, title }) => ({ value: id, label: title }))}
          required
        />
        <TextField name="startsOn" type="date" label={t('programme.starts-on')} state={form} required />
        <ReasonField form={form} announced={announced} />
      </Form>
    </CourseFrame>
  )
}
