import { h } from 'preact'
import type { Section } from '#http/module.ts'
import { followingOf } from '#modules/commons/following/followings.ts'
import { countFacets } from '#modules/commons/search/facet-counts.ts'
import { emptyQuery } from '#modules/commons/search/query.ts'
import { search } from '#modules/commons/search/searching.ts'
import { HomeSection } from '#modules/commons/views/home-section.tsx'
import { PersonSection } from '#modules/commons/writing/views/person-section.tsx'
import { writtenPages } from '#modules/commons/writing/written-pages.ts'

/** At the door of a network: for those at home in it what came last, for all others what there is to find as well. */
export const homeSection: Section = async ({ trx, network, person: { personId } }) => {
  const latest = await search(trx, network.id, { ...emptyQuery, sort: 'updated' }, 6)
  // Those who come to work find the rooms they know: what there is by theme is a page further.
  const counts =
    personId === null ? await countFacets(trx, network.id, emptyQuery, ['type', 'sdg'], 17) : new Map()
  const content = h(HomeSection, {
    network: network.slug,
    total: latest.total,
    latest: latest.hits,
    types: counts.get('type') ?? [],
    sdgs: counts.get('sdg')?.slice(0, 8) ?? [],
  })
  return { content, scripts: [] }
}

/** On somebody's page: what they share, and how to hear of more. */
export const personSection: Section = async ({ trx, network, subject, person: { personId } }) => {
  const pages = await writtenPages(trx, network.id, subject.id)
  const following =
    personId === null
      ? null
      : await followingOf(trx, { networkId: network.id, personId }, { kind: 'author', personId: subject.id })
  const content = h(PersonSection, { network: network.slug, personId: subject.id, pages, following })
  return { content, scripts: [] }
}
