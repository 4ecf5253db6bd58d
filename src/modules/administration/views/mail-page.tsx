import { withLinks } from '#modules/administration/links.ts'
import { addressesOf } from '#modules/administration/scope.ts'
import { AdministrationLayout, Fact } from '#modules/administration/views/administration-layout.tsx'
import { kindNames, MailError, MailStateTag, RecipientOf } from '#modules/administration/views/mail-words.tsx'
import type { Network } from '#modules/network/index.ts'
import type { MailBody, MailState } from '#platform/mail/index.ts'
import { ActionButton } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

const retried: MailState[] = ['waiting', 'failed', 'outbox', 'cancelled']
const cancelled: MailState[] = ['waiting', 'held']

/** One message as its recipient reads it, and its way there. */
export function MailPage(props: {
  network: Network | null
  timeZone: string
  message: MailBody
  leaves: boolean
}) {
  const { t, locale, moment } = useFrame().i18n
  const { summary, body } = props.message
  const at = addressesOf(props.network, locale)
  const momentOf = (date: Date) => <time dateTime={date.toISOString()}>{moment(date, props.timeZone)}</time>
  return (
    <AdministrationLayout
      of={props.network}
      title={summary.subject}
      above={{ href: at.mail(), label: t('administration.mail') }}
    >
      <section class="state">
        <p>
          <MailStateTag state={summary.state} /> <MailError error={summary.error} />
        </p>
        <div class="buttons">
          {retried.includes(summary.state) && props.leaves && (
            <ActionButton action={at.mailRetry(summary.id)} label={t('outbox.retry')} />
          )}
          {cancelled.includes(summary.state) && (
            <ActionButton action={at.mailCancellation(summary.id)} label={t('outbox.cancel')} danger />
          )}
        </div>
      </section>
      <dl class="known">
        <Fact name={t('outbox.to')}>
          <RecipientOf message={summary} />
        </Fact>
        {summary.replyTo && <Fact name={t('outbox.reply-to')}>{summary.replyTo}</Fact>}
        <Fact name={t('outbox.about')}>{t(kindNames[summary.kind])}</Fact>
        <Fact name={t('outbox.written')}>{momentOf(summary.createdAt)}</Fact>
        {(summary.state === 'waiting' || summary.state === 'held') && (
          <Fact name={t('outbox.due')}>{momentOf(summary.dueAt)}</Fact>
        )}
        {summary.sentAt && <Fact name={t('outbox.sent')}>{momentOf(summary.sentAt)}</Fact>}
        {summary.attempts > 0 && <Fact name={t('outbox.attempts')}>{summary.attempts}</Fact>}
      </dl>
      {body ? (
        <section>
          <h2>{t('outbox.text')}</h2>
          <pre class="letter">
            {withLinks(body.text).map(({ text, url }, place) =>
              url ? (
                <a key={place} href={url} rel="noreferrer">
                  {text}
                </a>
              ) : (
                text
              ),
            )}
          </pre>
          <p>
            <a href={at.mailHtml(summary.id)} target="_blank" rel="noopener">
              {t('outbox.html')}
            </a>
          </p>
        </section>
      ) : (
        <p class="notice">{t(summary.to.address === '' ? 'outbox.not-yours' : 'outbox.kept')}</p>
      )}
    </AdministrationLayout>
  )
}
