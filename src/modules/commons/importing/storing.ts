import { sql } from 'kysely'
import { announceChange } from '#db/changes.ts'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { readRules } from '#modules/commons/families/rule-table.ts'
import { type FamilyRules, underFamilies } from '#modules/commons/families/rules.ts'
import { type Counted, countFacets } from '#modules/commons/importing/counting.ts'
import { type ImportMemory, importMemory } from '#modules/commons/importing/memory.ts'
import { type PreparedItem, prepareItem } from '#modules/commons/importing/preparation.ts'
import { slugOf } from '#modules/commons/importing/slugs.ts'
import { takeTurn, takeTurnMarking } from '#modules/commons/importing/turns.ts'
import { countWordsOf } from '#modules/commons/importing/word-counting.ts'
import { type LeftAlone, writtenHere } from '#modules/commons/importing/written-here.ts'

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
  facets: string[]
}

type Write = Existing &
  Counted & { item: PreparedItem; former: { version: number; visibility: string } | null }

interface StoreOptions {
  visibility: Visibility
  importId: string | null
  /** Of a page written here, the id it already has; by file name. */
  ids?: ReadonlyMap<string, string>
}

/**
 * Keeps pages, in the caller's transaction: new ones are created, changed ones get a new version, the others are left
 * alone. Counts, spellings, words and the search index move with them, so that they are right at every commit.
 * File names are the identity of a page within a network; of a name given twice the last page counts.
 */
export async function storeItems(
  trx: Trx,
  networkId: string,
  given: PreparedItem[],
  options: StoreOptions,
): Promise<Stored> {
  const memory = importMemory()
  await takeTurn(trx, networkId)
  const { itemIds, refused: _, ...stored } = await storeUncounted(trx, networkId, given, options, memory)
  await countWordsOf(trx, networkId, memory, itemIds)
  await settleIndexes(trx)
  return stored
}

/** The same, but for the words: what was written is marked to have them counted by `countWords`, once for many pages. */
export async function storeUncounted(
  trx: Trx,
  networkId: string,
  given: PreparedItem[],
  options: StoreOptions,
  memory: ImportMemory,
): Promise<Stored & { itemIds: string[]; refused: LeftAlone['refused'] }> {
  const last = [...new Map(given.map(item => [item.fileName, item])).values()]
  if (last.length === 0) return { created: 0, changed: 0, unchanged: 0, itemIds: [], refused: new Map() }
  await takeTurnMarking(trx, networkId)
  const rules = await readRules(trx, networkId)
  const items = last.map(item => underFamilies(rules, item))
  const known = await existingItems(
    trx,
    networkId,
    items.map(item => item.fileName),
  )
  const same = (item: PreparedItem) => {
    const found = known.get(item.fileName)
    return found?.visibility === options.visibility && found.content_hash.equals(item.contentHash)
  }
  const wanted = {
    created: items.filter(item => !known.has(item.fileName)),
    changed: items.filter(item => known.has(item.fileName) && !same(item)),
  }
  // What is written here is the newer state whatever an import brings.
  const left =
    options.importId === null ? null : await writtenHere(trx, networkId, wanted.created, wanted.changed)
  const taken = (item: PreparedItem) => !left?.known.has(item.fileName) && !left?.refused.has(item.fileName)
  const [created, changed] = [wanted.created.filter(taken), wanted.changed.filter(taken)]
  const writes = [
    ...(await newWrites(trx, networkId, created, options)),
    ...(await changedWrites(trx, networkId, changed, known, options.visibility, rules)),
  ]
  if (writes.length > 0) {
    await writeItems(trx, networkId, writes, options.importId)
    await countFacets(trx, networkId, writes)
    await announceChange(trx, networkId)
  }
  for (const { id: itemId, version, item, before, former } of writes) {
    if (former && before) memory.keep({ itemId, version: former.version }, before.item)
    memory.keep({ itemId, version }, item)
  }
  return {
    itemIds: writes.map(({ id }) => id),
    created: created.length,
    changed: changed.length,
    unchanged: items.length - created.length - changed.length - (left?.refused.size ?? 0),
    refused: left?.refused ?? new Map(),
  }
}

/** Puts what was written into the indexes of items, where it waited in a list that every search reads. */
export async function settleIndexes(trx: Trx): Promise<void> {
  await sql`select commons_settle()`.execute(trx)
}

async function existingItems(
  trx: Trx,
  networkId: string,
  fileNames: string[],
): Promise<Map<string, Existing>> {
  const rows = await trx
    .selectFrom('commons_item')
    .select(['id', 'slug', 'version', 'visibility', 'content_hash', 'facets', 'file_name'])
    .where('network_id', '=', networkId)
    .where('file_name', '=', sql<string>`any (${fileNames})`)
    .execute()
  return new Map(rows.map(row => [row.file_name, row]))
}

async function newWrites(
  trx: Trx,
  networkId: string,
  items: PreparedItem[],
  { visibility, ids }: StoreOptions,
): Promise<Write[]> {
  const wanted = items.map(item => slugOf(item.title, item.fileName))
  const taken = await takenSlugs(trx, networkId, wanted)
  return items.map((item, index) => {
    const base = wanted[index] ?? 'page'
    let slug = base
    for (let number = 2; taken.has(slug); number++) slug = `${base}-${number}`
    taken.add(slug)
    return {
      id: ids?.get(item.fileName) ?? newId(),
      slug,
      version: 1,
      visibility,
      content_hash: item.contentHash,
      facets: item.facets,
      item,
      before: null,
      former: null,
    }
  })
}

/**
 * Which of these slugs and of their numbered forms are taken. Numbers are given out without gaps, so it is enough to
 * look a step further for as long as one whole step is taken.
 */
async function takenSlugs(trx: Trx, networkId: string, wanted: string[]): Promise<Set<string>> {
  const taken = new Set<string>()
  let bases = [...new Set(wanted)]
  for (let [from, to] = [1, 5]; bases.length > 0; [from, to] = [to + 1, to * 5]) {
    const { rows } = await sql<{ slug: string }>`
      select slug from commons_item
      where network_id = ${networkId} and slug in (
        select case number when 1 then base else base || '-' || number end
        from unnest(${bases}::text[]) base cross join generate_series(${from}::integer, ${to}::integer) number
      )`.execute(trx)
    for (const { slug } of rows) taken.add(slug)
    bases = bases.filter(base => taken.has(to === 1 ? base : `${base}-${to}`))
  }
  return taken
}

/**
 * The former state is read again from its source, to take back what it counted for; its facets are those it was kept with,
 * under whichever rules that was.
 */
async function changedWrites(
  trx: Trx,
  networkId: string,
  items: PreparedItem[],
  known: Map<string, Existing>,
  visibility: Visibility,
  rules: FamilyRules,
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
    const former = underFamilies(rules, prepareItem(source, item.fileName))
    const before = { item: { ...former, facets: found.facets }, visibility: found.visibility }
    const edited = !found.content_hash.equals(item.contentHash)
    return [
      {
        ...found,
        version: found.version + (edited ? 1 : 0),
        visibility,
        content_hash: item.contentHash,
        item,
        before,
        former: { version: found.version, visibility: found.visibility },
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
  const ids = writes.map(({ id }) => id)
  const versions = writes.map(({ former }) => former?.version ?? null)
  const visibilities = writes.map(({ former }) => former?.visibility ?? null)
  await sql`
    with page as (
      select *,
        commons_heading(title_config, title, tags) as heading
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
        commons_vector(heading, fr, en, es, pt, simple),
        version, decode(content_hash, 'hex')
      from page
      on conflict (network_id, id) do update set
        visibility = excluded.visibility, type = excluded.type, title = excluded.title, summary = excluded.summary,
        language = excluded.language, year = excluded.year, latitude = excluded.latitude, longitude = excluded.longitude,
        facets = excluded.facets, fingerprint = excluded.fingerprint,
        heading_search = excluded.heading_search, search = excluded.search, version = excluded.version,
        content_hash = excluded.content_hash, updated_at = now()
    ), due as (
      insert into commons_uncompared (network_id, item_id) select ${networkId}::uuid, unnest(${ids}::uuid[])
      on conflict (network_id, item_id) do nothing
    ), uncounted as (
      -- Of an item marked before, the state that is counted stays the one it was: its mark is but locked. Where it is being
      -- counted just now it is waited for, and marked anew by what was counted.
      insert into commons_uncounted (network_id, item_id, counted_version, counted_visibility)
      select ${networkId}::uuid, * from unnest(${ids}::uuid[], ${versions}::integer[], ${visibilities}::text[])
      on conflict (network_id, item_id) do update set item_id = excluded.item_id
    )
    insert into commons_version (network_id, item_id, number, visibility, title, source, content_hash, import_id)
    select ${networkId}::uuid, id, version, visibility, title, source, decode(content_hash, 'hex'), ${importId}::uuid from page
    on conflict (network_id, item_id, number) do update set visibility = excluded.visibility`.execute(trx)
}
