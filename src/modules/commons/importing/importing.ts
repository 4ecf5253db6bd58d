import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import { type Actor, commandLine } from '#kernel/actor.ts'
import { newId } from '#kernel/ids.ts'
import type { ArchiveEntry } from '#modules/commons/archive/index.ts'
import { cut } from '#modules/commons/format/cut.ts'
import type { Problem } from '#modules/commons/format/page.ts'
import { nameFamilies } from '#modules/commons/importing/families.ts'
import { holdImport } from '#modules/commons/importing/imports.ts'
import { type ImportMemory, importMemory } from '#modules/commons/importing/memory.ts'
import { type PreparedItem, prepareItem } from '#modules/commons/importing/preparation.ts'
import { proposeResemblances } from '#modules/commons/importing/resemblances.ts'
import {
  type Stored,
  settleIndexes,
  storeUncounted,
  type Visibility,
} from '#modules/commons/importing/storing.ts'
import { countWords } from '#modules/commons/importing/word-counting.ts'
import { recordChange } from '#platform/audit/record.ts'

/** Pages kept together: all of a batch, or none. Small enough to be cheap to lose, large enough to be fast. */
const batchPages = 150
const batchBytes = 3_000_000

const batchProblems = 2_000

/** Enough of them not to let PostgreSQL wait for more; at first it has nothing to do at all. */
const fewPages = 90
const firstPages = 25

/** Of one page, listed in the report. */
const mostProblems = 500

/** A file name is part of an index, whose rows have room for 2.7 kB: three bytes a character at worst. */
const longestName = 500

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

interface Refused {
  code: string
  detail: Record<string, string | number>
}

export type ImportPhase = 'pages' | 'resemblances'

export interface ImportOptions {
  origin: string
  visibility: Visibility
  /** An import announced before, by `announceImport`. */
  importId?: string
  /** Who asked for it, as the audit log will say; the command line if nobody else. */
  actor?: Actor
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
  const actor = options.actor ?? commandLine
  const importId =
    options.importId ??
    (await inTenant(db, tenant, trx =>
      announceImport(trx, networkId, { origin: options.origin, visibility: options.visibility }),
    ))
  const counts = { read: 0, refused: 0 }
  let kept: ImportCounts = { read: 0, created: 0, changed: 0, unchanged: 0, refused: 0, problems: 0 }
  await using _ = await holdImport(db, importId)
  const memory = importMemory()
  const names = new Set<string>()
  let batch: PreparedItem[] = []
  let problems: ImportProblem[] = []
  let bytes = 0
  let position = 0
  let leftAlone = 0
  let idle = false
  let keeping: Promise<void> = clearProblems(db, tenant, importId)
    .then(() => inTenant(db, tenant, wakeDictionaries))
    .then(() => {
      idle = true
    })
  keeping.catch(() => undefined)
  let counting: Promise<void> = Promise.resolve()

  const flush = async () => {
    const [items, found] = [batch, problems]
    const { read, refused } = counts
    batch = []
    problems = []
    bytes = 0
    await keeping
    idle = false
    keeping = inTenant(db, tenant, async trx => {
      const stored = await storeUncounted(
        trx,
        networkId,
        items,
        { visibility: options.visibility, importId },
        memory,
      )
      for (const [fileName, code] of stored.refused)
        found.push({ fileName, code, detail: {}, line: null, severity: 'refused' })
      leftAlone += stored.refused.size
      await keepProblems(trx, networkId, importId, found, position)
      const so: ImportCounts = {
        read,
        refused: refused + leftAlone,
        created: kept.created + stored.created,
        changed: kept.changed + stored.changed,
        unchanged: kept.unchanged + stored.unchanged,
        problems: kept.problems + found.length,
      }
      await noteProgress(trx, networkId, importId, so)
      return so
    }).then(async so => {
      position += found.length
      kept = so
      options.progress?.('pages', kept)
      if (memory.isFull()) await countAll(db, tenant, memory)
      idle = true
    })
    // Awaited at the next flush: a failure must not count as unhandled until then.
    keeping.catch(() => undefined)
  }
  const refuse = (fileName: string, refused: { code: string; detail: ImportProblem['detail'] }) => {
    counts.refused += 1
    problems.push({
      ...refused,
      fileName: cut(fileName, longestName),
      line: lineOf(refused.detail),
      severity: 'refused',
    })
  }

  try {
    for await (const entry of entries) {
      counts.read += 1
      const refused =
        'refused' in entry ? entry.refused : (refusedName(entry.name, names) ?? refusedText(entry))
      if (refused) refuse(entry.name, refused)
      else if ('bytes' in entry) {
        const item = prepareItem(decoder.decode(entry.bytes), entry.name)
        batch.push(item)
        bytes += entry.bytes.length
        for (const problem of reported(item.problems)) problems.push({ fileName: entry.name, ...problem })
      }
      const full = batch.length >= batchPages || bytes >= batchBytes || problems.length >= batchProblems
      const few = kept.read === 0 ? firstPages : fewPages
      if (full || (idle && batch.length >= few)) await flush()
    }
    // Nothing more to read: while PostgreSQL keeps the last pages it counts the words of the others.
    counting = countWords(db, tenant, memory)
    counting.catch(() => undefined)
    await flush()
    await keeping
    await counting
    await derive(db, tenant, memory, () => options.progress?.('resemblances', kept))
    await endImport(db, tenant, { importId, actor, counts: kept }, 'finished', null)
    return { importId, counts: kept }
  } catch (error) {
    // What was read before it broke is kept if it can be, and the import is said to have failed in any case.
    await keeping.then(flush).catch(() => undefined)
    await keeping.catch(() => undefined)
    await counting.catch(() => undefined)
    await countAll(db, tenant, memory).catch(() => undefined)
    await endImport(db, tenant, { importId, actor, counts: kept }, 'failed', failureOf(error)).catch(
      () => undefined,
    )
    throw error
  }
}

/** A connection reads its dictionaries, some 50 ms, at the first text: better while the first pages are read. */
async function wakeDictionaries(trx: Trx): Promise<void> {
  await sql`select commons_vector('', 'x', 'x', 'x', 'x', 'x')`.execute(trx)
}

/**
 * What concerns all pages together, once they are kept. Words beside the rest: each is for one connection to wait for,
 * and the server may have two processors.
 */
async function derive(db: Db, tenant: Tenant, memory: ImportMemory, progress: () => void): Promise<void> {
  const compare = async () => {
    await inTenant(db, tenant, async trx => {
      await nameFamilies(trx, tenant.networkId)
      await settleIndexes(trx)
    })
    await proposeResemblances(db, tenant, memory, progress)
  }
  const ends = await Promise.allSettled([countAll(db, tenant, memory), compare()])
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

async function countAll(db: Db, tenant: Tenant, memory: ImportMemory): Promise<void> {
  await countWords(db, tenant, memory)
  memory.forgetWords()
}

/** Files with the name of one before them, as their composed and decomposed accents can make them, are no new page. */
function refusedName(name: string, names: Set<string>): Refused | null {
  if (name.length > longestName) return { code: 'name-too-long', detail: { limit: longestName } }
  if (names.has(name)) return { code: 'duplicate-name', detail: {} }
  names.add(name)
  return null
}

/** NUL is valid UTF-8, but no text: PostgreSQL cannot keep it, and no editor shows it. */
function refusedText({ bytes }: { bytes: Buffer }): Refused | null {
  const nul = bytes.indexOf(0)
  if (nul < 0) return null
  let line = 1
  for (let at = bytes.indexOf(10); at >= 0 && at < nul; at = bytes.indexOf(10, at + 1)) line += 1
  return { code: 'not-text', detail: { line } }
}

/** A page can break a rule on each of its lines; after the first hundreds it is enough to say how many more. */
function reported(problems: Problem[]): Omit<ImportProblem, 'fileName'>[] {
  const shown = problems
    .slice(0, mostProblems)
    .map(({ line, severity, code, detail }) => ({ line, severity, code, detail }))
  const more = problems.length - shown.length
  if (more === 0) return shown
  return [...shown, { line: null, severity: 'note', code: 'more-problems', detail: { count: more } }]
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

/** Notes the end, and in the same transaction what came of it; of what broke before its first page there is nothing to say. */
async function endImport(
  db: Db,
  tenant: Tenant,
  { importId, actor, counts }: { importId: string; actor: Actor; counts: ImportCounts },
  state: 'finished' | 'failed',
  failure: { code: string; detail: Record<string, string | number> } | null,
): Promise<void> {
  const { created, changed, refused } = counts
  await inTenant(db, tenant, async trx => {
    await trx
      .updateTable('commons_import')
      .set({ state, failure: failure && JSON.stringify(failure), finished_at: sql`now()` })
      .where('network_id', '=', tenant.networkId)
      .where('id', '=', importId)
      .execute()
    if (state === 'failed' && created + changed + refused === 0) return
    await recordChange(trx, tenant.networkId, actor, {
      action: 'commons.imported',
      subject: { type: 'import', id: importId },
      after: { created, changed, refused },
    })
  })
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
