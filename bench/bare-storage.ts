import pg from 'pg'
import { newId } from '#kernel/ids.ts'
import type { ArchiveEntry } from '#modules/commons/archive/index.ts'
import { prepareItem } from '#modules/commons/importing/preparation.ts'

/** A batch as PostgreSQL gets it, ready before the clock starts. */
export interface BareBatch {
  pages: number
  json: string
}

const batchPages = 100
const batchBytes = 2_000_000

/** The same text by the same text search configurations and weights, and the same facets. */
export async function prepareBare(entries: AsyncIterable<ArchiveEntry>): Promise<BareBatch[]> {
  const batches: BareBatch[] = []
  let rows: object[] = []
  let bytes = 0
  const close = () => {
    if (rows.length > 0) batches.push({ pages: rows.length, json: JSON.stringify(rows) })
    rows = []
    bytes = 0
  }
  for await (const entry of entries) {
    if ('refused' in entry) continue
    const item = prepareItem(entry.bytes.toString('utf8'), entry.name)
    rows.push({
      id: newId(),
      file_name: item.fileName,
      source: item.source,
      facets: item.facets,
      title: item.title,
      tags: item.tagText,
      config: `cordee_${item.titleLanguage}`,
      ...item.bodies,
    })
    bytes += entry.bytes.length
    if (rows.length >= batchPages || bytes >= batchBytes) close()
  }
  close()
  return batches
}

/**
 * One table, its primary key, a GIN index of the text and one of the facets; a transaction for each batch. What waits for
 * the indexes in their lists is put into them before the clock stops: until then a search reads it page by page, and the
 * text is kept but not indexed.
 */
export async function keepBare(
  owner: pg.PoolConfig,
  networkId: string,
  batches: BareBatch[],
): Promise<number> {
  const client = new pg.Client(owner)
  await client.connect()
  await client.query(`
    create table bare_page (
      network_id uuid not null, id uuid not null, file_name text not null, source text not null,
      facets text[] not null, search tsvector not null, primary key (network_id, id)
    );
    create index bare_search on bare_page using gin (network_id, search);
    create index bare_facets on bare_page using gin (network_id, facets)`)
  for (const { json } of batches) {
    await client.query('begin')
    await client.query(
      `insert into bare_page (network_id, id, file_name, source, facets, search)
       select $1, id, file_name, source, facets,
         setweight(to_tsvector(config, title), 'A') || setweight(to_tsvector('cordee_en', tags), 'B') ||
         case when config = 'cordee_en'::regconfig then '' else setweight(to_tsvector(config, tags), 'B') end ||
         to_tsvector('cordee_fr', fr) || to_tsvector('cordee_en', en) || to_tsvector('cordee_es', es) ||
         to_tsvector('cordee_pt', pt) || to_tsvector('cordee_simple', simple)
       from json_to_recordset($2::json) as page (
         id uuid, file_name text, source text, facets text[], title text, tags text, config regconfig,
         fr text, en text, es text, pt text, simple text
       )`,
      [networkId, json],
    )
    await client.query('commit')
  }
  await client.query(`select gin_clean_pending_list('bare_search'), gin_clean_pending_list('bare_facets')`)
  await client.end()
  return batches.reduce((sum, batch) => sum + batch.pages, 0)
}
