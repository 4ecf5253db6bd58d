import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Consent } from '#modules/commons/consents/consents.ts'
import type { Page } from '#modules/commons/format/page.ts'
import { PageBody } from '#modules/commons/views/page-body.tsx'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'
import type { Fact, PendingChange } from '#modules/commons/writing/review/pending-changes.ts'
import { longestReason, type Review } from '#modules/commons/writing/review/reviews.ts'
import { HandContext } from '#modules/commons/writing/views/hand.ts'
import { ValueText } from '#modules/commons/writing/views/value-text.tsx'
import { sharingNames, shortQuestion } from '#modules/commons/writing/views/words.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export interface ReviewPageProps {
  network: Network
  document: CommonsDocument
  review: Review
  form: FormState
  /** As it would be shared. */
  page: Page
  facts: Fact[]
  consents: Consent[]
  changes: PendingChange[]
  mayDecide: boolean
  /** Whether the one who reads is among its authors. */
  isOwn: boolean
}

/** A page that waits: what is new in it, the whole of it, and the decision. */
export function ReviewPage(props: ReviewPageProps) {
  const { t, locale, moment } = useFrame().i18n
  const { network, document, review, page, changes } = props
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('review.of', { title: document.title })} noIndex>
      <HandContext.Provider
        value={{ network: network.slug, language: document.language, choices: { lists: {}, files: [] } }}
      >
        <article class="item" lang={document.language}>
          <header lang={locale}>
            <p class="crumbs">
              <a href={href('reviews', here)}>{t('review.list')}</a>
            </p>
            <h1 lang={document.language}>{document.title}</h1>
            <p class="facts">
              {[
                t(sharingNames[review.visibility].for),
                review.askedBy && t('review.asked.by', { name: review.askedBy }),
                moment(review.askedAt, network.timeZone),
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
            <p>
              <a href="#decision">{t('review.decision')}</a>
            </p>
          </header>
          {document.version > 0 && (
            <details class="changes" open={changes.length <= 5} lang={locale}>
              <summary>{t('review.changes', { count: changes.length })}</summary>
              {changes.map(change => (
                <section key={change.path}>
                  <h3 class="question" lang={document.language}>
                    {shortQuestion(change.question, document.language)}
                  </h3>
                  <div class="compared">
                    <div>
                      <h4>{t('review.before')}</h4>
                      <ValueText kind={change.question.answer} value={change.before} />
                    </div>
                    <div>
                      <h4>{t('review.after')}</h4>
                      <ValueText kind={change.question.answer} value={change.after} />
                    </div>
                  </div>
                </section>
              ))}
            </details>
          )}
          <div class="with-side at-end">
            <div class="body">
              <PageBody page={page} />
            </div>
            <aside lang={locale} aria-label={t('commons.item.about')}>
              <dl class="about">
                {props.facts.map(({ question, value }) => (
                  <div key={question.key}>
                    <dt lang={document.language}>{shortQuestion(question, document.language)}</dt>
                    <dd>
                      <ValueText kind={question.answer} value={value} />
                    </dd>
                  </div>
                ))}
              </dl>
              <Consents {...props} />
            </aside>
          </div>
        </article>
      </HandContext.Provider>
      <Decision {...props} />
    </NetworkLayout>
  )
}

/** Of whom the page speaks, and what they agreed to; where the proof lies is for those who write it. */
function Consents({ network, consents }: ReviewPageProps) {
  const { t, day } = useFrame().i18n
  const on = (date: string) => day(new Date(`${date}T12:00:00Z`), 'UTC')
  return (
    <section class="told-consents">
      <h2>{t('consents.name')}</h2>
      {consents.length === 0 && <p>{t('consents.none')}</p>}
      <dl class="about standing">
        {consents.map(({ id, about, scope, givenOn, validUntil, ended, settledAt }) => (
          <div key={id}>
            <dt>{about ?? t('consents.someone')}</dt>
            <dd>
              {scope}
              <small>
                {ended
                  ? t(consentEnds[ended.by], { day: day(ended.at, network.timeZone) })
                  : `${t('consents.given', { day: on(givenOn) })} · ${
                      validUntil === null ? t('consents.open') : t('consents.until', { day: on(validUntil) })
                    }`}
                {settledAt && ` · ${t('consents.settled', { day: day(settledAt, network.timeZone) })}`}
              </small>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

const consentEnds = { withdrawal: 'consents.ended.withdrawal', expiry: 'consents.ended.expiry' } as const

function Decision({ network, document, review, form, mayDecide, isOwn }: ReviewPageProps) {
  const { t, locale } = useFrame().i18n
  const address = href('writingReview', { locale, network: network.slug, document: document.id })
  return (
    <section id="decision">
      <h2>{t('review.decision')}</h2>
      {!mayDecide && <p>{t(isOwn ? 'review.own' : 'review.others')}</p>}
      {mayDecide && (
        <>
          {form.errors[''] && (
            <div class="problems" role="alert" tabIndex={-1}>
              <p>{form.errors['']}</p>
            </div>
          )}
          {isOwn && <p class="notice">{t('review.own.alone')}</p>}
          <form method="post" action={address}>
            <input type="hidden" name="decision" value="accept" />
            <input type="hidden" name="revision" value={document.revision} />
            <p class="buttons">
              <button type="submit" class="button">
                {t(sharingNames[review.visibility].accept)}
              </button>
            </p>
          </form>
          <Form
            action={address}
            state={{ ...form, errors: reasonOnly(form.errors) }}
            submit={t('review.return')}
          >
            <input type="hidden" name="decision" value="return" />
            <input type="hidden" name="revision" value={document.revision} />
            <TextArea
              name="reason"
              label={t('review.reason')}
              hint={t('review.reason.hint')}
              state={form}
              maxLength={longestReason}
              required
            />
          </Form>
        </>
      )}
    </section>
  )
}

function reasonOnly({ reason }: Record<string, string>): Record<string, string> {
  return reason ? { reason } : {}
}
