import type { ExpectationKind } from '#http/module.ts'
import { locales } from '#kernel/locale.ts'
import { dayAfter, spanOf } from '#modules/programmes/planning/days.ts'
import { isMeeting } from '#modules/programmes/planning/meeting-day.ts'
import { inOrder } from '#modules/programmes/planning/order.ts'
import { meantDays } from '#modules/programmes/planning/plan-programme.ts'
import { type Found, schemaFindings } from '#modules/programmes/templates/findings.ts'
import type { ProblemCode } from '#modules/programmes/templates/problem.ts'
import { limits } from '#modules/programmes/templates/schema.ts'
import type { ProgrammeTemplate, TemplateStep } from '#modules/programmes/templates/template.ts'
import { dependenciesOf, localised } from '#modules/programmes/templates/words.ts'

/** Kinds of expectation, by the name that templates have for them. */
export type Kinds = Record<string, ExpectationKind>

interface Placed {
  step: TemplateStep
  path: (string | number)[]
}

/** What the parts of a template must have to do with each other. @param kinds null: not looked at */
export function templateChecks(template: ProgrammeTemplate, kinds: Kinds | null): Found[] {
  const placed = template.capsules.flatMap(({ steps }, capsule) =>
    steps.map((step, at): Placed => ({ step, path: ['capsules', capsule, 'steps', at] })),
  )
  if (placed.length > limits.steps)
    return [
      { path: ['capsules'], code: 'steps-too-many', detail: { value: placed.length, most: limits.steps } },
    ]
  const named = [
    ...twice(template, placed),
    ...unknown(template, placed),
    ...placed.flatMap(of => stepChecks(of)),
  ]
  const expectations = kinds === null ? [] : placed.flatMap(of => expectationChecks(of, kinds))
  // With a name given twice or leading nowhere, nothing can be said about the order.
  const times = named.some(({ code }) => unclear.has(code)) ? [] : timeChecks(template, placed)
  return [...named, ...times, ...expectations]
}

function twice(template: ProgrammeTemplate, placed: Placed[]): Found[] {
  const capsules = template.capsules.map(({ key }, at) => ({ key, path: ['capsules', at, 'key'] }))
  const steps = placed.map(({ step, path }) => ({ key: step.key, path: [...path, 'key'] }))
  return [...repeated(capsules, 'capsule-twice'), ...repeated(steps, 'step-twice')]
}

function repeated(all: { key: string; path: Found['path'] }[], code: ProblemCode): Found[] {
  const seen = new Set<string>()
  return all.flatMap(({ key, path }) => {
    if (seen.has(key)) return [{ path, code, detail: { value: key } }]
    seen.add(key)
    return []
  })
}

function unknown(template: ProgrammeTemplate, placed: Placed[]): Found[] {
  const steps = new Set(placed.map(({ step }) => step.key))
  const capsules = new Set(template.capsules.map(({ key }) => key))
  return placed.flatMap(({ step, path }) =>
    step.after.flatMap((one, at): Found[] => {
      if ('step' in one)
        return steps.has(one.step)
          ? []
          : [{ path: [...path, 'after', at, 'step'], code: 'step-unknown', detail: { value: one.step } }]
      return capsules.has(one.capsule)
        ? []
        : [
            {
              path: [...path, 'after', at, 'capsule'],
              code: 'capsule-unknown',
              detail: { value: one.capsule },
            },
          ]
    }),
  )
}

function stepChecks({ step, path }: Placed): Found[] {
  const found: Found[] = []
  const detail = { value: step.key }
  if (step.starts === undefined && step.after.length === 0)
    found.push({ path, code: 'place-missing', detail })
  if (isMeeting(step.mode) && step.begins === undefined) found.push({ path, code: 'begins-missing', detail })
  if (!isMeeting(step.mode) && step.begins !== undefined)
    found.push({ path: [...path, 'begins'], code: 'begins-alone', detail })
  return found
}

/** On the days of a year like any other: whether a month is longer than four weeks is not for a template to say. */
function timeChecks(template: ProgrammeTemplate, placed: Placed[]): Found[] {
  const where = new Map(placed.map(({ step, path }) => [step.key, path]))
  const after = dependenciesOf(template)
  const found = inOrder(
    placed.map(({ step }) => step.key),
    new Map([...after].map(([key, given]) => [key, given.map(({ step }) => step)])),
  )
  if ('circle' in found) {
    const path = [...(where.get(found.circle[0] ?? '') ?? []), 'after']
    return [{ path, code: 'circle', detail: { circle: found.circle.join(' → ') } }]
  }
  const end = dayAfter(anyDay, spanOf(template.duration))
  if (end === anyDay) return [{ path: ['duration'], code: 'duration-empty', detail: {} }]
  const meant = meantDays(template, anyDay)
  return placed.flatMap(({ step, path }): Found[] => {
    const { opensOn = anyDay, dueOn = anyDay } = meant.get(step.key) ?? {}
    const problems: Found[] = []
    if (step.starts !== undefined && dayAfter(anyDay, spanOf(step.starts)) < opensOn)
      problems.push({ path: [...path, 'starts'], code: 'starts-early', detail: { value: step.key } })
    if (dueOn >= end)
      problems.push({ path, code: 'after-end', detail: { value: step.key, other: template.duration } })
    return problems
  })
}

function expectationChecks({ step, path }: Placed, kinds: Kinds): Found[] {
  return step.expects.flatMap(({ kind: name, settings }, at): Found[] => {
    const here = [...path, 'expects', at]
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
    if (!kind) {
      const expected = Object.keys(kinds).sort().join(', ')
      return [{ path: [...here, 'kind'], code: 'kind-unknown', detail: { value: name, expected } }]
    }
    if (kind.subject === 'meeting' && !isMeeting(step.mode))
      return [{ path: [...here, 'kind'], code: 'kind-of-meetings', detail: { value: name } }]
    // What is right in one language may be too long in another; the same mistake is told once.
    for (const locale of locales) {
      const value = localised(settings, locale)
      const parsed = kind.settings.safeParse(value)
      if (!parsed.success) return schemaFindings(parsed.error.issues, value, [...here, 'settings'])
    }
    return []
  })
}

const unclear: ReadonlySet<ProblemCode> = new Set([
  'capsule-twice',
  'step-twice',
  'step-unknown',
  'capsule-unknown',
])
const anyDay = '2027-01-01'
