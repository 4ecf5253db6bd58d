import { href } from '#http/routes.ts'
import type { PollLine } from '#modules/meetings/polls/polls.ts'
import { PollState } from '#modules/meetings/polls/views/poll-state.tsx'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

export function PollsPage(props: {
  network: Network
  polls: PollLine[]
  next: string | null
  past: boolean
  mayPropose: boolean
}) {
  const { network, polls, past } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('polls.name')} noIndex>
      <div class="listing">
        <p class="crumbs">
          <a href={href('meetings', here)}>{t('meetings.name')}</a>
        </p>
        <h1>{t('polls.name')}</h1>
        <p class="lede">{t('polls.lede')}</p>
        {props.mayPropose && (
          <p class="buttons">
            <a class="button" href={href('newDatePoll', here)}>
              {t('polls.new')}
            </a>
          </p>
        )}
        <nav class="tags chosen" aria-label={t('list.filters')}>
          {[false, true].map(one => (
            <a
              key={String(one)}
              class={past === one ? 'tag on' : 'tag'}
              aria-current={past === one ? 'true' : undefined}
              href={href('datePolls', here, one ? new URLSearchParams({ past: 'yes' }) : undefined)}
            >
              {one ? t('polls.past') : t('polls.open')}
            </a>
          ))}
        </nav>
        {polls.length === 0 ? (
          <p>{past ? t('polls.none-past') : props.mayPropose ? t('polls.none-yet') : t('polls.none')}</p>
        ) : (
          <PollList network={network} polls={polls} />
        )}
        <MoreLink next={props.next} />
      </div>
    </NetworkLayout>
  )
}

/** Polls with what the reader has still to do about them. */
export function PollList(props: {
  network: { slug: string; timeZone: string }
  polls: PollLine[]
  withoutGroup?: boolean
}) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { network } = props
  return (
    <ul class="entries poll-list">
      {props.polls.map(poll => (
        <li key={poll.id}>
          <div>
            <a class="title" href={href('datePoll', { locale, network: network.slug, poll: poll.id })}>
              {poll.title}
            </a>
            <small>
              {[
                !props.withoutGroup && poll.group?.name,
                t('poll.dates-count', { count: poll.options }),
                t('poll.answers-count', { count: poll.answers }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </small>
          </div>
          <div class="aside">
            <PollState poll={poll} />
            {poll.state === 'open' && (
              <small>{t('poll.closes', { moment: i18n.moment(poll.closesAt, network.timeZone) })}</small>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}
