import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import { type ListedMeeting, MeetingCard } from '#modules/meetings/index.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { modeNames, whenWords } from '#modules/programmes/course/views/names.ts'
import type { OpenedProgramme } from '#modules/programmes/opening.ts'
import { type Capsule, type Step, stepName } from '#modules/programmes/programme.ts'
import type { FulfilmentSection } from '#modules/programmes/progress/fulfilment-section.ts'
import { Fulfilments } from '#modules/programmes/progress/views/fulfilments.tsx'
import { minutesWords } from '#modules/programmes/templates/views/names.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

export function StepPage(props: {
  network: Network
  opened: OpenedProgramme
  capsules: Capsule[]
  capsule: Capsule
  step: Step
  before: Step | null
  after: Step | null
  /** Null where there is none, or the reader does not see it. */
  meeting: ListedMeeting | null
  section: FulfilmentSection
  quotes: ComponentChildren
}) {
  const { network, opened, capsules, capsule, step, before, after, meeting, section } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { programme, mayRun, mayTakePart } = opened
  const here = { locale, network: network.slug, programme: programme.id, step: step.id }
  return (
    <NetworkLayout of={network} title={step.title} noIndex>
      <article class="programme step">
        <header>
          <p class="crumbs">
            <a href={href('programme', here)}>{programme.name}</a>
          </p>
          <p class="kicker">{capsule.title}</p>
          <h1>{step.title}</h1>
          <p class="lede">{whenWords(i18n, step)}</p>
          <p>
            {t(modeNames[step.mode])} · {minutesWords(i18n.locale, step.minutes)}
            {step.tutor && ` · ${t('programme.tutored-by', { name: step.tutor.name })}`}
          </p>
        </header>
        {step.aim && <div class="prose" dangerouslySetInnerHTML={{ __html: renderMarkdown(step.aim) }} />}
        {meeting && (
          <ul class="meeting-list">
            <MeetingCard meeting={{ ...meeting, group: null }} network={network} />
          </ul>
        )}
        <Fulfilments network={network} section={section} />
        {props.quotes}
        <nav class="programme-pages no-print" aria-label={t('programme.step.pages')}>
          {mayTakePart && <a href={href('programmeSheet', here)}>{t('programme.pages.sheet')}</a>}
          {mayRun && programme.state !== 'ended' && (
            <>
              <a href={href('programmeStepDetails', here)}>{t('programme.step.change')}</a>
              <a href={href('programmeMoves', here, new URLSearchParams({ step: step.id }))}>
                {t('programme.step.move')}
              </a>
              <a href={href('programmeStepMode', here)}>{t('programme.change-mode')}</a>
              <a href={href('programmeSteps', here, new URLSearchParams({ after: step.id }))}>
                {t('programme.add-step.behind')}
              </a>
            </>
          )}
        </nav>
        <nav class="neighbours" aria-label={t('programme.step.neighbours')}>
          {before && (
            <a rel="prev" href={href('programmeStep', { ...here, step: before.id })}>
              ← {stepName(capsules, before)}
            </a>
          )}
          {after && (
            <a rel="next" href={href('programmeStep', { ...here, step: after.id })}>
              {stepName(capsules, after)} →
            </a>
          )}
        </nav>
      </article>
    </NetworkLayout>
  )
}
