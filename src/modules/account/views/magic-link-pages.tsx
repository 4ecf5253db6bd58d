import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { leading } from '#modules/account/next.ts'
import { Carried } from '#modules/account/views/carried.tsx'
import { DoorLayout } from '#modules/account/views/door-layout.tsx'
import { Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export function MagicLinkPage({ form }: { form: FormState }) {
  const { t, locale } = useFrame().i18n
  return (
    <DoorLayout title={t('account.link.title')} lede={t('account.link.lede')}>
      <Form action={href('magicLink', { locale })} state={form} submit={t('account.link.submit')}>
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
export function LinkSentPage() {
  const { t, locale } = useFrame().i18n
  return (
    <DoorLayout title={t('account.sent.title')} lede={t('account.link.sent')}>
      <p>{t('account.sent.nothing')}</p>
      <p class="buttons">
        <a class="button quiet" href={href('magicLink', { locale })}>
          {t('account.sent.again')}
        </a>
      </p>
    </DoorLayout>
  )
}

/** Where the link of the mail leads: the button uses it up, not the look at the page. */
export function LinkTokenPage(props: { form: FormState; token: string; spent: boolean }) {
  const { t, locale } = useFrame().i18n
  if (props.spent) {
    return (
      <DoorLayout title={t('account.link.spent')} lede={t('account.link.spent.text')}>
        <p class="buttons">
          <a class="button" href={href('magicLink', { locale })}>
            {t('account.sent.again')}
          </a>
        </p>
      </DoorLayout>
    )
  }
  return (
    <DoorLayout title={t('account.link.ready')} lede={t('account.link.ready.text')}>
      <Form
        action={href('magicLinkToken', { locale, token: props.token })}
        submit={t('account.sign-in.submit')}
      >
        <Carried form={props.form} name="next" />
      </Form>
    </DoorLayout>
  )
}
