import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import type { DemoContext } from '#http/module.ts'
import type { Follower, Subject } from '#modules/commons/following/following.ts'
import { follow } from '#modules/commons/following/followings.ts'
import { matchBatch } from '#modules/commons/following/matching.ts'
import { tagFamily } from '#modules/commons/format/tag-family.ts'
import { readQuery } from '#modules/commons/search/query.ts'
import { cadences } from '#platform/mail/index.ts'

/** By network: who follows what. Of a page its file. */
const described = z.record(
  z.string(),
  z.array(
    z.object({
      person: z.string(),
      search: z.string().optional(),
      theme: z.string().optional(),
      file: z.string().optional(),
      name: z.string().nullable().default(null),
      cadence: z.enum(cadences),
    }),
  ),
)

type Described = z.output<typeof described>[string][number]

/**
 * The people of the demonstration follow a few things, and have heard of the pages that are there. To be called once these
 * are; done again, it changes nothing. Nobody is written to.
 */
export async function followDemonstration(
  db: Db,
  folder: string,
  networks: DemoContext['networks'],
): Promise<void> {
  const file = join(folder, 'followings.json')
  if (!existsSync(file)) return
  const all = described.parse(JSON.parse(readFileSync(file, 'utf8')))
  for (const [slug, { id }] of networks) {
    const tenant: Tenant = { networkId: id, audience: 'network' }
    await inTenant(db, tenant, async trx => {
      let made = 0
      for (const one of all[slug] ?? []) if (await followOne(trx, id, one)) made++
      if (made === 0) return
      // As if they had followed before the pages came.
      await sql`update commons_following set created_at = now() - interval '30 days' where network_id = ${id}`.execute(
        trx,
      )
      await sql`update commons_follower set seen_until = now() - interval '1 day' where network_id = ${id}`.execute(
        trx,
      )
      while ((await matchBatch(trx, new Date(), 500)).pages === 500);
      await sql`update commons_news set mail_due_at = null where network_id = ${id}`.execute(trx)
    })
  }
}

async function followOne(trx: Trx, networkId: string, one: Described): Promise<boolean> {
  const { rows } = await sql<{ id: string; account_id: string }>`
    select id, account_id from person
    where network_id = ${networkId} and email = ${one.person} and account_id is not null`.execute(trx)
  const [person] = rows
  const subject = await subjectOf(trx, networkId, one)
  if (!person || !subject) return false
  const follower: Follower = {
    networkId,
    personId: person.id,
    accountId: person.account_id,
    // Until they look: then it is where they are.
    baseUrl: 'http://localhost',
  }
  return (await follow(trx, follower, subject, { name: one.name, cadence: one.cadence })).created
}

async function subjectOf(trx: Trx, networkId: string, one: Described): Promise<Subject | null> {
  if (one.search !== undefined) return { kind: 'search', query: readQuery(new URLSearchParams(one.search)) }
  if (one.theme !== undefined) return { kind: 'theme', key: tagFamily(one.theme) }
  const item = await trx
    .selectFrom('commons_item')
    .select('id')
    .where('network_id', '=', networkId)
    .where('file_name', '=', one.file ?? '')
    .executeTakeFirst()
  return item ? { kind: 'item', itemId: item.id } : null
}
