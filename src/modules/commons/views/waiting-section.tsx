import { href } from '#http/routes.ts'
import type { Waiting } from '#modules/commons/waiting.ts'
import { useFrame } from '#ui/frame.ts'

/** What waits for whoever is signed in, each with the way to it; nothing where nothing does. */
export function WaitingSection({ network, waiting }: { network: string; waiting: Waiting }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network }
  const { pages, reviews, news } = waiting
  if (pages.length + reviews + news === 0) return null
  return (
    <section class="waiting">
      <h2>{t('commons.waiting')}</h2>
      <ul class="plain-list">
        {reviews > 0 && (
          <li>
            <a href={href('reviews', here)}>{t('commons.waiting.reviews', { count: reviews })}</a>
          </li>
        )}
        {news > 0 && (
          <li>
            <a href={href('following', here)}>{t('commons.waiting.news', { count: news })}</a>
          </li>
        )}
        {pages.map(({ id, title, language, pending }) => (
          <li key={id}>
            <a href={href('writingPage', { ...here, document: id })} lang={language}>
              {title}
            </a>
            <small>{t('writing.pending', { count: pending })}</small>
          </li>
        ))}
      </ul>
    </section>
  )
}
