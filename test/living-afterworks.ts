import { newId } from '#kernel/ids.ts'
import type { TestApp } from './app.ts'
import { aPerson, type TestNetwork } from './factories.ts'

/** Somebody who can be asked, and an introduction that waits for an answer: known beforehand, for what is sent. */
export const livingToMeet = '01a00000-0000-7000-8000-0000000000a1'
export const livingAsked = '01a00000-0000-7000-8000-0000000000a2'

/** A series with an edition, a proposal and an adoption; two who agreed to meet. */
export interface LivingAfterworks {
  series: string
  proposal: string
  adoption: string
  introduction: string
  counter: 'aware'
}

/** @param given.account of somebody of the network, one of the two who meet */
export async function afterworksIn(
  { database }: TestApp,
  network: TestNetwork,
  given: { own: string; person: string; organisation: string; account: string },
): Promise<LivingAfterworks> {
  const { own, person, organisation, account } = given
  const [series, meeting, proposal, adoption, introduction] = [newId(), newId(), newId(), newId(), newId()]
  const slug = `afterworks-${series.slice(-10)}`
  const insert = (sql: string, ...values: unknown[]) => database.asOwner(sql, [network.id, ...values])
  const [other] = await insert('select id from person where network_id = $1 and account_id = $2', account)
  const follower = String((other as { id?: string } | undefined)?.id)
  await insert(
    `insert into mandate (network_id, id, person_id, organisation_id, role) values ($1, $2, $3, $4, 'member')`,
    newId(),
    follower,
    organisation,
  )
  await insert(
    `insert into afterwork_series (network_id, id, slug, name, summary, about, town, rhythm, visibility, confirm_by, anchor,
       counted_from, link_origin, created_by)
     values ($1, $2, $3, $4, $4, $4, $4, 'monthly', 'network', current_date + 9, current_date + 9, current_date - 90,
       'https://cordee.example', $5)`,
    series,
    slug,
    own,
    person,
  )
  await insert(
    `insert into meeting (network_id, id, title, starts_at, ends_at, time_zone, state, visibility)
     values ($1, $2, $3, now() - interval '3 days', now() - interval '2 days', 'Europe/Paris', 'held', 'network')`,
    meeting,
    own,
  )
  await insert(
    `insert into afterwork_edition (network_id, series_id, meeting_id, number, theme) values ($1, $2, $3, 1, $4)`,
    series,
    meeting,
    own,
  )
  await insert(
    `insert into registration (network_id, meeting_id, id, number, name, organisation_name, state, present)
     values ($1, $2, $3, 1, $4, $4, 'registered', true)`,
    meeting,
    newId(),
    own,
  )
  await insert(
    `insert into afterwork_proposal (network_id, series_id, id, kind, text, details, proposed_by, organisation_id)
     values ($1, $2, $3, 'theme', $4, $4, $5, $6)`,
    series,
    proposal,
    own,
    person,
    organisation,
  )
  await insert(
    `insert into adoption (network_id, series_id, id, organisation_id, tool, evidence, person_id)
     values ($1, $2, $3, $4, $5, $5, $6)`,
    series,
    adoption,
    organisation,
    own,
    person,
  )
  await insert(
    `insert into introduction (network_id, id, meeting_id, asker_id, asked_id, message, state, stage, title, description,
       local_authority)
     values ($1, $2, $3, $4, $5, $6, 'agreed', 'joint_project', $6, $6, $6)`,
    introduction,
    meeting,
    person,
    follower,
    own,
  )
  await toMeet({ database }, network, own, follower)
  return { series: slug, proposal, adoption, introduction, counter: 'aware' }
}

async function toMeet(
  { database }: Pick<TestApp, 'database'>,
  network: TestNetwork,
  own: string,
  follower: string,
): Promise<void> {
  const insert = (sql: string, ...values: unknown[]) => database.asOwner(sql, [network.id, ...values])
  const known = await insert('select id from person where network_id = $1 and id = $2', livingToMeet)
  if (known.length > 0) return
  const { accountId } = await aPerson(database, null, null, { name: own })
  await insert(
    'insert into person (network_id, id, account_id, name) values ($1, $2, $3, $4)',
    livingToMeet,
    accountId,
    own,
  )
  await insert(
    `insert into mandate (network_id, id, person_id, role) values ($1, $2, $3, 'member')`,
    newId(),
    livingToMeet,
  )
  const asker = newId()
  await insert('insert into person (network_id, id, name) values ($1, $2, $3)', asker, own)
  await insert(
    `insert into introduction (network_id, id, asker_id, asked_id, message) values ($1, $2, $3, $4, $5)`,
    livingAsked,
    asker,
    follower,
    own,
  )
}
