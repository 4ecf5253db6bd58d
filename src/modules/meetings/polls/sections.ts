import { h } from 'preact'
import type { Section } from '#http/module.ts'
import { pollsFor } from '#modules/meetings/polls/polls.ts'
import { PollsSection } from '#modules/meetings/polls/views/polls-section.tsx'
import { seriesFor } from '#modules/meetings/series/series.ts'

/** At the door of a network: polls that wait for the reader to choose a date, or to answer. */
export const homePolls: Section = async ({ trx, network, person }) => {
  if (person.personId === null) return null
  const reader = { networkId: network.id, timeZone: network.timeZone, ...person }
  const { polls: toChoose } = await pollsFor(trx, reader, { toChoose: true, limit: 4 })
  const { polls } = await pollsFor(trx, reader, { limit: 20 })
  const waiting = [...toChoose, ...polls.filter(({ answered }) => !answered)].slice(0, 4)
  if (waiting.length === 0) return null
  return { content: h(PollsSection, { network, polls: waiting, series: [] }), scripts: [] }
}

/** Of a group: its polls that are open, its series. */
export const groupDates: Section = async ({ trx, network, subject, person }) => {
  const reader = { networkId: network.id, timeZone: network.timeZone, ...person }
  const { polls } =
    person.personId === null ? { polls: [] } : await pollsFor(trx, reader, { groupId: subject.id, limit: 5 })
  const { series } = await seriesFor(trx, reader, { groupId: subject.id, limit: 5 })
  if (polls.length === 0 && series.length === 0) return null
  return { content: h(PollsSection, { network, polls, series, withoutGroup: true }), scripts: [] }
}
