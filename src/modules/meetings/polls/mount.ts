import type { Hono } from 'hono'
import type { AppEnv } from '#http/context.ts'
import {
  newPoll,
  postAnswer,
  postAnswerRemoval,
  postPoll,
  showPoll,
  showPolls,
} from '#modules/meetings/polls/poll-pages.ts'
import {
  postCancellation,
  postChoice,
  postClosing,
  postDates,
  showChoice,
  showDates,
} from '#modules/meetings/polls/running-pages.ts'
import { openPage } from '#modules/network/index.ts'

export function openPollPages(app: Hono<AppEnv>): void {
  openPage(app, 'datePolls', { GET: showPolls, POST: postPoll })
  openPage(app, 'newDatePoll', { GET: newPoll })
  openPage(app, 'datePoll', { GET: showPoll })
  openPage(app, 'datePollAnswer', { POST: postAnswer })
  openPage(app, 'datePollAnswerRemoval', { POST: postAnswerRemoval })
  openPage(app, 'datePollDates', { GET: showDates, POST: postDates })
  openPage(app, 'datePollClosing', { POST: postClosing })
  openPage(app, 'datePollChoice', { GET: showChoice, POST: postChoice })
  openPage(app, 'datePollCancellation', { POST: postCancellation })
}
