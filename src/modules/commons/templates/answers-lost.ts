import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import { questionPath } from '#modules/commons/templates/question-paths.ts'
import { shippedTemplate } from '#modules/commons/templates/shipped.ts'
import type { Path, Template, Value } from '#modules/commons/templates/template.ts'

export interface AnswersLost {
  /** In how many documents at least one of the questions is answered. */
  documents: number
  /** The answered ones, as in `questionsWithin`, with the number of documents. */
  questions: { path: string; documents: number }[]
}

/** How many documents, published or being written, answer questions that a template would no longer ask. */
export async function answersLost(
  trx: Trx,
  networkId: string,
  key: string,
  removed: readonly string[],
): Promise<AnswersLost> {
  const asked = new Set(removed)
  const counts = new Map<string, number>()
  let documents = 0
  let after: string | null = null
  const templates = new Map<number, Template>()
  while (asked.size > 0) {
    const rows: DocumentRow[] = await documentsAfter(trx, networkId, key, after)
    await readVersions(trx, networkId, key, rows, templates)
    for (const row of rows) {
      const answered = answeredIn(row, templates.get(row.template_version), asked)
      for (const path of answered) counts.set(path, (counts.get(path) ?? 0) + 1)
      if (answered.size > 0) documents++
    }
    after = rows.at(-1)?.id ?? null
    if (rows.length < batch) break
  }
  const questions = removed.flatMap(path => {
    const count = counts.get(path)
    return count === undefined ? [] : [{ path, documents: count }]
  })
  return { documents, questions }
}

interface DocumentRow {
  id: string
  template_version: number
  source: string
  pending: Record<Path, Value | null> | null
}

/** The page as last published or begun, and what is written above it. */
async function documentsAfter(
  trx: Trx,
  networkId: string,
  key: string,
  after: string | null,
): Promise<DocumentRow[]> {
  const { rows } = await sql<DocumentRow>`
    select document.id, document.template_version, coalesce(version.source, document.base_source, '') as source,
      (select json_object_agg(answer.path, answer.value) from commons_answer answer
        where answer.network_id = document.network_id and answer.document_id = document.id) as pending
    from commons_document document
    left join commons_item item on item.network_id = document.network_id and item.id = document.id
    left join commons_version version on version.network_id = item.network_id and version.item_id = item.id
      and version.number = item.version
    where document.network_id = ${networkId}::uuid and document.template_key = ${key}
      and (${after}::uuid is null or document.id > ${after}::uuid)
    order by document.id limit ${batch}`.execute(trx)
  return rows
}

/** Each document is read by the version it is written by, which knows what was asked then. */
async function readVersions(
  trx: Trx,
  networkId: string,
  key: string,
  rows: readonly DocumentRow[],
  templates: Map<number, Template>,
): Promise<void> {
  const missing = [...new Set(rows.map(row => row.template_version))].filter(
    version => !templates.has(version),
  )
  if (missing.length === 0) return
  const found = await sql<{ version: number; definition: Template }>`
    select version, definition from commons_template
    where network_id = ${networkId}::uuid and key = ${key} and version = any(${missing}::integer[])`.execute(
    trx,
  )
  for (const { version, definition } of found.rows) templates.set(version, { ...definition, key, version })
  const shipped = shippedTemplate(key)
  if (shipped && missing.includes(shipped.version) && !templates.has(shipped.version))
    templates.set(shipped.version, shipped)
}

function answeredIn(
  row: DocumentRow,
  template: Template | undefined,
  asked: ReadonlySet<string>,
): Set<string> {
  const paths = new Set(template ? readAnswers(template, row.source).answers.keys() : [])
  for (const [path, value] of Object.entries(row.pending ?? {})) {
    if (value === null) paths.delete(path)
    else paths.add(path)
  }
  return new Set([...paths].map(questionPath).filter(path => asked.has(path)))
}

/** Pages run to megabytes: few at a time. */
const batch = 25
