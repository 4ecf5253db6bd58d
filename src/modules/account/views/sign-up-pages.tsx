import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { locales } from '#kernel/locale.ts'
import { leading } from '#modules/account/next.ts'
import { Carried } from '#modules/account/views/carried.tsx'
import { DoorLayout } from '#modules/account/views/door-layout.tsx'
import { inLanguage, type Network } from '#modules/network/index.ts'
import { Form, Select, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { languageNames } from '#ui/layout.tsx'

export function SignUpPage({ form }: { form: FormState }) {
  const { t, locale } = useFrame().i18n
  return (
    <DoorLayout title={t('account.sign-up.title')} lede={t('account.sign-up.lede')}>
      <Form action={href('signUp', { locale })} state={form} submit={t('account.sign-up.submit')}>
        <TextField
          name="name"
          label={t('account.name')}
          hint={t('account.name.hint')}
          state={form}
          autocomplete="name"
          maxLength={200}
          required
        />
        <TextField
          name="email"
          type="email"
          label={t('account.email')}
          state={form}
          autocomplete="username"
          maxLength={254}
          required
        />
        <TextField
          name="password"
          type="password"
          label={t('account.password')}
          hint={t('account.password.hint')}
          state={form}
          autocomplete="new-password"
          maxLength={128}
          required
        />
        <Select
          name="locale"
          label={t('account.language')}
          state={form}
          choices={locales.map(value => ({ value, label: languageNames[value] }))}
          required
        />
        <Carried form={form} name="next" />
      </Form>
      <p>
        {t('account.sign-up.have')}{' '}
        <a href={href('signIn', { locale }, leading(form.values.next?.[0]))}>{t('account.sign-in.title')}</a>
      </p>
    </DoorLayout>
  )
}

/** Where no network takes in whoever asks: by whom one is invited. */
export function SignUpClosedPage({ networks, next }: { networks: Network[]; next: string | undefined }) {
  const { t, locale } = useFrame().i18n
  return (
    <DoorLayout title={t('account.closed.title')} lede={t('account.closed.text')}>
      {networks.length > 0 && (
        <>
          <p>{t('account.closed.networks')}</p>
          <ul>
            {networks.map(network => {
              const name = inLanguage(network.name, locale, network.locale)
              return (
                <li key={network.slug} lang={name.locale}>
                  <a href={href('network', { locale, network: network.slug })}>{name.text}</a>
                </li>
              )
            })}
          </ul>
        </>
      )}
      <p class="buttons">
        <a class="button quiet" href={href('signIn', { locale }, leading(next))}>
          {t('account.back-to-sign-in')}
        </a>
      </p>
    </DoorLayout>
  )
}
