import type { Calendar } from '#modules/programmes/planning/calendar.ts'
import { addDays, daysBetween, latest } from '#modules/programmes/planning/days.ts'

/** What a meeting that cannot be on the day it was meant for has around it. */
export interface Room {
  /** It cannot be before. */
  notBefore: string
  /** Days that the meeting had better not be after, though it may; those that it already is after do not count. */
  rather: readonly string[]
}

/**
 * The nearest free day after; the nearest before where that one would come into the way of what follows, or lies behind a
 * closed time and this one is nearer.
 */
export function meetingDay(calendar: Calendar, day: string, room: Room): string {
  const after = calendar.nextWorkday(day)
  if (after === day) return day
  const away = daysBetween(day, after)
  const inTheWay = room.rather.some(limit => day <= limit && limit < after)
  if (!inTheWay && away <= nearby) return after
  // Nothing is searched behind the bound: before it there may be no free day for long.
  const earliest = inTheWay ? room.notBefore : latest(room.notBefore, addDays(day, 1 - away))
  for (let before = addDays(day, -1); before >= earliest; before = addDays(before, -1))
    if (calendar.isFree(before)) return before
  return after
}

/** Whether steps of this kind are held on a day of their own. */
export function isMeeting(mode: 'video' | 'own_work' | 'in_person'): boolean {
  return mode !== 'own_work'
}

/** Weekends and holidays end within a week; what does not is closed. */
const nearby = 7
