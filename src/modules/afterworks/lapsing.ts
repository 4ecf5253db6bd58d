import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import type { JobContext } from '#http/module.ts'
import { href } from '#http/routes.ts'
import type { Actor } from '#kernel/actor.ts'
import { defaultLocale, isLocale } from '#kernel/locale.ts'
import { currentCycle, fateOf } from '#modules/afterworks/cycles.ts'
import type { Rhythm } from '#modules/afterworks/schema.ts'
import { type Addressee, recipientsOf } from '#modules/network/index.ts'
import { recordChange } from '#platform/audit/record.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import { queueMail } from '#platform/mail/index.ts'

const batch = 200
const mostTold = 200
const nobody: Actor = { accountId: null, mandateId: null, tokenId: null, origin: 'job' }

/** A series goes on for as long as somebody wants it to: looked at every hour, so that each lapses on its own clocks. */
export function lapsingJob({ db }: JobContext): Job<never> {
  return {
    queue: 'afterworks.lapsing',
    expireSeconds: 900,
    retries: 2,
    schedule: '41 * * * *',
    run: async (_payload, signal) => {
      await lookAfterSeries(db, signal)
    },
  }
}

/** Each in a transaction of its own. @returns how many lapsed */
export async function lookAfterSeries(db: Db, signal?: AbortSignal): Promise<number> {
  let lapsed = 0
  for (;;) {
    const { rows } = await sql<{ network_id: string; id: string }>`
      select network_id, id from afterworks_due(${batch}::integer)`.execute(db)
    for (const { network_id: networkId, id } of rows) {
      if (signal?.aborted) return lapsed
      const fate = await inTenant(db, { networkId, audience: 'network' }, trx =>
        decideFate(trx, networkId, id),
      )
      if (fate === 'lapses') lapsed += 1
    }
    if (rows.length < batch) return lapsed
  }
}

interface Due {
  name: string
  slug: string
  rhythm: Rhythm
  confirm_by: string
  anchor: string
  link_origin: string
  confirmations: number
  today: string
  confirmed: number
  announced: number
}

async function decideFate(trx: Trx, networkId: string, id: string) {
  const { rows } = await sql<Due>`
    select series.name, series.slug, series.rhythm, series.confirm_by, series.anchor,
      series.link_origin, series.confirmations,
      (now() at time zone network.time_zone)::date as today,
      (select count(*)::integer from afterwork_confirmation confirmation
        where confirmation.network_id = series.network_id and confirmation.series_id = series.id
          and confirmation.cycle = series.confirm_by) as confirmed,
      (select count(*)::integer from afterwork_edition edition
        join meeting on meeting.network_id = edition.network_id and meeting.id = edition.meeting_id
        where edition.network_id = series.network_id and edition.series_id = series.id
          and meeting.state = 'scheduled' and meeting.starts_at > now()) as announced
    from afterwork_series series join network on network.id = series.network_id
    where series.network_id = ${networkId} and series.id = ${id} and series.state = 'active'
    for update of series`.execute(trx)
  const [due] = rows
  // Another worker may have been here, or somebody who ended it.
  if (!due) return 'waits'
  const fate = fateOf({ ...due, confirmBy: due.confirm_by })
  if (fate === 'waits') return fate
  const next = currentCycle(due.anchor, due.rhythm, due.today)
  await trx
    .updateTable('afterwork_series')
    .set(fate === 'goes-on' ? { confirm_by: next } : { state: 'lapsed' })
    .where('network_id', '=', networkId)
    .where('id', '=', id)
    .execute()
  await announceChange(trx, networkId)
  const lapses = fate === 'lapses'
  if (lapses) await tellLapsed(trx, networkId, id, due)
  await recordChange(trx, networkId, nobody, {
    action: lapses ? 'afterwork-series.lapsed' : 'afterwork-series.went-on',
    subject: { type: 'afterwork-series', id },
    before: { confirmBy: due.confirm_by },
    after: lapses ? { state: 'lapsed' } : { confirmBy: next },
  })
  return fate
}

interface Told extends Addressee {
  locale: string
  slug: string
}

/** Those who run the network, and whoever once confirmed an edition of it. */
async function tellLapsed(trx: Trx, networkId: string, id: string, series: Due): Promise<void> {
  const linkOrigin = series.link_origin
  const { rows } = await sql<Told>`
    select person.id as "personId", person.account_id as "accountId", person.email, person.name, network.locale,
      network.slug
    from person join network on network.id = person.network_id
    where person.network_id = ${networkId} and person.account_id is not null and person.email is not null
      and exists (
        select from mandate where mandate.network_id = person.network_id and mandate.person_id = person.id
          and (now() at time zone network.time_zone)::date
            between mandate.valid_from and coalesce(mandate.valid_until, 'infinity')
          and (mandate.role in ('facilitator', 'administrator') or exists (
            select from afterwork_confirmation confirmation
            where confirmation.network_id = person.network_id and confirmation.series_id = ${id}
              and confirmation.person_id = person.id
          ))
      )
    order by person.id limit ${mostTold}`.execute(trx)
  const [network] = rows
  if (!network) return
  const locale = isLocale(network.locale) ? network.locale : defaultLocale
  for (const to of await recipientsOf(trx, { locale }, rows)) {
    const here = { locale: to.locale, network: network.slug, series: series.slug }
    await queueMail(trx, {
      networkId,
      to,
      template: 'afterworks-lapsed',
      params: { series: series.name, url: linkOrigin + href('afterworkSeries', here) },
      baseUrl: linkOrigin,
    })
  }
}
