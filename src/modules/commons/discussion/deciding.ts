import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import type { CommentProblem } from '#modules/commons/discussion/comments.ts'
import { type Discussed, textAt } from '#modules/commons/discussion/discussed.ts'
import { findPassage, replacePassage } from '#modules/commons/discussion/passage.ts'
import { tellOfDecision } from '#modules/commons/discussion/telling.ts'
import type { Thread, ThreadState } from '#modules/commons/discussion/threads.ts'
import { waitForTurn } from '#modules/commons/history/turn.ts'
import { answersOf } from '#modules/commons/writing/answers.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What may become of a thread, by whoever asks. */
export function decisionsFor(entry: Entry, discussed: Discussed, thread: Thread): ThreadState[] {
  const own = entry.personId !== null && thread.personId === entry.personId
  if (thread.kind === 'comment') {
    if (!discussed.mayWrite && !own) return []
    return thread.state === 'open' ? ['resolved'] : ['open']
  }
  if (!discussed.mayWrite || thread.removed) return []
  if (thread.state === 'open') return ['accepted', 'declined']
  return thread.state === 'declined' ? ['open'] : []
}

/**
 * Decides what becomes of a thread. A suggestion that is accepted takes the place of its passage: whoever accepts it has
 * written it, as the history says; who proposed it stays at the suggestion.
 * @returns what stands against it: the passage is there no more or not as it was, or somebody else has decided meanwhile
 * @throws AppError 'forbidden'
 */
export async function decide(
  trx: Trx,
  entry: Entry,
  discussed: Discussed,
  thread: Thread,
  state: ThreadState,
  linkOrigin: string,
): Promise<CommentProblem | null> {
  const networkId = entry.network.id
  const { rows } = await sql<{ state: string }>`
    select state from commons_comment
    where network_id = ${networkId} and id = ${thread.id}::uuid for update`.execute(trx)
  if (rows[0]?.state !== thread.state) return { field: '', message: 'discussion.error.meanwhile' }
  if (!decisionsFor(entry, discussed, thread).includes(state)) throw new AppError('forbidden')
  if (state === 'accepted') {
    const problem = await replace(trx, entry, discussed, thread)
    if (problem) return problem
  }
  const decided = state !== 'open'
  await sql`
    update commons_comment set state = ${state}, decided_by = ${decided ? entry.personId : null}::uuid,
      decided_at = ${decided ? sql`now()` : null}
    where network_id = ${networkId} and id = ${thread.id}::uuid`.execute(trx)
  if (decided) await tellOfDecision(trx, entry, discussed, thread, state, linkOrigin)
  await recordChange(trx, networkId, entry.actor, {
    action: 'comment.decided',
    subject: { type: 'comment', id: thread.id },
    before: { state: thread.state },
    after: { state },
  })
  return null
}

async function replace(
  trx: Trx,
  entry: Entry,
  discussed: Discussed,
  { path, selector, replacement }: Thread,
): Promise<CommentProblem | null> {
  const { template } = discussed
  if (!discussed.document || path === null || replacement === null) throw new AppError('forbidden')
  const document = await waitForTurn(trx, discussed.document)
  const { values } = await answersOf(trx, document, template)
  const answers = new Map([...values].map(([at, { value }]) => [at, value]))
  const text = textAt(discussed, { answers, unpublished: new Set(), source: '' }, path)
  const passage = text === null ? null : findPassage(text, selector)
  if (text === null || !passage) return { field: '', message: 'discussion.error.gone' }
  if (!passage.sure) return { field: '', message: 'discussion.error.changed' }
  const written = replacePassage(text, passage, replacement)
  if (written === null) return { field: '', message: 'discussion.error.markup' }
  const saved = await saveAnswers(trx, entry, document.id, [
    { path, value: written, seen: document.revision },
  ])
  return saved.problems.length > 0 ? { field: '', message: 'discussion.error.refused' } : null
}
