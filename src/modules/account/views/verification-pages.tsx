import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { leading } from '#modules/account/next.ts'
import { Carried } from '#modules/account/views/carried.tsx'
import { DoorLayout } from '#modules/account/views/door-layout.tsx'
import { Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** After signing up, known or not: a message is on its way. */
export function VerificationSentPage({ form }: { form: FormState }) {
  const { t, locale } = useFrame().i18n
  return (
    <DoorLayout title={t('account.sent.title')} lede={t('account.verification.sent')}>
      <p>{t('account.sent.nothing')}</p>
      <Form
        action={href('verificationMessage', { locale })}
        state={form}
        submit={t('account.verification.again')}
      >
        <TextField
          name="email"
          type="email"
          label={t('account.email')}
          state={form}
          autocomplete="email"
          maxLength={254}
          required
        />
        <Carried form={form} name="next" />
      </Form>
    </DoorLayout>
  )
}

/** Where the link of the mail leads. */
export function VerificationPage({ form, email }: { form: FormState; email: string }) {
  const { t, locale } = useFrame().i18n
  const next = leading(form.values.next?.[0])
  return (
    <DoorLayout
      title={t('account.verification.title')}
      lede={email ? t('account.verification.lede', { email }) : undefined}
    >
      <Form action={href('verification', { locale })} state={form} submit={t('account.verification.submit')}>
        <TextField
          name="password"
          type="password"
          label={t('account.verification.password')}
          hint={t('account.verification.hint')}
          state={form}
          autocomplete="current-password"
          maxLength={128}
          required
        />
        <Carried form={form} name="token" />
        <Carried form={form} name="next" />
      </Form>
      <p>
        <a href={href('passwordReset', { locale }, next)}>{t('account.sign-in.forgotten')}</a>
      </p>
    </DoorLayout>
  )
}
