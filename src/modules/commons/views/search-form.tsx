import { href } from '#http/routes.ts'
import type { CommonsQuery } from '#modules/commons/search/query.ts'
import { useFrame } from '#ui/frame.ts'

/** The search box. What is chosen stays chosen; a new search starts at its first page. */
export function SearchForm(props: {
  network: string
  route: 'commons' | 'commonsMap' | 'signals' | 'learning' | 'learningInsights'
  query: CommonsQuery
}) {
  const { locale, t } = useFrame().i18n
  return (
    <search>
      <form class="search" method="get" action={href(props.route, { locale, network: props.network })}>
        <label class="visually-hidden" for="q">
          {t('commons.search.label')}
        </label>
        <input
          id="q"
          type="search"
          name="q"
          value={props.query.q}
          placeholder={t('commons.search.placeholder')}
          maxLength={300}
        />
        {Object.entries(props.query.facets).flatMap(([kind, keys]) =>
          keys.map(key => <input key={`${kind}:${key}`} type="hidden" name={kind} value={key} />),
        )}
        <button class="button" type="submit">
          {t('commons.search.submit')}
        </button>
      </form>
    </search>
  )
}
