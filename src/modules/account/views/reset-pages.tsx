import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { leading } from '#modules/account/next.ts'
import { Carried } from '#modules/account/views/carried.tsx'
import { DoorLayout } from '#modules/account/views/door-layout.tsx'
import { Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export function ResetPage({ form }: { form: FormState }) {
  const { t, locale } = useFrame().i18n
  return (
    <DoorLayout title={t('account.reset.title')} lede={t('account.reset.lede')}>
      <Form action={href('passwordReset', { locale })} state={form} submit={t('account.reset.submit')}>
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
      <p>
        <a href={href('signIn', { locale }, leading(form.values.next?.[0]))}>
          {t('account.back-to-sign-in')}
        </a>
      </p>
    </DoorLayout>
  )
}

/** Said whether or not there is an account. */
export function ResetSentPage() {
  const { t, locale } = useFrame().i18n
  return (
    <DoorLayout title={t('account.sent.title')} lede={t('account.reset.sent')}>
      <p>{t('account.sent.nothing')}</p>
      <p class="buttons">
        <a class="button quiet" href={href('passwordReset', { locale })}>
          {t('account.sent.again')}
        </a>
      </p>
    </DoorLayout>
  )
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
