import type { FormState } from '#http/form.ts'
import { locales } from '#kernel/locale.ts'
import { collectionStates } from '#modules/commons/collections/collections.ts'
import { stateHints, stateNames } from '#modules/commons/collections/views/state-names.ts'
import type { Network } from '#modules/network/index.ts'
import { Choices, Select, TextArea, TextField } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** What is said of a collection as a whole, to be put into a form. */
export function CollectionFields({ network, form }: { network: Network; form: FormState }) {
  const { t, language } = useFrame().i18n
  // In a private network nothing is public.
  const offered = collectionStates.filter(state => state !== 'public' || network.visibility === 'public')
  return (
    <>
      <TextField name="title" label={t('collections.title')} state={form} maxLength={200} required />
      <TextArea
        name="about"
        label={t('collections.about')}
        hint={t('collections.about.hint')}
        state={form}
        rows={5}
        maxLength={20_000}
      />
      <Choices
        name="state"
        label={t('collections.state')}
        state={form}
        choices={offered.map(value => ({ value, label: t(stateNames[value]), hint: t(stateHints[value]) }))}
      />
      <Select
        name="language"
        label={t('collections.language')}
        state={form}
        choices={locales.map(value => ({ value, label: language(value) }))}
        required
      />
    </>
  )
}
