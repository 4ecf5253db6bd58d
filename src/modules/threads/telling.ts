import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { FoundSubject, JobContext } from '#http/module.ts'
import { href } from '#http/routes.ts'
import { inLanguage, type Network } from '#modules/network/index.ts'
import { leavingToken } from '#modules/threads/leaving.ts'
import type { ThreadSubjects } from '#modules/threads/opening.ts'
import { networkOf, type Reader, readersAmong } from '#modules/threads/readers.ts'
import { answerDays, newReplyToken } from '#modules/threads/reply-addresses.ts'
import type { Wish } from '#modules/threads/schema.ts'
import { tellingQueue } from '#modules/threads/telling-queue.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import { queueMails } from '#platform/mail/index.ts'

/** What telling needs: of a job, or of a test. */
export type Telling = Pick<JobContext, 'db' | 'secret' | 'threadSubjects' | 'replyDomain'>

/** So many are written to in one transaction. */
const batchPeople = 100

export function tellingJob(context: Telling): Job<never> {
  return {
    queue: tellingQueue,
    expireSeconds: 900,
    retries: 0,
    schedule: '* * * * *',
    run: (_payload, signal) => tellAll(context, signal),
  }
}

/** Writes to all those who hear of what was said and have not been written to. */
export async function tellAll(context: Telling, signal?: AbortSignal): Promise<void> {
  const { db } = context
  const { rows } = await sql<{ id: string }>`select id from thread_networks_untold() due (id)`.execute(db)
  const failures: unknown[] = []
  for (const { id } of rows) {
    if (signal?.aborted) break
    // A network that fails must not keep the others waiting.
    try {
      await tellNetwork(context, id, signal)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Not all of what was said could be told')
}

async function tellNetwork(context: Telling, networkId: string, signal?: AbortSignal): Promise<void> {
  const network = await networkOf(context.db, networkId)
  const inside = { networkId, audience: 'network' } as const
  for (let more = network !== null; network && more; ) {
    if (signal?.aborted) return
    more = await inTenant(context.db, inside, trx => tellNext(trx, context, network))
  }
  await inTenant(context.db, inside, trx => forgetAddresses(trx, networkId))
}

interface Untold {
  id: string
  threadId: string
  parentId: string | null
  personId: string | null
  body: string
  linkOrigin: string
  toldAfter: string | null
  type: string
  subjectId: string
  name: string | null
  files: string[]
}

/**
 * The next message, or the next of those who hear of it. The mails and the mark that they were written are kept together.
 * @returns whether there was anything to do
 */
async function tellNext(trx: Trx, context: Telling, network: Network): Promise<boolean> {
  const message = await nextUntold(trx, network.id)
  if (!message) return false
  const addressed = await addressedBy(trx, context.threadSubjects, network.id, message)
  const batch = addressed.slice(0, batchPeople)
  const readers = await readersAmong(trx, network, batch, 'job')
  const wishes = await wishesOf(trx, network.id, message, batch)
  const letters: Letter[] = []
  for (const reader of readers.values()) {
    const wanted = wishes.get(reader.entry.personId ?? '')
    const called = wanted?.called ?? false
    if (wanted?.wish === 'none' || (wanted?.wish === 'mentions' && !called)) continue
    // What somebody may not read today is not sent to them either, whatever they were among.
    const found = await context.threadSubjects[message.type]?.find(trx, reader.entry, message.subjectId)
    if (found) letters.push({ reader, found, called, token: newReplyToken(network.id) })
  }
  const answerable = context.replyDomain === null ? [] : letters.filter(({ found }) => found.mayWrite)
  await keepAddresses(trx, network.id, message.id, answerable)
  await queueMails(
    trx,
    network.id,
    letters.map(letter => written(context, network, message, letter)),
  )
  const last = batch.at(-1)
  await sql`
    update thread_message set ${addressed.length > batch.length ? sql`told_after = ${last}::uuid` : sql`told_at = now()`}
    where network_id = ${network.id} and id = ${message.id}::uuid`.execute(trx)
  return true
}

interface Letter {
  reader: Reader
  found: FoundSubject
  /** By name. */
  called: boolean
  token: { token: string; hash: Buffer }
}

async function nextUntold(trx: Trx, networkId: string): Promise<Untold | null> {
  const { rows } = await sql<Untold>`
    select message.id, message.thread_id as "threadId", message.parent_id as "parentId", message.person_id as "personId",
      message.body, message.link_origin as "linkOrigin", message.told_after as "toldAfter", thread.subject_type as type,
      thread.subject_id as "subjectId", person.name,
      array(
        select file.name from thread_file
        join file on file.network_id = ${networkId} and file.id = thread_file.file_id
        where thread_file.network_id = ${networkId} and thread_file.message_id = message.id
        order by thread_file.position
      ) as files
    from thread_message message
    join thread on thread.network_id = ${networkId} and thread.id = message.thread_id
    left join person on person.network_id = ${networkId} and person.id = message.person_id and person.erased_at is null
    where message.network_id = ${networkId} and message.told_at is null
    order by message.id
    limit 1
    for update of message skip locked`.execute(trx)
  return rows[0] ?? null
}

/** Those whom it is about and those who asked to hear, whoever said it left out; in an order in which one can go on. */
async function addressedBy(
  trx: Trx,
  subjects: ThreadSubjects,
  networkId: string,
  message: Untold,
): Promise<string[]> {
  const audience = (await subjects[message.type]?.audience(trx, networkId, message.subjectId)) ?? []
  const { rows } = await sql<{ id: string }>`
    select person_id as id from thread_follower
    where network_id = ${networkId} and thread_id = ${message.threadId}::uuid and wish = 'all'`.execute(trx)
  const { personId, toldAfter } = message
  return [...new Set([...audience, ...rows.map(({ id }) => id)])]
    .filter(id => id !== personId && (toldAfter === null || id > toldAfter))
    .sort()
}

async function wishesOf(
  trx: Trx,
  networkId: string,
  message: Untold,
  people: string[],
): Promise<Map<string, { wish: Wish | null; called: boolean }>> {
  const { rows } = await sql<{ id: string; wish: Wish | null; called: boolean }>`
    select person.id, follower.wish, mention.person_id is not null as called
    from unnest(${people}::uuid[]) as person (id)
    left join thread_follower follower on follower.network_id = ${networkId}
      and follower.thread_id = ${message.threadId}::uuid and follower.person_id = person.id
    left join thread_mention mention on mention.network_id = ${networkId}
      and mention.message_id = ${message.id}::uuid and mention.person_id = person.id`.execute(trx)
  return new Map(rows.map(({ id, ...wanted }) => [id, wanted]))
}

/** Addresses to answer to, each of one person for this one message. */
async function keepAddresses(
  trx: Trx,
  networkId: string,
  messageId: string,
  letters: Letter[],
): Promise<void> {
  if (letters.length === 0) return
  await trx
    .insertInto('thread_reply_address')
    .values(
      letters.map(({ reader, token }) => ({
        network_id: networkId,
        token_hash: token.hash,
        message_id: messageId,
        person_id: reader.entry.personId ?? '',
        expires_at: sql<Date>`now() + make_interval(days => ${answerDays})`,
      })),
    )
    .execute()
}

function written(
  { secret, replyDomain }: Telling,
  network: Network,
  message: Untold,
  { reader, found, called, token }: Letter,
) {
  const { recipient, entry } = reader
  const { locale } = recipient
  const { linkOrigin, threadId } = message
  const subject = { locale, network: network.slug, type: message.type, subject: message.subjectId }
  const leaving = leavingToken(secret, network.id, { threadId, personId: entry.personId ?? '' })
  const at = new URLSearchParams({ from: message.id })
  const replyable = replyDomain !== null && found.mayWrite
  return {
    to: recipient,
    template: called ? ('thread-mention' as const) : ('thread-message' as const),
    params: {
      person: message.name ?? inLanguage(network.name, locale, network.locale).text,
      title: found.title,
      thread: threadId,
      message: message.id,
      parent: message.parentId,
      body: message.body,
      files: message.files,
      url: `${linkOrigin}${href('thread', subject, at)}#message-${message.id}`,
      leaveUrl: linkOrigin + href('threadLeaving', { locale, network: network.slug, token: leaving }),
      replyTo: replyable ? `reply+${token.token}@${replyDomain}` : null,
      replyable,
    },
    baseUrl: linkOrigin,
    atOnce: called,
  }
}

/** Addresses that nobody has been able to answer to for long. */
async function forgetAddresses(trx: Trx, networkId: string): Promise<void> {
  await sql`
    delete from thread_reply_address
    where network_id = ${networkId} and expires_at < now() - interval '90 days'`.execute(trx)
}
