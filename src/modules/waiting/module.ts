import type { Module } from '#http/module.ts'
import { openPage } from '#modules/network/index.ts'
import { waitingApi } from '#modules/waiting/api.ts'
import { digestJob } from '#modules/waiting/digest/digest-job.ts'
import { postSilence, postSilences, showDigest, showSilence, showWaiting } from '#modules/waiting/pages.ts'
import { personalData } from '#modules/waiting/personal-data.ts'
import { homeSection } from '#modules/waiting/section.ts'

/** What waits for each, of all modules: each says of its own (`waiting` in its manifest). */
export const waiting: Module = {
  name: 'waiting',
  pages(app) {
    openPage(app, 'waitingSilence', { GET: showSilence, POST: postSilence })
    openPage(app, 'waiting', { GET: showWaiting })
    openPage(app, 'waitingSilences', { POST: postSilences })
    openPage(app, 'waitingDigest', { GET: showDigest })
  },
  api: waitingApi,
  sections: { home: [homeSection] },
  jobs: context => [digestJob(context)],
  personalData,
}
