import type { Site } from './site.ts'

/** One address of every kind of page. */
export function kindsOfPage({ items }: Site): Record<string, string> {
  const commons = '/fr/fil-commun/commons'
  return {
    home: '/fr',
    network: '/fr/fil-commun',
    list: commons,
    corrected: `${commons}?q=enrgie+solaire`,
    nothing: `${commons}?q=zzqqxxyy`,
    values: `${commons}?all=theme`,
    map: `${commons}/map`,
    country: `${commons}/map?country=BO`,
    plan: `${commons}/${items.plan}`,
    story: `${commons}/${items.story}`,
    spanish: `/en/fil-commun/commons/${items.spanish}`,
    versions: `${commons}/${items.plan}/versions`,
    collections: '/fr/fil-commun/collections',
    links: `${commons}/${items.plan}/links`,
    accessibility: '/fr/about/accessibility',
    api: '/api',
    missing: '/fr/nulle/part/du/tout',
  }
}
