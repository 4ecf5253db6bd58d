import { href } from '#http/routes.ts'
import type { Touched } from '#modules/programmes/course/touched.ts'
import type { Change } from '#modules/programmes/course/undoing.ts'
import {
  CourseFrame,
  type CourseProps,
  MoveList,
  ReasonField,
  Revision,
} from '#modules/programmes/course/views/course-frame.tsx'
import { changeNames, touchedNames, weekdayIn } from '#modules/programmes/course/views/names.ts'
import type { ProposedMove } from '#modules/programmes/planning/plan.ts'
import type { Step } from '#modules/programmes/programme.ts'
import { Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** @param props.ahead the meetings that stand in calendars meanwhile */
export function PausePage({
  network,
  programme,
  announced,
  form,
  ahead,
}: CourseProps & { ahead: { capsule: string; step: Step }[] }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, programme: programme.id }
  return (
    <CourseFrame
      network={network}
      programme={programme}
      title={t('programme.pause')}
      text={t('programme.pause.text')}
    >
      {ahead.length > 0 && (
        <section>
          <p>{t('programme.pause.meetings')}</p>
          <ul class="plain-list">
            {ahead.map(({ capsule, step }) => (
              <li key={step.id}>
                <a href={href('meeting', { ...here, meeting: step.meetingId ?? '' })}>
                  {capsule} – {step.title}
                </a>
                <small>{weekdayIn(i18n, step.dueOn)}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Form action={href('programmePause', here)} state={form} submit={t('programme.pause')}>
        <Revision form={form} programme={programme} />
        <ReasonField form={form} announced={announced} />
      </Form>
    </CourseFrame>
  )
}

export function ResumptionPage(props: CourseProps & { moves: ProposedMove[] | null }) {
  const { network, programme, capsules, announced, form, moves } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programme.id }
  return (
    <CourseFrame
      network={network}
      programme={programme}
      title={t('programme.resume')}
      text={t('programme.resume.text')}
    >
      <Form
        action={href('programmeResumption', here)}
        state={form}
        submit={moves ? t('programme.foresee-again') : t('programme.foresee')}
      >
        <Revision form={form} programme={programme} />
        {moves && (
          <section class="preview" id="preview">
            <h2>{t('programme.move.proposed')}</h2>
            <MoveList moves={moves} capsules={capsules} />
            <p class="buttons">
              <button class="button" type="submit" name="step" value="resume">
                {t('programme.resume')}
              </button>
            </p>
          </section>
        )}
        <TextField name="resumesOn" type="date" label={t('programme.resumes-on')} state={form} required />
        <ReasonField form={form} announced={announced} />
      </Form>
    </CourseFrame>
  )
}

export function EndPage({ network, programme, announced, form }: CourseProps) {
  const { t, locale } = useFrame().i18n
  return (
    <CourseFrame
      network={network}
      programme={programme}
      title={t('programme.end')}
      text={t('programme.end.text')}
    >
      <Form
        action={href('programmeEnd', { locale, network: network.slug, programme: programme.id })}
        state={form}
        submit={t('programme.end')}
        danger
      >
        <Revision form={form} programme={programme} />
        {announced && <p>{t('programme.change.told')}</p>}
      </Form>
    </CourseFrame>
  )
}

/** What was changed, by whom; the latest can be undone, and so can the making as long as nobody did anything. */
export function UndoingPage(
  props: CourseProps & {
    changes: Change[]
    next: Change | null
    touched: Touched[]
    told: number
    timeZone: string
  },
) {
  const { network, programme, announced, form, changes, next, touched, told, timeZone } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const address = href('programmeUndoing', { locale, network: network.slug, programme: programme.id })
  return (
    <CourseFrame
      network={network}
      programme={programme}
      title={t('programme.undo')}
      text={t('programme.undo.text')}
    >
      <section>
        <h2>{t('programme.undo.latest')}</h2>
        {next ? (
          <Form action={address} state={form} submit={t('programme.undo.latest.submit')}>
            <Revision form={form} programme={programme} />
            <input type="hidden" name="what" value="change" />
            <p>
              <strong>{t(changeNames[next.kind])}</strong> · {i18n.moment(next.madeAt, timeZone)}
              {next.madeBy && ` · ${next.madeBy}`}
              {next.reason && ` · ${next.reason}`}
            </p>
            {announced && <p>{t('programme.change.told')}</p>}
          </Form>
        ) : (
          <p>{t('programme.undo.nothing')}</p>
        )}
      </section>
      <section>
        <h2>{t('programme.undo.making')}</h2>
        {touched.length > 0 ? (
          <>
            <p>{t('programme.undo.touched')}</p>
            <ul>
              {[...new Set(touched.map(({ title }) => title))].map(title => (
                <li key={title}>
                  {title} –{' '}
                  {i18n.list(
                    touched
                      .filter(one => one.title === title)
                      .map(({ what, count }) => t(touchedNames[what], { count })),
                  )}
                </li>
              ))}
            </ul>
          </>
        ) : (
          <Form
            action={address}
            state={next ? undefined : form}
            submit={t('programme.undo.making.submit')}
            danger
          >
            <input type="hidden" name="revision" value={String(programme.revision)} />
            <input type="hidden" name="what" value="making" />
            <p>{t('programme.undo.making.text')}</p>
            {told > 0 && <p>{t('programme.undo.making.told', { count: told })}</p>}
          </Form>
        )}
      </section>
      <section>
        <h2>{t('programme.history')}</h2>
        <ol class="plain-list" reversed>
          {changes.map(change => (
            <li key={change.revision}>
              {t(changeNames[change.kind])}
              <small>
                {i18n.moment(change.madeAt, timeZone)}
                {change.madeBy && ` · ${change.madeBy}`}
                {change.reason && ` · ${change.reason}`}
                {change.undoneAt && ` · ${t('programme.undone-since')}`}
              </small>
            </li>
          ))}
        </ol>
      </section>
    </CourseFrame>
  )
}
