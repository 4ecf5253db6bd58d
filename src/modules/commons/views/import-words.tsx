import type { ImportState } from '#modules/commons/importing/imports.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'
import { useFrame } from '#ui/frame.ts'

const states: Record<ImportState['state'], { label: MessageKey; style: string }> = {
  waiting: { label: 'commons.import.state.waiting', style: 'created' },
  running: { label: 'commons.import.state.running', style: 'active' },
  interrupted: { label: 'commons.import.state.interrupted', style: 'retry' },
  finished: { label: 'commons.import.state.finished', style: 'completed' },
  failed: { label: 'commons.import.state.failed', style: 'failed' },
}

const counts = {
  read: 'commons.import.count.read',
  created: 'commons.import.count.created',
  changed: 'commons.import.count.changed',
  unchanged: 'commons.import.count.unchanged',
  refused: 'commons.import.count.refused',
  problems: 'commons.import.count.problems',
} as const satisfies Partial<Record<keyof ImportState, MessageKey>>

export function ImportStateTag({ state }: { state: ImportState['state'] }) {
  const { label, style } = states[state]
  return <span class={`tag state-${style}`}>{useFrame().i18n.t(label)}</span>
}

/** What came of it so far, without what there is none of; nothing before it began. */
export function countsSaid(one: ImportState, { t }: I18n): string {
  return (Object.keys(counts) as (keyof typeof counts)[])
    .filter(name => one[name] > 0)
    .map(name => t(counts[name], { count: one[name] }))
    .join(' · ')
}
