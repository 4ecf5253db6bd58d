import { newId } from '#kernel/ids.ts'
import type { TestApp } from './app.ts'
import type { TestNetwork } from './factories.ts'

/** A group of the network's own people, with one of everything that a group can hold. */
export interface LivingGroup {
  group: string
  demand: string
  groupInvitation: string
  task: string
  deliverable: string
}

/** @param given.person somebody with a mandate for the organisation */
export async function groupIn(
  { database }: TestApp,
  network: TestNetwork,
  { own, person, organisation, file }: { own: string; person: string; organisation: string; file: string },
): Promise<LivingGroup> {
  const ids = { group: newId(), demand: newId(), invitation: newId(), task: newId(), deliverable: newId() }
  const slug = `groupe-${ids.group.slice(-12)}`
  const insert = (sql: string, ...values: unknown[]) => database.asOwner(sql, [network.id, ...values])
  await insert(
    `insert into network_group (network_id, id, slug, kind, name, summary, charter, objectives, visibility, joining)
     values ($1, $2, $3, 'club', $4, $4, $4, $4, 'network', 'open')`,
    ids.group,
    slug,
    own,
  )
  await insert(
    'insert into group_organisation (network_id, group_id, organisation_id) values ($1, $2, $3)',
    ids.group,
    organisation,
  )
  await insert(
    `insert into group_member (network_id, group_id, person_id, organisation_id, role, valid_from)
     values ($1, $2, $3, $4, 'facilitator', current_date - 9)`,
    ids.group,
    person,
    organisation,
  )
  await insert(
    `insert into group_stay (network_id, group_id, id, person_id, valid_from, valid_until)
     values ($1, $2, $3, $4, current_date - 90, current_date - 60)`,
    ids.group,
    newId(),
    person,
  )
  await insert(
    `insert into group_request (network_id, group_id, id, person_id, answers)
     values ($1, $2, $3, $4, jsonb_build_array(jsonb_build_object('question', $5::text, 'answer', $5::text)))`,
    ids.group,
    ids.demand,
    person,
    own,
  )
  await insert(
    `insert into group_invitation (network_id, group_id, id, person_id, message) values ($1, $2, $3, $4, $5)`,
    ids.group,
    ids.invitation,
    person,
    own,
  )
  await insert(
    `insert into task (network_id, id, group_id, title, details, owner_id) values ($1, $2, $3, $4, $4, $5)`,
    ids.task,
    ids.group,
    own,
    person,
  )
  await insert(
    `insert into deliverable (network_id, group_id, id, title, details, file_id, url)
     values ($1, $2, $3, $4, $4, $5, 'https://exemple.org/')`,
    ids.group,
    ids.deliverable,
    own,
    file,
  )
  const { demand, task, deliverable } = ids
  return { group: slug, demand, groupInvitation: ids.invitation, task, deliverable }
}
