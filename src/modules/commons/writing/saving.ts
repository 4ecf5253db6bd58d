import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { questionAt, repeatedAt, titlePath } from '#modules/commons/templates/questions.ts'
import type { AnswerKind, Path, Template, Value } from '#modules/commons/templates/template.ts'
import { sameValue, settledRows, settleValue, type ValueProblem } from '#modules/commons/templates/values.ts'
import { baseAnswers } from '#modules/commons/writing/answers.ts'
import { type CommonsDocument, openDocument, templateOfDocument } from '#modules/commons/writing/documents.ts'
import { mergeValues } from '#modules/commons/writing/merging.ts'
import type { Entry } from '#modules/network/index.ts'

export interface AnswerChange {
  path: Path
  /** As a form or a programme sends it; null takes the answer away. */
  value: unknown
  /** The revision of the document at which its writer last saw this answer. */
  seen: number
}

export interface Saved {
  /** Of the document, now. */
  revision: number
  /** As they are kept: `merged` where somebody else's words are in it. */
  saved: { path: Path; value: Value | null; revision: number; merged: boolean }[]
  /** Changed by somebody else meanwhile in a way that cannot be put together: theirs stays. */
  conflicts: { path: Path; theirs: Value | null; by: string | null; revision: number; yours: Value | null }[]
  problems: { path: Path; problem: ValueProblem }[]
}

/** At most so many answers at once: a page has fewer. */
export const mostChanges = 2_000
/** At most so many not yet published: rows can be named as one likes, listed or not. */
export const mostPending = 10_000

/**
 * Keeps answers as somebody wrote them. Other answers never stand in each other's way; one that two have changed is put
 * together where that is safe, else it is a conflict and stays theirs. What is wrong with one holds up no other.
 * @throws AppError 'not-found', 'forbidden'
 */
export async function saveAnswers(
  trx: Trx,
  entry: Entry,
  documentId: string,
  changes: AnswerChange[],
): Promise<Saved> {
  const document = await openDocument(trx, entry, documentId, 'write')
  const template = await templateOfDocument(trx, document)
  return saveIn(trx, entry, document, template, changes)
}

export async function saveIn(
  trx: Trx,
  entry: Entry,
  document: CommonsDocument,
  template: Template,
  changes: AnswerChange[],
): Promise<Saved> {
  const given = new Map(changes.slice(0, mostChanges).map(change => [change.path, change]))
  const { revision, known } = await lock(trx, document, [...given.keys()])
  const base = await baseAnswers(trx, document, template)
  const result: Saved = { revision, saved: [], conflicts: [], problems: [] }
  const current = (path: Path) => {
    const row = known.get(path)
    const value = row?.pending ? row.value : (base.get(path) ?? null)
    return { value, revision: row?.revision ?? 0 }
  }
  const late = [...given.values()].filter(({ path, seen }) => current(path).revision > seen)
  const before = await valuesSeen(trx, document, late)
  const writes: Write[] = []
  let room = mostPending - document.pending
  for (const { path, value, seen } of given.values()) {
    const kind = kindAt(template, path)
    const settled = kind === null ? { problem: { code: 'invalid' } as const } : settle(kind, value)
    if (kind === null || 'problem' in settled) {
      if ('problem' in settled) result.problems.push({ path, problem: settled.problem })
      continue
    }
    const { value: now, revision: at } = current(path)
    const yours = settled.value
    const merged = at > seen ? mergeValues(kind, before.get(path) ?? null, now, yours) : yours
    if (merged === undefined) {
      result.conflicts.push({ path, theirs: now, by: known.get(path)?.name ?? null, revision: at, yours })
    } else if (sameValue(merged, now)) {
      result.saved.push({ path, value: now, revision: at, merged: !sameValue(merged, yours) })
    } else if (!known.get(path)?.pending && --room < 0) {
      result.problems.push({ path, problem: { code: 'too-many', params: { most: mostPending } } })
    } else {
      result.revision += 1
      writes.push({ path, before: now, after: merged, revision: result.revision })
      result.saved.push({ path, value: merged, revision: result.revision, merged: !sameValue(merged, yours) })
    }
  }
  if (writes.length > 0) await write(trx, entry, document, writes)
  return result
}

/** What a path may hold: the kind of its question, or the rows of what is repeated there; null where there is none. */
export function kindAt(template: Template, path: Path): AnswerKind | { kind: 'rows'; most?: number } | null {
  if (path === titlePath) return questionAt(template, path)?.question.answer ?? { kind: 'text', most: 500 }
  const repeated = repeatedAt(template, path)
  const question = questionAt(template, path)?.question
  if (repeated)
    return {
      kind: 'rows',
      ...(question?.answer.kind === 'group' && question.answer.most && { most: question.answer.most }),
    }
  return question?.answer ?? null
}

function settle(kind: AnswerKind | { kind: 'rows'; most?: number }, value: unknown) {
  if (kind.kind !== 'rows') return settleValue(kind, value)
  return value === null || value === undefined ? { value: null } : settledRows(value, kind.most)
}

interface KnownAnswer {
  /** Written and not yet published; else it is as the page below has it. */
  pending: boolean
  value: Value | null
  /** When it was last changed, published since or not. */
  revision: number
  /** Who did so. */
  name: string | null
}

/** Whoever writes in a document waits for whoever else does; then, what is there of these answers. */
async function lock(
  trx: Trx,
  { networkId, id }: CommonsDocument,
  paths: Path[],
): Promise<{ revision: number; known: Map<Path, KnownAnswer> }> {
  await sql`
    select from commons_document where network_id = ${networkId}::uuid and id = ${id}::uuid for no key update`.execute(
    trx,
  )
  const { rows } = await sql<{
    revision: number
    others: boolean
    answers: (KnownAnswer & { path: Path })[]
  }>`
    select document.revision,
      (
        select coalesce(json_agg(json_build_object('path', change.path, 'pending', answer.path is not null,
          'value', answer.value, 'revision', change.revision, 'name', person.name)), '[]')
        from unnest(${paths}::text[]) as wanted (path)
        cross join lateral (
          select path, revision, person_id from commons_change change
          where change.network_id = document.network_id and change.document_id = document.id
            and change.path = wanted.path
          order by change.revision desc limit 1
        ) change
        left join commons_answer answer on answer.network_id = document.network_id
          and answer.document_id = document.id and answer.path = wanted.path
        left join person on person.network_id = document.network_id and person.id = change.person_id
      ) as answers
    from commons_document document
    where document.network_id = ${networkId}::uuid and document.id = ${id}::uuid`.execute(trx)
  const [row] = rows
  return {
    revision: Number(row?.revision ?? 0),
    known: new Map((row?.answers ?? []).map(answer => [answer.path, answer])),
  }
}

/** What each of these answers was when its writer last saw it, where the log says. */
async function valuesSeen(
  trx: Trx,
  { networkId, id }: CommonsDocument,
  late: AnswerChange[],
): Promise<Map<Path, Value | null>> {
  if (late.length === 0) return new Map()
  const { rows } = await sql<{ path: Path; value: Value | null }>`
    select late.path, coalesce(earlier.value, later.value) as value
    from unnest(${late.map(({ path }) => path)}::text[], ${late.map(({ seen }) => seen)}::bigint[]) as late (path, seen)
    left join lateral (
      select coalesce(after, 'null'::jsonb) as value from commons_change change
      where change.network_id = ${networkId}::uuid and change.document_id = ${id}::uuid and change.path = late.path
        and change.revision <= late.seen
      order by change.revision desc limit 1
    ) earlier on true
    left join lateral (
      select before as value from commons_change change
      where change.network_id = ${networkId}::uuid and change.document_id = ${id}::uuid and change.path = late.path
        and change.revision > late.seen
      order by change.revision limit 1
    ) later on true`.execute(trx)
  return new Map(rows.map(({ path, value }) => [path, value]))
}

interface Write {
  path: Path
  before: Value | null
  after: Value | null
  revision: number
}

async function write(
  trx: Trx,
  { personId, actor }: Entry,
  { networkId, id }: CommonsDocument,
  writes: Write[],
): Promise<void> {
  const rows = writes.map(one => ({ ...one, before: json(one.before), after: json(one.after) }))
  const title = writes.find(({ path }) => path === titlePath)?.after
  await sql`
    with given as (
      select path, before::jsonb, after::jsonb, revision
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as given (path text, before text, after text, revision bigint)
    ), kept as (
      insert into commons_answer as answer (network_id, document_id, path, value, revision, person_id)
      select ${networkId}::uuid, ${id}::uuid, path, after, revision, ${personId}::uuid from given
      on conflict (network_id, document_id, path) do update
        set value = excluded.value, revision = excluded.revision, person_id = excluded.person_id, written_at = now()
    ), logged as (
      insert into commons_change (network_id, document_id, revision, path, before, after, person_id, mandate_id)
      select ${networkId}::uuid, ${id}::uuid, revision, path, before, after, ${personId}::uuid, ${actor.mandateId}::uuid
      from given
    )
    update commons_document set revision = ${writes.at(-1)?.revision ?? 0}, written_at = now()
      ${typeof title === 'string' ? sql`, title = ${title.slice(0, 500)}` : sql``}
    where network_id = ${networkId}::uuid and id = ${id}::uuid`.execute(trx)
}

/** Null is no answer at all, in SQL as well. */
function json(value: Value | null): string | null {
  return value === null ? null : JSON.stringify(value)
}
