import type { MessageKey } from '#platform/i18n/i18n.ts'
import type { Kind, MailState, MailSummary } from '#platform/mail/index.ts'
import { useFrame } from '#ui/frame.ts'

const stateNames: Record<MailState, MessageKey> = {
  waiting: 'outbox.state.waiting',
  held: 'outbox.state.held',
  gathered: 'outbox.state.gathered',
  outbox: 'outbox.state.outbox',
  sent: 'outbox.state.sent',
  failed: 'outbox.state.failed',
  silenced: 'outbox.state.silenced',
  cancelled: 'outbox.state.cancelled',
}

export const kindNames: Record<Kind, MessageKey> = {
  security: 'mail.kind.security',
  invitation: 'mail.kind.invitation',
  membership: 'mail.kind.membership',
  work: 'mail.kind.work',
  meeting: 'mail.kind.meeting',
  discussion: 'mail.kind.discussion',
  following: 'mail.kind.following',
  administration: 'mail.kind.administration',
  waiting: 'mail.kind.waiting',
  digest: 'outbox.kind.digest',
}

export function MailStateTag({ state }: { state: MailState }) {
  const { t } = useFrame().i18n
  return <span class={`tag state-${state}`}>{t(stateNames[state])}</span>
}

/** Whom it is to; nothing of those whom the reader may not know. */
export function RecipientOf({ message }: { message: MailSummary }) {
  const { t } = useFrame().i18n
  const { name, address } = message.to
  if (address === '') return <em>{t('outbox.hidden-recipient')}</em>
  return <span>{name === '' ? address : `${name} <${address}>`}</span>
}

/** Why it did not leave: what we know, or what the server said. */
export function MailError({ error }: { error: string | null }) {
  const { t } = useFrame().i18n
  if (error === null) return null
  if (error === 'silenced') return <small>{t('outbox.error.silenced')}</small>
  if (error === 'bounced') return <small>{t('outbox.error.bounced')}</small>
  return (
    <small class="failure" lang="en">
      {error}
    </small>
  )
}
