import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import type { JobContext } from '#http/module.ts'
import { href } from '#http/routes.ts'
import type { Actor } from '#kernel/actor.ts'
import { defaultLocale, isLocale, type Locale } from '#kernel/locale.ts'
import { waitForTurn } from '#modules/commons/history/turn.ts'
import { findDocument, isShared } from '#modules/commons/writing/documents.ts'
import { takeOut } from '#modules/commons/writing/publishing.ts'
import { type Addressee, recipientsOf } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import { queueMail } from '#platform/mail/index.ts'

const batch = 200
const nobody: Actor = { accountId: null, mandateId: null, tokenId: null, origin: 'job' }

interface Due {
  network_id: string
  id: string
  document_id: string
  has_ended: boolean
}

/** Takes pages out whose consent has run out, and tells authors a month before. */
export function consentsJob({ db }: JobContext): Job<never> {
  return {
    queue: 'commons.consents',
    expireSeconds: 1800,
    retries: 2,
    schedule: '17 * * * *',
    run: (_payload, signal) => lookAfterConsents(db, new Date(), signal),
  }
}

/** Each in a transaction of its own, so that it is done once, whole, whatever happens to the others. */
export async function lookAfterConsents(db: Db, now: Date, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const { rows } = await sql<Due>`select * from commons_consents_due(${now}, ${batch}::integer)`.execute(db)
    for (const due of rows) {
      if (signal?.aborted) return
      const tenant: Tenant = { networkId: due.network_id, audience: 'network' }
      await inTenant(db, tenant, trx => lookAfter(trx, due, now))
    }
    if (rows.length < batch) return
  }
}

async function lookAfter(trx: Trx, due: Due, now: Date): Promise<void> {
  const { network_id: networkId, document_id: documentId, id, has_ended: hasEnded } = due
  const known = await findDocument(trx, networkId, documentId)
  if (!known) return
  const document = await waitForTurn(trx, known)
  // Another worker may have been here, or somebody who carried it on.
  const { rows } = await sql<{ valid_until: string; link_origin: string }>`
    update commons_consent set announced_at = coalesce(announced_at, ${now})
      ${hasEnded ? sql`, ended_at = ${now}, ended_by = 'expiry'` : sql``}
    where network_id = ${networkId}::uuid and id = ${id}::uuid and ended_at is null and settled_at is null
      and valid_until < (
        select (${now}::timestamptz at time zone time_zone)::date from network where id = ${networkId}
      ) ${hasEnded ? sql`` : sql`+ 30 and announced_at is null`}
    returning valid_until, link_origin`.execute(trx)
  const [row] = rows
  if (!row) return
  const wasShared = isShared(document)
  if (hasEnded && wasShared) await takeOut(trx, nobody, document, 'withdrawn')
  const { network, people } = await concerned(trx, networkId, documentId)
  for (const to of await recipientsOf(trx, network, people)) {
    const here = { locale: to.locale, network: network.slug, document: documentId }
    const address = href('writingConsents', here)
    await queueMail(trx, {
      networkId,
      to,
      template: hasEnded ? 'consent-ended' : 'consent-ending',
      params: { title: document.title, day: row.valid_until, url: row.link_origin + address },
      baseUrl: row.link_origin,
      now,
    })
  }
  if (hasEnded)
    await recordChange(trx, networkId, nobody, {
      action: 'consent.ended',
      subject: { type: 'document', id: documentId },
      after: { consent: id },
    })
}

const mostTold = 50

/** The authors; of a page without any, those who run the network's work. */
async function concerned(
  trx: Trx,
  networkId: string,
  documentId: string,
): Promise<{ network: { slug: string; locale: Locale }; people: Addressee[] }> {
  const { rows } = await sql<Addressee & { slug: string; locale: string; isAuthor: boolean }>`
    select person.id as "personId", person.account_id as "accountId", person.email, person.name, network.locale,
      network.slug, author.person_id is not null as "isAuthor"
    from person
    join network on network.id = person.network_id
    left join commons_author author on author.network_id = person.network_id and author.person_id = person.id
      and author.document_id = ${documentId}::uuid
    where person.network_id = ${networkId}::uuid and person.account_id is not null and person.email is not null
      and (author.person_id is not null or exists (
        select from mandate where mandate.network_id = person.network_id and mandate.person_id = person.id
          and mandate.role in ('facilitator', 'administrator')
          and current_date between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')
      ))
    order by "isAuthor" desc, person.id limit ${mostTold}`.execute(trx)
  const authors = rows.filter(row => row.isAuthor)
  const { slug = '', locale = '' } = rows[0] ?? {}
  return {
    network: { slug, locale: isLocale(locale) ? locale : defaultLocale },
    people: authors.length > 0 ? authors : rows,
  }
}
