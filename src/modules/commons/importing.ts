import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import { newId } from '#kernel/ids.ts'
import type { ArchiveEntry } from '#modules/commons/archive/index.ts'
import { type PreparedItem, prepareItem } from '#modules/commons/preparation.ts'
import { proposeResemblances } from '#modules/commons/resemblances.ts'
import { nameFamilies, type Stored, storeItems, type Visibility } from '#modules/commons/storing.ts'

/** Pages kept together: all of a batch, or none. Small enough to be cheap to lose, large enough to be fast. */
const batchPages = 100
const batchBytes = 2_000_000

/** A byte order mark is part of the page: it goes back out as it came in. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export interface ImportCounts extends Stored {
  /** Files looked at so far, refused ones included. */
  read: number
  refused: number
  problems: number
}

export interface ImportProblem {
  fileName: string
  line: number | null
  severity: 'refused' | 'warning' | 'note'
  code: string
  detail: Record<string, string | number>
}

export type ImportPhase = 'pages' | 'resemblances'

export interface ImportOptions {
  origin: string
  visibility: Visibility
  /** An import announced before, by `announceImport`. */
  importId?: string
  progress?: (phase: ImportPhase, counts: ImportCounts) => void
}

/** Makes known that an import is to come, so that it can be watched before it starts. */
export async function announceImport(
  trx: Trx,
  networkId: string,
  input: { origin: string; visibility: Visibility },
): Promise<string> {
  const id = newId()
  await trx
    .insertInto('commons_import')
    .values({
      network_id: networkId,
      id,
      origin: input.origin,
      visibility: input.visibility,
      state: 'waiting',
    })
    .execute()
  return id
}

/**
 * Imports pages as they come, batch by batch. Done again, it changes nothing; cut short, it goes on where it was,
 * because what was kept is recognised. While PostgreSQL keeps one batch the next is read.
 * @throws what `entries` throws, after what came before it was kept
 */
export async function importPages(
  db: Db,
  tenant: Tenant,
  entries: AsyncIterable<ArchiveEntry>,
  options: ImportOptions,
): Promise<{ importId: string; counts: ImportCounts }> {
  const { networkId } = tenant
  const importId =
    options.importId ??
    (await inTenant(db, tenant, trx =>
      announceImport(trx, networkId, { origin: options.origin, visibility: options.visibility }),
    ))
  const counts: ImportCounts = { read: 0, created: 0, changed: 0, unchanged: 0, refused: 0, problems: 0 }
  await clearProblems(db, tenant, importId)

  let batch: PreparedItem[] = []
  let problems: ImportProblem[] = []
  let bytes = 0
  let position = 0
  let keeping: Promise<void> = Promise.resolve()

  const flush = async () => {
    const [items, found] = [batch, problems]
    batch = []
    problems = []
    bytes = 0
    await keeping
    keeping = inTenant(db, tenant, async trx => {
      const stored = await storeItems(trx, networkId, items, { visibility: options.visibility, importId })
      await keepProblems(trx, networkId, importId, found, position)
      position += found.length
      counts.created += stored.created
      counts.changed += stored.changed
      counts.unchanged += stored.unchanged
      counts.problems += found.length
      await noteProgress(trx, networkId, importId, counts)
    }).then(() => options.progress?.('pages', counts))
    // Awaited at the next flush: a failure must not count as unhandled until then.
    keeping.catch(() => undefined)
  }

  try {
    for await (const entry of entries) {
      counts.read += 1
      if ('refused' in entry) {
        counts.refused += 1
        problems.push({
          fileName: entry.name,
          line: lineOf(entry.refused.detail),
          severity: 'refused',
          ...entry.refused,
        })
        continue
      }
      const nul = entry.bytes.indexOf(0)
      if (nul >= 0) {
        // Valid UTF-8, but no text: PostgreSQL cannot keep it, and no editor shows it.
        const line = entry.bytes.subarray(0, nul).filter(byte => byte === 10).length + 1
        counts.refused += 1
        problems.push({ fileName: entry.name, line, severity: 'refused', code: 'not-text', detail: { line } })
        continue
      }
      const item = prepareItem(decoder.decode(entry.bytes), entry.name)
      batch.push(item)
      bytes += entry.bytes.length
      for (const { line, severity, code, detail } of item.problems) {
        problems.push({ fileName: entry.name, line, severity, code, detail })
      }
      if (batch.length >= batchPages || bytes >= batchBytes) await flush()
    }
    await flush()
    await keeping
    await inTenant(db, tenant, trx => nameFamilies(trx, networkId))
    await proposeResemblances(db, tenant, () => options.progress?.('resemblances', counts))
    await endImport(db, tenant, importId, 'finished', null)
    return { importId, counts }
  } catch (error) {
    await keeping.catch(() => undefined)
    if (batch.length > 0) await flush().then(() => keeping)
    await endImport(db, tenant, importId, 'failed', failureOf(error))
    throw error
  }
}

/** A second try at an import writes its report anew. */
async function clearProblems(db: Db, tenant: Tenant, importId: string): Promise<void> {
  await inTenant(db, tenant, async trx => {
    await trx
      .deleteFrom('commons_problem')
      .where('network_id', '=', tenant.networkId)
      .where('import_id', '=', importId)
      .execute()
    await trx
      .updateTable('commons_import')
      .set({ state: 'running', failure: null, finished_at: null })
      .where('network_id', '=', tenant.networkId)
      .where('id', '=', importId)
      .execute()
  })
}

async function keepProblems(
  trx: Trx,
  networkId: string,
  importId: string,
  problems: ImportProblem[],
  from: number,
): Promise<void> {
  if (problems.length === 0) return
  const rows = problems.map((problem, index) => ({ position: from + index, ...problem }))
  await sql`
    insert into commons_problem (network_id, import_id, position, file_name, line, severity, code, detail)
    select ${networkId}::uuid, ${importId}::uuid, position, "fileName", line, severity, code, detail
    from json_to_recordset(${JSON.stringify(rows)}::json) as problem (
      position integer, "fileName" text, line integer, severity text, code text, detail jsonb
    )`.execute(trx)
}

async function noteProgress(
  trx: Trx,
  networkId: string,
  importId: string,
  counts: ImportCounts,
): Promise<void> {
  const { read, created, changed, unchanged, refused, problems } = counts
  await trx
    .updateTable('commons_import')
    .set({ read, created, changed, unchanged, refused, problems })
    .where('network_id', '=', networkId)
    .where('id', '=', importId)
    .execute()
}

async function endImport(
  db: Db,
  tenant: Tenant,
  importId: string,
  state: 'finished' | 'failed',
  failure: { code: string; detail: Record<string, string | number> } | null,
): Promise<void> {
  await inTenant(db, tenant, trx =>
    trx
      .updateTable('commons_import')
      .set({ state, failure: failure && JSON.stringify(failure), finished_at: sql`now()` })
      .where('network_id', '=', tenant.networkId)
      .where('id', '=', importId)
      .execute(),
  )
}

function failureOf(error: unknown): { code: string; detail: Record<string, string | number> } {
  const { code, detail } = error as { code?: unknown; detail?: unknown }
  if (typeof code === 'string' && typeof detail === 'object' && detail !== null) {
    return { code, detail: detail as Record<string, string | number> }
  }
  return { code: 'interrupted', detail: {} }
}

function lineOf(detail: Record<string, string | number>): number | null {
  const line = Number(detail.line)
  return Number.isInteger(line) && line > 0 ? line : null
}
