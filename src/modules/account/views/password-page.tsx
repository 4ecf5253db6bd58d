import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { AccountLayout } from '#modules/account/views/account-layout.tsx'
import { Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export function PasswordPage({ form, hasPassword }: { form: FormState; hasPassword: boolean }) {
  const { t, locale } = useFrame().i18n
  const title = t(hasPassword ? 'account.password.change' : 'account.password.choose')
  return (
    <AccountLayout title={title} room="accountSecurity" lede={t('account.password.lede')}>
      <Form action={href('accountPassword', { locale })} state={form} submit={t('account.reset.save')}>
        {hasPassword && (
          <TextField
            name="current"
            type="password"
            label={t('account.password.current')}
            state={form}
            autocomplete="current-password"
            maxLength={128}
            required
          />
        )}
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
    </AccountLayout>
  )
}
