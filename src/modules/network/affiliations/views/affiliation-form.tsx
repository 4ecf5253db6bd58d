import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { kindNames, kinds, levelNames, levels, sides } from '#modules/network/affiliations/schema.ts'
import type { Network } from '#modules/network/networks.ts'
import { NetworkLayout } from '#modules/network/views/network-layout.tsx'
import { Choices, Form, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** One network asks another. */
export function AffiliationForm({ network, form }: { network: Network; form: FormState }) {
  const { t, locale } = useFrame().i18n
  const here = { locale, network: network.slug }
  return (
    <NetworkLayout of={network} title={t('affiliations.ask')} noIndex>
      <div>
        <p class="crumbs">
          <a href={href('affiliations', here)}>{t('affiliations.name')}</a>
        </p>
        <h1>{t('affiliations.ask')}</h1>
        <p class="lede">{t('affiliations.ask.lede')}</p>
      </div>
      <Form action={href('affiliations', here)} state={form} submit={t('affiliations.ask.submit')}>
        <TextField
          name="address"
          label={t('affiliations.address')}
          hint={t('affiliations.address.hint')}
          state={form}
          maxLength={300}
          required
        />
        <Choices
          name="side"
          label={t('affiliations.ask.side')}
          state={form}
          choices={sides.map(value => ({
            value,
            label: t(value === 'member' ? 'affiliations.ask.member' : 'affiliations.ask.parent'),
          }))}
        />
        <Select
          name="kind"
          label={t('affiliations.kind')}
          state={form}
          choices={kinds.map(value => ({ value, label: t(kindNames[value]) }))}
          required
        />
        <Select
          name="level"
          label={t('affiliations.level')}
          hint={t('affiliations.level.hint')}
          state={form}
          choices={levels.map(value => ({ value, label: t(levelNames[value]) }))}
          required
        />
        <TextArea
          name="mandate"
          label={t('affiliations.mandate')}
          hint={t('affiliations.mandate.hint')}
          state={form}
          maxLength={2_000}
        />
        <TextField name="from" label={t('affiliations.from')} state={form} type="date" required />
        <TextField
          name="until"
          label={t('affiliations.until')}
          hint={t('affiliations.until.hint')}
          state={form}
          type="date"
        />
      </Form>
    </NetworkLayout>
  )
}
