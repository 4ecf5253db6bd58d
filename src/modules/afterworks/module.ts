import type { Module } from '#http/module.ts'
import { seriesApi } from '#modules/afterworks/api.ts'
import { bringAfterworks } from '#modules/afterworks/demonstration.ts'
import { openIntroductionPages } from '#modules/afterworks/introduction-pages.ts'
import { introductionsApi } from '#modules/afterworks/introductions-api.ts'
import { lapsingJob } from '#modules/afterworks/lapsing.ts'
import { openSeriesPages } from '#modules/afterworks/pages.ts'
import { afterworksData } from '#modules/afterworks/personal-data.ts'
import { satisfactionJob } from '#modules/afterworks/satisfaction-asking.ts'
import { openSatisfactionPages } from '#modules/afterworks/satisfaction-pages.ts'
import { homeSection, meetingSection, personSection } from '#modules/afterworks/sections.ts'
import { introductionThread } from '#modules/afterworks/thread.ts'

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
  jobs: context => [lapsingJob(context), satisfactionJob(context)],
  sections: { home: [homeSection], person: [personSection], meeting: [meetingSection] },
  threads: { introduction: introductionThread },
  personalData: afterworksData,
  demo: bringAfterworks,
}
