import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { leading } from '#modules/account/next.ts'
import { Carried } from '#modules/account/views/carried.tsx'
import { DoorLayout } from '#modules/account/views/door-layout.tsx'
import { Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Asks for an address to which a link is sent: to come in, or to choose a new password. */
export function AskByMail(props: {
  route: 'magicLink' | 'passwordReset'
  title: string
  lede: string
  submit: string
  form: FormState
}) {
  const { form, route } = props
  const { t, locale } = useFrame().i18n
  return (
    <DoorLayout title={props.title} lede={props.lede}>
      <Form action={href(route, { locale })} state={form} submit={props.submit}>
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
export function SentByMail({ route, lede }: { route: 'magicLink' | 'passwordReset'; lede: string }) {
  const { t, locale } = useFrame().i18n
  return (
    <DoorLayout title={t('account.sent.title')} lede={lede}>
      <p>{t('account.sent.nothing')}</p>
      <p class="buttons">
        <a class="button quiet" href={href(route, { locale })}>
          {t('account.sent.again')}
        </a>
      </p>
    </DoorLayout>
  )
}
