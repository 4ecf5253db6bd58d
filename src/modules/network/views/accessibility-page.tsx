import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

/** The declaration that the French RGAA asks for, in its order: state, results, what is missing, whom to tell. */
export function AccessibilityPage() {
  const { t } = useFrame().i18n
  return (
    <Layout title={t('accessibility.title')}>
      <article class="prose">
        <h1>{t('accessibility.title')}</h1>
        <p>{t('accessibility.intro')}</p>
        <h2>{t('accessibility.state')}</h2>
        <p>{t('accessibility.state.text')}</p>
        <h2>{t('accessibility.results')}</h2>
        <p>{t('accessibility.results.text')}</p>
        <h2>{t('accessibility.missing')}</h2>
        <ul>
          <li>{t('accessibility.missing.sources')}</li>
          <li>{t('accessibility.missing.images')}</li>
        </ul>
        <h2>{t('accessibility.contact')}</h2>
        <p>{t('accessibility.contact.text')}</p>
      </article>
    </Layout>
  )
}
