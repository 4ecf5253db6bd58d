import type { FormState } from '#http/form.ts'
import { href } from '#http/routes.ts'
import { type LicenceKey, licences } from '#modules/commons/licences/licences.ts'
import type { CommonsDocument } from '#modules/commons/writing/documents.ts'
import { type Network, NetworkLayout } from '#modules/network/index.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { Choices, Form, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

const meanings: Record<LicenceKey, MessageKey> = {
  'CC0-1.0': 'licence.CC0-1.0',
  'CC-BY-4.0': 'licence.CC-BY-4.0',
  'CC-BY-SA-4.0': 'licence.CC-BY-SA-4.0',
  'CC-BY-NC-4.0': 'licence.CC-BY-NC-4.0',
  'CC-BY-NC-SA-4.0': 'licence.CC-BY-NC-SA-4.0',
  'CC-BY-ND-4.0': 'licence.CC-BY-ND-4.0',
}

/** What others may do with a page, in words beside the name of each licence. */
export function LicencePage(props: { network: Network; document: CommonsDocument; form: FormState }) {
  const { t, locale } = useFrame().i18n
  const { network, document, form } = props
  const here = { locale, network: network.slug, document: document.id }
  return (
    <NetworkLayout of={network} title={t('licence.of', { title: document.title })} noIndex>
      <header>
        <p class="crumbs">
          <a href={href('writing', here)}>{t('writing.name')}</a> ›{' '}
          <a href={href('writingPage', here)}>{document.title}</a> ›{' '}
          <a href={href('writingPublication', here)}>{t('sharing.page')}</a>
        </p>
        <h1>{t('licence.name')}</h1>
        <p class="lede">{t('licence.lede')}</p>
      </header>
      <Form action={href('writingLicence', here)} state={form} submit={t('licence.submit')}>
        <Choices
          name="licence"
          label={t('licence.name')}
          state={form}
          choices={[
            { value: '', label: t('licence.none'), hint: t('licence.none.text') },
            ...licences.map(({ key }) => ({
              value: key,
              label: key.replace(/-/g, ' '),
              hint: t(meanings[key]),
            })),
            { value: 'other', label: t('licence.other'), hint: t('licence.other.text') },
          ]}
        />
        <TextField name="other" label={t('licence.other.name')} state={form} maxLength={100} />
      </Form>
    </NetworkLayout>
  )
}
