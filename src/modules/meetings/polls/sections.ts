import { h } from 'preact'
import type { Section } from '#http/module.ts'
import { pollsFor } from '#modules/meetings/polls/polls.ts'
import { PollsSection } from '#modules/meetings/polls/views/polls-section.tsx'
import { seriesFor } from '#modules/meetings/series/series.ts'

/** Of a group: its polls that are open, its series. */
export const groupDates: Section = async ({ trx, network, subject, person }) => {
  const reader = { networkId: network.id, timeZone: network.timeZone, ...person }
  const { polls } =
    person.personId === null ? { polls: [] } : await pollsFor(trx, reader, { groupId: subject.id, limit: 5 })
  const { series } = await seriesFor(trx, reader, { groupId: subject.id, limit: 5 })
  if (polls.length === 0 && series.length === 0) return null
  return { content: h(PollsSection, { network, polls, series, withoutGroup: true }), scripts: [] }
}
