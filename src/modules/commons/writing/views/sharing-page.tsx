import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { MissingAnswer } from '#modules/commons/writing/publishing.ts'
import type { SharingTerms } from '#modules/commons/writing/sharing.ts'
import { answerId } from '#modules/commons/writing/views/hand.ts'
import { ReviewStanding, StateTag } from '#modules/commons/writing/views/standing.tsx'
import { sharingNames, shortQuestion } from '#modules/commons/writing/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** With whom a page can be shared, what is missing for it, and what will happen: before anything does. */
export function SharingPage(props: SharingTerms & { network: Network; form: FormState; refused: boolean }) {
  const { t, locale } = useFrame().i18n
  const { network, document, ways, review, refused } = props
  const here = { locale, network: network.slug, document: document.id }
  const waits = review?.decision === null
  const shared = document.state === 'network' || document.state === 'public'
  return (
    <NetworkLayout of={network} title={t('sharing.title', { title: document.title })} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('writing', here)}>{t('writing.name')}</a> ›{' '}
          <a href={href('writingPage', here)}>{document.title}</a>
        </p>
        <h1>{t('sharing.name')}</h1>
        <p class="lede">
          {t('sharing.now')} <StateTag document={document} />
        </p>
        {shared && (
          <p>
            {document.pending > 0 ? t('sharing.pending', { count: document.pending }) : t('sharing.same')}
          </p>
        )}
      </header>
      {refused && (
        <div class="problems" role="alert" tabIndex={-1}>
          <p>{t('sharing.refused')}</p>
        </div>
      )}
      {review && (
        <dl class="about standing">
          <ReviewStanding network={network} review={review} />
        </dl>
      )}
      {waits && (
        <p class="buttons">
          <ActionButton action={href('writingReviewWithdrawal', here)} label={t('review.take-back')} />
        </p>
      )}
      {ways.map(way => (
        <section key={way.visibility} class="way">
          <h2>{t(sharingNames[way.visibility].name)}</h2>
          <p>{t(sharingNames[way.visibility].text)}</p>
          {way.reviewed && <p>{t('sharing.reviewed')}</p>}
          {way.missing.length > 0 ? (
            <Missing {...props} missing={way.missing} />
          ) : (
            <form method="post" action={href('writingPublication', here)}>
              <input type="hidden" name="visibility" value={way.visibility} />
              <p class="buttons">
                <button type="submit" class="button">
                  {t(buttonOf(way, document.state))}
                </button>
              </p>
            </form>
          )}
        </section>
      ))}
      {network.visibility === 'private' && <p>{t('sharing.private')}</p>}
      {shared && (
        <section class="way">
          <h2>{t('sharing.withdraw')}</h2>
          <p>
            <a href={href('writingWithdrawal', here)}>{t('sharing.withdraw.link')}</a>
          </p>
        </section>
      )}
    </NetworkLayout>
  )
}

function buttonOf(way: SharingTerms['ways'][number], state: string) {
  if (way.reviewed) return sharingNames[way.visibility].ask
  return state === way.visibility ? 'sharing.again' : sharingNames[way.visibility].share
}

/** What has to be answered first, each with the way to its field. */
function Missing(props: SharingTerms & { network: Network; missing: MissingAnswer[] }) {
  const { t, locale } = useFrame().i18n
  const { network, document, missing } = props
  const writing = href('writingPage', { locale, network: network.slug, document: document.id })
  return (
    <div class="notice">
      <p>{t('sharing.missing', { count: missing.length })}</p>
      <ul>
        {missing.slice(0, 50).map(({ path, question, why }) => (
          <li key={path}>
            <a href={`${writing}#${answerId(path)}`}>
              {shortQuestion(question, document.language) || t('writing.title.label')}
            </a>
            {why === 'sum' && ` (${t('sharing.missing.sum')})`}
          </li>
        ))}
      </ul>
      {missing.length > 50 && <p>{t('sharing.missing.more', { count: missing.length - 50 })}</p>}
    </div>
  )
}
