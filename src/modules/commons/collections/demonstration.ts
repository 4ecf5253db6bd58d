import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Trx } from '#db/database.ts'
import { newId } from '#kernel/ids.ts'
import { insertEntries } from '#modules/commons/collections/entries.ts'
import { collectionInput, entryInput } from '#modules/commons/collections/schema.ts'
import { linkInput } from '#modules/commons/links/schema.ts'

/** Items stand under the names of their files, people under their addresses. */
const material = z.record(
  z.string(),
  z.object({
    collections: z.array(
      collectionInput.extend({
        slug: z.string(),
        keepers: z.array(z.email()),
        entries: z.array(entryInput.extend({ file: z.string() })),
      }),
    ),
    links: z.array(linkInput.extend({ from: z.string(), to: z.string(), by: z.email() })),
  }),
)

/**
 * Brings the collections and links of the demonstration into a network whose pages and people are there. Done again, it
 * changes nothing. @param folder of the demonstration's material
 */
export async function demoCollections(
  trx: Trx,
  network: { id: string; slug: string },
  folder: string,
): Promise<void> {
  const file = readFileSync(join(folder, 'collections.json'), 'utf8')
  const { collections = [], links = [] } = material.parse(JSON.parse(file))[network.slug] ?? {}
  const items = await idsBy(
    trx,
    sql`select file_name as name, id from commons_item where network_id = ${network.id}`,
  )
  const people = await idsBy(
    trx,
    sql`select email as name, id from person where network_id = ${network.id} and email is not null`,
  )
  for (const { keepers, entries, slug, ...said } of collections) {
    const ids = keepers.flatMap(address => people.get(address) ?? [])
    const id = newId()
    const { rows } = await sql`
      insert into commons_collection (network_id, id, slug, title, about, state, language, person_id)
      values (${network.id}, ${id}, ${slug}, ${said.title}, ${said.about}, ${said.state}, ${said.language}, ${ids[0] ?? null})
      on conflict (network_id, slug) do nothing returning id`.execute(trx)
    if (rows.length === 0) continue
    await sql`
      insert into commons_collection_keeper (network_id, collection_id, person_id)
      select ${network.id}::uuid, ${id}::uuid, unnest(${ids}::uuid[])`.execute(trx)
    const held = entries.flatMap(({ file, ...entry }) => {
      const item = items.get(file)
      return item ? [{ id: item, ...entry }] : []
    })
    const nothing = { order: [], positions: new Map() }
    await insertEntries(trx, network.id, id, ids[0] ?? null, nothing, held)
  }
  const linked = links.flatMap(({ from, to, by, kind, note }) => {
    const [here, there] = [items.get(from), items.get(to)]
    if (!here || !there) return []
    const [first, second] = kind === 'related' && there < here ? [there, here] : [here, there]
    return [{ id: newId(), from_item: first, to_item: second, kind, note, person_id: people.get(by) ?? null }]
  })
  await sql`
    insert into commons_link (network_id, id, from_item, to_item, kind, note, person_id)
    select ${network.id}::uuid, id, from_item, to_item, kind, note, person_id
    from jsonb_to_recordset(${JSON.stringify(linked)}::jsonb)
      as link (id uuid, from_item uuid, to_item uuid, kind text, note text, person_id uuid)
    on conflict (network_id, from_item, to_item, kind) do nothing`.execute(trx)
}

async function idsBy(
  trx: Trx,
  query: RawBuilder<{ name: string; id: string }>,
): Promise<Map<string, string>> {
  const { rows } = await query.execute(trx)
  return new Map(rows.map(row => [row.name, row.id]))
}
