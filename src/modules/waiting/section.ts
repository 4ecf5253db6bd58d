import { h } from 'preact'
import type { Section } from '#http/module.ts'
import { mostUsefulFirst } from '#modules/waiting/order.ts'
import { WaitingSection } from '#modules/waiting/views/waiting-section.tsx'
import { waitingFor } from '#modules/waiting/waiting.ts'

const few = 5

/** At the door of a network, before all else, for those at home in it. */
export const homeSection: Section = async ({ trx, network, person: { personId }, waiting: sources }) => {
  if (personId === null) return null
  const now = new Date()
  const all = await waitingFor(trx, sources, [personId], now)
  const rows = all.filter(({ silenced }) => !silenced)
  const first = mostUsefulFirst(rows, now).slice(0, few)
  const counts = { count: rows.length, silencedRows: all.length - rows.length }
  const content = h(WaitingSection, { network, sources, rows: first, ...counts, now })
  return { content, scripts: [] }
}
