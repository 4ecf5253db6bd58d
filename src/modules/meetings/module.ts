import type { Module } from '#http/module.ts'
import { openAgendaPages } from '#modules/meetings/agenda/pages.ts'
import { meetingsApi } from '#modules/meetings/api.ts'
import { dayApi } from '#modules/meetings/attendance/api.ts'
import { attendanceExpectation } from '#modules/meetings/attendance/attendance-expectation.ts'
import { attendanceCommands } from '#modules/meetings/attendance/commands.ts'
import { bringMeetingDays } from '#modules/meetings/attendance/demonstration.ts'
import { dayData } from '#modules/meetings/attendance/personal-data.ts'
import { openCalendarPages } from '#modules/meetings/calendar/pages.ts'
import { meetingCommands } from '#modules/meetings/commands.ts'
import { bringMeetings } from '#modules/meetings/demonstration.ts'
import { openDayPages } from '#modules/meetings/door/opening.ts'
import { daySection } from '#modules/meetings/door/section.ts'
import { invitingApi } from '#modules/meetings/inviting/api.ts'
import { openInvitingPages } from '#modules/meetings/inviting/pages.ts'
import { openMeetingPages } from '#modules/meetings/pages.ts'
import { meetingsData } from '#modules/meetings/personal-data.ts'
import { answersOfAccount } from '#modules/meetings/polls/answers.ts'
import { openPollPages } from '#modules/meetings/polls/mount.ts'
import { pollApi } from '#modules/meetings/polls/poll-api.ts'
import { groupDates } from '#modules/meetings/polls/sections.ts'
import { pollsJob } from '#modules/meetings/polls/telling.ts'
import { openRegistrationPages } from '#modules/meetings/registrations/pages.ts'
import { remindersJob } from '#modules/meetings/reminders-job.ts'
import { groupSection, homeSection, organisationSection, personSection } from '#modules/meetings/sections.ts'
import { bringDates } from '#modules/meetings/series/demonstration.ts'
import { openSeriesPages } from '#modules/meetings/series/mount.ts'
import { meetingSeries } from '#modules/meetings/series/section.ts'
import { seriesApi } from '#modules/meetings/series/series-api.ts'
import { meetingThread } from '#modules/meetings/thread.ts'
import { meetingsWaiting } from '#modules/meetings/waiting.ts'

export const meetings: Module = {
  name: 'meetings',
  pages(app) {
    // One's own stand before those that are named: `own` is no meeting's id.
    openCalendarPages(app)
    openMeetingPages(app)
    openAgendaPages(app)
    openRegistrationPages(app)
    openInvitingPages(app)
    openDayPages(app)
    openPollPages(app)
    openSeriesPages(app)
  },
  api(api) {
    meetingsApi(api)
    invitingApi(api)
    dayApi(api)
    pollApi(api)
    seriesApi(api)
  },
  commands(program, terminal) {
    meetingCommands(program, terminal)
    attendanceCommands(program, terminal)
  },
  jobs: context => [remindersJob(context), pollsJob(context)],
  sections: {
    home: [homeSection],
    group: [groupSection, groupDates],
    organisation: [organisationSection],
    person: [personSection],
    meeting: [meetingSeries, daySection],
  },
  threads: { meeting: meetingThread },
  waiting: meetingsWaiting,
  expectations: { attendance: attendanceExpectation },
  personalData: async (...of) => ({
    ...(await meetingsData(...of)),
    ...(await dayData(...of)),
    datePollAnswers: await answersOfAccount(...of),
  }),
  async demo(context) {
    await bringMeetings(context)
    await bringDates(context)
    // Once all meetings are there.
    await bringMeetingDays(context)
  },
}
