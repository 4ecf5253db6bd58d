import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import type { Tenant } from '#db/tenant.ts'
import { href } from '#http/routes.ts'
import type { Actor } from '#kernel/actor.ts'
import { AppError } from '#kernel/errors.ts'
import { isId } from '#kernel/ids.ts'
import type { OtherNetwork } from '#modules/network/affiliations/affiliations.ts'
import type { Working } from '#modules/network/affiliations/working.ts'
import { inLanguage } from '#modules/network/networks.ts'
import { administratorsOf } from '#modules/network/people.ts'
import { type ChangeRecord, recordChange } from '#platform/audit/record.ts'
import { queueMail } from '#platform/mail/index.ts'

type Letter =
  | 'affiliation-asked'
  | 'affiliation-accepted'
  | 'affiliation-declined'
  | 'affiliation-ended'
  | 'affiliation-withdrawn'

/**
 * One at a time, wherever: of two networks that become part of each other at the same moment one would not see the other, and
 * two that write into each other's log would wait for each other.
 */
export async function oneAtATime(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('affiliation'))`.execute(trx)
}

/**
 * Writes in both networks what was done, and to the administrators of the other. There nobody is named: whoever acted is not
 * of theirs. To be called last.
 * @param letter null where a line in the log has to do
 */
export async function tellBoth(
  trx: Trx,
  working: Working,
  other: OtherNetwork | null,
  id: string,
  change: Omit<ChangeRecord, 'subject'>,
  letter: Letter | null,
): Promise<void> {
  const { network, actor } = working
  const subject = { type: 'affiliation', id }
  if (other) {
    await inNameOf(trx, working.tenant, other.id, async () => {
      if (letter) await writeTo(trx, working, other, id, letter)
      await announceChange(trx, other.id)
      const stranger: Actor = { accountId: null, mandateId: null, tokenId: null, origin: actor.origin }
      await recordChange(trx, other.id, stranger, { ...change, subject })
    })
  }
  await announceChange(trx, network.id)
  await recordChange(trx, network.id, actor, { ...change, subject })
}

/** Adds to the log of another network what was done with something of its own. */
export async function recordThere(
  trx: Trx,
  working: Working,
  otherId: string,
  change: ChangeRecord,
): Promise<void> {
  const stranger: Actor = {
    accountId: null,
    mandateId: null,
    tokenId: null,
    origin: working.actor.origin,
  }
  await inNameOf(trx, working.tenant, otherId, () => recordChange(trx, otherId, stranger, change))
}

async function writeTo(
  trx: Trx,
  { network, linkOrigin }: Working,
  other: OtherNetwork,
  id: string,
  template: Letter,
): Promise<void> {
  const { locale } = other
  const url =
    linkOrigin +
    (template === 'affiliation-withdrawn'
      ? href('affiliations', { locale, network: other.slug })
      : href('affiliation', { locale, network: other.slug, affiliation: id }))
  for (const { accountId, name, email } of await administratorsOf(trx, other.id)) {
    await queueMail(trx, {
      networkId: other.id,
      to: { accountId, address: email, name, locale },
      template,
      params: { other: inLanguage(network.name, locale, network.locale).text, url },
      baseUrl: linkOrigin,
    })
  }
}

/**
 * Writes for a moment in the name of the other network, as no account: what is due there is kept with what is done here, or
 * neither. The one place where a transaction leaves its tenant; what it does there is given by this file alone.
 */
async function inNameOf(
  trx: Trx,
  tenant: Tenant,
  networkId: string,
  work: () => Promise<void>,
): Promise<void> {
  await becomes(trx, networkId, '')
  await work()
  await becomes(trx, tenant.networkId, tenant.accountId ?? '')
}

/** Literals, as in `src/db/tenant.ts`, hence the check. */
async function becomes(trx: Trx, networkId: string, accountId: string): Promise<void> {
  if (!isId(networkId) || (accountId !== '' && !isId(accountId)))
    throw new AppError('internal', { cause: new Error('Not an id') })
  await sql
    .raw(`set local app.network_id = '${networkId}'; set local app.account_id = '${accountId}'`)
    .execute(trx)
}
