import type { StepState } from '#modules/programmes/progress/progress.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

export const stateNames: Record<StepState, MessageKey> = {
  done: 'progress.state.done',
  part: 'progress.state.part',
  open: 'progress.state.open',
  late: 'progress.state.late',
  missed: 'progress.state.missed',
  ahead: 'progress.state.ahead',
  waived: 'progress.state.waived',
  'catching-up': 'progress.state.catching-up',
  before: 'progress.state.before',
}

/** One sign for each, which a table shows beside its name for those who cannot see it. */
export const stateSigns: Record<StepState, string> = {
  done: '●',
  part: '◐',
  open: '○',
  late: '!',
  missed: '✕',
  ahead: '·',
  waived: '–',
  'catching-up': '↻',
  before: '‹',
}
