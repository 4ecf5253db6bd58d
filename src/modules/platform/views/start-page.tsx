import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { locales } from '#kernel/locale.ts'
import { timeZones } from '#kernel/time-zone.ts'
import type { I18n } from '#platform/i18n/i18n.ts'
import { Choices, Form, Select, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { Layout, languageNames } from '#ui/layout.tsx'

/** One page from a demonstration to a platform of one's own. */
export function StartPage({ form }: { form: FormState }) {
  const { t, locale } = useFrame().i18n
  return (
    <Layout title={t('start.title')} noIndex>
      <header>
        <h1>{t('start.title')}</h1>
        <p class="lede">{t('start.lede')}</p>
      </header>
      <Form action={href('start', { locale })} state={form} submit={t('start.submit')}>
        <TextField
          name="code"
          label={t('start.code')}
          hint={t('start.code.hint')}
          state={form}
          autocomplete="off"
          required
        />
        <h2>{t('start.you')}</h2>
        <TextField
          name="name"
          label={t('start.name')}
          state={form}
          autocomplete="name"
          maxLength={200}
          required
        />
        <TextField
          name="email"
          type="email"
          label={t('start.email')}
          state={form}
          autocomplete="email"
          required
        />
        <TextField
          name="password"
          type="password"
          label={t('start.password')}
          hint={t('start.password.hint')}
          state={form}
          autocomplete="new-password"
          maxLength={128}
          required
        />
        <h2>{t('start.network')}</h2>
        {networkFields(t, form, 'networkName')}
        <Choices
          name="demonstration"
          label={t('start.demonstration')}
          state={form}
          choices={[
            { value: 'erase', label: t('start.erase'), hint: t('start.erase.hint') },
            { value: 'keep', label: t('start.keep'), hint: t('start.keep.hint') },
          ]}
          required
        />
      </Form>
    </Layout>
  )
}

/** What every network is founded with, as fields of the form around: it calls them by name when one is wrong. */
export function networkFields(t: I18n['t'], form: FormState, nameField: string) {
  return (
    <>
      <TextField name={nameField} label={t('start.network-name')} state={form} maxLength={120} required />
      <TextField
        name="slug"
        label={t('start.slug')}
        hint={t('start.slug.hint')}
        state={form}
        maxLength={63}
        autocomplete="off"
        required
      />
      <Choices
        name="visibility"
        label={t('start.visibility')}
        state={form}
        choices={[
          { value: 'private', label: t('start.private'), hint: t('start.private.hint') },
          { value: 'public', label: t('start.public'), hint: t('start.public.hint') },
        ]}
        required
      />
      <Select
        name="locale"
        label={t('start.locale')}
        state={form}
        choices={locales.map(value => ({ value, label: languageNames[value] }))}
        required
      />
      <TextField
        name="timeZone"
        label={t('start.time-zone')}
        state={form}
        list={timeZones()}
        autocomplete="off"
        required
      />
    </>
  )
}
