import type { Section } from '#http/module.ts'
import { groupsOfOrganisation, groupsOfPerson } from '#modules/groups/listing.ts'
import { type Reader, runsAll } from '#modules/groups/seeing.ts'
import { listTasks } from '#modules/groups/tasks.ts'
import { HomeSection, NamedGroups } from '#modules/groups/views/sections.tsx'
import { waitingFor } from '#modules/groups/waiting.ts'

/** My groups, what I have to do, and who waits for me. */
export const home: Section = async ({ trx, network, person }) => {
  const { personId, role } = person
  if (personId === null) return null
  const reader: Reader = { network, role, personId }
  const [groups, { tasks }, waiting] = [
    await groupsOfPerson(trx, reader, personId),
    await listTasks(trx, reader, { ownerId: personId, state: 'open' }, { limit: 5 }),
    await waitingFor(trx, reader, runsAll(reader)),
  ]
  if (groups.length + tasks.length + waiting.requests.length + waiting.invitations.length === 0) return null
  return {
    content: <HomeSection network={network} groups={groups} tasks={tasks} waiting={waiting} />,
    scripts: [],
  }
}

/** The groups somebody is in, as far as the reader may know of them. */
export const person: Section = async ({ trx, network, subject, person: { personId, role } }) => {
  if (role === 'visitor') return null
  const groups = await groupsOfPerson(trx, { network, role, personId }, subject.id)
  if (groups.length === 0) return null
  return { content: <NamedGroups network={network} groups={groups} />, scripts: [] }
}

export const organisation: Section = async ({ trx, network, subject, person: { personId, role } }) => {
  if (role === 'visitor') return null
  const groups = await groupsOfOrganisation(trx, { network, role, personId }, subject.id)
  if (groups.length === 0) return null
  return { content: <NamedGroups network={network} groups={groups} />, scripts: [] }
}
