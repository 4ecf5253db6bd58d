import type { Filing } from '#modules/commons/families/filing.ts'
import { useFrame } from '#ui/frame.ts'

/** Said for as long as items wait to be filed anew. */
export function FilingNotice({ filing }: { filing: Filing | null }) {
  const { t } = useFrame().i18n
  if (!filing) return null
  const { done, total } = filing
  return (
    <p class="notice" role="status">
      {t('families.filing', { done, total })}{' '}
      <progress
        max={Math.max(1, total)}
        value={Math.min(done, total)}
        aria-label={t('families.filing.label')}
      />
    </p>
  )
}
