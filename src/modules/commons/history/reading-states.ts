import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { byPlace, type Left, over, type State } from '#modules/commons/history/states.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import { titlePath } from '#modules/commons/templates/questions.ts'
import type { Path, Template, Value } from '#modules/commons/templates/template.ts'
import { answersOf } from '#modules/commons/writing/answers.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'

/** A document at two revisions. */
export interface TwoStates {
  from: State
  to: State
  /** Whether the rows of groups are called by their place: the page was published between, and called them anew. */
  places: boolean
  /** When the last change of each was made; null before the first. */
  moments: [Date | null, Date | null]
}

/**
 * The states of a document at two of its revisions. Within what is written above one version, what is now is taken back
 * change by change; before that, the version of then is read and what was written above it put over it.
 */
export async function readStates(
  trx: Trx,
  document: CommonsDocument,
  template: Template,
  [from, to]: readonly [number, number],
): Promise<TwoStates> {
  const [first, second] = await readMoments(trx, document, [from, to])
  const now = new Map(
    [...(await answersOf(trx, document, template)).values].map(([path, { value }]) => [path, value]),
  )
  const at = (moment: Moment) =>
    moment.isCurrent ? rewound(trx, document, now, moment) : rebuilt(trx, document, template, now, moment)
  const [then, later] = [await at(first), await at(second)]
  const places = first.version !== second.version
  return {
    from: places ? byPlace(template, then) : then,
    to: places ? byPlace(template, later) : later,
    places,
    moments: [first.changedAt, second.changedAt],
  }
}

interface Moment {
  revision: number
  changedAt: Date | null
  /** Of the item, what was written above; null: there was none, or it is gone. */
  version: number | null
  /** Nothing was published since. */
  isCurrent: boolean
}

async function readMoments(
  trx: Trx,
  { networkId, id }: CommonsDocument,
  revisions: readonly [number, number],
): Promise<[Moment, Moment]> {
  const { rows } = await sql<{
    revision: number
    changed_at: Date | null
    version: number | null
    newest: number | null
  }>`
    select asked.revision, change.changed_at, earlier.number as version, newest.number as newest
    from unnest(${revisions}::bigint[]) with ordinality as asked (revision, place)
    join commons_document document on document.network_id = ${networkId} and document.id = ${id}::uuid
    left join lateral (
      select changed_at from commons_change
      where network_id = ${networkId} and document_id = ${id}::uuid and revision <= asked.revision
      order by revision desc limit 1
    ) change on true
    left join lateral (
      select number from commons_version
      where network_id = ${networkId} and item_id = ${id}::uuid
        and (asked.revision >= document.revision or created_at <= coalesce(change.changed_at, document.created_at))
      order by number desc limit 1
    ) earlier on true
    left join lateral (
      select number from commons_version where network_id = ${networkId} and item_id = ${id}::uuid
      order by number desc limit 1
    ) newest on true
    order by asked.place`.execute(trx)
  const [first, second] = rows.map(row => ({
    revision: row.revision,
    changedAt: row.changed_at,
    version: row.version,
    isCurrent: row.version === row.newest,
  }))
  if (!first || !second) throw new Error('A document has no moments')
  return [first, second]
}

/** What is now, with each answer changed since as the first of these changes found it. */
async function rewound(
  trx: Trx,
  document: CommonsDocument,
  now: State,
  { revision }: Moment,
): Promise<State> {
  if (revision >= document.revision) return now
  const { networkId, id } = document
  const { rows } = await sql<{ path: Path; value: Value | null }>`
    ${writtenPaths(networkId, id)}
    select change.path, change.before as value from written
    cross join lateral (
      select path, before from commons_change
      where network_id = ${networkId} and document_id = ${id}::uuid and path = written.path
        and revision > ${revision}::bigint
      order by revision limit 1
    ) change`.execute(trx)
  return over(now, asLeft(rows))
}

/** The version of then, with what was written above it. */
async function rebuilt(
  trx: Trx,
  document: CommonsDocument,
  template: Template,
  now: State,
  { revision, version }: Moment,
): Promise<State> {
  const { networkId, id } = document
  const { rows: sources } = await sql<{ source: string }>`
    select source from commons_version
    where network_id = ${networkId} and item_id = ${id}::uuid and number = ${version ?? 0}`.execute(trx)
  const base = sources[0] ? readAnswers(template, sources[0].source).answers : beginningOf(now)
  const { rows } = await sql<{ path: Path; value: Value | null }>`
    ${writtenPaths(networkId, id)}
    select change.path, change.after as value from written
    cross join lateral (
      select path, after, changed_at from commons_change
      where network_id = ${networkId} and document_id = ${id}::uuid and path = written.path
        and revision <= ${revision}::bigint
      order by revision desc limit 1
    ) change
    where change.changed_at > coalesce((
      select created_at from commons_version
      where network_id = ${networkId} and item_id = ${id}::uuid and number = ${version ?? 0}
    ), '-infinity')`.execute(trx)
  return over(base, asLeft(rows))
}

/** A page that was begun here had its title, and nothing else that is not in the log. */
function beginningOf(now: State): State {
  const title = now.get(titlePath)
  return new Map(title === undefined ? [] : [[titlePath, title]])
}

function asLeft(rows: readonly { path: Path; value: Value | null }[]): Left {
  return new Map(rows.map(({ path, value }) => [path, value]))
}

/** Who wrote at which answer between two revisions, as far as its last changes tell; null for those whose name is gone. */
export async function writersBetween(
  trx: Trx,
  { networkId, id }: CommonsDocument,
  [from, to]: readonly [number, number],
): Promise<Map<Path, (string | null)[]>> {
  const { rows } = await sql<{ path: Path; people: (string | null)[] }>`
    ${writtenPaths(networkId, id)}
    select written.path, array_agg(distinct change.person_id) as people from written
    cross join lateral (
      select person_id from commons_change
      where network_id = ${networkId} and document_id = ${id}::uuid and path = written.path
        and revision > ${from}::bigint and revision <= ${to}::bigint
      order by revision desc limit 20
    ) change
    group by written.path`.execute(trx)
  return new Map(rows.map(({ path, people }) => [path, people]))
}

/** Every answer that was ever written, by steps from one to the next in the index: there are few, of however many changes. */
function writtenPaths(networkId: string, id: string) {
  return sql`
    with recursive written (path) as (
      (
        select path from commons_change where network_id = ${networkId} and document_id = ${id}::uuid
        order by path limit 1
      )
      union all
      select (
        select path from commons_change
        where network_id = ${networkId} and document_id = ${id}::uuid and path > written.path
        order by path limit 1
      )
      from written where written.path is not null
    )`
}
