import { h } from 'preact'
import type { Section } from '#http/module.ts'
import { codeOf } from '#modules/meetings/door/presences.ts'
import { DaySection } from '#modules/meetings/door/views/day-section.tsx'
import { openFor } from '#modules/meetings/meetings.ts'
import { decisionsOf } from '#modules/meetings/minutes/decisions.ts'
import { readMinutes } from '#modules/meetings/minutes/minutes.ts'
import { mayWriteNotes } from '#modules/meetings/minutes/notes.ts'

/** On the page of a meeting: its day, and what came of it. */
export const daySection: Section = async ({ trx, network, subject, person }) => {
  const reader = { networkId: network.id, timeZone: network.timeZone, ...person }
  const opened = await openFor(trx, reader, subject.id, 'read')
  const { meeting, mayRun, registration } = opened
  const inside = person.role !== 'visitor'
  const isOn = meeting.state === 'scheduled' || meeting.state === 'held'
  const minutes = await readMinutes(trx, { network, role: person.role }, meeting.id)
  const decisions = inside && mayWriteNotes(opened) ? await decisionsOf(trx, network.id, meeting.id) : []
  const comes = registration?.state === 'registered' && meeting.state === 'scheduled'
  const code = comes ? await codeOf(trx, network.id, registration.id) : null
  if (!isOn || !(mayRun || minutes || comes || decisions.length > 0)) return null
  const content = h(DaySection, {
    network,
    meeting,
    mayRun,
    mayWrite: mayWriteNotes(opened),
    code,
    hasMinutes: minutes !== null,
    decisions,
  })
  return { content, scripts: [] }
}
