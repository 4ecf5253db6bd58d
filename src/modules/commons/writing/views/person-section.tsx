import { href } from '#http/routes.ts'
import { FollowButton } from '#modules/commons/following/views/follow-button.tsx'
import type { WrittenPage } from '#modules/commons/writing/written-pages.ts'
import { useFrame } from '#ui/frame.ts'

/** The pages that somebody writes, as far as they are shared, and how to hear of the next. */
export function PersonSection(props: {
  network: string
  personId: string
  pages: WrittenPage[]
  following: string | null
}) {
  const { i18n, viewer } = useFrame()
  const { t, locale } = i18n
  if (props.pages.length === 0 && props.following === null) return null
  const here = { locale, network: props.network }
  return (
    <section>
      <h2>{t('writing.of-person')}</h2>
      <ul class="plain-list">
        {props.pages.map(({ slug, title, language }) => (
          <li key={slug}>
            <a href={href('item', { ...here, slug })} lang={language ?? undefined}>
              {title}
            </a>
          </li>
        ))}
      </ul>
      {viewer && (
        <FollowButton
          network={props.network}
          subject={{ kind: 'author', personId: props.personId }}
          following={props.following}
        />
      )}
    </section>
  )
}
