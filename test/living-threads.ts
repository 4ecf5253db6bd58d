import { newId } from '#kernel/ids.ts'
import { leavingToken } from '#modules/threads/leaving.ts'
import { aFile } from '#platform/files/testing.ts'
import type { TestApp } from './app.ts'
import type { TestNetwork } from './factories.ts'

/** What somebody said about a group, with what it said before and a file. */
export interface LivingThread {
  type: string
  subject: string
  message: string
  enclosure: string
  /** Of the link by which they leave it. */
  leavingToken: string
}

/** @param given.group by its address */
export async function threadIn(
  { database, services }: TestApp,
  network: TestNetwork,
  { own, person, group }: { own: string; person: string; group: string },
): Promise<LivingThread> {
  const [thread, message] = [newId(), newId()]
  const file = await aFile(database.db, services.storage, network.id, {
    name: 'dit.txt',
    content: own,
    purpose: 'enclosure',
    attached: true,
  })
  const [about] = await database.asOwner<{ id: string }>(
    'select id from network_group where network_id = $1 and slug = $2',
    [network.id, group],
  )
  const subject = about?.id ?? ''
  const insert = (sql: string, ...values: unknown[]) => database.asOwner(sql, [network.id, ...values])
  await insert(
    `insert into thread (network_id, id, subject_type, subject_id) values ($1, $2, 'group', $3)`,
    thread,
    subject,
  )
  await insert(
    `insert into thread_message (network_id, thread_id, id, person_id, body, origin, link_origin, told_at)
     values ($1, $2, $3, $4, $5, 'page', 'https://cordee.example', now())`,
    thread,
    message,
    person,
    own,
  )
  await insert(
    'insert into thread_message_version (network_id, message_id, number, body) values ($1, $2, 1, $3)',
    message,
    own,
  )
  await insert(
    'insert into thread_mention (network_id, message_id, person_id) values ($1, $2, $3)',
    message,
    person,
  )
  await insert(
    'insert into thread_file (network_id, message_id, file_id, position) values ($1, $2, $3, 1)',
    message,
    file.id,
  )
  return {
    type: 'group',
    subject,
    message,
    enclosure: file.id,
    leavingToken: leavingToken(services.secret, network.id, { threadId: thread, personId: person }),
  }
}
