import type { Hono } from 'hono'
import type { AppEnv } from '#http/context.ts'
import { exportAttendance, showAttendance } from '#modules/meetings/attendance/pages.ts'
import {
  postBreakoutRemoval,
  postBreakouts,
  postSeats,
  showBreakouts,
} from '#modules/meetings/breakouts/pages.ts'
import { postArrival, postCheckIn, showArrival, showCheckIn } from '#modules/meetings/door/arrival-pages.ts'
import {
  postClosure,
  postPresences,
  postWalkIns,
  showDoor,
  showPoster,
  showPresences,
} from '#modules/meetings/door/door-pages.ts'
import { exportSheet, postSheetEntry, showSheet, showSheetEntry } from '#modules/meetings/door/sheet-pages.ts'
import {
  exportMinutes,
  postMinutesDraft,
  showMinutes,
  showMinutesDraft,
} from '#modules/meetings/minutes/minutes-pages.ts'
import {
  postDecisionRemoval,
  postDecisions,
  postNext,
  postNotes,
  showNotes,
  showNotesRevisions,
} from '#modules/meetings/minutes/notes-pages.ts'
import { openPage } from '#modules/network/index.ts'

/** The day of a meeting, and after. */
export function openDayPages(app: Hono<AppEnv>): void {
  openPage(app, 'checkIn', { GET: showCheckIn, POST: postCheckIn })
  openPage(app, 'arrival', { GET: showArrival, POST: postArrival })
  openPage(app, 'meetingDoor', { GET: showDoor })
  openPage(app, 'meetingPresences', { GET: showPresences, POST: postPresences })
  openPage(app, 'meetingWalkIns', { POST: postWalkIns })
  openPage(app, 'meetingPoster', { GET: showPoster })
  openPage(app, 'meetingSheet', { GET: showSheet })
  openPage(app, 'meetingSheetEntry', { GET: showSheetEntry, POST: postSheetEntry })
  openPage(app, 'meetingSheetExport', { GET: exportSheet })
  openPage(app, 'meetingClosure', { POST: postClosure })
  openPage(app, 'meetingNotes', { GET: showNotes, POST: postNotes })
  openPage(app, 'meetingNotesRevisions', { GET: showNotesRevisions })
  openPage(app, 'meetingDecisions', { POST: postDecisions })
  openPage(app, 'meetingDecisionRemoval', { POST: postDecisionRemoval })
  openPage(app, 'meetingNext', { POST: postNext })
  openPage(app, 'meetingMinutes', { GET: showMinutes })
  openPage(app, 'meetingMinutesDraft', { GET: showMinutesDraft, POST: postMinutesDraft })
  openPage(app, 'meetingMinutesExport', { GET: exportMinutes })
  openPage(app, 'meetingBreakouts', { GET: showBreakouts, POST: postBreakouts })
  openPage(app, 'meetingBreakoutSeats', { POST: postSeats })
  openPage(app, 'meetingBreakoutRemoval', { POST: postBreakoutRemoval })
  openPage(app, 'attendance', { GET: showAttendance })
  openPage(app, 'attendanceExport', { GET: exportAttendance })
}
