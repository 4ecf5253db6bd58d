import { newId } from '#kernel/ids.ts'
import type { TestApp } from './app.ts'
import type { TestNetwork } from './factories.ts'

/** A decision about a family of tags whose key says nothing, and a translation. */
export async function curatedIn(
  { database }: TestApp,
  network: TestNetwork,
  own: string,
  slug: string,
): Promise<{ family: string; decision: string }> {
  const [row] = await database.asOwner<{ decision: string; family: string }>(
    `with family as (
       insert into commons_facet (network_id, kind, key, label) values ($1, 'theme', 'x' || md5($1::uuid::text), $3)
       on conflict (network_id, kind, key) do update set label = excluded.label
     ), translated as (
       insert into commons_translation (network_id, item_id, language, state, title)
       select $1, id, 'es', 'shared', $3 from commons_item where network_id = $1 and slug = $4
       on conflict (network_id, item_id, language) do update set state = 'shared'
       returning item_id
     ), passage as (
       insert into commons_translated_passage (network_id, item_id, language, path, text, source_text, source_hash)
       select $1, item_id, 'es', 'title', $3, $3, '' from translated
       on conflict (network_id, item_id, language, path) do nothing
     )
     insert into commons_family_rule (network_id, id, number, kind, action, key, labels)
     select $1, $2, 1 + coalesce(max(number), 0), 'theme', 'name', 'x' || md5($1::uuid::text), jsonb_build_object('fr', $3::text)
     from commons_family_rule where network_id = $1
     returning id as decision, key as family`,
    [network.id, newId(), own, slug],
  )
  return { family: row?.family ?? '', decision: row?.decision ?? '' }
}
