import type { Trx } from '#db/database.ts'
import { rank } from '#http/policies.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import { findPassage, type Passage, type Selector } from '#modules/commons/discussion/passage.ts'
import type { Reader } from '#modules/commons/discussion/threads.ts'
import { isText } from '#modules/commons/history/value-words.ts'
import { findItemById } from '#modules/commons/items.ts'
import { isWritten } from '#modules/commons/templates/answer-text.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import type { Path, Template, Value } from '#modules/commons/templates/template.ts'
import { answersOf, baseAnswers, baseSource } from '#modules/commons/writing/answers.ts'
import {
  type CommonsDocument,
  findDocument,
  isShared,
  mayWrite,
  openDocument,
  plainTemplate,
  templateOfDocument,
} from '#modules/commons/writing/documents.ts'
import type { Entry } from '#modules/network/index.ts'

/** A page that people speak of: a document, or an item that nobody has written in here yet. */
export interface Discussed {
  id: string
  title: string
  slug: string | null
  /** Of the page. */
  language: string
  document: CommonsDocument | null
  template: Template
  /** Whether they may write in it, and so decide what becomes of what is said. */
  mayWrite: boolean
  reader: Reader
}

/** What someone reads of it: as published, or, for those who write, as it now is. */
export interface Readable {
  answers: ReadonlyMap<Path, Value>
  /** Answers not yet published: only those who write see them. */
  unpublished: ReadonlySet<Path>
  source: string
}

/** @throws AppError 'not-found' for whoever may not read it */
export async function openDiscussed(trx: Trx, entry: Entry, id: string): Promise<Discussed> {
  const { network, personId } = entry
  if (!isId(id)) throw new AppError('not-found')
  if (await findDocument(trx, network.id, id)) {
    const document = await openDocument(trx, entry, id, 'read')
    const writes = mayWrite(entry, document)
    return {
      id,
      title: await publishedTitle(trx, document),
      slug: document.slug,
      language: document.language,
      document,
      template: await templateOfDocument(trx, document),
      mayWrite: writes,
      // A draft is open to those who write and those who review it alone.
      reader: { personId, amongWriters: writes || !isShared(document) },
    }
  }
  const item = await findItemById(trx, network.id, id)
  if (!item) throw new AppError('not-found')
  const runs = rank(entry.role) >= rank('facilitator')
  return {
    id,
    title: item.title,
    slug: item.slug,
    language: item.language ?? network.locale,
    document: null,
    template: plainTemplate,
    mayWrite: runs,
    reader: { personId, amongWriters: runs },
  }
}

/** Of a page that is shared, the title its readers know: another may have been written and not published. */
async function publishedTitle(trx: Trx, { networkId, id, slug, title }: CommonsDocument): Promise<string> {
  if (slug === null) return title
  const item = await trx
    .selectFrom('commons_item')
    .select('title')
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .executeTakeFirst()
  return item?.title ?? title
}

export async function readDiscussed(trx: Trx, entry: Entry, discussed: Discussed): Promise<Readable> {
  const { document, template, reader } = discussed
  if (!document) {
    const item = await findItemById(trx, entry.network.id, discussed.id)
    return { answers: new Map(), unpublished: new Set(), source: item?.source ?? '' }
  }
  const source = await baseSource(trx, document)
  if (!reader.amongWriters)
    return { answers: await baseAnswers(trx, document, template), unpublished: new Set(), source }
  const { values, pending } = await answersOf(trx, document, template)
  return {
    answers: new Map([...values].map(([path, { value }]) => [path, value])),
    unpublished: new Set(pending.keys()),
    source,
  }
}

/** The text of an answer that one may quote from; null where it is none. Of the whole page: its source. */
export function textAt({ template }: Discussed, readable: Readable, path: Path | null): string | null {
  if (path === null) return readable.source
  const value = readable.answers.get(path)
  if (value === undefined) return null
  if (typeof value === 'object' && !Array.isArray(value) && isWritten(value)) return value.written
  return isText(template, path) && typeof value === 'string' ? value : null
}

/** Where a passage stands, in the answer it was said to stand in or in whichever has it; null where none has. */
export function locate(
  discussed: Discussed,
  readable: Readable,
  path: Path | null,
  selector: Selector,
): { path: Path | null; passage: Passage; text: string } | null {
  const places = path === null ? [...readable.answers.keys(), null] : [path]
  let likely: { path: Path | null; passage: Passage; text: string } | null = null
  for (const place of places) {
    const text = textAt(discussed, readable, place)
    const passage = text === null ? null : findPassage(text, selector)
    if (text === null || !passage) continue
    if (passage.sure)
      return (
        (place === null && inAnswer(discussed, readable, passage, selector)) || { path: place, passage, text }
      )
    likely ??= { path: place, passage, text }
  }
  return likely
}

/**
 * The answer whose lines on the page have a passage. A word or two that are all of an answer have nothing around them there
 * to be told by: on the page they have their question.
 */
function inAnswer(
  discussed: Discussed,
  readable: Readable,
  { start }: Passage,
  { exact }: Selector,
): { path: Path; passage: Passage; text: string } | null {
  const line = readable.source.slice(0, start).split('\n').length
  for (const [path, { from, to }] of readAnswers(discussed.template, readable.source).spots) {
    if (line < from || line >= to) continue
    const text = textAt(discussed, readable, path)
    const passage = text === null ? null : findPassage(text, { exact, prefix: '', suffix: '' })
    if (text !== null && passage?.sure) return { path, passage, text }
  }
  return null
}
