import { buffer } from 'node:stream/consumers'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Db } from '#db/database.ts'
import { inTenant, readTenant, type Tenant } from '#db/tenant.ts'
import type { PreparedLine } from '#modules/network/organisation-import/drafts.ts'
import { type FoundLine, findLines } from '#modules/network/organisation-import/findings.ts'
import {
  changeImport,
  findImport,
  type OrganisationImport,
  type Reading,
} from '#modules/network/organisation-import/imports.ts'
import { countLines, keepDecisions, keepLines } from '#modules/network/organisation-import/keeping.ts'
import { knownOrganisations, plainNames } from '#modules/network/organisation-import/known.ts'
import { prepareLines } from '#modules/network/organisation-import/lines.ts'
import { objectKey, type Storage } from '#platform/files/storage.ts'
import { tableOf } from '#platform/spreadsheets/records.ts'
import { type Book, SheetError } from '#platform/spreadsheets/sheet.ts'
import { readTables } from '#platform/spreadsheets/tables.ts'

/** After so many lines everyone else has a turn. */
const turnLines = 200
const batchLines = 1_000

export type Say = (phase: 'reading' | 'comparing' | 'keeping', done: number, total: number | null) => void

/**
 * Reads the whole file, compares it with the network and writes down, line by line, what would be done. Nothing else
 * changes. Done again, it begins anew, but for what was decided about lines that are as they were.
 * @param read the file's tables
 * @throws SheetError, where the file cannot be read: the import has failed then
 */
export async function checkImport(
  db: Db,
  tenant: Tenant,
  id: string,
  read: (one: OrganisationImport) => Promise<Book>,
  say: Say = () => undefined,
  signal?: AbortSignal,
): Promise<void> {
  const { networkId } = tenant
  const one = await readTenant(db, tenant, trx => findImport(trx, networkId, id))
  if (one.state !== 'checking') return
  try {
    say('reading', 0, null)
    const book = await read(one)
    const { lines, passed } = await linesOf(book, one.reading)
    const names = lines.map(({ draft }) => draft.organisation.name)
    const [known, plains] = await readTenant(
      db,
      tenant,
      async trx => [await knownOrganisations(trx, networkId), await plainNames(trx, names)] as const,
    )
    const found: FoundLine[] = []
    for (const line of findLines(lines, known, plains)) {
      found.push(line)
      if (found.length % turnLines > 0) continue
      say('comparing', found.length, lines.length)
      signal?.throwIfAborted()
      await breathe()
    }
    await inTenant(db, tenant, async trx => {
      const still = await findImport(trx, networkId, id, true)
      if (still.state !== 'checking') return
      await keepDecisions(trx, networkId, id, found)
      await trx
        .deleteFrom('organisation_import_line')
        .where('network_id', '=', networkId)
        .where('import_id', '=', id)
        .execute()
      for (let at = 0; at < found.length; at += batchLines) {
        say('keeping', at, found.length)
        await keepLines(trx, networkId, id, found.slice(at, at + batchLines))
      }
      const counts = { ...(await countLines(trx, networkId, id)), passed }
      await changeImport(trx, networkId, id, { state: 'checked', counts, failure: one.failure })
    })
  } catch (error) {
    if (!(error instanceof SheetError)) throw error
    const failure = { code: error.code, detail: error.detail }
    await inTenant(db, tenant, trx => changeImport(trx, networkId, id, { state: 'failed', failure }))
    throw error
  }
}

/** The file as it was sent. @throws SheetError */
export async function bookOf(
  storage: Storage,
  networkId: string,
  { fileId, name }: Pick<OrganisationImport, 'fileId' | 'name'>,
): Promise<Book> {
  const content = fileId === null ? null : await storage.get(objectKey(networkId, fileId))
  if (!content) throw new SheetError('empty')
  return readTables(await buffer(content), name)
}

export async function linesOf(
  book: Book,
  reading: Reading,
): Promise<{ lines: PreparedLine[]; passed: number }> {
  const sheet = book.sheets[reading.sheet]
  if (!sheet) throw new SheetError('empty')
  const table = tableOf(sheet, reading.heading)
  const plan = { headings: table.headings, columns: reading.columns, words: reading.words }
  const lines: PreparedLine[] = []
  for (const line of prepareLines(table, sheet.remarks, plan)) {
    lines.push(line)
    if (lines.length % turnLines === 0) await breathe()
  }
  return { lines, passed: table.passed.length }
}
