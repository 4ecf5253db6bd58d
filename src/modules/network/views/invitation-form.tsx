import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { locales } from '#kernel/locale.ts'
import type { Network } from '#modules/network/networks.ts'
import { OrganisationSelect } from '#modules/network/views/mandate-page.tsx'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { roleChoices } from '#modules/network/views/role-names.ts'
import { Choices, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { languageNames } from '#ui/layout.tsx'

export function InvitationForm(props: {
  network: Network
  organisations: { id: string; name: string }[]
  /** By the domain of the addresses, chosen in the form already. */
  proposed: { id: string; name: string } | null
  form: FormState
}) {
  const { network, organisations, proposed, form } = props
  const { i18n } = useFrame()
  const { t, locale } = i18n
  const here = { locale, network: network.slug }
  // The network's own languages first.
  const offered = [...new Set([...network.languages, ...locales])]
  return (
    <NetworkLayout of={network} title={t('invitations.new')} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('invitations', here)}>{t('invitations.name')}</a>
        </p>
        <h1>{t('invitations.new')}</h1>
        <p class="lede">{t('invitations.new.lede')}</p>
        <Form action={href('invitations', here)} state={form} submit={t('invitations.submit')}>
          <TextArea
            name="addresses"
            label={t('invitation.addresses')}
            state={form}
            hint={t('invitation.addresses.hint')}
            rows={4}
            maxLength={20_000}
            required
          />
          <Choices name="role" label={t('mandate.role')} state={form} choices={roleChoices(i18n)} required />
          {proposed && (
            <p class="notice">
              {t('invitation.proposed', { name: proposed.name })}
              <input type="hidden" name="proposed" value={proposed.id} />
            </p>
          )}
          <OrganisationSelect state={form} organisations={organisations} />
          <TextField
            name="title"
            label={t('mandate.title')}
            state={form}
            maxLength={200}
            hint={t('mandate.title.hint')}
          />
          <Select
            name="locale"
            label={t('invitation.locale')}
            state={form}
            choices={offered.map(value => ({ value, label: languageNames[value] }))}
            required
          />
          <TextField
            name="days"
            label={t('invitation.days')}
            state={form}
            type="number"
            inputmode="numeric"
            min={1}
            max={90}
            required
          />
        </Form>
      </div>
    </NetworkLayout>
  )
}
