import type { Module } from '#http/module.ts'
import { courseApi } from '#modules/programmes/course/api.ts'
import { courseCommands } from '#modules/programmes/course/commands.ts'
import { organisationTasksJob } from '#modules/programmes/course/organisation-tasks.ts'
import { openCoursePages } from '#modules/programmes/course/pages.ts'
import { courseData } from '#modules/programmes/course/personal-data.ts'
import { programmeRemindersJob } from '#modules/programmes/course/reminders-job.ts'
import { programmesOfGroup } from '#modules/programmes/course/section.ts'
import { structureApi } from '#modules/programmes/course/structure-api.ts'
import { bringProgrammes } from '#modules/programmes/demonstration.ts'
import { document, reading } from '#modules/programmes/expectations.ts'
import { openKitPages } from '#modules/programmes/kit/pages.ts'
import { progressApi } from '#modules/programmes/progress/api.ts'
import { homeSection } from '#modules/programmes/progress/home-section.ts'
import { openProgressPages } from '#modules/programmes/progress/pages.ts'
import { progressData } from '#modules/programmes/progress/personal-data.ts'
import { bringRegions } from '#modules/programmes/progress/regions.ts'
import { countingJob } from '#modules/programmes/progress/sharing.ts'
import { programmesWaiting } from '#modules/programmes/progress/waiting.ts'
import { reportApi } from '#modules/programmes/report/api.ts'
import { bringQuotes } from '#modules/programmes/report/demonstration.ts'
import { openReportPages } from '#modules/programmes/report/pages.ts'
import { quotesData } from '#modules/programmes/report/personal-data.ts'
import { openSheetPages } from '#modules/programmes/sheets/pages.ts'
import { templatesApi } from '#modules/programmes/templates/api.ts'
import { templateCommands } from '#modules/programmes/templates/commands.ts'
import { bringProgrammeTemplates } from '#modules/programmes/templates/demonstration.ts'
import { openTemplatePages } from '#modules/programmes/templates/pages.ts'
import { templatesData } from '#modules/programmes/templates/personal-data.ts'

/** Programmes by capsules: what a group does over months, step by step, and how far each organisation is. */
export const programmes: Module = {
  name: 'programmes',
  pages(app) {
    openTemplatePages(app)
    openProgressPages(app)
    openReportPages(app)
    openSheetPages(app)
    openKitPages(app)
    // Last: `comparison` is no programme's id.
    openCoursePages(app)
  },
  api(api) {
    templatesApi(api)
    progressApi(api)
    reportApi(api)
    courseApi(api)
    structureApi(api)
  },
  commands(program, terminal, { expectations }) {
    templateCommands(program, terminal, expectations)
    courseCommands(program, terminal)
  },
  personalData: async (trx, networkId, accountId) => ({
    ...(await templatesData(trx, networkId, accountId)),
    ...(await courseData(trx, networkId, accountId)),
    ...(await progressData(trx, networkId, accountId)),
    ...(await quotesData(trx, networkId, accountId)),
  }),
  waiting: programmesWaiting,
  jobs: context => [countingJob(context), programmeRemindersJob(context), organisationTasksJob(context)],
  sections: { home: [homeSection], group: [programmesOfGroup] },
  expectations: { reading, document },
  async demo(context) {
    await bringProgrammeTemplates(context)
    await bringProgrammes(context)
    await bringQuotes(context)
    await bringRegions(context)
  },
}
