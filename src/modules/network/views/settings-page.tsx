import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { locales } from '#kernel/locale.ts'
import { accentFor } from '#modules/network/colour.ts'
import { inLanguage, type Network } from '#modules/network/networks.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import type { FileUsage } from '#platform/files/files.ts'
import { defaultLimits } from '#platform/files/receiving.ts'
import type { Storage } from '#platform/files/storage.ts'
import { ActionButton, Checkbox, Choices, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { languageNames } from '#ui/layout.tsx'
import { size } from '#ui/size.ts'

/** What the installation does for the network: whoever runs it decides, here it is read. */
interface InstallationServices {
  /** Null: no mail leaves. */
  mailFrom: string | null
  storage: Storage['kind']
  files: FileUsage
}

export function SettingsPage(props: { network: Network; form: FormState; services: InstallationServices }) {
  const { network, form, services } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  // Of several forms on the page, each shows what is wrong with it.
  const { logo, ...errors } = form.errors
  const state = { values: form.values, errors }
  return (
    <NetworkLayout of={network} title={t('settings.name')} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('administration', here)}>{t('administration.name')}</a>
        </p>
        <h1>{t('settings.name')}</h1>
        <Form action={href('settings', here)} state={state} submit={t('form.save')}>
          <Texts network={network} state={state} />
          <Languages state={state} />
          <Doors network={network} state={state} />
          <Colour network={network} state={state} />
        </Form>
      </div>
      <Sign network={network} error={logo} />
      <section>
        <h2>{t('settings.visibility')}</h2>
        <p>
          {network.visibility === 'public'
            ? t('settings.visibility.public')
            : t('settings.visibility.private')}
        </p>
        <p class="buttons">
          <a class="button quiet" href={href('settingsVisibility', here)}>
            {network.visibility === 'public' ? t('settings.visibility.close') : t('settings.visibility.open')}
          </a>
        </p>
      </section>
      <MailAndFiles network={network} services={services} />
    </NetworkLayout>
  )
}

function Texts({ network, state }: { network: Network; state: FormState }) {
  const { t } = useFrame().i18n
  const offered = [...new Set([...network.languages, ...locales])]
  return (
    <fieldset class="group">
      <legend>{t('settings.texts')}</legend>
      {offered.map(locale => (
        <details
          key={locale}
          class="language"
          open={
            locale === network.locale ||
            [`name-${locale}`, `summary-${locale}`].some(name => state.errors[name])
          }
        >
          <summary>
            {languageNames[locale]} <small lang={locale}>{state.values[`name-${locale}`]?.[0]}</small>
          </summary>
          <TextField
            name={`name-${locale}`}
            label={t('settings.network-name')}
            state={state}
            maxLength={120}
            required={locale === network.locale}
          />
          <TextArea
            name={`summary-${locale}`}
            label={t('settings.summary')}
            state={state}
            maxLength={600}
            rows={3}
          />
        </details>
      ))}
    </fieldset>
  )
}

function Languages({ state }: { state: FormState }) {
  const { t } = useFrame().i18n
  const choices = locales.map(value => ({ value, label: languageNames[value] }))
  return (
    <fieldset class="group">
      <legend>{t('settings.place')}</legend>
      <Choices
        name="languages"
        label={t('settings.languages')}
        hint={t('settings.languages.hint')}
        state={state}
        choices={choices}
        several
        required
      />
      <Select
        name="locale"
        label={t('settings.locale')}
        hint={t('settings.locale.hint')}
        state={state}
        choices={choices}
        required
      />
      <TextField
        name="time-zone"
        label={t('settings.time-zone')}
        hint={t('settings.time-zone.hint')}
        state={state}
        list={Intl.supportedValuesOf('timeZone')}
        autocomplete="off"
        required
      />
      <TextField
        name="contact-email"
        label={t('settings.contact')}
        hint={t('settings.contact.hint')}
        state={state}
        type="email"
        maxLength={254}
        autocomplete="off"
      />
    </fieldset>
  )
}

function Doors({ network, state }: { network: Network; state: FormState }) {
  const { t } = useFrame().i18n
  return (
    <fieldset class="group">
      <legend>{t('settings.doors')}</legend>
      {network.visibility === 'private' && <p class="notice">{t('settings.doors.private')}</p>}
      <Choices
        name="sign-up"
        label={t('settings.sign-up')}
        state={state}
        choices={[
          {
            value: 'invitation',
            label: t('settings.sign-up.invitation'),
            hint: t('settings.sign-up.invitation.hint'),
          },
          {
            value: 'request',
            label: t('settings.sign-up.request'),
            hint: t('settings.sign-up.request.hint'),
          },
          { value: 'open', label: t('settings.sign-up.open'), hint: t('settings.sign-up.open.hint') },
        ]}
        required
      />
      <TextArea
        name="sign-up-domains"
        label={t('settings.domains')}
        hint={t('settings.domains.hint')}
        state={state}
        rows={2}
        maxLength={2000}
      />
    </fieldset>
  )
}

function Colour({ network, state }: { network: Network; state: FormState }) {
  const { t, number } = useFrame().i18n
  const accent = network.accent ? accentFor(network.accent) : null
  return (
    <fieldset class="group">
      <legend>{t('settings.colour')}</legend>
      <Checkbox name="coloured" label={t('settings.coloured')} state={state} />
      <TextField
        name="accent"
        label={t('settings.accent')}
        hint={t('settings.accent.hint')}
        state={state}
        type="color"
      />
      {accent && (
        <p>
          {t('settings.accent.contrast', { contrast: number(Math.floor(accent.light.contrast * 10) / 10) })}{' '}
          {accent.dark.reads
            ? t('settings.accent.same')
            : t('settings.accent.dark', { colour: accent.dark.colour })}
        </p>
      )}
    </fieldset>
  )
}

function Sign({ network, error }: { network: Network; error: string | undefined }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const version = new URLSearchParams({ v: network.logoFileId?.slice(-12) ?? '' })
  const state: FormState = { values: {}, errors: error ? { logo: error } : {} }
  return (
    <section>
      <h2>{t('settings.logo')}</h2>
      {network.logoFileId && (
        <p>
          <img
            class="logo-shown"
            src={href('logo', here, version)}
            alt={t('settings.logo.alt', { network: inLanguage(network.name, locale, network.locale).text })}
          />
        </p>
      )}
      <Form action={href('settingsLogo', here)} state={state} submit={t('settings.logo.submit')} multipart>
        <div class="field" data-wrong={error ? true : undefined}>
          <label for="field-logo">{t('settings.logo.file')}</label>
          <small class="hint" id="field-logo-hint">
            {t('settings.logo.hint')}
          </small>
          <input
            id="field-logo"
            name="logo"
            type="file"
            accept="image/png,image/jpeg,image/webp"
            aria-describedby="field-logo-hint"
            required
          />
        </div>
      </Form>
      {network.logoFileId && (
        <ActionButton action={href('settingsLogoRemoval', here)} label={t('settings.logo.remove')} danger />
      )}
    </section>
  )
}

function MailAndFiles({ network, services }: { network: Network; services: InstallationServices }) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  const allowed = defaultLimits.networkBytes
  const room = { used: size(i18n, services.files.bytes), allowed: size(i18n, allowed) }
  return (
    <section>
      <h2>{t('settings.services')}</h2>
      <dl class="known">
        <dt>{t('health.mail')}</dt>
        <dd>
          {services.mailFrom === null
            ? t('settings.services.outbox')
            : t('settings.services.mail', { address: services.mailFrom })}{' '}
          <a href={href('mail', here)}>{t('settings.services.messages')}</a>
        </dd>
        <dt>{t('health.storage')}</dt>
        <dd>
          {t('files.room', room)},{' '}
          {t(services.storage === 's3' ? 'health.storage.s3' : 'health.storage.local')}.{' '}
          <a href={href('files', here)}>{t('settings.services.files')}</a>
        </dd>
      </dl>
      <p>
        <small>{t('settings.services.hint')}</small>
      </p>
    </section>
  )
}
