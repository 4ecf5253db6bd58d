import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Db, Trx } from '#db/database.ts'
import { inTenant, type Tenant } from '#db/tenant.ts'
import { readRules } from '#modules/commons/families/rule-table.ts'
import { underFamilies } from '#modules/commons/families/rules.ts'
import { settleFamilies } from '#modules/commons/families/settling.ts'
import { nameFamilies } from '#modules/commons/importing/families.ts'
import { importMemory } from '#modules/commons/importing/memory.ts'
import { type PreparedItem, prepareItem } from '#modules/commons/importing/preparation.ts'
import { proposeResemblances } from '#modules/commons/importing/resemblances.ts'
import { takeTurn } from '#modules/commons/importing/turns.ts'
import { recount, type Tally, tallyFor } from '#modules/commons/recounting.ts'

/** Versions read again in one transaction: writers of the network wait for no longer. */
const batchVersions = 50

export interface Rederived {
  /** Items whose page now reads otherwise. */
  items: number
  /** Facets, spellings and words whose count or family is another than what was kept. */
  counters: number
}

interface Derived {
  item_id: string
  number: number
  file_name: string
  source: string
  version: number
  visibility: string
}

/**
 * Derives again from the sources all that is kept beside them, as after a change of how pages are read or of how
 * spellings meet in families. Each batch is kept by itself: cut short and done again, it goes on to the same end, and
 * done once more it changes nothing. An item keeps its address, its versions and the day of its last change.
 * @param progress how many versions were read, of how many
 */
export async function rederive(
  db: Db,
  tenant: Tenant,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<Rederived> {
  const { networkId } = tenant
  const total = await inTenant(db, tenant, trx => countVersions(trx, networkId))
  const tally = tallyFor()
  let items = 0
  let [done, last]: [number, Derived | null] = [0, null]
  do {
    const from: Derived | null = last
    const batch: Batch = await inTenant(db, tenant, trx => rederiveBatch(trx, networkId, from, tally))
    items += batch.changed
    done += batch.read
    last = batch.last
    // Others may have come meanwhile.
    progress(done, Math.max(done, total))
  } while (last)
  const counters = await inTenant(db, tenant, async trx => {
    await takeTurn(trx, networkId)
    const changed = await recount(trx, networkId, tally)
    await settleFamilies(trx, networkId, await readRules(trx, networkId))
    await nameFamilies(trx, networkId)
    await announceChange(trx, networkId)
    return changed
  })
  await proposeResemblances(db, tenant, importMemory(), () => progress(done, done))
  return { items, counters }
}

interface Batch {
  read: number
  changed: number
  /** Null when there are no more. */
  last: Derived | null
}

async function countVersions(trx: Trx, networkId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from commons_version where network_id = ${networkId}`.execute(trx)
  return rows[0]?.count ?? 0
}

async function rederiveBatch(
  trx: Trx,
  networkId: string,
  from: Derived | null,
  tally: Tally,
): Promise<Batch> {
  await takeTurn(trx, networkId)
  const { rows } = await sql<Derived>`
    select version.item_id, version.number, item.file_name, version.source, item.version, item.visibility
    from commons_version version
    join commons_item item on item.network_id = version.network_id and item.id = version.item_id
    where version.network_id = ${networkId}
      ${from ? sql`and (version.item_id, version.number) > (${from.item_id}::uuid, ${from.number}::integer)` : sql``}
    order by version.item_id, version.number
    limit ${batchVersions}`.execute(trx)
  const rules = await readRules(trx, networkId)
  const read = rows.map(row => ({ row, item: underFamilies(rules, prepareItem(row.source, row.file_name)) }))
  const current = read.filter(({ row }) => row.number === row.version)
  await renameVersions(trx, networkId, read)
  const changed = await rewriteItems(trx, networkId, current)
  if (changed > 0) await announceChange(trx, networkId)
  for (const { row, item } of current)
    tally.add({ itemId: row.item_id, version: row.version, visibility: row.visibility }, item)
  return { read: rows.length, changed, last: rows.length < batchVersions ? null : (rows.at(-1) ?? null) }
}

type Read = { row: Derived; item: PreparedItem }[]

async function renameVersions(trx: Trx, networkId: string, read: Read): Promise<void> {
  const rows = read.map(({ row, item }) => ({ item_id: row.item_id, number: row.number, title: item.title }))
  await sql`
    update commons_version version set title = page.title
    from json_to_recordset(${JSON.stringify(rows)}::json) as page (item_id uuid, number integer, title text)
    where version.network_id = ${networkId} and version.item_id = page.item_id and version.number = page.number
      and version.title <> page.title`.execute(trx)
}

/** @returns how many are another than what was kept */
async function rewriteItems(trx: Trx, networkId: string, read: Read): Promise<number> {
  const pages = read.map(({ row, item }) => ({
    id: row.item_id,
    type: item.type,
    title: item.title,
    title_config: `cordee_${item.titleLanguage}`,
    summary: item.summary,
    language: item.language,
    year: item.year,
    latitude: item.latitude,
    longitude: item.longitude,
    facets: item.facets,
    fingerprint: item.fingerprint,
    tags: item.tagText,
    ...item.bodies,
  }))
  const { rows } = await sql<{ changed: number }>`
    with page as (
      select *, commons_heading(title_config, title, tags) as heading
      from json_to_recordset(${JSON.stringify(pages)}::json) as page (
        id uuid, type text, title text, title_config regconfig, summary text, language text, year smallint,
        latitude double precision, longitude double precision, facets text[], fingerprint integer[], tags text,
        fr text, en text, es text, pt text, simple text
      )
    ), derived as materialized (
      select *, commons_vector(heading, fr, en, es, pt, simple) as search from page
    ), changed as (
      update commons_item item set
        type = derived.type, title = derived.title, summary = derived.summary, language = derived.language,
        year = derived.year, latitude = derived.latitude, longitude = derived.longitude, facets = derived.facets,
        fingerprint = derived.fingerprint, heading_search = derived.heading, search = derived.search
      from derived
      where item.network_id = ${networkId} and item.id = derived.id
        and (item.type, item.title, item.summary, item.language, item.year, item.latitude, item.longitude,
          item.facets, item.fingerprint, item.heading_search, item.search)
        is distinct from (derived.type, derived.title, derived.summary, derived.language, derived.year,
          derived.latitude, derived.longitude, derived.facets, derived.fingerprint, derived.heading, derived.search)
      returning item.id
    ), due as (
      insert into commons_uncompared (network_id, item_id) select ${networkId}::uuid, id from changed
      on conflict (network_id, item_id) do nothing
    )
    select count(*) as changed from changed`.execute(trx)
  return rows[0]?.changed ?? 0
}
