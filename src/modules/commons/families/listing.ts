import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Locale } from '#kernel/locale.ts'
import { type FacetKind, splitFacet } from '#modules/commons/facets.ts'
import { type FamilyRules, type Labels, rootOf } from '#modules/commons/families/rules.ts'
import { tagFamily } from '#modules/commons/format/tag-family.ts'

export interface Family {
  key: string
  label: string
  items: number
  publicItems: number
  /** In how many ways it is written. */
  spellings: number
  labels: Labels | null
  hidden: boolean
}

export interface FamiliesQuery {
  kind: FacetKind
  q: string
  after: string | null
}

export interface Spelling {
  written: string
  items: number
  publicItems: number
}

const pageSize = 50
const mostSpellings = 200

/** Families of one kind, those of the most items first. @returns `next` to pass as `after`, null on the last page */
export async function listFamilies(
  trx: Trx,
  networkId: string,
  { kind, q, after }: FamiliesQuery,
): Promise<{ families: Family[]; next: string | null }> {
  const [, items, key] = /^(\d{1,9}):(.{1,200})$/s.exec(after ?? '') ?? []
  const { rows } = await sql<FamilyRow>`
    select ${familyColumns} from commons_facet facet
    where facet.network_id = ${networkId} and facet.kind = ${kind} and (facet.items > 0 or facet.labels is not null or facet.hidden)
      and not exists (select from commons_alias alias
        where alias.network_id = facet.network_id and alias.kind = facet.kind and alias.key = facet.key and facet.items = 0)
      ${q === '' ? sql`` : sql`and (${found(q)})`}
      ${key === undefined ? sql`` : sql`and (-facet.items, facet.key) > (${-Number(items)}::integer, ${key})`}
    order by -facet.items, facet.key limit ${pageSize + 1}`.execute(trx)
  const families = rows.slice(0, pageSize).map(asFamily)
  const last = families.at(-1)
  return { families, next: rows.length > pageSize && last ? `${last.items}:${last.key}` : null }
}

export async function findFamily(
  trx: Trx,
  networkId: string,
  kind: FacetKind,
  key: string,
): Promise<Family | null> {
  if (key.includes('\0')) return null
  const { rows } = await sql<FamilyRow>`
    select ${familyColumns} from commons_facet facet
    where facet.network_id = ${networkId} and facet.kind = ${kind} and facet.key = ${key}`.execute(trx)
  return rows[0] ? asFamily(rows[0]) : null
}

/** How pages write it, the commonest first; of very many the commonest. */
export async function spellingsOfFamily(
  trx: Trx,
  networkId: string,
  kind: FacetKind,
  key: string,
): Promise<Spelling[]> {
  const { rows } = await sql<{ written: string; items: number; public_items: number }>`
    select written, items, public_items from commons_spelling
    where network_id = ${networkId} and kind = ${kind} and key = ${key} and items > 0
    order by items desc, written limit ${mostSpellings}`.execute(trx)
  return rows.map(({ written, items, public_items }) => ({ written, items, publicItems: public_items }))
}

/** What families are called, by key. */
export async function familyNames(
  trx: Trx,
  networkId: string,
  kind: FacetKind,
  keys: readonly string[],
  locale: Locale,
): Promise<Map<string, { label: string; items: number }>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<{ key: string; label: string; items: number }>`
    select key, coalesce(labels ->> ${locale}, label) as label, items from commons_facet
    where network_id = ${networkId} and kind = ${kind} and key = any (${[...keys]}::text[])`.execute(trx)
  return new Map(rows.map(({ key, label, items }) => [key, { label, items }]))
}

/**
 * The family that someone means by what they typed: by key, by name, by a spelling, or by its letters; null where there
 * is none of these.
 */
export async function familyMeant(
  trx: Trx,
  networkId: string,
  kind: FacetKind,
  typed: string,
  rules: FamilyRules,
): Promise<string | null> {
  const words = typed.trim()
  if (words === '') return null
  const { rows } = await sql<{ key: string }>`
    select key from (
      select key, case when label = ${words} or ${words} in (select value from jsonb_each_text(labels)) then 1
        when key = ${words} then 2 else 4 end as place, items
      from commons_facet
      where network_id = ${networkId} and kind = ${kind} and (items > 0 or labels is not null) and (
        label = ${words} or ${words} in (select value from jsonb_each_text(labels))
        or key = any (${[words, tagFamily(words)]}::text[])
      )
      union all
      select key, 3, items from commons_spelling
      where network_id = ${networkId} and kind = ${kind} and written = ${words} and items > 0
    ) meant
    order by place, items desc, key limit 1`.execute(trx)
  const [row] = rows
  if (row) return rootOf(rules, kind, row.key)
  // One whose last page has gone may lead somewhere still.
  const root = rootOf(rules, kind, tagFamily(words))
  return root === tagFamily(words) ? null : root
}

/** The family of a key, or the one it was merged into; null where there is none. */
export async function familyOf(
  trx: Trx,
  networkId: string,
  kind: FacetKind,
  key: string,
  rules: FamilyRules,
): Promise<string | null> {
  const root = rootOf(rules, kind, key)
  return (await findFamily(trx, networkId, kind, root)) ? root : null
}

/** Names to choose from while one types, those of the most items first. */
export async function familyChoices(
  trx: Trx,
  networkId: string,
  kind: FacetKind,
  locale: Locale,
): Promise<string[]> {
  const { rows } = await sql<{ label: string }>`
    select coalesce(labels ->> ${locale}, label) as label from commons_facet
    where network_id = ${networkId} and kind = ${kind} and items > 0
    order by items desc, key limit ${mostChoices}`.execute(trx)
  return [...new Set(rows.map(({ label }) => label))]
}

const mostChoices = 300

export interface Alike {
  key: string
  other: string
  likeness: number
}

/**
 * Families that may be the same as some of these: by letters that look alike, and by the names that a curator gave in
 * other languages. Proposed, and merged by nobody but a curator.
 */
export async function alikeFamilies(
  trx: Trx,
  networkId: string,
  kind: FacetKind,
  keys: readonly string[],
  rules: FamilyRules,
): Promise<Alike[]> {
  if (keys.length === 0) return []
  const { rows } = await sql<Alike>`
    select key, other, likeness from commons_alike(${kind}, ${[...keys]}::text[], 3)`.execute(trx)
  const named = namedElsewhere(kind, keys, rules)
  const { rows: there } = await sql<{ key: string }>`
    select key from commons_facet
    where network_id = ${networkId} and kind = ${kind} and items > 0
      and key = any (${named.map(({ other }) => other)}::text[])`.execute(trx)
  const known = new Set(there.map(({ key }) => key))
  const pairs = [...named.filter(({ other }) => known.has(other)), ...rows]
  const seen = new Set<string>()
  return pairs.filter(({ key, other }) => {
    const pair = `${key}\n${other}`
    const apart = rootOf(rules, kind, other) !== rootOf(rules, kind, key)
    if (seen.has(pair) || !apart) return false
    seen.add(pair)
    return true
  })
}

/** A name given in another language is a family's key, by its letters. */
function namedElsewhere(kind: FacetKind, keys: readonly string[], rules: FamilyRules): Alike[] {
  const wanted = new Set(keys)
  return [...rules.labels].flatMap(([facet, labels]) => {
    const family = splitFacet(facet)
    if (family.kind !== kind) return []
    return Object.values(labels).flatMap(label => {
      const other = tagFamily(label)
      if (other === '' || other === family.key) return []
      return [
        ...(wanted.has(family.key) ? [{ key: family.key, other, likeness: 1 }] : []),
        ...(wanted.has(other) ? [{ key: other, other: family.key, likeness: 1 }] : []),
      ]
    })
  })
}

/** The families directly below one. */
export function childrenOf(rules: FamilyRules, kind: FacetKind, key: string): string[] {
  return [...rules.parents].flatMap(([facet, parent]) => {
    const child = splitFacet(facet)
    if (child.kind !== kind || parent === null || rootOf(rules, kind, parent) !== key) return []
    return rootOf(rules, kind, child.key) === child.key ? [child.key] : []
  })
}

/** What is typed may stand in the key, in a name, or in a spelling. */
function found(q: string) {
  const like = (text: string) => `%${text.replace(/[%_\\]/g, sign => `\\${sign}`)}%`
  const letters = tagFamily(q)
  return sql`
    ${letters === '' ? sql`` : sql`facet.key like ${like(letters)} or`}
    facet.label ilike ${like(q)} or facet.labels::text ilike ${like(q)}
    or exists (
      select from commons_spelling spelling
      where spelling.network_id = facet.network_id and spelling.kind = facet.kind and spelling.key = facet.key
        and spelling.items > 0 and spelling.written ilike ${like(q)}
    )`
}

const familyColumns = sql`facet.key, facet.label, facet.items, facet.public_items, facet.labels, facet.hidden, (
    select count(*) from commons_spelling spelling
    where spelling.network_id = facet.network_id and spelling.kind = facet.kind and spelling.key = facet.key
      and spelling.items > 0
  ) as spellings`

interface FamilyRow {
  key: string
  label: string
  items: number
  public_items: number
  spellings: number
  labels: Labels | null
  hidden: boolean
}

function asFamily({ public_items: publicItems, ...row }: FamilyRow): Family {
  return { ...row, publicItems }
}
