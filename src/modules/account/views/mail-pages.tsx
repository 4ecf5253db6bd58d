import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { AccountLayout } from '#modules/account/views/account-layout.tsx'
import { DoorLayout } from '#modules/account/views/door-layout.tsx'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { type Cadence, cadencesOf, type SilenceableKind, silenceable } from '#platform/mail/index.ts'
import { Form, Select } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

const cadenceNames: Record<Cadence, MessageKey> = {
  now: 'account.mail.now',
  daily: 'account.mail.daily',
  weekly: 'account.mail.weekly',
  never: 'account.mail.never',
}

const kindNames: Record<SilenceableKind, MessageKey> = {
  invitation: 'account.mail.invitation',
  membership: 'account.mail.membership',
  work: 'account.mail.work',
  meeting: 'account.mail.meeting',
  discussion: 'account.mail.discussion',
  following: 'account.mail.following',
  administration: 'account.mail.administration',
  waiting: 'account.mail.waiting',
}

export function MailPage({ form }: { form: FormState }) {
  const { t, locale } = useFrame().i18n
  return (
    <AccountLayout title={t('account.mail')} room="accountMail" lede={t('account.mail.lede')}>
      <Form action={href('accountMail', { locale })} state={form} submit={t('account.save')}>
        {silenceable.map(kind => (
          <Select
            key={kind}
            name={kind}
            label={t(kindNames[kind])}
            state={form}
            choices={cadencesOf(kind).map(value => ({ value, label: t(cadenceNames[value]) }))}
            required
          />
        ))}
      </Form>
      <p>{t('account.mail.security')}</p>
    </AccountLayout>
  )
}

/** Where the line at the foot of a mail leads. */
export function SilencePage({ kinds, done }: { kinds: SilenceableKind[]; done: boolean }) {
  const { i18n, path } = useFrame()
  const { t } = i18n
  return (
    <DoorLayout title={t('account.silence.title')}>
      <p role={done ? 'status' : undefined}>{t(done ? 'account.silence.done' : 'account.silence.ask')}</p>
      <ul>
        {kinds.map(kind => (
          <li key={kind}>{t(kindNames[kind])}</li>
        ))}
      </ul>
      {!done && <Form action={path} submit={t('account.silence.submit')} />}
    </DoorLayout>
  )
}
