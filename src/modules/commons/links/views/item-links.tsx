import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import type { Link } from '#modules/commons/links/links.ts'
import { linkNames } from '#modules/commons/links/views/link-names.ts'
import { typeName } from '#modules/commons/views/words.ts'
import { useFrame } from '#ui/frame.ts'

/** For the page of an item: what it is to others and they to it, and the way to say more. */
export function ItemLinks(props: { network: string; item: { slug: string }; links: Link[] }) {
  const { i18n, place } = useFrame()
  const { t, locale } = i18n
  const contributes = (place?.role ?? 'visitor') !== 'visitor'
  if (props.links.length === 0 && !contributes) return null
  const shown = props.links.slice(0, shownAtOnce)
  return (
    <section class="item-links">
      <h2>{t('links.name')}</h2>
      <LinkList network={props.network} links={shown} />
      <p>
        <a href={href('itemLinks', { locale, network: props.network, slug: props.item.slug })}>
          {props.links.length === 0 ? t('links.first') : t('links.all', { count: props.links.length })}
        </a>
      </p>
    </section>
  )
}

const shownAtOnce = 8

/** Links by what they say, in the order in which they come. */
export function LinkList<One extends Link>(props: {
  network: string
  links: One[]
  /** What can be done with one. */
  doing?: (link: One) => ComponentChildren
}) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const groups = Map.groupBy(props.links, ({ kind, direction }) => linkNames[kind][direction])
  return (
    <dl class="links">
      {[...groups].map(([name, links]) => (
        <div key={name}>
          <dt>{t(name)}</dt>
          {links.map(link => (
            <dd key={link.id}>
              <a
                href={href('item', { locale, network: props.network, slug: link.other.slug })}
                lang={link.other.language ?? undefined}
              >
                {link.other.title}
              </a>{' '}
              <small>{[typeName(i18n, link.other.type), link.other.year].filter(Boolean).join(' · ')}</small>
              {link.note && <p class="link-note">{link.note}</p>}
              {props.doing?.(link)}
            </dd>
          ))}
        </div>
      ))}
    </dl>
  )
}
