import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import type { Organisation } from '#modules/network/organisations.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { countriesByName } from '#reference/countries.ts'
import { Form, Select, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

export function OrganisationForm(props: {
  network: Network
  organisation: Organisation | null
  form: FormState
}) {
  const { network, organisation, form } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  const title = organisation ? t('organisation.change') : t('organisations.add')
  return (
    <NetworkLayout of={network} title={title} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('organisations', here)}>{t('organisations.name')}</a>
          {organisation && (
            <>
              {' › '}
              <a href={href('organisation', { ...here, organisation: organisation.id })}>
                {organisation.name}
              </a>
            </>
          )}
        </p>
        <h1>{title}</h1>
        <Form
          action={
            organisation
              ? href('organisationDetails', { ...here, organisation: organisation.id })
              : href('organisations', here)
          }
          state={form}
          submit={organisation ? t('form.save') : t('organisations.add')}
        >
          <TextField
            name="name"
            label={t('organisation.name')}
            state={form}
            maxLength={200}
            autocomplete="off"
            required
          />
          <Select
            name="country"
            label={t('organisation.country')}
            state={form}
            choices={[
              { value: '', label: t('organisation.country.none') },
              ...countriesByName(locale).map(({ code, name }) => ({ value: code, label: name })),
            ]}
          />
          <TextField
            name="website"
            label={t('organisation.website')}
            state={form}
            inputmode="url"
            maxLength={500}
            autocomplete="off"
          />
        </Form>
      </div>
    </NetworkLayout>
  )
}
