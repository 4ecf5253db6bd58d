import { inTenant } from '#db/tenant.ts'
import { templatesOf } from '#modules/commons/templates/catalogue.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import { answersOf } from '#modules/commons/writing/answers.ts'
import {
  addAuthor,
  createDocument,
  openDocument,
  templateOfDocument,
} from '#modules/commons/writing/documents.ts'
import { publishDocument } from '#modules/commons/writing/publishing.ts'
import { saveAnswers } from '#modules/commons/writing/saving.ts'
import type { Entry } from '#modules/network/index.ts'
import type { TestDatabase } from '../../../../test/database.ts'

/** A learning plan being written by someone. @returns its id */
export function aPlan(
  { db }: TestDatabase,
  author: Entry,
  title: string,
  options: { coauthor?: Entry; type?: string } = {},
): Promise<string> {
  return inTenant(db, author.tenant, async trx => {
    const template = (await templatesOf(trx, author.network.id)).find(
      (one: Template) => one.type === (options.type ?? 'learningplan'),
    )
    if (!template) throw new Error('No such template')
    const id = await createDocument(trx, author, { template, language: 'fr', title })
    if (options.coauthor?.personId) await addAuthor(trx, author.network.id, id, options.coauthor.personId)
    return id
  })
}

/** Writes answers as somebody who has seen all there is. @returns the revision of the document */
export function write(
  { db }: TestDatabase,
  entry: Entry,
  id: string,
  answers: Record<string, unknown>,
): Promise<number> {
  return inTenant(db, entry.tenant, async trx => {
    const { revision } = await openDocument(trx, entry, id, 'write')
    const saved = await saveAnswers(
      trx,
      entry,
      id,
      Object.entries(answers).map(([path, value]) => ({ path, value, seen: revision })),
    )
    if (saved.conflicts.length + saved.problems.length > 0)
      throw new Error(`Not written: ${JSON.stringify([saved.conflicts, saved.problems])}`)
    return saved.revision
  })
}

export function publish(
  { db }: TestDatabase,
  entry: Entry,
  id: string,
  visibility: 'network' | 'public',
): Promise<{ slug: string; version: number }> {
  return inTenant(db, entry.tenant, trx => publishDocument(trx, entry, id, visibility))
}

export function answersIn({ db }: TestDatabase, entry: Entry, id: string): Promise<Record<string, unknown>> {
  return inTenant(db, entry.tenant, async trx => {
    const document = await openDocument(trx, entry, id, 'read')
    const { values } = await answersOf(trx, document, await templateOfDocument(trx, document))
    return Object.fromEntries([...values].map(([path, { value }]) => [path, value]))
  })
}
