import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import { writeAnswers } from '#modules/commons/templates/page-writing.ts'
import type { Path, Template, Value } from '#modules/commons/templates/template.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'

export interface CurrentAnswer {
  value: Value
  /** Of the document, when this was written; 0 for what stands on the page as last published. */
  revision: number
  personId: string | null
  writtenAt: Date | null
}

/** The answers of a document as they now are: those of its page, and above them the ones not yet published. */
export interface Answers {
  values: Map<Path, CurrentAnswer>
  /** Not yet published: by path, null for what is taken away. */
  pending: Map<Path, Value | null>
}

interface PendingRow {
  path: Path
  value: Value | null
  revision: number
  person_id: string | null
  written_at: Date
}

export async function answersOf(trx: Trx, document: CommonsDocument, template: Template): Promise<Answers> {
  const base = await baseAnswers(trx, document, template)
  const pending = await pendingAnswers(trx, document)
  const values = new Map<Path, CurrentAnswer>()
  for (const [path, value] of base) values.set(path, { value, revision: 0, personId: null, writtenAt: null })
  for (const row of pending) {
    if (row.value === null) values.delete(row.path)
    else
      values.set(row.path, {
        value: row.value,
        revision: Number(row.revision),
        personId: row.person_id,
        writtenAt: row.written_at,
      })
  }
  return { values, pending: new Map(pending.map(({ path, value }) => [path, value])) }
}

/** The page as it would be published now. */
export async function sourceOf(trx: Trx, document: CommonsDocument, template: Template): Promise<string> {
  const pending = await pendingAnswers(trx, document)
  const source = await baseSource(trx, document)
  return writeAnswers(
    template,
    source,
    new Map(pending.map(({ path, value }) => [path, value])),
    document.language,
  )
}

/** The page that the answers not yet published are written above. */
export async function baseSource(trx: Trx, { networkId, id }: CommonsDocument): Promise<string> {
  const { rows } = await sql<{ source: string }>`
    select coalesce(version.source, document.base_source, '') as source ${fromBase(networkId, id)}`.execute(
    trx,
  )
  return rows[0]?.source ?? ''
}

/** The answers of the page below, read once and kept while it stays as it is. */
export async function baseAnswers(
  trx: Trx,
  document: CommonsDocument,
  template: Template,
): Promise<ReadonlyMap<Path, Value>> {
  const { networkId, id } = document
  const key = `${networkId} ${id} ${template.key} ${template.version}`
  const kept = read.get(key)
  // Known by what it says, not by its number: a page that was taken back and is shared again counts its versions anew.
  const { rows } = await sql<{ hash: string | null; source: string | null }>`
    select encode(version.content_hash, 'hex') as hash,
      case when version.content_hash is distinct from decode(${kept?.hash ?? ''}, 'hex')
        then coalesce(version.source, document.base_source, '') end as source
    ${fromBase(networkId, id)}`.execute(trx)
  const { hash = null, source = '' } = rows[0] ?? {}
  const answers = source === null && kept ? kept.answers : readAnswers(template, source ?? '').answers
  // A page nobody has published yet hardly holds anything.
  if (hash === null) return answers
  read.delete(key)
  read.set(key, { hash, answers })
  for (const oldest of read.keys()) {
    if (read.size <= mostRead) break
    read.delete(oldest)
  }
  return answers
}

function fromBase(networkId: string, id: string) {
  return sql`
    from commons_document document
    left join commons_item item on item.network_id = document.network_id and item.id = document.id
    left join commons_version version on version.network_id = item.network_id and version.item_id = item.id
      and version.number = item.version
    where document.network_id = ${networkId}::uuid and document.id = ${id}::uuid`
}

async function pendingAnswers(trx: Trx, { networkId, id }: CommonsDocument): Promise<PendingRow[]> {
  const { rows } = await sql<PendingRow>`
    select path, value, revision, person_id, written_at from commons_answer
    where network_id = ${networkId}::uuid and document_id = ${id}::uuid
    order by revision`.execute(trx)
  return rows
}

const mostRead = 200
const read = new Map<string, { hash: string; answers: ReadonlyMap<Path, Value> }>()
