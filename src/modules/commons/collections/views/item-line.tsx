import type { CollectedItem } from '#modules/commons/collections/collections.ts'
import { splitFacet } from '#modules/commons/facets.ts'
import { facetLabel, typeName, writtenIn } from '#modules/commons/views/words.ts'
import { useFrame } from '#ui/frame.ts'

/** What an item is, where and when it happened, in which language one reads it. */
export function ItemLine(props: { item: CollectedItem; marked?: boolean }) {
  const { i18n } = useFrame()
  const { type, year, language, facets } = props.item
  const countries = facets.map(splitFacet).filter(({ kind }) => kind === 'country')
  const facts = [
    ...countries.slice(0, 3).map(({ key }) => facetLabel(i18n, 'country', key)),
    ...(year ? [String(year)] : []),
    ...writtenIn(i18n, language),
  ]
  return (
    <p class="facts">
      <b>{typeName(i18n, type)}</b>
      {facts.map(fact => ` · ${fact}`).join('')}
      {props.marked && ` · ${i18n.t('collections.inside.mark')}`}
    </p>
  )
}
