import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import type { FacetKind } from '#modules/commons/facets.ts'
import { countFacets } from '#modules/commons/search/facet-counts.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { questionsOf } from '#modules/commons/templates/conditions.ts'
import type { Reference, TagKey, Template } from '#modules/commons/templates/template.ts'
import { searchFiles } from '#modules/files/index.ts'
import type { Network } from '#modules/network/index.ts'
import { countriesByName } from '#reference/countries.ts'

/** What the fields of a page suggest; each list is for all the fields of its kind. */
export interface Choices {
  /** By the kind of answer, or the key of the tags. */
  lists: Record<string, string[]>
  /** The latest of the network, to attach. */
  files: Reference[]
}

export const facetOfTag: Record<TagKey, FacetKind> = {
  thematic_areas: 'theme',
  methods: 'method',
  datasources: 'datasource',
  principles: 'principle',
  tactics: 'tactic',
  tools: 'tool',
  skills: 'skill',
}

/** As many as a page can carry: names beyond these are typed, and found all the same. */
const most = 200

/** Reads only what the questions of the template can use. */
export async function choicesFor(
  trx: Trx,
  network: Network,
  template: Template,
  locale: Locale,
): Promise<Choices> {
  const kinds = questionsOf(template).map(question => question.answer)
  const asks = (kind: string) => kinds.some(one => one.kind === kind)
  const tags = [
    ...new Set(kinds.flatMap(kind => (kind.kind === 'tags' && kind.meta !== 'licence' ? [kind.meta] : []))),
  ]
  const lists: Choices['lists'] = {}
  if (tags.length > 0) {
    const counts = await countFacets(
      trx,
      network.id,
      emptyQuery,
      tags.map(tag => facetOfTag[tag]),
      most,
    )
    for (const tag of tags) lists[tag] = (counts.get(facetOfTag[tag]) ?? []).map(({ label }) => label)
  }
  if (asks('countries')) lists.countries = countriesByName(locale).map(({ name }) => name)
  if (asks('people')) lists.people = await names(trx, network.id, 'person')
  if (asks('organisations')) lists.organisations = await names(trx, network.id, 'organisation')
  if (asks('items')) lists.items = await titles(trx, network.id)
  return { lists, files: asks('files') ? await filesOf(trx, network, locale) : [] }
}

/**
 * Items of the commons named by their title get their address, if one item alone has it. People and organisations stay
 * names: what is said of them inside a network is not for the readers of a public page.
 */
export async function withAddresses(trx: Trx, network: Network, references: unknown): Promise<unknown> {
  if (!Array.isArray(references)) return references
  const unknown = references.flatMap(one =>
    isNamed(one) && one.address === undefined ? [one.name.trim()] : [],
  )
  if (unknown.length === 0) return references
  const rows = await trx
    .selectFrom('commons_item')
    .select(['title', sql<string>`min(slug)`.as('slug')])
    .where('network_id', '=', network.id)
    // As its index has titles.
    .where(sql<boolean>`title collate name_order = any (${unknown.slice(0, 100)})`)
    .groupBy('title')
    .having(({ fn }) => fn.countAll(), '=', 1)
    .execute()
  const slugs = new Map(rows.map(row => [row.title, row.slug]))
  return references.map(one => {
    const slug = isNamed(one) && one.address === undefined ? slugs.get(one.name.trim()) : undefined
    if (slug === undefined) return one
    return { ...one, address: href('item', { locale: network.locale, network: network.slug, slug }) }
  })
}

function isNamed(one: unknown): one is Reference {
  return typeof one === 'object' && one !== null && typeof (one as { name?: unknown }).name === 'string'
}

async function names(trx: Trx, networkId: string, table: 'person' | 'organisation'): Promise<string[]> {
  const { rows } =
    table === 'person'
      ? await sql<{ name: string }>`
          select name from person where network_id = ${networkId} and erased_at is null
          order by name collate name_order limit ${most}`.execute(trx)
      : await sql<{ name: string }>`
          select organisation.name from membership join organisation on organisation.id = membership.organisation_id
          where membership.network_id = ${networkId}
          order by organisation.name collate name_order limit ${most}`.execute(trx)
  return [...new Set(rows.map(row => row.name))]
}

async function titles(trx: Trx, networkId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('commons_item')
    .select('title')
    .where('network_id', '=', networkId)
    .orderBy('updated_at', 'desc')
    .orderBy('id')
    .limit(most)
    .execute()
  return [...new Set(rows.map(row => row.title))]
}

async function filesOf(trx: Trx, network: Network, locale: Locale): Promise<Reference[]> {
  const { files } = await searchFiles(trx, network.id, { q: '', kind: null }, { limit: 100 })
  return files.map(file => fileReference(network, locale, file))
}

export function fileReference(
  network: Network,
  locale: Locale,
  file: { id: string; name: string; width: number | null },
): Reference {
  return {
    name: file.name,
    address: href('file', { locale, network: network.slug, id: file.id }),
    ...(file.width !== null && { picture: true }),
  }
}
