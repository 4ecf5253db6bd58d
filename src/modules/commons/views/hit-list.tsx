import { href } from '#http/routes.ts'
import { splitFacet } from '#modules/commons/facets.ts'
import type { Hit } from '#modules/commons/search/searching.ts'
import { Marked } from '#modules/commons/views/marked.tsx'
import { typeset } from '#modules/commons/views/typography.ts'
import { facetLabel, typeName, writtenIn } from '#modules/commons/views/words.ts'
import { useFrame } from '#ui/frame.ts'

export function HitList(props: { network: string; hits: Hit[] }) {
  const { i18n } = useFrame()
  return (
    <ol class="hits">
      {props.hits.map(hit => {
        const countries = hit.facets.map(splitFacet).filter(({ kind }) => kind === 'country')
        const facts = [
          ...countries.slice(0, 3).map(({ key }) => facetLabel(i18n, 'country', key)),
          ...(hit.year ? [String(hit.year)] : []),
          ...writtenIn(i18n, hit.language),
        ]
        return (
          <li class="hit" key={hit.slug}>
            <h2>
              <a
                href={href('item', { locale: i18n.locale, network: props.network, slug: hit.slug })}
                lang={hit.language ?? undefined}
              >
                {typeset(hit.title, hit.language)}
              </a>
            </h2>
            <p class="facts">
              <b>{typeName(i18n, hit.type)}</b>
              {facts.map(fact => ` · ${fact}`).join('')}
            </p>
            <p lang={hit.language ?? undefined}>
              {hit.extract ? (
                <Marked extract={hit.extract} language={hit.language} />
              ) : (
                typeset(hit.summary, hit.language)
              )}
            </p>
          </li>
        )
      })}
    </ol>
  )
}
