import fc from 'fast-check'
import ICAL from 'ical.js'
import ical, { ICalCalendarMethod } from 'ical-generator'
import { expect, test } from 'vitest'
import { calendarFilesOf } from '#platform/mail/calendar-files.ts'
import '../../../test/fast-check.ts'

function calendarWith(uids: readonly string[]): string {
  const calendar = ical({ method: ICalCalendarMethod.REQUEST, name: 'Rencontres' })
  for (const [index, id] of uids.entries())
    calendar.createEvent({
      id,
      sequence: index,
      start: new Date(Date.UTC(2026, 8, 16 + index, 12)),
      end: new Date(Date.UTC(2026, 8, 16 + index, 14)),
      summary: `Rencontre ${index}\nBEGIN:VEVENT`,
      description: 'Une longue description. '.repeat(8),
    })
  return calendar.toString()
}

function eventsIn(file: string): string[] {
  const calendar = new ICAL.Component(ICAL.parse(file))
  expect(calendar.getFirstPropertyValue('method')).toBe('REQUEST')
  return calendar
    .getAllSubcomponents('vevent')
    .map(event => `${event.getFirstPropertyValue('uid')} ${event.getFirstPropertyValue('sequence')}`)
}

test('one file for each UID, each a whole calendar, with every event once', () => {
  const uid = fc.stringMatching(/^[a-z0-9]{1,90}$/).map(name => `${name}@exemple.org`)
  fc.assert(
    fc.property(fc.array(uid, { minLength: 1, maxLength: 8 }), uids => {
      const content = calendarWith(uids)
      const files = calendarFilesOf(content)
      expect(files).toHaveLength(new Set(uids).size)
      for (const file of files) expect(new Set(eventsIn(file).map(one => one.split(' ')[0])).size).toBe(1)
      expect(files.flatMap(eventsIn).sort()).toEqual(eventsIn(content).sort())
    }),
  )
})

test('time zones go into each; what speaks of one UID is left as it is', () => {
  const one = calendarWith(['a@exemple.org', 'a@exemple.org'])
  expect(calendarFilesOf(one)).toEqual([one])
  const zone = 'BEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\nEND:VTIMEZONE\r\n'
  const two = calendarWith(['a@exemple.org', 'b@exemple.org']).replace('BEGIN:VEVENT', `${zone}BEGIN:VEVENT`)
  const files = calendarFilesOf(two)
  expect(files).toHaveLength(2)
  for (const file of files) expect(file).toContain(zone)
})
