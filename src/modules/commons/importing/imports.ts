import type { Trx } from '#db/database.ts'

export interface ImportState {
  id: string
  origin: string
  state: 'waiting' | 'running' | 'finished' | 'failed'
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

export async function findImport(trx: Trx, networkId: string, id: string): Promise<ImportState | null> {
  const row = await trx
    .selectFrom('commons_import')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? asState(row) : null
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
  return rows.map(asState)
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
