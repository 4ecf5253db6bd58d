import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'

export interface ImportState {
  id: string
  origin: string
  /** 'interrupted': begun, and whoever was at it is gone. Done again, the import goes on where it was. */
  state: 'waiting' | 'running' | 'interrupted' | 'finished' | 'failed'
  read: number
  created: number
  changed: number
  unchanged: number
  refused: number
  problems: number
  failure: { code: string; detail: Record<string, string | number> } | null
  createdAt: string
  finishedAt: string | null
}

export interface ReportLine {
  position: number
  fileName: string
  line: number | null
  severity: 'refused' | 'warning' | 'note'
  code: string
  detail: Record<string, string | number>
}

const reportPage = 500

/** The first half of the locks by which an import shows that somebody is at it; the second is made of its id. */
const holderLock = 4207003

/**
 * Shows that this process is at an import, until it is let go or the process ends, however it ends: PostgreSQL frees the
 * locks of a connection with the connection. Takes one of the pool for as long.
 */
export async function holdImport(db: Db, id: string): Promise<AsyncDisposable> {
  const held = Promise.withResolvers<void>()
  const done = Promise.withResolvers<void>()
  const holding = db.connection().execute(async connection => {
    // Shared: a job taken for dead and begun again elsewhere is held by both.
    await sql`select pg_advisory_lock_shared(${holderLock}::integer, hashtext(${id}))`.execute(connection)
    held.resolve()
    await done.promise
    await sql`select pg_advisory_unlock_shared(${holderLock}::integer, hashtext(${id}))`.execute(connection)
  })
  holding.catch(held.reject)
  await held.promise
  return {
    async [Symbol.asyncDispose]() {
      done.resolve()
      // A connection that broke holds no lock any more.
      await holding.catch(() => undefined)
    },
  }
}

export async function findImport(trx: Trx, networkId: string, id: string): Promise<ImportState | null> {
  const row = await trx
    .selectFrom('commons_import')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? ((await withHolders(trx, [asState(row)]))[0] ?? null) : null
}

export async function listImports(trx: Trx, networkId: string): Promise<ImportState[]> {
  const rows = await trx
    .selectFrom('commons_import')
    .selectAll()
    .where('network_id', '=', networkId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(50)
    .execute()
  return withHolders(trx, rows.map(asState))
}

/** What could not be understood, in the order of the files. @param after the last position already read, -1 at first */
export async function listProblems(
  trx: Trx,
  networkId: string,
  importId: string,
  after: number,
): Promise<{ problems: ReportLine[]; next: number | null }> {
  const rows = await trx
    .selectFrom('commons_problem')
    .select(['position', 'file_name', 'line', 'severity', 'code', 'detail'])
    .where('network_id', '=', networkId)
    .where('import_id', '=', importId)
    .where('position', '>', after)
    .orderBy('position')
    .limit(reportPage + 1)
    .execute()
  const problems = rows.slice(0, reportPage).map(row => ({
    position: row.position,
    fileName: row.file_name,
    line: row.line,
    severity: row.severity as ReportLine['severity'],
    code: row.code,
    detail: row.detail as ReportLine['detail'],
  }))
  return { problems, next: rows.length > reportPage ? (problems.at(-1)?.position ?? null) : null }
}

/** Of those that began and did not end, whether anybody is still at them. Asked apart: locks are not a tenant's. */
async function withHolders(trx: Trx, imports: ImportState[]): Promise<ImportState[]> {
  const begun = imports.filter(({ state }) => state === 'running').map(({ id }) => id)
  if (begun.length === 0) return imports
  const { rows } = await sql<{ id: string }>`
    select begun.id from unnest(${begun}::text[]) as begun (id)
    where exists (
      select from pg_locks
      where locktype = 'advisory' and granted and objsubid = 2
        and database = (select oid from pg_database where datname = current_database())
        and classid = ${holderLock}::oid and objid = hashtext(begun.id)::oid
    )`.execute(trx)
  const held = new Set(rows.map(({ id }) => id))
  return imports.map(one =>
    one.state === 'running' && !held.has(one.id) ? { ...one, state: 'interrupted' } : one,
  )
}

function asState(row: {
  id: string
  origin: string
  state: string
  read: number
  created: number
  changed: number
  unchanged: number
  refused: number
  problems: number
  failure: unknown
  created_at: Date
  finished_at: Date | null
}): ImportState {
  const { id, origin, read, created, changed, unchanged, refused, problems } = row
  return {
    id,
    origin,
    state: row.state as ImportState['state'],
    read,
    created,
    changed,
    unchanged,
    refused,
    problems,
    failure: row.failure as ImportState['failure'],
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}
