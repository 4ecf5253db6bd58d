import type { PollLine } from '#modules/meetings/polls/polls.ts'
import { useFrame } from '#ui/frame.ts'

const names = {
  closed: 'poll.state.closed',
  settled: 'poll.state.settled',
  cancelled: 'poll.state.cancelled',
} as const

export function PollState({ poll }: { poll: Pick<PollLine, 'state' | 'answered'> }) {
  const { t } = useFrame().i18n
  if (poll.state !== 'open')
    return (
      <span class={`tag state-${poll.state === 'cancelled' ? 'cancelled' : 'completed'}`}>
        {t(names[poll.state])}
      </span>
    )
  return poll.answered ? (
    <span class="tag state-completed">{t('poll.state.answered')}</span>
  ) : (
    <span class="tag state-held">{t('poll.state.open')}</span>
  )
}
