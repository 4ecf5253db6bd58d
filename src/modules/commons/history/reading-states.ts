import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { replayed, type Stretch } from '#modules/commons/history/replaying.ts'
import { byPlace, type Left, over, type State } from '#modules/commons/history/states.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
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
 * change by change; before that, the version of then is read and what was written above it put over it. Where there was
 * none, or it went when the page was taken out, the log is gone through from the oldest version there is.
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
  const at = (moment: Moment) => {
    if (moment.isCurrent) return rewound(trx, document, now, moment)
    return moment.version === null
      ? replayedUntil(trx, document, template, moment.revision)
      : rebuilt(trx, document, template, moment.revision, moment.version)
  }
  const [then, later] = [await at(first), await at(second)]
  const places = first.stretch !== second.stretch
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
  /** From one publication to the next: within it, rows are called the same. */
  stretch: string
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
    until: number | null
  }>`
    select asked.revision, change.changed_at, earlier.number as version, newest.number as newest,
      case when asked.revision < document.revision then publication.revision end as until
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
    left join lateral (
      select min(revision) as revision from commons_publication
      where network_id = ${networkId} and document_id = ${id}::uuid and revision >= asked.revision
    ) publication on true
    order by asked.place`.execute(trx)
  const [first, second] = rows.map(({ revision, changed_at: changedAt, version, newest, until }) => {
    // Taken out, a page has no version at all: it is then the publications that tell.
    const isCurrent = newest === null ? until === null : version === newest
    const stretch = isCurrent ? 'now' : version === null ? `until ${until}` : `above ${version}`
    return { revision, changedAt, version, isCurrent, stretch }
  })
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
  { networkId, id }: CommonsDocument,
  template: Template,
  revision: number,
  version: number,
): Promise<State> {
  const { rows: sources } = await sql<{ source: string }>`
    select source from commons_version
    where network_id = ${networkId} and item_id = ${id}::uuid and number = ${version}`.execute(trx)
  const { rows } = await sql<{ path: Path; value: Value | null }>`
    ${writtenPaths(networkId, id)}
    select change.path, change.after as value from written
    cross join lateral (
      select path, after, changed_at from commons_change
      where network_id = ${networkId} and document_id = ${id}::uuid and path = written.path
        and revision <= ${revision}::bigint
      order by revision desc limit 1
    ) change
    where change.changed_at > (
      select created_at from commons_version
      where network_id = ${networkId} and item_id = ${id}::uuid and number = ${version}
    )`.execute(trx)
  return over(readAnswers(template, sources[0]?.source ?? '').answers, asLeft(rows))
}

/** By what was logged, from the oldest version there is; from the page as it was taken out, where there is none. */
async function replayedUntil(
  trx: Trx,
  document: CommonsDocument,
  template: Template,
  revision: number,
): Promise<State> {
  const { source, ends } = await oldestLeft(trx, document)
  const found = ends.findIndex(end => end >= revision)
  const at = found < 0 ? ends.length - 1 : found
  const stretches = await readStretches(trx, document, ends)
  const since = ends[at - 1] ?? 0
  const [reached] = await readStretches(trx, document, [revision], since)
  const { answers } = readAnswers(template, source)
  return replayed(template, answers, stretches, at, reached?.left ?? new Map())
}

/** What the oldest page says that is left, and the revisions at which one was published until then. */
async function oldestLeft(
  trx: Trx,
  { networkId, id, revision }: CommonsDocument,
): Promise<{ source: string; ends: number[] }> {
  const { rows } = await sql<{ source: string; revision: number | null; ends: number[] }>`
    with oldest as (
      select number, source, created_at from commons_version
      where network_id = ${networkId} and item_id = ${id}::uuid order by number limit 1
    ), publication as (
      select version, revision, published_at from commons_publication
      where network_id = ${networkId} and document_id = ${id}::uuid
    ), last as (
      -- Shared again, a page counts its versions anew: the latest by that number is the one that is left.
      select coalesce(
        (select publication.revision from publication, oldest where version = number
          order by publication.revision desc limit 1),
        (select change.revision from commons_change change, oldest
          where network_id = ${networkId} and document_id = ${id}::uuid and changed_at <= created_at
          order by change.revision desc limit 1),
        (select max(publication.revision) from publication where not exists (select from oldest))
      ) as revision
    )
    select coalesce((select source from oldest), document.base_source, '') as source, last.revision,
      array(select distinct publication.revision from publication
        where publication.revision < last.revision order by 1) as ends
    from commons_document document, last
    where document.network_id = ${networkId} and document.id = ${id}::uuid`.execute(trx)
  const [row] = rows
  if (!row) throw new Error('A document is gone')
  return { source: row.source, ends: [...row.ends.map(Number), row.revision ?? revision] }
}

/** What was written until each of these revisions, from the one before. */
async function readStretches(
  trx: Trx,
  { networkId, id }: CommonsDocument,
  ends: readonly number[],
  since = 0,
): Promise<Stretch[]> {
  const begins = [since, ...ends.slice(0, -1)]
  const { rows } = await sql<{ place: number; path: Path; before: Value | null; after: Value | null }>`
    ${writtenPaths(networkId, id)}
    select stretch.place::integer as place, written.path, first.before, last.after
    from written
    cross join unnest(${begins}::bigint[], ${[...ends]}::bigint[]) with ordinality as stretch (since, until, place)
    cross join lateral (
      select before from commons_change
      where network_id = ${networkId} and document_id = ${id}::uuid and path = written.path
        and revision > stretch.since and revision <= stretch.until
      order by revision limit 1
    ) first
    cross join lateral (
      select after from commons_change
      where network_id = ${networkId} and document_id = ${id}::uuid and path = written.path
        and revision > stretch.since and revision <= stretch.until
      order by revision desc limit 1
    ) last`.execute(trx)
  return ends.map((_, index) => {
    const here = rows.filter(({ place }) => place === index + 1)
    return {
      found: new Map(here.map(({ path, before }) => [path, before])),
      left: new Map(here.map(({ path, after }) => [path, after])),
    }
  })
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
