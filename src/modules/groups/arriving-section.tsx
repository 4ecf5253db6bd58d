import type { Section } from '#http/module.ts'
import { groupsBehind } from '#modules/groups/arriving.ts'
import { AwaitingGroups } from '#modules/groups/views/awaiting-groups.tsx'

/** On the page of an invitation into the network: the groups one comes into with it. */
export const invitation: Section = async ({ trx, network, subject }) => {
  const groups = await groupsBehind(trx, network.id, subject.id)
  return groups.length === 0 ? null : { content: <AwaitingGroups groups={groups} />, scripts: [] }
}
