import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import type { Network } from '#modules/network/networks.ts'
import type { Organisation, OrganisationName } from '#modules/network/organisations/organisations.ts'
import { showcaseFields, showcaseStates } from '#modules/network/organisations/showcase-input.ts'
import type { Showcase } from '#modules/network/organisations/showcases.ts'
import { shownNames, stateHints, stateNames } from '#modules/network/organisations/words.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { ActionButton, Choices, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

interface ShowcaseFormProps {
  network: Network
  organisation: Organisation
  showcase: Showcase
  contacts: OrganisationName[]
  form: FormState
}

export function ShowcaseFormPage(props: ShowcaseFormProps) {
  const { network, organisation } = props
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, organisation: organisation.id }
  // Of two forms on the page, each shows what is wrong with it.
  const { picture, ...errors } = props.form.errors
  const form: FormState = { values: props.form.values, errors }
  return (
    <NetworkLayout of={network} title={t('showcase.of', { name: organisation.name })} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('organisations', here)}>{t('organisations.name')}</a>
          {' › '}
          <a href={href('organisation', here)}>{organisation.name}</a>
        </p>
        <h1>{t('showcase.of', { name: organisation.name })}</h1>
        <p class="lede">{t('showcase.lede')}</p>
        <Form action={href('showcaseDetails', here)} state={form} submit={t('form.save')}>
          <Choices
            name="state"
            label={t('showcase.state')}
            state={form}
            choices={showcaseStates
              .filter(state => state !== 'public' || network.visibility === 'public')
              .map(state => ({ value: state, label: t(stateNames[state]), hint: t(stateHints[state]) }))}
            required
          />
          <Texts form={form} />
          <fieldset class="group">
            <legend>{t('showcase.shown')}</legend>
            <Choices
              name="shown"
              label={t('showcase.shown.fields')}
              hint={t('showcase.shown.hint')}
              state={form}
              choices={showcaseFields.map(field => ({ value: field, label: t(shownNames[field]) }))}
              several
            />
            <Reached {...props} form={form} />
          </fieldset>
        </Form>
      </div>
      <Picture {...props} error={picture} />
    </NetworkLayout>
  )
}

function Texts({ form }: { form: FormState }) {
  const { t } = useFrame().i18n
  return (
    <fieldset class="group">
      <legend>{t('showcase.texts')}</legend>
      <TextArea
        name="about"
        label={t('showcase.about')}
        hint={t('showcase.about.hint')}
        state={form}
        rows={10}
        maxLength={20_000}
      />
      <TextArea
        name="offers"
        label={t('showcase.offers')}
        hint={t('showcase.lines.hint')}
        state={form}
        rows={4}
        maxLength={4_000}
      />
      <TextArea
        name="seeks"
        label={t('showcase.seeks')}
        hint={t('showcase.lines.hint')}
        state={form}
        rows={4}
        maxLength={4_000}
      />
      <TextArea
        name="links"
        label={t('showcase.links')}
        hint={t('showcase.links.hint')}
        state={form}
        rows={3}
        maxLength={5_000}
      />
    </fieldset>
  )
}

function Reached({ form, contacts }: ShowcaseFormProps) {
  const { t } = useFrame().i18n
  return (
    <>
      <Select
        name="contact-person"
        label={t('showcase.contact.person')}
        hint={t('showcase.contact.hint')}
        state={form}
        choices={[
          { value: '', label: t('showcase.contact.nobody') },
          ...contacts.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <TextField
        name="contact-email"
        label={t('showcase.contact.email')}
        hint={t('showcase.contact.email.hint')}
        state={form}
        type="email"
        maxLength={254}
        autocomplete="off"
      />
      <TextField
        name="contact-phone"
        label={t('showcase.contact.phone')}
        state={form}
        maxLength={40}
        autocomplete="off"
      />
      <TextField
        name="picture-text"
        label={t('showcase.picture.text')}
        hint={t('showcase.picture.text.hint')}
        state={form}
        maxLength={300}
        autocomplete="off"
      />
    </>
  )
}

function Picture({
  network,
  organisation,
  showcase,
  error,
}: ShowcaseFormProps & { error?: string | undefined }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug, organisation: organisation.id }
  const state: FormState = { values: {}, errors: error ? { picture: error } : {} }
  const version = new URLSearchParams({ v: showcase.pictureFileId?.slice(-12) ?? '' })
  return (
    <section>
      <h2>{t('showcase.picture')}</h2>
      {showcase.pictureFileId && (
        <p>
          <img class="logo-shown" src={href('showcasePicture', here, version)} alt={showcase.pictureText} />
        </p>
      )}
      <Form
        action={href('showcasePicture', here)}
        state={state}
        submit={t('showcase.picture.submit')}
        multipart
      >
        <div class="field" data-wrong={error ? true : undefined}>
          <label for="field-picture">{t('showcase.picture.file')}</label>
          <small class="hint" id="field-picture-hint">
            {t('showcase.picture.hint')}
          </small>
          <input
            id="field-picture"
            name="picture"
            type="file"
            accept="image/png,image/jpeg,image/webp"
            aria-describedby="field-picture-hint"
            required
          />
        </div>
      </Form>
      {showcase.pictureFileId && (
        <ActionButton
          action={href('showcasePictureRemoval', here)}
          label={t('showcase.picture.remove')}
          danger
        />
      )}
    </section>
  )
}
