import { href } from '#http/routes.ts'
import { useFrame } from '#ui/frame.ts'

/** Back to the collection whose pages one looks at in another way. */
export function CollectionCrumbs(props: {
  network: string
  collection: { slug: string; title: string; language: string }
}) {
  const { t, locale } = useFrame().i18n
  const { slug, title, language } = props.collection
  const here = { locale, network: props.network }
  return (
    <p class="crumbs no-print">
      <a href={href('collections', here)}>{t('collections.name')}</a> ›{' '}
      <a href={href('collection', { ...here, collection: slug })} lang={language}>
        {title}
      </a>
    </p>
  )
}
