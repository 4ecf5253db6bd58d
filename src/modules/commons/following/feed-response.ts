import { type AppContext, originOf } from '#http/context.ts'
import { href } from '#http/routes.ts'
import { writeAtom } from '#modules/commons/exports/atom.ts'
import type { ItemRecord } from '#modules/commons/exports/record.ts'
import { splitFacet } from '#modules/commons/facets.ts'
import type { NewsItem } from '#modules/commons/following/news.ts'
import { inLanguage, type Network } from '#modules/network/index.ts'

/** One's news as an Atom feed (RFC 4287). Its address is a secret: nothing between here and the reader may keep it. */
export function feedResponse(c: AppContext, network: Network, news: NewsItem[]): Response {
  const { i18n } = c.var
  const here = { locale: i18n.locale, network: network.slug }
  const origin = originOf(c)
  const name = inLanguage(network.name, i18n.locale, network.locale).text
  c.header('content-type', 'application/atom+xml; charset=utf-8')
  c.header('cache-control', 'private, no-store')
  c.header('x-robots-tag', 'noindex')
  return c.body(
    writeAtom(
      records(news, slug => origin + href('item', { ...here, slug })),
      {
        title: `${name} · ${i18n.t('following.name')}`,
        feed: {
          self: origin + new URL(c.req.url).pathname,
          home: origin + href('following', here),
          author: name,
          language: i18n.locale,
        },
      },
    ),
  )
}

async function* records(news: NewsItem[], urlOf: (slug: string) => string): AsyncGenerator<ItemRecord> {
  for (const { itemId, slug, title, type, summary, language, year, facets, at } of news) {
    const of = (kind: string) =>
      facets.map(splitFacet).flatMap(facet => (facet.kind === kind ? [facet.key] : []))
    yield {
      id: itemId,
      slug,
      fileName: '',
      url: urlOf(slug),
      type,
      title,
      summary,
      language,
      years: year === null ? [] : [year],
      date: null,
      countries: of('country').map(code => ({ code, written: code })),
      sdgs: of('sdg').map(Number),
      stages: of('stage'),
      themes: of('theme'),
      methods: of('method'),
      datasources: of('datasource'),
      place: null,
      source: '',
      updatedAt: at.toISOString(),
      licence: null,
    }
  }
}
