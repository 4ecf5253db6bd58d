import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Locale } from '#kernel/locale.ts'
import type { Labels } from '#modules/commons/families/rules.ts'
import { type Facts, factsOf } from '#modules/commons/format/facts.ts'
import type { Page } from '#modules/commons/format/page.ts'
import { readPage } from '#modules/commons/format/read-page.ts'
import { resolveCountry } from '#reference/countries.ts'

export interface Item {
  id: string
  slug: string
  fileName: string
  title: string
  type: string | null
  language: string | null
  summary: string
  facets: string[]
  latitude: number | null
  longitude: number | null
  version: number
  updatedAt: Date
  source: string
}

export interface Version {
  number: number
  title: string
  createdAt: Date
  bytes: number
}

/** An item as it stands now, or as it stood in an earlier version. */
export async function findItem(
  trx: Trx,
  networkId: string,
  slug: string,
  version?: number,
): Promise<Item | null> {
  // PostgreSQL would refuse the query rather than find nothing.
  if (slug.includes('\0')) return null
  const { rows } = await sql<ItemRow>`
    select ${itemColumns} from commons_item item
    join commons_version version on version.network_id = item.network_id and version.item_id = item.id
      and version.number = coalesce(${version ?? null}::integer, item.version)
    where item.network_id = ${networkId} and item.slug = ${slug}`.execute(trx)
  return rows[0] ? asItem(rows[0]) : null
}

export async function findItemById(trx: Trx, networkId: string, id: string): Promise<Item | null> {
  const { rows } = await sql<ItemRow>`
    select ${itemColumns} from commons_item item
    join commons_version version on version.network_id = item.network_id and version.item_id = item.id
      and version.number = item.version
    where item.network_id = ${networkId} and item.id = ${id}::uuid`.execute(trx)
  return rows[0] ? asItem(rows[0]) : null
}

/** The states an item has had, the latest first. */
export async function listVersions(trx: Trx, networkId: string, itemId: string): Promise<Version[]> {
  const { rows } = await sql<{ number: number; title: string; created_at: Date; bytes: number }>`
    select number, title, created_at, octet_length(source) as bytes from commons_version
    where network_id = ${networkId} and item_id = ${itemId}
    order by number desc limit 500`.execute(trx)
  return rows.map(row => ({
    number: row.number,
    title: row.title,
    createdAt: row.created_at,
    bytes: row.bytes,
  }))
}

/** The page as its author structured it, and what it says about itself. */
export function readItem(item: Pick<Item, 'source' | 'fileName' | 'language'>): { page: Page; facts: Facts } {
  const page = readPage(item.source, item.fileName)
  // The language was found at import; finding it again would cost more than all the rest of the page.
  const facts = factsOf(page, {
    countries: { resolve: resolveCountry },
    detect: () => ({ language: item.language }),
  })
  return { page, facts }
}

/** How many items carry each of these facets, or that which has become of it, for links that say where they lead. */
export async function itemsByFacet(
  trx: Trx,
  networkId: string,
  facets: string[],
  locale?: Locale,
): Promise<Map<string, { label: string; items: number }>> {
  const { rows } = await sql<{ facet: string; label: string; labels: Labels | null; items: number }>`
    select asked.facet, known.label, known.labels,
      case when app_inside() then known.items else known.public_items end as items
    from (
      select facet, split_part(facet, ':', 1) as kind, substr(facet, strpos(facet, ':') + 1) as key
      from unnest(${facets}::text[]) as facet
    ) asked
    left join commons_alias alias
      on alias.network_id = ${networkId} and alias.kind = asked.kind and alias.key = asked.key
    join commons_facet known on known.network_id = ${networkId} and known.kind = asked.kind
      and known.key = coalesce(alias.into_key, asked.key)`.execute(trx)
  return new Map(
    rows.map(({ facet, label, labels, items }) => [
      facet,
      { label: (locale && labels?.[locale]) ?? label, items },
    ]),
  )
}

interface ItemRow {
  id: string
  slug: string
  file_name: string
  title: string
  type: string | null
  language: string | null
  summary: string
  facets: string[]
  latitude: number | null
  longitude: number | null
  version: number
  updated_at: Date
  source: string
}

const itemColumns = sql`item.id, item.slug, item.file_name, version.title, item.type, item.language, item.summary, item.facets,
  item.latitude, item.longitude, version.number as version, item.updated_at, version.source`

function asItem(row: ItemRow): Item {
  const { file_name: fileName, updated_at: updatedAt, ...same } = row
  return { ...same, fileName, updatedAt }
}
