import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import {
  addAuthor,
  type CommonsDocument,
  isAuthor,
  openDocument,
} from '#modules/commons/writing/documents.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'
import { queueMail } from '#platform/mail/index.ts'

/** Someone who could write too. */
export interface Candidate {
  personId: string
  name: string
}

const mostAuthors = 50

/** People of the network who are not among the authors, by name, at most two hundred: others are found by their name. */
export async function candidates(
  trx: Trx,
  { networkId, authors }: CommonsDocument,
  q = '',
): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    select id as "personId", name from person
    where network_id = ${networkId} and erased_at is null and account_id is not null
      and id <> all (${authors.map(({ personId }) => personId)}::uuid[])
      ${q === '' ? sql`` : sql`and unaccent(name) ilike unaccent(${`%${q.replace(/[\\%_]/g, '\\$&')}%`})`}
    order by name collate name_order, id
    limit 200`.execute(trx)
  return rows
}

/** Lets someone of the network write in a page too; they are told by mail. @throws AppError */
export async function inviteAuthor(
  trx: Trx,
  entry: Entry,
  id: string,
  personId: string,
  linkOrigin: string,
): Promise<void> {
  const { network, actor } = entry
  const document = await ownDocument(trx, entry, id)
  if (document.authors.length >= mostAuthors || !isId(personId)) throw new AppError('not-found')
  const person = await trx
    .selectFrom('person')
    .select(['id', 'name', 'email', 'account_id'])
    .where('network_id', '=', network.id)
    .where('id', '=', personId)
    .where('erased_at', 'is', null)
    .executeTakeFirst()
  if (!person) throw new AppError('not-found')
  if (document.authors.some(author => author.personId === personId)) return
  await addAuthor(trx, network.id, id, personId)
  const by = document.authors.find(author => author.personId === entry.personId)?.name
  if (person.email && person.account_id && personId !== entry.personId) {
    await queueMail(trx, {
      networkId: network.id,
      to: { accountId: person.account_id, address: person.email, name: person.name, locale: network.locale },
      template: 'author-added',
      params: {
        person: by ?? network.name[network.locale] ?? network.slug,
        title: document.title,
        url:
          linkOrigin + href('writingPage', { locale: network.locale, network: network.slug, document: id }),
      },
      baseUrl: linkOrigin,
    })
  }
  await recordChange(trx, network.id, actor, {
    action: 'author.added',
    subject: { type: 'document', id },
    after: { person_id: personId },
  })
}

/** Someone writes no more in a page: oneself, or another. One author stays. @throws AppError; 'conflict' for the last */
export async function removeAuthor(trx: Trx, entry: Entry, id: string, personId: string): Promise<void> {
  const { network, actor } = entry
  const document = await ownDocument(trx, entry, id)
  // Two who leave at once must not both find the other still there.
  await sql`select from commons_document where network_id = ${network.id}::uuid and id = ${id}::uuid for update`.execute(
    trx,
  )
  if (!document.authors.some(author => author.personId === personId)) throw new AppError('not-found')
  const { numDeletedRows } = await trx
    .deleteFrom('commons_author')
    .where('network_id', '=', network.id)
    .where('document_id', '=', id)
    .where('person_id', '=', personId)
    .where(
      sql<boolean>`exists (
        select from commons_author other where other.network_id = ${network.id}::uuid
          and other.document_id = ${id}::uuid and other.person_id <> ${personId}::uuid)`,
    )
    .executeTakeFirst()
  if (!numDeletedRows) throw new AppError('conflict')
  await recordChange(trx, network.id, actor, {
    action: 'author.removed',
    subject: { type: 'document', id },
    before: { person_id: personId },
  })
}

/** Authors say who else writes; of a page that came from elsewhere and has none, whoever may write in it. */
async function ownDocument(trx: Trx, entry: Entry, id: string): Promise<CommonsDocument> {
  const document = await openDocument(trx, entry, id, 'write')
  if (!isAuthor(entry, document) && document.authors.length > 0 && entry.role !== 'administrator')
    throw new AppError('forbidden')
  return document
}
