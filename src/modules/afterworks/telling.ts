import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Entry } from '#modules/network/index.ts'
import { queueMail } from '#platform/mail/index.ts'

/** To the one who was asked: from whom, and what they say. */
export async function tellAsked(trx: Trx, entry: Entry, id: string, linkOrigin: string): Promise<void> {
  const { asker, asked, message } = await partiesOf(trx, entry, id)
  if (!asked.accountId || !asked.email) return
  await queueMail(trx, {
    networkId: entry.network.id,
    to: recipient(entry, asked),
    template: 'introduction-asked',
    params: {
      person: asker.name ?? '',
      organisation: asker.organisation ?? '',
      message,
      url: linkOrigin + addressOf(entry, id),
    },
    baseUrl: linkOrigin,
  })
}

/** To the one who asked: the other would like to. */
export async function tellAgreed(trx: Trx, entry: Entry, id: string, linkOrigin: string): Promise<void> {
  const { asker, asked } = await partiesOf(trx, entry, id)
  if (!asker.accountId || !asker.email) return
  await queueMail(trx, {
    networkId: entry.network.id,
    to: recipient(entry, asker),
    template: 'introduction-agreed',
    params: { person: asked.name ?? '', url: linkOrigin + addressOf(entry, id) },
    baseUrl: linkOrigin,
  })
}

interface Party {
  accountId: string | null
  name: string | null
  email: string | null
  organisation: string | null
}

async function partiesOf(
  trx: Trx,
  { network }: Entry,
  id: string,
): Promise<{ asker: Party; asked: Party; message: string }> {
  const { rows } = await sql<{ asker: Party; asked: Party; message: string }>`
    select introduction.message,
      jsonb_build_object('accountId', asker.account_id, 'name', asker.name, 'email', asker.email,
        'organisation', organisation.name) as asker,
      jsonb_build_object('accountId', asked.account_id, 'name', asked.name, 'email', asked.email,
        'organisation', null) as asked
    from introduction
    left join person asker on asker.network_id = introduction.network_id and asker.id = introduction.asker_id
    left join person asked on asked.network_id = introduction.network_id and asked.id = introduction.asked_id
    left join organisation on organisation.id = introduction.asker_organisation_id
    where introduction.network_id = ${network.id} and introduction.id = ${id}`.execute(trx)
  const nobody = { accountId: null, name: null, email: null, organisation: null }
  return rows[0] ?? { asker: nobody, asked: nobody, message: '' }
}

function recipient({ network }: Entry, party: Party) {
  return {
    accountId: party.accountId,
    address: party.email ?? '',
    name: party.name ?? '',
    locale: network.locale,
    timeZone: network.timeZone,
  }
}

function addressOf({ network }: Entry, introduction: string): string {
  return href('introduction', { locale: network.locale, network: network.slug, introduction })
}
