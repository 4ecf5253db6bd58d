import type { ItemFormat } from '#modules/commons/publication/document-response.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'
import { useFrame } from '#ui/frame.ts'

const formatNames: Record<ItemFormat, MessageKey> = {
  pdf: 'commons.publication.format.pdf',
  docx: 'commons.publication.format.docx',
  md: 'commons.publication.format.md',
  json: 'commons.format.json',
}

/** One page of the commons to take away. What reads best comes first, what programs read last. */
export function ItemFormats(props: { address: (format: ItemFormat) => string; formats?: ItemFormat[] }) {
  const { t } = useFrame().i18n
  const { address, formats = ['pdf', 'docx', 'md', 'json'] } = props
  return (
    <p class="downloads">
      {t('commons.publication.download')}{' '}
      {formats.map((format, index) => (
        <span key={format}>
          {index > 0 && ', '}
          <a rel="nofollow" href={address(format)}>
            {t(formatNames[format])}
          </a>
        </span>
      ))}
    </p>
  )
}
