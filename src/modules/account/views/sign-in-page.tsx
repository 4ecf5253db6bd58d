import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { landing, leading } from '#modules/account/next.ts'
import { Carried } from '#modules/account/views/carried.tsx'
import { DoorLayout } from '#modules/account/views/door-layout.tsx'
import { Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { PasskeyButton } from '#ui/passkey-button.tsx'

export function SignInPage(props: {
  form: FormState
  /** Name of the provider of identities, where there is one. */
  openId: string | null
  /** What went wrong before. */
  problem: string | null
}) {
  const { form, openId, problem } = props
  const { i18n, viewer } = useFrame()
  const { t, locale } = i18n
  const next = leading(form.values.next?.[0])
  return (
    <DoorLayout title={t('account.sign-in.title')} scripts={['wake.js']}>
      {problem && (
        <p class="notice" role="alert">
          {problem}
        </p>
      )}
      {viewer && !problem && <p class="notice">{t('account.sign-in.already', { name: viewer.name })}</p>}
      <Form action={href('signIn', { locale })} state={form} submit={t('account.sign-in.submit')}>
        <TextField
          name="email"
          type="email"
          label={t('account.email')}
          state={form}
          autocomplete="username webauthn"
          maxLength={254}
          required
        />
        <TextField
          name="password"
          type="password"
          label={t('account.password')}
          state={form}
          autocomplete="current-password"
          maxLength={128}
          required
        />
        <Carried form={form} name="next" />
      </Form>
      <p>
        <a href={href('passwordReset', { locale }, next)}>{t('account.sign-in.forgotten')}</a>
      </p>
      <section class="ways">
        <h2>{t('account.sign-in.other')}</h2>
        <div class="buttons">
          <a class="button quiet" href={href('magicLink', { locale }, next)}>
            {t('account.sign-in.link')}
          </a>
          <PasskeyButton kind="sign-in" next={landing(form.values.next?.[0], locale)} />
          {openId && (
            <form method="post" action={href('signInProvider', { locale })}>
              <Carried form={form} name="next" />
              <button type="submit" class="button quiet">
                {t('account.sign-in.provider', { name: openId })}
              </button>
            </form>
          )}
        </div>
      </section>
      <p>
        {t('account.sign-in.none')}{' '}
        <a href={href('signUp', { locale }, next)}>{t('account.sign-up.title')}</a>
      </p>
    </DoorLayout>
  )
}
