import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Discussed } from '#modules/commons/discussion/discussed.ts'
import type { Thread, ThreadState } from '#modules/commons/discussion/threads.ts'
import { type Entry, inLanguage } from '#modules/network/index.ts'
import { queueMail } from '#platform/mail/index.ts'

/** Tells those who write the page, and those in the thread, that something was said; gathered, where nobody said otherwise. */
export async function tellOfComment(
  trx: Trx,
  entry: Entry,
  discussed: Discussed,
  comment: { id: string; audience: 'network' | 'writers'; thread: string },
  linkOrigin: string,
): Promise<void> {
  const person = await nameOf(trx, entry)
  for (const to of await concerned(trx, entry, discussed, comment.thread)) {
    await queueMail(trx, {
      ...letterTo(entry, to, linkOrigin),
      template: 'comment-added',
      params: {
        person,
        title: discussed.title,
        url: linkOrigin + addressOf(entry, discussed, comment.thread),
      },
    })
  }
}

/** Tells whoever began a thread what became of it. */
export async function tellOfDecision(
  trx: Trx,
  entry: Entry,
  discussed: Discussed,
  thread: Thread,
  state: ThreadState,
  linkOrigin: string,
): Promise<void> {
  if (state === 'open') return
  const person = await nameOf(trx, entry)
  const concernedBy = await concerned(trx, entry, discussed, thread.id)
  for (const to of concernedBy.filter(({ personId }) => personId === thread.personId)) {
    await queueMail(trx, {
      ...letterTo(entry, to, linkOrigin),
      template: 'comment-decided',
      params: {
        person,
        title: discussed.title,
        state,
        url: linkOrigin + addressOf(entry, discussed, thread.id),
      },
    })
  }
}

interface Concerned {
  personId: string
  accountId: string
  name: string
  email: string
}

/** Authors and those in the thread who can sign in today, whoever speaks left out; of what was taken back, authors alone. */
async function concerned(
  trx: Trx,
  { network, personId }: Entry,
  { id, document }: Discussed,
  thread: string,
): Promise<Concerned[]> {
  const { rows } = await sql<Concerned>`
    with addressed as (
      select person_id from commons_author where network_id = ${network.id} and document_id = ${id}::uuid
      union
      select person_id from commons_comment
      where network_id = ${network.id} and (id = ${thread}::uuid or parent_id = ${thread}::uuid)
        and ${document?.state !== 'withdrawn'}
    )
    select person.id as "personId", person.account_id as "accountId", person.name, person.email
    from addressed
    join person on person.network_id = ${network.id} and person.id = addressed.person_id
    where person.account_id is not null and person.email is not null
      and person.id is distinct from ${personId}::uuid
      and exists (
        select from mandate
        where mandate.network_id = ${network.id} and mandate.person_id = person.id
          and (now() at time zone ${network.timeZone})::date
            between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')
      )
    order by person.id limit 50`.execute(trx)
  return rows
}

function letterTo({ network }: Entry, to: Concerned, linkOrigin: string) {
  return {
    networkId: network.id,
    to: {
      accountId: to.accountId,
      address: to.email,
      name: to.name,
      locale: network.locale,
      timeZone: network.timeZone,
    },
    baseUrl: linkOrigin,
    batch: 'daily' as const,
  }
}

async function nameOf(trx: Trx, { network, personId }: Entry): Promise<string> {
  const { text: ofNetwork } = inLanguage(network.name, network.locale, network.locale)
  if (personId === null) return ofNetwork
  const row = await trx
    .selectFrom('person')
    .select('name')
    .where('network_id', '=', network.id)
    .where('id', '=', personId)
    .executeTakeFirst()
  return row?.name ?? ofNetwork
}

function addressOf({ network }: Entry, { id }: Discussed, thread: string): string {
  return href('writingComment', {
    locale: network.locale,
    network: network.slug,
    document: id,
    comment: thread,
  })
}
