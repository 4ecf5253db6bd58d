import { emptyForm, type FormState, formOf } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { Programme } from '#modules/programmes/programme.ts'
import type { CatchUp, CatchUpStep, MissedMeeting } from '#modules/programmes/progress/catch-up.ts'
import { stateNames } from '#modules/programmes/progress/views/names.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { ActionButton, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface CatchUpPageProps {
  network: Network
  programme: Programme
  catchUp: CatchUp
  mayRun: boolean
  /** What was sent, with what is wrong with it: of an arrangement or of a proposal. */
  form: FormState | null
}

/** What an organisation that came late, or missed something, does in which order. */
export function CatchUpPage(props: CatchUpPageProps) {
  const { network, programme, catchUp, mayRun } = props
  const { i18n } = useFrame()
  const { t, day, locale } = i18n
  const here = { locale, network: network.slug, programme: programme.id }
  const { organisation, path, waived, own, minutes } = catchUp
  const late = organisation.since > programme.startsOn
  return (
    <NetworkLayout of={network} title={`${t('catch-up.name')} – ${organisation.name}`} noIndex>
      <article class="progress-page catch-up">
        <p class="crumbs">
          <a href={href('programme', here)}>{programme.name}</a>
          {' › '}
          <a href={href('programmeProgress', here)}>{t('progress.name')}</a>
        </p>
        <h1>{t('catch-up.of', { organisation: organisation.name })}</h1>
        {path.length === 0 ? (
          <p class="lede">{t(own ? 'catch-up.nothing' : 'catch-up.nothing-theirs')}</p>
        ) : (
          <p class="lede">
            {late && `${t('catch-up.since', { day: day(organisation.since) })} `}
            {t('catch-up.lede', { count: path.length, time: timeWords(i18n, minutes) })}
          </p>
        )}
        {path.length > 0 && <p>{t('catch-up.order')}</p>}
        <ol class="catch-up-path">
          {path.map(step => (
            <li key={step.step.id}>
              <PathStep {...props} one={step} />
            </li>
          ))}
        </ol>
        {path.length > 0 && own && !mayRun && programme.state !== 'ended' && <Proposing {...props} />}
        {path.length > 0 && mayRun && programme.state !== 'ended' && <Arranging {...props} />}
        {waived.length > 0 && (
          <section>
            <h2>{t('catch-up.waived')}</h2>
            <ul>
              {waived.map(({ step, reason }) => (
                <li key={step.id}>
                  {step.title}
                  {reason && <small> {reason}</small>}
                  {mayRun && <EndArrangement {...props} stepId={step.id} />}
                </li>
              ))}
            </ul>
          </section>
        )}
      </article>
    </NetworkLayout>
  )
}

function PathStep({ one, ...props }: CatchUpPageProps & { one: CatchUpStep }) {
  const { network, programme, catchUp, mayRun } = props
  const { i18n } = useFrame()
  const { t, day, maybe, locale } = i18n
  const here = { locale, network: network.slug, programme: programme.id, step: one.step.id }
  const { step, progress, lacking, proposal } = one
  const stepPage = href('programmeStep', here)
  return (
    <>
      <h2>
        <a href={stepPage}>{step.title}</a>
      </h2>
      <p class="kicker" data-state={progress.state}>
        {[
          one.capsule,
          t(stateNames[progress.state]),
          progress.arrangement?.kind === 'later' ? t('rope.until', { day: day(progress.dueOn) }) : '',
          step.minutes > 0 ? timeWords(i18n, step.minutes) : '',
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {progress.arrangement?.reason && <p>{progress.arrangement.reason}</p>}
      <ol>
        {lacking.map(expectation => (
          <li key={expectation.id}>
            {expectation.attendance ? (
              <Missed meeting={one.meeting} title={expectation.title} here={here} />
            ) : (
              <>
                <a href={expectation.address ?? stepPage}>{expectation.title}</a>{' '}
                <small>{maybe(`expectation.kind.${expectation.kind}`, expectation.kind)}</small>
              </>
            )}
          </li>
        ))}
      </ol>
      {step.tutor && (
        <p>
          {t('catch-up.tutor')}{' '}
          <a href={href('person', { ...here, person: step.tutor.id })}>{step.tutor.name}</a>
        </p>
      )}
      {proposal && (
        <div class="proposal">
          {t('catch-up.proposed', { day: day(proposal.dueOn) })}
          {proposal.reason && ` ${proposal.reason}`}{' '}
          {mayRun && (
            <ActionButton
              action={href('programmeArrangements', here)}
              label={t('catch-up.agree')}
              fields={{
                ...{ step: step.id, organisation: catchUp.organisation.id, kind: 'later' },
                ...{ due: proposal.dueOn, reason: proposal.reason },
              }}
            />
          )}
          <ActionButton
            action={href('programmeProposalRemoval', here)}
            label={catchUp.own ? t('catch-up.withdraw') : t('catch-up.decline')}
            fields={{ step: step.id, organisation: catchUp.organisation.id }}
          />
        </div>
      )}
      {mayRun && progress.arrangement && <EndArrangement {...props} stepId={step.id} />}
    </>
  )
}

function Missed({
  meeting,
  title,
  here,
}: {
  meeting: MissedMeeting | null
  title: string
  here: Parameters<typeof href<'network'>>[1]
}) {
  const { t, day } = useFrame().i18n
  if (!meeting) return t('catch-up.missed-meeting', { title })
  const of = { ...here, meeting: meeting.id }
  return (
    <>
      {t('catch-up.missed-meeting-of', { day: day(meeting.startsAt, meeting.timeZone) })}{' '}
      <a href={href('meeting', of)}>{meeting.title}</a>.{' '}
      {meeting.minutesPublished ? (
        <a href={href('meetingMinutes', of)}>{t('catch-up.read-minutes')}</a>
      ) : (
        <small>{t('catch-up.no-minutes')}</small>
      )}
    </>
  )
}

/** Of less than an hour in minutes. */
function timeWords({ t }: I18n, minutes: number): string {
  if (minutes < 60) return t('fulfilment.minutes-spent', { minutes })
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return rest === 0
    ? t('catch-up.hours', { hours })
    : t('attendance.duration', { hours: String(hours), minutes: String(rest).padStart(2, '0') })
}

function EndArrangement({ network, programme, catchUp, stepId }: CatchUpPageProps & { stepId: string }) {
  const { t, locale } = useFrame().i18n
  return (
    <ActionButton
      action={href('programmeArrangementRemoval', {
        ...{ locale, network: network.slug, programme: programme.id },
      })}
      label={t('catch-up.end-arrangement')}
      fields={{ step: stepId, organisation: catchUp.organisation.id }}
    />
  )
}

function steps(path: readonly CatchUpStep[]) {
  return path.map(({ step, capsule }) => ({ value: step.id, label: `${capsule} – ${step.title}` }))
}

function Proposing({ network, programme, catchUp, form }: CatchUpPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programme.id }
  const state = form ?? emptyForm
  return (
    <details open={form !== null}>
      <summary class="button quiet">{t('catch-up.propose')}</summary>
      <Form
        action={href('programmeProposals', here)}
        state={state}
        submit={t('catch-up.propose.submit')}
        id="propose"
      >
        <input type="hidden" name="organisation" value={catchUp.organisation.id} />
        <Select name="step" label={t('catch-up.step')} state={state} required choices={steps(catchUp.path)} />
        <TextField name="due" type="date" label={t('catch-up.until')} state={state} required />
        <TextArea name="reason" label={t('catch-up.reason')} rows={2} maxLength={1000} state={state} />
      </Form>
    </details>
  )
}

function Arranging({ network, programme, catchUp, form }: CatchUpPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, programme: programme.id }
  const state = form ?? formOf({ kind: 'later' })
  return (
    <details open={form !== null}>
      <summary class="button quiet">{t('catch-up.arrange')}</summary>
      <Form action={href('programmeArrangements', here)} state={state} submit={t('catch-up.arrange.submit')}>
        <input type="hidden" name="organisation" value={catchUp.organisation.id} />
        <Select name="step" label={t('catch-up.step')} state={state} required choices={steps(catchUp.path)} />
        <Select
          name="kind"
          label={t('catch-up.kind')}
          state={state}
          required
          choices={[
            { value: 'later', label: t('catch-up.kind.later') },
            { value: 'waived', label: t('catch-up.kind.waived') },
          ]}
        />
        <TextField
          name="due"
          type="date"
          label={t('catch-up.until')}
          hint={t('catch-up.until.hint')}
          state={state}
        />
        <TextArea
          name="reason"
          label={t('catch-up.reason')}
          hint={t('catch-up.reason.hint')}
          rows={2}
          maxLength={1000}
          state={state}
        />
      </Form>
    </details>
  )
}
