import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import type { Locale } from '#kernel/locale.ts'
import type { ColumnPlan } from '#modules/network/organisation-import/columns.ts'
import type { ValueWords } from '#modules/network/organisation-import/values.ts'
import type { ListedField } from '#modules/network/organisation-import/words.ts'
import type { Heading } from '#platform/spreadsheets/heading.ts'
import type { Book } from '#platform/spreadsheets/sheet.ts'

export type ImportState = 'mapping' | 'checking' | 'checked' | 'importing' | 'done' | 'undone' | 'failed'

/** How the file is read. */
export interface Reading {
  sheet: number
  heading: Heading
  columns: ColumnPlan
  words: ValueWords
}

/** What is shown of a file before it is read whole. */
export interface Preview {
  format: Book['format']
  encoding: string | null
  separator: string | null
  sheets: { name: string; hidden: boolean; rows: number }[]
  /** The first lines of the chosen sheet, titles and headings with them. */
  top: { line: number; cells: string[] }[]
  headings: string[]
  /** Of each column some values, none of them empty. */
  samples: string[][]
  /** Lines under the heading, without those passed over. */
  lines: number
  passed: { line: number; why: 'total' | 'heading' | 'section' | 'note' }[]
  /** What is written in the columns of listed fields, and what was understood; null: nobody knows. */
  values: { field: ListedField; written: string; count: number; meaning: string | null }[]
}

export interface Counts {
  lines: number
  passed: number
  refused: number
  problems: number
  /** As it was decided: what will be done, or was done. */
  created: number
  changed: number
  unchanged: number
  merged: number
  undecided: number
  people: number
}

export const noCounts: Counts = {
  lines: 0,
  passed: 0,
  refused: 0,
  problems: 0,
  created: 0,
  changed: 0,
  unchanged: 0,
  merged: 0,
  undecided: 0,
  people: 0,
}

/** Whom to write to when it has ended, and how. */
export interface Inviting {
  locale: Locale
  linkOrigin: string
  inviter: string
}

export interface OrganisationImport {
  id: string
  /** Of the file. */
  name: string
  fileId: string | null
  state: ImportState
  reading: Reading
  preview: Preview
  counts: Counts
  failure: { code: string; detail: Record<string, string | number> } | null
  inviting: Inviting | null
  createdBy: string | null
  createdAt: Date
  finishedAt: Date | null
}

/** What has not been imported, is forgotten after so many days: it may speak of people. */
const draftDays = 30

export async function listImports(trx: Trx, networkId: string): Promise<OrganisationImport[]> {
  const rows = await trx
    .selectFrom('organisation_import')
    .selectAll()
    .where('network_id', '=', networkId)
    .orderBy('id', 'desc')
    .limit(50)
    .execute()
  return rows.map(asImport)
}

/** The files someone brought in, for the archive of their own data. */
export async function importsOfAccount(
  trx: Trx,
  networkId: string,
  accountId: string,
): Promise<{ name: string; at: string }[]> {
  const rows = await trx
    .selectFrom('organisation_import')
    .innerJoin('person', join =>
      join
        .onRef('person.network_id', '=', 'organisation_import.network_id')
        .onRef('person.id', '=', 'organisation_import.created_by'),
    )
    .select(['organisation_import.name', 'organisation_import.created_at'])
    .where('organisation_import.network_id', '=', networkId)
    .where('person.account_id', '=', accountId)
    .orderBy('organisation_import.id', 'desc')
    .limit(500)
    .execute()
  return rows.map(({ name, created_at }) => ({ name, at: created_at.toISOString() }))
}

/** @throws AppError 'not-found' */
export async function findImport(
  trx: Trx,
  networkId: string,
  id: string,
  lock = false,
): Promise<OrganisationImport> {
  if (!isId(id)) throw new AppError('not-found')
  const row = await trx
    .selectFrom('organisation_import')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .$if(lock, query => query.forUpdate())
    .executeTakeFirst()
  if (!row) throw new AppError('not-found')
  return asImport(row)
}

export async function keepImport(
  trx: Trx,
  networkId: string,
  one: Pick<OrganisationImport, 'id' | 'name' | 'fileId' | 'reading' | 'preview' | 'createdBy'>,
): Promise<void> {
  await trx
    .insertInto('organisation_import')
    .values({
      network_id: networkId,
      id: one.id,
      name: one.name,
      file_id: one.fileId,
      state: 'mapping',
      reading: JSON.stringify(one.reading),
      preview: JSON.stringify(one.preview),
      created_by: one.createdBy,
    })
    .execute()
}

export async function changeImport(
  trx: Trx,
  networkId: string,
  id: string,
  change: Partial<
    Pick<OrganisationImport, 'state' | 'reading' | 'preview' | 'counts' | 'failure' | 'inviting' | 'fileId'>
  > & { finished?: boolean },
): Promise<void> {
  const { state, reading, preview, counts, failure, inviting, fileId, finished } = change
  await trx
    .updateTable('organisation_import')
    .set({
      ...(state && { state }),
      ...(reading && { reading: JSON.stringify(reading) }),
      ...(preview && { preview: JSON.stringify(preview) }),
      ...(counts && { counts: JSON.stringify(counts) }),
      ...(failure !== undefined && { failure: failure && JSON.stringify(failure) }),
      ...(inviting !== undefined && { invitations: inviting && JSON.stringify(inviting) }),
      ...(fileId !== undefined && { file_id: fileId }),
      ...(finished && { finished_at: sql<Date>`now()` }),
    })
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .execute()
}

/** An import that was not carried out. @returns the ids of its file and of those long forgotten, to be removed */
export async function discardImports(trx: Trx, networkId: string, id: string | null): Promise<string[]> {
  const gone = await trx
    .deleteFrom('organisation_import')
    .where('network_id', '=', networkId)
    .where('state', 'in', ['mapping', 'checking', 'checked', 'failed'])
    .$if(id !== null, query => query.where('id', '=', id ?? ''))
    .$if(id === null, query =>
      query.where('created_at', '<', sql<Date>`now() - make_interval(days => ${draftDays})`),
    )
    .returning('file_id')
    .execute()
  return gone.flatMap(row => (row.file_id ? [row.file_id] : []))
}

/** What columns and values meant in the network's files before. */
export async function rememberedWords(
  trx: Trx,
  networkId: string,
): Promise<{ columns: Map<string, string>; words: ValueWords }> {
  const rows = await trx
    .selectFrom('organisation_import_word')
    .select(['about', 'written', 'meaning'])
    .where('network_id', '=', networkId)
    .limit(5_000)
    .execute()
  const columns = new Map<string, string>()
  const words: ValueWords = {}
  for (const { about, written, meaning } of rows) {
    if (about === 'column') columns.set(written, meaning)
    else {
      const field = about as ListedField
      words[field] ??= {}
      words[field][written] = meaning
    }
  }
  return { columns, words }
}

export async function rememberWords(
  trx: Trx,
  networkId: string,
  words: { about: string; written: string; meaning: string }[],
): Promise<void> {
  const sent = JSON.stringify(
    words.filter(({ written }) => written !== '' && written.length <= 200).slice(0, 1_000),
  )
  await sql`
    insert into organisation_import_word (network_id, about, written, meaning)
    select distinct on (about, written) ${networkId}::uuid, about, written, meaning
    from jsonb_to_recordset(${sent}::jsonb) as word (about text, written text, meaning text)
    on conflict (network_id, about, written) do update set meaning = excluded.meaning`.execute(trx)
}

function asImport(row: {
  id: string
  name: string
  file_id: string | null
  state: string
  reading: unknown
  preview: unknown
  counts: unknown
  failure: unknown
  invitations: unknown
  created_by: string | null
  created_at: Date
  finished_at: Date | null
}): OrganisationImport {
  return {
    id: row.id,
    name: row.name,
    fileId: row.file_id,
    state: row.state as ImportState,
    reading: row.reading as Reading,
    preview: row.preview as Preview,
    counts: { ...noCounts, ...(row.counts as Partial<Counts>) },
    failure: row.failure as OrganisationImport['failure'],
    inviting: row.invitations as Inviting | null,
    createdBy: row.created_by,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  }
}
