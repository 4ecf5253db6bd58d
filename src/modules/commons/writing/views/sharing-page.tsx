import { href } from '#http/routes.ts'
import { isShared } from '#modules/commons/writing/documents.ts'
import type { MissingAnswer } from '#modules/commons/writing/publishing.ts'
import { isNarrower, type SharingTerms } from '#modules/commons/writing/sharing.ts'
import { answerId } from '#modules/commons/writing/views/hand.ts'
import { ReviewStanding, StateTag } from '#modules/commons/writing/views/standing.tsx'
import { sharingNames, shortQuestion } from '#modules/commons/writing/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** With whom a page can be shared, what is missing for it, and what will happen: before anything does. */
export function SharingPage(props: SharingTerms & { network: Network; refused: boolean }) {
  const { t, locale } = useFrame().i18n
  const { network, document, ways, review, unsettled, refused } = props
  const here = { locale, network: network.slug, document: document.id }
  const waits = review?.decision === null
  const shared = isShared(document)
  const offered = ways.filter(
    way =>
      // As it is shared already, there has to be something new; what waits to be looked at is not asked twice.
      (way.visibility !== document.state || document.pending > 0) && !(waits && way.reviewed),
  )
  const wider = offered
    .filter(way => !isNarrower(document, way.visibility))
    .sort((a, b) => Number(b.visibility === document.state) - Number(a.visibility === document.state))
  const narrower = offered.find(way => isNarrower(document, way.visibility))
  return (
    <NetworkLayout of={network} title={t('sharing.title', { title: document.title })} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('writing', here)}>{t('writing.name')}</a> ›{' '}
          <a href={href('writingPage', here)}>{document.title}</a>
        </p>
        <h1>{t('sharing.page')}</h1>
        <p class="lede">
          {t(shared ? 'sharing.now.with' : 'sharing.now')} <StateTag document={document} />
        </p>
        {shared && (
          <p>
            {document.pending > 0 ? t('sharing.pending', { count: document.pending }) : t('sharing.same')}
          </p>
        )}
        <p>
          {props.licence !== null && `${t('sharing.licence', { licence: props.licence })} `}
          <a href={href('writingLicence', here)}>
            {t(props.licence === null ? 'licence.choose' : 'sharing.licence.change')}
          </a>
        </p>
      </header>
      {refused && (
        <div class="problems" role="alert" tabIndex={-1}>
          <p>{t('sharing.refused')}</p>
        </div>
      )}
      {unsettled > 0 && (
        <p class="notice">
          {t('consents.unsettled')} <a href={href('writingConsents', here)}>{t('sharing.consents')}</a>
        </p>
      )}
      {review && (
        <dl class="about standing">
          <ReviewStanding network={network} review={review}>
            {waits && (
              <ActionButton action={href('writingReviewWithdrawal', here)} label={t('review.take-back')} />
            )}
          </ReviewStanding>
        </dl>
      )}
      {unsettled === 0 &&
        wider.map(way => (
          <section key={way.visibility} class="way">
            <h2>{t(sharingNames[way.visibility].name)}</h2>
            <p>{t(sharingNames[way.visibility].text)}</p>
            {way.visibility === 'public' && <Addresses addresses={props.addresses} />}
            {way.reviewed && <p>{t('sharing.reviewed')}</p>}
            {waits && <p>{t('sharing.ends-review')}</p>}
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
      {unsettled === 0 && narrower && (
        <section class="way">
          <h2>{t('sharing.narrow')}</h2>
          <p>{t('sharing.narrow.text')}</p>
          {narrower.missing.length > 0 ? (
            <Missing {...props} missing={narrower.missing} />
          ) : (
            <p>
              <a href={href('writingPublication', here, new URLSearchParams({ to: 'network' }))}>
                {t('sharing.narrow.link')}
              </a>
            </p>
          )}
        </section>
      )}
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
  if (state !== way.visibility) return sharingNames[way.visibility].share
  return way.visibility === 'public' ? 'sharing.public.again' : 'sharing.again'
}

/** Whose addresses everyone will be able to read. */
function Addresses({ addresses }: { addresses: string[] }) {
  const { t, list } = useFrame().i18n
  if (addresses.length === 0) return null
  const rest = addresses.length - mostAddresses
  const named = addresses.slice(0, mostAddresses)
  const names = rest > 0 ? [...named, t('sharing.addresses.more', { count: rest })] : named
  return <p class="notice">{t('sharing.addresses', { count: addresses.length, names: list(names) })}</p>
}

const mostAddresses = 20

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
