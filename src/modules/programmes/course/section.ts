import { h } from 'preact'
import type { Section } from '#http/module.ts'
import { AppError } from '#kernel/errors.ts'
import { openGroup } from '#modules/groups/index.ts'
import { listProgrammes } from '#modules/programmes/course/listing.ts'
import { ProgrammesSection } from '#modules/programmes/course/views/programmes-page.tsx'

/** Of a group: what it goes through, and its next step; nothing for visitors. */
export const programmesOfGroup: Section = async ({ trx, network, subject, person }) => {
  if (person.role === 'visitor') return null
  const reader = { network, ...person }
  const opened = await openGroup(trx, reader, subject.id, 'read').catch(error => {
    if (error instanceof AppError && error.code === 'not-found') return null
    throw error
  })
  if (!opened) return null
  const { programmes } = await listProgrammes(trx, reader, { groupId: subject.id, limit: 4 })
  if (programmes.length === 0 && !opened.mayRun) return null
  const { slug } = opened.group
  return {
    content: h(ProgrammesSection, { network, group: slug, programmes, mayMake: opened.mayRun }),
    scripts: [],
  }
}
