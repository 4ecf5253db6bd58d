import type { Share } from '#modules/programmes/progress/progress.ts'
import type { StepFigures } from '#modules/programmes/report/figures.ts'
import type { Period } from '#modules/programmes/report/period.ts'
import type { CourseChange, RanBy } from '#modules/programmes/report/sources.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'

export const changeNames: Record<CourseChange['kind'], MessageKey> = {
  moved: 'programme-report.change.moved',
  paused: 'programme-report.change.paused',
  resumed: 'programme-report.change.resumed',
  shortened: 'programme-report.change.shortened',
  capsule_added: 'programme-report.change.capsule-added',
  step_added: 'programme-report.change.step-added',
  mode_changed: 'programme-report.change.mode-changed',
  reordered: 'programme-report.change.reordered',
}

export const ranAs: Record<RanBy['role'], MessageKey> = {
  facilitator: 'programme-report.ran.facilitator',
  coordinator: 'programme-report.ran.coordinator',
  tutor: 'programme-report.ran.tutor',
}

export function periodName({ from, until, whole }: Period, { t, day }: I18n): string {
  const values = { from: day(from), until: day(until) }
  return t(whole ? 'programme-report.period.whole' : 'programme-report.period', values)
}

/** How many did it, of those whose turn it was; nobody's turn has come where there are none. */
export function doneOf({ count, of }: Share, t: I18n['t']): string {
  return of === 0 ? t('programme-report.not-due') : t('programme-report.of', { count, of })
}

/** Of a step that is still open: how many did it already, of all that have until its last day. */
export function stepDoneBy({ completion, openTo }: StepFigures, t: I18n['t']): string {
  if (openTo === null || completion.count === 0) return doneOf(completion, t)
  return t('programme-report.already', { count: completion.count, of: openTo })
}

/** What kind of organisation it is and of which size, as far as is known. */
export function describedAs(
  { kind, sizeClass }: { kind: string | null; sizeClass: string | null },
  { maybe }: I18n,
): string {
  return [
    kind ? maybe(`organisation.kind.${kind.replaceAll('_', '-')}`, kind) : '',
    sizeClass ? maybe(`organisation.size.${sizeClass}`, sizeClass) : '',
  ]
    .filter(Boolean)
    .join(' · ')
}
