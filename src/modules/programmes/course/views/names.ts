import type { ChangeKind } from '#modules/programmes/course/changing.ts'
import type { Touched } from '#modules/programmes/course/touched.ts'
import type { Why } from '#modules/programmes/planning/plan.ts'
import type { Mode, ProgrammeState } from '#modules/programmes/programme.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'

export const modeNames = {
  video: 'programme.mode.video',
  own_work: 'programme.mode.own-work',
  in_person: 'programme.mode.in-person',
} as const satisfies Record<Mode, MessageKey>

export const stateNames = {
  running: 'programme.state.running',
  paused: 'programme.state.paused',
  ended: 'programme.state.ended',
  undone: 'programme.state.ended',
} as const satisfies Record<ProgrammeState, MessageKey>

export const changeNames = {
  made: 'programme.change.made',
  moved: 'programme.change.moved',
  paused: 'programme.change.paused',
  resumed: 'programme.change.resumed',
  shortened: 'programme.change.shortened',
  capsule_added: 'programme.change.capsule-added',
  step_added: 'programme.change.step-added',
  mode_changed: 'programme.change.mode-changed',
  reordered: 'programme.change.reordered',
  changed: 'programme.change.changed',
  undone: 'programme.change.undone',
} as const satisfies Record<ChangeKind, MessageKey>

export const touchedNames = {
  registrations: 'programme.touched.registrations',
  minutes: 'programme.touched.minutes',
  messages: 'programme.touched.messages',
  proposals: 'programme.touched.proposals',
  said: 'programme.touched.said',
  tasks: 'programme.touched.tasks',
  words: 'programme.touched.words',
} as const satisfies Record<Touched['what'], MessageKey>

/** Why a step is not where it was meant to be. @param titles of steps, by id */
export function whyWords(i18n: I18n, why: Why, titles: ReadonlyMap<string, string>): string {
  switch (why.kind) {
    case 'holiday':
      return i18n.t('programme.why.holiday', { day: i18n.day(why.day), name: why.name })
    case 'weekend':
      return i18n.t('programme.why.weekend', { day: i18n.day(why.day) })
    case 'closed':
      return i18n.t('programme.why.closed', {
        name: why.name || i18n.t('programme.closure'),
        from: i18n.day(why.from),
        until: i18n.day(why.until),
      })
    case 'after':
      return i18n.t('programme.why.after', { step: titles.get(why.stepId) ?? '' })
  }
}

/** When a step is: of a meeting its day and hour, of other work from when until when. */
export function whenWords(
  i18n: I18n,
  step: { mode: Mode; opensOn: string; dueOn: string; beginsAt: string | null },
): string {
  const { mode, opensOn, dueOn, beginsAt } = step
  if (mode === 'own_work')
    return i18n.t('programme.when.window', { from: i18n.day(opensOn), until: i18n.day(dueOn) })
  return beginsAt === null
    ? weekdayIn(i18n, dueOn)
    : i18n.t('programme.when.meeting', { day: weekdayIn(i18n, dueOn), time: beginsAt })
}

/** With its weekday: whether one can come hangs on that. */
export function weekdayIn(i18n: I18n, day: string): string {
  const weekday = new Intl.DateTimeFormat(i18n.locale === 'en' ? 'en-GB' : i18n.locale, {
    weekday: 'long',
    timeZone: 'UTC',
  }).format(new Date(day))
  return i18n.t('programme.day', { weekday, day: i18n.day(day) })
}
