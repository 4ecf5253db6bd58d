import type { Module } from '#http/module.ts'
import { threadsApi } from '#modules/threads/api.ts'
import { bringThreads } from '#modules/threads/demonstration.ts'
import { openThreadPages } from '#modules/threads/pages.ts'
import { personalData } from '#modules/threads/personal-data.ts'
import { replyTaker } from '#modules/threads/replies.ts'
import { tellingJob } from '#modules/threads/telling.ts'
import { threadsWaiting } from '#modules/threads/waiting.ts'

/** What people say to each other about something of a network: other modules say about what (`threads` in their manifest). */
export const threads: Module = {
  name: 'threads',
  pages: openThreadPages,
  api: threadsApi,
  jobs: context => [tellingJob(context)],
  replies: replyTaker,
  waiting: threadsWaiting,
  personalData,
  demo: bringThreads,
}
