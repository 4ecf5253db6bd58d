import { href } from '#http/routes.ts'
import type { WaitingReview } from '#modules/commons/writing/review/reviews.ts'
import { sharingNames } from '#modules/commons/writing/views/words.ts'
import { MoreLink, type Network, NetworkLayout } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** What waits for those who look at pages before they are shared. */
export function ReviewsPage(props: {
  network: Network
  reviews: WaitingReview[]
  next: string | null
  mayName: boolean
}) {
  const { t, locale, moment } = useFrame().i18n
  const { network, reviews, next, mayName } = props
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('review.list')} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('commons', here)}>{t('commons.name')}</a>
        </p>
        <h1>{t('review.list')}</h1>
        <p class="lede">{t('review.lede')}</p>
      </header>
      {reviews.length === 0 && <p>{t('review.none')}</p>}
      {reviews.length > 0 && (
        <ul class="plain-list">
          {reviews.map(review => (
            <li key={review.id}>
              <a href={href('writingReview', { ...here, document: review.documentId })}>{review.title}</a>
              <small>
                {[
                  t(sharingNames[review.visibility].for),
                  review.askedBy && t('review.asked.by', { name: review.askedBy }),
                  moment(review.askedAt, network.timeZone),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </li>
          ))}
        </ul>
      )}
      <MoreLink next={next} />
      {mayName && (
        <p>
          <a href={href('reviewers', here)}>{t('reviewers.link')}</a>
        </p>
      )}
    </NetworkLayout>
  )
}
