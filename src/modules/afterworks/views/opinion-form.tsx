import type { FormState } from '#http/form.ts'
import type { OwnOpinion } from '#modules/afterworks/satisfaction.ts'
import { ratingNames, ratings } from '#modules/afterworks/views/names.ts'
import { Choices, Form, TextArea } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Four questions, for whoever came. */
export function OpinionForm({ action, own, form }: { action: string; own: OwnOpinion; form: FormState }) {
  const { t } = useFrame().i18n
  return (
    <section>
      <p>{t(own.opinion ? 'satisfaction.again.lede' : 'satisfaction.lede')}</p>
      <p class="notice">{t('satisfaction.named')}</p>
      <Form action={action} state={form} submit={t('satisfaction.submit')}>
        <Choices
          name="rating"
          label={t('satisfaction.rating')}
          state={form}
          choices={ratings.map(value => ({ value: String(value), label: t(ratingNames[value]) }))}
          required
        />
        <Choices
          name="again"
          label={t('satisfaction.again')}
          state={form}
          choices={[
            { value: 'yes', label: t('satisfaction.yes') },
            { value: 'no', label: t('satisfaction.no') },
          ]}
        />
        <TextArea name="liked" label={t('satisfaction.liked')} state={form} rows={3} maxLength={2000} />
        <TextArea name="better" label={t('satisfaction.better')} state={form} rows={3} maxLength={2000} />
      </Form>
    </section>
  )
}
