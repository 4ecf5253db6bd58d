import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { waitForTurn } from '#modules/commons/history/turn.ts'
import { keepTemplate, templateOf } from '#modules/commons/templates/catalogue.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import { questionPath } from '#modules/commons/templates/question-paths.ts'
import type { Path, Template, Value } from '#modules/commons/templates/template.ts'
import { changesBetween, type TemplateChanges } from '#modules/commons/templates/template-changes.ts'
import { sameValue, settledRows, settleValue } from '#modules/commons/templates/values.ts'
import { baseSource } from '#modules/commons/writing/answers.ts'
import { type CommonsDocument, openDocument, templateOfDocument } from '#modules/commons/writing/documents.ts'
import { kindAt } from '#modules/commons/writing/saving.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** A page and the version of its template that is in use by now, which it does not follow yet. */
export interface Renewal {
  document: CommonsDocument
  from: Template
  to: Template
  changes: TemplateChanges
  /** Questions, as in `questionsWithin`, whose answers stay in the page as they are, and are no longer asked. */
  untended: string[]
  /** Those with an answer that is not in the page yet and could not come into it by the new version. */
  stranded: string[]
}

/** The version in use, where it is newer than the page's own. */
export async function newerTemplate(
  trx: Trx,
  { networkId, template: { key, version } }: CommonsDocument,
): Promise<Template | null> {
  const current = await templateOf(trx, networkId, key)
  return current && current.version > version ? current : null
}

/** Null where the page follows the newest. @throws AppError 'not-found', 'forbidden' */
export async function renewalOf(trx: Trx, entry: Entry, id: string): Promise<Renewal | null> {
  return between(trx, await openDocument(trx, entry, id, 'write'))
}

/**
 * Lets a page follow the version of its template in use. Its text stays byte for byte; answers not yet published stay where
 * they are, and where the new version has no room for one, nothing is done.
 * @param version that was looked at
 * @throws AppError 'not-found', 'forbidden'; 'conflict' where another is in use by now, or an answer has no room
 */
export async function renewTemplate(trx: Trx, entry: Entry, id: string, version: number): Promise<void> {
  const document = await waitForTurn(trx, await openDocument(trx, entry, id, 'write'))
  const renewal = await between(trx, document)
  // Sent twice, or somebody else was first.
  if (!renewal) return
  const { to, stranded } = renewal
  if (to.version !== version || stranded.length > 0) throw new AppError('conflict')
  await keepTemplate(trx, document.networkId, to)
  await sql`
    update commons_document set template_version = ${to.version}
    where network_id = ${document.networkId}::uuid and id = ${id}::uuid`.execute(trx)
  await recordChange(trx, document.networkId, entry.actor, {
    action: 'document.template-renewed',
    subject: { type: 'document', id },
    before: { version: document.template.version },
    after: { version: to.version },
  })
}

async function between(trx: Trx, document: CommonsDocument): Promise<Renewal | null> {
  const to = await newerTemplate(trx, document)
  if (!to) return null
  const from = await templateOfDocument(trx, document)
  const source = await baseSource(trx, document)
  const now = readAnswers(to, source).answers
  const untended = [...readAnswers(from, source).answers]
    .filter(([path, value]) => !sameValue(now.get(path), value))
    .map(([path]) => questionPath(path))
  const { rows } = await sql<{ path: Path; value: Value }>`
    select path, value from commons_answer
    where network_id = ${document.networkId}::uuid and document_id = ${document.id}::uuid and value is not null
    order by path`.execute(trx)
  const stranded = rows
    .filter(({ path, value }) => !hasRoom(to, path, value))
    .map(({ path }) => questionPath(path))
  return {
    ...{ document, from, to, changes: changesBetween(from, to) },
    untended: [...new Set(untended)],
    stranded: [...new Set(stranded)],
  }
}

/** Whether the very answer could be given to the question at this path. */
function hasRoom(template: Template, path: Path, value: Value): boolean {
  const kind = kindAt(template, path)
  if (kind === null) return false
  const settled = kind.kind === 'rows' ? settledRows(value, kind.most) : settleValue(kind, value)
  return 'value' in settled && sameValue(settled.value, value)
}
