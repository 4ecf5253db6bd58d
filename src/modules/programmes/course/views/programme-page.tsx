import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { Differing } from '#modules/programmes/course/differing.ts'
import { modeNames, stateNames, weekdayIn, whenWords } from '#modules/programmes/course/views/names.ts'
import { StepPath } from '#modules/programmes/course/views/step-path.tsx'
import type { OpenedProgramme } from '#modules/programmes/opening.ts'
import { type Capsule, currentStep, type Step, stepName, stepsOf } from '#modules/programmes/programme.ts'
import type { RopeSection } from '#modules/programmes/progress/rope-section.ts'
import { Rope } from '#modules/programmes/progress/views/rope.tsx'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What an organisation of the reader's has still to do in steps that are open, or over. */
export interface Awaited {
  organisation: string
  step: Step
  late: boolean
  titles: string[]
}

export interface ProgrammePageProps {
  network: Network
  opened: OpenedProgramme
  capsules: Capsule[]
  today: string
  rope: RopeSection | null
  awaited: Awaited[]
  /** Organisations of the group for which the reader acts. */
  own: { id: string; name: string }[]
  /** For those who run it. */
  care: { differing: Differing[]; drafts: number; withoutTutor: number; tasksWithoutOwner: number } | null
  quotes: ComponentChildren
}

export function ProgrammePage(props: ProgrammePageProps) {
  const { network, opened, capsules, today, rope } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { programme, group } = opened
  const here = { locale, network: network.slug, programme: programme.id }
  const next = currentStep(capsules, today)
  return (
    <NetworkLayout of={network} title={programme.name} noIndex>
      <article class="programme">
        <header>
          <p class="crumbs">
            <a href={href('programmes', here)}>{t('programmes.name')}</a>
            {' › '}
            <a href={href('group', { ...here, group: group.slug })}>{group.name}</a>
          </p>
          <h1>{programme.name}</h1>
          <p class="lede">
            {t('programme.span', { from: i18n.day(programme.startsOn), until: i18n.day(programme.endsOn) })}
            {programme.state !== 'running' && ` · ${t(stateNames[programme.state])}`}
          </p>
        </header>
        <RunnersPages {...props} />
        {programme.pausedOn && (
          <p class="notice">{t('programme.paused-since', { day: i18n.day(programme.pausedOn) })}</p>
        )}
        {programme.state === 'ended' && <p class="notice">{t('programme.ended')}</p>}
        <Care {...props} />
        {next && programme.state === 'running' && <NextStep {...next} here={here} today={today} />}
        {stepsOf(capsules).length > 0 && !next && programme.state === 'running' && (
          <p class="notice">{t('programme.all-over')}</p>
        )}
        <AwaitedSteps awaited={props.awaited} capsules={capsules} here={here} />
        {rope && (
          <section>
            <h2>{t('programme.where')}</h2>
            <Rope network={network} section={rope} />
          </section>
        )}
        {programme.about && (
          <section>
            <h2>{t('programme.about')}</h2>
            <div class="prose" dangerouslySetInnerHTML={{ __html: renderMarkdown(programme.about) }} />
          </section>
        )}
        <StepPath {...props} />
        {props.quotes}
        <Pages {...props} />
      </article>
    </NetworkLayout>
  )
}

type Here = { locale: Parameters<typeof href<'programme'>>[1]['locale']; network: string; programme: string }

function NextStep({
  step,
  capsule,
  here,
  today,
}: {
  step: Step
  capsule: Capsule
  here: Here
  today: string
}) {
  const { i18n } = useFrame()
  const { t } = i18n
  const open = step.opensOn <= today
  return (
    <section class="next-step" aria-labelledby="next-step-title">
      <h2 id="next-step-title">
        {open && step.mode === 'own_work' ? t('programme.now') : t('programme.next')}
      </h2>
      <p class="what">
        <small>{capsule.title}</small>
        <a href={href('programmeStep', { ...here, step: step.id })}>{step.title}</a>
      </p>
      <p>
        <strong>
          {step.mode === 'own_work'
            ? t('programme.due', { day: weekdayIn(i18n, step.dueOn) })
            : whenWords(i18n, step)}
        </strong>{' '}
        · {t(modeNames[step.mode])}
      </p>
      {step.meetingId && (
        <p class="buttons">
          <a class="button" href={href('meeting', { ...here, meeting: step.meetingId })}>
            {t('programme.meeting')}
          </a>
        </p>
      )}
    </section>
  )
}

function AwaitedSteps({ awaited, capsules, here }: { awaited: Awaited[]; capsules: Capsule[]; here: Here }) {
  const { i18n } = useFrame()
  const { t } = i18n
  if (awaited.length === 0) return null
  const several = new Set(awaited.map(({ organisation }) => organisation)).size > 1
  return (
    <section>
      <h2>{t('programme.awaited')}</h2>
      <ul class="plain-list awaited-steps">
        {awaited.map(({ organisation, step, late, titles }) => (
          <li key={`${organisation} ${step.id}`}>
            <a href={href('programmeStep', { ...here, step: step.id })}>{titles.join(' · ')}</a>
            <small class={late ? 'late' : undefined}>
              {several && `${organisation} · `}
              {stepName(capsules, step)} ·{' '}
              {late
                ? t('programme.was-due', { day: i18n.day(step.dueOn) })
                : t('programme.due', { day: weekdayIn(i18n, step.dueOn) })}
            </small>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What whoever runs it has to look at. */
function Care({ network, opened, capsules, care }: ProgrammePageProps) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  if (!care || opened.programme.state === 'ended') return null
  const { id, revision } = opened.programme
  const here = { locale, network: network.slug, programme: id }
  return (
    <>
      {care.drafts > 0 && (
        <div class="notice">
          <p>{t('programme.drafts', { count: care.drafts })}</p>
          <ActionButton
            action={href('programmeAnnouncement', here)}
            label={t('programme.announce.submit')}
            fields={{ revision: String(revision) }}
          />
        </div>
      )}
      {care.differing.map(({ step, day, time }) => (
        <p key={step.id} class="notice">
          {t('programme.differs', { step: stepName(capsules, step), day: i18n.day(day), time })}{' '}
          <a
            href={href(
              'programmeMoves',
              here,
              new URLSearchParams({ step: step.id, day, time, from: 'meeting' }),
            )}
          >
            {t('programme.differs.take')}
          </a>
        </p>
      ))}
      {care.withoutTutor + care.tasksWithoutOwner > 0 && (
        <p class="notice">
          {care.withoutTutor > 0
            ? t('programme.no-tutor', { count: care.withoutTutor })
            : t('programme.no-tutor.tasks', { count: care.tasksWithoutOwner })}{' '}
          <a href={href('programmeTutors', here)}>{t('programme.no-tutor.give')}</a>
        </p>
      )}
    </>
  )
}

/** For whoever runs it: at the top, they come for these. */
function RunnersPages({ network, opened }: ProgrammePageProps) {
  const { t, locale } = useFrame().i18n
  const { programme, mayRun } = opened
  if (!mayRun) return null
  const here = { locale, network: network.slug, programme: programme.id }
  const { state } = programme
  return (
    <nav class="programme-pages no-print" aria-label={t('programme.pages.run')}>
      <a href={href('programmeProgress', here)}>{t('programme.pages.progress')}</a>
      <a href={href('programmeReport', here)}>{t('programme.pages.report')}</a>
      {state !== 'ended' && (
        <details>
          <summary>{t('programme.pages.change')}</summary>
          <ul>
            <li>
              <a href={href('programmeMoves', here)}>{t('programme.move')}</a>
            </li>
            <li>
              {state === 'paused' ? (
                <a href={href('programmeResumption', here)}>{t('programme.resume')}</a>
              ) : (
                <a href={href('programmePause', here)}>{t('programme.pause')}</a>
              )}
            </li>
            <li>
              <a href={href('programmeCapsules', here)}>{t('programme.add-capsule')}</a>
            </li>
            <li>
              <a href={href('programmeSteps', here)}>{t('programme.add-step')}</a>
            </li>
            <li>
              <a href={href('programmeOrder', here)}>{t('programme.reorder')}</a>
            </li>
            <li>
              <a href={href('programmeShortening', here)}>{t('programme.shorten')}</a>
            </li>
            <li>
              <a href={href('programmeDetails', here)}>{t('programme.details')}</a>
            </li>
            <li>
              <a href={href('programmeEnd', here)}>{t('programme.end')}</a>
            </li>
          </ul>
        </details>
      )}
      <a href={href('programmeUndoing', here)}>{t('programme.undo')}</a>
    </nav>
  )
}

function Pages({ network, opened, own }: ProgrammePageProps) {
  const { t, locale } = useFrame().i18n
  const { programme, mayRun, mayTakePart } = opened
  const here = { locale, network: network.slug, programme: programme.id }
  if (!mayTakePart && own.length === 0) return null
  return (
    <nav class="programme-pages no-print" aria-label={t('programme.pages')}>
      {mayTakePart && <a href={href('programmeKit', here)}>{t('programme.pages.kit')}</a>}
      {mayTakePart && !mayRun && (
        <a href={href('programmeProgress', here)}>{t('programme.pages.progress')}</a>
      )}
      {own.map(({ id, name }) => (
        <a key={id} href={href('programmeCatchUp', { ...here, organisation: id })}>
          {t('programme.pages.catch-up', { organisation: name })}
        </a>
      ))}
    </nav>
  )
}
