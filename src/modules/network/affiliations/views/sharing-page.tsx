import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { sharedNumbers } from '#modules/network/affiliations/schema.ts'
import { numberNames, numberTexts } from '#modules/network/affiliations/views/number-names.ts'
import type { Network } from '#modules/network/networks.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { Checkbox, Choices, Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What a network lets those affiliated with it have. */
export function SharingPage({ network, form }: { network: Network; form: FormState }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('affiliations.sharing')} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('affiliations', here)}>{t('affiliations.name')}</a>
        </p>
        <h1>{t('affiliations.sharing')}</h1>
        <p class="lede">{t('affiliations.sharing.lede')}</p>
      </div>
      <Form action={href('affiliationSharing', here)} state={form} submit={t('affiliations.sharing.submit')}>
        <Checkbox
          name="organisations"
          label={t('affiliations.sharing.organisations')}
          hint={t('affiliations.sharing.organisations.hint')}
          state={form}
        />
        <Choices
          name="numbers"
          label={t('affiliations.sharing.numbers')}
          hint={t('affiliations.sharing.numbers.hint')}
          state={form}
          choices={sharedNumbers.map(value => ({
            value,
            label: t(numberNames[value]),
            hint: t(numberTexts[value]),
          }))}
          several
        />
      </Form>
    </NetworkLayout>
  )
}
