import { href } from '#http/routes.ts'
import type { Neighbourhood } from '#modules/commons/links/neighbourhood.ts'
import { box, pictureOf } from '#modules/commons/links/picture.ts'
import { linkNames } from '#modules/commons/links/views/link-names.ts'
import { typeName } from '#modules/commons/views/words.ts'
import { useFrame } from '#ui/frame.ts'

/** An item among those it is linked with, and theirs; the same in words behind it. */
export function LinksPicture(props: { network: string; neighbourhood: Neighbourhood }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const { items, links, more } = props.neighbourhood
  if (items.length < 2) return null
  const picture = pictureOf(props.neighbourhood)
  const own = picture.boxes.find(({ item }) => item === 0)
  const titles = new Map(items.map(item => [item.id, item.title]))
  const address = (slug: string) => href('item', { locale, network: props.network, slug })
  return (
    <figure class="links-picture">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a picture's frame, not a part of the page */}
      <div class="scroll" tabIndex={0} role="region" aria-label={t('links.picture')}>
        {/* Where it is wider than its frame, that begins with the page itself: it stops at the second of these. */}
        {own && (
          <div class="begin" aria-hidden="true">
            <svg width={own.x} height="1" />
            <svg class="own" width={box.width} height="1" />
          </div>
        )}
        <svg
          class="drawn"
          viewBox={`0 0 ${picture.width} ${picture.height}`}
          width={picture.width}
          aria-hidden="true"
        >
          <defs>
            <marker
              id="arrow"
              viewBox="0 0 10 10"
              refX="9"
              refY="5"
              markerWidth="7"
              markerHeight="7"
              orient="auto-start-reverse"
            >
              <path d="M0 0L10 5L0 10z" />
            </marker>
          </defs>
          {picture.lines.map(({ from, to, kind, path }) => (
            <path
              key={`${from}-${to}-${kind}`}
              class={`line ${kind}`}
              d={path}
              marker-end={kind === 'related' ? undefined : 'url(#arrow)'}
            >
              <title>{t(linkNames[kind].out)}</title>
            </path>
          ))}
          {picture.lines.map(
            ({ from, to, kind, words }) =>
              words && (
                <text
                  key={`said-${from}-${to}-${kind}`}
                  class="said"
                  x={words.x}
                  y={words.y}
                  text-anchor={words.anchor}
                >
                  {t(linkNames[kind].out).toLocaleLowerCase(locale)}
                </text>
              ),
          )}
          {picture.boxes.map(({ item, x, y }) => {
            const one = items[item]
            if (!one) return null
            return (
              <a key={one.id} href={address(one.slug)} tabIndex={-1}>
                <rect class={item === 0 ? 'box own' : 'box'} {...{ x, y }} {...box} rx="6" />
                <text x={x + 10} y={y + 16} class="kind">
                  {typeName(i18n, one.type)}
                </text>
                {linesOf(one.title).map((line, index) => (
                  <text key={line} x={x + 10} y={y + 31 + index * 14}>
                    {line}
                  </text>
                ))}
              </a>
            )
          })}
        </svg>
      </div>
      <p class="slides no-print">
        <small>{t('links.picture.slides')}</small>
      </p>
      <figcaption>{more ? t('links.picture.more') : t('links.picture.caption')}</figcaption>
      <details>
        <summary>{t('links.picture.words', { count: links.length })}</summary>
        <ul>
          {links.map(({ from, to, kind }) => (
            <li key={`${from}-${to}-${kind}`}>
              {titles.get(from)} — {t(linkNames[kind].out).toLocaleLowerCase(locale)} — {titles.get(to)}
            </li>
          ))}
        </ul>
      </details>
    </figure>
  )
}

/** So many characters fit into a box, whatever they are. */
const lineCharacters = 27

/** A title in two lines at most; what does not fit is left out. */
function linesOf(title: string): string[] {
  if (title.length <= lineCharacters) return [title]
  const cut = title.lastIndexOf(' ', lineCharacters)
  const at = cut > lineCharacters / 2 ? cut : lineCharacters
  const rest = title.slice(at).trim()
  return [
    title.slice(0, at),
    rest.length <= lineCharacters ? rest : `${rest.slice(0, lineCharacters - 1).trimEnd()}…`,
  ]
}
