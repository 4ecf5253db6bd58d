import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { leading } from '#modules/account/next.ts'
import { Carried } from '#modules/account/views/carried.tsx'
import { DoorLayout } from '#modules/account/views/door-layout.tsx'
import { Checkbox, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** The second factor, after the first was shown. */
export function CodePage({ form }: { form: FormState }) {
  const { t, locale } = useFrame().i18n
  return (
    <DoorLayout title={t('account.code.title')} lede={t('account.code.lede')}>
      <Form action={href('signInCode', { locale })} state={form} submit={t('account.sign-in.submit')}>
        <TextField
          name="code"
          label={t('account.code.field')}
          hint={t('account.code.hint')}
          state={{ ...form, values: {} }}
          autocomplete="one-time-code"
          maxLength={40}
          autofocus
          required
        />
        <Checkbox name="trust" label={t('account.code.trust')} state={form} />
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
