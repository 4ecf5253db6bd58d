import { stringify } from 'csv-stringify/sync'
import { textStream } from '#kernel/byte-stream.ts'
import type { Attendance } from '#modules/meetings/attendance/attendance.ts'
import { localTime } from '#modules/meetings/local-time.ts'
import { neutralised } from '#platform/audit/export.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'
import { type SheetCell, type SheetColumn, writeWorkbook } from '#platform/spreadsheets/workbook.ts'
import { sectorName } from '#reference/sectors.ts'

/** Reads page by page, when the consumer asks. */
export type ReadAttendance = (
  after: string | undefined,
) => Promise<{ attendance: Attendance[]; next: string | null }>

export const attendanceFormats = {
  csv: { mediaType: 'text/csv; charset=utf-8', write: writeAttendanceCsv },
  xlsx: {
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    write: writeAttendanceWorkbook,
  },
} as const

/** One line for each person at each meeting, in the reader's language; RFC 4180, UTF-8 with a byte order mark. */
export function writeAttendanceCsv(read: ReadAttendance, i18n: I18n): ReadableStream<Uint8Array> {
  return textStream(csv(read, i18n))
}

export function writeAttendanceWorkbook(read: ReadAttendance, i18n: I18n): ReadableStream<Uint8Array> {
  const columns: SheetColumn[] = heads.map(([key, width]) => ({
    name: i18n.t(key),
    width,
    ...(key === 'attendance.column.day' && { kind: 'day' as const }),
  }))
  return writeWorkbook(i18n.t('attendance.name'), columns, rows(read, i18n))
}

const heads: [MessageKey, number][] = [
  ['attendance.column.day', 12],
  ['attendance.column.from', 8],
  ['attendance.column.until', 8],
  ['attendance.column.meeting', 40],
  ['attendance.column.group', 28],
  ['attendance.column.place', 28],
  ['attendance.column.person', 28],
  ['attendance.column.organisation', 32],
  ['attendance.column.size', 18],
  ['attendance.column.sector', 32],
  ['attendance.column.attends', 12],
  ['attendance.column.arrived', 10],
  ['attendance.column.by', 18],
  ['attendance.column.hours', 10],
]

async function* csv(read: ReadAttendance, i18n: I18n): AsyncGenerator<string> {
  yield `\uFEFF${line(heads.map(([key]) => i18n.t(key)))}`
  for await (const row of rows(read, i18n)) yield line(row)
}

async function* rows(read: ReadAttendance, i18n: I18n): AsyncGenerator<SheetCell[]> {
  let after: string | undefined
  do {
    const found = await read(after)
    for (const one of found.attendance) yield rowOf(one, i18n)
    after = found.next ?? undefined
  } while (after !== undefined)
}

function rowOf(one: Attendance, { t, maybe, locale }: I18n): SheetCell[] {
  const { day, time } = localTime(one.startsAt, one.timeZone)
  return [
    day,
    time,
    localTime(one.endsAt, one.timeZone).time,
    one.meeting,
    one.group ?? '',
    one.place,
    one.name,
    one.organisation,
    one.sizeClass ? maybe(`organisation.size.${one.sizeClass}`, one.sizeClass) : '',
    one.sector ? sectorName(one.sector, locale) : '',
    t(one.attends === 'video' ? 'attendance.attends.video' : 'attendance.attends.place'),
    one.arrivedAt ? localTime(one.arrivedAt, one.timeZone).time : '',
    one.checkedBy ? maybe(`door.by.${one.checkedBy.replace('_', '-')}`, one.checkedBy) : '',
    Math.round((one.minutes / 60) * 100) / 100,
  ]
}

function line(cells: SheetCell[]): string {
  return stringify([cells.map(cell => (typeof cell === 'string' ? neutralised(cell) : cell))], {
    record_delimiter: 'windows',
    quoted_string: true,
    quoted_empty: false,
  })
}
