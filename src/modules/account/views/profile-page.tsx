import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { locales } from '#kernel/locale.ts'
import { timeZones } from '#kernel/time-zone.ts'
import { AccountLayout, InventedNote } from '#modules/account/views/account-layout.tsx'
import type { Viewer } from '#platform/auth/viewer.ts'
import { Form, Select, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { languageNames } from '#ui/layout.tsx'

export function ProfilePage(props: {
  owner: Viewer
  hasPassword: boolean
  profile: FormState
  address: FormState
}) {
  const { owner, hasPassword, profile, address } = props
  const { t, locale } = useFrame().i18n
  if (owner.demonstration) {
    return (
      <AccountLayout title={t('account.profile')} room="account">
        <InventedNote />
      </AccountLayout>
    )
  }
  return (
    <AccountLayout title={t('account.profile')} room="account">
      <Form action={href('account', { locale })} state={profile} submit={t('account.save')}>
        <TextField
          name="name"
          label={t('account.name')}
          state={profile}
          autocomplete="name"
          maxLength={200}
          required
        />
        <Select
          name="locale"
          label={t('account.language')}
          state={profile}
          choices={locales.map(value => ({ value, label: languageNames[value] }))}
          required
        />
        <TextField
          name="timeZone"
          label={t('account.time-zone')}
          hint={t('account.time-zone.hint')}
          state={profile}
          list={timeZones()}
          maxLength={60}
          required
        />
      </Form>
      <section>
        <h2>{t('account.address')}</h2>
        <p>{t('account.address.now', { email: owner.email })}</p>
        <Form
          action={href('accountAddress', { locale })}
          state={address}
          submit={t('account.address.change')}
        >
          <TextField
            name="email"
            type="email"
            label={t('account.address.new')}
            hint={t('account.address.hint')}
            state={address}
            autocomplete="email"
            maxLength={254}
            required
          />
          {hasPassword && (
            <TextField
              name="password"
              type="password"
              label={t('account.password.current')}
              state={address}
              autocomplete="current-password"
              maxLength={128}
              required
            />
          )}
        </Form>
      </section>
    </AccountLayout>
  )
}
