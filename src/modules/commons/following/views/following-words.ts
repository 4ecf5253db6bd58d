import { facetKinds } from '#modules/commons/facets.ts'
import type { Followed, Following } from '#modules/commons/following/following.ts'
import type { CommonsQuery } from '#modules/commons/search/query.ts'
import { facetLabel } from '#modules/commons/views/words.ts'
import type { I18n, MessageKey } from '#platform/i18n/i18n.ts'
import type { Cadence } from '#platform/mail/index.ts'

export const cadenceNames: Record<Cadence, MessageKey> = {
  now: 'following.cadence.now',
  daily: 'following.cadence.daily',
  weekly: 'following.cadence.weekly',
  never: 'following.cadence.never',
}

export const followedKinds: Record<Followed['kind'], MessageKey> = {
  search: 'following.kind.search',
  theme: 'following.kind.theme',
  author: 'following.kind.author',
  item: 'following.kind.item',
}

/** What a following is called: by its follower, else by what it leads to. */
export function followingName(i18n: I18n, { name, followed }: Pick<Following, 'name' | 'followed'>): string {
  if (name !== null) return name
  switch (followed.kind) {
    case 'search':
      return queryName(i18n, followed.query, followed.labels)
    case 'theme':
      return followed.label
    case 'author':
      return followed.name ?? i18n.t('following.gone.author')
    case 'item':
      return followed.title ?? i18n.t('following.gone.item')
  }
}

/** A search in words: "solaire" · Togo · Solution. @param labels of facets, as `itemsByFacet` gives them */
export function queryName(i18n: I18n, query: CommonsQuery, labels: Map<string, string>): string {
  const values = facetKinds.flatMap(kind =>
    (query.facets[kind] ?? []).map(key => facetLabel(i18n, kind, key, labels.get(`${kind}:${key}`))),
  )
  const words = query.q ? [i18n.t('following.words', { q: query.q })] : []
  return [...words, ...values].join(' · ')
}
