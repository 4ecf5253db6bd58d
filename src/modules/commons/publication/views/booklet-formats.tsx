import { href } from '#http/routes.ts'
import { useFrame } from '#ui/frame.ts'

/** A collection as a book to take away: with whole pages, or with what they say of themselves. */
export function BookletFormats({ network, collection }: { network: string; collection: string }) {
  const { t, locale } = useFrame().i18n
  const addressOf = (format: 'pdf' | 'docx', query?: URLSearchParams) =>
    href('collectionBooklet', { locale, network, collection, file: `${collection}.${format}` }, query)
  const summary = new URLSearchParams({ chapters: 'summary' })
  return (
    <p class="downloads">
      {t('commons.publication.as-booklet')}{' '}
      <a rel="nofollow" href={addressOf('pdf')}>
        {t('commons.publication.format.pdf')}
      </a>
      {', '}
      <a rel="nofollow" href={addressOf('docx')}>
        {t('commons.publication.format.docx')}
      </a>
      {'; '}
      <a rel="nofollow" href={addressOf('pdf', summary)}>
        {t('commons.publication.summaries')}
      </a>
    </p>
  )
}
