import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import { inForce } from '#modules/groups/seeing.ts'
import type { Entry } from '#modules/network/index.ts'
import { type ParamsOf, queueMails, type TemplateName } from '#platform/mail/index.ts'

/** Writes to people of the network who can sign in today, whoever does it left out. */
export async function tell<Name extends TemplateName>(
  trx: Trx,
  entry: Pick<Entry, 'network' | 'personId'>,
  people: readonly (string | null)[],
  letter: {
    template: Name
    /** The same for all, or each their own by their id. */
    params: ParamsOf<Name> | ((personId: string) => ParamsOf<Name>)
    batch?: 'daily'
  },
  linkOrigin: string,
): Promise<void> {
  const { network, personId } = entry
  const ids = [...new Set(people)].filter(id => id !== null && id !== personId)
  if (ids.length === 0) return
  const { rows } = await sql<{ id: string; accountId: string; name: string; email: string }>`
    select person.id, person.account_id as "accountId", person.name, person.email from person
    where person.network_id = ${network.id}::uuid and person.id = any (${ids}::uuid[])
      and person.account_id is not null and person.email is not null and person.erased_at is null
      and exists (
        select from mandate where mandate.network_id = ${network.id}::uuid and mandate.person_id = person.id
          and ${inForce('mandate', network.id)})`.execute(trx)
  const { params } = letter
  await queueMails(
    trx,
    network.id,
    rows.map(({ id, accountId, name, email }) => ({
      ...letter,
      to: { accountId, address: email, name, locale: network.locale },
      params: typeof params === 'function' ? params(id) : params,
      baseUrl: linkOrigin,
    })) as Parameters<typeof queueMails>[2],
  )
}

/** How whoever acts is called in mails: a key of the network by what it is. */
export async function actorName(trx: Trx, entry: Pick<Entry, 'network' | 'personId'>): Promise<string> {
  const row =
    entry.personId === null
      ? undefined
      : await trx
          .selectFrom('person')
          .select('name')
          .where('network_id', '=', entry.network.id)
          .where('id', '=', entry.personId)
          .executeTakeFirst()
  return row?.name ?? entry.network.name[entry.network.locale] ?? entry.network.slug
}

/** Of a page of the group in the language of the network, as mails lead to it. */
export function groupAddress(
  { network }: Pick<Entry, 'network'>,
  slug: string,
  page: 'group' | 'groupRequests' | 'groupTasks' = 'group',
): string {
  return href(page, { locale: network.locale, network: network.slug, group: slug })
}
