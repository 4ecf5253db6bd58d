import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import { type EngagementWords, engagementName } from '#modules/network/organisations/engagement.ts'
import { identifierSchemes } from '#modules/network/organisations/identifiers.ts'
import { engagementLevels, organisationKinds, sizeClasses } from '#modules/network/organisations/input.ts'
import type { Organisation, OrganisationName } from '#modules/network/organisations/organisations.ts'
import { kindNames, schemeNames, sizeNames } from '#modules/network/organisations/words.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { countriesByName } from '#reference/countries.ts'
import { offeredSectors, sectorLabel } from '#reference/sectors.ts'
import { Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface OrganisationFormProps {
  network: Network
  organisation: Organisation | null
  /** Whether the reader says what it is in this network alone. */
  manages: boolean
  form: FormState
  words: EngagementWords
  /** Organisations of the network, for the one it belongs to. */
  choices: OrganisationName[]
  /** Names of the reader's other networks that it is in. */
  elsewhere: string[]
}

export function OrganisationForm(props: OrganisationFormProps) {
  const { network, organisation, manages, form, elsewhere } = props
  const { t, locale, list } = useFrame().i18n
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
        {organisation && (
          <p class="notice">
            {elsewhere.length > 0
              ? t('organisation.elsewhere', { networks: list(elsewhere), count: elsewhere.length })
              : t('organisation.shared')}
          </p>
        )}
        <Form
          action={
            organisation
              ? href('organisationDetails', { ...here, organisation: organisation.id })
              : href('organisations', here)
          }
          state={form}
          submit={organisation ? t('form.save') : t('organisations.add')}
        >
          <What {...props} />
          <Where form={form} />
          <Contact form={form} />
          {manages && <Here {...props} />}
        </Form>
      </div>
    </NetworkLayout>
  )
}

function What({ organisation, form, choices }: OrganisationFormProps) {
  const { t, locale } = useFrame().i18n
  // Sub-classes have their own name in French alone; a reader of another language writes their code.
  const sectors = offeredSectors().filter(code => locale === 'fr' || code.startsWith('isic4:'))
  return (
    <fieldset class="group">
      <legend>{t('organisation.what')}</legend>
      <TextField
        name="name"
        label={t('organisation.name')}
        state={form}
        maxLength={200}
        autocomplete="off"
        required
      />
      <Select
        name="kind"
        label={t('organisation.kind')}
        state={form}
        choices={[
          { value: '', label: t('organisation.unknown') },
          ...organisationKinds.map(kind => ({ value: kind, label: t(kindNames[kind]) })),
        ]}
      />
      <Select
        name="size-class"
        label={t('organisation.size')}
        state={form}
        choices={[
          { value: '', label: t('organisation.unknown') },
          ...sizeClasses.map(size => ({ value: size, label: t(sizeNames[size]) })),
        ]}
      />
      <TextField
        name="sector"
        label={t('organisation.sector')}
        hint={t('organisation.sector.hint')}
        state={form}
        maxLength={300}
        autocomplete="off"
        list={sectors.map(code => sectorLabel(code, locale))}
      />
      <TextField
        name="parent"
        label={t('organisation.parent')}
        hint={t('organisation.parent.hint')}
        state={form}
        maxLength={200}
        autocomplete="off"
        list={choices.filter(({ id }) => id !== organisation?.id).map(({ name }) => name)}
      />
    </fieldset>
  )
}

function Where({ form }: { form: FormState }) {
  const { t, locale } = useFrame().i18n
  return (
    <fieldset class="group">
      <legend>{t('organisation.where')}</legend>
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
        name="region"
        label={t('organisation.region')}
        hint={t('organisation.region.hint')}
        state={form}
        maxLength={200}
        autocomplete="address-level1"
      />
      <TextField
        name="town"
        label={t('organisation.town')}
        state={form}
        maxLength={200}
        autocomplete="address-level2"
      />
      <TextArea name="address" label={t('organisation.address')} state={form} maxLength={500} rows={2} />
      <TextField
        name="coordinates"
        label={t('organisation.coordinates')}
        hint={t('organisation.coordinates.hint')}
        state={form}
        maxLength={60}
        autocomplete="off"
      />
    </fieldset>
  )
}

function Contact({ form }: { form: FormState }) {
  const { t } = useFrame().i18n
  return (
    <fieldset class="group">
      <legend>{t('organisation.numbers')}</legend>
      <TextField
        name="website"
        label={t('organisation.website')}
        state={form}
        inputmode="url"
        maxLength={500}
        autocomplete="off"
      />
      <Numbers form={form} />
    </fieldset>
  )
}

/** A register and a number in each row, and always one that is still empty. */
function Numbers({ form }: { form: FormState }) {
  const { t } = useFrame().i18n
  const schemes = form.values.scheme ?? []
  const filled = (form.values.number ?? [])
    .map((value, index) => ({ scheme: schemes[index] ?? '', value }))
    .filter(({ value }) => value.trim() !== '')
  // The empty row is for the register that is usual and not yet there.
  const usual = (['siren', 'siret', 'vat'] as const).find(one => !filled.some(({ scheme }) => scheme === one))
  const rows = [...filled, { scheme: usual ?? 'other', value: '' }]
  const error = form.errors.number
  return (
    <fieldset class="field" id="field-number" data-wrong={error ? true : undefined}>
      <legend>{t('organisation.identifiers')}</legend>
      <small class="hint">{t('organisation.identifiers.hint')}</small>
      {error && (
        <p class="error" id="field-number-error">
          {error}
        </p>
      )}
      {rows.map(({ scheme, value }, index) => (
        <div key={`${index}`} class="number-row">
          <select name="scheme" aria-label={t('organisation.identifier.scheme')}>
            {identifierSchemes.map(one => (
              <option key={one} value={one} selected={one === scheme}>
                {t(schemeNames[one])}
              </option>
            ))}
          </select>
          <input
            name="number"
            type="text"
            value={value}
            maxLength={60}
            autocomplete="off"
            aria-label={t('organisation.identifier.value')}
            aria-describedby={error ? 'field-number-error' : undefined}
            aria-invalid={error ? 'true' : undefined}
          />
        </div>
      ))}
    </fieldset>
  )
}

function Here({ network, form, words }: OrganisationFormProps) {
  const { i18n } = useFrame()
  const { t } = i18n
  return (
    <fieldset class="group">
      <legend>{t('organisation.here')}</legend>
      <Select
        name="engagement"
        label={t('organisation.engagement')}
        state={form}
        choices={[
          { value: '', label: t('organisation.unknown') },
          ...engagementLevels.map(level => ({
            value: String(level),
            label: `${level} · ${engagementName(level, words, i18n, network.locale)}`,
          })),
        ]}
      />
      <TextField
        name="reference"
        label={t('organisation.reference')}
        hint={t('organisation.reference.hint')}
        state={form}
        maxLength={60}
        autocomplete="off"
      />
    </fieldset>
  )
}
