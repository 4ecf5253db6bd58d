import type { ComponentChildren } from 'preact'
import { href } from '#http/routes.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'
import type { Review } from '#modules/commons/writing/review/reviews.ts'
import { stateNames } from '#modules/commons/writing/views/words.ts'
import type { Network } from '#modules/network/index.ts'
import { useFrame } from '#ui/frame.ts'

/** With whom a page is shared, who writes it, and what waits. */
export function Standing(props: {
  network: Network
  document: CommonsDocument
  review: Review | null
  isAuthor: boolean
  newer: number | null
}) {
  const { t, locale, moment, list } = useFrame().i18n
  const { network, document, review, isAuthor, newer } = props
  const here = { locale, network: network.slug, document: document.id }
  return (
    <dl class="about standing">
      <div>
        <dt>{t('writing.state')}</dt>
        <dd>
          <StateTag document={document} />{' '}
          {document.slug !== null && (
            <a href={href('item', { locale, network: network.slug, slug: document.slug })}>
              {t('writing.read')}
            </a>
          )}
          {document.slug !== null && document.pending > 0 && (
            <small>{t('writing.pending', { count: document.pending })}</small>
          )}
        </dd>
      </div>
      {review && <ReviewStanding network={network} review={review} />}
      <div>
        <dt>{t('writing.authors')}</dt>
        <dd>
          {document.authors.length > 0
            ? list(document.authors.map(({ name }) => name))
            : t('writing.authors.none')}{' '}
          {(isAuthor || document.authors.length === 0) && (
            <a href={href('writingAuthors', here)}>{t('writing.authors.change')}</a>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('writing.last')}</dt>
        <dd data-written={network.timeZone}>{moment(document.writtenAt, network.timeZone)}</dd>
      </div>
      {newer !== null && (
        <div>
          <dt>{t('renewal.template')}</dt>
          <dd>
            {t('renewal.newer', { version: document.template.version, newer })}{' '}
            <a href={href('writingTemplate', here)}>{t('renewal.see')}</a>
          </dd>
        </div>
      )}
      <div>
        <dt>{t('writing.next')}</dt>
        <dd>
          <a href={href('writingPublication', here)}>{t('writing.share')}</a>
        </dd>
      </div>
    </dl>
  )
}

export function StateTag({ document }: { document: Pick<CommonsDocument, 'state'> }) {
  const { t } = useFrame().i18n
  return <span class={`tag reach ${document.state}`}>{t(stateNames[document.state])}</span>
}

/** What became of the last wish to share it: who asked, who decided, and why. */
export function ReviewStanding({
  network,
  review,
  children,
}: {
  network: Network
  review: Review
  /** What can be done about it. */
  children?: ComponentChildren
}) {
  const { t, moment } = useFrame().i18n
  // What was accepted shows in the state, what was taken back is over.
  if (review.decision === 'accepted' || review.decision === 'taken-back') return null
  return (
    <div class="review-standing">
      <dt>{t('review.name')}</dt>
      <dd>
        {review.decision === null ? (
          <p>{t('review.waits', { moment: moment(review.askedAt, network.timeZone) })}</p>
        ) : (
          <>
            <p>
              {review.decidedBy
                ? t('review.returned.by', { name: review.decidedBy })
                : t('review.returned.text')}
            </p>
            <blockquote>{review.reason}</blockquote>
          </>
        )}
        {children}
      </dd>
    </div>
  )
}
