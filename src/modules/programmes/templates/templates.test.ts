import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { locales } from '#kernel/locale.ts'
import { projectFolder } from '#kernel/project.ts'
import { taskExpectation } from '#modules/groups/task-expectation.ts'
import { attendanceExpectation } from '#modules/meetings/attendance/attendance-expectation.ts'
import { document, reading as pages } from '#modules/programmes/expectations.ts'
import { calendarOf } from '#modules/programmes/planning/calendar.ts'
import { isMeeting } from '#modules/programmes/planning/meeting-day.ts'
import { planProgramme } from '#modules/programmes/planning/plan-programme.ts'
import type { Kinds } from '#modules/programmes/templates/checks.ts'
import { closuresOf } from '#modules/programmes/templates/closures.ts'
import { outlineOf } from '#modules/programmes/templates/outline.ts'
import { problemMessage } from '#modules/programmes/templates/problem.ts'
import { checkTemplate, readTemplate, writeTemplate } from '#modules/programmes/templates/reading.ts'
import { templateJsonSchema } from '#modules/programmes/templates/schema.ts'
import { shippedKeys, shippedTemplates, templatesFolder } from '#modules/programmes/templates/shipped.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import '../../../../test/fast-check.ts'

const kinds: Kinds = { attendance: attendanceExpectation, document, reading: pages, task: taskExpectation }

const small = `key: essai
name: { fr: Essai }
licence: CC0-1.0
duration: P3M
capsules:
  - key: une
    title: { fr: Une }
    steps:
      - key: debut
        title: { fr: Début }
        mode: video
        starts: P0D
        begins: "10:00"
      - key: suite
        title: { fr: Suite }
        mode: own_work
        after: [{ step: debut }]
        window: P2W
`

describe('what is shipped', () => {
  test('is sound, in four languages, and expects what modules see done', () => {
    for (const key of shippedKeys) {
      const reading = readTemplate(readFileSync(join(templatesFolder, `${key}.yaml`), 'utf8'), kinds)
      if ('problems' in reading) throw new Error(JSON.stringify(reading.problems))
      expect(reading.template.key).toBe(key)
      const texts = textsIn(reading.template)
      expect(texts.length).toBeGreaterThan(10)
      for (const text of texts) expect(Object.keys(text)).toEqual([...locales])
    }
  })

  test('nineteen months: an opening day in person, then six capsules of three steps', () => {
    const [template] = shippedTemplates()
    if (!template) throw new Error('No template')
    const { capsules, months } = outlineOf(template)
    expect(months).toBe(19)
    expect(capsules.map(({ firstMonth, steps }) => [firstMonth, steps.length])).toEqual([
      ...[
        [1, 1],
        [2, 3],
        [5, 3],
        [8, 3],
        [11, 3],
        [14, 3],
        [17, 3],
      ],
    ])
    for (const { steps } of template.capsules.slice(1))
      expect(steps.map(({ mode }) => mode)).toEqual(['video', 'own_work', 'in_person'])
    // As a collective in Toulouse would begin it.
    const closures = closuresOf(template, '2026-09-16', 'fr')
    expect(closures.map(({ from, until }) => [from, until])).toEqual([
      ['2026-12-20', '2027-01-03'],
      ['2027-08-01', '2027-08-21'],
      ['2027-12-20', '2028-01-03'],
    ])
    const options = {
      startsOn: '2026-09-16',
      country: 'FR',
      subdivision: null,
      closures,
      locale: 'fr' as const,
    }
    const plan = planProgramme(template, options)
    expect([plan.startsOn, plan.endsOn]).toEqual(['2026-09-16', '2028-04-15'])
    const calendar = calendarOf(options)
    const steps = plan.capsules.flatMap(capsule => capsule.steps)
    expect(steps.filter(({ mode, dueOn }) => isMeeting(mode) && !calendar.isFree(dueOn))).toEqual([])
    expect(steps.every(({ dueOn }) => dueOn <= plan.endsOn)).toBe(true)
    const review = steps.find(({ key }) => key === 'fairness-review')
    expect(review).toMatchObject({ why: [{ kind: 'closed', name: 'Mois d’août' }] })
    expect(review?.expectations[0]?.settings).toEqual({ help: expect.stringContaining('Faites-le') })
  })

  test('what the documentation shows can be used as it stands', () => {
    const page = readFileSync(join(projectFolder, 'docs/programme-templates.md'), 'utf8')
    const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
    expect(readTemplate(example, kinds)).toMatchObject({ template: { key: 'repair-quarter' } })
  })

  test('its schema is the one that editors are given', () => {
    const file = readFileSync(join(templatesFolder, 'template.schema.json'), 'utf8')
    expect(JSON.parse(file)).toEqual(templateJsonSchema())
  })
})

describe('a template in a file', () => {
  test('is read from YAML and from JSON, with what is not said filled in', () => {
    const reading = readTemplate(small, kinds)
    if ('problems' in reading) throw new Error(JSON.stringify(reading.problems))
    const { template } = reading
    expect(template).toMatchObject({ version: 1, closures: [] })
    expect(template.capsules[0]?.steps[1]).toMatchObject({
      ...{ after: [{ step: 'debut', gap: 'P1D' }], minutes: 60, tutor: 'none', expects: [] },
    })
    expect(readTemplate(JSON.stringify(parse(small), null, '\t'), kinds)).toEqual(reading)
    for (const one of [template, ...shippedTemplates()])
      expect(readTemplate(writeTemplate(one), kinds)).toEqual({ template: one })
  })

  test('says everything that is wrong at once, with line and column, in the language of the reader', () => {
    const wrong = small
      .replace('key: essai', 'key: Un Essai')
      .replace('duration: P3M', 'duration: -P3M')
      .replace('mode: video', 'mode: ailleurs')
      .replace('window: P2W', 'window: P2W\n        minutes: 2\n        couleur: vert')
    const reading = readTemplate(wrong, kinds)
    if (!('problems' in reading)) throw new Error('It was read')
    expect(reading.problems.map(({ code, line, where }) => [code, line, where])).toEqual([
      ['key-wrong', 1, 'key'],
      ['period-wrong', 4, 'duration'],
      ['value-unknown', 11, 'capsules[0].steps[0].mode'],
      ['number-wrong', 19, 'capsules[0].steps[1].minutes'],
      ['field-unknown', 20, 'capsules[0].steps[1].couleur'],
    ])
    const [, period] = reading.problems
    if (!period) throw new Error('No problem')
    expect(problemMessage(i18nFor('fr'), period)).toMatch(
      /^Ligne 4, colonne 11 \(duration\)\u00a0: .*-P3M.*P3W/,
    )
    for (const locale of locales)
      for (const problem of reading.problems)
        expect(problemMessage(i18nFor(locale), problem)).not.toMatch(/programmeTemplate|[{}]/)
  })

  test.each([
    ['circle', { after: [{ step: 'suite' }] }, {}],
    ['step-unknown', {}, { after: [{ step: 'ailleurs' }] }],
    ['capsule-unknown', {}, { after: [{ capsule: 'ailleurs' }] }],
    ['circle', {}, { after: [{ capsule: 'une' }] }],
    ['dependency-shape', {}, { after: [{ step: 'debut', capsule: 'une' }] }],
    ['step-twice', {}, { key: 'debut' }],
    ['place-missing', {}, { after: [] }],
    ['after-end', {}, { window: 'P90D' }],
    ['starts-early', { window: 'P3W' }, { starts: 'P2W' }],
    ['period-long', {}, { window: 'P15M' }],
    ['begins-missing', { begins: undefined }, {}],
    ['begins-alone', {}, { begins: '10:00' }],
    ['time-wrong', { begins: '25:00' }, {}],
    ['task-shape', { tasks: [{ title: { fr: 'Lieu' }, before: 'P1W', after: 'P1W' }] }, {}],
    ['kind-unknown', { expects: [{ kind: 'sonnet', title: { fr: 'Un sonnet' } }] }, {}],
    ['kind-of-meetings', {}, { expects: [{ kind: 'attendance', title: { fr: 'Être là' } }] }],
    ['field-unknown', { expects: [{ kind: 'reading', title: { fr: 'Lire' }, settings: { page: 3 } }] }, {}],
    ['text-missing', { title: {} }, {}],
  ])('refuses %s', (code, first, second) => {
    const value = parse(small)
    const [debut, suite] = value.capsules[0].steps
    value.capsules[0].steps = [
      { ...debut, ...first },
      { ...suite, ...second },
    ]
    const text = stringify(JSON.parse(JSON.stringify(value)))
    const reading = readTemplate(text, kinds)
    if (!('problems' in reading)) throw new Error('It was read')
    expect(reading.problems.map(problem => problem.code)).toEqual([code])
    expect(reading.problems[0]?.line).toBeGreaterThan(1)
    if (code === 'kind-unknown')
      expect(reading.problems[0]?.detail.expected).toBe(Object.keys(kinds).sort().join(', '))
  })

  test('names a circle in the order in which its steps wait for each other', () => {
    const value = parse(small)
    const step = (key: string, before: string) => ({
      ...{ key, title: { fr: key }, mode: 'own_work', after: [{ step: before }] },
    })
    value.capsules[0].steps = [step('aa', 'bb'), step('bb', 'cc'), step('cc', 'aa')]
    const reading = checkTemplate(value, kinds)
    if (!('problems' in reading)) throw new Error('It was read')
    expect(reading.problems).toMatchObject([{ code: 'circle', detail: { circle: 'aa → bb → cc → aa' } }])
  })

  test('refuses ten thousand steps, a file of megabytes, nothing at all, and what is no YAML', () => {
    const value = parse(small)
    const [debut] = value.capsules[0].steps
    value.capsules[0].steps = Array.from({ length: 10_000 }, (_, at) => ({ ...debut, key: `s${at}` }))
    expect(codesOf(checkTemplate(value, kinds))).toEqual(['list-too-long'])
    value.capsules = Array.from({ length: 50 }, (_, capsule) => ({
      ...value.capsules[0],
      key: `c${capsule}`,
      steps: Array.from({ length: 200 }, (_unused, at) => ({ ...debut, key: `s${capsule}-${at}` })),
    }))
    expect(codesOf(checkTemplate(value, kinds))).toEqual(['steps-too-many'])
    expect(codesOf(readTemplate(`${small}# ${'x'.repeat(600_000)}`, kinds))).toEqual(['too-large'])
    expect(codesOf(readTemplate('', kinds))).toEqual(['not-fields'])
    expect(codesOf(readTemplate('key: [a', kinds))).toEqual(['unreadable'])
    expect(codesOf(readTemplate(`${small}key: encore\n`, kinds))).toEqual(['field-twice'])
    expect(
      codesOf(
        readTemplate(`${small}closures: [{ from: "02-30", until: "03-01", name: { fr: F } }]\n`, kinds),
      ),
    ).toEqual(['month-day-wrong'])
    expect(codesOf(readTemplate(small.replace('P3M', 'P0D'), kinds))).toEqual(['duration-empty'])
  })

  test('what would take the reader minutes is refused before it is read', () => {
    const many = (count: number, line: (at: number) => string) =>
      Array.from({ length: count }, (_, at) => line(at)).join('\n')
    for (const text of [
      many(8_000, at => `k${at}: 1`),
      many(60, at => `k${at}: &a${at} x`),
      '['.repeat(100_000),
      '{a: '.repeat(20_000),
    ])
      expect(codesOf(readTemplate(text, kinds))).toEqual(['unreadable'])
  })

  test('whatever the text: an answer, never an exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.anything().map(value => stringifyAny(value)),
        ),
        text => {
          const reading = readTemplate(text, kinds)
          expect('problems' in reading && reading.problems.length > 0).toBe(true)
        },
      ),
    )
    // Near what is right, too: any one line gone.
    const lines = small.split('\n')
    for (const at of lines.keys()) readTemplate(lines.filter((_, line) => line !== at).join('\n'), kinds)
  })
})

function codesOf(reading: ReturnType<typeof readTemplate>): string[] {
  return 'problems' in reading ? reading.problems.map(({ code }) => code) : []
}

/** Every text by language, however deep. */
function textsIn(value: unknown): Record<string, string>[] {
  if (typeof value !== 'object' || value === null) return []
  if ('fr' in value) return [value as Record<string, string>]
  return Object.values(value).flatMap(textsIn)
}

function stringifyAny(value: unknown): string {
  try {
    return stringify(value) ?? ''
  } catch {
    return ''
  }
}
