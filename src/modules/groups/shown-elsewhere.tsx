import type { Section } from '#http/module.ts'
import { groupsOfOrganisation, groupsOfPerson } from '#modules/groups/listing.ts'
import { HomeSection, NamedGroups } from '#modules/groups/views/sections.tsx'

/** My groups. */
export const home: Section = async ({ trx, network, person }) => {
  const { personId, role } = person
  if (personId === null) return null
  const groups = await groupsOfPerson(trx, { network, role, personId }, personId)
  if (groups.length === 0) return null
  return { content: <HomeSection network={network} groups={groups} />, scripts: [] }
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
