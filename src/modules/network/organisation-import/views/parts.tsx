import type { ImportState } from '#modules/network/organisation-import/imports.ts'
import { stateKeys } from '#modules/network/organisation-import/words-said.ts'
import { useFrame } from '#ui/frame.ts'

export function StateTag({ state }: { state: ImportState }) {
  const { label, style } = stateKeys[state]
  return <span class={`tag state-${style}`}>{useFrame().i18n.t(label)}</span>
}
