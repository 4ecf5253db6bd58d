import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { AskByMail, SentByMail } from '#modules/account/views/ask-by-mail.tsx'
import { DoorLayout } from '#modules/account/views/door-layout.tsx'
import { Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export function ResetPage({ form }: { form: FormState }) {
  const { t } = useFrame().i18n
  return (
    <AskByMail
      route="passwordReset"
      title={t('account.reset.title')}
      lede={t('account.reset.lede')}
      submit={t('account.reset.submit')}
      form={form}
    />
  )
}

export function ResetSentPage() {
  return <SentByMail route="passwordReset" lede={useFrame().i18n.t('account.reset.sent')} />
}

/** Where the link of the mail leads; the form is sent to the address of the page, which holds the token. */
export function ResetTokenPage({ form, spent }: { form: FormState; spent: boolean }) {
  const { i18n, path } = useFrame()
  const { t, locale } = i18n
  if (spent) {
    return (
      <DoorLayout title={t('account.link.spent')} lede={t('account.reset.spent')}>
        <p class="buttons">
          <a class="button" href={href('passwordReset', { locale })}>
            {t('account.sent.again')}
          </a>
        </p>
      </DoorLayout>
    )
  }
  return (
    <DoorLayout title={t('account.reset.new')} lede={t('account.reset.new.lede')}>
      <Form action={path} state={form} submit={t('account.reset.save')}>
        <TextField
          name="password"
          type="password"
          label={t('account.password.new')}
          hint={t('account.password.hint')}
          state={form}
          autocomplete="new-password"
          maxLength={128}
          required
        />
      </Form>
    </DoorLayout>
  )
}
