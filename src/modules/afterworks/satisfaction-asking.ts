import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { JobContext } from '#http/module.ts'
import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import { inForce } from '#modules/afterworks/introductions.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import { queueMails } from '#platform/mail/index.ts'

const batch = 100

/** Asks those who came what they thought, once, the morning after. */
export function satisfactionJob({ db }: JobContext): Job<never> {
  return {
    queue: 'afterworks.satisfaction',
    expireSeconds: 1800,
    retries: 2,
    schedule: '23 * * * *',
    run: async (_payload, signal) => {
      await askOpinions(db, new Date(), signal)
    },
  }
}

/** Each edition in a transaction of its own: whoever else does it at the same time, everyone is asked once. @returns how many were */
export async function askOpinions(db: Db, now: Date, signal?: AbortSignal): Promise<number> {
  let asked = 0
  for (;;) {
    const { rows } = await sql<{ network_id: string; id: string }>`
      select network_id, id from afterworks_to_ask(${now}, ${batch}::integer)`.execute(db)
    for (const { network_id: networkId, id } of rows) {
      if (signal?.aborted) return asked
      asked += await inTenant(db, { networkId, audience: 'network' }, trx => askAbout(trx, networkId, id))
    }
    if (rows.length < batch) return asked
  }
}

interface Asked {
  account_id: string | null
  /** Of the link of whoever has no account. */
  token: string | null
  address: string
  name: string
  locale: Locale
  title: string
  slug: string
  time_zone: string
  link_origin: string
}

async function askAbout(trx: Trx, networkId: string, meetingId: string): Promise<number> {
  // All who came are marked, those who cannot be written to as well: nobody is found twice.
  const { rows: marked } = await sql<{ registration_id: string }>`
    insert into satisfaction_request (network_id, meeting_id, registration_id)
    select network_id, meeting_id, id from registration
    where network_id = ${networkId} and meeting_id = ${meetingId} and present and state <> 'withdrawn'
      and (person_id is not null or email is not null)
    on conflict do nothing returning registration_id`.execute(trx)
  const { rows } = await sql<Asked>`
    select person.account_id, coalesce(person.email, registration.email) as address,
      coalesce(person.name, registration.name) as name, registration.locale,
      case when person.account_id is null then registration.token end as token, meeting.title, network.slug,
      network.time_zone, meeting.link_origin
    from registration
    join meeting on meeting.network_id = registration.network_id and meeting.id = registration.meeting_id
    join network on network.id = registration.network_id
    left join person on person.network_id = registration.network_id and person.id = registration.person_id
    where registration.network_id = ${networkId} and registration.meeting_id = ${meetingId}
      and registration.id = any(${marked.map(row => row.registration_id)}::uuid[])
      and coalesce(person.email, registration.email) is not null and person.erased_at is null
      -- A visitor, or somebody without an account, by the link they got; who has one, as long as they are in the network.
      and case when person.account_id is null then registration.token is not null else exists (
        select from mandate
        where mandate.network_id = person.network_id and mandate.person_id = person.id and ${inForce}
      ) end
      and not exists (
        select from satisfaction
        where satisfaction.network_id = registration.network_id and satisfaction.meeting_id = registration.meeting_id
          and satisfaction.registration_id = registration.id
      )
    order by registration.number`.execute(trx)
  await queueMails(
    trx,
    networkId,
    rows.map(({ account_id: accountId, address, name, locale, title, slug, token, ...of }) => ({
      to: { accountId, address, name, locale, timeZone: of.time_zone },
      template: token === null ? ('afterwork-satisfaction' as const) : ('afterwork-opinion' as const),
      params: {
        title,
        url:
          of.link_origin +
          (token === null
            ? href('satisfaction', { locale, network: slug, meeting: meetingId })
            : href('ownOpinion', { locale, network: slug, token })),
      },
      baseUrl: of.link_origin,
    })),
  )
  return rows.length
}
