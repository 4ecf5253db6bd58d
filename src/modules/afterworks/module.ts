import type { Module } from '#http/module.ts'
import { seriesApi } from '#modules/afterworks/api.ts'
import { afterworkCommands } from '#modules/afterworks/commands.ts'
import { bringAfterworks } from '#modules/afterworks/demonstration.ts'
import { openIntroductionPages } from '#modules/afterworks/introduction-pages.ts'
import { introductionsApi } from '#modules/afterworks/introductions-api.ts'
import { lapsingJob } from '#modules/afterworks/lapsing.ts'
import { openSeriesPages } from '#modules/afterworks/pages.ts'
import { afterworksData } from '#modules/afterworks/personal-data.ts'
import { satisfactionJob } from '#modules/afterworks/satisfaction-asking.ts'
import { openSatisfactionPages } from '#modules/afterworks/satisfaction-pages.ts'
import { meetingSection, personSection, registrationSection } from '#modules/afterworks/sections.ts'
import { introductionThread } from '#modules/afterworks/thread.ts'
import { afterworksWaiting } from '#modules/afterworks/waiting.ts'

/** Afterworks: series that live by demand, and what comes of those who met there. */
export const afterworks: Module = {
  name: 'afterworks',
  pages(app) {
    openSeriesPages(app)
    openIntroductionPages(app)
    openSatisfactionPages(app)
  },
  api(api) {
    seriesApi(api)
    introductionsApi(api)
  },
  commands: afterworkCommands,
  jobs: context => [lapsingJob(context), satisfactionJob(context)],
  sections: { person: [personSection], meeting: [meetingSection], registration: [registrationSection] },
  threads: { introduction: introductionThread },
  waiting: afterworksWaiting,
  personalData: afterworksData,
  demo: bringAfterworks,
}
