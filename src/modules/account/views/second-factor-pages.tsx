import { encode } from 'uqr'
import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { AccountLayout } from '#modules/account/views/account-layout.tsx'
import { Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export function SecondFactorPage(props: { form: FormState; hasPassword: boolean; on: boolean }) {
  const { form, hasPassword, on } = props
  const { t, locale } = useFrame().i18n
  const password = (name: string) =>
    hasPassword && (
      <TextField
        name={name}
        type="password"
        label={t('account.password.current')}
        state={form}
        autocomplete="current-password"
        maxLength={128}
        required
      />
    )
  const problem = hasPassword ? undefined : form
  if (!on) {
    return (
      <AccountLayout title={t('account.second')} room="accountSecurity" lede={t('account.second.lede')}>
        <Form action={href('secondFactor', { locale })} state={form} submit={t('account.second.set-up')}>
          {password('password')}
        </Form>
      </AccountLayout>
    )
  }
  return (
    <AccountLayout title={t('account.second')} room="accountSecurity" lede={t('account.second.on')}>
      <section>
        <h2>{t('account.codes.new')}</h2>
        <p>{t('account.codes.new.text')}</p>
        <Form
          action={href('recoveryCodes', { locale })}
          state={form.errors.codesPassword ? form : problem}
          submit={t('account.codes.new')}
        >
          {password('codesPassword')}
        </Form>
      </section>
      <section>
        <h2>{t('account.second.remove')}</h2>
        <p>{t('account.second.remove.text')}</p>
        <Form
          action={href('secondFactorRemoval', { locale })}
          state={form.errors.password ? form : problem}
          submit={t('account.second.remove')}
          danger
        >
          {password('password')}
        </Form>
      </section>
    </AccountLayout>
  )
}

/** The secret as a picture and in writing, and the code that shows that the app has it. */
export function SecondFactorSetUpPage({ form, uri }: { form: FormState; uri: string }) {
  const { t, locale } = useFrame().i18n
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  return (
    <AccountLayout title={t('account.second.set-up')} room="accountSecurity">
      <ol class="steps">
        <li>
          <p>{t('account.second.scan')}</p>
          <QrCode text={uri} label={t('account.second.picture')} />
          <p>
            <a href={uri}>{t('account.second.open')}</a>
          </p>
          <p>{t('account.second.by-hand')}</p>
          <p>
            <code class="secret">{secret.match(/.{1,4}/g)?.join(' ')}</code>
          </p>
        </li>
        <li>
          <p>{t('account.second.then')}</p>
          <Form
            action={href('secondFactorConfirmation', { locale })}
            state={form}
            submit={t('account.second.confirm')}
          >
            <TextField
              name="code"
              label={t('account.second.code')}
              state={{ ...form, values: {} }}
              autocomplete="one-time-code"
              inputmode="numeric"
              maxLength={10}
              required
            />
            <input type="hidden" name="uri" value={uri} />
          </Form>
        </li>
      </ol>
    </AccountLayout>
  )
}

/** Shown once, to be written down. */
export function RecoveryCodesPage({ codes, first }: { codes: string[]; first: boolean }) {
  const { t, locale } = useFrame().i18n
  return (
    <AccountLayout title={t('account.codes')} room="accountSecurity" lede={t('account.codes.lede')}>
      {first && (
        <p class="done" role="status">
          {t('done.two-factor-on')}
        </p>
      )}
      <ul class="codes">
        {codes.map(code => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p class="buttons">
        <a class="button" href={href('accountSecurity', { locale })}>
          {t('account.codes.kept')}
        </a>
      </p>
    </AccountLayout>
  )
}

/** One path of squares: dark on light, whatever the colours of the page, so that every camera reads it. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 2 })
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={squares.join('')} fill="#000" />
    </svg>
  )
}
