import type { Vote } from '#modules/meetings/polls/best-dates.ts'
import type { PollVisibility } from '#modules/meetings/polls/schema.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

export const voteNames = {
  yes: 'poll.vote.yes',
  maybe: 'poll.vote.maybe',
  no: 'poll.vote.no',
} as const satisfies Record<Vote, MessageKey>

export const audienceNames = {
  group: { label: 'poll.visibility.group', hint: 'poll.visibility.group.hint' },
  network: { label: 'poll.visibility.network', hint: 'poll.visibility.network.hint' },
  public: { label: 'poll.visibility.public', hint: 'poll.visibility.public.hint' },
} as const satisfies Record<PollVisibility, { label: MessageKey; hint: MessageKey }>
