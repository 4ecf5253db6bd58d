import type {
  Attendance,
  AttendanceQuery,
  AttendanceTotals,
  Counted,
} from '#modules/meetings/attendance/attendance.ts'
import { cell, type Letterhead, paragraph } from '#modules/meetings/attendance/pdf-response.ts'
import { durationOf } from '#modules/meetings/door/sheet.ts'
import { localTime } from '#modules/meetings/local-time.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import type { Block, Manuscript } from '#platform/typesetting/index.ts'

/** What one statement holds: longer ones are asked for by group or by quarter. */
export const mostPrinted = 2_000

/** The statement that funders want signed: the numbers, each meeting, each person at each, and who vouches for it. */
export function attendanceManuscript(
  about: { query: AttendanceQuery; group: string | null; today: string },
  found: { totals: AttendanceTotals; meetings: Counted[]; attendance: Attendance[] },
  letterhead: Letterhead,
  i18n: I18n,
): Manuscript {
  const { t, number } = i18n
  const { totals, meetings, attendance } = found
  const fact = (name: string, text: string) => ({ name, values: [[{ text }]] })
  const byMeeting = Map.groupBy(attendance, ({ meetingId }) => meetingId)
  return {
    ...letterhead,
    title: t('attendance.statement'),
    kicker: about.group ?? '',
    lede: periodOf(about.query, i18n),
    date: about.today,
    language: i18n.locale,
    facts: [
      fact(t('attendance.meetings'), number(totals.meetings)),
      fact(t('attendance.people'), number(totals.people)),
      fact(t('organisations.name'), number(totals.organisations)),
      fact(t('attendance.presences'), number(totals.presences)),
      fact(t('attendance.hours'), durationOf(totals.minutes, t)),
    ],
    footer: t('attendance.footer', { publisher: letterhead.publisher, day: i18n.day(about.today) }),
    blocks: [
      ...meetings.flatMap(meeting => meetingBlocks(meeting, byMeeting.get(meeting.key) ?? [], i18n)),
      {
        kind: 'paragraph',
        runs: [{ text: '\n' }, { text: t('sheet.vouched') }, { text: '\n' }, { text: '\n' }],
      },
    ],
  }
}

/** As it stands above lists and documents. */
export function periodOf({ from, until }: AttendanceQuery, { t, day }: I18n): string {
  if (from && until) return t('attendance.period', { from: day(from), until: day(until) })
  if (from) return t('attendance.since', { from: day(from) })
  return until ? t('attendance.until', { until: day(until) }) : t('attendance.ever')
}

function meetingBlocks(meeting: Counted, people: Attendance[], i18n: I18n): Block[] {
  const { t, moment } = i18n
  const when = meeting.startsAt && meeting.timeZone ? moment(meeting.startsAt, meeting.timeZone) : ''
  return [
    { kind: 'heading', level: 2, text: meeting.name },
    paragraph({
      text: [when, t('attendance.present', { count: meeting.presences })].filter(Boolean).join(' · '),
    }),
    {
      kind: 'table',
      columns: [
        { align: 'start', weight: 4 },
        { align: 'start', weight: 4 },
        { align: 'start', weight: 2 },
        { align: 'end', weight: 2 },
      ],
      head: [
        cell(t('attendance.column.person')),
        cell(t('attendance.column.organisation')),
        cell(t('attendance.column.arrived')),
        cell(t('attendance.column.hours')),
      ],
      rows: [...people]
        .sort((one, other) => i18n.compare(one.name, other.name))
        .map(one => [
          cell(one.name),
          cell(one.organisation),
          cell(one.arrivedAt ? localTime(one.arrivedAt, one.timeZone).time : ''),
          cell(durationOf(one.minutes, t)),
        ]),
    },
  ]
}
