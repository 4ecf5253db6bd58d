import { type FormState, formOf } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Introduction, Party, Step } from '#modules/afterworks/introductions.ts'
import { stages } from '#modules/afterworks/schema.ts'
import { introductionStateNames, stageNames } from '#modules/afterworks/views/names.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { type ShownThread, ThreadSection } from '#modules/threads/index.ts'
import { ActionButton, Choices, Form, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface IntroductionPageProps {
  network: Network
  introduction: Introduction
  /** Which of the two reads; null for those who run the network. */
  side: 'asker' | 'asked' | null
  steps: Step[]
  /** Between the two, once they agreed. */
  thread: ShownThread | null
  form?: FormState | undefined
}

export function IntroductionPage(props: IntroductionPageProps) {
  const { network, introduction, side, steps, thread } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, introduction: introduction.id }
  const { asker, asked, state, stage } = introduction
  const title = t('introductions.between', { one: nameOf(asker, t), other: nameOf(asked, t) })
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <article class="afterworks">
        <p class="crumbs">
          <a href={href('introductions', here)}>{t('introductions.name')}</a>
        </p>
        <h1>{title}</h1>
        <p class="byline">
          {[asker.organisation, asked.organisation].filter(Boolean).join(' · ')}
          {introduction.meeting && ` · ${introduction.meeting}`}
        </p>
        {props.form?.errors[''] && (
          <div class="problems" role="alert">
            <p>{props.form.errors['']}</p>
          </div>
        )}
        {introduction.message && <blockquote>{introduction.message}</blockquote>}
        {state !== 'agreed' && (
          <p class="notice">
            {state === 'asked' && side === 'asked'
              ? t('introductions.answer', { name: nameOf(asker, t) })
              : t(introductionStateNames[state])}
          </p>
        )}
        {state === 'asked' && side === 'asked' && (
          <form method="post" action={href('introductionAnswer', here)}>
            <p class="buttons">
              <button class="button" type="submit" name="agreed" value="yes">
                {t('introductions.agree')}
              </button>
              <button class="button quiet" type="submit" name="agreed" value="no">
                {t('introductions.decline')}
              </button>
            </p>
          </form>
        )}
        {state === 'asked' && side === 'asker' && (
          <ActionButton action={href('introductionWithdrawal', here)} label={t('introductions.withdraw')} />
        )}
        {(state === 'agreed' || state === 'closed') && (
          <>
            <Addresses {...props} />
            <ol class="introduction-stages">
              {stages.map(one => (
                <li
                  key={one}
                  class={stages.indexOf(one) < stages.indexOf(stage) ? 'reached' : undefined}
                  aria-current={one === stage ? 'step' : undefined}
                >
                  {t(stageNames[one])}
                </li>
              ))}
            </ol>
            {introduction.title && (
              <section>
                <h2>{introduction.title}</h2>
                {introduction.localAuthority && (
                  <p class="byline">
                    {t('introductions.serves', { authority: introduction.localAuthority })}
                  </p>
                )}
                {introduction.description && <p>{introduction.description}</p>}
              </section>
            )}
            <Steps steps={steps} timeZone={network.timeZone} />
            {state === 'agreed' && side !== null && <Next {...props} />}
          </>
        )}
        {thread && <ThreadSection network={network} thread={thread} />}
      </article>
    </NetworkLayout>
  )
}

function Steps({ steps, timeZone }: { steps: Step[]; timeZone: string }) {
  const { i18n } = useFrame()
  const { t } = i18n
  return (
    <section>
      <h2>{t('introductions.steps')}</h2>
      <ul class="plain-list">
        {steps.map((step, index) => (
          <li key={index}>
            <strong>{t(stageNames[step.stage])}</strong>{' '}
            <small>{[i18n.day(step.at, timeZone), step.by ?? ''].filter(Boolean).join(' · ')}</small>
            {step.note && <p>{step.note}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** How each reaches the other; nobody else sees it. */
function Addresses({ introduction, side }: IntroductionPageProps) {
  const { t } = useFrame().i18n
  if (side === null) return null
  const other = side === 'asker' ? introduction.asked : introduction.asker
  if (!other.email || !other.name) return null
  return (
    <p>
      {t('introductions.address', { name: other.name })} <a href={`mailto:${other.email}`}>{other.email}</a>
    </p>
  )
}

/** To the next stage, or back where it was said too early. */
function Next({ network, introduction, form }: IntroductionPageProps) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, introduction: introduction.id }
  const next = stages[Math.min(stages.indexOf(introduction.stage) + 1, stages.length - 1)]
  const { title, description, localAuthority } = introduction
  const state = form ?? formOf({ stage: next, title, description, localAuthority })
  return (
    <details open={form !== undefined}>
      <summary>{t('introductions.step')}</summary>
      <Form action={href('introductionSteps', here)} state={state} submit={t('introductions.step.submit')}>
        <Choices
          name="stage"
          label={t('introductions.step.where')}
          state={state}
          choices={[...stages, 'closed' as const].map(value => ({ value, label: t(stageNames[value]) }))}
          required
        />
        <TextField
          name="title"
          label={t('introductions.field.title')}
          hint={t('introductions.field.title.hint')}
          state={state}
          maxLength={300}
        />
        <TextArea name="description" label={t('introductions.field.description')} state={state} rows={4} />
        <TextField
          name="localAuthority"
          label={t('introductions.field.authority')}
          hint={t('introductions.field.authority.hint')}
          state={state}
          maxLength={300}
        />
        <TextArea name="note" label={t('introductions.field.note')} state={state} rows={3} />
      </Form>
    </details>
  )
}

function nameOf(party: Party, t: ReturnType<typeof useFrame>['i18n']['t']): string {
  return party.name ?? t('introductions.somebody')
}
