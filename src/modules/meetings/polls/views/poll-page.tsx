import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Answer, Option } from '#modules/meetings/polls/answers.ts'
import type { bestDates } from '#modules/meetings/polls/best-dates.ts'
import type { Poll } from '#modules/meetings/polls/polls.ts'
import { AnswerForm } from '#modules/meetings/polls/views/answer-form.tsx'
import { durationWords } from '#modules/meetings/polls/views/poll-form.tsx'
import { PollRunning } from '#modules/meetings/polls/views/poll-running.tsx'
import { PollState } from '#modules/meetings/polls/views/poll-state.tsx'
import { PollTable } from '#modules/meetings/polls/views/poll-table.tsx'
import { When } from '#modules/meetings/polls/views/when.tsx'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { renderMarkdown } from '#platform/markdown/index.ts'
import { useFrame } from '#ui/frame.ts'

export interface PollPageProps {
  network: Network
  poll: Poll
  options: Option[]
  /** As many as the reader may see. */
  answers: Answer[]
  /** Of everyone's answers, where the reader may see what they come to. */
  best: ReturnType<typeof bestDates> | null
  total: number
  /** The reader's own, whether they may see others' or not. */
  own: Answer | null
  /** Of the group, by name; for those who run it. */
  missing: string[]
  readerZone: string | null
  /** What ends the link of a visitor who answered before. */
  token: string | null
  /** Somebody at home in the network. */
  member: boolean
  form: FormState
  closing: FormState
}

export function PollPage(props: PollPageProps) {
  const { network, poll, options, readerZone } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  const unanswered = props.own ? options.filter(({ id }) => !props.own?.votes.has(id)).length : 0
  return (
    <NetworkLayout of={network} title={poll.title} noIndex>
      <article class="poll">
        <header>
          {props.member && (
            <p class="crumbs">
              <a href={href('datePolls', here)}>{t('polls.name')}</a>
              {poll.group && (
                <>
                  {' · '}
                  <a href={href('group', { ...here, group: poll.group.slug })}>{poll.group.name}</a>
                </>
              )}
            </p>
          )}
          <h1>{poll.title}</h1>
          <p class="tags">
            <PollState poll={{ ...poll, answered: props.own !== null }} />
            <small>
              {[
                durationWords(i18n, poll.minutes),
                poll.place || (poll.videoUrl ? t('poll.by-video') : ''),
                poll.state === 'open'
                  ? t('poll.closes', { moment: i18n.moment(poll.closesAt, poll.timeZone) })
                  : '',
                t('poll.zone-of', { zone: i18n.zone(poll.timeZone) }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </small>
          </p>
        </header>
        {poll.about && (
          <div
            class="prose"
            dangerouslySetInnerHTML={{ __html: renderMarkdown(poll.about, { headingShift: 2 }) }}
          />
        )}
        <Outcome {...props} />
        {poll.mayAnswer ? (
          <section>
            <h2>{props.own ? t('poll.your-answer') : t('poll.answer')}</h2>
            {unanswered > 0 && <p class="notice">{t('poll.unanswered', { count: unanswered })}</p>}
            <AnswerForm {...props} />
          </section>
        ) : (
          <>
            {poll.state === 'closed' && <p class="notice">{t('poll.closed')}</p>}
            <Problems of={props.form} />
          </>
        )}
        <Problems of={props.closing} />
        <section>
          <h2>{t('poll.results')}</h2>
          {props.best === null ? (
            <p>{t('poll.hidden-answers')}</p>
          ) : props.total === 0 ? (
            <p>{t('poll.no-answers')}</p>
          ) : (
            <>
              <Best {...props} />
              <PollTable {...props} best={props.best} readerZone={readerZone} />
            </>
          )}
        </section>
        {poll.mayRun && <PollRunning {...props} />}
      </article>
    </NetworkLayout>
  )
}

/** What was asked for where there is no form any more to say it in. */
function Problems({ of }: { of: FormState }) {
  const problem = of.errors['']
  return problem === undefined ? null : (
    <p class="problems" role="alert">
      {problem}
    </p>
  )
}

function Outcome({ network, poll, options, readerZone }: PollPageProps) {
  const { t, locale } = useFrame().i18n
  if (poll.state === 'cancelled') return <p class="notice">{t('poll.cancelled')}</p>
  const chosen = options.find(option => option.chosen)
  if (!chosen) return null
  return (
    <div class="notice chosen-date">
      <p>
        {t('poll.chosen')}{' '}
        <strong>
          <When {...chosen} timeZone={poll.timeZone} readerZone={readerZone} zoned />
        </strong>
      </p>
      {poll.meetingId && (
        <p>
          <a
            class="button"
            href={href('meeting', { locale, network: network.slug, meeting: poll.meetingId })}
          >
            {t('poll.to-meeting')}
          </a>
        </p>
      )}
    </div>
  )
}

const reasons = {
  yes: 'poll.reason.yes',
  maybe: 'poll.reason.maybe',
  organisations: 'poll.reason.organisations',
} as const

function Best({ best, options, poll }: PollPageProps) {
  const { i18n } = useFrame()
  const { t } = i18n
  const first = best?.standings.filter(({ rank }) => rank === 1) ?? []
  const [one] = first
  if (!best || !one || one.yes + one.maybe === 0) return <p>{t('poll.best.none')}</p>
  const named = first.flatMap(({ id }) => {
    const option = options.find(candidate => candidate.id === id)
    return option ? [i18n.period(option.startsAt, option.endsAt, poll.timeZone)] : []
  })
  return (
    <p class="best">
      <strong>{t('poll.best', { count: named.length, dates: i18n.list(named) })}</strong>{' '}
      {t('poll.best.counts', { yes: one.yes, maybe: one.maybe, organisations: one.organisations })}{' '}
      {best.reason && t(reasons[best.reason])}
    </p>
  )
}
