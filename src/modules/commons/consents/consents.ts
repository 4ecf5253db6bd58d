import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { AppError } from '#kernel/errors.ts'
import { isId, newId } from '#kernel/ids.ts'
import { waitForTurn } from '#modules/commons/history/turn.ts'
import { isShared, openDocument } from '#modules/commons/writing/documents.ts'
import { takeOut } from '#modules/commons/writing/publishing.ts'
import type { Entry } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'

/** What somebody a page speaks of has agreed to. Days are yyyy-mm-dd, of the network's time zone. */
export interface Consent {
  id: string
  /** Null once the consent was taken back. */
  about: string | null
  scope: string
  /** Where the proof is: an address, or where the paper lies. */
  proof: string | null
  givenOn: string
  /** The last day; null: until it is taken back. */
  validUntil: string | null
  ended: { at: Date; by: 'withdrawal' | 'expiry' } | null
  /** It ended, and the matter is closed: the page speaks of this person no more, or another consent was given. */
  settledAt: Date | null
  recordedAt: Date
}

export interface ConsentInput {
  about: string
  scope: string
  proof: string | null
  givenOn: string
  validUntil: string | null
}

/** At most so many on one page. */
export const mostConsents = 200

/** The consents of a page, the latest first. */
export async function listConsents(trx: Trx, networkId: string, documentId: string): Promise<Consent[]> {
  const rows = await trx
    .selectFrom('commons_consent')
    .selectAll()
    .where('network_id', '=', networkId)
    .where('document_id', '=', documentId)
    .orderBy('recorded_at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostConsents)
    .execute()
  return rows.map(row => ({
    id: row.id,
    about: row.about,
    scope: row.scope,
    proof: row.proof,
    givenOn: row.given_on,
    validUntil: row.valid_until,
    ended:
      row.ended_at && row.ended_by ? { at: row.ended_at, by: row.ended_by as 'withdrawal' | 'expiry' } : null,
    settledAt: row.settled_at,
    recordedAt: row.recorded_at,
  }))
}

/** @throws AppError 'not-found', 'forbidden'; 'conflict' for one too many */
export async function recordConsent(
  trx: Trx,
  entry: Entry,
  documentId: string,
  input: ConsentInput,
  linkOrigin: string,
): Promise<string> {
  const document = await openDocument(trx, entry, documentId, 'write')
  const id = newId()
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('commons_consent')
    .columns([
      'network_id',
      'id',
      'document_id',
      'about',
      'scope',
      'proof',
      'given_on',
      'valid_until',
      'link_origin',
      'person_id',
    ])
    .expression(
      sql`select ${document.networkId}::uuid, ${id}::uuid, ${document.id}::uuid, ${input.about}, ${input.scope}, ${input.proof},
        ${input.givenOn}::date, ${input.validUntil}::date, ${linkOrigin}, ${entry.personId}::uuid
        where (select count(*) from commons_consent where network_id = ${document.networkId}::uuid
          and document_id = ${document.id}::uuid) < ${mostConsents}`,
    )
    .executeTakeFirst()
  if (!numInsertedOrUpdatedRows) throw new AppError('conflict')
  await recordChange(trx, document.networkId, entry.actor, {
    action: 'consent.recorded',
    subject: { type: 'document', id: document.id },
    after: { consent: id, given_on: input.givenOn, valid_until: input.validUntil },
  })
  return id
}

/** Carries a consent on that has ended or will: the person has agreed anew. @throws AppError */
export async function renewConsent(
  trx: Trx,
  entry: Entry,
  documentId: string,
  id: string,
  validUntil: string | null,
): Promise<void> {
  const consent = await openConsent(trx, entry, documentId, id)
  // Taken back, nothing says any more whose it was: that takes a new one.
  if (consent.ended?.by === 'withdrawal') throw new AppError('conflict')
  await trx
    .updateTable('commons_consent')
    .set({ valid_until: validUntil, ended_at: null, ended_by: null, settled_at: null, announced_at: null })
    .where('network_id', '=', entry.network.id)
    .where('id', '=', id)
    .execute()
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'consent.renewed',
    subject: { type: 'document', id: documentId },
    before: { valid_until: consent.validUntil },
    after: { consent: id, valid_until: validUntil },
  })
}

/**
 * Somebody takes their consent back: the page leaves the commons at once, with all its versions, and the record forgets who
 * it was. The page is its authors' alone until they have settled the matter.
 * @throws AppError
 */
export async function withdrawConsent(trx: Trx, entry: Entry, documentId: string, id: string): Promise<void> {
  // Whoever is just sharing it is waited for.
  const document = await waitForTurn(trx, await openDocument(trx, entry, documentId, 'write'))
  const consent = await openConsent(trx, entry, documentId, id)
  if (consent.ended?.by === 'withdrawal') return
  await trx
    .updateTable('commons_consent')
    .set({ about: null, proof: null, ended_at: new Date(), ended_by: 'withdrawal', settled_at: null })
    .where('network_id', '=', entry.network.id)
    .where('id', '=', id)
    .execute()
  // What members quoted of the page may be about this person, and stays with them when the page comes back.
  await trx
    .updateTable('commons_comment')
    .set({ quote: '', prefix: '', suffix: '' })
    .where('network_id', '=', entry.network.id)
    .where('document_id', '=', documentId)
    .execute()
  if (isShared(document)) await takeOut(trx, entry.actor, document, 'withdrawn')
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'consent.withdrawn',
    subject: { type: 'document', id: documentId },
    after: { consent: id },
  })
}

/** An ended consent needs nobody's attention any more: the page speaks of this person no longer. @throws AppError */
export async function settleConsent(trx: Trx, entry: Entry, documentId: string, id: string): Promise<void> {
  const consent = await openConsent(trx, entry, documentId, id)
  if (!consent.ended || consent.settledAt) throw new AppError('conflict')
  await trx
    .updateTable('commons_consent')
    .set({ about: null, proof: null, settled_at: new Date() })
    .where('network_id', '=', entry.network.id)
    .where('id', '=', id)
    .execute()
  await recordChange(trx, entry.network.id, entry.actor, {
    action: 'consent.settled',
    subject: { type: 'document', id: documentId },
    after: { consent: id },
  })
}

/** For one who may write in the page. @throws AppError 'not-found', 'forbidden' */
export async function openConsent(trx: Trx, entry: Entry, documentId: string, id: string): Promise<Consent> {
  const document = await openDocument(trx, entry, documentId, 'write')
  const found = isId(id)
    ? (await listConsents(trx, document.networkId, document.id)).find(one => one.id === id)
    : null
  if (!found) throw new AppError('not-found')
  return found
}
