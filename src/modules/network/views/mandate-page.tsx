import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Mandate } from '#modules/network/mandates.ts'
import type { Network } from '#modules/network/networks.ts'
import type { Person } from '#modules/network/people.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { roleChoices } from '#modules/network/views/role-names.ts'
import { ActionButton, Choices, Form, Select, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface MandatePageProps {
  network: Network
  person: Person
  /** The one that is changed; null for one to give. */
  mandate: Mandate | null
  organisations: { id: string; name: string }[]
  form: FormState
  /** Of the form that ends the mandate. */
  ending?: FormState | undefined
}

export function MandatePage({ network, person, mandate, organisations, form, ending }: MandatePageProps) {
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug, person: person.id }
  const title = mandate ? t('mandate.change.title') : t('mandate.give')
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('members', here)}>{t('members.name')}</a>
          {' › '}
          <a href={href('person', here)}>{person.name}</a>
        </p>
        <h1>{title}</h1>
        <Form
          action={mandate ? href('mandate', { ...here, mandate: mandate.id }) : href('mandates', here)}
          state={form}
          submit={mandate ? t('form.save') : t('mandate.give')}
        >
          <Choices name="role" label={t('mandate.role')} state={form} choices={roleChoices(i18n)} required />
          <OrganisationSelect state={form} organisations={organisations} />
          <TextField
            name="title"
            label={t('mandate.title')}
            state={form}
            maxLength={200}
            hint={t('mandate.title.hint')}
          />
          <TextField
            name="from"
            label={t('mandate.from')}
            state={form}
            type="date"
            hint={t('mandate.from.hint')}
          />
          <TextField
            name="until"
            label={t('mandate.until')}
            state={form}
            type="date"
            hint={t('mandate.until.hint')}
          />
        </Form>
      </div>
      {mandate && <Ending here={{ ...here, mandate: mandate.id }} form={ending} />}
    </NetworkLayout>
  )
}

export function OrganisationSelect(props: {
  state: FormState
  organisations: { id: string; name: string }[]
}) {
  const { t } = useFrame().i18n
  return (
    <Select
      name="organisation"
      label={t('mandate.organisation')}
      state={props.state}
      hint={t('mandate.organisation.hint')}
      choices={[
        { value: '', label: t('mandate.organisation.none') },
        ...props.organisations.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  )
}

function Ending({
  here,
  form,
}: {
  here: Parameters<typeof href<'mandateEnd'>>[1]
  form: FormState | undefined
}) {
  const { t } = useFrame().i18n
  return (
    <>
      <section>
        <h2>{t('mandate.end')}</h2>
        <p>{t('mandate.end.text')}</p>
        <Form action={href('mandateEnd', here)} state={form} submit={t('mandate.end.submit')}>
          <TextField name="last-day" label={t('mandate.end.day')} state={form} type="date" required />
        </Form>
        <ActionButton
          action={href('mandateEnd', here)}
          label={t('mandate.end.now')}
          fields={{ 'last-day': 'now' }}
          danger
        />
      </section>
      <section>
        <h2>{t('mandate.remove')}</h2>
        <p>{t('mandate.remove.text')}</p>
        <ActionButton action={href('mandateRemoval', here)} label={t('mandate.remove.submit')} danger />
      </section>
    </>
  )
}
