import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { splitFacet, writtenKinds } from '#modules/commons/facets.ts'
import { type PreparedItem, prepareItem } from '#modules/commons/preparation.ts'
import { slugOf } from '#modules/commons/slugs.ts'

export type Visibility = 'public' | 'network'

export interface Stored {
  created: number
  changed: number
  unchanged: number
}

interface Existing {
  id: string
  slug: string
  version: number
  visibility: string
  content_hash: Buffer
}

interface Write extends Existing {
  item: PreparedItem
  before: { item: PreparedItem; visibility: string } | null
}

/**
 * Keeps pages, in the caller's transaction: new ones are created, changed ones get a new version, the others are left
 * alone. Counts, spellings, words and the search index move with them, so that they are right at every commit.
 * File names are the identity of a page within a network; a batch must not name one twice.
 */
export async function storeItems(
  trx: Trx,
  networkId: string,
  items: PreparedItem[],
  options: { visibility: Visibility; importId: string | null },
): Promise<Stored> {
  // Imports into one network take turns: slugs and counters are shared.
  await sql`select pg_advisory_xact_lock(hashtextextended(${networkId}, 4207002))`.execute(trx)
  const known = await existingItems(
    trx,
    networkId,
    items.map(item => item.fileName),
  )
  const same = (item: PreparedItem) => {
    const found = known.get(item.fileName)
    return found?.visibility === options.visibility && found.content_hash.equals(item.contentHash)
  }
  const created = items.filter(item => !known.has(item.fileName))
  const changed = items.filter(item => known.has(item.fileName) && !same(item))
  const writes = [
    ...(await newWrites(trx, networkId, created, options.visibility)),
    ...(await changedWrites(trx, networkId, changed, known, options.visibility)),
  ]
  if (writes.length > 0) {
    await writeItems(trx, networkId, writes, options.importId)
    await countFacets(trx, networkId, writes)
    await countWords(trx, networkId, writes)
    await announceChange(trx, networkId)
  }
  return {
    created: created.length,
    changed: changed.length,
    unchanged: items.length - created.length - changed.length,
  }
}

/** Calls each family by its commonest spelling. */
export async function nameFamilies(trx: Trx, networkId: string): Promise<void> {
  await sql`
    update commons_facet facet set label = best.written
    from (
      select distinct on (kind, key) kind, key, written from commons_spelling
      where network_id = ${networkId} and items > 0
      order by kind, key, items desc, written collate name_order
    ) best
    where facet.network_id = ${networkId} and facet.kind = best.kind and facet.key = best.key
      and facet.label <> best.written`.execute(trx)
}

async function existingItems(
  trx: Trx,
  networkId: string,
  fileNames: string[],
): Promise<Map<string, Existing>> {
  const rows = await trx
    .selectFrom('commons_item')
    .select(['id', 'slug', 'version', 'visibility', 'content_hash', 'file_name'])
    .where('network_id', '=', networkId)
    .where('file_name', '=', sql<string>`any (${fileNames})`)
    .execute()
  return new Map(rows.map(row => [row.file_name, row]))
}

async function newWrites(
  trx: Trx,
  networkId: string,
  items: PreparedItem[],
  visibility: Visibility,
): Promise<Write[]> {
  const wanted = items.map(item => slugOf(item.title))
  const { rows } = await sql<{ slug: string }>`
    select slug from commons_item
    where network_id = ${networkId} and regexp_replace(slug, '-[0-9]+$', '') = any (${wanted}) or
      network_id = ${networkId} and slug = any (${wanted})`.execute(trx)
  const taken = new Set(rows.map(row => row.slug))
  return items.map((item, index) => {
    const base = wanted[index] ?? 'page'
    let slug = base
    for (let number = 2; taken.has(slug); number++) slug = `${base}-${number}`
    taken.add(slug)
    return { id: newId(), slug, version: 1, visibility, content_hash: item.contentHash, item, before: null }
  })
}

/** The former state is read again from its source, to take back what it counted for. */
async function changedWrites(
  trx: Trx,
  networkId: string,
  items: PreparedItem[],
  known: Map<string, Existing>,
  visibility: Visibility,
): Promise<Write[]> {
  if (items.length === 0) return []
  const ids = items.map(item => known.get(item.fileName)?.id ?? '')
  const { rows } = await sql<{ item_id: string; source: string }>`
    select version.item_id, version.source
    from commons_item item
    join commons_version version
      on version.network_id = item.network_id and version.item_id = item.id and version.number = item.version
    where item.network_id = ${networkId} and item.id = any (${ids})`.execute(trx)
  const sources = new Map(rows.map(row => [row.item_id, row.source]))
  return items.flatMap(item => {
    const found = known.get(item.fileName)
    const source = found && sources.get(found.id)
    if (!found || source === undefined) return []
    const before = { item: prepareItem(source, item.fileName), visibility: found.visibility }
    const edited = !found.content_hash.equals(item.contentHash)
    return [
      {
        ...found,
        version: found.version + (edited ? 1 : 0),
        visibility,
        content_hash: item.contentHash,
        item,
        before,
      },
    ]
  })
}

async function writeItems(
  trx: Trx,
  networkId: string,
  writes: Write[],
  importId: string | null,
): Promise<void> {
  const rows = writes.map(({ id, slug, version, visibility, item }) => ({
    id,
    slug,
    version,
    visibility,
    file_name: item.fileName,
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
    content_hash: item.contentHash.toString('hex'),
    source: item.source,
    tags: item.tagText,
    ...item.bodies,
  }))
  await sql`
    with page as (
      select *,
        setweight(to_tsvector(title_config, title), 'A') || setweight(to_tsvector('cordee_en', tags), 'B') ||
        case when title_config = 'cordee_en'::regconfig then '' else setweight(to_tsvector(title_config, tags), 'B') end
          as heading
      from json_to_recordset(${JSON.stringify(rows)}::json) as page (
        id uuid, slug text, version integer, visibility text, file_name text, type text, title text,
        title_config regconfig, summary text, language text, year smallint, latitude double precision,
        longitude double precision, facets text[], fingerprint integer[], content_hash text, source text, tags text,
        fr text, en text, es text, pt text, simple text
      )
    ), kept as (
      insert into commons_item as item (
        network_id, id, slug, file_name, visibility, type, title, summary, language, year, latitude, longitude,
        facets, fingerprint, heading_search, search, version, content_hash
      )
      select ${networkId}::uuid, id, slug, file_name, visibility, type, title, summary, language, year, latitude, longitude,
        facets, fingerprint, heading,
        heading || to_tsvector('cordee_fr', fr) || to_tsvector('cordee_en', en) || to_tsvector('cordee_es', es) ||
          to_tsvector('cordee_pt', pt) || to_tsvector('cordee_simple', simple),
        version, decode(content_hash, 'hex')
      from page
      on conflict (network_id, id) do update set
        visibility = excluded.visibility, type = excluded.type, title = excluded.title, summary = excluded.summary,
        language = excluded.language, year = excluded.year, latitude = excluded.latitude, longitude = excluded.longitude,
        facets = excluded.facets, fingerprint = excluded.fingerprint, compared = false,
        heading_search = excluded.heading_search, search = excluded.search, version = excluded.version,
        content_hash = excluded.content_hash, updated_at = now()
    )
    insert into commons_version (network_id, item_id, number, title, source, content_hash, import_id)
    select ${networkId}::uuid, id, version, title, source, decode(content_hash, 'hex'), ${importId}::uuid from page
    on conflict (network_id, item_id, number) do nothing`.execute(trx)
}

async function countFacets(trx: Trx, networkId: string, writes: Write[]): Promise<void> {
  const facets = new Map<string, { label: string; items: number; public_items: number }>()
  const spellings = new Map<string, { kind: string; written: string; key: string; items: number }>()
  const count = (item: PreparedItem, visibility: string, step: 1 | -1) => {
    for (const facet of item.facets) {
      const entry = facets.get(facet) ?? { label: splitFacet(facet).key, items: 0, public_items: 0 }
      entry.items += step
      if (visibility === 'public') entry.public_items += step
      facets.set(facet, entry)
    }
    for (const { kind, key, written } of item.taggings) {
      if (!writtenKinds.includes(kind) && kind !== 'country') continue
      const name = `${kind}:${written}`
      const entry = spellings.get(name) ?? { kind, written, key, items: 0 }
      entry.items += step
      spellings.set(name, entry)
      const facet = facets.get(`${kind}:${key}`)
      if (facet && step === 1 && writtenKinds.includes(kind)) facet.label = written
    }
  }
  for (const { item, visibility, before } of writes) {
    if (before) count(before.item, before.visibility, -1)
    count(item, visibility, 1)
  }
  const facetRows = [...facets].map(([facet, entry]) => ({ ...splitFacet(facet), ...entry }))
  await sql`
    insert into commons_facet as facet (network_id, kind, key, label, items, public_items)
    select ${networkId}::uuid, kind, key, label, items, public_items
    from json_to_recordset(${JSON.stringify(facetRows)}::json)
      as change (kind text, key text, label text, items integer, public_items integer)
    order by kind, key
    on conflict (network_id, kind, key) do update
      set items = facet.items + excluded.items, public_items = facet.public_items + excluded.public_items`.execute(
    trx,
  )
  await sql`
    insert into commons_spelling as spelling (network_id, kind, written, key, items)
    select ${networkId}::uuid, kind, written, key, items
    from json_to_recordset(${JSON.stringify([...spellings.values()])}::json)
      as change (kind text, written text, key text, items integer)
    order by kind, written
    on conflict (network_id, kind, written) do update set items = spelling.items + excluded.items`.execute(
    trx,
  )
}

async function countWords(trx: Trx, networkId: string, writes: Write[]): Promise<void> {
  const words = new Map<string, { written: string; pages: number }>()
  const count = (item: PreparedItem, step: 1 | -1) => {
    for (const [word, written] of item.words) {
      const entry = words.get(word)
      if (!entry) words.set(word, { written, pages: step })
      else {
        entry.pages += step
        if (written !== word) entry.written = written
      }
    }
  }
  for (const { item, before } of writes) {
    if (before) count(before.item, -1)
    count(item, 1)
  }
  const changes = [...words].filter(([, { pages }]) => pages !== 0)
  await sql`
    insert into commons_word as known (network_id, word, written, pages)
    select ${networkId}::uuid, word, written, pages
    from unnest(${changes.map(([word]) => word)}::text[], ${changes.map(([, entry]) => entry.written)}::text[],
      ${changes.map(([, entry]) => entry.pages)}::integer[]) as change (word, written, pages)
    order by word
    on conflict (network_id, word) do update set pages = known.pages + excluded.pages`.execute(trx)
}
