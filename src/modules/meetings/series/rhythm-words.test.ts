import { expect, test } from 'vitest'
import { locales } from '#kernel/locale.ts'
import type { Rhythm } from '#modules/meetings/series/recurrence.ts'
import { endWords, rhythmWords } from '#modules/meetings/series/rhythm-words.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'

const rhythm: Rhythm = {
  startsOn: '2027-01-12',
  startsAt: '18:00',
  minutes: 90,
  timeZone: 'Europe/Paris',
  repeats: 'month',
  every: 1,
  by: 'weekday',
  until: null,
  times: 6,
  skipped: [],
}

const inFrench = (change: Partial<Rhythm>) => rhythmWords(i18nFor('fr'), { ...rhythm, ...change })

test('a rhythm is said in every language', () => {
  expect(locales.map(locale => rhythmWords(i18nFor(locale), rhythm))).toEqual([
    'Chaque mois, le deuxième mardi du mois, de 18:00 à 19:30',
    'Every month, on the second Tuesday of the month, 18:00 to 19:30',
    'Cada mes, el segundo martes del mes, de 18:00 a 19:30',
    'Todos os meses, terça-feira (2.ª vez no mês), das 18:00 às 19:30',
  ])
})

test('weeks, days that not every month has, and the last ones', () => {
  expect(inFrench({ repeats: 'week', every: 2 })).toBe('Toutes les 2 semaines, le mardi, de 18:00 à 19:30')
  expect(inFrench({ by: 'day', startsOn: '2027-01-31' })).toContain('le 31 ou le dernier jour du mois')
  expect(inFrench({ startsOn: '2027-03-30' })).toContain('le dernier mardi du mois')
  expect(inFrench({ repeats: 'quarter', minutes: 480 })).toMatch(/^Chaque trimestre.*de 18:00 à 02:00$/)
})

test('so is its end', () => {
  expect(endWords(i18nFor('fr'), rhythm)).toBe('6 rencontres en tout')
  expect(endWords(i18nFor('fr'), { until: '2027-07-01', times: null })).toBe('jusqu’au 1er juillet 2027')
})
