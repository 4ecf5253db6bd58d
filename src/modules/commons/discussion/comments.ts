import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { rank } from '#http/policies.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import {
  type Discussed,
  locate,
  openDiscussed,
  readDiscussed,
} from '#modules/commons/discussion/discussed.ts'
import { selectorOf } from '#modules/commons/discussion/passage.ts'
import type { CommentInput, TextInput } from '#modules/commons/discussion/schema.ts'
import { tellOfComment } from '#modules/commons/discussion/telling.ts'
import { mostAnswers } from '#modules/commons/discussion/threads.ts'
import { questionAt, repeatedAt, titlePath } from '#modules/commons/templates/questions.ts'
import { documentOfItem, isShared } from '#modules/commons/writing/documents.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

/** What is wrong with something said: the field, and the key of a message. */
export interface CommentProblem {
  field: 'path' | 'quote' | 'body' | 'replacement' | ''
  message: MessageKey
}

export const mostThreads = 1_000

/**
 * Says something of a page, or proposes other words for a passage. Those who write it are told by mail.
 * @throws AppError 'not-found'
 */
export async function addComment(
  trx: Trx,
  entry: Entry,
  documentId: string,
  input: CommentInput,
  linkOrigin: string,
): Promise<{ id: string; problem?: never } | { id?: never; problem: CommentProblem }> {
  const known = await openDiscussed(trx, entry, documentId)
  if (!known.document) await documentOfItem(trx, entry, documentId)
  const discussed = known.document ? known : await openDiscussed(trx, entry, documentId)
  const standing = await standingOf(trx, entry, discussed, input)
  if ('problem' in standing) return standing
  const { path, quote, prefix, suffix, audience } = standing
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from commons_comment
    where network_id = ${entry.network.id} and document_id = ${documentId}::uuid and parent_id is null`.execute(
    trx,
  )
  if ((rows[0]?.count ?? 0) >= mostThreads)
    return { problem: { field: '', message: 'discussion.error.threads' } }
  const id = newId()
  await trx
    .insertInto('commons_comment')
    .values({
      network_id: entry.network.id,
      id,
      document_id: documentId,
      path,
      quote,
      prefix,
      suffix,
      kind: input.kind,
      body: input.body,
      replacement: input.kind === 'suggestion' ? input.replacement : null,
      audience,
      person_id: entry.personId,
      mandate_id: entry.actor.mandateId,
    })
    .execute()
  await tellOfComment(trx, entry, discussed, { id, audience, thread: id }, linkOrigin)
  await record(trx, entry, 'comment.added', id, { document_id: documentId, kind: input.kind })
  return { id }
}

/** Answers a thread. @throws AppError 'not-found' */
export async function answerComment(
  trx: Trx,
  entry: Entry,
  discussed: Discussed,
  thread: { id: string; audience: 'network' | 'writers' },
  body: string,
  linkOrigin: string,
): Promise<{ id: string; problem?: never } | { id?: never; problem: CommentProblem }> {
  const networkId = entry.network.id
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from commons_comment
    where network_id = ${networkId} and parent_id = ${thread.id}::uuid`.execute(trx)
  if ((rows[0]?.count ?? 0) >= mostAnswers)
    return { problem: { field: 'body', message: 'discussion.error.answers' } }
  const id = newId()
  await trx
    .insertInto('commons_comment')
    .values({
      network_id: networkId,
      id,
      document_id: discussed.id,
      parent_id: thread.id,
      kind: 'comment',
      body,
      audience: thread.audience,
      person_id: entry.personId,
      mandate_id: entry.actor.mandateId,
    })
    .execute()
  await tellOfComment(trx, entry, discussed, { id, audience: thread.audience, thread: thread.id }, linkOrigin)
  await record(trx, entry, 'comment.added', id, { document_id: discussed.id, parent_id: thread.id })
  return { id }
}

export interface OwnComment {
  id: string
  /** The first of the thread it is in. */
  thread: string
  kind: 'comment' | 'suggestion'
  body: string
  replacement: string | null
  quote: string
  isOwn: boolean
}

/**
 * A comment that one may write anew or take back: one's own; those who run the network's work may take back any.
 * @throws AppError 'not-found', 'forbidden'
 */
export async function findOwnComment(
  trx: Trx,
  entry: Entry,
  discussed: Discussed,
  id: string,
  need: 'change' | 'removal',
): Promise<OwnComment> {
  const { reader } = discussed
  const row = isId(id)
    ? await trx
        .selectFrom('commons_comment as comment')
        .leftJoin('commons_comment as first', join =>
          join
            .onRef('first.network_id', '=', 'comment.network_id')
            .onRef('first.id', '=', 'comment.parent_id'),
        )
        .select([
          'comment.id',
          'comment.parent_id',
          'comment.kind',
          'comment.body',
          'comment.replacement',
          'comment.quote',
          'comment.state',
          'comment.audience',
          'comment.person_id',
          'first.person_id as begun_by',
        ])
        .where('comment.network_id', '=', entry.network.id)
        .where('comment.document_id', '=', discussed.id)
        .where('comment.id', '=', id)
        .where('comment.removed_at', 'is', null)
        .executeTakeFirst()
    : undefined
  const isOwn = entry.personId !== null && row?.person_id === entry.personId
  const isSeen =
    row &&
    (row.audience === 'network' ||
      reader.amongWriters ||
      isOwn ||
      (entry.personId !== null && row.begun_by === entry.personId))
  if (!row || !isSeen) throw new AppError('not-found')
  const decided = row.state === 'accepted' || row.state === 'declined'
  const may = need === 'change' ? isOwn && !decided : isOwn || rank(entry.role) >= rank('facilitator')
  if (!may) throw new AppError('forbidden')
  const kind = row.kind === 'suggestion' ? 'suggestion' : 'comment'
  return { ...row, kind, thread: row.parent_id ?? row.id, isOwn }
}

export async function changeComment(
  trx: Trx,
  entry: Entry,
  comment: OwnComment,
  input: TextInput,
): Promise<CommentProblem | null> {
  if (comment.kind === 'comment' && input.body === '')
    return { field: 'body', message: 'discussion.error.body' }
  if (comment.kind === 'suggestion' && input.replacement === comment.quote)
    return { field: 'replacement', message: 'discussion.error.same' }
  await sql`
    update commons_comment set body = ${input.body}, edited_at = now(),
      replacement = ${comment.kind === 'suggestion' ? input.replacement : null}
    where network_id = ${entry.network.id} and id = ${comment.id}::uuid`.execute(trx)
  await record(trx, entry, 'comment.changed', comment.id, {})
  return null
}

/** Takes a comment back. One that others answered leaves its place, empty. */
export async function removeComment(trx: Trx, entry: Entry, comment: OwnComment): Promise<void> {
  const networkId = entry.network.id
  await sql`
    update commons_comment set body = '', replacement = case when kind = 'suggestion' then '' end, removed_at = now(),
      state = case when state = 'open' and kind = 'suggestion' then 'declined' else state end
    where network_id = ${networkId} and id = ${comment.id}::uuid`.execute(trx)
  await sql`
    delete from commons_comment comment
    where network_id = ${networkId} and id = ${comment.id}::uuid and not exists (
      select from commons_comment answer
      where answer.network_id = comment.network_id and answer.parent_id = comment.id
    )`.execute(trx)
  await record(trx, entry, 'comment.removed', comment.id, {})
}

interface Standing {
  path: string | null
  quote: string
  prefix: string
  suffix: string
  audience: 'network' | 'writers'
}

/** Where it stands, and who hears it: what is said of words not yet published stays between those who write them. */
async function standingOf(
  trx: Trx,
  entry: Entry,
  discussed: Discussed,
  { path, quote, before, after, kind }: CommentInput,
): Promise<Standing | { problem: CommentProblem }> {
  const { template, document } = discussed
  if (path !== null && path !== titlePath && !questionAt(template, path) && !repeatedAt(template, path))
    return { problem: { field: 'path', message: 'discussion.error.path' } }
  const readable = await readDiscussed(trx, entry, discussed)
  const audience = (at: string | null) =>
    (document && !isShared(document)) || (at !== null && readable.unpublished.has(at)) ? 'writers' : 'network'
  if (quote.trim() === '') return { path, quote: '', prefix: '', suffix: '', audience: audience(path) }
  const found = locate(discussed, readable, path, { exact: quote, prefix: before, suffix: after })
  if (!found) return { problem: { field: 'quote', message: 'discussion.error.not-there' } }
  // Only what stands in an answer can be replaced.
  if (kind === 'suggestion' && found.path === null)
    return { problem: { field: 'quote', message: 'discussion.error.outside' } }
  const selector = selectorOf(found.text, found.passage)
  if (selector.exact.length > longestPassage)
    return { problem: { field: 'quote', message: 'discussion.error.too-long' } }
  return {
    path: found.path,
    quote: selector.exact,
    prefix: selector.prefix,
    suffix: selector.suffix,
    audience: audience(found.path),
  }
}

/** As the table has it: with its markup a passage is longer than as it is read. */
const longestPassage = 10_000

function record(
  trx: Trx,
  entry: Entry,
  action: string,
  id: string,
  after: Record<string, string>,
): Promise<void> {
  return recordChange(trx, entry.network.id, entry.actor, {
    action,
    subject: { type: 'comment', id },
    after,
  })
}
