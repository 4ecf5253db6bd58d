import { sql } from 'kysely'
import type { Db, Trx } from '#db/database.ts'
import { inTenant } from '#db/tenant.ts'
import { newId, platformId } from '#kernel/ids.ts'
import { networkName, subjectOfAll, togetherBy } from '#platform/mail/content.ts'

/** What one digest lists at most; the rest it counts. */
const mostEntries = 100

/**
 * Gathers what is held and due into one message for each account, from all its networks, in the language of the latest.
 * @returns how many digests were written
 */
export async function writeDigests(db: Db, now: Date, signal?: AbortSignal): Promise<number> {
  let written = 0
  for (;;) {
    const { rows } = await sql<{ id: string }>`select id from mail_accounts_due(${now}) as id`.execute(db)
    if (rows.length === 0) return written
    // Each in a transaction of its own: what one account's digest meets does not hold up the others'.
    for (const { id } of rows) {
      if (signal?.aborted) return written
      const made = await inTenant(db, { networkId: platformId, audience: 'network' }, trx =>
        writeDigest(trx, id, now),
      )
      if (made) written++
    }
  }
}

/** What was held for somebody, as a digest lists it. */
export interface HeldEntry {
  networkId: string
  network: string
  text: string
  url: string | null
  count?: number
}

/**
 * Takes what is held and due for these accounts into other digests of theirs. In the platform's transaction that writes them.
 * @param digests by account, the id that the message will have
 */
export async function gatherHeld(
  trx: Trx,
  digests: ReadonlyMap<string, string>,
  now: Date,
): Promise<Map<string, HeldEntry[]>> {
  const accounts = [...digests.keys()]
  if (accounts.length === 0) return new Map()
  const { rows } = await sql<Held & { account_id: string }>`
    select * from mail_gather_all(${accounts}::uuid[], ${[...digests.values()]}::uuid[], ${now})`.execute(trx)
  const byAccount = [...Map.groupBy(rows, row => row.account_id)]
  return new Map(
    byAccount.map(([account, held]) => {
      const locale = held.at(-1)?.locale ?? ''
      const byNetwork = [...Map.groupBy(held.slice(0, mostEntries), row => row.network_id)]
      const entries = byNetwork.flatMap(([networkId, group]) =>
        entriesOf(group, locale).map(entry => ({
          ...entry,
          networkId,
          network: group[0] ? networkName(senderIn(group[0]), locale) : '',
        })),
      )
      return [account, entries]
    }),
  )
}

/** Forgets what nobody will ask for any more. @returns how many messages */
export async function pruneMail(db: Db, now: Date): Promise<number> {
  const { rows } = await sql<{ gone: number }>`select mail_prune(${now}) as gone`.execute(db)
  return rows[0]?.gone ?? 0
}

interface Held {
  network_id: string
  network_name: unknown
  network_locale: string | null
  address: string
  name: string
  locale: string
  time_zone: string | null
  kind: string
  template: string
  params: unknown
  secrets: { url?: string } | null
  base_url: string
}

async function writeDigest(trx: Trx, accountId: string, now: Date): Promise<boolean> {
  const id = newId(now.getTime())
  const { rows } = await sql<Held>`select * from mail_gather(${accountId}, ${now}, ${id})`.execute(trx)
  const latest = rows.at(-1)
  if (!latest) return false
  const sections = [...Map.groupBy(rows.slice(0, mostEntries), row => row.network_id).values()].map(held => ({
    network: held[0] ? networkName(senderIn(held[0]), latest.locale) : '',
    entries: entriesOf(held, latest.locale),
  }))
  const params = { count: rows.length, kinds: [...new Set(rows.map(row => row.kind))] }
  await trx
    .insertInto('mail_message')
    .values({
      network_id: platformId,
      id,
      account_id: accountId,
      address: latest.address,
      name: latest.name,
      locale: latest.locale,
      time_zone: latest.time_zone,
      kind: 'digest',
      template: 'digest',
      params: JSON.stringify(params),
      secrets: JSON.stringify({ sections }),
      base_url: latest.base_url,
      state: 'waiting',
      due_at: now,
      created_at: now,
    })
    .execute()
  return true
}

/** One for each message; for all those of one thread, one. */
function entriesOf(held: Held[], locale: string): { text: string; url: string | null; count?: number }[] {
  const groups = Map.groupBy(held.entries(), ([index, row]) => togetherBy(row) ?? index)
  return [...groups.values()].flatMap(group => {
    const [first, ...others] = group.map(([, row]) => ({ ...row, locale }))
    if (!first) return []
    const text = subjectOfAll([first, ...others], senderIn(first))
    const url = urlOf(first.secrets) ?? urlOf(first.params)
    return [{ text, url, ...(others.length > 0 && { count: group.length }) }]
  })
}

function senderIn(row: Held) {
  return row.network_locale === null ? null : { name: row.network_name, locale: row.network_locale }
}

function urlOf(params: unknown): string | null {
  const url = (params as { url?: unknown } | null)?.url
  return typeof url === 'string' ? url : null
}
