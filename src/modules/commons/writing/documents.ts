import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { rank } from '#http/policies.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { isLocale, type Locale, locales } from '#kernel/locale.ts'
import { readPage } from '#modules/commons/format/read-page.ts'
import { slugOf } from '#modules/commons/importing/slugs.ts'
import { findItemById } from '#modules/commons/items.ts'
import { keepTemplate, templateOf, templatesOf } from '#modules/commons/templates/catalogue.ts'
import { newPage } from '#modules/commons/templates/page-writing.ts'
import { headingsOf, wordingKey } from '#modules/commons/templates/questions.ts'
import type { Template } from '#modules/commons/templates/template.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

export type DocumentState = 'draft' | 'network' | 'public' | 'withdrawn'

/** A page being written. */
export interface CommonsDocument {
  networkId: string
  id: string
  template: { key: string; version: number }
  /** With whom it is shared. */
  state: DocumentState
  fileName: string
  /** In which its questions are asked. */
  language: Locale
  title: string
  /** Grows with every answer. */
  revision: number
  /** Answers written and not yet published. */
  pending: number
  /** Address of its item, once it is shared. */
  slug: string | null
  /** Version of the item; 0 before there is one. What the answers are written above. */
  version: number
  authors: { personId: string; name: string }[]
  writtenAt: Date
}

/** What every page of no known kind is written by: it asks nothing, and keeps everything. */
export const plainTemplate: Template = {
  key: 'page',
  version: 1,
  type: '',
  name: { fr: 'Page', en: 'Page', es: 'Página', pt: 'Página' },
  sections: [],
}

export async function findDocument(trx: Trx, networkId: string, id: string): Promise<CommonsDocument | null> {
  if (!isId(id)) return null
  const { rows } = await documentRows(trx, networkId, sql`document.id = ${id}::uuid`, 1)
  return rows[0] ? asDocument(networkId, rows[0]) : null
}

/**
 * The document, for one who may read it, or write in it.
 * @throws AppError 'not-found' for whoever may not know of it, 'forbidden' for a reader who may not write
 */
export async function openDocument(
  trx: Trx,
  entry: Entry,
  id: string,
  need: 'read' | 'write',
): Promise<CommonsDocument> {
  const document = await findDocument(trx, entry.network.id, id)
  if (!document || !(await mayRead(trx, entry, document))) throw new AppError('not-found')
  if (need === 'write' && !mayWrite(entry, document)) throw new AppError('forbidden')
  return document
}

/**
 * Its authors; in what is shared, also those who run the network's work, and in what was taken back from the commons and has
 * no authors: nobody else could settle what it was taken back for.
 */
export function mayWrite(entry: Entry, document: CommonsDocument): boolean {
  const isNobodys = document.state === 'withdrawn' && document.authors.length === 0
  const isTheirs = isShared(document) || isNobodys
  return isAuthor(entry, document) || (isTheirs && rank(entry.role) >= rank('facilitator'))
}

export function isAuthor(entry: Entry, { authors }: CommonsDocument): boolean {
  return entry.personId !== null && authors.some(({ personId }) => personId === entry.personId)
}

export function isShared({ state }: Pick<CommonsDocument, 'state'>): boolean {
  return state === 'network' || state === 'public'
}

/** Drafts are read by their authors, and by whoever was asked to review them. */
async function mayRead(_trx: Trx, entry: Entry, document: CommonsDocument): Promise<boolean> {
  return mayWrite(entry, document) || (isShared(document) && entry.role !== 'visitor')
}

/** Begins a page. @returns its id */
export async function createDocument(
  trx: Trx,
  entry: Entry,
  { template, language, title }: { template: Template; language: Locale; title: string },
): Promise<string> {
  const { network, personId } = entry
  // A key of the network itself is nobody, and a draft without an author nobody's.
  if (personId === null) throw new AppError('forbidden')
  const id = newId()
  await keepTemplate(trx, network.id, template)
  const source = newPage(template, title, new Date().getFullYear())
  await insertDocument(trx, entry, {
    id,
    template,
    language,
    title: readPage(source, '').title,
    state: 'draft',
    source,
    fileName: await freeFileName(trx, network.id, title, id),
  })
  await addAuthor(trx, network.id, id, personId)
  await recordChange(trx, network.id, entry.actor, {
    action: 'document.created',
    subject: { type: 'document', id },
    after: { template: template.key, language },
  })
  return id
}

/**
 * The document of an item that came from elsewhere, made when it is first written in or spoken of. It has no authors.
 * @returns its id, the item's own
 * @throws AppError 'not-found'
 */
export async function documentOfItem(trx: Trx, entry: Entry, itemId: string): Promise<string> {
  const { network } = entry
  const known = await findDocument(trx, network.id, itemId)
  if (known) return itemId
  const item = await findItemById(trx, network.id, itemId)
  if (!item) throw new AppError('not-found')
  const template = (await templatesOf(trx, network.id)).find(one => one.type === item.type) ?? plainTemplate
  await keepTemplate(trx, network.id, template)
  const { rows } = await sql<{ visibility: 'public' | 'network' }>`
    select visibility from commons_item where network_id = ${network.id} and id = ${itemId}::uuid`.execute(
    trx,
  )
  await insertDocument(trx, entry, {
    id: itemId,
    template,
    language: askedIn(template, item.source) ?? (isLocale(item.language) ? item.language : network.locale),
    title: item.title,
    state: rows[0]?.visibility ?? 'network',
    source: null,
    fileName: item.fileName,
  })
  return itemId
}

/** What a person writes, the latest first. */
export async function listDocuments(
  trx: Trx,
  networkId: string,
  personId: string,
  { after = null, most = 30 }: { after?: { writtenAt: Date; id: string } | null; most?: number } = {},
): Promise<{ documents: CommonsDocument[]; more: boolean }> {
  const mine = sql`
    exists (
      select from commons_author mine
      where mine.network_id = document.network_id and mine.document_id = document.id and mine.person_id = ${personId}::uuid
    ) ${after ? sql`and (document.written_at, document.id) < (${after.writtenAt}, ${after.id}::uuid)` : sql``}`
  const { rows } = await documentRows(trx, networkId, mine, most + 1)
  return { documents: rows.slice(0, most).map(row => asDocument(networkId, row)), more: rows.length > most }
}

/** The template a document is written by. A version never changes: read once, it is kept while in use. */
export async function templateOfDocument(
  trx: Trx,
  { networkId, template: { key, version } }: CommonsDocument,
): Promise<Template> {
  if (key === plainTemplate.key) return plainTemplate
  const name = `${networkId} ${key} ${version}`
  const template = templates.get(name) ?? (await templateOf(trx, networkId, key, version))
  if (!template) throw new AppError('internal', { cause: new Error(`No template ${key} ${version}`) })
  templates.delete(name)
  templates.set(name, template)
  for (const oldest of templates.keys()) {
    if (templates.size <= mostTemplates) break
    templates.delete(oldest)
  }
  return template
}

const mostTemplates = 100
const templates = new Map<string, Template>()

export async function addAuthor(
  trx: Trx,
  networkId: string,
  documentId: string,
  personId: string,
): Promise<void> {
  await sql`
    insert into commons_author (network_id, document_id, person_id)
    values (${networkId}::uuid, ${documentId}::uuid, ${personId}::uuid) on conflict do nothing`.execute(trx)
}

/** A file name no other page of the network has. */
export async function freeFileName(trx: Trx, networkId: string, title: string, id: string): Promise<string> {
  const base = slugOf(title)
  const { rows } = await sql<{ taken: boolean }>`
    select exists (
      select from commons_item where network_id = ${networkId} and file_name = ${`${base}.md`}
      union all select from commons_document
        where network_id = ${networkId} and file_name = ${`${base}.md`} and id <> ${id}::uuid
    ) as taken`.execute(trx)
  return rows[0]?.taken ? `${base}-${id.slice(-12)}.md` : `${base}.md`
}

interface NewDocument {
  id: string
  template: Template
  language: Locale
  title: string
  state: DocumentState
  source: string | null
  fileName: string
}

async function insertDocument(trx: Trx, { network, personId }: Entry, document: NewDocument): Promise<void> {
  await trx
    .insertInto('commons_document')
    .values({
      network_id: network.id,
      id: document.id,
      template_key: document.template.key,
      template_version: document.template.version,
      state: document.state,
      file_name: document.fileName,
      language: document.language,
      title: document.title,
      base_source: document.source,
      person_id: personId,
    })
    .onConflict(conflict => conflict.columns(['network_id', 'id']).doNothing())
    .execute()
}

/** The language in which a page's headings are those of the template; null where none is. */
function askedIn(template: Template, source: string): Locale | null {
  const headings = readPage(source, '').sections.map(({ heading }) => wordingKey(heading ?? ''))
  const known = template.sections.filter(section => headingsOf(section).some(one => headings.includes(one)))
  if (known.length === 0) return null
  const matches = locales.map(locale => ({
    locale,
    count: known.filter(({ heading }) => headings.includes(wordingKey(heading[locale] ?? ''))).length,
  }))
  const [best] = matches.sort((a, b) => b.count - a.count)
  return best && best.count > 0 ? best.locale : null
}

function documentRows(trx: Trx, networkId: string, condition: ReturnType<typeof sql>, most: number) {
  return sql<Row>`
    select document.id, document.template_key, document.template_version, document.file_name,
      coalesce(item.visibility, document.state) as state,
      document.language, document.title, document.revision, document.written_at, item.slug,
      coalesce(item.version, 0) as version, pending.count as pending, authors.list as authors
    from commons_document document
    left join commons_item item on item.network_id = document.network_id and item.id = document.id
    cross join lateral (
      select count(*) as count from commons_answer answer
      where answer.network_id = document.network_id and answer.document_id = document.id
    ) pending
    cross join lateral (
      select coalesce(json_agg(json_build_object('personId', author.person_id, 'name', person.name)
        order by author.added_at, author.person_id), '[]') as list
      from commons_author author
      join person on person.network_id = author.network_id and person.id = author.person_id
      where author.network_id = document.network_id and author.document_id = document.id
    ) authors
    where document.network_id = ${networkId}::uuid and ${condition}
    order by document.written_at desc, document.id desc
    limit ${most}`.execute(trx)
}

interface Row {
  id: string
  template_key: string
  template_version: number
  state: DocumentState
  file_name: string
  language: string
  title: string
  revision: number
  written_at: Date
  slug: string | null
  version: number
  pending: number
  authors: { personId: string; name: string | null }[]
}

function asDocument(networkId: string, row: Row): CommonsDocument {
  return {
    networkId,
    id: row.id,
    template: { key: row.template_key, version: row.template_version },
    state: row.state,
    fileName: row.file_name,
    language: isLocale(row.language) ? row.language : 'fr',
    title: row.title,
    revision: Number(row.revision),
    pending: row.pending,
    slug: row.slug,
    version: row.version,
    authors: row.authors.map(({ personId, name }) => ({ personId, name: name ?? '' })),
    writtenAt: row.written_at,
  }
}
