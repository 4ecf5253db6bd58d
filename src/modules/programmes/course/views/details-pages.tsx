import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import {
  CourseFrame,
  type CourseProps,
  Revision,
  stepTitles,
} from '#modules/programmes/course/views/course-frame.tsx'
import type { Capsule, Step } from '#modules/programmes/programme.ts'
import { ActionButton, Checkbox, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export function DetailsPage({ network, programme, form }: CourseProps) {
  const { t, locale } = useFrame().i18n
  return (
    <CourseFrame network={network} programme={programme} title={t('programme.details')}>
      <Form
        action={href('programmeDetails', { locale, network: network.slug, programme: programme.id })}
        state={form}
        submit={t('programme.save')}
      >
        <Revision form={form} programme={programme} />
        <TextField name="name" label={t('programme.name')} state={form} maxLength={200} required />
        <TextArea name="about" label={t('programme.about')} state={form} rows={8} maxLength={10_000} />
      </Form>
    </CourseFrame>
  )
}

export function CapsulePage({ network, programme, form, capsule }: CourseProps & { capsule: Capsule }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programme.id, capsule: capsule.id }
  return (
    <CourseFrame network={network} programme={programme} title={capsule.title}>
      <Form action={href('programmeCapsule', here)} state={form} submit={t('programme.save')}>
        <Revision form={form} programme={programme} />
        <TextField name="title" label={t('programme.capsule.title')} state={form} maxLength={200} required />
        <TextField name="theme" label={t('programme.capsule.theme')} state={form} maxLength={300} />
        <TextArea name="aim" label={t('programme.aim')} state={form} rows={6} maxLength={10_000} />
      </Form>
    </CourseFrame>
  )
}

/** Of a step: what it says, who is there for it, and what it expects. */
export function StepDetailsPage(
  props: CourseProps & {
    step: Step
    people: { personId: string; name: string }[]
    kinds: string[]
    expecting: FormState
  },
) {
  const { network, programme, form, step, people, kinds, expecting } = props
  const { t, locale, maybe } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programme.id, step: step.id }
  const nameOf = (kind: string) => maybe(`expectation.kind.${kind}`, kind)
  return (
    <CourseFrame network={network} programme={programme} title={step.title}>
      <Form action={href('programmeStepDetails', here)} state={form} submit={t('programme.save')}>
        <Revision form={form} programme={programme} />
        <TextField name="title" label={t('programme.step.title')} state={form} maxLength={200} required />
        <TextArea name="aim" label={t('programme.aim')} state={form} rows={6} maxLength={10_000} />
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
        <Select
          name="tutor"
          label={t('programme.tutor')}
          state={form}
          choices={[
            { value: '', label: t('programme.tutor.none') },
            ...people.map(({ personId, name }) => ({ value: personId, label: name })),
          ]}
        />
      </Form>
      <section id="expectations">
        <h2>{t('programme.expects')}</h2>
        {expecting.errors[''] && (
          <p class="error" role="alert">
            {expecting.errors['']}
          </p>
        )}
        <ul class="choice-list">
          {step.expectations.map(({ id, kind, title, optional }) => (
            <li key={id}>
              <span>
                {title}{' '}
                <small>
                  {[nameOf(kind), optional && t('programme.optional')].filter(Boolean).join(' · ')}
                </small>
              </span>
              <ActionButton
                action={href('programmeExpectationRemoval', { ...here, expectation: id })}
                label={t('programme.expects.remove')}
                fields={{ revision: String(programme.revision) }}
              />
            </li>
          ))}
        </ul>
        <details open={Object.keys(expecting.values).length > 0}>
          <summary>{t('programme.expects.add')}</summary>
          <Form
            action={href('programmeExpectations', here)}
            state={expecting}
            submit={t('programme.expects.add')}
          >
            <input type="hidden" name="revision" value={String(programme.revision)} />
            <Select
              name="kind"
              label={t('programme.expects.kind')}
              state={expecting}
              choices={kinds.map(kind => ({ value: kind, label: nameOf(kind) }))}
              required
            />
            <TextField
              name="title"
              label={t('programme.expects.title')}
              state={expecting}
              maxLength={300}
              required
            />
            <TextArea
              name="details"
              label={t('programme.expects.details')}
              hint={t('programme.expects.details.hint')}
              state={expecting}
              rows={3}
              maxLength={5_000}
            />
            <Checkbox name="optional" label={t('programme.expects.optional')} state={expecting} />
          </Form>
        </details>
      </section>
    </CourseFrame>
  )
}

/** Steps whose tutor is gone, given to somebody else in one act. */
export function TutorsPage({
  network,
  programme,
  capsules,
  form,
  steps,
  tasks,
  people,
}: CourseProps & { steps: Step[]; tasks: number; people: { personId: string; name: string }[] }) {
  const { t, locale } = useFrame().i18n
  const titles = stepTitles(capsules)
  return (
    <CourseFrame
      network={network}
      programme={programme}
      title={t('programme.tutors')}
      text={steps.length > 0 ? t('programme.tutors.text') : undefined}
    >
      {steps.length + tasks === 0 ? (
        <p>{t('programme.tutors.none')}</p>
      ) : (
        <Form
          action={href('programmeTutors', { locale, network: network.slug, programme: programme.id })}
          state={form}
          submit={
            steps.length > 0
              ? t('programme.tutors.submit', { count: steps.length })
              : t('programme.tutors.submit-tasks', { count: tasks })
          }
        >
          <Revision form={form} programme={programme} />
          <ul>
            {steps.map(({ id, tutor }) => (
              <li key={id}>
                {titles.get(id)} {tutor && <small>{t('programme.tutors.was', { name: tutor.name })}</small>}
              </li>
            ))}
          </ul>
          {tasks > 0 && <p>{t('programme.tutors.tasks', { count: tasks })}</p>}
          <Select
            name="tutor"
            label={t('programme.tutors.to')}
            state={form}
            choices={people.map(({ personId, name }) => ({ value: personId, label: name }))}
            required
          />
        </Form>
      )}
    </CourseFrame>
  )
}
