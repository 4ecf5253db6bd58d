import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { AccountLayout } from '#modules/account/views/account-layout.tsx'
import { Carried } from '#modules/account/views/carried.tsx'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Where the link sent to a new address leads. */
export function AddressPage({ form, email }: { form: FormState; email: string | null }) {
  const { t, locale } = useFrame().i18n
  return (
    <AccountLayout title={t('account.address.confirm')} room="account">
      {email && <p>{t('account.address.confirm.text', { email })}</p>}
      <Form
        action={href('accountAddressConfirmation', { locale })}
        state={form}
        submit={t('account.address.confirm.submit')}
      >
        <Carried form={form} name="token" />
      </Form>
    </AccountLayout>
  )
}
