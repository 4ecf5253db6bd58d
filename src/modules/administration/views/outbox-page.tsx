import { addressesOf } from '#modules/administration/scope.ts'
import { AdministrationLayout, Pager } from '#modules/administration/views/administration-layout.tsx'
import { MailError, MailStateTag, RecipientOf } from '#modules/administration/views/mail-words.tsx'
import type { Network } from '#modules/network/index.ts'
import type { MailSummary } from '#platform/mail/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What was written to people, and what became of it. */
export function OutboxPage(props: {
  network: Network | null
  timeZone: string
  messages: MailSummary[]
  after: string | null
  next: string | null
  /** Whether there is a server that takes mail. */
  leaves: boolean
  /** The reader's own address, once it is proven. */
  own: string | null
}) {
  const { t, locale, moment } = useFrame().i18n
  const at = addressesOf(props.network, locale)
  return (
    <AdministrationLayout of={props.network} title={t('administration.mail')}>
      <p>{t(props.network ? 'outbox.lede' : 'outbox.lede.platform')}</p>
      {!props.leaves && (
        <div class="notice">
          <p>
            <strong>{t('outbox.nothing-leaves')}</strong>
          </p>
          <p>{t('outbox.nothing-leaves.text')}</p>
        </div>
      )}
      {props.messages.length === 0 ? (
        <p>{t('outbox.none')}</p>
      ) : (
        <ul class="entries">
          {props.messages.map(message => (
            <li key={message.id}>
              <div>
                <a class="title" href={at.mailMessage(message.id)}>
                  {message.subject}
                </a>
                <RecipientOf message={message} />
                <MailError error={message.error} />
              </div>
              <div class="aside">
                <MailStateTag state={message.state} />
                <small>
                  <time dateTime={message.createdAt.toISOString()}>
                    {moment(message.createdAt, props.timeZone)}
                  </time>
                </small>
              </div>
            </li>
          ))}
        </ul>
      )}
      <Pager
        first={props.after === null ? null : at.mail()}
        next={props.next === null ? null : at.mail(new URLSearchParams({ after: props.next }))}
        label={t('outbox.pages')}
      />
      <section>
        <h2>{t('outbox.test')}</h2>
        {props.own === null ? (
          <p>{t('outbox.test.unproven')}</p>
        ) : (
          <>
            <p>{t(props.leaves ? 'outbox.test.text' : 'outbox.test.text-here', { address: props.own })}</p>
            <Form action={at.mailTest()} submit={t('outbox.test.submit')} />
          </>
        )}
      </section>
    </AdministrationLayout>
  )
}
