import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import { href } from '#http/routes.ts'
import { defaultLocale, isLocale, type Locale } from '#kernel/locale.ts'
import type { Following } from '#modules/commons/following/following.ts'
import { listFollowings } from '#modules/commons/following/followings.ts'
import { followingName } from '#modules/commons/following/views/following-words.ts'
import { i18nFor } from '#platform/i18n/i18n.ts'
import { queueMail } from '#platform/mail/index.ts'

/** Recipients asked for at a time. */
const batchPeople = 200

/** What one mail lists at most; the rest it counts. */
const mostListed = 40

interface Due {
  person_id: string
  account_id: string
  address: string
  name: string
  locale: string
  time_zone: string
  base_url: string
}

/**
 * Writes to those to whom mail is due: one message each, whatever matched. The message and the mark that it was written are
 * kept together or not at all.
 * @returns how many messages were written
 */
export async function mailNews(
  db: Db,
  network: { id: string; slug: string },
  now: Date,
  signal?: AbortSignal,
): Promise<number> {
  const tenant: Tenant = { networkId: network.id, audience: 'network' }
  let written = 0
  for (;;) {
    const due = await inTenant(db, tenant, async trx => {
      const { rows } = await sql<Due>`
        select * from commons_mail_due(${now}, ${batchPeople}::integer)`.execute(trx)
      return rows
    })
    if (due.length === 0) return written
    // Each in a transaction of their own: what one mail meets does not hold up the others.
    for (const person of due) {
      if (signal?.aborted) return written
      if (await inTenant(db, tenant, trx => mailOne(trx, network, person, now))) written++
    }
  }
}

interface Told {
  following_id: string
  slug: string
  title: string
}

async function mailOne(
  trx: Trx,
  network: { id: string; slug: string },
  person: Due,
  now: Date,
): Promise<boolean> {
  // Whoever else does this at the same time waits here, and then finds nothing due.
  const { rows } = await sql<Told>`
    with told as (
      update commons_news set mail_due_at = null
      where network_id = ${network.id} and person_id = ${person.person_id} and mail_due_at <= ${now}
      returning following_id, item_id, version, at
    )
    -- Each page once, however often it changed and whatever it matches: under what matched it first.
    select following_id, slug, title from (
      select distinct on (item.id) item.id, told.following_id, item.slug, item.title, told.at
      from told join commons_item item on item.network_id = ${network.id} and item.id = told.item_id
      order by item.id, told.at desc, told.following_id
    ) page
    order by at desc, id desc`.execute(trx)
  // What was due may be gone, or no longer theirs to read.
  if (rows.length === 0) return false
  const locale = isLocale(person.locale) ? person.locale : defaultLocale
  const followings = await listFollowings(trx, network.id, person.person_id, locale)
  await queueMail(trx, {
    networkId: network.id,
    to: {
      accountId: person.account_id,
      address: person.address,
      name: person.name,
      locale,
      timeZone: person.time_zone,
    },
    template: 'following-news',
    params: {
      count: rows.length,
      sections: sectionsOf(rows.slice(0, mostListed), followings, locale, person.base_url, network.slug),
      url: person.base_url + href('following', { locale, network: network.slug }),
    },
    baseUrl: person.base_url,
    now,
  })
  return true
}

function sectionsOf(
  told: Told[],
  followings: Following[],
  locale: Locale,
  baseUrl: string,
  network: string,
): { network: string; entries: { text: string; url: string }[] }[] {
  const i18n = i18nFor(locale)
  const names = new Map(followings.map(one => [one.id, followingName(i18n, one)]))
  return [...Map.groupBy(told, row => row.following_id)].map(([id, rows]) => ({
    network: names.get(id) ?? '',
    entries: rows.map(({ title, slug }) => ({
      text: title,
      url: baseUrl + href('item', { locale, network, slug }),
    })),
  }))
}
