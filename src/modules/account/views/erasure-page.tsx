import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Locale } from '#kernel/locale.ts'
import { AccountLayout, InventedNote } from '#modules/account/views/account-layout.tsx'
import { Checkbox, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What goes, what stays and why, before the one button that cannot be undone. */
export function ErasurePage(props: {
  form: FormState
  hasPassword: boolean
  /** Networks that nobody else administers. */
  last: { slug: string; name: { text: string; locale: Locale } }[]
  demonstration: boolean
}) {
  const { form, hasPassword, last, demonstration } = props
  const { t, locale } = useFrame().i18n
  return (
    <AccountLayout title={t('account.erasure')} room="accountData">
      <h2>{t('account.erasure.goes')}</h2>
      <ul>
        <li>{t('account.erasure.goes.account')}</li>
        <li>{t('account.erasure.goes.mail')}</li>
        <li>{t('account.erasure.goes.places')}</li>
        <li>{t('account.erasure.goes.keys')}</li>
      </ul>
      <h2>{t('account.erasure.stays')}</h2>
      <ul>
        <li>{t('account.erasure.stays.work')}</li>
        <li>{t('account.erasure.stays.files')}</li>
        <li>{t('account.erasure.stays.log')}</li>
        <li>{t('account.erasure.stays.backups')}</li>
      </ul>
      {demonstration ? (
        <InventedNote />
      ) : last.length > 0 ? (
        <div class="notice">
          <p>{t('account.erasure.last')}</p>
          <ul>
            {last.map(({ slug, name }) => (
              <li key={slug} lang={name.locale}>
                <a href={href('network', { locale, network: slug })}>{name.text}</a>
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <Form
          action={href('accountErasure', { locale })}
          state={form}
          submit={t('account.erasure.submit')}
          danger
        >
          {hasPassword && (
            <TextField
              name="password"
              type="password"
              label={t('account.password.current')}
              state={form}
              autocomplete="current-password"
              maxLength={128}
              required
            />
          )}
          <Checkbox name="sure" label={t('account.erasure.sure')} state={form} required />
        </Form>
      )}
    </AccountLayout>
  )
}
