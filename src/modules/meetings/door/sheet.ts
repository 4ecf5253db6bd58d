import { cell, type Letterhead, paragraph } from '#modules/meetings/attendance/pdf-response.ts'
import { type HalfDay, halfDaysOf } from '#modules/meetings/door/half-days.ts'
import type { Expected } from '#modules/meetings/door/presences.ts'
import type { Meeting } from '#modules/meetings/meetings.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'
import type { Block, Fact, Manuscript } from '#platform/typesetting/index.ts'

/** As many as are signed for in one evening; beyond, sheets are printed by parts of the list. */
export const mostLines = 1_000

/** For those who come without having registered. */
export const blankLines = 8

/** Columns for signatures that one page has room for. */
const mostColumns = 4

const partNames: Record<HalfDay['part'], MessageKey> = {
  morning: 'sheet.part.morning',
  afternoon: 'sheet.part.afternoon',
  evening: 'sheet.part.evening',
}

/** What stands above a column: the half-day; its date too where there are several days. */
export function halfDayName(halfDay: HalfDay, all: readonly HalfDay[], { t, locale }: I18n): string {
  const part = t(partNames[halfDay.part])
  if (new Set(all.map(({ date }) => date)).size === 1) return part
  const day = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  }).format(new Date(`${halfDay.date}T12:00:00Z`))
  return `${day}, ${part.toLocaleLowerCase(locale)}`
}

/**
 * The sheet as a document: a numbered line for each who is expected, a column to sign in for each half-day, empty lines
 * for those who come without having registered, and the signature of whoever vouches for it.
 * @param signed 'blank' to be signed by hand; 'attended' says who was there, for a meeting that was held
 */
export function sheetManuscript(
  meeting: Meeting,
  people: readonly Expected[],
  letterhead: Letterhead,
  i18n: I18n,
  signed: 'blank' | 'attended' = 'blank',
): Manuscript {
  const { t } = i18n
  const shown = signed === 'attended' ? people.filter(({ present }) => present) : people
  const halfDays = halfDaysOf(meeting)
  const blocks: Block[] = []
  for (let first = 0; first < halfDays.length; first += mostColumns) {
    const columns = halfDays.slice(first, first + mostColumns)
    const rows = shown.map((person, line) => [
      cell(String(line + 1)),
      nameOf(person),
      ...columns.map((_, column) =>
        signed === 'blank' ? cell('') : saidOf(person, first + column, meeting, i18n),
      ),
    ])
    const blank = Array.from({ length: signed === 'blank' ? blankLines : 0 }, (_, line) => [
      cell(String(shown.length + line + 1)),
      [paragraph({ text: '\n' }, { text: '\u00a0' })],
      ...columns.map(() => cell('')),
    ])
    blocks.push({
      kind: 'table',
      columns: [
        { align: 'end', weight: 1 },
        { align: 'start', weight: 7 },
        ...columns.map(() => ({ align: 'start' as const, weight: columns.length > 2 ? 4 : 5 })),
      ],
      head: [
        cell(t('sheet.line')),
        cell(t('sheet.person')),
        ...columns.map(halfDay => cell(halfDayName(halfDay, halfDays, i18n))),
      ],
      rows: [...rows, ...blank],
    })
  }
  blocks.push({
    kind: 'paragraph',
    runs: [{ text: t('sheet.vouched') }, { text: '\n' }, { text: '\n' }, { text: '\n' }],
  })
  return {
    ...letterhead,
    title: meeting.title,
    kicker: t(signed === 'blank' ? 'sheet.name' : 'sheet.attended'),
    lede: '',
    date: meeting.startsAt.toISOString().slice(0, 10),
    language: i18n.locale,
    facts: factsOf(meeting, halfDays, shown.length, i18n, signed),
    footer: [letterhead.publisher, meeting.title].join(' · '),
    blocks,
  }
}

function nameOf({ name, organisation }: Expected): Block[] {
  return [paragraph({ text: name, strong: true }, { text: '\n' }, { text: organisation || '\u00a0' })]
}

/** Of one who was there: by what it was found out, and when they came. */
function saidOf(person: Expected, halfDay: number, { timeZone }: Meeting, { t, locale }: I18n): Block[] {
  if (person.halfDays && !person.halfDays.includes(halfDay)) return cell('—')
  const clock = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
  })
  const at = person.arrivedAt && halfDay === 0 ? clock.format(person.arrivedAt) : ''
  const ways: Record<NonNullable<Expected['checkedBy']>, MessageKey> = {
    code: 'door.by.code',
    list: 'door.by.list',
    sheet: 'door.by.sheet',
    walk_in: 'door.by.walk-in',
    video: 'door.by.video',
  }
  return cell([person.checkedBy ? t(ways[person.checkedBy]) : '', at].filter(Boolean).join(' · '))
}

function factsOf(
  meeting: Meeting,
  halfDays: readonly HalfDay[],
  count: number,
  { t, moment, number, list }: I18n,
  signed: 'blank' | 'attended',
): Fact[] {
  const minutes = halfDays.reduce((sum, halfDay) => sum + halfDay.minutes, 0)
  const facts: [string, string][] = [
    [t('sheet.when'), moment(meeting.startsAt, meeting.timeZone)],
    [t('sheet.duration'), durationOf(minutes, t)],
    [t('sheet.place'), list([meeting.place, meeting.address].filter(Boolean))],
    [
      t('sheet.host'),
      list([meeting.hostOrganisation?.name ?? '', meeting.hostPerson?.name ?? ''].filter(Boolean)),
    ],
    [t('sheet.group'), meeting.group?.name ?? ''],
    [t(signed === 'blank' ? 'sheet.expected' : 'sheet.present'), number(count)],
  ]
  return facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, values: [[{ text: value }]] }))
}

/** As hours and minutes are said: 2 h 30. */
export function durationOf(minutes: number, t: I18n['t']): string {
  return t('attendance.duration', {
    hours: Math.floor(minutes / 60),
    minutes: String(minutes % 60).padStart(2, '0'),
  })
}
